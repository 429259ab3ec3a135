"""Where an event loop runs already, as in Jupyter: await `aask`, several at once, or stream; never asyncio.run.

python examples/running_loop.py "How do I turn on flight mode?" "How long can I keep a borrowed book?"

In a notebook the body of `asked_in_a_cell` is a cell as it stands, with `await` at its top.
"""

import argparse
import asyncio
import sys
from pathlib import Path
from typing import Any

from langgraph.graph.state import CompiledStateGraph

from graphrag_tools import Answer, Answered, GraphRAGToolsError, ManualIndex, aask, ask, astream_answer, manual_workflow

SAMPLE = Path(__file__).parent / "sample_manual"


async def asked_in_a_cell(app: "CompiledStateGraph[Any, Any, Any, Any]", questions: list[str]) -> list[Answer]:
    # Several at once: each waits for its model alone.
    answers = await asyncio.gather(*(aask(app, question) for question in questions))
    # One as it is made; the last event is the answer.
    streamed = [event.answer async for event in astream_answer(app, questions[0]) if isinstance(event, Answered)]
    # A function that does not wait blocks the loop, and belongs into a thread.
    beside = await asyncio.to_thread(ask, app, questions[0])
    return [*answers, *streamed, beside]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("questions", nargs="+")
    parser.add_argument("--model", default="none")
    parser.add_argument("--manual", default=str(SAMPLE))
    parser.add_argument("--index", default="manual-index", help="folder for the index")
    options = parser.parse_args()
    try:
        app = manual_workflow(ManualIndex.build([options.manual], options.index), options.model)
        # A second loop after the first finds everything as it was: nothing is bound to one.
        for _ in range(2):
            answers = asyncio.run(asked_in_a_cell(app, options.questions))
    except GraphRAGToolsError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    for answer in answers:
        print(f"{answer.question}: {' > '.join(answer.menu_path) or answer.text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
