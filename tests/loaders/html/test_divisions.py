"""Books that a stylesheet of DocBook wrote on one page: divisions say what is below what, as no heading does."""

from pathlib import Path

from graphrag_tools.loaders import load_manual
from graphrag_tools.manual.from_sections import build_graph

BOOK = """<body><div class="book"><div class="titlepage"><div><div><h1 class="title">Lamp Book</h1></div>
<div><h2 class="subtitle">Second edition</h2></div><div><h3 class="author">Ada B.</h3></div></div></div>
<div class="list-of-figures"><p><b>List of Figures</b></p><dl><dt>4.1. <a href="#sound">Wheel</a></dt></dl></div>
<p>About the lamp.</p>
<div class="part"><div class="titlepage"><div><div><h1 class="title">Part I. Using</h1></div></div></div>
<div class="chapter"><div class="titlepage"><div><div><h2 class="title">Menu</h2></div></div></div><p>It has two.</p>
<div class="sect1"><div class="titlepage"><div><div><h2 class="title">Light</h2></div></div></div><p>Turn it.</p>
<h4>Colours</h4><p>Red.</p></div>
<div class="sect1"><a id="sound"></a><div class="titlepage"><div><div><h2 class="title">Sound</h2></div></div></div>
<p>Tap it.</p></div></div></div></div></body>"""


def test_divisions_of_a_book_are_levels(tmp_path: Path) -> None:
    (tmp_path / "book.html").write_text(BOOK, encoding="utf-8")
    manual = load_manual(tmp_path / "book.html", "m")
    assert [item.menu_path for item in build_graph(manual).items if item.kind == "section"] == [
        "Lamp Book",
        "Lamp Book > Part I. Using",
        "Lamp Book > Part I. Using > Menu",
        "Lamp Book > Part I. Using > Menu > Light",
        "Lamp Book > Part I. Using > Menu > Light > Colours",
        "Lamp Book > Part I. Using > Menu > Sound",
    ]


def test_editions_authors_and_lists_of_figures_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "book.html").write_text(BOOK, encoding="utf-8")
    blocks = load_manual(tmp_path / "book.html", "m").sections[0].blocks
    assert [one.text for one in blocks if one.kind != "heading"] == ["About the lamp."]


def test_headings_without_divisions_keep_their_levels(tmp_path: Path) -> None:
    text = (
        "<body><div class='section'><h1>Lamp</h1><div class='section'><h2>Light</h2><p>Turn it.</p></div></div></body>"
    )
    (tmp_path / "lamp.html").write_text(text, encoding="utf-8")
    found = build_graph(load_manual(tmp_path / "lamp.html", "m")).items
    assert [item.menu_path for item in found if item.kind == "section"] == ["Lamp", "Lamp > Light"]


def test_headings_in_lists_without_items_begin_sections(tmp_path: Path) -> None:
    indented = "<ul><h3>Timer</h3><ul><li>Values: 1 to 9</li></ul><p>It waits.</p></ul>"
    wrapped = "<ol><div><li>Fill it.</li><li>Boil it.<h4>Soon</h4></li></div></ol>"
    page = f"<h1>Kettle</h1><h2>Options</h2><ul>They are:{indented}</ul><h2>Use</h2>{wrapped}"
    (tmp_path / "kettle.html").write_text(page, encoding="utf-8")
    sections = load_manual(tmp_path / "kettle.html").sections
    titles = {section.key: section.title for section in sections}
    assert [(titles.get(section.parent or ""), section.title) for section in sections] == [
        (None, "Kettle"),
        ("Kettle", "Options"),
        ("Options", "Timer"),
        ("Kettle", "Use"),
    ]
    kinds = [[(block.kind, block.text) for block in section.blocks] for section in sections]
    assert kinds[1] == [("paragraph", "They are:")]
    assert kinds[2][1] == ("paragraph", "It waits.")
    assert kinds[3][:2] == [("step", "Fill it."), ("step", "Boil it.")]
