"""A conversation that is remembered in a SQLite file, streamed as it is made, without blocking.

python examples/conversation.py --model gguf:smollm2 "How do I turn on flight mode?" "and how do I turn it off?"
python examples/conversation.py "why?"                              # goes on where the last run ended

Any checkpointer of LangGraph takes the place of AsyncSqliteSaver: InMemorySaver for a test, Postgres for a server.
Each user gets a thread id of their own. Ctrl-C cancels the answer, and the model's server stops with it.
"""

import argparse
import asyncio
import sys
from pathlib import Path

from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from graphrag_tools import GraphRAGToolsError, ManualIndex, WorkflowOptions, manual_workflow
from graphrag_tools.manual.graph import PATH_SEPARATOR
from graphrag_tools.workflow.streaming import Answered, StageEnded, Token, ToolCalled, astream_answer

SAMPLE = Path(__file__).parent / "sample_manual"
# Left to `auto`, a model that has earned no role makes no call.
CALLING = WorkflowOptions(tool_mode="schema")


async def converse(options: argparse.Namespace) -> None:
    index = ManualIndex.build([options.manual], options.index)
    async with AsyncSqliteSaver.from_conn_string(options.memory) as memory:
        app = manual_workflow(index, model=options.model, options=CALLING, checkpointer=memory)
        for question in options.questions:
            print(f"> {question}")
            async for event in astream_answer(app, question, {"configurable": {"thread_id": options.thread}}):
                show(event)


def show(event: object) -> None:
    match event:
        case StageEnded(stage):
            print(f"[{stage}]", end=" ", flush=True)
        case ToolCalled(tool, _, by):
            print(f"[{tool} by the {by}]", end=" ", flush=True)
        case Token(text):
            print(text, end="", flush=True)
        case Answered(answer):
            print(f"\nUnderstood as: {answer.question}" if answer.follow_up else "")
            print(answer.text)
            print("Menu path:", PATH_SEPARATOR.join(answer.menu_path) or "none", end="\n\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("questions", nargs="+")
    parser.add_argument("--model", default="none")
    parser.add_argument("--manual", default=str(SAMPLE))
    parser.add_argument("--index", default="manual-index", help="folder for the index")
    parser.add_argument("--memory", default="conversations.sqlite", help="file for the conversations")
    parser.add_argument("--thread", default="me", help="whose conversation")
    try:
        asyncio.run(converse(parser.parse_args()))
    except GraphRAGToolsError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
