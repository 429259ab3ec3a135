"""Agent mode: a model that plans its own tool calls, with its calls mended and its answer checked.

python examples/agent_mode.py --model openai:gpt-5-mini "How do I dim the light at night?"
python examples/agent_mode.py --model ollama:qwen3:4b --compare

--compare also asks the workflow, which gives the same model the same tools and prompts but decides the order.
Your own agent gets the same care: create_agent(..., middleware=[FinalAnswerCheck(index), ToolCallRepair(index)]).
"""

import argparse
import sys
from pathlib import Path

from graphrag_tools import Answer, GraphRAGToolsError, ManualIndex, ModelOptions, ask, manual_workflow
from graphrag_tools.agent.agent import AgentOptions, manual_agent
from graphrag_tools.manual.graph import PATH_SEPARATOR

SAMPLE = Path(__file__).parent / "sample_manual"
QUESTION = "How do I dim the light at night?"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("question", nargs="?", default=QUESTION)
    parser.add_argument("--model", default="ollama:llama3.2:3b")
    parser.add_argument("--base-url", help="address of the model's server")
    parser.add_argument("--max-tokens", type=int, default=512, help="most tokens of one reply")
    parser.add_argument("--max-calls", type=int, default=12, help="most tool calls for the question")
    parser.add_argument("--compare", action="store_true", help="ask the workflow too")
    parser.add_argument("--manual", default=str(SAMPLE))
    parser.add_argument("--index", default="manual-index", help="folder for the index")
    options = parser.parse_args()
    settings = ModelOptions(max_tokens=options.max_tokens, base_url=options.base_url)
    try:
        index = ManualIndex.build([options.manual], options.index)
        budget = AgentOptions(max_tool_calls=options.max_calls)
        agent = manual_agent(index, options.model, options=budget, model_options=settings)
        show("agent", ask(agent, options.question))
        if options.compare:
            workflow = manual_workflow(index, options.model, model_options=settings)
            show("workflow", ask(workflow, options.question))
    except GraphRAGToolsError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    return 0


def show(way: str, answer: Answer) -> None:
    print(f"--- {way}: {answer.status}, {answer.mode}, {answer.usage.model_calls} model calls")
    for call in answer.trace:
        print(f"{call.by} called {call.tool}: {call.arguments}")
    print(answer.text)
    print("Menu path:", PATH_SEPARATOR.join(answer.menu_path) or "none")
    for warning in answer.warnings:
        print("Note:", warning)


if __name__ == "__main__":
    sys.exit(main())
