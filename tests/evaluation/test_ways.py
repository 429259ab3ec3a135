"""The ways of answering: the workflow's, and baselines that are what they claim to be."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from conftest import OllamaServer
from langchain_core.messages import AIMessage, BaseMessage
from support.scripted_models import ScriptedChatModel, calling, opened, saying

from graphrag_tools.errors import ConfigError, FeatureRefused
from graphrag_tools.evaluation.baselines import MAX_STEPS
from graphrag_tools.evaluation.free_text import WaysToItems
from graphrag_tools.evaluation.naive_rag import CHUNK_CHARACTERS, chunks
from graphrag_tools.evaluation.run import answered_section
from graphrag_tools.evaluation.ways import MODEL_FREE, WAYS, Way, WaySettings, open_way
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.models.model import ChatModel
from graphrag_tools.models.open import open_chat_model
from graphrag_tools.models.options import ModelOptions
from graphrag_tools.verification.refusals import is_refusal
from graphrag_tools.workflow.options import WorkflowOptions

FLIGHT_MODE = "How do I turn on flight mode?"
FLIGHT_MODE_ID = "sample-manual/settings/wi-fi/flight-mode"
FLIGHT_MODE_PATH = ("Settings", "Wi-Fi", "Flight mode")


def _way(name: str, index: ManualIndex, *replies: AIMessage | Callable[[list[BaseMessage]], AIMessage]) -> Way:
    return open_way(name, index, opened(ScriptedChatModel(*replies)) if replies else None, WaySettings())


def test_first_section_is_the_whole_section_that_search_puts_first(sample_index: ManualIndex) -> None:
    answer = _way("first-section", sample_index).ask(FLIGHT_MODE)
    item = sample_index.item(sample_index.search(FLIGHT_MODE, 1)[0].section_id)
    assert answer.text == "\n".join(block.text for block in item.blocks)
    assert (answer.menu_path, answer.model, answer.usage.model_calls) == (item.path, "none", 0)


def test_first_section_refuses_where_nothing_is_found(sample_index: ManualIndex) -> None:
    assert _way("first-section", sample_index).ask("???").status == "not_in_manual"


def test_none_and_auto_without_a_model_are_the_same_workflow(sample_index: ManualIndex) -> None:
    one, other = _way("none", sample_index).ask(FLIGHT_MODE), _way("auto", sample_index).ask(FLIGHT_MODE)
    assert (one.text, one.menu_path) == (other.text, other.menu_path) == (one.text, FLIGHT_MODE_PATH)


def test_naive_rag_reads_four_chunks_and_credits_their_sections(sample_index: ManualIndex) -> None:
    scripted = ScriptedChatModel(saying("Tap Settings > Wi-Fi > Flight mode."))
    answer = open_way("naive-rag", sample_index, opened(scripted), WaySettings()).ask(FLIGHT_MODE)
    prompt = scripted.asked[0][0].text
    assert FLIGHT_MODE in prompt
    assert "NOT IN MANUAL" in prompt
    assert len(answer.sources) in range(1, 6)
    assert all(source.quote[:40] in prompt for source in answer.sources[1:])
    assert answer.menu_path == FLIGHT_MODE_PATH
    assert (answer.usage.model_calls, answer.usage.prompt_tokens, answer.usage.completion_tokens) == (1, 10, 5)


def test_naive_rag_without_a_path_in_its_words_is_credited_with_its_nearest_chunk(sample_index: ManualIndex) -> None:
    answer = _way("naive-rag", sample_index, saying("You flip a switch.")).ask(FLIGHT_MODE)
    assert answer.menu_path == ()
    assert answered_section(answer, sample_index) == answer.sources[0].path == FLIGHT_MODE_PATH


def test_naive_rag_refuses_in_the_words_agreed(sample_index: ManualIndex) -> None:
    answer = _way("naive-rag", sample_index, saying("NOT IN MANUAL.")).ask(FLIGHT_MODE)
    assert (answer.status, answer.sources) == ("not_in_manual", ())


def test_chunks_overlap_cover_the_text_and_end_between_words() -> None:
    text = " ".join(f"Sentence number {number} says little." for number in range(200))
    found = list(chunks(text))
    assert all(len(chunk) <= CHUNK_CHARACTERS for chunk in found)
    assert all(chunk.endswith("little.") for chunk in found)
    for earlier, later in pairwise(found):
        shared = next(length for length in range(250, 100, -1) if earlier.endswith(later[:length]))
        assert shared > 100
    assert {word for chunk in found for word in chunk.split()} == set(text.split())


@pytest.mark.parametrize("text", ["", "short", "x" * 2500, "\n" * 3000, "word " * 1000])
def test_any_text_is_cut_into_chunks_that_fit(text: str) -> None:
    found = list(chunks(text))
    assert all(0 < len(chunk) <= CHUNK_CHARACTERS for chunk in found)
    assert sum(len(chunk.replace(" ", "")) for chunk in found) >= len("".join(text.split()))


def test_a_bare_agent_is_credited_with_the_item_it_read_last(sample_index: ManualIndex) -> None:
    answer = _way(
        "bare-agent",
        sample_index,
        calling("search_manual", query="flight mode", id="1"),
        calling("describe_menu_item", item="Settings > Display", id="2"),
        calling("describe_menu_item", item=FLIGHT_MODE_ID, id="3"),
        calling("describe_menu_item", item="Hyperdrive", id="4"),
        saying("Flip the switch."),
    ).ask(FLIGHT_MODE)
    assert (answer.text, answer.status, answer.menu_path) == ("Flip the switch.", "answered", ())
    assert answered_section(answer, sample_index) == FLIGHT_MODE_PATH
    assert [(call.by, call.valid) for call in answer.trace] == [("model", True)] * 3 + [("model", False)]
    assert (answer.usage.model_calls, answer.usage.prompt_tokens) == (5, 50)


def test_a_path_in_the_words_of_a_bare_agent_counts_before_what_it_read(sample_index: ManualIndex) -> None:
    reading = calling("describe_menu_item", item="Settings > Display")
    answer = _way("bare-agent", sample_index, reading, saying("Go to Wi-Fi → Flight mode.")).ask(FLIGHT_MODE)
    assert answer.menu_path == answered_section(answer, sample_index) == FLIGHT_MODE_PATH


def test_a_bare_agent_that_only_searched_is_credited_with_the_first_hit(sample_index: ManualIndex) -> None:
    searching = calling("search_manual", query=FLIGHT_MODE)
    answer = _way("bare-agent", sample_index, searching, saying("Flip it.")).ask(FLIGHT_MODE)
    assert answered_section(answer, sample_index) == FLIGHT_MODE_PATH


def test_a_bare_agent_that_calls_nothing_has_its_words_and_no_source(sample_index: ManualIndex) -> None:
    answer = _way("bare-agent", sample_index, saying("I think you press a button.")).ask(FLIGHT_MODE)
    assert (answer.status, answer.sources, answer.trace) == ("answered", (), ())


def test_a_bare_agent_without_an_end_is_stopped_with_what_it_cost(sample_index: ManualIndex) -> None:
    replies = [calling("search_manual", query="x", id=str(number)) for number in range(100)]
    answer = _way("bare-agent", sample_index, *replies).ask(FLIGHT_MODE)
    assert (answer.text, answer.status) == ("", "unverified")
    assert answer.warnings == (f"The agent was stopped after {MAX_STEPS} steps.",)
    assert 10 <= answer.usage.model_calls <= MAX_STEPS


def test_a_bare_agent_needs_a_model_that_takes_tools(sample_index: ManualIndex) -> None:
    model = opened(ScriptedChatModel(binds_tools=False))
    with pytest.raises(ConfigError, match="cannot be given tools"):
        open_way("bare-agent", sample_index, model, WaySettings())


@pytest.mark.parametrize("name", sorted(set(WAYS) - MODEL_FREE - {"auto"}))
def test_ways_of_a_model_need_one(sample_index: ManualIndex, name: str) -> None:
    with pytest.raises(ConfigError, match=f"the way {name} needs a model"):
        open_way(name, sample_index, None, WaySettings())


def test_an_unknown_way_is_said_with_those_there_are(sample_index: ManualIndex) -> None:
    with pytest.raises(ConfigError, match=r"no way 'magic'; expected none, schema, .*bare-agent, or all"):
        open_way("magic", sample_index, None, WaySettings())


def test_schema_and_native_use_the_model_in_that_mode(sample_index: ManualIndex) -> None:
    schema = ScriptedChatModel(saying(f'{{"tool": "describe_menu_item", "item": "{FLIGHT_MODE_ID}"}}'))
    native = ScriptedChatModel(calling("describe_menu_item", item=FLIGHT_MODE_ID))
    for name, chat in (("schema", schema), ("native", native)):
        model = ChatModel("custom:scripted", "custom", chat, claims_tools=True, context=None)
        settings = WaySettings(WorkflowOptions(answers="quoted", choices=1))
        answer = open_way(name, sample_index, model, settings).ask(FLIGHT_MODE)
        assert answer.menu_path == FLIGHT_MODE_PATH
        assert [call.by for call in answer.trace] == ["workflow", "model"]
        assert bool(chat.schemas) is (name == "schema")


def test_the_agent_is_asked_like_the_workflow(sample_index: ManualIndex) -> None:
    replies = (calling("describe_menu_item", item=FLIGHT_MODE_ID), *[saying("NOT IN MANUAL")] * 4)
    answer = _way("agent", sample_index, *replies).ask(FLIGHT_MODE)
    assert answer.usage.model_calls >= 1


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("Go to Settings > Wi-Fi > Flight mode.", FLIGHT_MODE_PATH),
        ("First **Wi-Fi** → **Flight mode**", FLIGHT_MODE_PATH),
        ("Settings > Hyper", None),
        ("Settings and Wi-Fi and Flight mode", None),
        ("", None),
    ],
)
def test_the_longest_way_in_a_text_names_its_item(
    sample_index: ManualIndex, text: str, path: tuple[str, ...] | None
) -> None:
    found = WaysToItems(sample_index).named_in(text)
    assert (found.path if found else None) == path


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("NOT IN MANUAL", True),
        ("**Not in manual.**", True),
        ("The manual does not mention this.", True),
        ("I couldn’t find that in the manual.", True),
        ("No menu item answers this question.", True),
        ("", False),
        ("Tap Settings. Do not switch the device off.", False),
        ("The manual does not say so. " + "But tap Settings and then tap Display again. " * 5, False),
    ],
)
def test_refusals_in_words_are_short(text: str, refused: bool) -> None:
    assert is_refusal(text) is refused


def test_a_server_that_refuses_tools_is_told_from_an_outage(
    sample_index: ManualIndex, ollama_server: OllamaServer
) -> None:
    options = ModelOptions(base_url=ollama_server.base_url, max_tokens=32)
    model = open_chat_model(f"ollama:{ollama_server.weak}", options=options)
    agent = open_way("bare-agent", sample_index, model, WaySettings())
    with pytest.raises(FeatureRefused, match="does not support tools"):
        agent.ask(FLIGHT_MODE)
