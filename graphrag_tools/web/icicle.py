"""The map of a manual as an icicle: a column a level, a bar a section, as high as the sections below it are many."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from graphrag_tools.manual.graph import HAS_CHILD, MenuGraph

WIDTH, HEIGHT = 440, 640
_LEAST_HEIGHT = 1.2
"""What is lower is drawn as a part of the bar above it: so a map of 100,000 sections has no more bars than pixels."""
_LABEL_HEIGHT = 13
_WAY_HEIGHT = 4.0
"""At the least, of what the map is looked at for: the way, and what search found."""
_GAP = 1
_LETTER_WIDTH = 5.9
_ARC_REACH = 40


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


def draw_map(
    bars: Mapping[str, Bar], way: Sequence[str], shades: Mapping[str, float], arcs: Iterable[str], label: str
) -> str:
    """Return the map as SVG: the way filled, what search found shaded (0 to 1), see-also arcs from its end."""
    shown = {one.id: one for one in bars.values() if one.height >= _LEAST_HEIGHT}
    on_way = [bars[item_id] for item_id in way if item_id in bars]
    levels = 1 + max((one.level for one in (*shown.values(), *on_way)), default=0)
    width = (WIDTH - _ARC_REACH) / levels
    found = [bars[item_id] for item_id in shades if item_id in bars and item_id not in way]
    drawn = [_bar(one, width, "") for one in shown.values() if one.id not in way]
    drawn += [_bar(one, width, " found", shades[one.id]) for one in found]
    drawn += [_bar(one, width, " way") for one in on_way]
    if on_way:
        drawn += [_arc(on_way[-1], bars[end], width) for end in arcs if end in bars]
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(label)}" '
        f'xmlns="http://www.w3.org/2000/svg">{"".join(drawn)}</svg>'
    )


def _bar(one: Bar, width: float, kind: str, shade: float = 0.0) -> str:
    """Draw one bar; its words are escaped, for a manual may hold anything."""
    height = max(one.height, _WAY_HEIGHT) if kind else one.height
    left, letters = one.level * width, int((width - 10) / _LETTER_WIDTH)
    name = one.name if len(one.name) <= letters else f"{one.name[: max(0, letters - 1)]}…"
    words = f'<text x="{left + 5:.1f}" y="{one.top + height / 2 + 4:.1f}">{escape(name)}</text>'
    return (
        f'<g class="bar{kind}" data-item="{escape(one.id)}"><title>{escape(one.name)}</title>'
        f'<rect x="{left:.1f}" y="{one.top:.1f}" width="{width - _GAP:.1f}" height="{max(height - _GAP, 0.6):.1f}" '
        f'style="--shade: {shade:.2f}"/>{words if height >= _LABEL_HEIGHT else ""}</g>'
    )


def _arc(start: Bar, end: Bar, width: float) -> str:
    left, right = (start.level + 1) * width, (end.level + 1) * width
    begin, stop = start.top + start.height / 2, end.top + end.height / 2
    reach = max(left, right) + _ARC_REACH
    return (
        f'<path class="arc" d="M{left:.1f} {begin:.1f} C{reach:.1f} {begin:.1f} {reach:.1f} {stop:.1f} '
        f'{right:.1f} {stop:.1f}"><title>see also: {escape(end.name)}</title></path>'
    )
