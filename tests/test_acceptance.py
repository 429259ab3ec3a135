"""The floors that a release must hold, on the real S10 manual and its 50 expert questions."""

from pathlib import Path

import pytest
from conftest import OllamaServer

from graphrag_tools.evaluation.questions import read_questions
from graphrag_tools.evaluation.report import EvaluationReport, report
from graphrag_tools.evaluation.run import evaluate
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.models.model import ChatModel
from graphrag_tools.models.open import open_chat_model
from graphrag_tools.models.options import ModelOptions
from graphrag_tools.workflow.graph import manual_workflow
from graphrag_tools.workflow.options import WorkflowOptions


def _figures(index: ManualIndex, model: ChatModel | None, data: Path, every: int = 1) -> EvaluationReport:
    """Return the figures of every question, or of every fifth and so on."""
    questions = read_questions(data / "s10_50_questions.csv")[::every]
    # Such a model has earned no role, and is called because its calls are asked for.
    options = WorkflowOptions(tool_mode="none" if model is None else "schema")
    return report("model", evaluate(manual_workflow(index, model, options=options), index, questions))


@pytest.fixture(scope="module")
def floor(s10_index: ManualIndex, s10_data: Path) -> EvaluationReport:
    return _figures(s10_index, None, s10_data)


def test_floors_without_a_model(floor: EvaluationReport) -> None:
    assert floor.n == 50
    assert floor.hits_at_1 >= 0.86
    assert floor.hits_at_5 >= 0.96
    assert floor.path_right >= 0.82
    assert floor.rouge_l.f1 >= 0.84


def test_floors_with_the_embedded_small_model(
    s10_index: ManualIndex, s10_data: Path, gguf_model: ChatModel, floor: EvaluationReport
) -> None:
    _check_small_model(_figures(s10_index, gguf_model, s10_data), floor)


# The weights have shown it of all questions above: what is new here, the server, shows with a few.
@pytest.mark.parametrize("every", [5, pytest.param(1, marks=pytest.mark.nightly)])
def test_floors_with_the_same_weights_in_ollama(
    every: int, s10_index: ManualIndex, s10_data: Path, ollama_server: OllamaServer
) -> None:
    model = open_chat_model(f"ollama:{ollama_server.weak}", options=ModelOptions(base_url=ollama_server.base_url))
    _check_small_model(_figures(s10_index, model, s10_data, every), _figures(s10_index, None, s10_data, every))


def _check_small_model(figures: EvaluationReport, floor: EvaluationReport) -> None:
    assert figures.valid_tool_calls == 1.0
    # A question that is refused before the model is asked has no call.
    assert figures.model_tool_calls_per_question >= 1.0 - figures.refused
    assert figures.path_right >= floor.path_right
    assert figures.rouge_l.f1 >= 0.75
