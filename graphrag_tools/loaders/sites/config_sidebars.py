"""Read the sidebar out of a site's configuration where it is plain data: VitePress, VuePress, Starlight, Mintlify.

Most of these configurations are programs. None is run: what is read is the literal behind "sidebar".
"""

import os
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from graphrag_tools.loaders.folders.data_files import data_of
from graphrag_tools.loaders.pages.page import MOST_LEVELS, NavEntry
from graphrag_tools.loaders.sites.sidebars import literal_data
from graphrag_tools.loaders.source_file import text_or_nothing
from graphrag_tools.text.language import LANGUAGES
from graphrag_tools.text.normalise import tidy

_SUFFIXES = ("js", "ts", "mjs", "mts", "cjs")
HIDDEN_CONFIGS = tuple(f"{place}/config.{suffix}" for place in (".vitepress", ".vuepress") for suffix in _SUFFIXES)
"""Beside the pages, in a folder that is passed over as all hidden ones are."""
_PROGRAMS = re.compile(rf"(?:^|/)astro\.config\.(?:{'|'.join(_SUFFIXES)})$")
_DATA = re.compile(r"(?:^|/)(?:mint|docs)\.json$")
_SIDEBAR = re.compile(r"\bsidebar[\"']?\s*:\s*(?=[\[{])|\breturn\s*(?=\[\s*\{)")
_IMPORTED = re.compile(r"\b(?:from\s*|require\()[\"'](\.{1,2}/[\w./-]+)[\"']")
_MOST_IMPORTS = 40
_EXPORTED = re.compile(
    r"\bexport\s+default\s+(?=[\[{])|\bmodule\.exports\s*=\s*(?=[\[{])|\b(?=\w*sidebar)\w++\s*(?::[^=\n]{1,100})?=\s*(?=[\[{])",
    re.IGNORECASE,
)
_CONSTANT = re.compile(r"\b(?:const|let|var)\s+(\w+)\s*(?::[^=\n]{1,100})?=\s*(?=[\[{])")
_NAME_AS_VALUE = re.compile(r"(?<=[:\[,])(\s*)(\.\.\.)?([A-Za-z_$][\w$]*)(?=\s*[,\]}])")
_MOST_ROUNDS = 4
_LONGEST_LITERAL = 2**20
_BRACKETS = re.compile(r"[\[\]{}]|\"(?:[^\"\\\n]|\\.)*+\"?|'(?:[^'\\\n]|\\.)*+'?|`[^`]*`")
"""What a line does not close runs to its end."""
_TITLES = ("text", "label", "title", "group", "tab", "anchor", "dropdown", "item", "product", "name")
_LINKS = ("link", "slug", "path", "page", "root")
_BELOW = tuple("items children pages groups tabs anchors dropdowns menu products navigation versions languages".split())


def config_navigation(folder: Path, names: Mapping[str, object]) -> list[NavEntry]:
    """Return what the sidebar of a folder's configuration lists, [] where none does, or it is a program.

    `names` are the files below the folder.
    """
    programs = [folder / name for name in names if _PROGRAMS.search(name)]
    hidden = [folder / place / name for place in site_places(names) for name in HIDDEN_CONFIGS]
    for file in (*hidden, *programs):
        if file.is_file() and (
            entries := _of_program(text_or_nothing(file), names) or _of_imports(file, folder, names)
        ):
            return entries
    for name in sorted((name for name in names if _DATA.search(name)), key=lambda one: one.count("/")):
        if entries := list(_entries(data_of(folder / name).get("navigation"), names)):
            return entries
    return []


def site_places(names: Iterable[str]) -> list[str]:
    """Return the folders that a site's pages may lie in, the upper ones first."""
    folders = {"/".join(name.split("/")[:depth]) for name in names for depth in range(min(name.count("/"), 2) + 1)}
    return sorted(folders, key=lambda one: (bool(one) + one.count("/"), one))


def _of_imports(program: Path, folder: Path, names: Mapping[str, object]) -> list[NavEntry]:
    """Return what the files of the folder list that a program takes its sidebar from, by way of others.

    Files that are called so, or lie in a folder that is, may each have the sidebar of a part or of a language; those of
    links below a language's folder come last, because links that find no page there find the one of the site's own.
    """
    found: list[list[NavEntry]] = []
    programs = [program]
    for importing in programs:
        for written in _IMPORTED.findall(text_or_nothing(importing)):
            file = _file_of(importing.parent / written)
            if file is None or file in programs or len(programs) > _MOST_IMPORTS or not _is_within(folder, file):
                continue
            programs.append(file)
            text = text_or_nothing(file)
            if "sidebar" in file.resolve().relative_to(folder.resolve()).as_posix().lower():
                found.append(_of_program(text, names, _EXPORTED) or _of_program(text, names))
            elif not found and (entries := _of_program(text, names)):
                return entries
    return [entry for entries in sorted(found, key=_is_of_language) for entry in entries]


