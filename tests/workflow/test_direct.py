"""An answer made without LangGraph is the one that the workflow's graph gives."""

import pytest
from langgraph.graph import END

from graphrag_tools.answer import Answer
from graphrag_tools.errors import ConfigError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.workflow import nodes
from graphrag_tools.workflow.direct import answer_directly, may_answer_directly
from graphrag_tools.workflow.graph import WorkflowOptions, ask, manual_workflow

QUESTIONS = (
    "What uses the battery?",
    "How long can I keep a borrowed book?",
    "How do I turn on fligth mode and how do I sort my books?",
    "what about the other one?",
    "Where do I find the E-99 thing?",
    "How do I descale the boiler?",
    "What is the difference between sleep mode and flight mode?",
    "Settings",
    "Thank you!",
    "x" * 3_000,
)


def told(answer: Answer) -> dict[str, object]:
    """All that an answer says but how long it took."""
    stages = [stage.stage for stage in answer.usage.stages]
    return {**answer.model_dump(exclude={"usage"}), "stages": stages, "calls": answer.usage.model_calls}


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda text: text[:30])
@pytest.mark.parametrize("options", [WorkflowOptions(), WorkflowOptions(refuse_below=0.0, answer_from=0.0)])
def test_direct_answer_is_the_workflows(
    question: str, options: WorkflowOptions, sample_index_for_answers: ManualIndex
) -> None:
    expected = ask(manual_workflow(sample_index_for_answers, options=options), question)
    assert told(answer_directly(sample_index_for_answers, question, options)) == told(expected)


@pytest.mark.parametrize("manual", [None, "lamp"])
def test_direct_answer_keeps_to_a_manual_as_the_workflow_does(
    manual: str | None, two_manuals_index: ManualIndex
) -> None:
    kept = WorkflowOptions(manual=manual)
    for question in ("How do I turn it on?", "Settings"):
        expected = ask(manual_workflow(two_manuals_index, options=kept), question)
        assert told(answer_directly(two_manuals_index, question, kept)) == told(expected)


def test_nothing_found_is_a_refusal_even_where_nothing_is_to_be_refused(sample_index_for_answers: ManualIndex) -> None:
    answer = answer_directly(sample_index_for_answers, "…", WorkflowOptions(refuse_below=0.0))
    assert (answer.status, answer.sources) == ("not_in_manual", ())


def test_blank_question_and_unknown_manual_are_refused(sample_index_for_answers: ManualIndex) -> None:
    with pytest.raises(ConfigError, match="the question is empty"):
        answer_directly(sample_index_for_answers, " \n", WorkflowOptions())
    with pytest.raises(ConfigError, match="not in this index"):
        answer_directly(sample_index_for_answers, "Settings", WorkflowOptions(manual="other"))


def test_only_without_a_model_and_untraced(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2"):
        monkeypatch.delenv(variable, raising=False)
    assert may_answer_directly(" None ", WorkflowOptions())
    assert may_answer_directly("none", WorkflowOptions(escalate_to="none"))
    assert not may_answer_directly("ollama:tiny", WorkflowOptions())
    assert not may_answer_directly("none", WorkflowOptions(escalate_to="openai:large"))
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    assert not may_answer_directly("none", WorkflowOptions())


def test_the_end_is_langgraphs() -> None:
    assert nodes.END == END
