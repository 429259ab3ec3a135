"""Lines of AsciiDoc that are told by what stands around them: underlined titles, literal paragraphs, signs in text."""

from pathlib import Path

import pytest
from support.page_folders import graph, load, paths

from graphrag_tools.loaders import load_manual
from graphrag_tools.loaders.asciidoc.titles import with_titles_in_one_line

BOOK = """Lamp Guide
==========

Read this first.

[[care]]
Care of it
----------

Wipe it.

Lens
~~~~

Brush it, see <<bulb>>.

[source]
----
Lens
----

[[bulb]]
Bulb
----

Turn it.
"""


def test_underlined_titles_are_sections(tmp_path: Path) -> None:
    found = graph(tmp_path, {"book.adoc": BOOK})
    assert paths(found) == [
        "Lamp Guide",
        "Lamp Guide > Care of it",
        "Lamp Guide > Care of it > Lens",
        "Lamp Guide > Bulb",
    ]
    lens = next(item for item in found.items if item.name == "Lens")
    assert [(block.kind, block.text) for block in lens.blocks] == [
        ("paragraph", "Brush it, see Bulb."),
        ("code", "Lens"),
    ]


def test_underlined_titles_of_an_included_file_are_sections(tmp_path: Path) -> None:
    files = {"book.adoc": "= Lamp\n\ninclude::care.adoc[]\n", "care.adoc": "Care\n----\n\nWipe it.\n"}
    assert paths(graph(tmp_path, files)) == ["Lamp", "Lamp > Care"]


@pytest.mark.parametrize(
    "text",
    [
        "some text\n----\ncode\n----\n",  # as long as no title
        "Text of two lines\nabcd\n----\ncode\n----\n",  # no title within a paragraph
        ".Code\n-----\ncode\n-----\n",
        "====\nText\n\nBulb\n====\n",
        "....\nBulb\n----\n....\n",
    ],
)
def test_the_line_that_opens_a_block_underlines_no_title(text: str) -> None:
    assert with_titles_in_one_line(text) == text


def test_an_equals_sign_within_a_paragraph_begins_no_heading(tmp_path: Path) -> None:
    text = "= Lamp\n\n== Pulse\n\nIt blinks n times, n\n= 2 for red.\n[[care]]\n== Care\nWipe it.\n\n== Box\nA box.\n"
    found = graph(tmp_path, {"lamp.adoc": text})
    assert paths(found) == ["Lamp", "Lamp > Pulse", "Lamp > Care", "Lamp > Box"]


def test_indented_paragraphs_keep_their_lines(tmp_path: Path) -> None:
    text = "= Lamp\n\nIt shows:\n\n  Bulb    State\n  ---------------\n  1.      on\n\n* One\n  goes on\n\nEnd.\n"
    (section,) = load(tmp_path, {"lamp.adoc": text}).sections
    kinds = [(block.kind, block.text) for block in section.blocks]
    assert ("code", "Bulb    State\n---------------\n1.      on") in kinds
    assert [kind for kind, _ in kinds].count("code") == 1


def test_indented_meanings_of_terms_are_no_literal_text(tmp_path: Path) -> None:
    text = "= Lamp\n\nRed::\n  Too hot\n  to touch.\n\nBlue::\n\n  Cold.\n\nEnd.\n\n  as it is\n"
    (section,) = load(tmp_path, {"lamp.adoc": text}).sections
    assert [block.text for block in section.blocks if block.kind == "code"] == ["as it is"]


def test_questions_of_a_list_of_questions_and_answers_are_sections(tmp_path: Path) -> None:
    text = (
        "= Lamp\n\n== Help\n\n[qanda]\nWhy is the *red* light on?::\n  It is too\n  hot.\n\n  Wait.\n\n"
        "Can two lamps be one?:: Yes. Type:\n\nit.\n\n pair --all\n\nKinds:::\n  Two.\n\n== Words\n\nGlow:: Light.\n"
    )
    found = load(tmp_path, {"lamp.adoc": text})
    titles = {section.key: section.title for section in found.sections}
    shown = [(titles[section.parent or section.key], section.title) for section in found.sections[1:]]
    assert shown == [
        ("Lamp", "Help"),
        ("Help", "Why is the red light on?"),
        ("Help", "Can two lamps be one?"),
        ("Lamp", "Words"),
    ]
    first, second, words = (section.blocks for section in found.sections[2:])
    assert [block.text for block in first] == ["It is too hot.", "Wait."]
    assert [(block.kind, block.text) for block in second][-2:] == [("code", "pair --all"), ("option", "Kinds: Two.")]
    assert [block.name for block in words] == ["Glow"]


