"""Names and headings that are bold by their class alone, which style sheets beside their pages say."""

import zipfile
from pathlib import Path

import pytest

from graphrag_tools.loaders import load_manual
from graphrag_tools.manual.sections import Manual

STYLE = """/* p.lead { font-weight: bold } */ @media screen { span.name, p.group { color: red; font-weight: bold }
.plain { font-weight: 400 } .tip span.inner { font-weight: bold } p.lead { -x-font-weight: bold }"""
PAGE = """<h1>Kettle</h1><p class="lead">Read this</p><p class="group">Menu</p><p>What it offers:</p>
<ul><li><span class="name big">Timer</span>: waits.</li><li><span class="inner">Loud</span>: beeps.</li></ul>"""


def kinds(manual: Manual) -> list[tuple[str, str]]:
    return [(block.kind, block.name or block.text) for section in manual.sections for block in section.blocks]


EXPECTED = [
    ("paragraph", "Read this"),
    ("heading", "Menu"),
    ("paragraph", "What it offers:"),
    ("option", "Timer"),
    ("paragraph", "Loud: beeps."),
]


@pytest.mark.parametrize(
    "head",
    ['<link rel="stylesheet" href="../look/a%20b.css?v=3">', f"<style>{STYLE}</style>"],
    ids=["linked", "in the page"],
)
def test_what_a_style_sheet_makes_bold_is_bold(tmp_path: Path, head: str) -> None:
    (tmp_path / "look").mkdir()
    (tmp_path / "text").mkdir()
    (tmp_path / "look/a b.css").write_text(STYLE, encoding="utf-8")
    (tmp_path / "text/kettle.html").write_text(f"<head>{head}</head>{PAGE}", encoding="utf-8")
    assert kinds(load_manual(tmp_path)) == EXPECTED


@pytest.mark.parametrize(
    "address",
    [
        "../look.css",
        "missing.css",
        "look.txt",
        "",
        "\0.css",
        "https://a.example/look.css",
        f"data:text/css,{'x' * 999}.css",
    ],
)
def test_style_sheets_that_are_no_files_of_the_manual_say_nothing(tmp_path: Path, address: str) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    for name in ("look.css", "site/look.txt"):
        (tmp_path / name).write_text(STYLE, encoding="utf-8")
    link = f'<head><link rel="stylesheet" href="{address}"></head>'
    (folder / "kettle.html").write_text(link + PAGE, encoding="utf-8")
    assert ("paragraph", "Menu") in kinds(load_manual(folder))


def test_what_a_style_sheet_sets_in_italics_are_names(tmp_path: Path) -> None:
    style = "<style>.ui { font-style: oblique; color: red }</style>"
    lines = "".join(f'<p><span class="ui">{name}</span> – does it.</p>' for name in ("Boil", "Wait", "Stop"))
    (tmp_path / "kettle.html").write_text(f"<head>{style}</head><h1>Kettle</h1>{lines}", encoding="utf-8")
    assert kinds(load_manual(tmp_path / "kettle.html")) == [("option", "Boil"), ("option", "Wait"), ("option", "Stop")]


def test_a_later_rule_takes_back_an_earlier_one(tmp_path: Path) -> None:
    style = f"<style>{STYLE} p.group {{ font-weight: normal }}</style>"
    (tmp_path / "kettle.html").write_text(f"<head>{style}</head>{PAGE}", encoding="utf-8")
    assert ("paragraph", "Menu") in kinds(load_manual(tmp_path / "kettle.html"))


def test_the_style_sheets_of_a_book_are_read(tmp_path: Path) -> None:
    book = tmp_path / "kettle.epub"
    package = (
        '<package><metadata/><manifest><item id="a" href="text/a.xhtml" media-type="application/xhtml+xml"/>'
        '<item id="s" href="look.css" media-type="text/css"/><item id="t" href="gone.css" media-type="text/css"/>'
        '</manifest><spine><itemref idref="a"/></spine></package>'
    )
    container = '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>'
    page = f'<html><head><link rel="stylesheet" type="text/css" href="../look.css"/></head><body>{PAGE}</body></html>'
    files = {
        "META-INF/container.xml": container,
        "OPS/book.opf": package,
        "OPS/text/a.xhtml": page,
        "OPS/look.css": STYLE,
    }
    with zipfile.ZipFile(book, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    manual = load_manual(book)
    assert kinds(manual) == EXPECTED
    assert manual.skipped == ()
