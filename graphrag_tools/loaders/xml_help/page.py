"""Read one page of Mallard (GNOME's help), DocBook or DITA, as HTML that the reader of every other format takes.

Parsed by the standard library without the document type. Of what a page declares there, short texts are put in where
they are named, with those in them, and files of the manual are pages below it; nothing else is expanded or opened.
"""

import html
import re
from collections.abc import Iterator, Mapping
from html.entities import name2codepoint
from itertools import islice
from xml.etree import ElementTree

from graphrag_tools.errors import ManualError
from graphrag_tools.loaders.html.page import headed_parts
from graphrag_tools.loaders.pages.front_matter import FrontMatter
from graphrag_tools.loaders.pages.page import SourcePage, TocEntry, without_list_headings
from graphrag_tools.loaders.xml_help.tables import cell_tag, mark_cells
from graphrag_tools.text.normalise import slug, tidy
from graphrag_tools.text.spans import spans, with_spans_replaced

ANY_XML = ".xml"
"""What DocBook's files are mostly called, and what many others are: `is_xml_help` tells."""
XML_HELP_SUFFIXES = frozenset({".page", ".docbook", ".dbk", ".dita", ANY_XML})
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[<>]*(?:>|\[)")
_BEFORE = re.compile(r"\s*+(?:<\?[^<>]*+>\s*+)?(?:<!--(?:[^-]|-(?!->))*+-->\s*+)*+")
"""What may stand before it; chapters often have a document type in a comment there."""
_DECLARATIONS_END = re.compile(r"\]\s*>")
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-fA-F]+);)([\w.-]+);")
_DECLARED = re.compile(r"""<!ENTITY\s+([\w.-]+)\s+(SYSTEM\s+)?(?:"([^"]{0,200})"|'([^']{0,200})')\s*>""")
_MARKUP = re.compile(r"<[^<>]*>")
_ELEMENTS_IN_ROW = re.compile(r"><(?!/)")
"""Where one begins right behind another: keys of a row; "<app>Orca</app>'s" is one word."""
_OF_KDE = {
    "eg": "e.g.",
    "ie": "i.e.",
    "etc": "etc.",
    "LMB": "left mouse button",
    "MMB": "middle mouse button",
    "RMB": "right mouse button",
    "kde": "KDE",
    "latex": "LaTeX",
    **dict.fromkeys(("underFDL", "underGPL", "underLGPL", "documentation.index"), ""),
}
"""What the document type of KDE's handbooks declares; most of its other names are the words that they stand for."""
_KEYS = re.compile(r"<keycombo\b[^<>]*>.{0,500}?</keycombo>", re.DOTALL)
_NAMED_KEY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)\w+;(?!\s*</keycap>)")
_COMMENT, _COMMENT_END = re.compile("<!--"), re.compile("-->")
_DIVISIONS = frozenset(
    "page section book article part chapter appendix preface sect1 sect2 sect3 sect4 sect5 simplesect refentry "
    "refsect1 refsect2 refsection topic task concept reference troubleshooting set glossary glossentry qandadiv "
    "qandaentry".split()
)
_TITLE_OF = {"glossentry": "glossterm", "qandaentry": "question"}
"""What stands for the title of a division that has none."""
_SILENT = frozenset(
    "info media mediaobject inlinemediaobject screenshot indexterm bookinfo articleinfo chapterinfo comment desc "
    "credit primary secondary remark toc index refmeta refentryinfo screeninfo figure prolog titlealts subtitle "
    "draft-comment".split()
)
_DATA = frozenset({"info", "bookinfo", "articleinfo", "chapterinfo", "refmeta"})
_NAMES = ("title", "refentrytitle")
_TAGS = {
    **dict.fromkeys(("p", "para", "simpara", "formalpara", "shortdesc", "cmd", "stepresult"), "p"),
    **dict.fromkeys(("steps", "orderedlist", "procedure", "substeps", "ol"), "ol"),
    **dict.fromkeys(("list", "itemizedlist", "simplelist", "tree", "ul", "sl", "choices", "steps-unordered"), "ul"),
    **dict.fromkeys(("item", "step", "member", "li", "sli", "choice", "substep"), "li"),
    **dict.fromkeys(("terms", "variablelist", "dl", "parml"), "dl"),
    **dict.fromkeys(("code", "screen", "programlisting", "literallayout", "synopsis", "codeblock", "msgblock"), "pre"),
    **dict.fromkeys(
        (
            "gui",
            "guilabel",
            "guibutton",
            "guimenu",
            "guimenuitem",
            "guisubmenu",
            "guiicon",
            "interface",
            "uicontrol",
            "wintitle",
            "b",
        ),
        "b",
    ),
    **dict.fromkeys(("key", "keycap"), "kbd"),
    **dict.fromkeys(("tr", "row", "sthead", "strow", "chhead", "chrow", "prophead", "property"), "tr"),
    **dict.fromkeys("td th entry stentry choptionhd chdeschd choption chdesc".split(), "td"),
    **dict.fromkeys("proptypehd propvaluehd propdeschd proptype propvalue propdesc".split(), "td"),
    **dict.fromkeys(("table", "informaltable", "simpletable", "choicetable", "properties"), "table"),
    **dict.fromkeys(("term", "dt", "pt"), "dt"),
    **dict.fromkeys(("dd", "pd"), "dd"),
    "quote": "blockquote",
    "blockquote": "blockquote",
}
_WITH_ROWS = frozenset({"tgroup", "thead", "sthead", "chhead", "prophead"})
_PICTURES = frozenset({"media", "inlinemediaobject"})
_AROUND_PICTURES = frozenset({"p", "para", "simpara", "cmd", "gui", "guibutton", "guilabel", "guimenu", "guimenuitem"})
"""What a picture stands in that is a part of the text, as an icon is."""
_LINKS = frozenset({"link", "xref", "ulink"})
_TOPIC = re.compile(r"^(?![\w.+-]+:)([^#]*)#[^#/]*/")
"""What stands before the place in a link of DITA: the file, and the topic that the place is in."""
_TITLED_LISTS = frozenset({"steps", "list", "orderedlist", "itemizedlist", "procedure", "terms", "variablelist"})
_NOTES = {
    "note": "note",
    "tip": "note",
    "important": "note",
    "warning": "warning",
    "caution": "warning",
    "danger": "warning",
}
_JOINED = {"guiseq": " &gt; ", "menuchoice": " &gt; ", "keyseq": "+", "keycombo": "+", "menucascade": " &gt; "}
_ROOT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)")
_OF_HELP = re.compile(
    r"docbook|projectmallard\.org|//DTD DITA|"
    r"(?>\A.*?<title\b).*(?:<(?:para|simpara|shortdesc|chapter|section|sect1|glossentry|xi:include)\b|&[\w.-]+;\s*&[\w.-]+;)",
    re.IGNORECASE | re.DOTALL,
)
_HEAD = 32_768
"""Characters in which a page shows what it is."""
_DIVISION = re.compile(rf"<(?:{'|'.join(sorted(_DIVISIONS))}|varlistentry|dlentry)\b([^<>]*)>")
_ID = re.compile(r"\bid=[\"']([^\"']+)[\"']")
_TITLE, _TITLE_END = re.compile(r"<(?:title|term|dt)\b(?![^<>]*\btype=)([^<>]*)>"), re.compile("</(?:title|term|dt)>")
_LONGEST_WORDS = 400
_MOST_BEFORE_TITLE = 4_000