def test_steps_that_are_lettered_are_steps(tmp_path: Path) -> None:
    text = "= Lamp\n\n1. Open\nit.\n2. Change the bulb:\n  a. Turn it left.\n  b. Pull.\n\n a. Shut it.\n"
    (section,) = load(tmp_path, {"lamp.adoc": text}).sections
    steps = [block.text for block in section.blocks if block.kind == "step"]
    assert steps == ["Open it.", "Change the bulb:", "Turn it left.", "Pull.", "Shut it."]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("See <<care,the\ncare>> now.", "See the care now."),
        ("Press *the\nwheel* now.", "Press the wheel now."),
        ("Look: image:a.png[A lamp,\nwidth=9] it is on.", "Look: it is on."),
        ('It is "`**L**amp\n2`" and "`*-X*`" here.', "It is “Lamp 2” and “-X” here."),
        ("Write `\\*` or `*` for all.", "Write * or * for all."),
        ("First sold in\n2001. It sold well.", "First sold in 2001. It sold well."),
        ("a *wild guess\n.Title", "a *wild guess"),
    ],
)
def test_what_the_end_of_a_line_finds_open_goes_on(tmp_path: Path, text: str, shown: str) -> None:
    (section,) = load(tmp_path, {"lamp.adoc": f"= Lamp\n\n{text}\n"}).sections
    assert section.blocks[0].text == shown


def test_cells_of_a_table_need_no_blanks_between_them(tmp_path: Path) -> None:
    text = "= Lamp\n\n|===\n|Mode|Colour|Watts\n|Night|red\\|blue|2\n|Day |white |5\n|===\n"
    (section,) = load(tmp_path, {"lamp.adoc": text}).sections
    assert [one.text for one in section.blocks] == ["Mode | Colour | Watts", "Night | red|blue | 2", "Day | white | 5"]


def _blocks(folder: Path, text: str) -> list[tuple[str, str]]:
    (folder / "a.adoc").write_text(text, encoding="utf-8")
    return [(block.kind, block.text) for section in load_manual(folder / "a.adoc").sections for block in section.blocks]


def test_cells_of_tables_are_those_of_their_columns(tmp_path: Path) -> None:
    text = (
        '= Lamp\n\n[cols="1,3",options="header"]\n|===\n|Code\n|Meaning\n\n2+|*Night*\n|N1\n|Dim\nlight\n'
        "2+h|Day\n.2+|D1 |Full\n|White\na|\n* left\n* right\n|Both\n|===\n\n"
        '[%header,format=csv]\n|===\nKey,Does\nA,"On, then off"\n|===\n\n:===\nB:Beeps\n:===\n\n'
        "[cols=2*]\n|===\n2*|same\n|===\n"
    )
    assert _blocks(tmp_path, text) == [
        ("table", "Code | Meaning"),
        ("heading", "Night"),
        ("table", "N1 | Dim light"),
        ("heading", "Day"),
        ("table", "D1 | Full"),
        ("table", "D1 | White"),
        ("table", "left; right | Both"),
        ("table", "Key | Does"),
        ("table", "A | On, then off"),
        ("table", "B | Beeps"),
        ("table", "same | same"),
    ]


