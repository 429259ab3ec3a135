"""The lines of an answer: what is a step, an option, a warning, and which steps are numbered."""

from pathlib import Path

import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver
from rich.console import Console, Group

from graphrag_tools.answer import Answer, Source
from graphrag_tools.answers.layout import AnswerLine, answer_lines, head_words, names_places
from graphrag_tools.cli.answers import shown_answer
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.sections import Block, Manual, Section, written_block
from graphrag_tools.workflow.graph import ask, manual_workflow

BLOCKS = (
    Block("paragraph", "The pump fills the tank."),
    Block("step", "Open the lid:"),
    Block("option", "Half: Fill it half.", depth=1, name="Half"),
    Block("option", "Pull the handle.", depth=1),
    Block("warning", "The water is hot."),
    Block("step", "Close the lid."),
    Block("code", "pump --start\n  --slow"),
    Block("paragraph", "To stop it:"),
    Block("step", "Press the button."),
)


@pytest.fixture(scope="module")
def pump(tmp_path_factory: pytest.TempPathFactory) -> ManualIndex:
    manual = Manual("pump", "Pump", (Section("fill", "Fill the tank", BLOCKS),), "pump.md")
    return ManualIndex.build([manual], tmp_path_factory.mktemp("pump") / "index", embeddings="wordllama")


def answer_of(text: str) -> Answer:
    source = Source(id="pump/fill-the-tank", title="Fill the tank", path=("Fill the tank",))
    return Answer(text=text, status="answered", sources=(source,))


def test_kinds_come_from_the_source_and_only_steps_in_a_row_are_numbered(pump: ManualIndex) -> None:
    lines = answer_lines(answer_of("\n".join(map(written_block, BLOCKS))), pump)
    assert lines == [
        AnswerLine("paragraph", "The pump fills the tank."),
        AnswerLine("step", "Open the lid:", number=1),
        AnswerLine("option", "Fill it half.", depth=1, name="Half", is_listed=True),
        AnswerLine("option", "Pull the handle.", depth=1, is_listed=True),
        AnswerLine("warning", "The water is hot."),
        AnswerLine("step", "Close the lid.", number=2),
        AnswerLine("code", "pump --start\n  --slow"),
        AnswerLine("paragraph", "To stop it:"),
        AnswerLine("step", "Press the button."),
    ]


def test_what_no_source_has_is_paragraphs_and_lists(pump: ManualIndex) -> None:
    lines = answer_lines(answer_of("In my words:\n- one\n  - two\n\nClose the lid."), pump)
    assert [(line.kind, line.text, line.depth, line.is_listed) for line in lines] == [
        ("paragraph", "In my words:", 0, False),
        ("paragraph", "one", 0, True),
        ("paragraph", "two", 1, True),
        ("step", "Close the lid.", 0, False),
    ]


@pytest.mark.parametrize("text", ["", "\n \n"])
def test_an_answer_without_words_has_no_lines(text: str, pump: ManualIndex) -> None:
    assert answer_lines(answer_of(text), pump) == []


def test_a_source_that_a_rebuild_took_out_leaves_plain_lines(pump: ManualIndex) -> None:
    gone = Source(id="pump/gone", title="Gone", path=("Gone",))
    answer = Answer(text="Close the lid.", status="answered", sources=(gone,))
    assert answer_lines(answer, pump) == answer_lines(answer) == [AnswerLine("paragraph", "Close the lid.")]


def test_every_line_of_real_answers_is_kept_in_order(sample_index_for_answers: ManualIndex) -> None:
    app = manual_workflow(sample_index_for_answers)
    for question in ("How do I turn on flight mode?", "How do I reset the device?", "How do I set up sleep screen?"):
        answer = ask(app, question)
        said = " ".join(word for line in answer_lines(answer, sample_index_for_answers) for word in _words(line))
        assert said.split() == answer.text.replace("- ", "").split()


def _words(line: AnswerLine) -> list[str]:
    return [f"{line.name}: {line.text}" if line.name else line.text]


def test_head_of_an_unsure_answer_leaves_its_places_out(sample_index_for_answers: ManualIndex, tmp_path: Path) -> None:
    app = manual_workflow(sample_index_for_answers)
    refused = ask(app, "Who won the world cup?")
    assert (head_words(refused), names_places(refused)) == ("The manual does not say.", True)
    hint = ask(app, "hello")
    assert "\n" in head_words(hint)
    assert not names_places(hint)


def test_follow_up_that_the_manual_says_no_more_about_lists_its_places_once(
    sample_index_for_answers: ManualIndex,
) -> None:
    app = manual_workflow(sample_index_for_answers, checkpointer=InMemorySaver())
    thread: RunnableConfig = {"configurable": {"thread_id": "one"}}
    first, second = [
        ask(app, words, thread) for words in ("How do I turn on flight mode?", "and how do I turn it off?")
    ]
    assert not names_places(first)
    assert head_words(first) == first.text
    assert names_places(second)
    assert second.status == "unsure", "what answers nothing wears no tick"
    assert second.text.startswith(f"{head_words(second)}\n- ")
    assert "no more about that" in head_words(second)
    with (console := Console(width=300)).capture() as printed:
        console.print(Group(*shown_answer(second, None, verbose=False)))
    shown = printed.get()
    assert shown.startswith(f"? {head_words(second)}")
    assert "- " not in shown