def is_xml_help(text: str) -> bool:
    """Whether an XML file begins as a page of DocBook, Mallard or DITA does."""
    head = without_comments(text[:_HEAD])
    root = _ROOT.search(_DECLARED.sub("", head))
    return root is not None and root[1] in _DIVISIONS and _OF_HELP.search(head) is not None


def titles_in_xml(text: str) -> dict[str, str]:
    """Return the titles of a page's divisions and the terms of its lists, by the ids of these and by their own."""
    plain = _with_entities(without_comments(text))
    divisions = list(_DIVISION.finditer(plain))
    titles: dict[str, str] = {}
    for at, division in enumerate(divisions):
        end = divisions[at + 1].start() if at + 1 < len(divisions) else len(plain)
        head = plain[division.end() : min(end, division.end() + _MOST_BEFORE_TITLE)]
        for title in islice(spans(head, _TITLE, _TITLE_END), 1):
            ids = (_ID.search(tag[1]) for tag in (division, title.opening))
            titles |= {named[1]: _words_of(title.inner) for named in ids if named}
    return titles


def _words_of(title: str) -> str:
    """Return the words of a title in XML, without the keys that an entry of a menu has beside its name."""
    apart = (_ELEMENTS_IN_ROW.sub("> <", one) for one in (_KEYS.sub(" ", title), title))
    return next(filter(None, (tidy(html.unescape(_MARKUP.sub("", one))) for one in apart)), "")


