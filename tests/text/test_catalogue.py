"""The catalogue of words, and the language of a question."""

from dataclasses import fields
from string import Formatter

import pytest

from graphrag_tools.text.catalogue import REFUSALS, SPOKEN, Words, words_in
from graphrag_tools.text.language import other_language


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_language_fills_in_the_same_and_says_all_of_it_in_its_own_words() -> None:
    english = words_in("en")
    for code in SPOKEN - {"en"}:
        words = words_in(code)
        for one in fields(Words):
            if one.name == "languages":
                continue
            said, meant = getattr(words, one.name), getattr(english, one.name)
            assert places(said) == places(meant), (code, one.name)
            assert said != meant, (code, one.name)
        assert {spoken for spoken, _ in words.languages} >= SPOKEN


def test_every_language_tells_of_the_same_embeddings() -> None:
    assert all("--embeddings multilingual-e5" in words_in(code).other_language for code in SPOKEN)


def test_a_language_without_words_of_its_own_is_answered_in_english() -> None:
    assert words_in("fi") is words_in("en")
    assert set(REFUSALS) == {words_in(code).refused for code in SPOKEN}


@pytest.mark.parametrize(
    ("question", "spoken", "expected"),
    [
        ("Wie stelle ich die Uhrzeit ein?", {"en"}, "de"),
        ("Comment changer la langue ?", {"en", "de"}, "fr"),
        ("How do I change the language?", {"de"}, "en"),
        ("How do I change the language?", {"ja"}, "en"),
        ("Как включить Wi-Fi?", {"en"}, "ru"),
        ("なぜ音が出ない？", {"en"}, "ja"),
        ("如何更换电池", {"en"}, "zh"),
        ("ฉันจะเปลี่ยนภาษาได้อย่างไร", {"en"}, "th"),
    ],
)
def test_a_question_in_another_language_is_noticed(question: str, spoken: set[str], expected: str) -> None:
    assert other_language(question, spoken) == expected


@pytest.mark.parametrize(
    ("question", "spoken"),
    [
        ("Wie stelle ich die Uhrzeit ein?", {"en", "de"}),
        ("Bluetooth", {"en"}),
        ("PIN?", {"de"}),
        ("What does DIE ZEIT mean on the display?", {"en"}),
        ("Wie geht das Update der Firmware?", {"de"}),
        ("漢字", {"ja"}),
        ("5 Ω or 10 Ω?", {"en"}),
        ("", {"en"}),
        ("Error E-042", {"en"}),
        ("C'est où, les réglages? 電池 battery", {"en"}),
    ],
)
def test_what_may_be_in_the_language_of_the_manual_is_let_be(question: str, spoken: set[str]) -> None:
    assert other_language(question, spoken) is None
