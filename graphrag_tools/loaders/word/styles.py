"""Read what the styles of a Word document say of a paragraph: its place in the outline, its type's size and weight."""

import zipfile
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from graphrag_tools.loaders.word.typed_headings import DEEPEST

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FILE = "word/styles.xml"
_USUAL_SIZE = 10.0
"""What Word takes where a document says no size."""
_OFF = ("0", "false", "off")
_MOST_BASES = 20
_LEVELS = 9


@dataclass(frozen=True, slots=True)
class WordStyle:
    """What a style says, the styles that it is based on included; `level` counts from 1, 0 is that of text."""

    level: int
    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class WordStyles:
    """The styles of a document by their ids, and that of paragraphs which name none."""

    by_id: dict[str, WordStyle]
    usual: WordStyle

    def of(self, style_id: str | None) -> WordStyle:
        """Return the style of this id, the usual one if there is none."""
        return self.by_id.get(style_id or "", self.usual)


def read_styles(path: Path) -> WordStyles:
    """Return the styles of a Word document; one without a file of styles has the usual one alone.

    Raises:
        ElementTree.ParseError: The file of styles is no XML.
    """
    with zipfile.ZipFile(path) as packed:
        if _FILE not in packed.namelist():
            return WordStyles({}, WordStyle(0, _USUAL_SIZE, bold=False))
        root = ElementTree.fromstring(packed.read(_FILE))  # noqa: S314  # in a process with bounds of its own
    styles = {style.get(f"{_WORD}styleId", ""): style for style in root.iter(f"{_WORD}style")}
    defaults = root.find(f"{_WORD}docDefaults/{_WORD}rPrDefault/{_WORD}rPr")
    size = _size(defaults) if defaults is not None else None
    by_id = {name: _style(styles, name, size or _USUAL_SIZE) for name in styles}
    usual = next((name for name, style in styles.items() if _is_usual(style)), "")
    return WordStyles(by_id, by_id.get(usual, WordStyle(0, size or _USUAL_SIZE, bold=False)))


def _is_usual(style: ElementTree.Element) -> bool:
    return style.get(f"{_WORD}type") == "paragraph" and style.get(f"{_WORD}default") not in (None, *_OFF)


def _style(styles: dict[str, ElementTree.Element], name: str, usual_size: float) -> WordStyle:
    """Return a style with what it takes from those below it: the nearest one that says something counts."""
    level: int | None = None
    size: float | None = None
    bold: bool | None = None
    for _ in range(_MOST_BASES):
        style = styles.get(name)
        if style is None:
            break
        outline = _value(style.find(f"{_WORD}pPr/{_WORD}outlineLvl"))
        level = int(outline) + 1 if level is None and outline.isdecimal() else level
        look = style.find(f"{_WORD}rPr")
        size = _size(look) if size is None and look is not None else size
        weight = look.find(f"{_WORD}b") if look is not None else None
        bold = _value(weight) not in _OFF if bold is None and weight is not None else bold
        name = _value(style.find(f"{_WORD}basedOn"))
    return WordStyle(min(level, DEEPEST) if level and level <= _LEVELS else 0, size or usual_size, bool(bold))


def _size(look: ElementTree.Element) -> float | None:
    half_points = _value(look.find(f"{_WORD}sz"))
    return int(half_points) / 2 if half_points.isdecimal() else None


def _value(element: ElementTree.Element | None) -> str:
    return "" if element is None else element.get(f"{_WORD}val", "")
