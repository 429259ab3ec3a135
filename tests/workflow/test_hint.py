"""Who says hello is told what this manual answers."""

from pathlib import Path

from graphrag_tools.answers.hint import hint_answer
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.loaders import load_manual
from graphrag_tools.workflow.graph import ask, manual_workflow


def test_each_question_of_the_hint_is_answered_from_its_item(sample_index_for_answers: ManualIndex) -> None:
    hint = hint_answer(sample_index_for_answers)
    questions = [line.removeprefix("- ") for line in hint.text.splitlines()[1:]]
    assert len(questions) == len(hint.alternatives) == 3
    app = manual_workflow(sample_index_for_answers)
    for question, place in zip(questions, hint.alternatives, strict=True):
        answer = ask(app, question)
        common = min(len(answer.menu_path), len(place.path))
        assert (answer.status, answer.menu_path[:common]) == ("answered", place.path[:common])


def test_hello_and_thanks_get_the_hint_and_no_refusal(sample_index_for_answers: ManualIndex) -> None:
    app = manual_workflow(sample_index_for_answers)
    hint = hint_answer(sample_index_for_answers)
    for said in ("hello", "Thank you!"):
        answer = ask(app, said)
        assert (answer.text, answer.alternatives, answer.sources) == (hint.text, hint.alternatives, ())


def test_of_several_manuals_each_of_the_first_gives_a_question(tmp_path: Path) -> None:
    names = ("04-settings", "02-reading", "03-library", "01-getting-started")
    manuals = [load_manual(f"examples/sample_manual/{name}.md") for name in names]
    index = ManualIndex.build(manuals, tmp_path / "index", embeddings="wordllama")
    hint = hint_answer(index)
    index.close()
    first = [manual.title for manual in manuals[:3]]
    assert hint.text.partition("\n")[0] == f"Ask about {', '.join(first)}, …, for example:"
    assert [place.id.partition("/")[0] for place in hint.alternatives] == [manual.id for manual in manuals[:3]]


def test_mended_question_and_the_first_of_two_are_said(sample_index_for_answers: ManualIndex) -> None:
    app = manual_workflow(sample_index_for_answers)
    mended = ask(app, "How do I turn on fligth mode?")
    assert (mended.understood_as, mended.menu_path[-1]) == ("How do I turn on flight mode?", "Flight mode")
    first = ask(app, "How do I turn on flight mode and how do I bake a cake?")
    assert (first.understood_as, first.menu_path[-1]) == ("How do I turn on flight mode", "Flight mode")
    assert "how do I bake a cake?" in first.warnings[0]
    both = ask(app, "How do I turn on fligth mode and how do I sort my books?")
    assert both.understood_as == "How do I turn on flight mode and how do I sort my books?"
    assert ask(app, "How do I turn on flight mode?").understood_as == ""
