"""The sample manual in other formats: written anew from its Markdown, so that loaders can be held against it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.places import SAMPLE_MANUAL

from benchmarks.form_pages import bold_runs

SAMPLE = SAMPLE_MANUAL
_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")
_LINE = re.compile(r"(?P<indent> *)(?P<mark>#+|-|\d+\.|>|\|)? ?(?P<text>.*)")


@dataclass(frozen=True)
class Line:
    kind: str  # heading, bullet, number, note, row or text
    level: int  # of a heading; spaces before anything else
    text: str


def sample_lines() -> Iterator[Line]:
    """The manual's lines without their links, tables without the line below their head."""
    kinds = {"-": "bullet", ">": "note", "|": "row", "": "text"}
    for file in sorted(SAMPLE.glob("*.md")):
        for raw in file.read_text(encoding="utf-8").splitlines():
            match = _LINE.fullmatch(_LINK.sub(r"\1", raw))
            if match is None or not raw.strip() or set(raw) <= set("|-: "):
                continue
            mark, indent = match["mark"] or "", len(match["indent"])
            if mark.startswith("#"):
                yield Line("heading", len(mark), match["text"])
            else:
                yield Line("number" if mark[:1].isdigit() else kinds[mark], indent, match["text"])


def write_rst(file: Path) -> None:
    lines: list[str] = []
    before = ("", 0)
    for line in sample_lines():
        depth = " " * line.level
        if (line.kind, line.level) != before or line.kind in ("text", "note"):
            lines.append("")
        before = (line.kind, line.level)
        if line.kind == "heading":
            lines += ["", line.text, "=-~^"[line.level - 1] * len(line.text)]
        elif line.kind == "note":
            kind, _, said = line.text.replace("**", "").partition(":")
            lines += [f".. {kind.lower()}::", "", f"   {said.strip()}"]
        elif line.kind == "row":
            lines.append(f"| {line.text.strip(' |')}")
        else:
            lines.append(f"{depth}{ {'bullet': '- ', 'number': '#. ', 'text': ''}[line.kind] }{line.text}")
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_docx(file: Path) -> None:
    import docx

    document: Any = docx.Document()
    styles = {"bullet": "List Bullet", "number": "List Number"}
    for line in sample_lines():
        if line.kind == "heading":
            document.add_heading(line.text, line.level)
            continue
        deeper = f" {2 if line.level < 5 else 3}" if line.level and line.kind in styles else ""
        paragraph = document.add_paragraph(style=f"{styles[line.kind]}{deeper}" if line.kind in styles else None)
        for text, bold in bold_runs(line.text):
            paragraph.add_run(text).bold = bold
    document.save(str(file))
