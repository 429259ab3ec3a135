"""Questions made from a manual's own graph, without a model and without labels: their right answers are known."""

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from graphrag_tools.evaluation.phrasing import Phrase, asked, phrase_of_name, phrase_of_sentence
from graphrag_tools.manual.graph import MenuGraph, MenuItem
from graphrag_tools.manual.sections import Block, lead_ins, nearest_lead_ins
from graphrag_tools.text.normalise import sentences

_STEPS_ASKED = 3
_MOST_SECTIONS = 5_000
_NOT_IN_ANSWERS = frozenset({"note", "warning"})


@dataclass(frozen=True, slots=True)
class MadeQuestion:
    """A question, the section that answers it, the option asked about (else the section), and the answer's words."""

    text: str
    section_id: str
    item_id: str
    section_path: tuple[str, ...]
    answer: str


@dataclass(frozen=True, slots=True)
class _Subject:
    """What may be asked about an item."""

    section: MenuItem
    item: MenuItem
    phrase: Phrase


def made_questions(graphs: MenuGraph | Iterable[MenuGraph], n: int, seed: int = 0) -> list[MadeQuestion]:
    """Return up to n questions of the graphs, the same ones for the same graphs, n and seed.

    They ask about option names and what options do, section titles, introductions and steps, in the words of
    somebody who has not read the manual: only part of the words, some of them exchanged for everyday ones.
    Every section gives one before any gives a second. What two sections say alike is not asked, and of more than
    5,000 sections a regular sample is. Fewer come
    back where the manual holds fewer, none from one without text.
    """
    chance = random.Random(seed)
    by_section = _subjects_by_section([graphs] if isinstance(graphs, MenuGraph) else graphs)
    for subjects in by_section:
        chance.shuffle(subjects)
    chance.shuffle(by_section)
    found: list[MadeQuestion] = []
    texts: set[str] = set()
    for turn in range(max(map(len, by_section), default=0)):
        for subjects in by_section:
            if len(found) >= n:
                return found
            if turn < len(subjects):
                question = _question(subjects[turn], chance)
                if question.text not in texts:
                    texts.add(question.text)
                    found.append(question)
    return found


def _question(subject: _Subject, chance: random.Random) -> MadeQuestion:
    return MadeQuestion(
        text=asked(subject.phrase, chance),
        section_id=subject.section.id,
        item_id=subject.item.id,
        section_path=subject.section.path,
        answer=_answer(subject.section, subject.item),
    )


def _subjects_by_section(graphs: Iterable[MenuGraph]) -> list[list[_Subject]]:
    """Return each section's subjects; one that several sections have belongs to none."""
    sections = [(graph, item) for graph in graphs for item in graph.items if item.kind == "section" and item.blocks]
    step = max(1, len(sections) // _MOST_SECTIONS)
    of_sections = [list(_subjects(graph, section)) for graph, section in sections[::step]]
    owners: dict[str, set[str]] = {}
    for subjects in of_sections:
        for subject in subjects:
            owners.setdefault(subject.phrase.words.casefold(), set()).add(subject.section.id)
    own = [
        [subject for subject in subjects if len(owners[subject.phrase.words.casefold()]) == 1]
        for subjects in of_sections
    ]
    return [subjects for subjects in own if subjects]


def _subjects(graph: MenuGraph, section: MenuItem) -> Iterator[_Subject]:
    if name := phrase_of_name(section.name):
        yield _Subject(section, section, name)
    for text in _asked_sentences(section.blocks):
        if phrase := phrase_of_sentence(text):
            yield _Subject(section, section, phrase)
    for option in graph.children(section.id):
        if option.kind == "option":
            # "Low" or "On" alone asks nothing.
            asked_name = option.name if " " in option.name.strip() else f"{option.name} in {section.name}"
            if name := phrase_of_name(asked_name):
                yield _Subject(section, option, name)
            if phrase := phrase_of_sentence(next(iter(sentences(option.description)), "")):
                yield _Subject(section, option, phrase)


def _asked_sentences(blocks: Sequence[Block]) -> list[str]:
    """The first sentence of the introduction, and those of the first few steps."""
    introduction = [block.text for block in blocks if block.kind == "paragraph"][:1]
    steps = [block.text for block in blocks if block.kind == "step"][:_STEPS_ASKED]
    return [found for text in (*introduction, *steps) for found in sentences(text)[:1]]


def _answer(section: MenuItem, item: MenuItem) -> str:
    """The section's text without notes; of its options, only the one asked about and what it hangs under."""
    blocks = section.blocks
    asked_block = item.blocks[0] if item.kind == "option" else None
    at_option = next((at for at, block in enumerate(blocks) if block is asked_block), None)
    leading = set(lead_ins(nearest_lead_ins(blocks), at_option)) if at_option is not None else set()
    wanted = [
        block.text
        for at, block in enumerate(blocks)
        if at == at_option
        or at in leading
        or (block.kind not in _NOT_IN_ANSWERS and (at_option is None or (block.kind != "option" and block.depth == 0)))
    ]
    return re.sub(r"\s+", " ", " ".join(wanted))
