"""The tools of two manuals in one agent, told apart by a prefix.

python examples/two_manuals.py --model openai:gpt-5-mini "How long can I keep a borrowed book?"
python examples/two_manuals.py --second my-oven.md --model ollama:qwen3:8b "How do I clean the oven?"

Each index has tools of its own names (reader_search_manual, second_search_manual, …) and a ToolCallRepair, which mends
its own calls alone.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langgraph.graph.state import CompiledStateGraph

from graphrag_tools import GraphRAGToolsError, ManualIndex, ManualToolkit, ToolCallRepair, open_chat_model
from graphrag_tools.manual import Block, Manual, Section
from graphrag_tools.models.errors import model_errors

SAMPLE = Path(__file__).parent / "sample_manual"
SYSTEM = "You answer questions about two devices from their manuals. Use the tools of the device that is asked about."
LAMP = Manual(
    "lamp",
    "Desk lamp",
    (
        Section("dim", "Dim the light", (Block("step", "Turn the wheel on the cable to dim the light."),)),
        Section("clean", "Clean the lamp", (Block("paragraph", "Wipe the cold lamp with a dry cloth."),)),
    ),
)


def two_manuals_agent(
    reader: ManualIndex, second: ManualIndex, model: BaseChatModel
) -> "CompiledStateGraph[Any, Any, Any, Any]":
    tools = [
        *ManualToolkit(index=reader, prefix="reader_").get_tools(),
        *ManualToolkit(index=second, prefix="second_").get_tools(),
    ]
    return create_agent(model, tools, system_prompt=SYSTEM, middleware=[ToolCallRepair(reader), ToolCallRepair(second)])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("question")
    parser.add_argument("--model", default="ollama:llama3.2:3b")
    parser.add_argument("--second", help="another manual; by default that of a desk lamp")
    parser.add_argument("--index", default="manual-index", help="folder for the two indexes")
    options = parser.parse_args()
    try:
        reader = ManualIndex.build([SAMPLE], Path(options.index) / "reader")
        second = ManualIndex.build([options.second or LAMP], Path(options.index) / "second")
        model = open_chat_model(options.model)
        if model is None:
            parser.error("an agent needs a model; 'none' is for the workflow.")
        with model_errors():
            state = two_manuals_agent(reader, second, model.chat).invoke({"messages": [("user", options.question)]})
    except GraphRAGToolsError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    calls = [call["name"] for message in state["messages"] for call in getattr(message, "tool_calls", [])]
    print("Tool calls:", ", ".join(calls) or "none")
    print(state["messages"][-1].text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
