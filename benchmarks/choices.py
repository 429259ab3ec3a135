"""Can a small model choose among five menu items? By position alone, plainly, twice, and by log-probabilities.

Each question is put with the five items that search finds, in five orders: each rotation of them once, so that each
item stands in each place once. Counted per question:
  search first   the item that search puts first, no model
  plain          what the model picks in the order of search
  any order      right picks over all orders (chance: .20)
  twice          picked alike in the first and the third order, else the item that search puts first
  twice, picked  how often the two picks agree, and how often they are right then
  logprob        log-probability of the item's letter, averaged over the five orders: letter bias cancels out
  logprob + bias the same for one order, less the letter's mean over all questions
Questions: examples/sample_questions.csv and, made from the graph, one for each of some options of the sample manual,
in the words of the option's text so that the title does not give it away. Needs an Ollama server that has the
model: python -m benchmarks.choices MODEL [BASE_URL [QUESTIONS]]
"""

import csv
import math
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from graphrag_tools import ManualIndex
from graphrag_tools.manual.graph import MenuItem
from graphrag_tools.text.normalise import folded

ROOT = Path(__file__).parent.parent
LETTERS = "ABCDE"
MADE = 16
SECONDS = 120
CHARACTERS = 90
# More threads than free cores make llama.cpp wait for its own: far slower on a busy machine.
THREADS = 1


@dataclass(frozen=True)
class Asked:
    """One question: its five candidates, best first, and which of them is right."""

    question: str
    items: tuple[MenuItem, ...]
    right: int


@dataclass(frozen=True)
class Reply:
    """What one order brought: the candidate picked, and each candidate's log-probability (None: not told)."""

    picked: int | None
    place: int | None
    scores: dict[int, float]
    letters: dict[str, float]


def main() -> None:
    model = sys.argv[1]
    url = sys.argv[2] if len(sys.argv) > 2 else "http://127.0.0.1:11434"
    with tempfile.TemporaryDirectory() as folder:
        index = ManualIndex.build([f"larkfield={ROOT / 'examples' / 'sample_manual'}"], folder)
        asked = [*known_questions(index), *made_questions(index)]
        index.close()
    if len(sys.argv) > 3:
        asked = random.Random(0).sample(asked, min(int(sys.argv[3]), len(asked)))
    with httpx.Client(base_url=url, trust_env=False, timeout=SECONDS) as client:
        replies = [[ask(client, model, one, shift) for shift in range(len(LETTERS))] for one in asked]
    show(asked, replies)


