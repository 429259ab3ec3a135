"""Markdown beside HTML, components and includes: lists stay lists, words stay words, notes stay notes."""

from pathlib import Path

import pytest
from support.markdown_pages import read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "<details><summary>How</summary>\n1. Lift.\n2. Pour.\n</details>",
            [("heading", "How"), ("step", "Lift."), ("step", "Pour.")],
        ),
        (
            "<br/>\nDo this:\n1. Lift.\n2. Pour.",
            [("paragraph", "Do this:"), ("step", "Lift."), ("step", "Pour.")],
        ),
        ("<hr>\n* Lid\n* Base", [("paragraph", "Lid"), ("paragraph", "Base")]),
    ],
)
def test_a_list_right_below_a_line_of_html_is_a_list(
    tmp_path: Path, text: str, expected: list[tuple[str, str]]
) -> None:
    assert read(tmp_path, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is <Highlight>red</Highlight> when hot.", [("paragraph", "It is red when hot.")]),
        ("Wait. <Note>It is hot.</Note>", [("paragraph", "Wait."), ("note", "It is hot.")]),
        ("- <Warning>It is hot.</Warning>", [("warning", "It is hot.")]),
        ("<video controls src={film} />\n\nLift it.", [("paragraph", "Lift it.")]),
    ],
)
def test_words_marked_within_a_sentence_are_no_note(tmp_path: Path, text: str, expected: list[tuple[str, str]]) -> None:
    assert read(tmp_path, text, "a.mdx") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{% include warning.html content="Hot lid." %}', [("warning", "Hot lid.")]),
        ('{% include alert.html type="info" text="Wait." title="Lid" %}', [("note", "Lid: Wait.")]),
        ('{% include box.html text="Wait." %}', [("paragraph", "Wait.")]),
        ("{% include lid.html size=4 %}\n\nWait.", [("paragraph", "Wait.")]),
    ],
)
def test_an_include_whose_file_is_not_there_leaves_the_text_that_it_is_given(
    tmp_path: Path, text: str, expected: list[tuple[str, str]]
) -> None:
    assert read(tmp_path, text) == expected


def test_what_myst_says_of_code_above_it_is_none(tmp_path: Path) -> None:
    text = "```{code-block} yaml\n:name: lid\n:linenos:\nlid: 1\n  :base: 2\n```\n\n```yaml\n:lid: 3\n```"
    assert read(tmp_path, text) == [("code", "lid: 1\n  :base: 2"), ("code", ":lid: 3")]


def test_words_in_place_of_a_film_are_no_text(tmp_path: Path) -> None:
    film = "<video src='a.mp4' controls>Your browser shows no video.</video>"
    text = f"{film}\n\nWipe it.\n\n<audio src='b.mp3' />\n\nRinse."
    assert read(tmp_path, text) == [("paragraph", "Wipe it."), ("paragraph", "Rinse.")]


@pytest.mark.parametrize("name", ["a.md", "a.mdx"])
def test_a_tag_whose_end_is_a_line_of_its_own_begins_no_quote(tmp_path: Path, name: str) -> None:
    text = '<div className="row">\n\n<a\n  className="btn"\n  href="https://lids.org"\n>\n  Lift it\n</a>\n\n</div>\n'
    assert read(tmp_path, text, name) == [("paragraph", "Lift it")]
