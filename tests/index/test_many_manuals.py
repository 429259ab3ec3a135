"""Many manuals of one brand: the same titles in each, other words and figures in the text."""

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from langchain_core.messages import AIMessage
from rich.console import Console
from support.scripted_models import ScriptedChatModel

from graphrag_tools import ManualIndex, ManualToolkit, ask, manual_agent, manual_workflow
from graphrag_tools.answer import Answer
from graphrag_tools.cli import app as cli
from graphrag_tools.cli.output import rendered_answer
from graphrag_tools.errors import ConfigError
from graphrag_tools.loaders import load_manual
from graphrag_tools.manual.sections import Block, Manual
from graphrag_tools.workflow.options import WorkflowOptions

QUESTION = "After how many minutes without a touch does it sleep?"
COUNT = 39


def variant(base: Manual, number: int) -> Manual:
    """The manual with every figure in its text raised."""

    def raised(text: str) -> str:
        return re.sub(r"\d+", lambda figure: str(int(figure[0]) + number), text)

    def of(block: Block) -> Block:
        return replace(block, text=raised(block.text), name=raised(block.name), emphasis=())

    sections = (replace(section, blocks=tuple(map(of, section.blocks))) for section in base.sections)
    return Manual(f"page-{number}", f"Larkfield Page {number}", tuple(sections), f"page-{number}.md")


@pytest.fixture(scope="module")
def brand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ManualIndex]:
    base = load_manual("examples/sample_manual/04-settings.md")
    manuals = [variant(base, number) for number in range(1, COUNT + 1)]
    index = ManualIndex.build(manuals, tmp_path_factory.mktemp("brand") / "index")
    yield index
    index.close()


def asked(index: ManualIndex, manual: str | None) -> Answer:
    return ask(manual_workflow(index, options=WorkflowOptions(manual=manual)), QUESTION)


def shown(answer: Answer) -> str:
    console = Console(width=120, file=StringIO())
    with console.capture() as captured:
        console.print(rendered_answer(answer))
    return captured.get()


@pytest.mark.parametrize("number", [1, 20, 39])
def test_search_keeps_to_the_manual(brand: ManualIndex, number: int) -> None:
    hits = brand.search(QUESTION, 5, f"page-{number}")
    assert len(hits) == 5
    assert {hit.section_id.partition("/")[0] for hit in hits} == {f"page-{number}"}


@pytest.mark.parametrize("number", [1, 20, 39])
def test_an_answer_has_the_figures_of_its_manual_alone(brand: ManualIndex, number: int) -> None:
    answer = asked(brand, f"page-{number}")
    section = brand.graph_of(answer.sources[0].id).section_of(answer.sources[0].id)
    assert section.id == f"page-{number}/settings/display/sleep-screen"
    assert f"Choose {5 + number}, {10 + number}, or {30 + number} minutes" in answer.text
    assert answer.manual == f"page-{number}"


def test_an_answer_over_all_manuals_names_the_one_it_is_from(brand: ManualIndex) -> None:
    workflow = manual_workflow(brand)
    answer = ask(workflow, QUESTION)
    assert answer.manual == answer.sources[0].id.partition("/")[0]
    assert f"From the manual {answer.manual}: " in shown(answer)
    state = workflow.invoke({"messages": [("user", QUESTION)]})
    assert f"\nFrom the manual: {state['answer'].manual}" in state["messages"][-1].text


def test_a_refusal_names_the_manuals_of_the_nearest_items(brand: ManualIndex) -> None:
    answer = ask(manual_workflow(brand, options=WorkflowOptions(refuse_below=1.0)), QUESTION)
    assert answer.status == "not_in_manual"
    assert answer.manual == ""
    assert re.search(r"Nearest: Settings > [^;]+ \(page-\d+\);", answer.text)


def test_an_index_of_one_manual_has_no_need_to_name_it(sample_index: ManualIndex) -> None:
    answer = asked(sample_index, None)
    assert (answer.status, answer.manual) == ("answered", "")
    assert "From the manual: " in shown(answer)


def test_tools_kept_to_a_manual_find_its_items_by_title(brand: ManualIndex) -> None:
    search, path, describe = ManualToolkit(index=brand, manual="page-7").get_tools()
    assert "Manual: page-7" in path.invoke({"item": "Flight mode"})
    assert "(id page-7/settings/wi-fi/flight-mode)\nManual: page-7\n" in describe.invoke({"item": "Flight mode"})
    found = search.invoke({"query": QUESTION, "manual": "page-8"})
    assert set(re.findall(r"id (page-\d+)/", found)) == {"page-7"}


def test_tools_kept_to_a_manual_know_no_item_of_another(brand: ManualIndex) -> None:
    _, path, _ = ManualToolkit(index=brand, manual="page-7").get_tools()
    said = path.invoke({"item": "page-8/settings/wi-fi/flight-mode"})
    assert said.startswith("There is no menu item 'page-8/settings/wi-fi/flight-mode'.")
    assert "(id page-8" not in said


def test_a_title_of_all_manuals_lists_candidates_by_id(brand: ManualIndex) -> None:
    said = ManualToolkit(index=brand).get_tools()[2].invoke({"item": "Flight mode"})
    assert said.startswith(f"{COUNT} menu items are called 'Flight mode':")
    assert "(id page-1/settings/wi-fi/flight-mode)" in said


def test_an_unknown_manual_is_refused_by_the_toolkit(brand: ManualIndex) -> None:
    with pytest.raises(ConfigError, match="page-99"):
        ManualToolkit(index=brand, manual="page-99").get_tools()


def test_an_agent_kept_to_a_manual_answers_from_it(brand: ManualIndex) -> None:
    from graphrag_tools.agent.agent import AgentOptions

    call: Any = {"name": "describe_menu_item", "args": {"item": "Sleep screen"}, "id": "1", "type": "tool_call"}
    model = ScriptedChatModel(AIMessage("", tool_calls=[call]), AIMessage(""))
    answer = ask(manual_agent(brand, model, options=AgentOptions(manual="page-7")), QUESTION)
    assert (answer.manual, answer.menu_path[:3]) == ("page-7", ("Settings", "Display", "Sleep screen"))


def test_the_command_line_looks_items_up_in_one_manual(
    brand: ManualIndex, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in ("path", "describe", "tree", "export"):
        arguments = ["graphrag-tools", command, "Flight mode", "--manual", "page-7", "--index", str(brand.folder)]
        monkeypatch.setattr(sys, "argv", arguments)
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        assert stopped.value.code in (0, None)
        assert "Flight mode" in capsys.readouterr().out
