"""The blocks of a section that answer a question: lead-in, steps, and the options that match."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from graphrag_tools.answers.asked_options import LISTED_KINDS, options_asked_for
from graphrag_tools.answers.segment import MOST_CHARACTERS, answering_segment, only_procedure, undoing
from graphrag_tools.manual.graph import MenuGraph, MenuItem
from graphrag_tools.manual.pointers import ends_in_colon, leads_on, only_points, only_says_to_look
from graphrag_tools.manual.sections import Block, characters_in, lead_ins, nearest_lead_ins, written_block
from graphrag_tools.manual.table_rows import header_rows
from graphrag_tools.manual.taps import taps_in
from graphrag_tools.text.english.asking import asks_yes_or_no
from graphrag_tools.text.english.forbidding import asks_to_do
from graphrag_tools.text.normalise import sentences
from graphrag_tools.text.words import stems

_NOTE_KINDS = frozenset({"note", "warning", "heading"})
_TEXT_KINDS = frozenset({"paragraph", "note", "warning"})
_MOST_WORDS_OF_ITEM = 25
_MAX_INTRODUCTION = 110
"""Words of a section that are shown whole, so that what it leaves unsaid stands in the sections below it."""
_MAX_CONTINUATION = 700
"""Of the sections below that a quote goes on with, some 110 words."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Blocks of one section, verbatim and in order.

    `item` is the option that answers where one option was given or selected, else the section. `cut`
    says whether matching blocks are neither in it nor in its `rest`, for their length. `below` are the
    sections that it leads to or introduces: the quote goes on with them. `opened` is what answers in a section that
    search found, too: one of these, where they are too long to be quoted whole, or one that the quote sends to.
    `rest` are the section's other matching blocks, where the quote is but the segment of a longer text that answers.
    `left_out` is all that the section says beside the quote, each block under the heading of its group.
    """

    item: MenuItem
    section: MenuItem
    blocks: tuple[Block, ...]
    cut: bool = False
    below: tuple[MenuItem, ...] = ()
    opened: "Quote | None" = None
    rest: tuple[Block, ...] = ()
    left_out: tuple[Block, ...] = ()

    @property
    def text(self) -> str:
        """The blocks one per line, options marked with a hyphen and code between fences; then what is below.

        That is by name alone where it is long, but for what is opened of it.
        """
        return "\n".join((*map(written_block, self.blocks), *self._lines_below()))

    @property
    def only_leads_on(self) -> bool:
        """Whether all is one sentence that ends in a colon, and nothing of the manual's text comes after it."""
        lone = len(self.section.blocks) == 1 and not self.below
        return lone and ends_in_colon(self.blocks[0]) and len(sentences(self.blocks[0].text)) == 1

    @property
    def taps(self) -> tuple[str, ...]:
        """The way on the device to what is quoted: the option's own, else one told by the quote or what is before it.

        What only another option of the section tells is the way to that one ("Reload: Set in Settings > Misc"), and
        what only another group tells, such as the tab of another system, is not the way of the group that is quoted.
        """
        if self.item.kind == "option" and self.item.taps:
            return self.item.taps
        own = taps_in(self.blocks) or (self.section.taps and taps_in(_leading_to(self.blocks, self.section.blocks)))
        return own or (self.opened.taps if self.opened else ())

    @property
    def way(self) -> "Quote | None":
        """The block that says the way on the device, alone; None where none does."""
        telling = (block for block in self.blocks if taps_in([block]))
        return next(
            (
                replace(self, blocks=(block,), cut=False, below=(), opened=None, rest=(), left_out=())
                for block in telling
            ),
            None,
        )

    @property
    def continued(self) -> tuple[MenuItem, ...]:
        """The sections below whose text is part of the quote, and not their names alone."""
        length = sum(characters_in(item.blocks) for item in self.below)
        return self.below if length <= _MAX_CONTINUATION else ()

    def _lines_below(self) -> Iterator[str]:
        shown = {item.id: (item, item.blocks if self.continued else ()) for item in self.below}
        if self.opened:
            shown[self.opened.section.id] = (self.opened.section, self.opened.blocks)
        for item, blocks in shown.values():
            yield f"- {item.name}"
            for block in blocks:
                yield written_block(replace(block, depth=block.depth + 1))


