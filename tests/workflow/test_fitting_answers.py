"""Answers that fit: two things compared, nothing said twice, what decides a question for yes or no first."""

from contextlib import closing
from pathlib import Path
from typing import cast

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from graphrag_tools.answer import Answer
from graphrag_tools.answers.layout import source_heading
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.search.hit import Hit
from graphrag_tools.text.english.asking import compared_things, joined_things
from graphrag_tools.workflow.graph import ask, manual_workflow
from graphrag_tools.workflow.options import WorkflowOptions
from graphrag_tools.workflow.second_question import questions_in


@pytest.mark.parametrize(
    ("question", "things"),
    [
        ("What's the difference between flight mode and power saving?", ("flight mode", "power saving")),
        ("compare the front light with the sleep screen", ("front light", "sleep screen")),
        ("flight mode vs. power saving", ("flight mode", "power saving")),
        ("Which is better, flight mode or power saving?", ("flight mode", "power saving")),
        ("how does flight mode differ from power saving", ("flight mode", "power saving")),
        ("How do I turn on flight mode or Bluetooth?", None),
        ("Can I read and listen?", None),
        ("", None),
    ],
)
def test_comparisons_are_told_from_other_questions(question: str, things: tuple[str, str] | None) -> None:
    assert compared_things(question) == things


def test_comparison_shows_both_items_with_their_ways(sample_index_for_answers: ManualIndex) -> None:
    app = manual_workflow(sample_index_for_answers)
    answer = ask(app, "What is the difference between flight mode and power saving?")
    assert answer.status == "answered"
    assert {source.title for source in answer.sources} == {"Flight mode", "Power saving"}
    for source in answer.sources:
        assert f"{source.title} ({' › '.join(source.path)}):\n" in answer.text
        assert all(line in answer.text for line in source.quote.splitlines())
    assert not {source.path for source in answer.sources} & {place.path for place in answer.alternatives}


def test_comparison_is_answered_by_the_section_that_is_called_after_both(tmp_path: Path) -> None:
    texts = {
        "Steam": "Steam cooks vegetables and fish gently with hot vapour from the tank.",
        "Grill": "The grill browns cheese and toast under the heating element.",
        "Steam or grill": "Steam keeps food moist and takes longer, while the grill is quick and dries the food.",
        "Timer": "The timer rings when the minutes that you set are over.",
    }
    for number, (title, text) in enumerate(texts.items()):
        (tmp_path / f"{number}.md").write_text(f"# {title}\n\n{text}\n", encoding="utf-8")
    with closing(ManualIndex.build([f"oven={tmp_path}"], tmp_path / "index")) as index:
        answer = ask(manual_workflow(index), "What is the difference between steam and grill?")
    assert [source.title for source in answer.sources] == ["Steam or grill"]
    assert answer.text == texts["Steam or grill"]


def test_comparison_with_what_the_manual_lacks_is_none(sample_index_for_answers: ManualIndex) -> None:
    answer = ask(manual_workflow(sample_index_for_answers), "flight mode vs snow tyres")
    assert (answer.status, answer.sources) == ("unsure", ())
    assert all(line.startswith("- ") for line in answer.text.splitlines()[1:]), "names of places, no quotes"


def asked_in_turn(index: ManualIndex, *questions: str) -> list[Answer]:
    app = manual_workflow(index, checkpointer=InMemorySaver())
    return [ask(app, question, {"configurable": {"thread_id": "one"}}) for question in questions]


def test_follow_up_gets_no_text_that_was_shown_before(sample_index_for_answers: ManualIndex) -> None:
    first, second, third = asked_in_turn(
        sample_index_for_answers, "How do I turn on flight mode?", "and how do I turn it off?", "Forget a paired device"
    )
    assert first.status == "answered"
    assert (second.status, second.menu_path, second.sources) == ("unsure", (), ()), "it answers nothing"
    assert "no more about that than what you have read, in Settings › Wi-Fi › Flight mode" in second.text
    assert first.text not in second.text
    assert first.menu_path not in [place.path for place in second.alternatives]
    assert third.status == "answered"


