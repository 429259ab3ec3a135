"""Make sections of a folder's pages: nested by heading and by the tree of pages, links resolved."""

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import replace

from graphrag_tools.loaders.html.page import PageSection, nested_sections, top_sections
from graphrag_tools.loaders.pages.page import SourcePage
from graphrag_tools.loaders.pages.tree import Node
from graphrag_tools.manual.sections import Block, Section
from graphrag_tools.text.normalise import unaccented
from graphrag_tools.text.words import words

Target = Callable[[str], str]
"""Where a link leads: an anchor of the manual, a web address, or "" for nothing to follow."""
_NOTES = frozenset({"note", "warning"})
_MOST_BESIDE_LINKS = 2
_NO_PART = PageSection(0, "", (), ())


def page_sections(page: SourcePage, title: str, untitled: str, target: Target) -> tuple[Section, ...]:
    """Return a page's sections, parents first; the first stands for the page.

    The page's highest heading is its title, where that says what `title` says (as the first of several, if nothing
    stands before it), or is the only one, of the first level, with but notes and links before it: Hugo shows the
    title of the data above text that may have its own first heading.
    Otherwise `title`, what the page's data call it, becomes a section above all headings. Without either, headings
    stand side by side, and text before them is called `untitled`.
    """
    headed = list(page.parts)
    preface = headed.pop(0) if headed and headed[0].level == 0 else _NO_PART
    tops = top_sections(headed)
    has_text_before = any(not (block.kind in _NOTES or _is_bar(block)) for block in preface.blocks)
    begins_page = len(tops) == 1 and tops[0].level == 1 and not has_text_before
    is_said = bool(headed) and headed[0] in tops and unaccented(headed[0].title) == unaccented(title)
    is_title = begins_page or (is_said and (len(tops) == 1 or not preface.blocks))
    if (title and is_title) or (begins_page and preface.blocks):
        first = headed[0]
        drafts = [
            replace(first, level=0, blocks=(*preface.blocks, *first.blocks), ids=(*first.ids, *preface.ids)),
            *headed[1:],
        ]
    elif title:
        drafts = [replace(preface, title=title), *headed]
    elif preface.blocks or not headed:
        drafts = [replace(preface, title=untitled, level=9), *headed]
    else:
        drafts = [replace(headed[0], ids=(*headed[0].ids, *preface.ids)), *headed[1:]]
    return _nested(page, drafts, target)


def _is_bar(block: Block) -> bool:
    """Whether a block is but links, to the page above or to other languages: "English | [Deutsch](de.md)"."""
    linked = {word for link in block.links for word in words(link.text)}
    return bool(linked) and len(set(words(block.text)) - linked) <= _MOST_BESIDE_LINKS


def placed_sections(
    nodes: Iterable[Node],
    sections: dict[str, tuple[Section, ...]],
    parent: str | None = None,
    way: tuple[str, ...] = (),
) -> list[Section]:
    """Return all sections in the order of the tree, each page's below the page, or part of one, above it."""
    found: list[Section] = []
    for node in nodes:
        if node.page:
            own = [replace(one, parent=parent) if one.parent is None else one for one in sections[node.page]]
        else:
            own = [Section("group: " + " > ".join((*way, node.title)), node.title, parent=parent)]
        inner = (*way, node.title or node.page)
        places = {place for one in own for place in one.anchors}
        for one in own:
            under = [below for below in node.below if below.under in one.anchors]
            found.extend((one, *placed_sections(under, sections, one.key, inner)))
        found.extend(
            placed_sections((one for one in node.below if one.under not in places), sections, own[0].key, inner)
        )
    return found


def _nested(page: SourcePage, drafts: Sequence[PageSection], target: Target) -> tuple[Section, ...]:
    anchors = frozenset(page.anchors)
    ordered = [replace(draft, ids=_with_anchor_first(draft.ids, anchors)) for draft in drafts]
    return nested_sections(page.name, ordered, target)


def _with_anchor_first(ids: tuple[str, ...], anchors: Container[str]) -> tuple[str, ...]:
    """Return the names of a place with the one that its heading gives before those that were put beside it."""
    anchor = next((one for one in ids if one in anchors), None)
    return ids if anchor is None else tuple(dict.fromkeys((anchor, *ids)))