def quote_for(
    question: str, item: MenuItem, graph: MenuGraph, idf: Callable[[str], float], found: Sequence[int] = ()
) -> Quote:
    """Select the blocks of an item's section that answer a question.

    Paragraphs and steps are kept, notes dropped but for the one that fits best (`found`), and the options that the
    question asks for. An option item given is always kept. Lines that only point elsewhere are dropped, unless others
    lead to them, and a quote that would end in a colon, or only introduces the sections below, goes on with these
    (`below`).

    `found` are the positions of the section's blocks that search found to fit best, best first. Of a long text only
    the segment with the first of them is quoted, the one with steps where only one has any and what the title
    speaks of is to be done. A question to be answered by yes or no gets what decides it first: the best of them that
    is a text by itself and no step.
    """
    section = graph.section_of(item.id)
    blocks = section.blocks
    found = [at for at in found if at < len(blocks)]  # those of a checkpoint may be of an earlier build
    options = [at for at, block in enumerate(blocks) if block.kind in LISTED_KINDS]
    headers = header_rows(blocks)
    nearest = nearest_lead_ins(blocks)
    if item.kind == "option":
        chosen = {at for at in options if graph.option_at(section.id, at) == item.id}
    else:
        chosen = options_asked_for(question, section, options, headers, graph, idf)
        # What fits best is one of them, or hangs under one.
        fitting_best = (_nearest_option((at, *lead_ins(nearest, at)), set(options)) for at in found[:1])
        chosen = chosen.union(at for at in fitting_best if at is not None)
    chosen = chosen.union(headers[at] for at in chosen if at in headers)
    kept = _kept(blocks, nearest, chosen, set(options), found[:1])
    saying = _saying(blocks, kept)
    opposed = undoing(question, [blocks[at] for at in saying])
    asked = [at for number, at in enumerate(saying) if number not in opposed]
    deciding = _deciding(question, blocks, nearest, found)
    if deciding is None:
        first = _fitting_best(question, section, asked, found, graph.language)
    else:
        # What fits best stands before all else, so that the rest may begin as the section does.
        others = [at for at in asked if at != deciding]
        group = sorted(_groups_of(deciding, blocks, nearest))
        first = [*group, deciding, *_segment(blocks, others, (), blocks[deciding])]
    shown = _with_headers(first, headers)
    ordered = dict.fromkeys((*shown, *saying))
    fitting = _fitting([blocks[at] for at in ordered])
    quoted, rest = fitting[: len(shown)], fitting[len(shown) :]
    return Quote(
        item=item if item.kind == "option" else _answering_item(section, chosen, options, graph),
        section=section,
        blocks=tuple(quoted),
        cut=len(fitting) < len(ordered),
        below=_led_to(quoted, section, graph) if quoted else (),
        rest=tuple(rest),
        left_out=_left_out(blocks, nearest, set(list(ordered)[: len(quoted)])),
    )


def _fitting_best(
    question: str, section: MenuItem, asked: Sequence[int], found: Sequence[int], language: str
) -> list[int]:
    """Return the positions of the segment that fits best, of the steps where to do a thing is asked and told."""
    blocks = section.blocks
    segment = _segment(blocks, asked, found)
    if (
        asks_to_do(question)
        and all(blocks[at].kind != "step" for at in segment)
        and not stems(question, language).isdisjoint(stems(section.name, language))
        and (step := only_procedure([blocks[at] for at in asked])) is not None
    ):
        # A remark that says the question's words again answers less than how it is done.
        return _segment(blocks, asked, [asked[step]])
    return segment


