"""Several models in several ways: which run, what is reused, what a kill or an outage leaves, the report."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from support.places import SAMPLE_QUESTIONS
from support.scripted_models import ScriptedChatModel, saying

from graphrag_tools.errors import ConfigError, ModelError
from graphrag_tools.evaluation import comparison, measurement
from graphrag_tools.evaluation.comparison import Plan, Stopped, compare, model_way_pairs
from graphrag_tools.evaluation.measurement import Measurement, run_evaluation
from graphrag_tools.evaluation.plots import draw_accuracy, draw_cost
from graphrag_tools.evaluation.questions import read_questions
from graphrag_tools.evaluation.results import RESULTS_NAME, open_results
from graphrag_tools.evaluation.run import QuestionResult
from graphrag_tools.evaluation.ways import WaySettings
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.machine.installing import install_extra
from graphrag_tools.models.model import ChatModel
from graphrag_tools.models.options import ModelOptions
from graphrag_tools.workflow.graph import WorkflowOptions

FOUR = tuple(read_questions(SAMPLE_QUESTIONS)[:4])
FREE = Plan(("none",), ("none", "first-section"), FOUR)


def _scripted(monkeypatch: pytest.MonkeyPatch, *replies: object, **fields: bool) -> ScriptedChatModel:
    """Let "scripted" name a scripted model where comparisons open their models."""
    chat = ScriptedChatModel(*replies, **fields)  # type: ignore[arg-type]
    opened = ChatModel("custom:scripted", "custom", chat, claims_tools=True, context=None)
    real = comparison.open_chat_model
    monkeypatch.setattr(
        comparison,
        "open_chat_model",
        lambda model, options: opened if model == "scripted" else real(model, options=options),
    )
    return chat


def test_ways_without_a_model_run_once_and_first() -> None:
    assert model_way_pairs(["a", "b"], ["schema", "none"]) == [("none", "none"), ("a", "schema"), ("b", "schema")]
    assert model_way_pairs(["none"], ["auto"]) == [("none", "auto")]
    assert model_way_pairs(["none", "a"], ["auto", "schema"]) == [("none", "auto"), ("a", "auto"), ("a", "schema")]
    assert model_way_pairs(["none"], ["none", "native"]) == [("none", "none"), ("none", "native")]
    assert model_way_pairs(["a", "a"], ["auto", "auto"]) == [("a", "auto")]


def test_runs_and_what_cannot_run_stand_side_by_side(sample_index: ManualIndex) -> None:
    found = compare(sample_index, replace(FREE, ways=("none", "native")))
    assert [(run.model, run.way, len(run.results)) for run in found.runs] == [("none", "none", 4)]
    assert [(one.way, one.why) for one in found.cannot_run] == [
        ("native", "the way native needs a model; name one with --model.")
    ]


def test_nothing_to_run_at_all_is_an_error(sample_index: ManualIndex) -> None:
    with pytest.raises(ConfigError, match="nothing can be run: the way native needs a model"):
        compare(sample_index, replace(FREE, ways=("native",)))


def test_a_model_that_takes_no_tools_is_left_out_of_such_ways(
    sample_index: ManualIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    _scripted(monkeypatch, *[saying("NOT IN MANUAL")] * 4, binds_tools=False)
    found = compare(sample_index, replace(FREE, models=("scripted",), ways=("bare-agent", "native", "naive-rag")))
    assert [run.way for run in found.runs] == ["naive-rag"]
    assert [one.way for one in found.cannot_run] == ["bare-agent", "native"]
    assert all("tools" in one.why for one in found.cannot_run)


def test_a_missing_model_is_said_before_anything_is_asked(sample_index: ManualIndex, tmp_path: Path) -> None:
    plan = replace(FREE, models=("gguf:nowhere.gguf",), ways=("none", "schema"))
    with open_results(tmp_path) as results, pytest.raises(ModelError, match=r"nowhere\.gguf"):
        compare(sample_index, plan, results)
    assert (tmp_path / RESULTS_NAME).read_text() == ""


def _compare(index: ManualIndex, folder: Path, plan: Plan = FREE) -> list[int]:
    """Compare with results in a folder; return how many of each run were reused."""
    with open_results(folder) as results:
        return [run.reused for run in compare(index, plan, results).runs]


def test_a_second_run_asks_nothing_again(sample_index: ManualIndex, tmp_path: Path) -> None:
    assert _compare(sample_index, tmp_path) == [0, 0]
    before = (tmp_path / RESULTS_NAME).read_bytes()
    assert len(before.splitlines()) == 8
    assert _compare(sample_index, tmp_path) == [4, 4]
    assert (tmp_path / RESULTS_NAME).read_bytes() == before


def test_results_read_back_are_those_that_were_measured(sample_index: ManualIndex, tmp_path: Path) -> None:
    with open_results(tmp_path) as results:
        first = compare(sample_index, FREE, results)
    with open_results(tmp_path) as results:
        second = compare(sample_index, FREE, results)
    assert [run.results for run in first.runs] == [run.results for run in second.runs]
    assert isinstance(second.runs[0].results[0], QuestionResult)


@pytest.mark.parametrize("cut", [1, 40, 2_000])
def test_a_run_that_was_killed_in_a_line_goes_on_from_there(
    sample_index: ManualIndex, tmp_path: Path, cut: int
) -> None:
    _compare(sample_index, tmp_path)
    file = tmp_path / RESULTS_NAME
    whole = file.read_bytes()
    lines = whole.splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:2]) + lines[2][:cut])
    assert _compare(sample_index, tmp_path) == [2, 0]
    read = [json.loads(line) for line in file.read_text().splitlines()]
    assert [one["key"] for one in read] == [json.loads(line)["key"] for line in lines]


def test_a_file_of_half_a_line_only_starts_anew(sample_index: ManualIndex, tmp_path: Path) -> None:
    (tmp_path / RESULTS_NAME).write_text('{"key": "a')
    assert _compare(sample_index, tmp_path) == [0, 0]
    assert _compare(sample_index, tmp_path) == [4, 4]


def test_a_damaged_line_in_the_middle_is_said_by_its_number(sample_index: ManualIndex, tmp_path: Path) -> None:
    _compare(sample_index, tmp_path)
    file = tmp_path / RESULTS_NAME
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join([lines[0], "{}\n", *lines[1:]]))
    with pytest.raises(ConfigError, match="line 2: is no result"):
        _compare(sample_index, tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        {"settings": WaySettings(WorkflowOptions(answers="written"))},
        {"settings": WaySettings(model=ModelOptions(max_tokens=99))},
        {"questions": tuple(replace(one, answer="other") for one in FOUR)},
    ],
)
def test_a_changed_setting_reuses_nothing(sample_index: ManualIndex, tmp_path: Path, change: dict[str, object]) -> None:
    _compare(sample_index, tmp_path)
    assert _compare(sample_index, tmp_path, replace(FREE, **change)) == [0, 0]  # type: ignore[arg-type]


def test_another_address_or_patience_reuses_all(sample_index: ManualIndex, tmp_path: Path) -> None:
    _compare(sample_index, tmp_path)
    settings = WaySettings(model=ModelOptions(timeout=9, base_url="http://127.0.0.1:1"))
    assert _compare(sample_index, tmp_path, replace(FREE, settings=settings)) == [4, 4]


def test_a_changed_prompt_or_index_reuses_nothing(
    sample_index: ManualIndex, two_manuals_index: ManualIndex, tmp_path: Path
) -> None:
    prompts = tmp_path / "prompts"
    prompts.mkdir()
    plan = replace(FREE, settings=WaySettings(WorkflowOptions(prompts=str(prompts))))
    out = tmp_path / "out"
    _compare(sample_index, out, plan)
    assert _compare(sample_index, out, plan) == [4, 4]
    (prompts / "retry.md").write_text("Again: $reasons")
    assert _compare(sample_index, out, plan) == [0, 0]
    assert _compare(two_manuals_index, out, plan) == [0, 0]


def test_an_outage_in_the_middle_keeps_what_was_done(
    sample_index: ManualIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = replace(FREE, models=("scripted",), ways=("naive-rag",))
    _scripted(monkeypatch, saying("Tap it."), saying("Press it."), ModelError("The model's server cannot be reached."))
    with open_results(tmp_path) as results, pytest.raises(Stopped, match=r"scripted, naive-rag: .* cannot be reached"):
        compare(sample_index, plan, results)
    assert len((tmp_path / RESULTS_NAME).read_text().splitlines()) == 2
    chat = _scripted(monkeypatch, saying("Tap it."), saying("Press it."))
    assert _compare(sample_index, tmp_path, plan) == [2]
    assert chat.left == 0


def test_two_runs_do_not_share_a_folder(tmp_path: Path) -> None:
    with open_results(tmp_path), pytest.raises(ConfigError, match="another evaluation writes there"):
        open_results(tmp_path).__enter__()


def test_a_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    with pytest.raises(ConfigError, match="cannot be used for results"):
        open_results(file).__enter__()


def test_progress_counts_each_run_and_all_of_them(sample_index: ManualIndex) -> None:
    seen: list[tuple[str, int, int]] = []
    compare(sample_index, FREE, None, lambda *step: seen.append(step))
    assert seen[-2:] == [("none, first-section", 4, 4), ("all", 8, 8)]
    assert ("none, none", 1, 4) in seen


def test_the_report_has_tables_plots_and_circumstances(
    sample_index: ManualIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unanswerable = tmp_path / "unanswerable.csv"
    unanswerable.write_text("question\nIs the television loud?\n", encoding="utf-8")
    lie = "Tap Turbo Mode | now."
    chat = _scripted(monkeypatch, *[saying(lie)] * 4)
    asked = Measurement(
        SAMPLE_QUESTIONS,
        ("scripted",),
        ("none", "first-section", "naive-rag"),
        unanswerable,
        tmp_path / "out",
        ("path_right>=0", "invented_items<=0"),
        limit=3,
        command="graphrag-tools eval --such",
    )
    found = run_evaluation(sample_index, asked)
    text = (tmp_path / "out" / "report.md").read_text(encoding="utf-8")
    assert chat.left == 0
    assert found.report == tmp_path / "out" / "report.md"
    for expected in (
        "`graphrag-tools eval --such`",
        "3 that the manual answers, 1 that it does not (sample_questions.csv, unanswerable.csv)",
        "cores",
        "langgraph",
        "sample-manual: ",
        "**No model passes path_right>=0 and invented_items<=0. Without any model",
        "| custom:scripted | naive-rag |",
        "accuracy.png",
        "cost.png",
        "`Turbo Mode`",
        "custom:scripted, naive-rag: 4 of 4 answers",
    ):
        assert expected in text
    assert not found.passed
    for name in ("accuracy.png", "cost.png"):
        assert (tmp_path / "out" / name).read_bytes().startswith(b"\x89PNG")
    assert len(json.loads((tmp_path / "out" / "figures.json").read_text())["figures"]) == 3


def test_without_matplotlib_the_remedy_is_said_before_anything_is_asked(
    sample_index: ManualIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "matplotlib.figure", None)
    monkeypatch.setattr(measurement, "compare", lambda *_: pytest.fail("asked"))
    with pytest.raises(ConfigError, match=re.escape(install_extra("eval"))):
        run_evaluation(sample_index, Measurement(SAMPLE_QUESTIONS, out=tmp_path))
    for draw in (draw_accuracy, draw_cost):
        with pytest.raises(ConfigError, match="matplotlib"):
            draw([], tmp_path / "x.png")


def test_all_stands_for_every_way_but_auto(sample_index: ManualIndex) -> None:
    found = run_evaluation(sample_index, Measurement(SAMPLE_QUESTIONS, ways=("all",), limit=2))
    assert [one.way for one in found.figures] == ["none", "first-section"]
    assert [one.way for one in found.cannot_run] == ["schema", "native", "agent", "naive-rag", "bare-agent"]


@pytest.mark.parametrize("limit", [1, pytest.param(2, marks=pytest.mark.nightly)])
def test_a_small_model_in_several_ways(sample_index: ManualIndex, gguf_model: ChatModel, limit: int) -> None:
    settings = WaySettings(model=ModelOptions(max_tokens=48))
    ways = ("none", "schema", "naive-rag", "bare-agent")
    found = run_evaluation(
        sample_index, Measurement(SAMPLE_QUESTIONS, (gguf_model.name,), ways, limit=limit, settings=settings)
    )
    by_way = {one.way: one for one in found.figures}
    assert tuple(by_way) == ways
    assert by_way["schema"].valid_tool_calls == 1.0
    assert by_way["schema"].path_right == by_way["none"].path_right
    assert by_way["none"].invented_items == by_way["schema"].invented_items == 0
    assert by_way["naive-rag"].model_calls_per_question == 1
    assert 0 < by_way["naive-rag"].completion_tokens_per_question <= 48
    assert by_way["bare-agent"].model_calls_per_question >= 1