def without_comments(text: str) -> str:
    """Return XML or declarations without comments."""
    return with_spans_replaced(text, _COMMENT, _COMMENT_END)


def _with_entities(text: str) -> str:
    """Return the text with the words that its entities stand for; those that stand for files include them."""
    begin = match.end() if (match := _BEFORE.match(text)) else 0
    doctype = _DOCTYPE.search(text, begin)
    end = _DECLARATIONS_END.search(text, doctype.end()) if doctype and doctype[0].endswith("[") else doctype
    declared = _DECLARED.findall(without_comments(text[doctype.end() : end.end()])) if doctype and end else []
    words = {name: _MARKUP.sub("", one or other) for name, is_file, one, other in declared if not is_file}
    paths = {name: one or other for name, is_file, one, other in declared if is_file}

    def said(match: re.Match[str]) -> str:
        name = match[1]
        if name in paths:
            return f'<include href="{html.escape(paths[name])}"/>'
        if name in words:
            whole = _ENTITY.sub(lambda inner: words.get(inner[1], inner[1]), words[name])
            return _ENTITY.sub(r"\1", whole if len(whole) <= _LONGEST_WORDS else words[name])
        return chr(name2codepoint[name]) if name in name2codepoint else _OF_KDE.get(name, name)

    rest = text[end.end() if end else begin :]
    rest = _KEYS.sub(lambda keys: _NAMED_KEY.sub(r"<keycap>\g<0></keycap>", keys[0]), rest)
    return _ENTITY.sub(said, rest).strip()


def xml_help_page(name: str, text: str, titles: Mapping[str, str]) -> SourcePage:
    """Return a page of Mallard, DocBook or DITA, with the guide that it belongs to or the files that it includes.

    `titles` are those of all places of the manual, which links without words of their own show.

    Raises:
        ManualError: It is no XML.
    """
    bare = _with_entities(text)
    if "<!DOCTYPE" in bare or "<!ENTITY" in bare:
        raise ManualError(
            f"{name}: its document type cannot be cut away; expected the plain one of Mallard or DocBook."
        )
    try:
        # Chapters that a book takes in may have several elements in a row.
        root = ElementTree.fromstring(f"<chapters>{bare}</chapters>")  # noqa: S314  # nothing is declared or expanded
        lists = tuple(_included(root[0] if len(root) == 1 else root))
        written = _Writer(titles).written(root, 0)
    except (ElementTree.ParseError, RecursionError) as error:
        raise ManualError(f"{name}: is no XML that can be read ({error}).") from error
    guides = [link.get("xref", "") for link in root.iter() if _tag(link) == "link" and link.get("type") == "guide"]
    guide = next((xref for xref in guides if xref.partition("#")[0]), "")
    parts = without_list_headings(headed_parts(written), lists)
    return SourcePage(name, parts, FrontMatter({"guide": guide} if guide else {}), lists=lists)


