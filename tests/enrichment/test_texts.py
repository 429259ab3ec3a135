"""Texts by a model in a built index: good writers, lying ones, ones that fail, and the real small model."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import ollama
import pytest
from conftest import OllamaServer, free_port
from support.cli_fixtures import Run
from support.places import TESTS
from support.processes import HANG_SECONDS
from support.scripted_models import ScriptedChatModel, saying
from support.writing_models import MANY, QUIET, TIMEOUT, lamp_manual, writer

from graphrag_tools.enrichment.texts import ModelTexts
from graphrag_tools.errors import ConfigError, ModelError
from graphrag_tools.index.build import build_index
from graphrag_tools.index.enricher import ModelTextReport
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.index.manifest import read_manifest
from graphrag_tools.manual.graph import MenuItem
from graphrag_tools.models.model import ChatModel
from graphrag_tools.tools.manual_tools import NodeDescriptionTool

GOOD = {
    "Screen timeout": "Screen timeout is how long the screen stays on.",
    "Quiet hours": "Quiet hours silence the bell.",
    "Settings": "Settings of the lamp are here.",
}
SILENT = "Quiet hours silence the bell from 10 PM to 7 AM."
LIES = "Screen timeout is a Bixby feature that costs 30 dollars."
DOWN = ollama.ResponseError("it is down", 500)


def _describing(prompt: str) -> str:
    return next(said for title, said in GOOD.items() if f'What is "{title}"?' in prompt)


def _asking(prompt: str) -> str:
    return (
        "When is the bell quiet at night?\nDoes the bell ring before 7 AM?" if "> Quiet hours" in prompt else "No idea."
    )


def _built(folder: Path, quiet: str = SILENT, **texts: object) -> ManualIndex:
    return ManualIndex.build([lamp_manual(quiet)], folder, enricher=ModelTexts(**texts).open())  # type: ignore[arg-type]


def _report(index: ManualIndex) -> ModelTextReport:
    (found,) = read_manifest(index.folder).model_texts
    return found


def _sections(index: ManualIndex) -> dict[str, MenuItem]:
    return {item.id: item for item in index.sections()}


def test_good_description_takes_the_first_paragraphs_place(tmp_path: Path) -> None:
    index = _built(tmp_path, describe=writer(_describing))
    item = index.item(TIMEOUT)
    assert (item.description, item.described_by) == (GOOD["Screen timeout"], "custom:ScriptedChatModel")
    assert _report(index).used == _report(index).items == _report(index).calls == 3
    assert index.item("lamp/about").description == ""
    content = NodeDescriptionTool(index=index).invoke({"item": TIMEOUT})
    assert f"In short (a model's words, not the manual's): {GOOD['Screen timeout']}" in content


def test_descriptions_are_nothing_that_search_knows(tmp_path: Path) -> None:
    described = "Quiet hours silence the bell from PM to AM."
    index = _built(tmp_path / "a", describe=writer(lambda prompt: described if "Quiet hours" in prompt else "No."))
    plain = _built(tmp_path / "b")
    for question in ("When is the bell silent?", described):
        assert index.search(question) == plain.search(question)


@pytest.mark.parametrize("reply", [LIES, "", "Tap it.", "\ud800 screen", "x" * 9_000])
def test_for_what_a_liar_writes_the_first_paragraph_stands_in(tmp_path: Path, reply: str) -> None:
    index = _built(tmp_path, describe=writer(lambda _prompt: reply))
    plain = _built(tmp_path / "plain")
    assert _sections(index) == _sections(plain)
    report = _report(index)
    assert (report.used, sum(report.refused.values()), report.calls) == (0, 3, 3)
    assert "0 of 3 sections" in report.words
    assert "For 3, the first paragraph stands in: 3 refused by the checks" in report.words


def test_questions_are_found_by_and_never_counted_or_quoted(tmp_path: Path) -> None:
    index, plain = _built(tmp_path / "a", expand=writer(_asking)), _built(tmp_path / "b")
    assert index.item(QUIET).questions == ("When is the bell quiet at night?", "Does the bell ring before 7 AM?")
    assert (_report(index).used, _report(index).questions) == (1, 2)
    (best,) = index.search("at night", k=1)
    assert best.section_id == QUIET
    assert {hit.section_id for hit in plain.search("night ring")} != {QUIET}
    for word in ("bell", "screen", "night"):
        assert index.idf(word) == plain.idf(word)
    before = {hit.section_id: hit for hit in plain.search("When does the bell ring at night?")}
    for hit in index.search("When does the bell ring at night?"):
        assert all(at < len(index.item(hit.section_id).blocks) for at in hit.blocks)
        assert hit.cosine == pytest.approx(before[hit.section_id].cosine, abs=1e-5)
    content = NodeDescriptionTool(index=index).invoke({"item": QUIET})
    assert "night" not in content


def test_index_without_questions_has_no_store_for_them(tmp_path: Path) -> None:
    index = _built(tmp_path, expand=writer(lambda _prompt: "No idea."))
    assert not list(tmp_path.glob("generations/*/questions"))
    assert _report(index).refused == {"not a question": 3}


def test_unchanged_manual_costs_no_call_and_a_changed_section_one(tmp_path: Path) -> None:
    _built(tmp_path, describe=writer(_describing))
    again = build_index([lamp_manual(SILENT)], tmp_path, enricher=ModelTexts(describe=ScriptedChatModel()).open())
    assert again.unchanged
    assert (again.model_texts[0].calls, again.model_texts[0].used) == (0, 3)
    anew = build_index(
        [lamp_manual(SILENT)], tmp_path, enricher=ModelTexts(describe=ScriptedChatModel()).open(), force=True
    )
    assert (anew.unchanged, anew.model_texts[0].calls, anew.model_texts[0].used) == (False, 0, 3)
    changed = _built(
        tmp_path, "Quiet hours silence the bell all day.", describe=ScriptedChatModel(saying(GOOD["Quiet hours"]))
    )
    assert (_report(changed).calls, _report(changed).used) == (1, 3)


def test_budget_of_items_takes_the_most_visited_first_and_the_next_build_goes_on(tmp_path: Path) -> None:
    for described in ([QUIET], [QUIET, TIMEOUT], [QUIET, TIMEOUT, "lamp/settings"]):
        index = _built(tmp_path, describe=writer(_describing), max_items=1)
        assert {item.id for item in index.sections() if item.described_by} == set(described)
        assert _report(index).left == 3 - len(described)


def test_budget_of_minutes_is_kept_to(tmp_path: Path) -> None:
    index = _built(tmp_path, describe=ScriptedChatModel(), max_minutes=1e-9)
    assert (_report(index).calls, _report(index).left) == (0, 3)
    assert "3 not reached (the next build goes on)" in _report(index).words


def test_model_that_fails_on_the_way_leaves_the_build_whole(tmp_path: Path) -> None:
    index = _built(tmp_path, describe=ScriptedChatModel(saying(GOOD["Quiet hours"]), DOWN, saying(GOOD["Settings"])))
    report = _report(index)
    assert (report.used, report.failed, report.left) == (2, 1, 0)
    assert "it is down" in report.words
    assert index.item(TIMEOUT).description.startswith("Screen timeout sets how long")
    again = _built(tmp_path, describe=ScriptedChatModel(saying(GOOD["Screen timeout"])))
    assert (_report(again).used, _report(again).calls) == (3, 1)


def test_model_that_never_answers_leaves_the_old_index(tmp_path: Path) -> None:
    _built(tmp_path)
    with pytest.raises(ModelError, match="it is down"):
        _built(tmp_path, describe=ScriptedChatModel(*[DOWN] * MANY))
    assert ManualIndex.open(tmp_path).item(TIMEOUT).described_by == ""


def test_server_that_is_down_is_an_error_before_the_manual_is_read(tmp_path: Path) -> None:
    texts = ModelTexts(describe="ollama:x", base_url=f"http://127.0.0.1:{free_port()}")
    with pytest.raises(ModelError, match="no Ollama server answers"):
        ManualIndex.build([tmp_path / "nothing.md"], tmp_path / "index", enricher=texts.open())


@pytest.mark.parametrize("wrong", [{"max_minutes": 0}, {"max_items": -1}, {"parallel": 0}])
def test_budget_that_allows_nothing_is_a_config_error(wrong: dict[str, int]) -> None:
    with pytest.raises(ConfigError, match="expected more than 0"):
        ModelTexts(**wrong).open()  # type: ignore[arg-type]


def test_progress_is_told_per_kind(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    texts = ModelTexts(describe=writer(_describing), expand=writer(_asking))
    ManualIndex.build([lamp_manual()], tmp_path, enricher=texts.open(), progress=lambda *step: told.append(step))
    assert [step for step in told if step[0] in ("descriptions", "questions")] == [
        (kind, done, 3) for kind in ("descriptions", "questions") for done in (1, 2, 3)
    ]


def test_own_prompts_are_used(tmp_path: Path) -> None:
    prompts = tmp_path / "prompts"
    prompts.mkdir()
    (prompts / "describe.md").write_text('Say it: What is "$item"? $text', encoding="utf-8")
    seen: list[str] = []
    _built(tmp_path / "index", describe=writer(lambda prompt: seen.append(prompt) or "No."), prompts=prompts)
    assert seen[0].startswith('Say it: What is "Quiet hours"?')


def test_killed_build_pays_for_nothing_twice(tmp_path: Path) -> None:
    # The model kills its own process, as kill -9 does, when it is asked for the third time.
    code = (
        "import os, signal, sys\n"
        "from test_texts import _built, _describing, writer\n"
        "from pathlib import Path\n"
        "calls = []\n"
        "def reply(prompt):\n"
        "    calls.append(prompt)\n"
        "    if len(calls) == 3: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return _describing(prompt)\n"
        "_built(Path(sys.argv[1]), describe=writer(reply))"
    )
    path = os.pathsep.join([str(TESTS), str(Path(__file__).parent), *sys.path])
    ended = subprocess.run(
        [sys.executable, "-c", code, tmp_path],
        check=False,
        env={**os.environ, "PYTHONPATH": path},
        timeout=HANG_SECONDS,
    )
    assert ended.returncode == -signal.SIGKILL
    index = _built(tmp_path, describe=ScriptedChatModel(saying(GOOD["Settings"])))
    assert (_report(index).used, _report(index).calls) == (3, 1)


@pytest.mark.parametrize(("sections", "calls"), [(1, 1), pytest.param(4, 3, marks=pytest.mark.nightly)])
def test_the_small_model_writes_through_llama_cpp(
    gguf_runtime: Path, tmp_path: Path, sections: int, calls: int
) -> None:
    lamp = replace(lamp_manual(), sections=lamp_manual().sections[:sections])
    texts = ModelTexts(describe="gguf:smollm2", expand="gguf:smollm2")
    first = ManualIndex.build([lamp], tmp_path, enricher=texts.open())
    reports = read_manifest(tmp_path).model_texts
    assert [(report.kind, report.calls, report.left, report.failed) for report in reports] == [
        ("descriptions", calls, 0, 0),
        ("questions", calls, 0, 0),
    ]
    again = ManualIndex.build([lamp], tmp_path, enricher=texts.open(), force=True)
    assert [report.calls for report in read_manifest(tmp_path).model_texts] == [0, 0]
    assert _sections(again) == _sections(first)


def test_the_small_model_writes_through_ollama(ollama_server: OllamaServer, tmp_path: Path) -> None:
    texts = ModelTexts(expand=f"ollama:{ollama_server.weak}", base_url=ollama_server.base_url, parallel=2)
    ManualIndex.build([lamp_manual()], tmp_path, enricher=texts.open())
    (report,) = read_manifest(tmp_path).model_texts
    assert (report.calls, report.left, report.failed) == (3, 0, 0)


def test_command_line_says_what_became_of_the_texts(
    gguf_model: ChatModel, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    manual = tmp_path / "lamp.md"
    manual.write_text("# Lamp\n\n## Quiet hours\n\nQuiet hours silence the bell.\n", encoding="utf-8")
    built = ("build", manual, "--index", tmp_path / "index", "--describe", gguf_model.name, "--max-items", "1")
    out = run(*built).out
    assert "Descriptions by gguf:smollm2:" in out
    assert "1 calls in this build." in out
