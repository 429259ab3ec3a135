"""Folders of pages, written for a test and read as one manual."""

from pathlib import Path

from graphrag_tools.loaders import FileChoice, load_manual
from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.graph import MenuGraph
from graphrag_tools.manual.sections import Manual


def load(folder: Path, files: dict[str, str], choice: FileChoice | None = None) -> Manual:
    """Write files by their paths below a folder, and return the folder as a manual."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return load_manual(folder, "m", choice or FileChoice())


def graph(folder: Path, files: dict[str, str], choice: FileChoice | None = None) -> MenuGraph:
    """Return the same as a graph."""
    return build_graph(load(folder, files, choice))


def paths(found: MenuGraph) -> list[str]:
    """Return the menu paths of all sections, in reading order."""
    return [item.menu_path for item in found.items if item.kind == "section"]


def paths_of(manual: Manual) -> list[str]:
    """Return the same of a manual."""
    return paths(build_graph(manual))


def shape(found: MenuGraph, item: str) -> list[tuple[str, int, str]]:
    """Return kind, depth and words of an item's blocks."""
    return [(block.kind, block.depth, block.text) for block in found.item(item).blocks]
