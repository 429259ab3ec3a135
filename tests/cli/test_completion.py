"""What a shell completes after Tab: manuals and items of the index, models of the server; nothing that it would run."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Recorder, free_port

from graphrag_tools.cli import app as cli
from graphrag_tools.index.index import ManualIndex

Complete = Callable[..., list[str]]


@pytest.fixture
def complete(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Complete:
    """Return what bash offers for the last word of a line."""

    def call(*words: object) -> list[str]:
        monkeypatch.setenv("_GRAPHRAG_TOOLS_COMPLETE", "complete_bash")
        monkeypatch.setenv("COMP_WORDS", " ".join(["graphrag-tools", *map(str, words)]))
        monkeypatch.setenv("COMP_CWORD", str(len(words)))
        with pytest.raises(SystemExit) as ended:
            cli.app(prog_name="graphrag-tools")
        offered = capsys.readouterr()
        assert (ended.value.code, offered.err) == (0, "")
        return offered.out.split()

    return call


def test_manuals_and_items_of_the_index_are_completed(
    complete: Complete, sample_index_for_answers: ManualIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = sample_index_for_answers.folder
    assert complete("ask", "--index", folder, "--manual", "") == ["larkfield"]
    assert complete("remove", "--index", folder, "lark") == ["larkfield"]
    assert complete("describe", "--index", folder, "larkfield/settings/wi") == [
        "larkfield/settings/wi-fi",
        "larkfield/settings/wi-fi/flight-mode",
    ]
    monkeypatch.setenv("GRAPHRAG_TOOLS_INDEX", str(folder))
    assert complete("tree", "larkfield/reading/audiobooks/") == ["larkfield/reading/audiobooks/sleep-timer"]


def test_models_of_the_server_are_completed(complete: Complete, recorder: Recorder) -> None:
    listed = [{"model": name} for name in ("qwen3:8b", "llama3.2:3b", "$(reboot)")]
    recorder.answers["/api/tags"] = (200, json.dumps({"models": listed}))
    server = ("--base-url", recorder.url)
    assert complete("ask", *server, "--model", "oll") == ["ollama:qwen3:8b", "ollama:llama3.2:3b"]
    assert complete("chat", *server, "--escalate-to", "ollama:q") == ["ollama:qwen3:8b"]


def test_without_index_and_server_the_rest_is_completed(complete: Complete, tmp_path: Path) -> None:
    server = ("--base-url", f"http://127.0.0.1:{free_port()}")
    assert complete("web", *server, "--model", "") == ["none", "gguf:smollm2"]
    assert complete("path", "--index", tmp_path, "") == []
