"""The three tools in an agent of your own: LangChain's create_agent, with any model that can call tools.

python examples/tools_in_create_agent.py --model openai:gpt-5-mini "How do I dim the light at night?"

The agent alone decides whether and how it calls the tools. A very small model may call none of them and
answer from nothing: examples/swap_models.py shows the workflow that has it call one.
"""

import argparse
import sys
from pathlib import Path

from langchain.agents import create_agent

from graphrag_tools import GraphRAGToolsError, ManualIndex, ManualToolkit, ModelOptions, open_chat_model
from graphrag_tools.models.errors import model_errors

SAMPLE = Path(__file__).parent / "sample_manual"
SYSTEM = "You answer questions about the Larkfield Page 7 from its manual. Use the tools; name the menu path."


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("question")
    parser.add_argument("--model", default="ollama:llama3.2:3b")
    parser.add_argument("--max-tokens", type=int, default=512, help="most tokens of one reply")
    parser.add_argument("--manual", default=str(SAMPLE))
    parser.add_argument("--index", default="manual-index", help="folder for the index")
    options = parser.parse_args()
    try:
        index = ManualIndex.build([options.manual], options.index)
        model = open_chat_model(options.model, options=ModelOptions(max_tokens=options.max_tokens))
        if model is None:
            parser.error("an agent needs a model; 'none' is for the workflow.")
        agent = create_agent(model.chat, ManualToolkit(index=index).get_tools(), system_prompt=SYSTEM)
        with model_errors():
            state = agent.invoke({"messages": [{"role": "user", "content": options.question}]})
    except GraphRAGToolsError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    calls = [call["name"] for message in state["messages"] for call in getattr(message, "tool_calls", [])]
    print("Tool calls:", ", ".join(calls) or "none")
    print(state["messages"][-1].text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
