"""Blocks and sections that say nothing themselves and only point to where something is said."""

import re
from itertools import dropwhile

from graphrag_tools.manual.graph import MenuGraph, MenuItem
from graphrag_tools.manual.sections import Block
from graphrag_tools.text.characters import ENDS_OF_QUESTIONS
from graphrag_tools.text.english.references import POINTING
from graphrag_tools.text.english.stop_words import STOP_WORDS
from graphrag_tools.text.labels import SENDING
from graphrag_tools.text.normalise import folded, sentences, tidy
from graphrag_tools.text.words import words

_ADDRESS = re.compile(r"(?:\w+://|www\.|mailto:)\S+|[^\s@]+@\S+\.\S+")
_SENDS = re.compile(rf"\b(?:{SENDING}|follow)\b", re.IGNORECASE)
_MOST_SENTENCES = 3
_COLONS = (":", "：")


def only_points(block: Block) -> bool:
    """Whether a block has no words but its links' and such as "see also"; an address written out is no such link."""
    if not block.links or block.kind == "heading" or any(_ADDRESS.fullmatch(tidy(link.text)) for link in block.links):
        return False
    linked = {word for link in block.links for word in words(link.text)}
    return set(words(block.text)) <= linked | POINTING | STOP_WORDS


def only_says_to_look(block: Block) -> bool:
    """Whether a block has but words such as "see also"."""
    return set(words(block.text)) <= POINTING | STOP_WORDS


def sends_to(title: str, block: Block) -> bool:
    """Whether a sentence of a block sends to the section of a title for something that it names, not only for more."""
    sending = (sentence for sentence in sentences(block.text) if f" {folded(title)} " in f" {folded(sentence)} ")
    known = {*words(title), *POINTING, *STOP_WORDS}
    return any(_SENDS.search(sentence) and not known.issuperset(words(sentence)) for sentence in sending)


def leads_on(block: Block) -> bool:
    """Whether a block ends in a colon or asks, and so leaves what it says to what comes after it."""
    return ends_in_colon(block) or block.text.rstrip().endswith(ENDS_OF_QUESTIONS)


def ends_in_colon(block: Block) -> bool:
    """Whether a block ends in a colon."""
    return block.text.rstrip().endswith(_COLONS)


def says_something(item: MenuItem, graph: MenuGraph) -> bool:
    """Whether a section may be an answer: it has text of its own, or none and nothing below it.

    Headings, its title once more, and blocks that only point elsewhere are no text of its own.
    """
    if any(_says_something(block, item) for block in item.blocks):
        return True
    return not item.blocks and not graph.children(item.id)


def pointed_to(item: MenuItem, graph: MenuGraph) -> MenuItem | None:
    """Return the section that an item does nothing but point to; None where it says something, or names several.

    A question that another one follows at once is answered with that. One sentence or two about what the section of the
    same name is about, before "See …", say nothing that it does not ("Timelapse" in a list of what there is).
    """
    if not item.blocks:
        return _question_below(item, graph)
    if (summed_up := _summed_up(item, graph)) is not None:
        return summed_up
    if not any(map(only_points, item.blocks)) or says_something(item, graph) or graph.children(item.id):
        return None
    targets = {graph.section_of(target.id).id: target for target in graph.see_also(item.id)}
    if len(targets) != 1:
        return None
    target = graph.section_of(next(iter(targets)))
    return target if says_something(target, graph) else None


def _summed_up(item: MenuItem, graph: MenuGraph) -> MenuItem | None:
    """Return the section of an item's own name that a lone paragraph ends in a link to, if it says more."""
    saying = [block for block in item.blocks if not only_points(block)]
    if len(saying) != 1 or not saying[0].links or graph.children(item.id):
        return None
    block = saying[0]
    said = sentences(block.text)
    if not 1 < len(said) <= _MOST_SENTENCES:
        return None
    if not set(words(said[-1])) <= {word for link in block.links for word in words(link.text)} | POINTING | STOP_WORDS:
        return None
    targets = {graph.section_of(target.id).id for target in graph.see_also(item.id)}
    named = [graph.item(one) for one in targets if folded(graph.item(one).name) == folded(item.name)]
    return named[0] if len(named) == 1 and _length(named[0], graph) > _length(item, graph) else None


def _length(item: MenuItem, graph: MenuGraph) -> int:
    """Return how many words an item and those right below it have."""
    return sum(len(words(block.text)) for one in (item, *graph.children(item.id)) for block in one.blocks)


def _question_below(item: MenuItem, graph: MenuGraph) -> MenuItem | None:
    """Return the question with an answer that stands right below one without, if no other title comes between."""
    above = graph.parent(item.id)
    if not item.name.endswith(ENDS_OF_QUESTIONS) or above is None or graph.children(item.id):
        return None
    beside = (one for one in graph.children(above.id) if one.kind == "section")
    after = dropwhile(lambda one: one.id != item.id, beside)
    unanswered = dropwhile(lambda one: one.name.endswith(ENDS_OF_QUESTIONS) and not one.blocks, after)
    following = next(unanswered, None)
    return following if following is not None and following.name.endswith(ENDS_OF_QUESTIONS) else None


def _says_something(block: Block, item: MenuItem) -> bool:
    return block.kind != "heading" and folded(block.text) != folded(item.name) and not only_points(block)
