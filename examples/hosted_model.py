"""A hosted model, or any server with OpenAI's interface: one string, a key, and an address where it is not the usual.

export OPENAI_API_KEY=...
python examples/hosted_model.py "How do I dim the light at night?"
python examples/hosted_model.py --model openai:my-model --base-url http://127.0.0.1:8000/v1 --mode agent

Other providers work alike with their own package and key: --model anthropic:claude-sonnet-4-5.
--mode workflow: the program decides the order of the calls. --mode agent: the model plans them itself.
"""

import argparse
import sys
from pathlib import Path

from graphrag_tools import GraphRAGToolsError, ManualIndex, ModelOptions, ask, manual_workflow
from graphrag_tools.agent.agent import manual_agent
from graphrag_tools.manual.graph import PATH_SEPARATOR

SAMPLE = Path(__file__).parent / "sample_manual"
QUESTION = "How do I dim the light at night?"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("question", nargs="?", default=QUESTION)
    parser.add_argument("--model", default="openai:gpt-5-mini")
    parser.add_argument("--base-url", help="address of the server, such as http://127.0.0.1:8000/v1")
    parser.add_argument("--mode", choices=("workflow", "agent"), default="workflow")
    parser.add_argument("--max-tokens", type=int, default=512, help="most tokens of one reply; they cost money")
    parser.add_argument("--temperature", type=float, default=0.0, help="some models take only 1")
    parser.add_argument("--manual", default=str(SAMPLE))
    parser.add_argument("--index", default="manual-index", help="folder for the index")
    options = parser.parse_args()
    settings = ModelOptions(max_tokens=options.max_tokens, temperature=options.temperature, base_url=options.base_url)
    make = manual_workflow if options.mode == "workflow" else manual_agent
    try:
        index = ManualIndex.build([options.manual], options.index)
        answer = ask(make(index, options.model, model_options=settings), options.question)
    except GraphRAGToolsError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    print(answer.text)
    print("Menu path:", PATH_SEPARATOR.join(answer.menu_path) or "none")
    print(f"{answer.status}, {answer.mode}; {answer.usage.prompt_tokens + answer.usage.completion_tokens} tokens")
    for warning in answer.warnings:
        print("Note:", warning)
    return 0


if __name__ == "__main__":
    sys.exit(main())