def _included(element: ElementTree.Element, part: str = "") -> Iterator[TocEntry]:
    """Yield the files that a page includes, each with the title of the part of the book, which gets an id."""
    for child in element:
        if _tag(child) == "include" and child.get("href"):
            if part and not _id_of(element):  # the files are placed below it by its id
                element.set("id", slug(part))
            yield TocEntry(child.get("href", ""), part)
        elif _tag(child) in _DIVISIONS:
            title = _child_called("title", child)
            yield from _included(child, tidy("".join(title.itertext())) if title is not None else part)
        else:
            yield from _included(child, part)


class _Writer:
    """Writes elements as HTML."""

    def __init__(self, titles: Mapping[str, str]) -> None:
        self._titles = titles

    def written(self, element: ElementTree.Element, level: int) -> str:
        """Return an element as HTML; `level` counts the divisions around it."""
        tag = _tag(element)
        if tag in _SILENT:
            return ""
        if tag in _JOINED:
            keys = [self._inner(child, level).strip() for child in element if _tag(child) == "shortcut"]
            shown = _JOINED[tag].join(self._joined(element, level))
            return f"{shown} ({', '.join(keys)})" if shown and any(keys) else shown or ", ".join(keys)
        if tag in _DIVISIONS:
            _join_subtitle(element)
            _take_title(element)
            name = _id_of(element)
            titles = "" if _child_called("title", element) is not None else self._title_in_data(element, level + 1)
            more = self._see_also(element)
            return f'<div id="{html.escape(name)}">{titles}{self._inner(element, level + 1)}{more}</div>'
        if tag in _NOTES:
            kind = _NOTES.get(element.get("style") or element.get("type") or "", _NOTES[tag])
            return f'<div class="admonition {kind}">{self._inner(element, level)}</div>'
        if tag == "title":
            return self._title(element, level)
        return self._simple(element, tag, level)

    def _title_in_data(self, division: ElementTree.Element, level: int) -> str:
        """Return the title that the data about a division give it (bookinfo, refmeta), where it has none of its own."""
        data = (child for child in division if _tag(child) in _DATA)
        titles = (title for one in data for name in _NAMES if (title := _child_called(name, one)) is not None)
        return "".join(self._title(title, level) for title in titles)

    def _see_also(self, division: ElementTree.Element) -> str:
        """Return the pages that the data of one of Mallard names beside it."""
        data = _child_called("info", division)
        links = [link.get("xref", "") for link in ([] if data is None else data) if link.get("type") == "seealso"]
        named = ((xref, html.escape(self._title_of(xref))) for xref in links)
        shown = [f'<li><a href="{html.escape(xref)}">{words}</a></li>' for xref, words in named if words]
        return f"<ul>{''.join(shown)}</ul>" if shown else ""

    def _title(self, element: ElementTree.Element, level: int) -> str:
        inner = self._inner(element, level)
        return f"<h{min(level, 6)}>{inner}</h{min(level, 6)}>" if level else inner

    def _simple(self, element: ElementTree.Element, tag: str, level: int) -> str:
        inner = self._inner(element, level)
        if tag in _LINKS:
            target = _TOPIC.sub(r"\1#", element.get("xref") or element.get("url") or element.get("href") or "")
            href = target or f"label:{element.get('linkend', '')}"
            titled = element.get("endterm", "") or target or element.get("linkend", "")
            words = inner if inner.strip() else html.escape(self._title_of(titled))
            return f'<a href="{html.escape(href)}">{words}</a>' if words else ""
        if tag == "footnote":
            said = tidy(re.sub(r"</?(?:p|div)\b[^<>]*>", " ", inner))
            return f" ({said.removesuffix('.')})" if said else ""
        if tag == "quote" and _child_called("p", element) is None:  # of DocBook, within a sentence
            return f"“{inner}”"
        if tag == "emphasis" and element.get("role") in ("bold", "strong"):
            return f"<b>{inner}</b>"
        if tag == "code" and "\n" not in inner:
            return inner
        shown = _TAGS.get(tag)
        title = _child_called("title", element) if tag in _TITLED_LISTS else None
        above = "" if title is None else f"<p><b>{self._inner(title, level)}</b></p>"
        opening = cell_tag(element) if shown == "td" else shown
        return f"{above}<{opening}>{inner}</{opening.split()[0]}>" if opening else inner

    def _title_of(self, target: str) -> str:
        page, _, place = target.partition("#")
        return self._titles.get(place or page, "")

    def _joined(self, element: ElementTree.Element, level: int) -> Iterator[str]:
        """Yield what is joined: the children but the keys of a menu's entry, and words between them."""
        yield from filter(None, [html.escape((element.text or "").strip(), quote=False)])
        for child in element:
            shown = "" if _tag(child) == "shortcut" else self.written(child, level).strip()
            yield from filter(None, [shown, html.escape((child.tail or "").strip(), quote=False)])

    def _inner(self, element: ElementTree.Element, level: int) -> str:
        parent = _tag(element)
        named = "" if parent in _DIVISIONS or parent in _LINKS else _id_of(element)
        place = f'<a id="{html.escape(named)}"></a>' if named else ""
        pieces = [place, html.escape(element.text or "", quote=False)]
        for child in element:
            pieces.append(self._child(child, parent, level))
            pieces.append(html.escape(child.tail or "", quote=False))
        return "".join(pieces)

    def _child(self, child: ElementTree.Element, parent: str, level: int) -> str:
        tag = _tag(child)
        if tag in _WITH_ROWS:
            mark_cells(child)
        if tag in _PICTURES and parent in _AROUND_PICTURES:
            return f'<img alt="{html.escape(tidy("".join(child.itertext())))}">'
        if tag == "title" and parent not in _DIVISIONS:
            shown = self._inner(child, level)
            titled = f'<p class="title">{shown}</p>' if parent in _NOTES else f"<p><b>{shown}</b></p>"
            return "" if parent in _TITLED_LISTS else titled
        if parent == "terms" and tag == "item":
            term = next((self._inner(one, level) for one in child if _tag(one) == "title"), "")
            rest = "".join(self.written(one, level) for one in child if _tag(one) != "title")
            return f"<dt>{term}</dt><dd>{rest}</dd>"
        if tag == "info" and parent in ("step", "substep"):  # of DITA; elsewhere it is data about the page
            return f"<p>{self._inner(child, level)}</p>"
        if tag == "listitem":
            shown = "dd" if parent == "varlistentry" else "li"
            return f"<{shown}>{self._inner(child, level)}</{shown}>"
        return self.written(child, level)


def _join_subtitle(page: ElementTree.Element) -> None:
    """Put the subtitle of a page of Mallard behind its title: parts of one are called the same without it."""
    if _tag(page) != "page":
        return
    title, subtitle = _child_called("title", page), _child_called("subtitle", page)
    if title is not None and subtitle is not None:
        words = tidy("".join(subtitle.itertext()))
        title.tail, title.text = "", f"{tidy(''.join(title.itertext()))}: {words}"
        title[:] = []


def _take_title(division: ElementTree.Element) -> None:
    """Make a title of what stands for one: a question of its answer, a term of what it means."""
    said = _child_called(_TITLE_OF.get(_tag(division), ""), division)
    if said is not None:
        said.tag, said.text = "title", tidy("".join(said.itertext()))
        said[:] = []


def _id_of(element: ElementTree.Element) -> str:
    return element.get("id") or element.get("{http://www.w3.org/XML/1998/namespace}id") or ""


def _child_called(tag: str, element: ElementTree.Element) -> ElementTree.Element | None:
    return next((child for child in element if _tag(child) == tag), None)


def _tag(element: ElementTree.Element) -> str:
    """Return an element's name without its namespace, "" for a comment."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else "comment"
