"""Put footnotes where they are used, in parentheses: a quote of a block has the words that limit it.

Known are the forms that Markdown, docutils, AsciiDoctor, Word and mammoth write: a mark that links to a place on the
page, whose text leads back or calls itself a footnote.
"""

import re
from collections.abc import Iterator
from itertools import islice, takewhile

from selectolax.lexbor import LexborHTMLParser, LexborNode

from graphrag_tools.loaders.html.dom import FLOW, HEADINGS, ancestors, attribute, nearest, neighbour
from graphrag_tools.text.normalise import tidy

_MAY_HAVE_FOOTNOTES = re.compile(r"<sup>\s*<a\b|foot-?note|noteref|endnote|[\"'#]_?(?:fn|ftn)", re.IGNORECASE)
_NAMED_SO = re.compile(
    r"foot-?note|noteref|endnote|(?:^|[\s#])_?(?:fn|ftn)(?:[-_:]?(?:ref)?[-_:]?\w*)?$", re.IGNORECASE
)
_MARK = re.compile(r"[\[(]?(?:[\d,]{1,4}(?::\d{1,3})?|[a-z]|[ivx]{1,5}|[*†‡§¶#]{1,3})[\])]?", re.IGNORECASE)
_MOST_TEXT = 2**19
"""Characters put into one page, because a note that each of its lines names would fill the memory."""


_MOST_DEEP = 50
_MOST_MARKS = 2_000
"""Of a page, because for each mark the whole note is looked at, which links back to all of its marks."""


def put_footnotes_in(parser: LexborHTMLParser, markup: str) -> None:
    """Change a page: the text of each footnote after the words that it belongs to, its list gone."""
    body = parser.body
    if body is None or not _MAY_HAVE_FOOTNOTES.search(markup):
        return
    named = {name: node for node in body.css("[id],a[name]") for name in _names(node)}
    used: dict[int, LexborNode] = {}
    room = _MOST_TEXT
    marks = (link for link in body.css('a[href^="#"]') if _MARK.fullmatch(link.text().strip()))
    for reference in islice(marks, _MOST_MARKS):
        note = _note_of(reference, named)
        if note is None:
            continue
        room -= len(note.text())
        _put_in(parser, reference, note if room > 0 else None)
        used[note.mem_id] = note
    for note in used.values():
        _remove(note, body)


def _names(node: LexborNode) -> list[str]:
    return [name for name in (attribute(node, "id"), attribute(node, "name")) if name]


def _note_of(reference: LexborNode, named: dict[str, LexborNode]) -> LexborNode | None:
    """Return the block that holds the footnote that a link with the text of a mark leads to; None for every other."""
    target = named.get(attribute(reference, "href")[1:])
    if target is None or target.mem_id == reference.mem_id:
        return None
    note = nearest(target, FLOW)
    if note is None or (note.tag or "") in HEADINGS | {"body", "html"} or _holds(note, reference):
        return None
    leads_back = any(_leads_back(link, _names_of_mark(reference)) for link in note.css('a[href^="#"]'))
    says_so = _says_footnote(note) or (note.parent is not None and _says_footnote(note.parent))
    is_raised = any(above.tag == "sup" for above in _around(reference))
    if not (is_raised or _says_footnote(reference)) or _is_back_link(reference, named):
        return None
    repeats_mark = is_raised and note.text().strip().startswith(reference.text().strip())
    return note if leads_back or says_so or repeats_mark else None


def _names_of_mark(reference: LexborNode) -> set[str]:
    return {name for node in (reference, *_around(reference)) for name in _names(node)}


def _leads_back(link: LexborNode, names: set[str]) -> bool:
    """Whether a link in a note leads to its mark: to this one, or to another use of it."""
    target = attribute(link, "href").removeprefix("#")
    return target in names or "back" in attribute(link, "class") or _NAMED_SO.search(target) is not None


def _is_back_link(link: LexborNode, named: dict[str, LexborNode]) -> bool:
    """Whether a link stands in the footnote and leads to its mark, which comes before it."""
    if attribute(link, "role") == "doc-backlink" or "back" in attribute(link, "class"):
        return True
    target = named.get(attribute(link, "href")[1:])
    is_mark = target is not None and (target.tag == "sup" or any(above.tag == "sup" for above in _around(target)))
    return is_mark and not any(above.tag == "sup" for above in _around(link))


