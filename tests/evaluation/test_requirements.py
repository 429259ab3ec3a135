"""Requirements and the verdict: the smallest model that passes."""

import pytest

from graphrag_tools.answer import Answer
from graphrag_tools.errors import ConfigError
from graphrag_tools.evaluation.figures import RougeL
from graphrag_tools.evaluation.model_sizes import SizedModel, parameters_in, smallest_first
from graphrag_tools.evaluation.questions import Question
from graphrag_tools.evaluation.report import EvaluationReport, report
from graphrag_tools.evaluation.requirements import parse_requirement, verdict
from graphrag_tools.evaluation.run import QuestionResult


def _figures(model: str, way: str, right: int, of: int = 10) -> EvaluationReport:
    results = [
        QuestionResult(
            Question("1", "q", ("A",), "x"),
            0,
            Answer(text="x", status="answered"),
            number < right,
            False,
            RougeL(0.2, 0.4, 0.3),
            1.0,
        )
        for number in range(of)
    ]
    return report(model, results, way)


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("path_right>=0.8", True),
        ("path_right > 0.8", False),
        ("path_right==0.8", True),
        ("path_right<=.8", True),
        ("path_right<0.8", False),
        ("rouge_l_f1>=0.3", True),
        ("rouge_l.f1>0.35", False),
        ("invented_items<=0", True),
        ("valid_tool_calls>=0", False),
    ],
)
def test_a_requirement_compares_a_figure_and_an_unmeasured_one_misses_it(text: str, met: bool) -> None:
    assert parse_requirement(text).is_met(_figures("m", "auto", 8)) is met


@pytest.mark.parametrize("text", ["", "path_right", "path_right=0.8", "path_right>=much", ">=1", "path_right>=80%"])
def test_what_is_no_requirement_is_said(text: str) -> None:
    with pytest.raises(ConfigError, match="expected a figure, one of"):
        parse_requirement(text)


@pytest.mark.parametrize("metric", ["accuracy", "model", "intervals", "rouge_l"])
def test_an_unknown_figure_is_said_with_those_there_are(metric: str) -> None:
    with pytest.raises(ConfigError, match=rf"no figure '{metric}'; expected .*path_right.*rouge_l_f1"):
        parse_requirement(f"{metric}>=0.5")


def test_the_smallest_model_that_passes_in_any_way_wins() -> None:
    runs = [_figures("big", "schema", 10), _figures("mid", "schema", 5), _figures("mid", "native", 9)]
    runs += [_figures("small", "schema", 7), _figures("none", "none", 9)]
    models = [SizedModel("big", 8e9), SizedModel("mid", 3.2e9), SizedModel("small", 1.35e8)]
    found = verdict([parse_requirement("path_right>=0.8")], runs, models)
    assert (found.smallest, found.order, found.passed) == ("mid", "parameters", True)
    assert "is mid (3.2 B parameters), by way of native." in found.words
    assert "compared by their parameters" in found.words
    assert "Without any model path_right>=0.8 is met by way of none." in found.words
    assert [one.missed for one in found.runs if one.model == "small"] == [("path_right>=0.8 (it has 0.700)",)]


def test_a_model_passes_in_one_way_or_not_at_all() -> None:
    runs = [_figures("m", "schema", 9), _figures("m", "native", 1)]
    both = [parse_requirement("path_right>=0.8"), parse_requirement("path_right<=0.2")]
    assert not verdict(both, runs, [SizedModel("m")]).passed


def test_where_models_were_given_none_alone_does_not_pass_for_them() -> None:
    wanted = [parse_requirement("path_right>=0.8")]
    free = _figures("none", "none", 9)
    found = verdict(wanted, [free, _figures("m", "schema", 1)], [SizedModel("m")])
    assert (found.smallest, found.passed) == (None, False)
    assert found.words.startswith("No model passes path_right>=0.8. Without any model")
    alone = verdict(wanted, [free], [])
    assert alone.passed
    assert alone.words == "Without any model path_right>=0.8 is met by way of none."
    assert not verdict(wanted, [_figures("none", "none", 1)], []).passed


def test_models_are_in_order_of_what_is_known_of_all() -> None:
    one, two, unknown = SizedModel("one", 2e9, 9), SizedModel("two", 1e9, 10), SizedModel("unknown", None, 8)
    assert smallest_first([one, two]) == ([two, one], "parameters")
    assert smallest_first([two, one, unknown]) == ([unknown, one, two], "bytes")
    assert smallest_first([one, SizedModel("three"), two])[1] == "given"


@pytest.mark.parametrize(
    ("text", "count"),
    [("134.52M", 134.52e6), ("3.2B", 3.2e9), ("7 b", 7e9), ("600", 600), ("", None), ("big", None), ("1.2.3B", None)],
)
def test_parameters_are_read_from_what_servers_say(text: str, count: float | None) -> None:
    assert parameters_in(text) == (pytest.approx(count) if count else None)