def test_the_same_question_again_gets_the_same_answer(sample_index_for_answers: ManualIndex) -> None:
    first, again = asked_in_turn(sample_index_for_answers, *["How do I turn on flight mode?"] * 2)
    assert (again.status, again.text) == ("answered", first.text)


def test_what_it_can_do_is_asked_of_the_device_where_the_item_does_not_say(
    sample_index_for_answers: ManualIndex,
) -> None:
    _, answer = asked_in_turn(sample_index_for_answers, "How do I turn on flight mode?", "Can it stand fresh water?")
    assert (answer.understood_as, answer.menu_path[-1]) == ("", "Water resistance")


def test_item_that_was_talked_of_is_no_sure_answer_to_words_found_elsewhere(
    sample_index_for_answers: ManualIndex,
) -> None:
    _, answer = asked_in_turn(sample_index_for_answers, "How do I turn on flight mode?", "How do I charge it?")
    assert answer.status == "unsure" or answer.menu_path[-1] != "Flight mode"


@pytest.mark.parametrize(
    ("question", "left_out"),
    [
        ("How do I turn on flight mode? How do I bake a cake?", "How do I bake a cake?"),
        ("Who won the world cup and how do I turn on flight mode?", "how do I turn on flight mode?"),
        ("How do I turn on flight mode and use Bluetooth?", ""),
    ],
)
def test_the_part_of_a_question_that_is_not_answered_is_named(
    sample_index_for_answers: ManualIndex, question: str, left_out: str
) -> None:
    answer = ask(manual_workflow(sample_index_for_answers), question)
    assert [warning.rpartition(": ")[2] for warning in answer.warnings] == ([left_out] if left_out else [])
    assert len(answer.sources) <= 1


@pytest.mark.parametrize(
    "question",
    [
        "How do I turn on flight mode? How do I forget a paired device?",
        "How do I turn on flight mode and how do I forget a paired device?",
        "How do I turn on flight mode and forget a paired device?",
    ],
)
def test_two_questions_get_two_answers(sample_index_for_answers: ManualIndex, question: str) -> None:
    answer = ask(manual_workflow(sample_index_for_answers), question)
    assert (answer.status, answer.warnings, answer.question) == ("answered", (), question)
    assert [source.title for source in answer.sources] == ["Flight mode", "Forget a paired device"]
    for source in answer.sources:
        assert source_heading(source) in answer.text.splitlines()
        assert all(line in answer.text for line in source.quote.splitlines())
    assert not {source.path for source in answer.sources} & {place.path for place in answer.alternatives}
    searched = [call.arguments["query"] for call in answer.trace if call.tool == "search_manual"]
    assert len(searched) == 2
    assert "forget a paired device" in str(searched[1]).lower()


def test_second_question_may_speak_of_the_first_ones_subject(sample_index_for_answers: ManualIndex) -> None:
    answer = ask(manual_workflow(sample_index_for_answers), "How do I turn on flight mode? Where is it?")
    assert (answer.status, answer.warnings) == ("answered", ())
    assert {source.title for source in answer.sources} == {"Flight mode"}


def test_a_long_second_question_is_named_by_its_first_words(sample_index_for_answers: ManualIndex) -> None:
    asked = "How do I turn on flight mode? And how do I " + "change the snow tyres of a blue car " * 20 + "?"
    left = [one for one in ask(manual_workflow(sample_index_for_answers), asked).warnings if "by itself" in one]
    assert left
    assert len(left[0]) < 250


