"""Abilities: what follows from them, who is probed, and what is remembered of whom."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import OllamaServer, opened
from support.probing_models import ProbedModel, as_model, first, right

from graphrag_tools.abilities.abilities import Abilities, abilities_of, cache_folder, remember, remembered, trusted
from graphrag_tools.errors import ModelError
from graphrag_tools.models.model import ChatModel, ModelFacts
from graphrag_tools.models.options import ModelOptions
from graphrag_tools.prompts import Prompts

WEAK = Abilities(native_calls=False, schema_calls=True, chooses=False, writes=False, resolves=False)


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHRAG_TOOLS_CACHE", str(tmp_path / "cache"))


def local(chat: ProbedModel | None = None, digest: str | None = "d1", **fields: Any) -> ChatModel:
    # A provider with an address of one's own is probed as a local one is, and keeps its limits.
    facts = ModelFacts(digest=digest)
    return as_model(chat or ProbedModel(choose=right), "openai", facts=facts, base_url="http://127.0.0.1:1", **fields)


@pytest.mark.parametrize(
    ("native", "schema", "chooses", "mode"),
    [
        (True, True, True, "native"),
        (True, True, False, "schema"),
        (True, False, False, "native"),
        (False, True, True, "schema"),
        (False, False, True, "none"),
    ],
)
def test_tool_mode_is_the_strongest_that_is_safe(native: bool, schema: bool, chooses: bool, mode: str) -> None:
    shown = WEAK.model_copy(update={"native_calls": native, "schema_calls": schema, "chooses": chooses})
    assert shown.tool_mode == mode


def test_weak_model_follows_search_and_quotes() -> None:
    assert (WEAK.choices, WEAK.answers) == (1, "quoted")
    assert WEAK.model_copy(update={"schema_calls": False}).tool_mode == "none"


def test_jobs_say_in_one_line_what_a_model_is_used_for_and_what_not() -> None:
    assert WEAK.jobs.startswith("nothing: it has not shown that it is better than none at choosing")
    writing = WEAK.model_copy(update={"writes": True})
    assert writing.jobs == ("writing answers; not for choosing where search is unsure or making follow-ups stand alone")
    assert "; not for" not in trusted(as_model(ProbedModel(choose=right))).jobs


def test_strong_model_chooses_and_writes() -> None:
    shown = abilities_of(local())
    assert (shown.tool_mode, shown.choices, shown.answers, shown.resolves) == ("native", 5, "written", True)
    assert shown.evidence is not None


def test_model_that_claims_tools_and_calls_none_ends_in_schema_mode() -> None:
    shown = abilities_of(local(ProbedModel(choose=first, calls_tools=False)))
    assert (shown.tool_mode, shown.choices) == ("schema", 1)


def test_model_is_probed_once_and_again_when_asked() -> None:
    chat = ProbedModel(choose=right)
    found = abilities_of(local(chat))
    calls = chat.calls
    assert calls > 0
    assert abilities_of(local(chat)) == found
    assert chat.calls == calls
    assert abilities_of(local(chat), redo=True) == found
    assert chat.calls == 2 * calls


def test_other_weights_other_prompts_and_little_room_are_other_models(tmp_path: Path) -> None:
    remember(local(), WEAK)
    assert remembered(local()) == WEAK
    assert remembered(local(digest="d2")) is None
    assert remembered(local(context=512)) is None
    assert remembered(local(context=8192)) == remembered(local(context=32_768)) == WEAK
    own = tmp_path / "prompts"
    own.mkdir()
    (own / "answer.md").write_text("Be brief. $question $menu_path $text", encoding="utf-8")
    assert remembered(local(), Prompts(own)) is None


def test_hosted_model_is_told_by_name_and_address() -> None:
    here = as_model(ProbedModel(choose=right), "openai", base_url="http://127.0.0.1:1")
    there = as_model(ProbedModel(choose=right), "openai", base_url="http://127.0.0.1:2")
    remember(here, WEAK)
    assert remembered(here) == WEAK
    assert remembered(there) is None


def test_hosted_model_costs_nothing_until_it_is_probed_on_purpose() -> None:
    chat = ProbedModel(choose=first)
    model = as_model(chat, "openai")
    assert abilities_of(model) == trusted(model)
    assert chat.calls == 0
    assert abilities_of(model, redo=True).choices == 1
    assert abilities_of(model).choices == 1


@pytest.mark.parametrize("claims", [True, False])
def test_instance_that_was_handed_in_is_taken_at_its_word(claims: bool) -> None:
    chat = ProbedModel(choose=first)
    shown = abilities_of(as_model(chat, claims_tools=claims), redo=True)
    assert chat.calls == 0
    assert (shown.native_calls, shown.choices, shown.answers) == (claims, 5, "written")


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"model": "x", "abilities": {"writes": true}}'])
def test_damaged_file_is_ignored_and_made_anew(content: bytes) -> None:
    chat = ProbedModel(choose=right)
    remember(local(chat), WEAK)
    (file,) = cache_folder().iterdir()
    file.write_bytes(content)
    assert remembered(local(chat)) is None
    assert abilities_of(local(chat)).choices == 5
    assert json.loads(file.read_text(encoding="utf-8"))["abilities"]["chooses"] is True


def test_nothing_is_left_beside_the_file() -> None:
    for _ in range(2):
        remember(local(), WEAK)
    assert [file.suffix for file in cache_folder().iterdir()] == [".json"]


def test_cache_that_cannot_be_written_lasts_as_long_as_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    monkeypatch.setenv("GRAPHRAG_TOOLS_CACHE", str(tmp_path / "file"))
    chat = ProbedModel(choose=right)
    abilities_of(local(chat))
    calls = chat.calls
    abilities_of(local(chat))
    assert chat.calls == calls


def test_outage_leaves_nothing_remembered() -> None:
    broken = ProbedModel(choose=right, fails_with=httpx.ConnectError("gone"))
    with pytest.raises(ModelError):
        abilities_of(local(broken))
    assert not cache_folder().exists()


def test_local_model_without_a_digest_is_never_remembered() -> None:
    unknown = as_model(ProbedModel(choose=right), "ollama")
    remember(unknown, WEAK)
    assert remembered(unknown) is None


def test_user_cache_folder_is_the_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("GRAPHRAG_TOOLS_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder().name == "abilities"
    assert "graphrag-tools" in cache_folder().parts


def test_digest_tells_models_of_a_real_server_apart(ollama_server: OllamaServer) -> None:
    options = ModelOptions(base_url=ollama_server.base_url)
    weak, claiming = (opened(f"ollama:{name}", options) for name in (ollama_server.weak, ollama_server.claims_tools))
    assert weak.facts.digest
    assert claiming.facts.digest
    remember(weak, WEAK)
    assert remembered(weak) == WEAK
    assert remembered(claiming) is None


def test_gguf_file_has_a_digest_of_its_own(gguf_model: ChatModel) -> None:
    facts = gguf_model.facts
    assert facts.digest
    assert (facts.quantisation, facts.parameters, facts.trained_context) == ("Q4_1", "134.52M", 8192)
    assert not facts.claims_tools
    remember(gguf_model, WEAK)
    assert remembered(gguf_model) == WEAK
