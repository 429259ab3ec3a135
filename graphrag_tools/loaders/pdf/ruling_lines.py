"""Read the lines that are drawn on a page: borders of tables and boxes, whatever a program drew them as."""

import ctypes
from collections.abc import Callable, Iterator
from typing import Any

import pypdfium2.raw as pdfium

from graphrag_tools.loaders.pdf.pages import RulingLine

_MAX_OBJECTS = 20_000
_MAX_LINES = 1_500
"""Of one page; one that draws more holds a plan or a chart, and no table could be told from it."""
_MAX_SEGMENTS = 400
_MAX_DEPTH = 4
_STRAIGHT = 1.5
_SHORTEST = 5.0
_WHITE = 250
_Matrix = tuple[float, float, float, float, float, float]
_Point = tuple[float, float]
_SAME: _Matrix = (1, 0, 0, 1, 0, 0)


def ruling_lines(page: Any, seen: Callable[[float, float], _Point]) -> tuple[RulingLine, ...]:
    """Return the lines across and down a page, from top to bottom; none where there are too many for tables.

    Edges of filled rectangles are lines too: rows may be told by their shade alone. `seen` turns a point of the file
    into one of the page as it is shown.
    """
    found: set[RulingLine] = set()
    for start, end in _segments(page):
        (x, y), (other_x, other_y) = seen(*start), seen(*end)
        line = RulingLine(
            *(round(min(pair), 1) for pair in ((x, other_x), (y, other_y))),
            *(round(max(pair), 1) for pair in ((x, other_x), (y, other_y))),
        )
        width, height = line.right - line.left, line.bottom - line.top
        if min(width, height) <= _STRAIGHT and max(width, height) >= _SHORTEST:
            found.add(line)
        if len(found) > _MAX_LINES:
            return ()
    return tuple(sorted(found, key=lambda line: (line.top, line.left, line.bottom, line.right)))


def _segments(page: Any) -> Iterator[tuple[_Point, _Point]]:
    count = min(pdfium.FPDFPage_CountObjects(page), _MAX_OBJECTS)
    for at in range(count):
        yield from _of_object(pdfium.FPDFPage_GetObject(page, at), _SAME, 0)


def _of_object(drawn: Any, around: _Matrix, depth: int) -> Iterator[tuple[_Point, _Point]]:
    kind = pdfium.FPDFPageObj_GetType(drawn)
    if kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
        matrix = _within(_matrix(drawn), around)
        for at in range(min(max(pdfium.FPDFFormObj_CountObjects(drawn), 0), _MAX_OBJECTS)):
            yield from _of_object(pdfium.FPDFFormObj_GetObject(drawn, at), matrix, depth + 1)
    elif kind == pdfium.FPDF_PAGEOBJ_PATH and _is_visible(drawn):
        yield from _of_path(drawn, _within(_matrix(drawn), around))


def _is_visible(path: Any) -> bool:
    """Whether a path is drawn, in another colour than that of the paper."""
    fill, stroke = ctypes.c_int(0), ctypes.c_int(0)
    pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
    shown = [pdfium.FPDFPageObj_GetStrokeColor] if stroke.value else []
    shown += [pdfium.FPDFPageObj_GetFillColor] if fill.value else []
    return any(_is_coloured(path, colour) for colour in shown)


def _is_coloured(path: Any, colour: Callable[..., int]) -> bool:
    red, green, blue, alpha = (ctypes.c_uint(0) for _ in range(4))
    colour(path, red, green, blue, alpha)
    return alpha.value > 0 and min(red.value, green.value, blue.value) < _WHITE


def _of_path(path: Any, matrix: _Matrix) -> Iterator[tuple[_Point, _Point]]:
    x, y = ctypes.c_float(0), ctypes.c_float(0)
    begun: _Point | None = None
    last: _Point | None = None
    for at in range(min(pdfium.FPDFPath_CountSegments(path), _MAX_SEGMENTS)):
        segment = pdfium.FPDFPath_GetPathSegment(path, at)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = _moved((x.value, y.value), matrix)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            begun = point
        elif kind == pdfium.FPDF_SEGMENT_LINETO and last is not None:
            yield last, point
        if pdfium.FPDFPathSegment_GetClose(segment) and begun is not None:
            yield point, begun
        last = point


def _matrix(drawn: Any) -> _Matrix:
    found = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(drawn, found):
        return _SAME
    return (found.a, found.b, found.c, found.d, found.e, found.f)


def _within(inner: _Matrix, outer: _Matrix) -> _Matrix:
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def _moved(point: _Point, matrix: _Matrix) -> _Point:
    (x, y), (a, b, c, d, e, f) = point, matrix
    return (a * x + c * y + e, b * x + d * y + f)
