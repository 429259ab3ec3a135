"""The tools in a LangGraph of your own: nodes, edges and state as you like them.

python examples/own_langgraph.py "How do I dim the light at night?"
python examples/own_langgraph.py --model gguf:smollm2 "How do I dim the light at night?"

The graph: search → describe → write. Search and description are tool calls made by the graph itself, so that even
a model that calls no tools gets its source; `--model none` leaves out the last node.
What a model writes here is not verified: `manual_workflow` does that, and is itself a graph to put into yours.
"""

import argparse
import sys
from pathlib import Path
from typing import Annotated, Any, TypedDict, cast

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolCall, ToolMessage
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages
from langgraph.prebuilt import ToolNode

from graphrag_tools import GraphRAGToolsError, ManualIndex, ManualToolkit, ModelOptions, open_chat_model
from graphrag_tools.manual.graph import PATH_SEPARATOR, MenuItem
from graphrag_tools.models.errors import model_errors
from graphrag_tools.models.model import ChatModel

SAMPLE = Path(__file__).parent / "sample_manual"


class State(TypedDict):
    messages: Annotated[list[AnyMessage], add_messages]


def calling(name: str, **arguments: object) -> dict[str, list[AnyMessage]]:
    """A message that calls a tool; ToolNode answers it like a model's own call."""
    return {"messages": [AIMessage("", tool_calls=[ToolCall(name=name, args=dict(arguments), id=f"call_{name}")])]}


def search(state: State) -> dict[str, list[AnyMessage]]:
    return calling("search_manual", query=state["messages"][0].text, k=3)


def artifact(state: State) -> Any:
    """What a tool found, as objects: hits, best first, or a menu item. The program needs no parsing."""
    return cast(ToolMessage, state["messages"][-1]).artifact


def describe(state: State) -> dict[str, list[AnyMessage]]:
    return calling("describe_menu_item", item=artifact(state)[0].item_id)


def build_graph(index: ManualIndex, model: ChatModel | None) -> StateGraph[State]:
    def write(state: State) -> dict[str, list[AnyMessage]]:
        asked = f"{state['messages'][0].text}\n\nAnswer from this text only:\n{state['messages'][-1].text}"
        return {"messages": [model.chat.invoke([HumanMessage(asked)])]}  # type: ignore[union-attr]

    tools = ManualToolkit(index=index).get_tools()
    graph = StateGraph(State)
    graph.add_node("search", search)
    graph.add_node("found", ToolNode(tools))
    graph.add_node("describe", describe)
    graph.add_node("described", ToolNode(tools))
    graph.add_edge(START, "search")
    graph.add_edge("search", "found")
    graph.add_conditional_edges("found", lambda state: "describe" if artifact(state) else END)
    graph.add_edge("describe", "described")
    if model:
        graph.add_node("write", write)
        graph.add_edge("described", "write")
    return graph


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("question")
    parser.add_argument("--model", default="none")
    parser.add_argument("--max-tokens", type=int, default=256, help="most tokens of the reply")
    parser.add_argument("--manual", default=str(SAMPLE))
    parser.add_argument("--index", default="manual-index", help="folder for the index")
    options = parser.parse_args()
    try:
        index = ManualIndex.build([options.manual], options.index)
        model = open_chat_model(options.model, options=ModelOptions(max_tokens=options.max_tokens))
        with model_errors():
            state = build_graph(index, model).compile().invoke({"messages": [HumanMessage(options.question)]})
    except GraphRAGToolsError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    described = [message.artifact for message in state["messages"] if message.type == "tool"][-1]
    print(state["messages"][-1].text)
    if isinstance(described, MenuItem):
        print("Menu path:", PATH_SEPARATOR.join(described.path))
    return 0


if __name__ == "__main__":
    sys.exit(main())
