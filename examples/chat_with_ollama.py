"""Chat with a manual through a model in Ollama.

python examples/chat_with_ollama.py                               # llama3.2:3b and the sample manual
python examples/chat_with_ollama.py --model qwen3:1.7b --manual my-manual.md

Any other model string works too: gguf:smollm2, openai:gpt-5-mini, none.
"""

import argparse
import sys
from pathlib import Path

from langgraph.checkpoint.memory import InMemorySaver

from graphrag_tools import GraphRAGToolsError, ManualIndex, ask, manual_workflow
from graphrag_tools.manual.graph import PATH_SEPARATOR

SAMPLE = Path(__file__).parent / "sample_manual"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="ollama:llama3.2:3b")
    parser.add_argument("--manual", default=str(SAMPLE), help="e-manual JSON, Markdown file or folder, path CSV")
    parser.add_argument("--index", default="manual-index", help="folder for the index")
    options = parser.parse_args()
    try:
        index = ManualIndex.build([options.manual], options.index)
        # The checkpointer remembers the conversation, for questions such as "and how do I turn it off?".
        app = manual_workflow(index, model=options.model, checkpointer=InMemorySaver())
        print("Ask about the manual; an empty line ends the chat.")
        while question := sys.stdin.readline().strip():
            answer = ask(app, question, {"configurable": {"thread_id": "chat"}})
            if answer.understood_as:
                print("Understood as:", answer.understood_as)
            print(answer.text)
            print("Menu path:", PATH_SEPARATOR.join(answer.menu_path) or "none")
            if answer.taps:
                print("On the device:", PATH_SEPARATOR.join(answer.taps))
            print()
    except GraphRAGToolsError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
