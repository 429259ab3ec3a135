"""The map of a manual as an icicle: a column a level, a bar a section, as high as the sections below it are many."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from html import escape

from graphrag_tools.manual.graph import HAS_CHILD, MenuGraph

WIDTH, HEIGHT = 440, 640
_LEAST_HEIGHT = 1.2
"""What is lower is drawn as a part of the bar above it: so a map of 100,000 sections has no more bars than pixels."""
_LABEL_HEIGHT = 13
_WAY_HEIGHT = 4.0
"""At the least, of what the map is looked at for: the way, and what search found."""
_GAP = 1
_LETTER_WIDTH, _BOLD_WIDTH = 5.9, 6.6
_ARC_REACH = 40
_NUMBER_HEIGHT = 18


@dataclass(frozen=True, slots=True)
class Bar:
    """A section on the map: its column, and where in it, in the units of the drawing."""

    id: str
    name: str
    level: int
    top: float
    height: float
    sections: int
    """How many sections it has, itself included."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What is marked on a map, by the ids of sections; those that it does not have are left out."""

    way: tuple[str, ...] = ()
    """Filled, from the top down."""
    shades: Mapping[str, float] = field(default_factory=dict)
    """Shaded, from 0 to 1: what search found."""
    arcs: tuple[str, ...] = ()
    """Joined to the end of the way: what it says to see, too."""
    places: tuple[str, ...] = ()
    """Numbered from 1 on: the closest places where none is sure."""


def map_bars(graph: MenuGraph) -> dict[str, Bar]:
    """Return the bars of all sections by their ids, in reading order."""
    sections = {item.id: item for item in graph.items if item.kind == "section"}
    above = {child: parent for parent, child in graph.edges(HAS_CHILD) if child in sections}
    leaves, sizes = dict.fromkeys(sections, 0), dict.fromkeys(sections, 1)
    for item_id in reversed(sections):  # every parent stands before its children
        leaves[item_id] = leaves[item_id] or 1
        if (parent := above.get(item_id)) is not None:
            leaves[parent] += leaves[item_id]
            sizes[parent] += sizes[item_id]
    unit = HEIGHT / max(1, sum(count for item_id, count in leaves.items() if item_id not in above))
    bars: dict[str, Bar] = {}
    filled: dict[str, float] = {"": 0.0}
    for item_id, item in sections.items():
        parent = above.get(item_id, "")
        top, height = filled[parent], leaves[item_id] * unit
        filled[parent], filled[item_id] = top + height, top
        level = bars[parent].level + 1 if parent else 0
        bars[item_id] = Bar(item_id, item.name, level, top, height, sizes[item_id])
    return bars


def draw_map(bars: Mapping[str, Bar], marks: Marks, label: str) -> str:
    """Return the map as SVG, which `label` says to those who do not see it."""
    shown = {one.id: one for one in bars.values() if one.height >= _LEAST_HEIGHT}
    way = [bars[item_id] for item_id in marks.way if item_id in bars]
    places = {item_id: number for number, item_id in enumerate(marks.places, start=1) if item_id in bars}
    levels = 1 + max((one.level for one in (*shown.values(), *way, *(bars[place] for place in places))), default=0)
    width = (WIDTH - _ARC_REACH) / levels
    apart = {*marks.way, *places}
    found = [bars[item_id] for item_id in marks.shades if item_id in bars and item_id not in apart]
    numbered = {bars[item_id]: number for item_id, number in places.items()}
    drawn = _leads(numbered, width)  # first, so that they pass behind the bars and their names
    drawn += [_bar(one, width, "") for one in shown.values() if one.id not in apart]
    drawn += [_bar(one, width, " found", marks.shades[one.id]) for one in found]
    drawn += [_bar(one, width, " way") for one in way[:-1]] + [_bar(_readable(one), width, " way") for one in way[-1:]]
    if way:
        drawn += [_arc(way[-1], bars[end], width) for end in marks.arcs if end in bars]
    drawn += [_bar(one, width, " closest") for one in numbered]
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(label)}" '
        f'xmlns="http://www.w3.org/2000/svg">{"".join(drawn)}</svg>'
    )


def _readable(one: Bar) -> Bar:
    """Return a bar high enough for its name, around where it was."""
    height = max(one.height, _LABEL_HEIGHT + 2)
    return replace(one, top=min(max(0.0, one.top + (one.height - height) / 2), HEIGHT - height), height=height)


def _leads(places: Mapping[Bar, int], width: float) -> list[str]:
    """Draw the numbers of places at the right edge, from the top down, with lines; close ones are led apart."""
    drawn: list[str] = []
    across, free = WIDTH - _NUMBER_HEIGHT / 2, 0.0
    left = len(places) * _NUMBER_HEIGHT
    for one in sorted(places, key=lambda bar: bar.top):
        end, middle = (one.level + 1) * width, one.top + one.height / 2
        down = min(max(middle, free + _NUMBER_HEIGHT / 2), HEIGHT - left + _NUMBER_HEIGHT / 2)
        free, left = down + _NUMBER_HEIGHT / 2, left - _NUMBER_HEIGHT
        drawn += [
            f'<path class="lead" d="M{end:.1f} {middle:.1f} L{WIDTH - _ARC_REACH:.1f} {middle:.1f} '
            f'L{across - 8:.1f} {down:.1f}"/>',
            f'<g class="number" data-item="{escape(one.id)}"><title>{escape(one.name)}</title>'
            f'<circle cx="{across:.1f}" cy="{down:.1f}" r="8"/>'
            f'<text x="{across:.1f}" y="{down + 3.8:.1f}">{places[one]}</text></g>',
        ]
    return drawn


def _bar(one: Bar, width: float, kind: str, shade: float = 0.0) -> str:
    """Draw one bar; its words are escaped, for a manual may hold anything."""
    height = max(one.height, _WAY_HEIGHT) if kind else one.height
    bold = kind in (" way", " closest")
    left, letters = one.level * width, int((width - 10) / (_BOLD_WIDTH if bold else _LETTER_WIDTH))
    name = one.name if len(one.name) <= letters else f"{one.name[: max(0, letters - 1)]}…"
    shaded = f' style="--shade: {shade:.2f}"' if shade else ""
    words = f'<text x="{left + 5:.1f}" y="{one.top + height / 2 + 4:.1f}">{escape(name)}</text>'
    return (
        f'<g class="bar{kind}" data-item="{escape(one.id)}"><title>{escape(one.name)}</title>'
        f'<rect x="{left:.1f}" y="{one.top:.1f}" width="{width - _GAP:.1f}" height="{max(height - _GAP, 0.6):.1f}"'
        f"{shaded}/>{words if height >= _LABEL_HEIGHT else ''}</g>"
    )


def _arc(start: Bar, end: Bar, width: float) -> str:
    left, right = (start.level + 1) * width, (end.level + 1) * width
    begin, stop = start.top + start.height / 2, end.top + end.height / 2
    reach = max(left, right) + _ARC_REACH
    return (
        f'<path class="arc" d="M{left:.1f} {begin:.1f} C{reach:.1f} {begin:.1f} {reach:.1f} {stop:.1f} '
        f'{right:.1f} {stop:.1f}"><title>see also: {escape(end.name)}</title></path>'
    )
