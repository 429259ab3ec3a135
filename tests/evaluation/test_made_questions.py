import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.index_fixtures import small_manual

from graphrag_tools.evaluation.made_questions import made_questions
from graphrag_tools.evaluation.phrasing import asked, phrase_of_name, phrase_of_sentence
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.sections import Block, Manual, Section
from graphrag_tools.text.words import words


def test_same_seed_gives_the_same_questions_and_another_gives_others(sample_index: ManualIndex) -> None:
    graph = sample_index.graph_of("sample-manual/settings")
    first = made_questions(graph, 50, seed=1)
    assert first == made_questions(graph, 50, seed=1)
    assert first != made_questions(graph, 50, seed=2)
    assert len({question.text for question in first}) == 50


def test_every_section_is_asked_about_once_before_any_twice(sample_index: ManualIndex) -> None:
    graph = sample_index.graph_of("sample-manual/settings")
    sections = [question.section_id for question in made_questions(graph, 50)]
    assert len(set(sections)) == 50


def test_right_answers_are_known_and_mostly_found(sample_index: ManualIndex) -> None:
    graph = sample_index.graph_of("sample-manual/settings")
    questions = made_questions(graph, 200)
    for question in questions:
        assert graph.section_of(question.item_id).id == question.section_id
        assert graph.item(question.section_id).path == question.section_path
        assert question.answer
    first = [sample_index.search(question.text, 1)[0].section_id for question in questions]
    found = sum(at == question.section_id for at, question in zip(first, questions, strict=True)) / 200
    assert 0.6 < found < 0.95, "as hard as questions of people, neither trivial nor hopeless"


def test_what_two_sections_say_alike_is_not_asked() -> None:
    blocks = (Block("paragraph", "You can set the colour."),)
    twins = [Section(key=key, title="Colour", blocks=blocks) for key in ("a", "b")]
    assert made_questions(build_graph(Manual("m", "M", tuple(twins), source="m")), 10) == []


def test_fewer_come_back_where_there_are_fewer() -> None:
    assert 0 < len(made_questions(build_graph(small_manual()), 1_000)) < 10
    assert made_questions([], 5) == []


@given(st.text(max_size=60), st.text(max_size=60), st.integers(0, 5))
def test_no_text_breaks_it(title: str, text: str, seed: int) -> None:
    manual = Manual("m", "M", (Section(key="a", title=title, blocks=(Block("paragraph", text),)),), source="m")
    for question in made_questions(build_graph(manual), 5, seed):
        assert words(question.text)


@pytest.mark.parametrize(
    ("sentence", "kind", "expected"),
    [
        ("You can pair your device to other devices.", "action", "pair your device to other devices"),
        ("From Settings, tap Wi-Fi to join a network.", "action", "join a network"),
        ("Choose how lines end, and more.", "action", "choose how lines end"),
    ],
)
def test_what_a_sentence_lets_one_do(sentence: str, kind: str, expected: str) -> None:
    phrase = phrase_of_sentence(sentence)
    assert phrase is not None
    assert (phrase.kind, phrase.words) == (kind, expected)


def test_sentence_without_an_instruction_gives_no_phrase() -> None:
    assert phrase_of_sentence("The device has 32 GB of storage.") is None
    assert phrase_of_sentence("Press the Side key.") is None


def test_names_are_asked_by_their_kind() -> None:
    kinds = {
        name: phrase_of_name(name) for name in ("What is in the box", "Screen does not respond", "Add books", "Wi-Fi")
    }
    assert [phrase.kind for phrase in kinds.values() if phrase] == ["question", "trouble", "action", "thing"]
    assert phrase_of_name("???") is None


def test_question_keeps_to_the_phrase_or_everyday_words() -> None:
    phrase = phrase_of_name("Time zone converter")
    assert phrase is not None
    texts = {asked(phrase, random.Random(seed)) for seed in range(50)}
    assert len(texts) > 20
    assert all("time" in text.lower() or "tmie" in text.lower() or "converter" in text.lower() for text in texts)


@pytest.mark.parametrize(
    ("sentence", "never"),
    [
        ("You can transfer data from an old device with a cable.", r"\bold\?"),
        ("Create a Secure Folder for your files.", r"(?i)\bsecure\?"),
        ("You can set up and manage your accounts.", r"\b(?:manage|look after|change)\?"),
        ("Show you details about the book.", r"\bI details"),
    ],
)
def test_no_question_ends_before_what_it_is_about(sentence: str, never: str) -> None:
    phrase = phrase_of_sentence(sentence)
    assert phrase is not None
    texts = [asked(phrase, random.Random(seed)) for seed in range(100)]
    assert not [text for text in texts if re.search(never, text)]


def test_words_of_names_stay_together() -> None:
    phrase = phrase_of_name("Nearby device scanning")
    assert phrase is not None
    texts = {asked(phrase, random.Random(seed)).lower() for seed in range(60)}
    assert sum("nearby device scanning" in text for text in texts) > 0.8 * len(texts)