@pytest.mark.parametrize(
    ("question", "titles"),
    [
        ("how do I turn on flight mode and power saving", ["Flight mode", "Power saving"]),
        ("how do I turn on flight mode and snow tyres", []),
    ],
)
def test_two_things_joined_by_and_are_both_shown(
    sample_index_for_answers: ManualIndex, question: str, titles: list[str]
) -> None:
    answer = ask(manual_workflow(sample_index_for_answers), question)
    shown = [source.title for source in answer.sources]
    assert shown == titles or (not titles and len(shown) < 2)
    if titles:
        assert answer.status == "answered"
        assert answer.confidence is not None
        assert WorkflowOptions().thresholds.standing(answer.confidence) == "answered"


@pytest.mark.parametrize(
    ("question", "titles"),
    [
        ("whats the default password and username", ["First login"]),
        ("turn on light and volume", ["Volume", "Light"]),
    ],
)
def test_two_things_are_shown_as_search_finds_the_whole_question(
    tmp_path: Path, question: str, titles: list[str]
) -> None:
    texts = {
        "First login": "Sign in for the first time with the default username admin and the default password admin.",
        "Change your username": "To change the username, open Settings, tap Username and enter another name.",
        "Forgotten password": "If you forgot the password, hold Reset. The default password is set again.",
        "Backup": "Copies of all data are made every night.",
        "Volume": "Turn the knob to make it louder.",
        "Light": "Tap Light to dim the lamp.",
        "Network": "Choose a network in Wi-Fi.",
    }
    manual = tmp_path / "server.md"
    manual.write_text("# Server\n\n" + "".join(f"## {title}\n\n{text}\n\n" for title, text in texts.items()))
    with closing(ManualIndex.build([f"server={manual}"], tmp_path / "index")) as index:
        answer = ask(manual_workflow(index), question)
    assert (answer.status, [source.title for source in answer.sources]) == ("answered", titles)


class FoundFirst:
    """An index of which only the first section of each search is asked, where it is sure of that."""

    def __init__(self, **sections: str) -> None:
        self._sections = {words.replace("_", " "): section for words, section in sections.items()}

    def search(self, query: str, _k: int, _manual: str | None) -> list[Hit]:
        found = [section for words, section in self._sections.items() if query == words]
        return [Hit(section_id=one, item_id=one, score=1.0, blocks=(), cosine=1.0, confidence=0.9) for one in found]

    def confidence(self, hits: list[Hit]) -> float:
        return hits[0].confidence


@pytest.mark.parametrize(
    ("found", "is_one"),
    [
        ({"what_is_fog_and_why_does_it_blink": "m:fog", "what_is_fog": "m:fog", "why_does_it_blink": "m:led"}, False),
        ({"what_is_fog_and_why_does_it_blink": "m:lamp", "what_is_fog": "m:fog", "why_does_it_blink": "m:led"}, True),
        ({"what_is_fog_and_why_does_it_blink": "m:lamp"}, True),
        ({"what_is_fog": "m:fog", "why_does_it_blink": "m:led"}, False),
    ],
)
def test_two_questions_are_one_where_search_is_sure_of_another_section_for_both(
    monkeypatch: pytest.MonkeyPatch, found: dict[str, str], is_one: bool
) -> None:
    both = ("what is fog", "why does it blink")
    monkeypatch.setattr("graphrag_tools.workflow.second_question.told_apart", lambda _: both)
    whole = " and ".join(both)
    index = cast("ManualIndex", FoundFirst(**found))
    assert questions_in(whole, index, WorkflowOptions().thresholds) == ((whole, "") if is_one else both)


@pytest.mark.parametrize(
    ("question", "things"),
    [
        ("change wallpaper and ringtone", ("change wallpaper", "change ringtone")),
        ("where is the fuse and the reset button?", ("where is the fuse", "where is the reset button")),
        ("How do I select and copy text?", None),
        ("turns off and on again", None),
        ("battery and charging", None),
        ("", None),
    ],
)
def test_two_things_are_told_from_two_words(question: str, things: tuple[str, str] | None) -> None:
    assert joined_things(question) == things
