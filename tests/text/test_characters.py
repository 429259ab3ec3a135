import pytest

from graphrag_tools.text.characters import plain, strange_characters, unmarked


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
