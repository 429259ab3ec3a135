"""The questions of owners in `owners_questions`, with the manuals that they are asked of."""

import csv
import hashlib
import random
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from graphrag_tools import ManualIndex
from graphrag_tools.manual.graph import MenuItem
from graphrag_tools.manual.keys import RecordKey
from graphrag_tools.search.records import passage_records

QUESTIONS = Path(__file__).with_name("owners_questions")
MOST_SECTIONS, _TITLES = 450, 30
"""Sections of a manual that stand against the right one, and titles of it that are asked, at most."""
_ASKS = (
    "How do I {}?",
    "How to {}?",
    "What is {}?",
    "{}",
    "Where do I find {}?",
    "What does {} do?",
    "tell me about {}",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions to one manual, owners' first and then titles, each with the number of the section that answers.

    `sections` has the number of each passage's section.
    """

    questions: list[str]
    right: np.ndarray
    by_owners: int
    passages: list[str]
    sections: np.ndarray


def manuals_asked(learnt_from: bool) -> list[str]:
    """Return the names of the manuals whose questions are learnt from, or of those that are held back."""
    with (QUESTIONS / "manuals.csv").open(encoding="utf-8", newline="") as file:
        return [row["name"] for row in csv.DictReader(file) if (row["learnt"] == "yes") == learnt_from]


def path_hash(path: Sequence[str]) -> str:
    return hashlib.sha256(" > ".join(path).encode()).hexdigest()[:16]


def asked_of(name: str, folder: Path) -> Asked:
    """Read a manual's questions, and the sections that answer them and some that do not from its index."""
    with closing(ManualIndex.open(folder)) as index:
        sections = index.sections()
        records = [
            (RecordKey.parse(one.key).section, one.text) for one in passage_records(index.graph_of(sections[0].id))
        ]
    by_hash = {path_hash(section.path): section.id for section in reversed(sections)}
    with (QUESTIONS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        asked = [
            (row["question"], by_hash[row["section"]]) for row in csv.DictReader(file) if row["section"] in by_hash
        ]
    right = sorted({section for _, section in asked})
    others = sorted({section for section, _ in records} - set(right))
    random.Random(3).shuffle(others)
    number = {section: at for at, section in enumerate([*right, *others][:MOST_SECTIONS])}
    titles = [(title, section) for title, section in _titles(sections) if section in number][:_TITLES]
    passages = [(text, number[section]) for section, text in records if section in number]
    return Asked(
        questions=[text for text, _ in asked + titles],
        right=np.array([number[section] for _, section in asked + titles]),
        by_owners=len(asked),
        passages=[text for text, _ in passages],
        sections=np.array([at for _, at in passages]),
    )


def _titles(sections: Sequence[MenuItem]) -> list[tuple[str, str]]:
    """Return titles that one section alone has, asked in one way or another, in a mixed order."""
    mixed = random.Random(5)
    count = Counter(section.name for section in sections)
    alone = [section for section in sections if count[section.name] == 1 and 3 < len(section.name) < 60]
    mixed.shuffle(alone)
    return [(mixed.choice(_ASKS).format(section.name), section.id) for section in alone]
