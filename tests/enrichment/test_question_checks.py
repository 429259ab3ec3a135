import pytest

from graphrag_tools.enrichment.questions import FEWEST_WORDS, MOST_WORDS, question_problem

SECTION = "Screen timeout\nFrom Settings, tap Screen timeout, and then choose 15 seconds or 10 minutes."


@pytest.mark.parametrize("text", ["How long is 15 seconds of screen?", "Does the Screen timeout end?"])
def test_question_in_the_sections_names_and_numbers_is_kept(text: str) -> None:
    assert question_problem(text, SECTION) == ""


def test_bounds_of_length_are_kept_to() -> None:
    def of(count: int) -> str:
        return "screen " * (count - 1) + "now?"

    assert [question_problem(of(count), SECTION) for count in (FEWEST_WORDS, MOST_WORDS)] == ["", ""]
    assert {question_problem(of(count), SECTION) for count in (FEWEST_WORDS - 1, MOST_WORDS + 1)} == {
        "too short or long"
    }


def test_what_the_section_says_itself_is_not_of_the_prompt() -> None:
    asked = "Where is the manual of the screen?"
    assert question_problem(asked, SECTION) == "about the passage itself"
    assert question_problem(asked, f"{SECTION} The manual is below.") == ""
