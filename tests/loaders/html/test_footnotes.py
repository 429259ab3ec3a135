"""Footnotes of every format stand where they are used."""

from pathlib import Path

import pytest

from graphrag_tools.loaders import load_manual
from graphrag_tools.loaders.html.page import headed_parts


def read(folder: Path, name: str, text: str) -> list[tuple[str, str]]:
    (folder / name).write_text(text, encoding="utf-8")
    return [(block.kind, block.text) for section in load_manual(folder / name).sections for block in section.blocks]


def titles(folder: Path, name: str) -> list[str]:
    return [section.title for section in load_manual(folder / name).sections]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.md", "# Lamp\n\nPress it[^1].\n\n## Care\n\nWipe.\n\n[^1]: Not on the *mini*.\n"),
        ("a.md", "# Lamp\n\nPress it[^1].\n\n## Care\n\n[Wipe][1].\n\n[1]: https://a.org/\n\n[^1]: Not on the mini.\n"),
        ("a.md", "# Lamp\n\nPress it^[Not on the mini.].\n\n## Care\n\nWipe.\n"),
        ("a.rst", "Lamp\n====\n\nPress it\\ [#m]_.\n\nCare\n----\n\nWipe.\n\n.. [#m] Not on the mini.\n"),
        ("a.adoc", "= Lamp\n\nPress it footnote:[Not on the mini.].\n\n== Care\n\nWipe.\n"),
        (
            "a.docbook",
            "<article><title>Lamp</title><para>Press it<footnote><para>Not on the mini.</para></footnote>.</para>"
            "<section><title>Care</title><para>Wipe.</para></section></article>",
        ),
        (
            "a.html",
            "<h1>Lamp</h1><p>Press it<sup><a href='#fn1' id='r1'>1</a></sup>.</p><h2>Care</h2><p>Wipe.</p><hr>"
            "<div class='footnotes'><h2>Footnotes</h2><ol><li id='fn1'>Not on the mini. <a href='#r1'>back</a></ol>"
            "</div>",
        ),
    ],
)
def test_a_footnote_stands_in_parentheses_where_it_is_used(tmp_path: Path, name: str, text: str) -> None:
    if name.endswith(".rst"):
        pytest.importorskip("docutils")
    assert read(tmp_path, name, text) == [("paragraph", "Press it (Not on the mini)."), ("paragraph", "Wipe.")]
    assert titles(tmp_path, name) == ["Lamp", "Care"]


def test_each_use_of_a_footnote_has_its_text_in_tables_too(tmp_path: Path) -> None:
    text = "# A\n\n| Heat | Time |\n|---|---|\n| 40[^h] | 2 |\n| 60[^h] | 3 |\n\n[^h]: See [Heat](#a).\n"
    assert [found for kind, found in read(tmp_path, "a.md", text)] == [
        "Heat | Time",
        "40 (See Heat) | 2",
        "60 (See Heat) | 3",
    ]


def test_a_title_stays_short_and_its_footnote_follows_it(tmp_path: Path) -> None:
    text = "# Lamp\n\n## Timer[^1]\n\nTurn it.\n\n[^1]: From 2024 on.\n"
    assert read(tmp_path, "a.md", text) == [("paragraph", "From 2024 on."), ("paragraph", "Turn it.")]
    assert titles(tmp_path, "a.md") == ["Lamp", "Timer"]


def test_a_footnote_of_word_is_put_in(tmp_path: Path) -> None:
    html = (
        "<h1>Wi-Fi</h1><p>Choose it<sup><a href='#footnote-2' id='footnote-ref-2'>[1]</a></sup></p>"
        "<ol><li id='footnote-2'><p>In the US. <a href='#footnote-ref-2'>↑</a></p></li></ol>"
    )
    assert [block.text for part in headed_parts(html) for block in part.blocks] == ["Choose it (In the US)"]


@pytest.mark.parametrize(
    "html",
    [
        "<p>See step <a href='#s2'>2</a>.</p><p id='s2'>Two.</p>",
        "<p>10<sup><a href='#s2'>2</a></sup> m</p><h2 id='s2'>Squares</h2><p>Two.</p>",
        "<p id='p'>1<sup><a href='#p'>1</a></sup></p><p>Two.</p>",
    ],
)
def test_links_to_other_places_are_no_footnotes(html: str) -> None:
    assert "(" not in " ".join(block.text for part in headed_parts(html) for block in part.blocks)


def test_a_note_that_is_used_very_often_does_not_fill_the_memory() -> None:
    uses = "".join(f"<p>{at}<sup><a href='#fn' id='r{at}'>*</a></sup></p>" for at in range(3_000))
    html = f"{uses}<p class='footnote' id='fn'>{'word ' * 400}<a href='#r0'>^</a></p>"
    assert sum(len(block.text) for part in headed_parts(html) for block in part.blocks) < 700_000


def test_a_footnote_that_is_nested_very_deep_is_read() -> None:
    deep = f"{'<div>' * 3_000}Deep.{'</div>' * 3_000}"
    html = f"<p>Press<sup><a href='#fn1' id='r1'>1</a></sup></p><li id='fn1'>{deep}<a href='#r1'>^</a></li>"
    assert headed_parts(html)[0].blocks[0].text.startswith("Press")


def test_marks_by_the_thousand_are_not_all_looked_up() -> None:
    back = "".join(f"<a href='#fnref:{at}'>b</a>" for at in range(2_500))
    marks = "".join(f"<sup id='fnref:{at}'><a href='#n'>1</a></sup>" for at in range(2_500))
    [part] = headed_parts(f"<p>Turn{marks}</p><div class='footnotes'><p id='n'>Slowly. {back}</p></div>")
    assert part.blocks[0].text.startswith("Turn (Slowly)")
    assert part.blocks[0].text.endswith("¹" * 500)


def test_places_by_the_thousand_belong_to_their_section() -> None:
    names = [f"n{at}" for at in range(3_000)]
    [_, part] = headed_parts("<p>x</p><h1 id=a>T</h1>" + "".join(f"<p id={name}>{name}</p>" for name in names))
    assert part.ids == ("a", *names)
