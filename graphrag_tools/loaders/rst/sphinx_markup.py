"""Roles and directives of Sphinx, and of extensions that docutils does not know, for the time of one reading.

docutils alone reads the pages, not Sphinx: Sphinx runs the manual's own conf.py, which is a program, and most of what
it adds (indices, themes, signatures of functions) is no text for an owner.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from graphrag_tools.loaders.block_kinds import names_picture
from graphrag_tools.loaders.markdown_text.boxes import NOTES, WARNINGS
from graphrag_tools.loaders.markdown_text.parser import toc_entries
from graphrag_tools.loaders.markdown_text.roles import (
    BOLD_ROLES,
    LABEL_ROLES,
    MENU_ROLES,
    menu_names,
    normal_label,
    title_and_target,
    unaccelerated,
)
from graphrag_tools.loaders.pages.page import TocEntry

_ROLE = re.compile(r":([A-Za-z][\w:+.-]{0,99}):`")
_ROLE_OR_LINK = re.compile(r"(?::[A-Za-z][\w:+.-]{0,99}:)?`([^`\n]+)`_{0,2}")
_DIRECTIVE = re.compile(r"^[ \t]*(?:[-*+] |\d+\. |#\. )*\.\. +(?:\|[^|\n]+\| +)?([A-Za-z][\w:+.-]*)::", re.MULTILINE)
_LABELLED = re.compile(
    r"((?:^\.\. _`?[^`\n]{1,500}?`?:[ \t]*\n\s*){1,20})(?:([=~^\"'`#*+.:_-])\2{2,}[ \t]*\n)?"
    r"([^\s.][^\n]*)\n[=~^\"'`#*+.:_-]{3,}[ \t]*$",
    re.MULTILINE,
)
_TAG = re.compile(r"<[^<>]*>")
_LITERAL = frozenset("kbd file command program option samp code envvar math literal makevar abbr".split())
_NO_TEXT = frozenset(
    "highlight index tabularcolumns literalinclude autoclass automodule autofunction automethod autosummary "
    "currentmodule module py:module youtube vimeo video plantuml mermaid uml inheritance-diagram only-html "
    "graphviz digraph graph blockdiag seqdiag actdiag nwdiag rackdiag packetdiag ditaa wavedrom tikz "
    "sectionauthor codeauthor role default-role default-domain meta seo redirect imgtable figure wikimedia "
    "contents sectnum toctree-filt program cssclass deprecated-removed ogp feed localtoc raw anchor".split()
)
_CODE = frozenset(
    "code-block sourcecode highlight-block prompt console terminal code-tabs code-tab substitution-code-block".split()
)
_VERSIONS = {
    "versionadded": "New in version",
    "versionchanged": "Changed in version",
    "deprecated": "Deprecated since version",
}
_OBJECTS = frozenset(
    "option cmdoption confval setting envvar describe object function method class attribute data".split()
)
"""What Sphinx gives a name and says what it is. Others have a role of the same name, by which pages refer to them."""
_ABOUT_OBJECTS = ("type", "default")
_GROUPS = frozenset(
    "tab tab-item group-tab dropdown details collapse card grid-item-card rubric topic sidebar step".split()
)


@dataclass(slots=True)
class SphinxMarkup:
    """What the pages of one manual call their places, and what is found on the page that is being read."""

    labels: Mapping[str, str]
    """The title that stands after each label (".. _wi-fi:")."""
    titles: Callable[[str], str]
    """The title of the page that `:doc:` names."""
    lists: list[TocEntry] = field(default_factory=list)


@contextmanager
def sphinx_markup(text: str, markup: SphinxMarkup) -> Iterator[None]:
    """Let docutils know the roles and directives that a text uses, within the block."""
    from docutils.parsers.rst import directives, roles

    kept_roles, kept_directives = dict(roles._roles), dict(directives._directives)
    try:
        used = {*_ROLE.findall(text)}
        objects = _OBJECTS | {name.lower().rpartition(":")[2] for name in used}
        for name in used:
            if roles._role_registry.get(name.lower()) in (None, roles.unimplemented_role):
                roles.register_local_role(name, _role(name, markup))
        for name in {*_DIRECTIVE.findall(text)}:
            if name.lower() not in directives._directive_registry or name in ("figure", "contents", "raw"):
                directives.register_directive(name, _directive(name, markup, objects))
        yield
    finally:
        roles._roles.clear()
        roles._roles.update(kept_roles)
        directives._directives.clear()
        directives._directives.update(kept_directives)


def labels_in(text: str) -> dict[str, str]:
    """Return the labels of a page with the titles that stand right after them."""
    found: dict[str, str] = {}
    for match in _LABELLED.finditer(text):
        for label in re.findall(r"_`?([^`\n]+?)`?:[ \t]*$", match[1], re.MULTILINE):
            found[normal_label(label)] = _plain_heading(match[3])
    return found


def page_titles(texts: Mapping[str, str]) -> Callable[[str], str]:
    """Return what finds the first heading of the page that a path means, by the end of the path."""
    heading = re.compile(r"^((?:[^\s.:|]|:[\w:+.-]+:`)[^\n]*)\n([=~^\"'`#*+-])\2{2,}[ \t]*$", re.MULTILINE)
    found: dict[str, str] = {}
    for name, text in texts.items():
        if match := heading.search(text):
            found.setdefault(name.rpartition("/")[2].rpartition(".")[0], _plain_heading(match[1]))
    return lambda target: found.get(target.rstrip("/").rpartition("/")[2], "")


def _plain_heading(written: str) -> str:
    """Return the words of a heading, those of roles and links without what they lead to."""
    return re.sub(
        r"[`*]", "", _ROLE_OR_LINK.sub(lambda found: title_and_target(found[1])[0] or found[1], written)
    ).strip()


def _role(name: str, markup: SphinxMarkup) -> Callable[..., tuple[list[Any], list[Any]]]:
    base = name.lower().rpartition(":")[2]

    def role(*given: Any, **_options: Any) -> tuple[list[Any], list[Any]]:
        text = re.sub(r"\\(.)", r"\1", str(given[2]).replace("\x00", "\\")).strip()
        return _role_nodes(base, text, markup), []

    return role


def _role_nodes(base: str, text: str, markup: SphinxMarkup) -> list[Any]:
    from docutils import nodes

    if base in MENU_ROLES:
        names = [nodes.strong("", name) for name in menu_names(text)]
        return [one for at, name in enumerate(names) for one in ([nodes.Text(" > ")] if at else []) + [name]]
    if base in BOLD_ROLES:
        return [nodes.strong("", unaccelerated(text))]
    if base in _LITERAL:
        return [nodes.Text(re.sub(r"[{}]", "", text) if base == "samp" else text)]
    return [_reference(base, text, markup)]


def _reference(base: str, text: str, markup: SphinxMarkup) -> Any:
    """Return the node of a role that names a place: a link where it is one of the manual, else its words."""
    from docutils import nodes

    title, target = title_and_target(text)
    if base in LABEL_ROLES:
        known = markup.labels.get(normal_label(target))
        page, colon, heading = target.partition(":")
        if colon and known is None and "/" in page:  # as sphinx.ext.autosectionlabel calls a heading
            return nodes.reference("", title or heading, refuri=f"/{page}.rst#{nodes.make_id(heading)}")
        return nodes.reference("", title or known or target, refuri=f"label:{nodes.make_id(target)}")
    if base == "doc":
        shown = title or markup.titles(target) or target.rpartition("/")[2]
        return nodes.reference("", shown, refuri=f"{target}.rst")
    # "~pkg.Name" shows the last part of a name, "!name" is no link.
    plain = text.rpartition(".")[2] if text.startswith("~") else text.lstrip("!")
    return nodes.Text(title or plain)


def _directive(name: str, markup: SphinxMarkup, objects: frozenset[str]) -> type:
    from docutils.parsers.rst import Directive

    base = name.lower().rpartition(":")[2] if name.lower() not in _NO_TEXT else name.lower()

    class Known(Directive):  # type: ignore[misc]
        optional_arguments = 100
        final_argument_whitespace = True
        has_content = True
        option_spec = _AnyOption()

        def run(self) -> list[Any]:
            is_object = base in objects and base not in _NO_TEXT and base not in _CODE
            return [_object(self)] if is_object and self.arguments else _directive_nodes(base, self, markup)

    return Known


class _AnyOption(dict[str, Any]):
    """Takes any option of a directive as text."""

    def __getitem__(self, _name: str) -> Callable[[Any], Any]:
        return lambda value: value

    def __bool__(self) -> bool:
        return True


def _directive_nodes(base: str, directive: Any, markup: SphinxMarkup) -> list[Any]:
    from docutils import nodes

    title = " ".join(directive.arguments).strip()
    if base == "toctree":
        caption = directive.options.get("caption") or _heading_above(directive.state.parent)
        markup.lists.extend(replace(one, caption=caption) for one in toc_entries("\n".join(directive.content)))
        return []
    if base in ("figure", "subfigure"):
        caption, *legend = _nested(directive, directive.content, nodes.container()).children or [nodes.comment()]
        return legend if names_picture(caption.astext()) else [caption, *legend]
    if base == "raw" and type(directive.state).__name__ == "SubstitutionDef":
        shown = _TAG.sub("", "\n".join(directive.content)) if title.lower() == "html" else ""
        return [nodes.Text(shown.strip() or " ")]  # "|br|" ends a line; docutils shows the name of an empty one
    if base in _NO_TEXT or base.startswith("auto") or base.endswith("mermaid"):
        return []
    if base == "glossary":
        return [_nested(directive, _with_terms_in_lines(list(directive.content)), nodes.container())]
    return _code(base, title, directive) if base in _CODE else _box(base, title, directive)


def _object(directive: Any) -> Any:
    """Return a setting, a command's option or the like, by its name, as a term with what it is."""
    from docutils import nodes

    term = nodes.term("", " ".join(directive.arguments))
    about = ((key.capitalize(), directive.options.get(key)) for key in _ABOUT_OBJECTS)
    said = [line for label, value in about if value for line in ("", f"{label}: {value}")]
    lines = list(directive.content)
    first = next((at for at, line in enumerate(lines) if not line.strip()), len(lines))
    after = len(lines) if first and lines[first - 1].endswith(":") else first
    whole = [*lines[:after], *said, *lines[after:]]
    entry = nodes.definition_list_item("", term, _nested(directive, whole, nodes.definition()))
    return nodes.definition_list("", entry)


