"""A page of Markdown, written for a test and read."""

from pathlib import Path

from graphrag_tools.loaders import load_markdown
from graphrag_tools.manual.sections import Block


def blocks(folder: Path, text: str, name: str = "a.md") -> list[Block]:
    """Write a text below the heading "A", and return its blocks."""
    (folder / name).write_text(f"# A\n\n{text}\n", encoding="utf-8", newline="")
    return [block for section in load_markdown(folder / name, "m").sections for block in section.blocks]


def read(folder: Path, text: str, name: str = "a.md") -> list[tuple[str, str]]:
    """Return the same as kinds and texts."""
    return [(block.kind, block.text) for block in blocks(folder, text, name)]
