"""Headings that are written as paragraphs, which the contents of their page leads to."""

from pathlib import Path

import pytest

from graphrag_tools.loaders import load_manual
from graphrag_tools.manual.sections import Manual

CONTENTS = """<p>Contents:</p><ul><li><a href="#start">Start</a></li><li><a href="kettle.html#care">Care</a>
<ul><li><a href="#scale">Scale</a></li></ul></li><li><a href="#faq">FAQ</a></li></ul>"""
TEXT = """<p><a name="start"><b>Start</b></a></p><p>Fill it.</p><p><a name="care"><b>Care</b></a></p><p>Wipe it.</p>
<p><b>Never</b> soak it.</p><p id="scale">Scale</p><p>Use vinegar.</p>
<p><a name="faq"><b>Frequently asked questions</b></a></p><p>It hums? It is full.</p>"""


def read(folder: Path, markup: str) -> Manual:
    (folder / "kettle.html").write_text(f"<h2>Kettle help</h2>{markup}", encoding="utf-8")
    return load_manual(folder / "kettle.html", "kettle")


def tree(manual: Manual) -> list[tuple[str, str]]:
    titles = {section.key: section.title for section in manual.sections}
    return [(titles.get(section.parent or "", ""), section.title) for section in manual.sections]


def test_bold_lines_that_the_contents_of_a_page_leads_to_are_its_sections(tmp_path: Path) -> None:
    manual = read(tmp_path, CONTENTS + TEXT)
    assert tree(manual) == [
        ("", "Kettle help"),
        ("Kettle help", "Start"),
        ("Kettle help", "Care"),
        ("Care", "Scale"),
        ("Kettle help", "Frequently asked questions"),
    ]
    texts = [[block.text for block in section.blocks] for section in manual.sections]
    assert texts == [[], ["Fill it."], ["Wipe it.", "Never soak it."], ["Use vinegar."], ["It hums? It is full."]]


def test_numbered_contents_of_terms_lead_to_the_lines_that_a_class_makes_bold(tmp_path: Path) -> None:
    why = "Why does it go on humming for minutes when all of the water has boiled, and the lid was opened in between?"
    contents = (
        '<dl><dt>1. First use</dt><dd><dl><dt>1.1. <a href="#fill">How much may I fill in?</a></dt>'
        f'<dt>1.2. <a href="#hum">{why}</a></dt><dt>1.3. <a href="#off">Does it switch off?</a></dt></dl></dd></dl>'
    )
    text = (
        '<p class="bold"><a name="fill">Q: How much may I fill in?</a></p><p><span class="bold">A:</span> A litre.</p>'
        f'<p class="bold"><a name="hum">Q: {why}</a></p><p>It cools.</p>'
        '<p class="bold"><a name="off">Q: Does it switch off?</a></p><p>Yes.</p>'
    )
    manual = read(tmp_path, contents + text)
    assert [section.title for section in manual.sections][1:] == [
        "Q: How much may I fill in?",
        f"Q: {why}",
        "Q: Does it switch off?",
    ]
    assert [block.text for section in manual.sections for block in section.blocks] == [
        "A: A litre.",
        "It cools.",
        "Yes.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        TEXT.replace("<b>", "")
        .replace("</b>", "")
        .replace("</a>", " first: it is said here</a>")
        .replace("<p id", "<p"),
        TEXT.replace("<p>", "<div><p>").replace("</p>", "</p></div>").replace("<b>", "").replace("Scale", "Lime"),
    ],
    ids=["sentences", "other words"],
)
def test_links_to_running_text_make_no_sections_and_stay(tmp_path: Path, text: str) -> None:
    manual = read(tmp_path, CONTENTS + text)
    assert len(manual.sections) == 1
    assert manual.sections[0].blocks[0].text == "Contents:"


def test_marked_headings_are_read_as_before(tmp_path: Path) -> None:
    marked = (
        TEXT.replace("<p><a", "<h3><a").replace("</b></a></p>", "</b></a></h3>").replace('<p id="scale">Scale</p>', "")
    )
    titles = [title for _, title in tree(read(tmp_path, CONTENTS + marked))]
    assert titles == ["Kettle help", "Start", "Care", "Frequently asked questions"]


def test_a_warning_above_the_contents_is_text(tmp_path: Path) -> None:
    manual = read(tmp_path, "<p>Danger: 230 volts!</p>" + CONTENTS.partition("</p>")[2] + TEXT)
    assert [block.kind for block in manual.sections[0].blocks] == ["warning"]


def test_lists_in_a_hundred_lists_are_read_once(tmp_path: Path) -> None:
    links = "".join(f'<li><a href="#p{at}">Part {at}</a></li>' for at in range(3_000))
    assert read(tmp_path, f"{'<ul>' * 100}{links}{'</ul>' * 100}<p>Text of it.</p>").sections
