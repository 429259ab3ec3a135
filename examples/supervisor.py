"""A supervisor over two manuals: a graph that hands each question to the workflow whose manual is surer of it.

python examples/supervisor.py "How long can I keep a borrowed book?" "How do I dim the lamp?"
python examples/supervisor.py --model ollama:llama3.2:3b "How do I turn on flight mode?"

The supervisor needs no model: it asks both indexes how sure they are. Each workflow is a node of the graph, keeps
its state to itself and hands out `messages` and `answer`; `ask` finds the answer of whichever ran.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.graph.state import CompiledStateGraph

from graphrag_tools import GraphRAGToolsError, ManualIndex, ask, manual_workflow
from graphrag_tools.manual import Block, Manual, Section

SAMPLE = Path(__file__).parent / "sample_manual"
LAMP = Manual(
    "lamp",
    "Desk lamp",
    (
        Section("dim", "Dim the lamp", (Block("step", "Turn the wheel on the cable to dim the lamp."),)),
        Section("clean", "Clean the lamp", (Block("paragraph", "Wipe the cold lamp with a dry cloth."),)),
    ),
)


def supervisor(indexes: dict[str, ManualIndex], model: str) -> "CompiledStateGraph[Any, Any, Any, Any]":
    def surest(state: MessagesState) -> str:
        question = state["messages"][-1].text
        return max(indexes, key=lambda name: indexes[name].confidence(indexes[name].search(question, 1)))

    graph = StateGraph(MessagesState)
    for name, index in indexes.items():
        graph.add_node(name, manual_workflow(index, model, name=name))
        graph.add_edge(name, END)
    graph.add_conditional_edges(START, surest, list(indexes))
    return graph.compile(name="supervisor")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("questions", nargs="+")
    parser.add_argument("--model", default="none")
    parser.add_argument("--index", default="manual-index", help="folder for the two indexes")
    options = parser.parse_args()
    try:
        indexes = {
            "reader": ManualIndex.build([SAMPLE], Path(options.index) / "reader"),
            "lamp": ManualIndex.build([LAMP], Path(options.index) / "lamp"),
        }
        app = supervisor(indexes, options.model)
        for question in options.questions:
            answer = ask(app, question)
            print(f"{question}\n{answer.text}\nMenu path: {' > '.join(answer.menu_path)}\n")
    except GraphRAGToolsError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