def _segment(blocks: Sequence[Block], saying: Sequence[int], found: Sequence[int], *before: Block) -> list[int]:
    """Return the positions of the segment of the blocks to quote that has the best one found, else the first one.

    `before` are blocks that stand before it and take of its length.
    """
    if not saying:
        return []
    best = next((saying.index(at) for at in found if at in saying), 0)
    taken = sum(len(block.text.split()) for block in before)
    return [saying[at] for at in answering_segment([blocks[at] for at in saying], best, taken)]


def _with_headers(shown: Sequence[int], headers: Mapping[int, int]) -> list[int]:
    """Return the positions with the header of each table before the first of its rows."""
    placed: dict[int, None] = {}
    for at in shown:
        header = headers.get(at, at)
        if header not in shown:
            placed.setdefault(header)
        placed.setdefault(at)
    return list(placed)


def _deciding(
    question: str, blocks: Sequence[Block], nearest: Sequence[int | None], found: Sequence[int]
) -> int | None:
    """Return the position of the text that decides a question for yes or no, None for any other question."""
    if not asks_yes_or_no(question):
        return None
    leading = {at for at in nearest if at is not None}
    before_code = {at - 1 for at, block in enumerate(blocks) if block.kind == "code"}
    left = leading | before_code
    return next((at for at in found if at not in left and _decides(blocks[at])), None)


def _decides(block: Block) -> bool:
    """Whether a block is a text by itself, which needs nothing before it and leads to nothing."""
    return block.kind in _TEXT_KINDS and not block.depth and not leads_on(block)


def _kept(
    blocks: Sequence[Block],
    nearest: Sequence[int | None],
    chosen: set[int],
    options: set[int],
    best: Sequence[int],
) -> list[int]:
    """Return the positions to quote, given the options chosen among all, and the block found to fit best, if any.

    The heading of a group comes with what is quoted of it: it says which of several ("Windows", "macOS") that is; so
    does the note that a command stands in: it says when to give it ("If that fails, type:"), and a note that what is
    quoted leads to, such as the answer to a question.
    """
    above = [list(lead_ins(nearest, at)) for at in range(len(blocks))]
    leading = {lead for at in chosen for lead in above[at]}
    closed = {lead for at in options for lead in above[at]} - leading
    only_notes = all(block.kind in _NOTE_KINDS for block in blocks)
    kept: list[int] = []
    listed: set[int] = set()  # what a note that ends in a colon leads to, one after the other
    for at, block in enumerate(blocks):
        option = _nearest_option(above[at], options)
        if at in options:
            wanted = at in chosen or at in leading or option in chosen
        elif block.kind in ("note", "heading"):
            led_to = kept[-1:] == [at - 1] and (leads_on(blocks[at - 1]) or at - 1 in listed)
            if led_to and blocks[at - 1].kind == "note":
                listed.add(at)
            wanted = at in leading or (block.kind == "note" and (at in best or led_to or only_notes))
        else:
            wanted = at not in closed and (option is None or option in chosen)
        if wanted:
            kept.append(at)
    named = {lead for at in kept for lead in above[at] if blocks[lead].kind in ("heading", "note")}
    return _leading_somewhere(blocks, above, sorted(named.union(kept)), options)


def _leading_somewhere(
    blocks: Sequence[Block], above: Sequence[Sequence[int]], kept: Sequence[int], options: set[int]
) -> list[int]:
    """Return the positions without the lines and headings that lead to options alone, of which none is quoted."""
    under: set[int] = set()
    left: list[int] = []
    for at in reversed(kept):
        leads = leads_on(blocks[at]) or blocks[at].kind == "heading"
        leads_nowhere = at + 1 in options and left[-1:] != [at + 1] and options.isdisjoint(left[-1:])
        if at in under or not (leads and leads_nowhere):
            left.append(at)
            under.update(above[at])
    return left[::-1] or list(kept)


