"""Read what Antora, the site generator of AsciiDoc, says of a component: its attributes, its navigation, its addresses.

A component is a folder with antora.yml and modules/NAME/{pages,partials,examples}; ROOT is the module without a name.
"""

import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graphrag_tools.loaders.folders.data_files import data_of, mapping
from graphrag_tools.loaders.folders.globs import matches
from graphrag_tools.loaders.pages.page import NavEntry
from graphrag_tools.text.normalise import tidy

DESCRIPTOR = re.compile(r"(?:^|/)antora\.ya?ml$")
_PLAYBOOK = re.compile(r"(?:^|/)(?:[\w-]*antora-playbook|[\w-]*playbook|site)\.ya?ml$")
PAGES_OF_MODULES = "modules/*/pages/**"
_PIECES_OF_MODULES = "modules/*/{partials,examples}/**"
_USUAL_NAVIGATION = "modules/*/nav*.adoc"
_RESOURCE = re.compile(
    r"^(?:[\w.~-]+@)?(?:(?P<component>[\w.-]+):(?=[\w.-]*:))?(?:(?P<module>[\w.-]*):)?(?:(?P<family>\w+)\$)?(?P<path>[^:$]+)$"
)
_FAMILIES = {"page": "pages", "partial": "partials", "example": "examples", "attachment": "attachments"}
_ENTRY = re.compile(r"^(?P<mark>\*+|\.+)[ \t]+(?P<text>\S.*)$|^\.(?P<title>[^.\s].*)$")
_LINK = re.compile(r"^xref:(?P<target>[^\s\[]+)\[(?P<title>[^\]]*)\]")


@dataclass(frozen=True, slots=True)
class Component:
    """A component: the folder of its antora.yml ("" for the manual's own), and what that says."""

    root: str
    attributes: dict[str, str] = field(default_factory=dict)
    navigation: tuple[str, ...] = ()
    """The files that hold it, by their paths below the manual's folder."""

    def is_piece(self, name: str) -> bool:
        """Whether a file is one that pages include."""
        return matches(name, [posixpath.join(self.root, _PIECES_OF_MODULES)])


def components(folder: Path, names: Sequence[str]) -> list[Component]:
    """Return the components below a folder; attributes of a playbook beside them count in each.

    `names` are the files below the folder.
    """
    found = [name for name in names if DESCRIPTOR.search(name)]
    if not found:
        return []
    of_all: dict[str, str] = {}
    for name in names:
        if _PLAYBOOK.search(name):
            of_all |= _attributes(data_of(folder / name))
    made = []
    for name in found:
        data = data_of(folder / name)
        root = posixpath.dirname(name)
        listed = data.get("nav")
        files = (
            [posixpath.normpath(posixpath.join(root, str(one))) for one in listed] if isinstance(listed, list) else []
        )
        usual = sorted(one for one in names if matches(one, [posixpath.join(root, _USUAL_NAVIGATION)]))
        made.append(
            Component(root, of_all | _attributes(data), tuple(one for one in files if one in names) or (*usual,))
        )
    return made


def resource_path(target: str) -> str | None:
    """Return the path below a component that an Antora resource id means, None for a target that is a plain path.

    >>> resource_path("camera:photo.adoc#zoom")
    'modules/camera/pages/photo.adoc#zoom'
    >>> resource_path("partial$safety.adoc")
    'partials/safety.adoc'
    """
    path, hash_sign, anchor = target.partition("#")
    match = _RESOURCE.match(path)
    if not match or "://" in target or (match["module"] is None and match["family"] is None):
        return None
    family = _FAMILIES.get(match["family"] or "page")
    if family is None:
        return None
    place = f"modules/{match['module'] or 'ROOT'}/{family}" if match["module"] is not None else family
    return f"{place}/{match['path']}{hash_sign}{anchor}"


def component_navigation(component: Component, texts: Mapping[str, str]) -> list[NavEntry]:
    """Return the navigation of a component, given the texts of its files by name, attributes put in."""
    return [entry for name in component.navigation for entry in _entries(texts.get(name, ""), name)]


def _entries(text: str, name: str) -> list[NavEntry]:
    roots: list[NavEntry] = []
    open_entries: list[tuple[str, NavEntry]] = []
    group = roots
    for line in text.splitlines():
        match = _ENTRY.match(line.strip())
        if not match:
            continue
        if match["title"]:
            titled = _entry(match["title"], name)
            roots.append(titled)
            group, open_entries = titled.below, []
            continue
        entry = _entry(match["text"], name)
        marks = [mark for mark, _ in open_entries]
        if match["mark"] in marks:
            del open_entries[marks.index(match["mark"]) :]
        (open_entries[-1][1].below if open_entries else group).append(entry)
        open_entries.append((match["mark"], entry))
    return roots


def _entry(text: str, name: str) -> NavEntry:
    """Return an entry of a file of navigation: a link to a page of its module, or of the one that it names."""
    link = _LINK.match(text)
    if not link:
        return NavEntry(tidy(re.sub(r"[*_`+]", "", text)))
    path = link["target"].partition("#")[0]
    root, modules, below = name.partition("modules/")
    named = resource_path(path) or f"{modules}{below.partition('/')[0]}/pages/{path}"
    return NavEntry(tidy(link["title"]), posixpath.normpath(posixpath.join(root, named)))


def _attributes(data: Mapping[str, Any]) -> dict[str, str]:
    """Return the attributes of a configuration as text; "@" behind one says that pages may set another."""
    given = mapping(mapping(data.get("asciidoc")).get("attributes"))
    named = {"page-component-title": data.get("title"), "page-component-version": data.get("version")}
    found = {
        str(key).lower(): value for key, value in {**named, **given}.items() if isinstance(value, str | int | float)
    }
    return {key: str(value).removesuffix("@") for key, value in found.items() if not isinstance(value, bool)}
