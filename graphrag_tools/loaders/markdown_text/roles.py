"""Read roles and labels of MyST, Sphinx's Markdown: {guilabel}`Save`, {ref}`title <label>`, "(label)=" on a line."""

import re
from collections.abc import Mapping

from graphrag_tools.loaders.pages.link_titles import UNTITLED_LINK

BOLD_ROLES = frozenset({"guilabel", "button", "gui", "guibutton", "ui"})
MENU_ROLES = frozenset({"menuselection", "menu"})
LABEL_ROLES = frozenset({"ref", "numref", "hoverxref", "any"})
_CODE_ROLES = frozenset("code file command program option samp envvar literal".split())
_ICON_ROLES = re.compile(r"octicon|material-|fa[srb]?$|fa-|fab-|icon")
_TITLED = re.compile(r"^(?P<title>.+)(?<!\\)<(?P<target>[^<>]+)>$", re.DOTALL)
_ARROWS = re.compile(r"-->|->|→|‣|>")
_ROLE_OR_SPAN = re.compile(
    r"(?<![\w{\\`])\{(?P<role>[A-Za-z][\w:+.-]*)\}(`+)(?!`)(?P<text>.+?)(?<!`)\2(?!`)|(?<!`)(?P<marks>`+)(?!`).+?(?<!`)(?P=marks)(?!`)"
)
"""A span of code may end in braces ("`/api/{id}`"), and the next one begin after it: that is no role."""
_LABEL = re.compile(r" {0,3}\(([^()\n]{1,200})\)=[ \t]*")
_LABELLED = re.compile(
    r"((?:^ {0,3}\([^()\n]{1,200}\)=[ \t]*\n(?:[ \t]*\n)*+){1,20})^ {0,3}#{1,6}[ \t]++(\S[^\n]*)$", re.MULTILINE
)


def with_roles(line: str, labels: Mapping[str, str]) -> str:
    """Return a line of Markdown whose roles are names, ways, links or code, and whose label is an anchor.

    `labels` are the titles that stand after the manual's labels, for links without a title of their own.
    """
    if label := _LABEL.fullmatch(line):
        return f'<a id="{label_anchor(label[1])}"></a>\n'
    return _ROLE_OR_SPAN.sub(lambda found: _in_markdown(found, labels) if found["role"] else found[0], line)


def myst_labels(text: str) -> dict[str, str]:
    """Return the labels of a page with the titles that stand right after them."""
    return {
        normal_label(label): re.sub(r"[`*]", "", match[2].rstrip("#").rstrip())
        for match in _LABELLED.finditer(text)
        for label in re.findall(r"\(([^()\n]+)\)=", match[1])
    }


def normal_label(label: str) -> str:
    """Return a label as labels are told apart."""
    return " ".join(label.lower().split())


def label_anchor(label: str) -> str:
    """Return the anchor of a label, as docutils writes it."""
    return re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")


def title_and_target(text: str) -> tuple[str, str]:
    """Return the title that a role gives, "" where it has none, and what it names."""
    titled = _TITLED.match(text)
    return (titled["title"].rstrip(), titled["target"]) if titled else ("", text)


def menu_names(text: str) -> list[str]:
    """Return the names in the text of `:menuselection:`."""
    return [unaccelerated(name) for name in _ARROWS.split(text)]


def unaccelerated(name: str) -> str:
    """Return a name of a menu without the mark of its accelerator key ("&File")."""
    return re.sub(r"&(?=\S)(?!&)", "", name).strip()


def _in_markdown(found: re.Match[str], labels: Mapping[str, str]) -> str:
    role, text = found["role"].lower().rpartition(":")[2], found["text"].strip()
    title, target = title_and_target(text)
    words = "" if _ICON_ROLES.match(role) else title or text
    if role in MENU_ROLES:
        words = " > ".join(f"**{name}**" for name in menu_names(text))
    elif role in BOLD_ROLES:
        words = f"**{unaccelerated(text)}**"
    elif role in LABEL_ROLES:
        words = f"[{title or labels.get(normal_label(target), target)}](label:{label_anchor(target)})"
    elif role == "doc":
        words = f"[{title or UNTITLED_LINK}]({target.replace(' ', '%20')})"
    elif role == "kbd":
        shown = f"{text[:-1]}&#92;" if text.endswith("\\") else text  # a backslash would escape the tag
        words = f"<kbd>{shown}</kbd>"
    elif role in _CODE_ROLES:
        words = f"`{text}`"
    return words