def known_questions(index: ManualIndex) -> list[Asked]:
    with (ROOT / "examples" / "sample_questions.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["question"], row["section_path"].split(">")) for row in csv.DictReader(file)]
    return _answerable(index, rows)


def made_questions(index: ManualIndex) -> list[Asked]:
    paths = index.section_paths()
    options = [
        (child.blocks[0].text.partition(":")[2].strip(), path)
        for path in paths
        for child in index.graph_of("larkfield/x").children(_section(index, path))
        if child.kind == "option" and ":" in child.blocks[0].text
    ]
    rows = [(f"Where can I do this: {text}", list(path)) for text, path in options if len(text.split()) > 4]
    return _answerable(index, random.Random(0).sample(rows, min(MADE, len(rows))))


def _section(index: ManualIndex, path: Sequence[str]) -> str:
    graph = index.graph_of("larkfield/x")
    return next(item.id for item in graph.items if item.kind == "section" and item.path == tuple(path))


def _answerable(index: ManualIndex, rows: Sequence[tuple[str, Sequence[str]]]) -> list[Asked]:
    """Keep the questions whose section is among the five that search finds: only there a choice can be right."""
    found: list[Asked] = []
    for question, path in rows:
        items = tuple(index.item(hit.section_id) for hit in index.search(question, len(LETTERS)))
        at = [place for place, item in enumerate(items) if [*map(folded, item.path)] == [*map(folded, path)]]
        if at and len(items) == len(LETTERS):
            found.append(Asked(question, items, at[0]))
    return found


def ask(client: httpx.Client, model: str, one: Asked, shift: int) -> Reply:
    order = [(place + shift) % len(LETTERS) for place in range(len(LETTERS))]
    lines = [
        f"{letter}. {one.items[at].name}: {_short(one.items[at].description)}"
        for letter, at in zip(LETTERS, order, strict=True)
    ]
    prompt = (
        "Which menu item of the device manual answers the question?\n"
        f"Question: {one.question}\n\n" + "\n".join(lines) + "\n\nReply with the letter of the one item that fits best."
    )
    body = {
        "model": model,
        "messages": [{"role": "user", "content": prompt}],
        "stream": False,
        "format": {"type": "string", "enum": list(LETTERS)},
        "logprobs": True,
        "top_logprobs": 20,
        "options": {"temperature": 0, "num_predict": 8, "num_ctx": 4096, "num_thread": THREADS},
    }
    said = client.post("/api/chat", json=body).raise_for_status().json()
    letter = said["message"]["content"].strip().strip('"')
    letters = _letter_scores(said.get("logprobs") or [])
    place = LETTERS.find(letter) if letter else -1
    scores = {order[LETTERS.index(letter)]: score for letter, score in letters.items()}
    return Reply(order[place] if place >= 0 else None, place if place >= 0 else None, scores, letters)


def _short(text: str) -> str:
    return text[:CHARACTERS].rsplit(" ", 1)[0] if len(text) > CHARACTERS else text


def _letter_scores(tokens: Sequence[dict[str, object]]) -> dict[str, float]:
    """Return the log-probability of each letter where the reply's letter stands; a letter not told gets the least."""
    for token in tokens:
        if str(token["token"]).strip(' "') in tuple(LETTERS):
            told = token.get("top_logprobs")
            rows = told if isinstance(told, list) else []
            found: dict[str, float] = {}
            for row in rows:
                letter = str(row["token"]).strip(' "')
                if letter in tuple(LETTERS):
                    found[letter] = max(found.get(letter, -math.inf), float(row["logprob"]))
            least = min((float(row["logprob"]) for row in rows), default=-20.0) - 1
            return {letter: found.get(letter, least) for letter in LETTERS}
    return {}


def show(asked: Sequence[Asked], replies: Sequence[Sequence[Reply]]) -> None:
    count = len(asked)
    right = [one.right for one in asked]
    agreed = [row[0].picked is not None and row[0].picked == row[2].picked for row in replies]
    twice = [row[0].picked if same else 0 for row, same in zip(replies, agreed, strict=True)]
    sure = [pick == at for pick, at, same in zip(twice, right, agreed, strict=True) if same]
    places = Counter(reply.place for row in replies for reply in row)
    rows = {
        "search first": sum(at == 0 for at in right),
        "plain": sum(row[0].picked == at for row, at in zip(replies, right, strict=True)),
        "any order": sum(reply.picked == at for row, at in zip(replies, right, strict=True) for reply in row)
        / len(LETTERS),
        "twice": sum(pick == at for pick, at in zip(twice, right, strict=True)),
        "logprob": sum(best(averaged(row)) == at for row, at in zip(replies, right, strict=True)),
        "logprob + bias": sum(best(unbiased(row[0], replies)) == at for row, at in zip(replies, right, strict=True)),
    }
    print(f"{count} questions, five items each\n\n| way | right | share |\n|---|---:|---:|")
    for way, number in rows.items():
        print(f"| {way} | {number:g} | {number / count:.2f} |")
    print(f"\ntwice, picked: agree on {sum(agreed)} of {count}, right on {sum(sure)} of these")
    print(f"places picked over all orders: {dict(places.most_common())}")
    told = sum(bool(reply.scores) for row in replies for reply in row)
    print(f"log-probabilities told for {told} of {len(LETTERS) * count} replies")


def averaged(row: Sequence[Reply]) -> dict[int, float]:
    return {at: sum(reply.scores.get(at, -20.0) for reply in row) for at in range(len(LETTERS))}


def unbiased(reply: Reply, replies: Sequence[Sequence[Reply]]) -> dict[int, float]:
    """Return the scores of one order less what each letter gets whatever stands there (Zhao et al., 2021)."""
    told = [row[0].letters for row in replies if row[0].letters]
    if not reply.letters:
        return {}
    usual = {letter: sum(letters[letter] for letters in told) / len(told) for letter in LETTERS}
    return {place: reply.letters[letter] - usual[letter] for place, letter in enumerate(LETTERS)}


def best(scores: dict[int, float]) -> int | None:
    return max(scores, key=scores.__getitem__) if scores else None


if __name__ == "__main__":
    main()
