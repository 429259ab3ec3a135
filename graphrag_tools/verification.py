"""Checking an answer against the index: in code, so that no model can talk its way past it."""

import re
from collections.abc import Iterable, Iterator

from graphrag_tools.answer import Answer, Source
from graphrag_tools.graph import PATH_SEPARATOR, MenuItem
from graphrag_tools.index import ManualIndex
from graphrag_tools.manual import sentences
from graphrag_tools.names import folded
from graphrag_tools.words import content_words, stem, words

MIN_WORDS_FROM_SOURCES = 0.8
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_QUOTED = re.compile(r"\*\*([^*\n]{2,80})\*\*|“([^”\n]{2,200})”|\"([^\"\n]{2,200})\"")
_ARROW = re.compile(r"\s*(?:>|→|›|»|->)\s*")


def problems(answer: Answer, question: str, index: ManualIndex) -> list[str]:
    """Return what is wrong with an answer, one sentence each; empty means that it may be shown.

    Checked for every answer: the menu path and each source exist, and each quoted line stands in its
    source. For a written one also: no way "A > B" that neither the graph nor the source gives, numbers
    and names set in quotes or bold come from the sources, and so do at least 80% of its content words
    (K-precision: Adlakha et al., "Evaluating Correctness and Faithfulness of Instruction-Following
    Models for Question Answering", 2023).
    """
    found = list(_source_problems(answer, index))
    if answer.mode == "written" and not found:
        found = list(_wording_problems(answer, question, index))
    return found


def words_from_sources(text: str, *sources: str) -> float:
    """Return K-precision: the share, 0 to 1, of a text's content words whose stems the sources hold; 1 for none."""
    spoken = [stem(word) for word in content_words(text)]
    known = {stem(word) for source in sources for word in words(source)}
    return sum(word in known for word in spoken) / len(spoken) if spoken else 1.0


def _source_problems(answer: Answer, index: ManualIndex) -> Iterator[str]:
    if not answer.text.strip():
        yield "The answer is empty."
    if answer.status == "not_in_manual":
        return
    if not answer.sources:
        yield "The answer names no source."
    if answer.menu_path not in [source.path for source in answer.sources]:
        yield f"The menu path {PATH_SEPARATOR.join(answer.menu_path)!r} is not the path of a source."
    for source in answer.sources:
        if source.id not in index:
            yield f"There is no menu item {source.id!r}."
        elif index.item(source.id).path != source.path:
            yield f"The path of {source.id!r} is not {PATH_SEPARATOR.join(source.path)!r}."
        else:
            yield from _misquoted(source, index)


def _misquoted(source: Source, index: ManualIndex) -> Iterator[str]:
    section = index.graph_of(source.id).section_of(source.id)
    blocks = {block.text for block in section.blocks}
    names = {section.name, *(child.name for child in index.graph_of(source.id).children(section.id))}
    for line in source.quote.splitlines():
        if line not in blocks and line not in names:
            yield f"These words are not in {source.title!r}: {line[:120]!r}."


def _wording_problems(answer: Answer, question: str, index: ManualIndex) -> Iterator[str]:
    items = [index.graph_of(source.id).section_of(source.id) for source in answer.sources]
    text = "\n".join(_text_of(item) for item in items)
    plain = _folded_lines(text)
    for way in _invented_ways(answer.text, plain + _folded_lines("\n".join(_ways_around(answer.sources, index)))):
        yield f"The manual gives no way {way!r}."
    allowed = set(_NUMBER.findall(text)) | set(_NUMBER.findall(question))
    for number in dict.fromkeys(_NUMBER.findall(_without_numbering(answer.text))):
        if number not in allowed:
            yield f"The number {number} is not in the manual's text."
    for name in _names_set_off(answer.text):
        if not any(f" {folded(name)} " in line for line in plain):
            yield f"The name {name!r} is not in the manual's text."
    share = words_from_sources(_without_numbering(answer.text), text, question)
    if share < MIN_WORDS_FROM_SOURCES:
        yield f"Only {share:.0%} of the words are from the manual; {MIN_WORDS_FROM_SOURCES:.0%} are expected."


def _text_of(item: MenuItem) -> str:
    return "\n".join((*item.path, PATH_SEPARATOR.join(item.path), *(block.text for block in item.blocks)))


def _folded_lines(text: str) -> list[str]:
    return [f" {folded(line)} " for line in text.splitlines()]


def _ways_around(sources: Iterable[Source], index: ManualIndex) -> Iterator[str]:
    """Yield the menu paths of the sources' sections and of what is below them, and the ways on the device."""
    for source in sources:
        graph = index.graph_of(source.id)
        section = graph.section_of(source.id)
        for item in (section, *graph.children(section.id)):
            yield from (PATH_SEPARATOR.join(item.path), PATH_SEPARATOR.join(item.taps))


def _invented_ways(text: str, known: list[str]) -> Iterator[str]:
    """Yield each "A > B > C" of the text that none of the known lines gives."""
    for sentence in (piece for line in text.splitlines() for piece in sentences(line)):
        pieces = _ARROW.split(sentence)
        if len(pieces) < 2:
            continue
        middle = [folded(piece) for piece in pieces[1:-1]]
        first, last = folded(pieces[0]).split(), folded(pieces[-1]).split()
        # Where the first name starts and the last one ends is not marked: one word of each is certain.
        certain = " ".join([*first[-1:], *middle, *last[:1]])
        if not any(f" {certain} " in line for line in known):
            yield sentence[:120]


def _without_numbering(text: str) -> str:
    return re.sub(r"(?m)^\s*(?:step\s+)?\d+[.):]\s+", "", text, flags=re.IGNORECASE)


def _names_set_off(text: str) -> Iterator[str]:
    for match in _QUOTED.finditer(text):
        yield next(group for group in match.groups() if group)
