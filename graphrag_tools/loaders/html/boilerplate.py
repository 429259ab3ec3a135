"""Find menus, banners, forms and hidden elements of a page, each with the name that it is counted under.

Where a rule could take content, it does not apply: a header that holds the only h1 stays, as do forms around a page,
closed accordions, buttons in running text, and alternatives of which a script shows one.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from selectolax.lexbor import LexborNode

from graphrag_tools.loaders.html.alternatives import is_alternative, is_hidden
from graphrag_tools.loaders.html.dom import LISTS, SILENT, ancestors, attribute, class_words
from graphrag_tools.text.normalise import tidy

NAVIGATION = "navigation"
_MARKED = (
    "nav, header, footer, aside, form, button, select, dialog, a, "
    "[class], [id], [role], [hidden], [style], [aria-hidden]"
)
_CONTENT_TAGS = frozenset({"article", "section", "main", "blockquote", "figure", "td"})
_TEXT_TAGS = frozenset({"p", "li", "td", "th", "dt", "dd", "summary", "h1", "h2", "h3", "h4", "h5", "h6"})
_BOXES = frozenset({"div", "section", "aside", "dialog", "form", "p", "ul", "table", "span"})
_BOX_CLASSES = {
    **{"link-target": "address of a link", "nocontent": "form", "mctextpopupbody": "popup"},
    **dict.fromkeys((f"list-of-{what}" for what in ("figures", "tables", "examples", "equations")), NAVIGATION),
}
"""What is told by its class alone: Sphinx writes the addresses of links into books, Flare its search and glossary,
DocBook lists of figures."""
_TAGS = {"nav": NAVIGATION, "select": "form", "dialog": "dialog"}
_ROLES = {
    "navigation": NAVIGATION,
    "menu": NAVIGATION,
    "menubar": NAVIGATION,
    "doc-toc": NAVIGATION,
    "search": "form",
    "dialog": "dialog",
    "alertdialog": "dialog",
    "contentinfo": "footer",
}
_MENU_WORDS = frozenset(
    "nav navbar navigation menu sidebar sidenav toc breadcrumb breadcrumbs pagination pager".split()
)
_NAVIGATION_BARS = frozenset({"navheader", "navfooter"})
"""What DocBook calls the bars with "Prev" and "Next" above and below a page, in which its title is repeated."""
_LINES_OF_CONTENTS = frozenset(("msotocheading", *(f"msotoc{level}" for level in range(1, 10))))
"""What Word calls the lines of a table of contents when it saves a document as HTML."""
_CONSENT = re.compile(
    r"\bcookies?[-_ ]?(?:banner|bar|consent|notice|popup|modal|overlay|message|law|wall|dialog|disclaimer)"
    r"|\b(?:consent|gdpr|ccpa)[-_ ]?(?:banner|bar|popup|modal|manager|dialog|overlay)\b|\bonetrust|\bcybot",
    re.IGNORECASE,
)
_FOLDING = re.compile(r"accord|collaps|expand|panel|tab|toggle|drop|fold|spoiler|reveal", re.IGNORECASE)
_SKIP_LINK = re.compile(
    r"(?:skip|jump|go) to (?:the )?(?:main |page )?(?:content|navigation|search|menu)", re.IGNORECASE
)
_PERMALINK = frozenset({"#", "¶", "§", "🔗", "\uf0c1"})
_FEEDBACK = re.compile(
    r"\s*(?:was|did|is) (?:this|that) (?:\w+ )?(?:(?:helpful|useful)|(?:help|answer|solve)\b.{0,30})\s*\?",
    re.IGNORECASE,
)
_FEEDBACK_TAGS = "p, div, h2, h3, h4, h5, h6, span, legend, label, strong, aside, section"
_MAX_FEEDBACK_ANSWERS = 60
_MAX_FEEDBACK = 20
_MAX_TITLE = 6
_FORM_LENGTH = 600
_MAX_ANCESTORS = 200
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\b\d+\b")


@dataclass(slots=True)
class Dropped:
    """The elements that a walk passes over, by their identity, and how many words each kind held."""

    elements: dict[int, str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)

    def add(self, node: LexborNode, kind: str) -> None:
        """Take one more element, unless it is known."""
        if node.mem_id not in self.elements:
            self.elements[node.mem_id] = kind

    def count(self, node: LexborNode) -> None:
        """Count an element that a walk has passed over."""
        kind = self.elements[node.mem_id]
        self.counts[kind] += 1
        self.words[kind] += len(_WORD.findall(node.text())) if kind != "script or style" else 0


def find_boilerplate(body: LexborNode) -> Dropped:
    """Return what of a page's body is boilerplate."""
    dropped = Dropped()
    rules = _Rules(body)
    for node in body.css(_MARKED):
        if node.mem_id != body.mem_id and (kind := rules.kind(node)):
            dropped.add(node, kind)
    for node in body.css(", ".join(sorted(SILENT - {"head", "svg"}))):
        dropped.add(node, "script or style")
    for node in _feedback_boxes(body):
        dropped.add(node, "feedback question")
    return dropped


def is_breadcrumb(node: LexborNode) -> bool:
    """Whether an element is a trail of links to the pages above."""
    words = {*class_words(node), *re.findall(r"[a-z]+", attribute(node, "id").lower())}
    return (
        not words.isdisjoint(("breadcrumb", "breadcrumbs"))
        or any(word.startswith("mcbreadcrumbsbox") for word in class_words(node))  # of Flare
        or attribute(node, "aria-label").strip().lower() in ("breadcrumb", "breadcrumbs")
        or "BreadcrumbList" in attribute(node, "itemtype")
    )


