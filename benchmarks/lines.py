"""Can a model name the lines that answer? Its selection against the quote that needs no model, pair by pair.

The model sees the numbered blocks of the section that answers (the gold one, so that search's misses do not count) and
names some under a JSON schema; the answer is those blocks, verbatim. The quote is of the same section. Asked are
everyday questions whose section has four blocks or more, in a fixed, shuffled order, so that a small sample is part
of a larger one. Each result is written as it comes, and not asked again.

    python -m benchmarks.lines --data ../shared/data --model gguf:FILE [-n 24] [--threads 1] [--out lines.jsonl]
"""

import argparse
import json
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from langchain_core.messages import HumanMessage

from benchmarks.everyday import question_sets
from graphrag_tools import ManualIndex
from graphrag_tools.answers.answer import quote_item
from graphrag_tools.answers.quote import Quote
from graphrag_tools.evaluation.figures import GoldPaths, bootstrap_interval, rouge_l
from graphrag_tools.evaluation.questions import Question
from graphrag_tools.manual.sections import Block
from graphrag_tools.models.model import ChatModel
from graphrag_tools.models.open import open_chat_model
from graphrag_tools.models.options import ModelOptions

_LEAST_BLOCKS = 4
_MOST_LINES = 6
_HITS = 10
_PROMPT = """\
Below are a section of a device manual, line by line, and a question. Name the lines that answer the question, as few \
as do. With steps, name all of them. Reply with JSON only.

Section: {path}
{lines}

Question: {question}"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the section that answers it, and what is quoted of it without a model."""

    question: Question
    blocks: tuple[Block, ...]
    quote: Quote


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder of the data set")
    parser.add_argument("--model", required=True)
    parser.add_argument("-n", type=int, default=24, help="questions to ask")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--out", type=Path, default=Path("lines.jsonl"))
    options = parser.parse_args()
    model = open_chat_model(options.model, options=ModelOptions(threads=options.threads, max_tokens=48))
    if model is None:
        raise SystemExit("name a model")
    with tempfile.TemporaryDirectory() as folder:
        asked = list(questions(options.data, Path(folder)))
    random.Random(0).shuffle(asked)
    print(f"{len(asked)} questions have a section of {_LEAST_BLOCKS} blocks or more")
    show(select(model, asked[: options.n], options.out))


def questions(data: Path | None, folder: Path) -> Iterator[Asked]:
    for one in question_sets(data):
        if not one.counts:
            continue
        with closing(ManualIndex.build([one.manual], folder / one.manual.partition("=")[0])) as index:
            gold = GoldPaths(index.section_paths())
            for question in filter(lambda asked: asked.answerable, one.questions):
                section = next(
                    (item for item in index.sections() if gold.is_right(item.path, question.section_path)), None
                )
                if section and len(section.blocks) >= _LEAST_BLOCKS:
                    quote = quote_item(question.text, section.id, index, index.search(question.text, _HITS))
                    yield Asked(question, section.blocks, quote)


def select(model: ChatModel, asked: Sequence[Asked], file: Path) -> list[dict[str, Any]]:
    """Return what each question got, asking only those that the file does not have of this model."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    done = {(one["model"], one["key"]): one for one in map(json.loads, lines)}
    found: list[dict[str, Any]] = []
    for one in asked:
        key = (model.name, one.question.text_hash)
        if key not in done:
            done[key] = selection(model, one)
            with file.open("a", encoding="utf-8") as out:
                out.write(json.dumps(done[key], ensure_ascii=False) + "\n")
            print(".", end="", flush=True)
        found.append(done[key])
    print()
    return found


def selection(model: ChatModel, one: Asked) -> dict[str, Any]:
    numbers = list(range(1, len(one.blocks) + 1))
    schema = {
        "title": "lines",
        "description": "The lines that answer.",
        "type": "object",
        "properties": {
            "lines": {
                "type": "array",
                "items": {"type": "integer", "enum": numbers},
                "minItems": 1,
                "maxItems": min(_MOST_LINES, len(numbers)),
            }
        },
        "required": ["lines"],
        "additionalProperties": False,
    }
    shown = "\n".join(f"[{number}] {block.text}" for number, block in zip(numbers, one.blocks, strict=True))
    prompt = _PROMPT.format(path=one.quote.section.menu_path, lines=shown, question=one.question.text)
    started = time.perf_counter()
    structured = model.chat.with_structured_output(schema, method="json_schema", include_raw=True)
    reply: Any = structured.invoke([HumanMessage(prompt)])
    chosen = sorted(set((reply["parsed"] or {}).get("lines", ())) & set(numbers))
    answer = "\n".join(one.blocks[number - 1].text for number in chosen)
    quoted = "\n".join(block.text for block in one.quote.blocks)
    gold = one.question.answer
    return {
        "model": model.name,
        "key": one.question.text_hash,
        "question": one.question.text,
        "blocks": len(one.blocks),
        "lines": chosen,
        "quoted": [at + 1 for at, block in enumerate(one.blocks) if block in one.quote.blocks],
        "f1": rouge_l(answer, gold).f1,
        "quote_f1": rouge_l(quoted, gold).f1,
        "recall": rouge_l(answer, gold).recall,
        "quote_recall": rouge_l(quoted, gold).recall,
        "words": len(answer.split()),
        "quote_words": len(quoted.split()),
        "long": bool(one.quote.rest),
        "tokens": reply["raw"].usage_metadata["input_tokens"],
        "seconds": round(time.perf_counter() - started, 1),
    }


def show(found: Sequence[dict[str, Any]]) -> None:
    for name, some in (("all", found), ("of a text too long to show", [one for one in found if one["long"]])):
        if not some:
            continue
        gains = [one["f1"] - one["quote_f1"] for one in some]
        low, high = bootstrap_interval(gains)
        print(
            f"{name}, {len(some)}: ROUGE-L F1 of the quote {mean(one['quote_f1'] for one in some):.3f}, of the lines "
            f"{mean(one['f1'] for one in some):.3f}, {mean(gains):+.3f} [{low:+.3f}, {high:+.3f}], "
            f"better {sum(gain > 0.001 for gain in gains)}, worse {sum(gain < -0.001 for gain in gains)}; recall "
            f"{mean(one['quote_recall'] for one in some):.2f} -> {mean(one['recall'] for one in some):.2f}; words "
            f"{mean(one['quote_words'] for one in some):.0f} -> {mean(one['words'] for one in some):.0f}; "
            f"{mean(one['tokens'] for one in some):.0f} tokens in"
        )


if __name__ == "__main__":
    main()
