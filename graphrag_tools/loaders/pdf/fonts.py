"""Tell bold fonts by their names, and by the weight they give where their names say nothing."""

import ctypes
import re
from functools import lru_cache
from itertools import islice
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

_BOLD_WEIGHT = 600
_BOLD_NAMES = ("bold", "black", "heavy", "demi", "semibd")
_BOLD_MARK = re.compile(r"[\s,_-](?:bd|blk|hv|xbd)(?=cn|ex|it|obl|mt|bt|\b)")
"""Short for bold, black and heavy: "frutiger-bdcn"."""
_FAMILY = re.compile(r"(?:[a-z]{6}\+)?(?P<family>[^,-]+?)(?:ps)?(?:mt)?(?:[,-](?P<style>.*))?")
_PLAIN_STYLE = re.compile(r"(?:regular|roman)?(?:italic|oblique)?(?:mt)?")
_PAGES = 20
"""So many pages tell whether the family of a font has a bold one."""
_TEXTS = 5_000
"""So many texts of each of them."""


def is_bold(document: Any, font: Any) -> bool:
    """Whether a font is bold; the weight is not asked where its family has a font that is bold by its name.

    Weights are worked out from the breadth of stems, which some programs give as they like: the plain font of a text
    had one of 640, and its bold one 660.
    """
    name = font_name(font)
    if is_bold_name(name):
        return True
    if int(pdfium.FPDFFont_GetWeight(font)) < _BOLD_WEIGHT:
        return False
    family, style = _family(name)
    return _PLAIN_STYLE.fullmatch(style) is None or family not in _bold_families(document)


def font_name(font: Any) -> str:
    """Return a font's name, in small letters."""
    length = pdfium.FPDFFont_GetBaseFontName(font, None, 0)
    name = ctypes.create_string_buffer(max(length, 1))
    pdfium.FPDFFont_GetBaseFontName(font, name, length)
    return name.value.decode("latin-1").lower()


def is_bold_name(name: str) -> bool:
    """Whether a font's name, in small letters, says that it is bold: some fonts say it nowhere else."""
    return any(part in name for part in _BOLD_NAMES) or _BOLD_MARK.search(name) is not None


def _family(name: str) -> tuple[str, str]:
    found = _FAMILY.fullmatch(name)
    return (found["family"], found["style"] or "") if found else (name, "")


@lru_cache(maxsize=1)
def _bold_families(document: Any) -> frozenset[str]:
    """Return the families that have a font whose name says that it is bold, by the first pages."""
    names: set[str] = set()
    for at in range(min(len(document), _PAGES)):
        try:
            page = document[at]
        except pypdfium2.PdfiumError:
            continue
        for text in islice(page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_TEXT,), max_depth=3), _TEXTS):
            if font := pdfium.FPDFTextObj_GetFont(text):
                names.add(font_name(font))
        page.close()
    return frozenset(_family(name)[0] for name in names if is_bold_name(name))
