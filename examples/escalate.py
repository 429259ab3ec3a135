"""A small model first, a large one for what the small one cannot answer verifiably, within a budget.

python examples/escalate.py --small ollama:llama3.2:3b --large openai:gpt-5-mini "How do I dim the light at night?"
python examples/escalate.py --small gguf:smollm2 --large openai:my-model --base-url http://127.0.0.1:8000/v1

The large model is opened when it is first wanted, and each answer names the model that wrote it. --answers written
lets the small model write; left alone, a weak one quotes the manual and seldom needs the large one.
"""

import argparse
import sys
from pathlib import Path

from graphrag_tools import Budget, GraphRAGToolsError, ManualIndex, ModelOptions, WorkflowOptions, ask, manual_workflow
from graphrag_tools.manual.graph import PATH_SEPARATOR
from graphrag_tools.models.open import open_chat_model

SAMPLE = Path(__file__).parent / "sample_manual"
QUESTION = "How do I dim the light at night?"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("questions", nargs="*", default=[QUESTION])
    parser.add_argument("--small", "--model", default="ollama:llama3.2:3b")
    parser.add_argument("--large", default="openai:gpt-5-mini")
    parser.add_argument("--base-url", help="address of the large model's server, where it is not the usual")
    parser.add_argument("--answers", choices=("auto", "written", "quoted"), default="auto")
    parser.add_argument("--calls", type=int, default=20, help="most calls of the large model")
    parser.add_argument("--tokens", type=int, default=50_000, help="most tokens of the large model")
    parser.add_argument("--manual", default=str(SAMPLE))
    parser.add_argument("--index", default="manual-index", help="folder for the index")
    options = parser.parse_args()
    try:
        index = ManualIndex.build([options.manual], options.index)
        large = options.large
        if options.base_url:
            large = open_chat_model(large, options=ModelOptions(base_url=options.base_url))
        settings = WorkflowOptions(
            answers=options.answers, escalate_to=large, budget=Budget(options.calls, options.tokens)
        )
        app = manual_workflow(index, options.small, options=settings)
        for question in options.questions:
            answer = ask(app, question)
            print(f"--- {answer.model or 'no model'}: {answer.status}, {answer.mode}")
            print(answer.text)
            print("Menu path:", PATH_SEPARATOR.join(answer.menu_path) or "none")
            for warning in answer.warnings:
                print("Note:", warning)
    except GraphRAGToolsError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
