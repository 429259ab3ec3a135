"""What a model is given to write an answer from: the whole section, or of a long one the part that answers."""

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.messages.utils import count_tokens_approximately
from ollama import ResponseError
from support.scripted_models import ScriptedChatModel, opened, saying

from graphrag_tools.answers.answer import quote_item
from graphrag_tools.answers.quote import Quote
from graphrag_tools.answers.writing import may_write, shown_to_writer, write_text
from graphrag_tools.errors import ModelError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.sections import Block, Manual, Section
from graphrag_tools.models.model import ChatModel
from graphrag_tools.models.steps import run_steps
from graphrag_tools.prompts import Prompts
from graphrag_tools.workflow.graph import WorkflowOptions, ask, manual_workflow

QUESTION = "How much power has each activity used?"
BATTERY = "larkfield/settings/battery"


def test_model_writes_from_the_whole_section(sample_index_for_answers: ManualIndex) -> None:
    chat = ScriptedChatModel(saying("See Battery usage."))
    quote = quote_item(QUESTION, BATTERY, sample_index_for_answers)
    reply = run_steps(write_text(opened(chat), Prompts(), QUESTION, quote, []))
    assert reply.text == "See Battery usage."
    [[prompt]] = chat.asked
    assert isinstance(prompt, HumanMessage)
    assert all(block.text in prompt.text for block in quote.section.blocks)
    assert f"Question: {QUESTION}" in prompt.text
    assert "Menu path: Settings > Battery" in prompt.text


def test_model_is_told_what_was_wrong_before(sample_index_for_answers: ManualIndex) -> None:
    chat = ScriptedChatModel(saying("Again."))
    quote = quote_item(QUESTION, BATTERY, sample_index_for_answers)
    failed = [("Wrong.", ["The number 7 is wrong.", "So is 8."])]
    run_steps(write_text(opened(chat), Prompts(), QUESTION, quote, failed))
    [[_, earlier, reasons]] = chat.asked
    assert (type(earlier), earlier.text) == (AIMessage, "Wrong.")
    assert "The number 7 is wrong.\nSo is 8." in reasons.text


def test_failure_of_the_server_is_a_model_error(sample_index_for_answers: ManualIndex) -> None:
    chat = ScriptedChatModel(ResponseError("out of memory", 500))
    quote = quote_item(QUESTION, BATTERY, sample_index_for_answers)
    with pytest.raises(ModelError, match="out of memory"):
        run_steps(write_text(opened(chat), Prompts(), QUESTION, quote, []))


def pump(*letters: str, quoted: str, rest: str = "") -> Quote:
    """A quote of some of a section's blocks, each of which is a letter, a hundred times."""
    blocks = {letter: Block("paragraph", letter * 100) for letter in letters}
    graph = build_graph(Manual("pump", "Pump", (Section("care", "Care", tuple(blocks.values())),)))
    section = graph.item("pump/care")
    return Quote(section, section, tuple(blocks[one] for one in quoted), rest=tuple(blocks[one] for one in rest))


@pytest.mark.parametrize(
    ("quoted", "rest", "room", "shown"),
    [
        ("c", "", None, "a b c d e"),
        ("c", "", 500, "a b c d e"),
        ("c", "", 300, "a b c …"),
        ("c", "e", 200, "… c … e"),
        ("e", "", 100, "… e"),
        ("ad", "", 100, "a … d …"),
    ],
)
def test_of_a_long_section_what_is_quoted_is_shown_and_what_matches_before_the_rest(
    quoted: str, rest: str, room: int | None, shown: str
) -> None:
    lines = shown_to_writer(pump(*"abcde", quoted=quoted, rest=rest), room).splitlines()
    assert " ".join(line[:1] for line in lines) == shown


def test_a_quote_that_takes_all_the_room_is_left_as_it_is() -> None:
    assert may_write(pump(*"abcde", quoted="abcde"), None)
    assert may_write(pump(*"abcde", quoted="ab"), 200)
    assert not may_write(pump(*"abcde", quoted="ab"), 199)


@pytest.fixture(scope="module")
def long_index(tmp_path_factory: pytest.TempPathFactory) -> ManualIndex:
    """A manual of long sections, each with one line that says what the others do not."""
    filler = "The pump has parts of steel and parts of rubber, all of which are made to be washed by hand after use. "
    names = ("Filter", "Hose", "Motor", "Valve", "Handle", "Lamp")
    sections = tuple(
        Section(
            name,
            f"{name} of the pump",
            (
                *(Block("paragraph", f"{filler * 4}({number})") for number in range(8)),
                Block("paragraph", f"Clean the {name.lower()} every {days} days."),
            ),
        )
        for days, name in enumerate(names, start=11)
    )
    return ManualIndex.build([Manual("pump", "Pump", sections)], tmp_path_factory.mktemp("pump") / "index")


@pytest.mark.parametrize(("provider", "most"), [("gguf", 1_200), ("ollama", 1_200), ("openai", None), ("custom", None)])
def test_a_question_costs_a_local_model_some_1200_tokens_at_most(
    provider: str, most: int | None, long_index: ManualIndex
) -> None:
    chosen = saying('{"call": {"tool": "describe_menu_item", "item": 1}}')
    lie = saying("It takes 98765 miles. " * 20)
    chat = ScriptedChatModel(chosen, lie, lie)
    model = ChatModel(f"{provider}:scripted", provider, chat, claims_tools=True, context=8192)
    options = WorkflowOptions(tool_mode="schema", choices=5, answers="written", refuse_below=0, answer_from=0)
    answer = ask(manual_workflow(long_index, model, options=options), "How often do I clean the valve?")
    assert (answer.status, answer.mode, answer.usage.model_calls) == ("answered", "quoted", 3)
    assert "Clean the valve every 14 days." in chat.asked[1][0].text
    spent = sum(map(count_tokens_approximately, chat.asked))
    assert spent <= most if most else spent > 2_000
