"""Marks within a line that CommonMark does not take: highlighted words, blanks within bold, spans, comments."""

from pathlib import Path

import pytest
from support.markdown_pages import blocks
from support.page_folders import graph, paths

from graphrag_tools.loaders import load_markdown


def lines(folder: Path, text: str) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(block.kind, block.text, block.emphasis) for block in blocks(folder, text)]


@pytest.mark.parametrize(
    ("text", "shown", "bold"),
    [
        ("Turn the **knob **(left).", "Turn the knob (left).", ("knob",)),
        ("Turn** the knob** left.", "Turn the knob left.", ("the knob",)),
        ("Press the **** key.", "Press the key.", ()),
        ("Press**{{< icon plus >}}**now.", "Press now.", ()),
        ("2 ** 3 ** 4 and **a**b **c**.", "2 ** 3 ** 4 and ab c.", ("a", "c")),
        ("**Open\nend**, and **more** of it.", "Open end, and more of it.", ("Open end", "more")),
        ("Set it to {==LOW==}, not {--high--}{++ middle++}{>>why?<<}.", "Set it to LOW, not middle.", ()),
        ("Set {~~high~>low~~} and ==it==, if a == b, x==1 and y==2.", "Set low and it, if a == b, x==1 and y==2.", ()),
        ("The [new lamp]{.wide #lamp} and [a list] {.no}.", "The new lamp and [a list].", ()),
        ('See ![the lid](a.png){#fig:lid width=50% scale=.5 style="margin: 0"} it.', "See it.", ()),
        ("Keep `**a **` and `{==b==}`.", "Keep **a ** and {==b==}.", ()),
    ],
)
def test_marks_of_dialects_are_no_text(tmp_path: Path, text: str, shown: str, bold: tuple[str, ...]) -> None:
    assert lines(tmp_path, text) == [("paragraph", shown, bold)]


@pytest.mark.parametrize("comment", ["[comment]: <> (for us)", "[//]: # (for us)", '[//]: # "for us"'])
def test_comments_written_as_links_that_nothing_uses_are_no_text(tmp_path: Path, comment: str) -> None:
    assert [text for _, text, _ in lines(tmp_path, f"- Lift it.\n{comment}\n- Turn it.")] == ["Lift it.", "Turn it."]


def test_links_to_headings_with_blanks_and_pictures_with_brackets_are_no_text(tmp_path: Path) -> None:
    text = "See [the lid](#The wide lid).\n\n<figure markdown>\n![Lid](a (wide) lid.png)\n</figure>"
    assert lines(tmp_path, text) == [("paragraph", "See the lid.", ())]


def test_ids_of_headings_may_have_any_marks(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A\n\n## @on {#@on}\n\nX.\n\n## eq(b) {#lamp.__eq}\n\nY.\n", encoding="utf-8")
    assert [section.title for section in load_markdown(tmp_path / "a.md", "m").sections] == ["A", "@on", "eq(b)"]


def test_keys_named_by_the_system_say_on_which_they_are_pressed(tmp_path: Path) -> None:
    text = "Press {{< kbd mac=Command-N win=Ctrl-N linux=Ctrl-N >}} or {{< kbd Esc >}}."
    assert lines(tmp_path, text) == [("paragraph", "Press Command-N (Mac), Ctrl-N (Win, Linux) or Esc.", ())]


def test_containers_with_an_id_are_boxes(tmp_path: Path) -> None:
    text = '::: {#lamps}\nTurn it.\n:::\n\n::: {#tip-lid .callout-tip title="The lid"}\nLift it.\n:::'
    assert [one[:2] for one in lines(tmp_path, text)] == [("paragraph", "Turn it."), ("note", "The lid: Lift it.")]


def test_headings_steps_and_links_without_their_blanks_are_what_they_are(tmp_path: Path) -> None:
    """Older readers of Markdown took them so; editors put a hard blank behind the marks of a heading."""
    text = (
        "Text.\n\n##Switching on##\n\n1.Press the key.\n2.Wait. ![] (http://a.b/c.png)\n\n##\u00a0Dimming\n"
        "See [the stand] (stand.md) and [1] (below).\n\n-Turn it left.\n-Turn it right.\n\n"
        "1.º Pulse el botón.\n2.º Gire la rueda.\n\n7.電源を切る。\n8.拭く。\n"
    )
    found = graph(tmp_path, {"a.md": f"# A\n\n{text}", "b.md": "# B\nNone.\n"})
    assert paths(found) == ["A", "A > Switching on", "A > Dimming", "B"]
    assert [(block.kind, block.text) for block in found.items[1].blocks] == [
        ("step", "Press the key."),
        ("step", "Wait."),
    ]
    assert [(block.kind, block.text) for block in found.items[2].blocks] == [
        ("paragraph", "See the stand and [1] (below)."),
        ("paragraph", "Turn it left."),
        ("paragraph", "Turn it right."),
        ("step", "Pulse el botón."),
        ("step", "Gire la rueda."),
        ("step", "電源を切る。"),
        ("step", "拭く。"),
    ]


def test_a_picture_without_a_target_is_its_name_in_a_text_and_nothing_alone(tmp_path: Path) -> None:
    text = "Press ![Lamp icon] now, see ![ref].\n\n![General view]\n\n##*Find it here.\n\n[ref]: b.png"
    assert [text for _, text, _ in lines(tmp_path, text)] == ["Press Lamp icon now, see.", "##*Find it here."]


def test_a_page_all_of_whose_headings_lack_the_blank_has_headings(tmp_path: Path) -> None:
    found = graph(tmp_path, {"a.md": "#Lamp\nIt shines.\n\n##Care\nWipe it.\n", "b.md": "# B\nNone.\n"})
    assert paths(found) == ["Lamp", "Lamp > Care", "B"]


def test_tags_code_numbers_and_measures_are_no_headings_steps_or_items(tmp_path: Path) -> None:
    text = "#lamp #jug\n\n#define WARM 1\n\n1.5 litres\n\n2.4 GHz\n\n3.Mai\n\n-h shows help.\n-v says more.\n"
    found = graph(tmp_path, {"a.md": f"# A\n\n{text}", "b.md": "# B\nNone.\n"})
    assert paths(found) == ["A", "B"]
    assert {block.kind for block in found.items[0].blocks} == {"paragraph"}
