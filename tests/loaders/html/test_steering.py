"""Lines at the ends of pages that lead to the pages around: they are no text."""

from collections.abc import Callable
from pathlib import Path

import pytest
from support.page_folders import load

NAMES = ("fill", "plug", "rinse", "store", "mend")
Line = Callable[[int], str]


def link(at: int, words: str) -> str:
    return f'<a href="{NAMES[at]}.html">{words}</a>' if 0 <= at < len(NAMES) else ""


def bar(at: int) -> str:
    links = (link(at - 1, "Prev"), '<a href="index.html">Home</a>', link(at + 1, "Next"))
    return f"<p>[ {' | '.join(filter(None, links))} ]</p>"


def labelled(at: int) -> str:
    said = (("Next", at + 1), ("Previous", at - 1))
    return (
        f"<p>{', '.join(f'{label}: {link(to, NAMES[to].title())}' for label, to in said if 0 <= to < len(NAMES))}</p>"
    )


def back(at: int) -> str:
    return f"<p>Back to {link(at // 2, 'the pump')}.</p>"


def with_titles(at: int) -> str:
    cells = (
        link((at - 1) % 5, NAMES[at - 1].title()),
        NAMES[at].title(),
        link((at + 1) % 5, NAMES[(at + 1) % 5].title()),
    )
    return f"<table><tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr></table>"


def see_also(at: int) -> str:
    return f"<p>See also: {link((at + 2) % len(NAMES), NAMES[(at + 2) % len(NAMES)].title())}</p>"


def named(at: int) -> str:
    return f"<p>{link((at + 2) % len(NAMES), NAMES[(at + 2) % len(NAMES)].title())}</p>"


def texts(folder: Path, line: Line) -> list[str]:
    pages = {
        f"{name}.html": f"<body>{line(at)}<h1>{name.title()} it</h1><p>How one can {name} it.</p>{line(at)}</body>"
        for at, name in enumerate(NAMES)
    }
    manual = load(folder, {"index.html": "<body><h1>Pump</h1><p>It pumps water.</p></body>", **pages})
    return [block.text for section in manual.sections for block in section.blocks]


@pytest.mark.parametrize("line", [bar, labelled, back, with_titles])
def test_lines_that_lead_to_the_pages_around_are_left_out(tmp_path: Path, line: Line) -> None:
    assert texts(tmp_path, line) == ["It pumps water.", *(f"How one can {name} it." for name in sorted(NAMES))]


@pytest.mark.parametrize("line", [see_also, named])
def test_links_that_name_what_they_lead_to_are_text(tmp_path: Path, line: Line) -> None:
    assert len(texts(tmp_path, line)) == 1 + 3 * len(NAMES)
