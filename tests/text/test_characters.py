import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphrag_tools.text.characters import escaped_controls, plain, strange_characters, unmarked, without_controls


@pytest.mark.parametrize(
    ("text", "expected"),
    [("２８", "28"), ("٢٨", "28"), ("2&#56;", "28"), ("A → B", "A > B"), ("“a”", '"a"'), ("5–10", "5-10")],
)
def test_text_is_folded_for_comparison(text: str, expected: str) -> None:
    assert plain(text) == expected


@pytest.mark.parametrize("text", ["Tap “Renew” – 5 °C • ok…", "Café", "１２", "a\nb\tc"])
def test_plain_writing_holds_nothing_strange(text: str) -> None:
    assert strange_characters(text, "Tap Renew") == []


@pytest.mark.parametrize(
    "text",
    ["2\u200b1", "2\u00ad1", "\u202e12", "R\u0435new", "2\u03381", "\U0001f170", "\u0131n", "\x00", "x^2", "\u3164"],
)
def test_what_hides_or_looks_alike_is_named(text: str) -> None:
    assert len(strange_characters(text, "Tap Renew")) == 1


def test_characters_of_the_source_and_letters_of_the_question_are_known() -> None:
    assert strange_characters("Книга 👍", "книга К 👍") == []
    assert strange_characters("Книга", "book", "Где книга?") == []
    assert strange_characters("\u200b", "book", "Где\u200b?") != []


def test_marks_of_lists_and_emphasis_are_taken_off() -> None:
    assert unmarked("1. **Tap** `Renew`\n- *now*\n## Then\nstep 2: go") == "Tap Renew\nnow\nThen\ngo"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tap \x1b[1;31mOK\x1b[0m.", "Tap OK."),
        ("\x1b[2J\x1b[Hgone", "gone"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;file:///a\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b]0;a string without an end", "0;a string without an end"),
        ("\x9b31mred, \x9bT stays", "red, T stays"),
        ("\x1bcreset, \x1b(Bset", "reset, set"),
        ("bell\x07, back\x08, delete\x7f, nul\x00", "bell, back, delete, nul"),
        ("a\tb\nc", "a\tb\nc"),
        ("a\r\nb\rc\x85d", "a\nb\nc\nd"),
        ("page\x0cpage\x1funit", "page page unit"),
        ("\u202egnp.exe\u202c \u2066in\u2069 \u200fr\u200el\u061c", "gnp.exe in rl"),
        ("نص عربي و\u200cنیم‌فاصله", "نص عربي و\u200cنیم‌فاصله"),
    ],
)
def test_what_a_terminal_obeys_and_nobody_sees_is_taken_out(text: str, expected: str) -> None:
    assert without_controls(text) == expected


@given(st.text(alphabet=st.sampled_from("a;0m[]\\ \n\t\r\x07\x1b\x9b\x9c\x85\u202e"), max_size=30))
def test_no_control_is_left_and_a_second_time_changes_nothing(text: str) -> None:
    clean = without_controls(text)
    assert all(character.isprintable() or character in "\t\n" for character in clean)
    assert without_controls(clean) == clean


@given(st.text(), st.text())
def test_json_with_escapes_holds_the_same_and_nothing_that_a_terminal_obeys(key: str, value: str) -> None:
    written = json.dumps({key: [value]}, ensure_ascii=False, indent=1)
    shown = escaped_controls(written)
    assert json.loads(shown) == {key: [value]}
    assert without_controls(shown) == shown