def _code(base: str, title: str, directive: Any) -> list[Any]:
    """Return the node of code below its caption, if any.

    That of a tab stands below what the tab is called: its language, or a title that says more.
    """
    from docutils import nodes

    language, _, named = title.partition(" ")
    label = nodes.paragraph("", "", nodes.strong("", named or language.capitalize()))
    code = nodes.literal_block("", "\n".join(directive.content))
    if base == "code-tab" and title:
        return [label, code]
    caption = directive.options.get("caption")
    return [nodes.paragraph("", caption), code] if caption else [code]


def _with_terms_in_lines(lines: Sequence[str]) -> list[str]:
    """Return the lines of a glossary with the terms of one definition in one line, without keys of their order."""
    joined: list[str] = []
    terms: list[str] = []
    for line in [*lines, ""]:
        if line.strip() and not line[0].isspace():
            terms.append(line.partition(" : ")[0].rstrip())
            continue
        if terms and line.strip():
            joined.append(", ".join(terms))
            terms = []
        joined.extend((*terms, line))
        terms = []
    return joined


def _heading_above(node: Any) -> str:
    """Return the title of the section that a node stands in, "" in that of the page itself."""
    from docutils import nodes

    while node is not None and not isinstance(node, nodes.section):
        node = node.parent
    return str(node[0].astext()) if node is not None and isinstance(node.parent, nodes.section) else ""


def _box(base: str, title: str, directive: Any) -> list[Any]:
    """Return the nodes of a directive around text: a note, a warning, or a group under its title."""
    from docutils import nodes

    box = nodes.container()
    if base in _VERSIONS:
        box = nodes.container(classes=["admonition", "note"])
        number, _, said = title.partition(" ")
        label = f"{_VERSIONS[base]} {number}{': ' + said if said else ''}"
        return [_nested(directive, [label, "", *directive.content], box)]
    if base in WARNINGS or base in NOTES:
        box = nodes.container(classes=["admonition", "warning" if base in WARNINGS else "note"])
        content = [title, "", *directive.content] if title else directive.content
        return [_nested(directive, content, box)]
    if title and base in _GROUPS:
        shown = nodes.paragraph()
        shown += nodes.strong("", title)
        box += shown
    elif title and not directive.content:
        return []
    return [_nested(directive, directive.content, box)]


def _nested(directive: Any, content: Sequence[str], box: Any) -> Any:
    from docutils.statemachine import StringList

    lines = content if isinstance(content, StringList) else StringList(list(content), source="")
    directive.state.nested_parse(lines, directive.content_offset, box, match_titles=1)
    return box
