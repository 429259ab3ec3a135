"""Which options of a section a question asks for: those it names, those with its words, or a short list as a whole."""

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import takewhile

from graphrag_tools.manual.graph import MenuGraph, MenuItem
from graphrag_tools.manual.pointers import leads_on
from graphrag_tools.manual.sections import Block
from graphrag_tools.manual.table_rows import may_name_columns
from graphrag_tools.text.normalise import folded
from graphrag_tools.text.words import stems, weighted_share

LISTED_KINDS = frozenset({"option", "table"})
_NEAR_BEST = 0.7
_SHORT = 80
"""Words of a list that is quoted as a whole where the question does not tell its options apart."""
_TOLD_APART = 0.5
"""Share of what the question asks beyond the section's title that one option says."""


def options_asked_for(
    question: str,
    section: MenuItem,
    options: Sequence[int],
    headers: Mapping[int, int],
    graph: MenuGraph,
    idf: Callable[[str], float],
) -> set[int]:
    """Return the positions of the options to quote, given those of all, and of each table's row that of its header.

    These are the ones whose idf-weighted word overlap with the question is at least .7 of the best one's; all of them
    where none matches, or where title and introduction already say every word of the question, which then asks for the
    section as a whole. Where none says half of what the title does not, words hardly tell them apart, and the others of
    a short list come with the ones chosen. The header of a table says nothing by itself, and brings all rows where none
    of them has a word of the question beside its own ("Band" over "S-Band"). An option whose whole name stands in the
    question, in two words or more, is alone; one that asks or ends in a colon comes with the next.
    """
    blocks = section.blocks
    if named := _named(blocks, options, question):
        return _with_answers(blocks, named, options)
    wanted = stems(question, graph.language)
    introduction = (block.text for block in blocks if block.kind == "paragraph" and block.depth == 0)
    if wanted <= stems(" ".join((section.name, *introduction)), graph.language):
        return set(options)
    said = {at: stems(blocks[at].text, graph.language) for at in options}
    naming = frozenset(headers.values())
    telling = {at: words - said[headers[at]] if at in headers else words for at, words in said.items()}
    rows = {at: words for at, words in telling.items() if at not in naming}
    best = _best(rows, wanted, idf) or _best(telling, wanted, idf)
    chosen = _with_rows(blocks, best, naming) or set(options)
    asked = wanted - stems(section.name, graph.language)
    if all(weighted_share(asked, words, idf) < _TOLD_APART for words in said.values()):
        chosen |= _short_lists(blocks, chosen, options)
    return _with_answers(blocks, chosen, options)


def _named(blocks: Sequence[Block], options: Sequence[int], question: str) -> set[int]:
    asked = f" {folded(question)} "
    names = {at: folded(blocks[at].name) for at in options}
    return {at for at, name in names.items() if " " in name and f" {name} " in asked}


def _best(said: Mapping[int, Collection[str]], wanted: Collection[str], idf: Callable[[str], float]) -> set[int]:
    overlap = {at: weighted_share(wanted, present, idf) for at, present in said.items()}
    best = max(overlap.values(), default=0.0)
    return {at for at, share in overlap.items() if best > 0 and share >= _NEAR_BEST * best}


def _with_rows(blocks: Sequence[Block], chosen: set[int], headers: Collection[int]) -> set[int]:
    """Return the options chosen, with all rows of a table of which the first one alone is: it names the columns."""
    all_chosen = set(chosen)
    for at in chosen:
        if (at in headers or may_name_columns(blocks[at])) and not (at and blocks[at - 1].kind == "table"):
            rows = list(takewhile(lambda row: blocks[row].kind == "table", range(at, len(blocks))))
            if not chosen.intersection(rows[1:]):
                all_chosen.update(rows)
    return all_chosen


def _short_lists(blocks: Sequence[Block], chosen: set[int], options: Sequence[int]) -> set[int]:
    """Return all options of the short lists that one chosen is of: options that follow each other."""
    lists: list[list[int]] = []
    for at in options:
        if lists and lists[-1][-1] == at - 1:
            lists[-1].append(at)
        else:
            lists.append([at])
    short = (one for one in lists if sum(len(blocks[at].text.split()) for at in one) <= _SHORT)
    return {at for one in short if chosen.intersection(one) for at in one}


def _with_answers(blocks: Sequence[Block], chosen: set[int], options: Sequence[int]) -> set[int]:
    """Return the options chosen, with those that they lead to: the row of an answer follows that of its question."""
    among = frozenset(options)
    return chosen.union(at + 1 for at in chosen if at + 1 in among and leads_on(blocks[at]))