def mostly_links(node: LexborNode) -> bool:
    """Whether two links or more make up four fifths of an element's words, and no heading of a page is in it.

    Numbers do not count: those of entries stand beside their links.
    """
    links = node.css("a[href]")
    if len(links) < 2 or node.css_first("h1") is not None:
        return False
    linked = sum(_length(link) for link in links)
    return linked >= 0.8 * _length(node)


def _length(node: LexborNode) -> int:
    return len(_WORD.findall(_NUMBER.sub(" ", node.text())))


def _is_contents(node: LexborNode) -> bool:
    """Whether an element is one link, or a list of links below a title of a few words."""
    entries = node.css_first("dl, ul, ol")
    box = entries if entries is not None else node
    title = len(_words([node])) - len(_words([box]))
    links = box.css("a[href]")
    return bool(links) and title <= _MAX_TITLE and _words(links) == _words([box])


def _words(nodes: Sequence[LexborNode]) -> list[str]:
    return [word for node in nodes for word in _WORD.findall(node.text(separator=" "))]


class _Rules:
    """The rules for one page, with what they ask of all of it."""

    def __init__(self, body: LexborNode) -> None:
        self._first_headings = [heading.mem_id for heading in body.css("h1")]
        self._revealed = {
            attribute(control, name).lstrip("#")
            for name in ("aria-controls", "data-target", "data-bs-target")
            for control in body.css(f"[{name}]")
        }

    def kind(self, node: LexborNode) -> str:
        """Return what kind of boilerplate an element is, "" for content."""
        return _by_tag(node, self._only_heading) or _by_attributes(node) or self._hidden(node)

    def _only_heading(self, node: LexborNode) -> bool:
        inside = [heading.mem_id for heading in node.css("h1")]
        return bool(inside) and len(inside) == len(self._first_headings)

    def _hidden(self, node: LexborNode) -> str:
        attributes = node.attributes
        if attributes.get("aria-hidden") == "true":
            return "hidden element"
        if not is_hidden(node) or is_alternative(node):
            return ""
        looks = " ".join(attributes.get(name) or "" for name in ("class", "id", "role", "hidden"))
        folded = _FOLDING.search(looks) or "until-found" in looks or (attributes.get("id") or "") in self._revealed
        return "" if folded or _parent_tag(node) == "details" else "hidden element"


def _by_tag(node: LexborNode, holds_only_heading: Callable[[LexborNode], bool]) -> str:
    tag = node.tag or ""
    if tag in _TAGS:
        return _TAGS[tag]
    keeps = {
        "header": lambda: _has_ancestor(node, _CONTENT_TAGS) or holds_only_heading(node),
        "footer": lambda: _has_ancestor(node, _CONTENT_TAGS) or holds_only_heading(node),
        "form": lambda: node.css_first("h1, h2") is not None or len(tidy(node.text())) > _FORM_LENGTH,
        "button": lambda: _has_ancestor(node, _TEXT_TAGS),
    }
    if tag in keeps:
        return "" if keeps[tag]() else tag
    is_bare = tag == "aside" and not class_words(node) and not _has_ancestor(node, frozenset({"aside"}))
    return NAVIGATION if is_bare and mostly_links(node) else ""


def _by_attributes(node: LexborNode) -> str:
    tag = node.tag
    if tag == "a":
        return _link_kind(node)
    if kind := _ROLES.get(attribute(node, "role").lower()):
        return kind
    if tag == "body" or not (tag in _BOXES or tag in LISTS):
        return ""
    named = f"{attribute(node, 'class')} {attribute(node, 'id')}"
    named_for = (_BOX_CLASSES[name] for name in attribute(node, "class").lower().split() if name in _BOX_CLASSES)
    told = "cookie banner" if _CONSENT.search(named) else next(named_for, "")
    if told:
        return told
    if is_breadcrumb(node):
        return NAVIGATION
    words = {word for word in re.split(r"[-_\s]+", named.lower()) if word}
    is_bar = not words.isdisjoint(_NAVIGATION_BARS | _LINES_OF_CONTENTS) or ("toc" in words and _is_contents(node))
    return NAVIGATION if is_bar or (not words.isdisjoint(_MENU_WORDS) and mostly_links(node)) else ""


def _link_kind(link: LexborNode) -> str:
    if not attribute(link, "href").startswith("#"):
        return ""
    text = tidy(link.text())
    if _SKIP_LINK.match(text):
        return "skip link"
    return "link to itself" if text in _PERMALINK or "headerlink" in attribute(link, "class") else ""


def _feedback_boxes(body: LexborNode) -> Iterator[LexborNode]:
    """Yield the largest elements that ask no more than whether the page was helpful."""
    asked = (node for node in body.css(_FEEDBACK_TAGS) if _FEEDBACK.match(node.text(deep=False)))
    for node in islice(asked, _MAX_FEEDBACK):
        box = node
        while box.parent is not None and box.parent.tag in _BOXES and _asks_only(box.parent):
            box = box.parent
        if _asks_only(box):
            yield box


def _asks_only(node: LexborNode) -> bool:
    text = tidy(node.text())
    question = _FEEDBACK.match(text)
    return question is not None and len(text) - question.end() <= _MAX_FEEDBACK_ANSWERS


def _has_ancestor(node: LexborNode, tags: frozenset[str]) -> bool:
    return any(above.tag in tags for above in islice(ancestors(node), _MAX_ANCESTORS))


def _parent_tag(node: LexborNode) -> str:
    return (node.parent.tag or "") if node.parent is not None else ""