def _around(node: LexborNode) -> list[LexborNode]:
    """Return the elements right around a mark that hold nothing else."""
    return list(islice(takewhile(lambda above: above.tag in ("sup", "span", "b", "small"), ancestors(node)), 4))


def _says_footnote(node: LexborNode) -> bool:
    words = (attribute(node, name) for name in ("role", "epub:type", "class", "href", "id"))
    return any(_NAMED_SO.search(word) for word in words if word)


def _holds(outer: LexborNode, inner: LexborNode) -> bool:
    return any(above.mem_id == outer.mem_id for above in ancestors(inner))


def _put_in(parser: LexborHTMLParser, reference: LexborNode, note: LexborNode | None) -> None:
    mark = next((one for one in reversed(_around(reference)) if one.tag == "sup"), reference)
    heading = nearest(mark, HEADINGS)
    shown = None
    if note is not None:
        shown = _shown(parser, note, reference, "p" if heading is not None else "span")
    if shown is None or not shown.text().strip():
        mark.decompose()
    elif heading is not None:  # a title stays short
        heading.insert_after(shown)
        mark.decompose()
    else:
        mark.replace_with(shown)


def _shown(parser: LexborHTMLParser, note: LexborNode, reference: LexborNode, tag: str) -> LexborNode:
    """Return the text of a note with its links, ready to stand within a sentence or as one."""
    shown = parser.create_node(tag)
    for piece in _pieces(note, reference):
        shown.insert_child(piece)
    if tag == "span" and (text := tidy(shown.text())):
        last = shown.last_child
        if last is not None and last.tag == "-text" and text.endswith("."):
            last.replace_with((last.text_content or "").rstrip().removesuffix("."))
        first = shown.first_child
        if first is not None:
            first.insert_before(" (")
        shown.insert_child(")")
    return shown


def _pieces(note: LexborNode, reference: LexborNode) -> list[LexborNode | str]:
    """Return texts and links of a note in order, without its mark and what leads back."""
    pieces = _texts_and_links(note, _names_of_mark(reference))
    found = [piece for piece in pieces if not isinstance(piece, str) or piece]
    if found and isinstance(found[0], str):  # AsciiDoctor: "<a>1</a>. The text"
        found[0] = found[0].lstrip().removeprefix(reference.text().strip()).lstrip(". ")
    while found and isinstance(found[-1], str) and not found[-1].strip():
        found.pop()
    if found and isinstance(found[-1], str):
        found[-1] = found[-1].rstrip()
    return found


def _texts_and_links(node: LexborNode, names: set[str], depth: int = 0) -> Iterator[LexborNode | str]:
    for child in node.iter(include_text=True):
        tag = child.tag or ""
        words = child.text().strip()
        if tag == "-text":
            yield child.text_content or ""
        elif tag == "a" and attribute(child, "href") and not attribute(child, "href").startswith("#"):
            yield child
        elif tag == "a" and not _leads_back(child, names):
            yield words
        elif tag != "a" and not (tag == "sup" and _MARK.fullmatch(words)) and not _is_label(child):
            yield from _texts_and_links(child, names, depth + 1) if depth < _MOST_DEEP else [words]
            if tag in FLOW:
                yield " "


def _is_label(node: LexborNode) -> bool:
    return "label" in attribute(node, "class").split()


def _remove(note: LexborNode, body: LexborNode) -> None:
    """Take a note away, and what is left empty around it, with its rule and its heading."""
    around = note.parent
    note.decompose()
    while around is not None and around.mem_id != body.mem_id:
        left = (node for node in around.iter() if (node.tag or "") not in HEADINGS | {"hr"})
        is_list = around.tag in ("ol", "ul", "dl") or _says_footnote(around)
        if not is_list or any(tidy(node.text()) for node in left):
            return
        above = around.parent
        rule = neighbour(around, forward=False)
        around.decompose()
        if rule is not None and rule.tag == "hr":
            rule.decompose()
        around = above
