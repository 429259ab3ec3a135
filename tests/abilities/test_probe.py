"""Probing: roles are earned by what a model does, never by what it claims."""

from pathlib import Path
from typing import Any

import httpx
import ollama
import pytest
from conftest import OllamaServer, opened
from langchain_core.messages import AIMessage
from langchain_core.tools import BaseTool
from support.probing_models import ProbedModel, as_model, first, last, right, right_if_easy

from graphrag_tools.abilities.abilities import Abilities, abilities_of
from graphrag_tools.abilities.hard_cases import SECTIONS, hard_choices
from graphrag_tools.abilities.probe import HardResult, most_calls, probe
from graphrag_tools.errors import ModelError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.models.model import ChatModel
from graphrag_tools.models.options import ModelOptions
from graphrag_tools.prompts import Prompts
from graphrag_tools.tool_calling.callers import DECLINE, Choices, NativeCaller, call_message


def test_perfect_model_earns_every_role() -> None:
    chat = ProbedModel(choose=right)
    shown = probe(as_model(chat))
    for role in (shown.native_calls, shown.schema_calls, shown.chooses, shown.writes, shown.resolves):
        assert role.able
        assert role.passed == role.asked
        assert role.failures == ()
    assert shown.chooses.hard == HardResult(passed=12, asked=12, total=12, without=4)
    assert shown.writes.hard == HardResult(passed=6, asked=6, total=6, without=3)
    assert chat.calls == most_calls() == 37


@pytest.mark.parametrize("choose", [first, last])
@pytest.mark.parametrize("calls_tools", [True, False])
def test_choice_by_position_does_not_pass(choose: Any, calls_tools: bool) -> None:
    shown = probe(as_model(ProbedModel(choose=choose, calls_tools=calls_tools)))
    assert not shown.chooses.able
    assert shown.chooses.asked < 5
    assert shown.chooses.hard is None
    assert "place " in shown.chooses.failures[0]
    assert shown.writes.able


def test_choice_that_is_right_among_strangers_and_follows_search_among_neighbours_earns_nothing() -> None:
    shown = probe(as_model(ProbedModel(choose=right_if_easy))).chooses
    assert (shown.passed, shown.asked, shown.able) == (5, 5, False)
    # After the third one missed, ten of twelve cannot be reached any more.
    assert shown.hard == HardResult(passed=2, asked=5, total=12, without=4)
    assert shown.failures[-1].startswith("place 1 chosen for ")


def test_model_that_answers_whatever_the_text_says_does_not_write() -> None:
    class Talkative(ProbedModel):
        def _in_words(self, prompt: str) -> AIMessage:
            said = super()._in_words(prompt)
            absent = said.text == "NOT IN MANUAL" and "phone" not in prompt
            return AIMessage("The machine is heating.") if absent else said

    shown = probe(as_model(Talkative(choose=right))).writes
    assert (shown.passed, shown.able) == (5, False)
    assert shown.hard is not None
    assert shown.hard.passed < 5


def test_hard_choices_stand_as_a_search_finds_them(tmp_path: Path) -> None:
    chapters: dict[str, list[str]] = {}
    for path, text in SECTIONS.items():
        chapter, _, title = path.partition(" > ")
        chapters.setdefault(chapter, []).append(f"## {title}\n{text}\n")
    manual = tmp_path / "brewer.md"
    manual.write_text("".join(f"# {name}\n{''.join(sections)}" for name, sections in chapters.items()), "utf-8")
    index = ManualIndex.build([f"brewer={manual}"], tmp_path / "index", embeddings="minilm")
    for case in hard_choices():
        found = [index.item(hit.section_id).menu_path for hit in index.search(case.question, 5)]
        assert [item.menu_path for item in case.items] == found
    index.close()


def test_model_that_never_calls_is_probed_under_the_schema() -> None:
    shown = probe(as_model(ProbedModel(choose=right, calls_tools=False)))
    assert (shown.native_calls.able, shown.native_calls.passed) == (False, 0)
    assert shown.native_calls.failures == ("no tool call",)
    assert shown.schema_calls.able
    assert shown.chooses.able


def test_model_that_does_not_claim_tools_is_not_asked_for_native_calls() -> None:
    shown = probe(as_model(ProbedModel(choose=right), claims_tools=False))
    assert (shown.native_calls.able, shown.native_calls.asked) == (False, 0)