def test_who_wrote_a_book_and_its_revision_are_no_text(tmp_path: Path) -> None:
    header = "= Lamp\nAda Lind <ada@example.com>; Bo Ek\nv1.2, 2024-05-01: second\n:toc:\n\nTurn it.\n"
    assert _blocks(tmp_path, header) == [("paragraph", "Turn it.")]
    assert _blocks(tmp_path, "= Lamp\nTurn it on\n") == [("paragraph", "Turn it on")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '[cols="2"]\n|===\n|Mode\na|\n----\nlampctl stop\nlampctl start\n----\n|===',
            ["Mode | lampctl stop; lampctl start"],
        ),
        (
            "|===\n|Key |Does\n\n|+ a|\n*Dim:*:: Half _the_ light\nFull:: All\n|===",
            ["Key | Does", "+ | Dim: Half the light; Full: All"],
        ),
    ],
)
def test_code_and_terms_in_cells_stand_on_lines_of_their_own(tmp_path: Path, text: str, expected: list[str]) -> None:
    (section,) = load(tmp_path, {"lamp.adoc": f"= Lamp\n\n{text}\n"}).sections
    assert [block.text for block in section.blocks] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            ". Lift it.\n+\nCAUTION: Hot\nglass.\n\n. Wait.",
            [("step", "Lift it."), ("warning", "Hot glass."), ("step", "Wait.")],
        ),
        ("[WARNING]\n.Heat\nNever touch.", [("warning", "Heat: Never touch.")]),
        (".Heat\n[CAUTION]\n====\nNever touch.\n====", [("warning", "Heat: Never touch.")]),
        (".Tip [one]\nTIP: Dim it.", [("note", "Tip one: Dim it.")]),
        (
            "[source,sh]\nlampctl stop\n  now\n\nThen wait.",
            [("code", "lampctl stop\n  now"), ("paragraph", "Then wait.")],
        ),
        (
            "----\ndim 5 # <1>\n----\n<1> Half *the* light\n<2> All",
            [("code", "dim 5 # <1>"), ("paragraph", "<1> Half the light"), ("paragraph", "<2> All")],
        ),
        ("++++\n<p>Turn <b>it</b>.</p>\n++++", [("paragraph", "Turn it.")]),
        (
            "+++<u>Now</u>+++ press pass:[<b>OK</b>], +pass:[&lt;Esc&gt;]+ or #[ Back ]#, a \\-> b.",
            [("paragraph", "Now press OK, <Esc> or [ Back ], a -> b.")],
        ),
    ],
)
def test_blocks_that_are_said_by_a_line_above_them_are_what_it_says(
    tmp_path: Path, text: str, expected: list[tuple[str, str]]
) -> None:
    (section,) = load(tmp_path, {"lamp.adoc": f"= Lamp\n\n{text}\n"}).sections
    assert [(block.kind, block.text) for block in section.blocks] == expected


def test_front_matter_is_no_paragraph_that_goes_on_with_the_heading_below_it(tmp_path: Path) -> None:
    found = load(tmp_path, {"a.adoc": "---\ntitle: Sounds\n---\n== Volume\nPress minus.\n"}).sections
    assert [(one.title, [block.text for block in one.blocks]) for one in found] == [
        ("Sounds", []),
        ("Volume", ["Press minus."]),
    ]


def test_chapters_are_as_deep_as_the_book_sets_between_them(tmp_path: Path) -> None:
    book = (
        "= Lamp\n\n:leveloffset: 1\n\ninclude::care.adoc[]\n\n:leveloffset: +1\n\ninclude::rinse.adoc[]\n\n"
        ":leveloffset: 0\n\n== End\n\nStop.\n"
    )
    files = {"a.adoc": book, "care.adoc": "= Care\n\nWipe it.\n", "rinse.adoc": "= Rinse\n\nCold.\n"}
    assert paths(graph(tmp_path, files)) == ["Lamp", "Lamp > Care", "Lamp > Care > Rinse", "Lamp > End"]


def test_names_of_places_may_hold_colons_and_dots(tmp_path: Path) -> None:
    files = {
        "a.adoc": "= A\n\nSee <<cha:dim,dim it>>, <<b.adoc#x.y,set it>> and <<x.y>>.\n",
        "b.adoc": "= B\n\n[[cha:dim]]\n== Dim\n\nTurn.\n\n[[x.y]]\n== Set\n\nPress.\n",
    }
    found = graph(tmp_path, files)
    assert found.unresolved == ()
    assert found.item("m/a").blocks[0].text == "See dim it, set it and Set."


@pytest.mark.parametrize(
    ("style", "shown"),
    [
        ('[source,bash,subs="attributes"]', "lamp 2"),
        ("[source,subs=+attributes]", "lamp 2"),
        ("[source]", "lamp {model}"),
    ],
)
def test_code_has_the_values_of_attributes_where_it_says_so(tmp_path: Path, style: str, shown: str) -> None:
    page = f"= A\n:model: 2\n\n{style}\n----\nlamp {{model}}\n----\n\nIt has an MPNfootnote:[A number.].\n"
    found = graph(tmp_path, {"a.adoc": page})
    assert [block.text for block in found.item("m/a").blocks] == [shown, "It has an MPN (A number)."]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Type --to <path> and <__title__>.", "Type --to <path> and <title>."),
        ("Pin <p> is *<n>*, or `<n>`s.", "Pin <p> is <n>, or <n>s."),
        ("+<p>+ +++<u>on</u>+++ <b@lamp.example>", "<p> on b@lamp.example"),
        ("Use <__lamp_name__> or <<_late>>.", "Use <lamp_name> or late."),
    ],
)
def test_names_in_angle_brackets_are_text_and_no_tags(tmp_path: Path, written: str, shown: str) -> None:
    assert [block.text for block in graph(tmp_path, {"a.adoc": f"= A\n\n{written}\n"}).item("m/a").blocks] == [shown]
