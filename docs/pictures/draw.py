"""Draw the pictures of the concepts as SVG: python docs/pictures/draw.py"""

from html import escape
from itertools import pairwise
from pathlib import Path

BLUE, ORANGE, GREY, INK = "#0072B2", "#B34700", "#6b6b6b", "#222222"
HERE = Path(__file__).parent


def box(x: int, y: int, text: str, colour: str, width: int = 150) -> str:
    return (
        f'<rect x="{x - width // 2}" y="{y - 17}" width="{width}" height="34" rx="6" fill="white" stroke="{colour}" '
        f'stroke-width="2"/><text x="{x}" y="{y + 5}" text-anchor="middle" fill="{colour}">{escape(text)}</text>'
    )


def line(points: str, colour: str, *, dashed: bool = False, arrow: bool = False) -> str:
    dash = ' stroke-dasharray="6 4"' if dashed else ""
    head = ' marker-end="url(#head)"' if arrow else ""
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"{dash}{head}/>'


def picture(name: str, title: str, size: tuple[int, int], *parts: str) -> None:
    width, height = size
    head = (
        '<defs><marker id="head" markerWidth="9" markerHeight="9" refX="8" refY="4" orient="auto">'
        f'<path d="M0,0 L8,4 L0,8 z" fill="{INK}"/></marker></defs>'
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" font-family="sans-serif" font-size="14"><title>{escape(title)}</title>{head}'
        f'<rect width="{width}" height="{height}" rx="8" fill="white"/>{"".join(parts)}</svg>\n'
    )
    (HERE / f"{name}.svg").write_text(svg, encoding="utf-8")


def note(x: int, y: int, text: str, colour: str = GREY) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="middle" fill="{colour}" font-size="12">{escape(text)}</text>'


def menu_graph() -> None:
    picture(
        "menu-graph",
        "A menu path: Settings, Wi-Fi, Flight mode; beside it the items that one passes by and a see-also edge",
        (760, 270),
        line("185,120 300,120", ORANGE),
        line("185,120 300,190", GREY),
        line("450,120 565,120", BLUE),
        line("450,120 565,50", GREY),
        line("450,190 640,190 640,139", GREY, dashed=True),
        note(545, 208, "see also"),
        box(110, 50, "Reading", GREY),
        box(110, 120, "Settings", ORANGE),
        box(110, 190, "Library", GREY),
        box(375, 120, "Wi-Fi", ORANGE),
        box(375, 190, "Bluetooth", GREY),
        box(640, 50, "Saved networks", GREY),
        box(640, 120, "Flight mode", BLUE),
        note(380, 250, "menu path: Settings > Wi-Fi > Flight mode", INK),
    )


def workflow() -> None:
    names = ("resolve", "search", "choose", "answer", "verify")
    at = {name: 80 + 150 * place for place, name in enumerate(names)}
    arrows = [line(f"{at[a] + 50},90 {at[b] - 52},90", INK, arrow=True) for a, b in pairwise(names)]
    picture(
        "workflow",
        "The workflow: resolve, search, choose with tools, answer, verify, with one retry",
        (760, 220),
        *arrows,
        line(f"{at['choose'] - 20},107 {at['choose'] - 20},151", INK, arrow=True),
        line(f"{at['choose'] + 20},153 {at['choose'] + 20},109", INK, arrow=True),
        line(f"{at['verify']},73 {at['verify']},35 {at['answer']},35 {at['answer']},71", INK, arrow=True),
        note((at["answer"] + at["verify"]) // 2, 26, "one retry, with the reasons; then the quote"),
        *(box(at[name], 90, name, GREY if name in {"resolve", "search", "verify"} else ORANGE, 100) for name in names),
        box(at["choose"], 170, "tools", BLUE, 100),
        note(at["search"], 128, "no model call"),
        note(at["verify"], 128, "code, no model"),
        note(at["answer"], 128, "written or quoted"),
    )


if __name__ == "__main__":
    menu_graph()
    workflow()