def test_model_that_cannot_call_at_all_is_not_asked_to_choose() -> None:
    shown = probe(as_model(ProbedModel(choose=right, calls_tools=False, obeys_schemas=False)))
    assert not shown.schema_calls.able
    assert (shown.chooses.able, shown.chooses.asked) == (False, 0)


def test_model_that_invents_does_not_write() -> None:
    shown = probe(as_model(ProbedModel(choose=right, writes=False)))
    assert not shown.writes.able
    assert shown.writes.asked == 2


def test_refused_feature_is_a_failed_probe() -> None:
    refusal = ollama.ResponseError("does not support tools", 400)

    class WithoutTools(ProbedModel):
        def _native(self, messages: Any) -> AIMessage:
            raise refusal

    shown = probe(as_model(WithoutTools(choose=right)))
    assert not shown.native_calls.able
    assert "refused: does not support tools" in shown.native_calls.failures[0]
    assert shown.chooses.able


def test_prompt_longer_than_the_context_is_no_refusal() -> None:
    class SmallContext(ProbedModel):
        def _native(self, messages: Any) -> AIMessage:
            raise ollama.ResponseError("the input length exceeds the context length", 400)

    shown = probe(as_model(SmallContext(choose=right)))
    assert shown.native_calls.failures == ("the prompt is longer than the context",)
    assert not shown.native_calls.refused


@pytest.mark.parametrize(
    "outage",
    [
        httpx.ConnectError("connection refused"),
        httpx.ReadTimeout("too slow"),
        ollama.ResponseError("model requires more system memory", 500),
        ollama.ResponseError("model not found", 404),
    ],
)
def test_outage_is_no_verdict_and_propagates(outage: Exception) -> None:
    chat = ProbedModel(choose=right, fails_with=outage)
    with pytest.raises(ModelError):
        probe(as_model(chat))
    assert chat.calls == 1


def test_bug_in_a_model_class_propagates() -> None:
    with pytest.raises(ZeroDivisionError):
        probe(as_model(ProbedModel(choose=right, fails_with=ZeroDivisionError())))


def test_caller_that_repairs_calls_is_what_is_probed() -> None:
    class Repairing(NativeCaller):
        def __init__(self, model: ChatModel, tools: Any, prompts: Prompts) -> None:
            self.tools: list[BaseTool] = tools

        def next_call(self, history: Any, choices: Choices) -> AIMessage:
            item = right(choices.question, [])
            return call_message("describe_menu_item", {"item": item}, by="model") if item else AIMessage(DECLINE)

    shown = probe(as_model(ProbedModel(choose=first, calls_tools=False)), native=Repairing)
    assert shown.native_calls.able
    assert shown.chooses.able


def test_progress_names_each_role_and_ends() -> None:
    told: list[tuple[str, int, int]] = []
    probe(as_model(ProbedModel(choose=right)), progress=lambda *said: told.append(said))
    assert list(dict.fromkeys(role for role, _, _ in told)) == [
        "native calls",
        "schema calls",
        "choices",
        "hard choices",
        "writing",
        "hard writing",
        "follow-ups",
    ]
    assert {("choices", 5, 5), ("hard choices", 12, 12)} <= set(told)


def test_weak_weights_on_a_real_server_earn_schema_calls_alone(ollama_server: OllamaServer) -> None:
    options = ModelOptions(base_url=ollama_server.base_url)
    for name in (ollama_server.weak, ollama_server.claims_tools):
        shown = abilities_of(opened(f"ollama:{name}", options)).evidence
        assert shown is not None
        assert shown.schema_calls.able
        assert not shown.native_calls.able
        assert shown.native_calls.asked == (2 if name == ollama_server.claims_tools else 0)
        assert not shown.chooses.able
        assert not shown.writes.able
        assert not shown.resolves.able
        assert (shown.speed.tokens_in or 0) > 0
        assert (shown.speed.tokens_out or 0) > 0


def test_weak_weights_in_this_process_earn_schema_calls_alone(gguf_abilities: Abilities) -> None:
    shown = gguf_abilities.evidence
    assert shown is not None
    able = (shown.native_calls.able, shown.schema_calls.able, shown.chooses.able, shown.writes.able)
    assert able == (False, True, False, False)
    assert (shown.speed.tokens_out or 0) > 0
