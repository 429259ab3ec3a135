"""Two questions in one are told apart, one question is not."""

import pytest

from graphrag_tools.answer import Answer, Source
from graphrag_tools.conversation.parts import told_apart, unanswered_part
from graphrag_tools.index.index import ManualIndex


@pytest.mark.parametrize(
    ("text", "first", "other"),
    [
        ("How do I dim the lamp and how do I pair a switch?", "How do I dim the lamp", "how do I pair a switch?"),
        ("Where is the fuse? Can I replace the battery?", "Where is the fuse?", "Can I replace the battery?"),
        ("Can I use a stylus with it? How do I pair it?", "Can I use a stylus with it?", "How do I pair it?"),
        ("How do I dim the lamp.\nWhere is the fuse", "How do I dim the lamp.", "Where is the fuse"),
        ("what is a scene? how do i turn it off", "what is a scene?", "how do i turn it off"),
        ("what does the blue light mean, and also where is the serial number", "what does the blue light mean", None),
    ],
)
def test_two_questions_are_told_apart(text: str, first: str, other: str | None) -> None:
    found = told_apart(text)
    assert found[0] == first
    assert found[1] == (other or "where is the serial number")


@pytest.mark.parametrize(
    "text",
    [
        "How do I pair the lamp and is it safe?",
        "Is it waterproof? If so, how deep?",
        "I lost my remote. How do I find it?",
        "What is the difference between the night light and the reading light?",
        "How do I turn the light on and off?",
        "How do I select and copy text?",
        "Does the lamp dim? will be using it at night",
        "battery and charging",
        "",
    ],
)
def test_one_question_stays_whole(text: str) -> None:
    assert told_apart(text) == (text, "")


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("How do I renew a loan and pair headphones?", "pair headphones?"),
        ("How do I pair headphones and add a library card?", "How do I pair headphones"),
        ("How do I borrow a book and add a library card?", ""),
        ("How do I renew a loan and rename it?", ""),
        ("How do I renew a loan and headphones?", ""),
    ],
)
def test_thing_to_do_that_the_section_says_nothing_of_is_unanswered(
    question: str, missing: str, sample_index: ManualIndex
) -> None:
    item = sample_index.item("sample-manual/library/loans")
    source = Source(id=item.id, title=item.name, path=item.path, url=item.url, quote="")
    answer = Answer(text="Tap Renew.", status="answered", menu_path=item.path, sources=(source,), mode="written")
    assert unanswered_part(answer, question, sample_index) == missing
    assert unanswered_part(answer.model_copy(update={"sources": ()}), question, sample_index) == ""
