"""OpenDocument texts, as LibreOffice writes them."""

import zipfile
from pathlib import Path

import pytest

from graphrag_tools.errors import ManualError
from graphrag_tools.loaders import load_manual
from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.sections import Manual

SPACE = "urn:oasis:names:tc:opendocument:xmlns"
SPACES = " ".join(
    [
        *(f'xmlns:{name}="{SPACE}:{name}:1.0"' for name in ("office", "style", "text", "table")),
        f'xmlns:draw="{SPACE}:drawing:1.0"',
        f'xmlns:fo="{SPACE}:xsl-fo-compatible:1.0"',
        'xmlns:xlink="http://www.w3.org/1999/xlink"',
    ]
)
STYLES = """
<style:style style:name="Strong"><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="P7" style:parent-style-name="Heading_20_2"/>
<style:style style:name="P8"><style:text-properties fo:font-size="14pt"/></style:style>
<style:style style:name="P9" style:parent-style-name="Strong"/>
<style:style style:name="T4"><style:text-properties style:text-position="super 58%"/></style:style>
<text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-format="1"/></text:list-style>
"""


def written(file: Path, text: str, before: str = "") -> Path:
    content = (
        f'<?xml version="1.0"?>{before}<office:document-content {SPACES}><office:automatic-styles>{STYLES}'
        f"</office:automatic-styles><office:body><office:text>{text}</office:text></office:body>"
        "</office:document-content>"
    )
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", content)
    return file


def read(tmp_path: Path, text: str) -> Manual:
    return load_manual(written(tmp_path / "kettle.odt", text))


def test_headings_are_sections_by_level_or_by_the_style_that_theirs_is_based_on(tmp_path: Path) -> None:
    manual = read(
        tmp_path,
        '<text:p text:style-name="Title">Kettle<text:span><text:line-break/>in <text:s/>steel</text:span>, 1 l</text:p>'
        "<text:table-of-content><text:p>Care 2</text:p>"
        '</text:table-of-content><text:h text:outline-level="1">Care</text:h><text:p>Use water.</text:p>'
        '<text:list><text:list-item><text:h text:outline-level="2">Lime</text:h></text:list-item></text:list>'
        '<text:p>Use vinegar.</text:p><text:h text:outline-level="x"> </text:h>'
        '<text:p text:style-name="P7">Lid</text:p><text:p>Wipe it.</text:p>'
        '<text:p text:style-name="P7"/>',
    )
    assert manual.title == "Kettle in steel, 1 l"
    assert [item.path for item in build_graph(manual).items] == [("Care",), ("Care", "Lime"), ("Care", "Lid")]
    assert [block.text for section in manual.sections for block in section.blocks] == [
        "Use water.",
        "Use vinegar.",
        "Wipe it.",
    ]


def test_lists_bold_words_tables_and_frames_keep_what_they_say(tmp_path: Path) -> None:
    strong = '<text:span text:style-name="Strong">{}</text:span>'.format
    manual = read(
        tmp_path,
        '<text:h text:outline-level="1">Use</text:h><text:list text:style-name="L1"><text:list-item><text:p>Press '
        f"{strong('Start')}.</text:p></text:list-item><text:list-item><text:p>Choose:</text:p><text:list>"
        f"<text:list-item><text:p>{strong('Tea')}: 80<text:s/>degrees</text:p></text:list-item></text:list>"
        "</text:list-item></text:list><text:p>Wait<text:note><text:note-citation>1</text:note-citation>"
        "<text:note-body><text:p>or not</text:p></text:note-body></text:note>.<draw:frame><draw:text-box>"
        "<text:p>Hot!</text:p></draw:text-box></draw:frame><office:annotation><text:p>Ask Ann</text:p>"
        "</office:annotation></text:p><table:table><table:table-row><table:table-cell><text:p>Red</text:p>"
        "</table:table-cell><table:table-cell><text:p>Hot</text:p></table:table-cell></table:table-row>"
        "</table:table>",
    )
    assert [(block.kind, block.depth, block.text) for block in manual.sections[0].blocks] == [
        ("step", 0, "Press Start."),
        ("step", 0, "Choose:"),
        ("option", 1, "Tea: 80 degrees"),
        ("paragraph", 0, "Wait (or not)."),
        ("paragraph", 0, "Hot!"),
        ("table", 0, "Red | Hot"),
    ]
    assert manual.sections[0].blocks[0].emphasis == ("Start",)


def test_lines_of_code_stay_lines_of_one_piece(tmp_path: Path) -> None:
    line = '<text:p text:style-name="Preformatted_20_Text">{}</text:p>'.format
    manual = read(tmp_path, f"<text:p>Type:</text:p>{line('boil --now')}{line('boil &lt;when&gt;')}")
    assert [(block.kind, block.text) for block in manual.sections[0].blocks] == [
        ("paragraph", "Type:"),
        ("code", "boil --now\nboil <when>"),
    ]