def _leading_to(quoted: Sequence[Block], blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks up to the last one quoted that speak of no option alone, nor of another group than it."""
    last = max((at for at, block in enumerate(blocks) if any(block is one for one in quoted)), default=len(blocks) - 1)
    nearest = nearest_lead_ins(blocks)
    own = set(lead_ins(nearest, last))
    apart = {
        at
        for at, block in enumerate(blocks[: last + 1])
        if block.kind in LISTED_KINDS or (block.kind == "heading" and at not in own)
    }
    return [block for at, block in enumerate(blocks[: last + 1]) if apart.isdisjoint((at, *lead_ins(nearest, at)))]


def _groups_of(at: int, blocks: Sequence[Block], nearest: Sequence[int | None]) -> set[int]:
    """Return the positions of the headings that a block stands under."""
    return {lead for lead in lead_ins(nearest, at) if blocks[lead].kind == "heading"}


def _nearest_option(above: Sequence[int], options: set[int]) -> int | None:
    """Return the option that a block hangs under, None where it hangs under none."""
    return next((at for at in above if at in options), None)


def _fitting(blocks: Sequence[Block]) -> list[Block]:
    """Return the first blocks that fit the length of an answer, at least one."""
    fitting: list[Block] = []
    left = MOST_CHARACTERS
    for block in blocks:
        left -= len(block.text)
        if left < 0 and fitting:
            break
        fitting.append(block)
    return fitting


def _saying(blocks: Sequence[Block], kept: list[int]) -> list[int]:
    """Return the positions without those that only point elsewhere, unless nothing, or a lead-in, would be left.

    The items of a list that a line leads to stay: they are what it says ("Log in at:", "Open it by:").
    """
    saying: list[int] = []
    lead: int | None = None
    for at in kept:
        block = blocks[at]
        if leads_on(block):
            lead = None if only_says_to_look(block) else at
        elif lead is not None and not _goes_on_list(block, blocks[lead + 1]):
            lead = None
        if lead is not None or block.kind == "step" or not only_points(block):
            saying.append(at)
    return saying if saying and not leads_on(blocks[saying[-1]]) else kept


def _goes_on_list(block: Block, first: Block) -> bool:
    """Whether a block is another item of a list, or a short text of the kind of its first one."""
    return (block.kind, block.depth) == (first.kind, first.depth) and len(block.text.split()) <= _MOST_WORDS_OF_ITEM


def _left_out(blocks: Sequence[Block], nearest: Sequence[int | None], quoted: AbstractSet[int]) -> tuple[Block, ...]:
    left = {
        at for at, block in enumerate(blocks) if at not in quoted and (block.kind == "step" or not only_points(block))
    }
    above = {lead for at in left for lead in lead_ins(nearest, at) if blocks[lead].kind == "heading"}
    return tuple(blocks[at] for at in sorted(left | above))


def _led_to(quoted: Sequence[Block], section: MenuItem, graph: MenuGraph) -> tuple[MenuItem, ...]:
    """Return the sections below that a quote leads to: its last block ends in a colon, or it only introduces them.

    It introduces them where the section has but paragraphs, and few words of them.
    """
    introduces = all(block.kind in _TEXT_KINDS for block in section.blocks)
    words = sum(len(block.text.split()) for block in section.blocks)
    if not ends_in_colon(quoted[-1]) and not (introduces and words <= _MAX_INTRODUCTION):
        return ()
    return tuple(child for child in graph.children(section.id) if child.kind == "section")


def _answering_item(section: MenuItem, chosen: set[int], options: Sequence[int], graph: MenuGraph) -> MenuItem:
    """Return the option item that was selected alone, else the section.

    A section's only option was not selected among others: it says nothing about what was asked.
    """
    if len(chosen) != 1 or len(options) < 2:
        return section
    option = graph.option_at(section.id, next(iter(chosen)))
    return graph.item(option) if option else section
