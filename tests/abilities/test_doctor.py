"""doctor: what it finds of real models, and that trouble is a report and no traceback."""

import json
import sys
from pathlib import Path
from typing import Any

import ollama
import pytest
from conftest import PROXIES, OllamaServer, Recorder, free_port

from graphrag_tools.abilities.abilities import Abilities, remember, trusted
from graphrag_tools.abilities.diagnosis import Consequences, Diagnosis
from graphrag_tools.abilities.doctor import cost_note, diagnose
from graphrag_tools.cli import app as cli
from graphrag_tools.errors import ConfigError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.models.model import ChatModel
from graphrag_tools.models.open import open_chat_model
from graphrag_tools.models.options import ModelOptions


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHRAG_TOOLS_CACHE", str(tmp_path / "cache"))
    for name in (*PROXIES, "OPENAI_BASE_URL", "OPENAI_API_BASE"):
        monkeypatch.delenv(name, raising=False)


def shown_by_cli(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: str
) -> tuple[int, str]:
    monkeypatch.setattr(sys, "argv", ["graphrag-tools", "doctor", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0), " ".join(capsys.readouterr().out.split())  # a table folds its lines


def test_none_needs_no_model() -> None:
    found = diagnose("none")
    assert found.usable
    assert found.troubles == ()
    assert found.follows == Consequences(tool_mode="none", choices=1, answers="quoted", follow_ups="code")


def test_server_that_is_down_is_a_report() -> None:
    address = f"http://127.0.0.1:{free_port()}"
    found = diagnose("ollama:toy", ModelOptions(base_url=address))
    assert not found.usable
    assert found.server is not None
    assert (found.server.up, found.server.url, found.server.version) == (False, address, None)
    assert "ollama serve" in found.troubles[0]
    assert found.abilities is None


def test_string_that_names_no_model_is_a_config_error() -> None:
    with pytest.raises(ConfigError):
        diagnose("ollama:")


def test_file_that_is_missing_is_a_report(tmp_path: Path) -> None:
    found = diagnose(f"gguf:{tmp_path / 'nothing.gguf'}")
    assert not found.usable
    assert "nothing.gguf is not a file" in found.troubles[0]


def test_index_that_opens_says_with_which_embeddings(sample_index: ManualIndex) -> None:
    found = diagnose("none", index=sample_index.folder)
    assert found.usable
    assert found.index is not None
    assert found.index.opens
    assert (found.index.embeddings, found.index.dimension) == ("wordllama", 256)
    assert found.index.manuals == ("sample-manual",)


def test_index_that_does_not_open_is_a_trouble(tmp_path: Path) -> None:
    found = diagnose("none", index=tmp_path)
    assert not found.usable
    assert found.index is not None
    assert not found.index.opens
    assert "no index.json in it" in found.troubles[0]


def test_embeddings_that_cannot_be_reached_are_a_trouble(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    manifest = copied / "index.json"
    document = json.loads(manifest.read_text(encoding="utf-8"))
    document["embeddings"]["name"] = "ollama:toy-embeddings"
    manifest.write_text(json.dumps(document), encoding="utf-8")
    monkeypatch.setenv("OLLAMA_HOST", f"http://127.0.0.1:{free_port()}")
    found = diagnose("none", index=copied)
    assert found.index is not None
    assert (found.index.opens, found.index.embeddings) == (False, "ollama:toy-embeddings")
    assert "Is the server up" in found.troubles[0]


def test_openai_side_of_ollama_is_told_from_openai(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "a-key")
    recorder.answers["/api/version"] = (200, '{"version": "0.17.4"}')
    options = ModelOptions(base_url=f"{recorder.url}/v1")
    model = open_chat_model("openai:toy", options=options)
    assert model is not None
    remember(model, trusted(model))
    found = diagnose("openai:toy", options)
    assert found.remembered
    assert "Use --model ollama:toy instead" in found.troubles[-1]


@pytest.mark.parametrize("model", ["none", "gguf:smollm2", "ollama:toy", "toy"])
def test_local_models_cost_nothing(model: str) -> None:
    assert cost_note(model) == ""


def test_hosted_model_says_what_probing_costs() -> None:
    assert "up to 37 short calls" in cost_note("openai:gpt-5-mini")


def test_command_exits_with_1_where_nothing_can_be_asked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"http://127.0.0.1:{free_port()}"
    code, out = shown_by_cli(capsys, monkeypatch, "--model", "toy", "--base-url", address)
    assert code == 1
    assert "does not answer" in out
    assert "ollama serve" in out
    code, out = shown_by_cli(capsys, monkeypatch, "--model", "toy", "--base-url", address, "--json")
    assert code == 1
    assert Diagnosis.model_validate_json(out).usable is False


def test_missing_model_is_a_report_with_those_there_are(ollama_server: OllamaServer) -> None:
    found = diagnose("ollama:nonsense", ModelOptions(base_url=ollama_server.base_url))
    assert not found.usable
    assert found.server is not None
    assert found.server.up
    assert "smollm2-135m:latest" in found.troubles[0]


def test_model_that_claims_tools_ends_in_schema_mode(
    ollama_server: OllamaServer,
    own_cache_folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # To probe takes half a minute: what is found here, the tests of probing look at too.
    monkeypatch.setenv("GRAPHRAG_TOOLS_CACHE", str(own_cache_folder))
    arguments = ("--model", ollama_server.claims_tools, "--base-url", ollama_server.base_url)
    code, out = shown_by_cli(capsys, monkeypatch, *arguments, "--json")
    found = Diagnosis.model_validate_json(out)
    assert code == 0
    assert found.claims_tools
    assert found.facts.quantisation == "Q4_1"
    assert found.server is not None
    assert found.server.version
    assert found.follows == Consequences(tool_mode="schema", choices=1, answers="quoted", follow_ups="code")
    assert any("claims to call tools and never makes a call" in trouble for trouble in found.troubles)
    assert (found.context.trained, found.context.sent, found.context.in_force) == (8192, 8192, 8192)
    code, out = shown_by_cli(capsys, monkeypatch, *arguments)
    assert code == 0
    for part in (
        "remembered; --redo",
        "Used for nothing: it has not shown",
        "Same as --tool-mode schema --choices 1 --answers quoted",
        "in force 8,192",
        "Q4_1",
    ):
        assert part in out


def test_context_that_another_program_asked_for_is_seen(ollama_server: OllamaServer) -> None:
    options = ModelOptions(base_url=ollama_server.base_url)
    model = open_chat_model(f"ollama:{ollama_server.weak}", options=options)
    assert model is not None
    remember(model, _weak())
    with ollama.Client(host=ollama_server.base_url, trust_env=False) as client:
        client.chat(ollama_server.weak, messages=[], options={"num_ctx": 4096})
    found = diagnose(f"ollama:{ollama_server.weak}", options)
    assert (found.context.found, found.context.in_force) == (4096, 8192)
    assert any("loaded with 4,096 tokens (Ollama's default" in trouble for trouble in found.troubles)
    assert any("no {{ .Tools }} in it" in trouble for trouble in found.troubles)


def test_gguf_model_is_looked_over_without_being_asked_again(gguf_model: ChatModel) -> None:
    remember(gguf_model, _weak())
    found = diagnose("gguf:smollm2")
    assert found.usable
    assert found.remembered
    assert (found.context.in_force, found.facts.template_takes_tools) == (8192, False)
    assert found.server is not None
    assert found.server.version
    assert found.follows is not None
    assert found.follows.tool_mode == "schema"


def _weak(**changes: Any) -> Abilities:
    return Abilities(native_calls=False, schema_calls=True, chooses=False, writes=False, resolves=False, **changes)