@pytest.mark.parametrize(
    ("text", "before", "why"),
    [
        ("<text:p>Hot.</text:p>", '<!DOCTYPE x [<!ENTITY a "b">]>', "declares a document type"),
        ("<text:section>" * 100 + "</text:section>" * 100, "", "nest more than"),
        ("<text:p>Hot.", "", "no OpenDocument text"),
        ("", "", "no heading and no text"),
    ],
)
def test_what_is_no_text_of_a_manual_is_refused_in_words(tmp_path: Path, text: str, before: str, why: str) -> None:
    with pytest.raises(ManualError, match=why):
        load_manual(written(tmp_path / "kettle.odt", text, before))


def test_a_file_that_is_none_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "kettle.odt").write_text("Hot.")
    with pytest.raises(ManualError, match="no OpenDocument text"):
        load_manual(tmp_path / "kettle.odt")


def test_a_text_whose_packed_parts_are_damaged_is_refused_in_words(tmp_path: Path) -> None:
    file = tmp_path / "kettle.odt"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("content.xml", "<a>" * 99)
    packed = bytearray(file.read_bytes())
    start = packed.index(b"content.xml") + len("content.xml")
    for damage in (b"\xff" * 8, b"\x00" * 8):
        packed[start : start + 8] = damage
        file.write_bytes(packed)
        with pytest.raises(ManualError, match=r"kettle\.odt: no OpenDocument text \(Error -3"):
            load_manual(file)


def test_one_that_lies_among_pages_is_one_of_them(tmp_path: Path) -> None:
    (tmp_path / "start.md").write_text("# Start\n\nOpen the box.\n")
    written(tmp_path / "care.odt", '<text:h text:outline-level="1">Care</text:h><text:p>Use water.</text:p>')
    assert {section.title for section in load_manual(tmp_path).sections} == {"Start", "Care"}


def test_headings_without_a_headings_style_are_told_by_their_type(tmp_path: Path) -> None:
    def line(style: str, text: str) -> str:
        return f'<text:p text:style-name="{style}">{text}</text:p>'

    cleaning = "".join(line("P1", f"Rinse it {number} times.") for number in range(30))
    parts = "".join(
        line("P9", name) + cleaning + line("P9", "Never open it while it boils.") for name in ("The lid", "The can")
    )
    manual = read(
        tmp_path,
        line("P8", "Setting up") + line("P1", "Use <text:span text:style-name='Strong'>water</text:span>.")
        + line("P8", "Cleaning") + parts + line("P9", "Short") + line("P8", "Repair") + line("P9", "Lamp")
        + line("P1", "Ask us."),
    )  # fmt: skip
    assert [item.path for item in build_graph(manual).items] == [
        ("Setting up",),
        ("Cleaning",),
        ("Cleaning", "The lid"),
        ("Cleaning", "The can"),
        ("Cleaning", "Short"),
        ("Repair",),
    ]


def test_a_paragraph_in_larger_type_that_looks_as_headings_do_is_one(tmp_path: Path) -> None:
    parts = "".join(
        f'<text:{kind} text:style-name="P8">{name}</text:{kind}><text:p>Use water, and {name}.</text:p>'
        for kind, name in (("h", "Setting up"), ("p", "Cleaning"), ("h", "Repair"))
    )
    assert [item.path for item in build_graph(read(tmp_path, parts)).items] == [
        ("Setting up",),
        ("Cleaning",),
        ("Repair",),
    ]


def test_title_behind_the_first_heading_is_a_section(tmp_path: Path) -> None:
    care = '<text:h text:outline-level="1">Care</text:h><text:p>Wipe it.</text:p>'
    parts = '<text:p text:style-name="Title">Spare parts</text:p><text:p>A lid.</text:p>'
    manual = read(tmp_path, care + parts)
    assert (manual.title, [section.title for section in manual.sections]) == ("kettle", ["Care", "Spare parts"])


def test_paragraphs_whose_numbers_go_on_with_those_of_the_headings_are_headings(tmp_path: Path) -> None:
    manual = read(
        tmp_path,
        '<text:h text:outline-level="1">1. Intro</text:h><text:p>1.1 Scope</text:p><text:p>All kettles.</text:p>'
        '<text:h text:outline-level="1">2. Use</text:h><text:p>2.1 Filling</text:p><text:p>Lift the lid.</text:p>'
        "<text:p>2.2 litres fit in.</text:p>",
    )
    assert [(section.title, [block.text for block in section.blocks]) for section in manual.sections] == [
        ("1. Intro", []),
        ("1.1 Scope", ["All kettles."]),
        ("2. Use", []),
        ("2.1 Filling", ["Lift the lid.", "2.2 litres fit in."]),
    ]


def test_raised_characters_stay_apart_from_what_they_stand_at(tmp_path: Path) -> None:
    raised = '<text:span text:style-name="T4">{}</text:span>'
    manual = read(tmp_path, f"<text:p>2{raised.format('13')} words, model X70{raised.format('1)')}</text:p>")
    assert manual.sections[0].blocks[0].text == "2¹³ words, model X70¹⁾"