def _is_of_language(entries: list[NavEntry]) -> bool:
    first = next((entry for entry in entries if entry.page), None)
    below = [inner for entry in entries for inner in entry.below]
    return first.page.split("/")[1] in LANGUAGES if first else bool(below) and _is_of_language(below)


def _is_within(folder: Path, file: Path) -> bool:
    """Whether a file is of the folder, where links lead to: what a stranger's folder names elsewhere is not read."""
    return file.resolve().is_relative_to(folder.resolve())


def _file_of(written: Path) -> Path | None:
    """Return the file that an import names, with or without its suffix."""
    ends = ("", *(f".{suffix}" for suffix in _SUFFIXES), *(f"/index.{suffix}" for suffix in _SUFFIXES))
    files = (written.parent / f"{written.name}{end}" for end in ends)
    return next((file for file in files if os.path.isfile(file)), None)  # noqa: PTH113  # a name may be none that a file can have


def _of_program(text: str, names: Mapping[str, object], begin: re.Pattern[str] = _SIDEBAR) -> list[NavEntry]:
    found: list[NavEntry] = []
    constants = {one[1]: literal_at(text, one.end()) for one in _CONSTANT.finditer(text)}
    for match in begin.finditer(text):
        data = literal_data(_with_constants(literal_at(text, match.end()), constants))
        lists = data.values() if isinstance(data, dict) and "items" not in data else [data]
        entries = [entry for one in lists for entry in _entries(one, names)]
        if entries and match[0].startswith("return"):
            found += entries
        elif entries:
            return entries
    return found


def _with_constants(literal: str, constants: Mapping[str, str]) -> str:
    """Return a literal with those that its program names in place of their names ("items: guides", "...guides")."""

    def value(name: re.Match[str]) -> str:
        meant = constants.get(name[3], "")
        return name[1] + (meant[1:-1].strip().rstrip(",") if name[2] else meant) if meant else name[0]

    for _ in range(_MOST_ROUNDS):
        whole = _NAME_AS_VALUE.sub(value, literal)
        if whole == literal or len(whole) > _LONGEST_LITERAL:
            break
        literal = whole
    return literal


def literal_at(text: str, start: int) -> str:
    """Return the literal that begins with a bracket at this place."""
    depth = 0
    for sign in _BRACKETS.finditer(text, start):
        depth += 1 if sign[0] in "[{" else -1 if sign[0] in "]}" else 0
        if not depth:
            return text[start : sign.end()]
    return ""


def _entries(items: Any, names: Mapping[str, object], depth: int = 0) -> Iterator[NavEntry]:
    if isinstance(items, dict):
        items = [items] if any(key in items for key in (*_TITLES, *_LINKS)) else _below(items)
    for item in items if isinstance(items, list) and depth < MOST_LEVELS else ():
        if isinstance(item, str):
            yield NavEntry(page=_page(item))
        elif isinstance(item, list) and len(item) == 2 and isinstance(item[0], str):  # VuePress: [path, title]
            yield NavEntry(tidy(str(item[1])), _page(item[0]))
        elif isinstance(item, dict):
            link = next((str(item[key]) for key in _LINKS if isinstance(item.get(key), str)), "")
            title = next((tidy(str(item[key])) for key in _TITLES if isinstance(item.get(key), str)), "")
            below = [entry for part in _below(item) for entry in _entries([part], names, depth + 1)]
            generated = item.get("autogenerate")
            if isinstance(generated, dict):
                below += [NavEntry(page=name) for name in _in_folder(str(generated.get("directory")), names)]
            yield NavEntry(title, _page(link) if link and "://" not in link else "", below)


def _below(item: Mapping[str, Any]) -> list[Any]:
    return [part for key in _BELOW for part in _list(item.get(key))]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if isinstance(value, dict) else []


def _page(link: str) -> str:
    """Return a link as one from the site's root, whatever that is called."""
    return f"/{link.partition('#')[0].strip('/')}"


def _in_folder(folder: str, names: Iterable[str]) -> list[str]:
    place = f"/{folder.strip('/')}/"
    return sorted(name for name in names if place in f"/{posixpath.dirname(name)}/")
