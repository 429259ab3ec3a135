"""One script, a small model and a large one: only the model string changes.

python examples/swap_models.py --models gguf:smollm2 openai:gpt-5-mini
python examples/swap_models.py "How long does a charge last?" --models none ollama:llama3.2:3b
"""

import argparse
import sys
from pathlib import Path

from graphrag_tools import GraphRAGToolsError, ManualIndex, WorkflowOptions, ask, manual_workflow
from graphrag_tools.manual.graph import PATH_SEPARATOR

SAMPLE = Path(__file__).parent / "sample_manual"
QUESTION = "How do I change the size of the letters?"
# Left to `auto`, a model that has earned no role makes no call.
CALLING = WorkflowOptions(tool_mode="schema")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("question", nargs="?", default=QUESTION)
    parser.add_argument("--models", nargs="+", default=["none", "ollama:llama3.2:3b"])
    parser.add_argument("--manual", default=str(SAMPLE))
    parser.add_argument("--index", default="manual-index", help="folder for the index")
    options = parser.parse_args()
    try:
        index = ManualIndex.build([options.manual], options.index)
        for model in options.models:
            answer = ask(manual_workflow(index, model=model, options=CALLING), options.question)
            calls = [call.tool for call in answer.trace if call.by == "model"]
            print(f"--- {model}: {answer.status}, {answer.mode}; its own calls: {', '.join(calls) or 'none'}")
            print(answer.text)
            print("Menu path:", PATH_SEPARATOR.join(answer.menu_path) or "none")
    except GraphRAGToolsError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
