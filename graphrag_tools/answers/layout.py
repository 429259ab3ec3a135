"""The lines of an answer as a person reads them: paragraphs, numbered steps, options by name, warnings, code."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from graphrag_tools.answer import Answer, Place, Source
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.graph import SHOWN_SEPARATOR
from graphrag_tools.manual.sections import Block, BlockKind
from graphrag_tools.text.catalogue import words_in

_FENCED = re.compile(r"^(`{3,})\n(.*?)\n\1$", re.DOTALL | re.MULTILINE)
_INDENT = 2
_BREAKS_NUMBERING = frozenset({"paragraph", "heading"})


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One line of an answer's text.

    `text` of an option that names a setting is what it does, and `name` the setting; of any other line `name` is
    empty. `number` is a step's place among several that follow each other, 0 where it stands alone. `is_listed`
    says that a line is one of a list, though the manual marks it as no step and no option.
    """

    kind: BlockKind
    text: str
    depth: int = 0
    name: str = ""
    number: int = 0
    is_listed: bool = False


def answer_lines(answer: Answer, index: ManualIndex | None = None) -> list[AnswerLine]:
    """Return the lines of an answer's text; what kind each is of is looked up in its sources, where there is an index.

    A model's words, and those of a source that a rebuild has taken out, are paragraphs and lists.
    """
    known = {_key(block): block for block in _source_blocks(answer.sources, index)} if index else {}
    known |= {(heading := source_heading(source)): Block("heading", heading) for source in answer.sources}
    lines: list[AnswerLine] = []
    end = 0
    for match in _FENCED.finditer(answer.text):
        lines += _plain_lines(answer.text[end : match.start()], known)
        lines.append(AnswerLine("code", match[2]))
        end = match.end()
    return _numbered([*lines, *_plain_lines(answer.text[end:], known)])


def source_heading(source: Source) -> str:
    """Return the line over what an answer has from one of several sources: its name and menu path."""
    return f"{source.title} ({SHOWN_SEPARATOR.join(source.path)}):"


def section_lines(blocks: Sequence[Block]) -> list[AnswerLine]:
    """Return the blocks of a section as lines, its steps numbered."""
    return _numbered([block_line(block) for block in blocks])


def head_words(answer: Answer) -> str:
    """Return the text of an answer that names places without them; `alternatives` holds them."""
    if answer.status == "unsure":
        return answer.text.partition("\n")[0]
    return answer.text.partition(f" {words_in(answer.language).nearest}: ")[0] if answer.alternatives else answer.text


def names_places(answer: Answer) -> bool:
    """Whether an answer's own text names the places of `alternatives`: a hint names questions in their place."""
    if answer.claims_something:
        return False
    return bool(answer.alternatives) and (answer.status == "unsure" or "\n" not in answer.text)


def way_of(answer: Answer | Place) -> tuple[str, ...]:
    """Return the way on the device, or the place in the manual where the text gives no way."""
    return answer.taps or (answer.menu_path if isinstance(answer, Answer) else answer.path)


def manual_title_of(item_id: str, index: ManualIndex | None) -> str:
    """Return the title of an item's manual where an index has several, whose items may have the same path."""
    if index is None or len(index.manuals) == 1 or item_id not in index:
        return ""
    return index.graph_of(item_id).title


def _source_blocks(sources: Sequence[Source], index: ManualIndex) -> Iterator[Block]:
    for source in sources:
        if source.id in index:
            yield from index.section_of(source.id).blocks


def _key(block: Block) -> str:
    return " ".join(block.text.split())


def _plain_lines(text: str, known: dict[str, Block]) -> Iterator[AnswerLine]:
    for line in text.splitlines():
        if stripped := line.strip():
            yield _line(stripped, (len(line) - len(line.lstrip())) // _INDENT, known)


def _line(text: str, depth: int, known: dict[str, Block]) -> AnswerLine:
    is_listed = text.startswith("- ")
    words = text.removeprefix("- ")
    block = known.get(" ".join(words.split())) or known.get(" ".join(text.split()))
    if block is None:
        return AnswerLine("paragraph", words, depth, is_listed=is_listed)
    return replace(block_line(block), depth=depth, is_listed=is_listed)


def block_line(block: Block) -> AnswerLine:
    """Return a block of a section as a line of its own."""
    meaning = _meaning(block)
    return AnswerLine(block.kind, meaning or block.text, block.depth, block.name if meaning else "")


def _meaning(block: Block) -> str:
    """Return what an option's text says of the setting that it names; empty where it does not begin with the name."""
    if not block.name or not block.text.startswith(block.name):
        return ""
    said = block.text[len(block.name) :].lstrip()
    return said[1:].strip() if said[:1] in (":", "–", "—", "-") else ""


def _numbered(lines: Sequence[AnswerLine]) -> list[AnswerLine]:
    """Number the steps that follow each other at one depth; a paragraph or heading no deeper begins anew."""
    runs: list[list[int]] = []
    open_runs: dict[int, list[int]] = {}
    for at, line in enumerate(lines):
        if line.kind == "step":
            open_runs = {depth: run for depth, run in open_runs.items() if depth <= line.depth}
            if line.depth not in open_runs:
                open_runs[line.depth] = []
                runs.append(open_runs[line.depth])
            open_runs[line.depth].append(at)
        elif line.kind in _BREAKS_NUMBERING:
            open_runs = {depth: run for depth, run in open_runs.items() if depth < line.depth}
    numbers = {at: number for run in runs if len(run) > 1 for number, at in enumerate(run, start=1)}
    return [replace(line, number=numbers.get(at, 0)) for at, line in enumerate(lines)]
