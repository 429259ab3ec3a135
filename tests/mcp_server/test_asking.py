"""The tools of the server's own: a verified answer in one call, a draft that is checked; and completions."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, MCPError
from mcp_types import PromptReference, ResourceTemplateReference
from support.mcp_servers import stdio_client, text_of
from support.processes import HANG_SECONDS
from support.web_fixtures import WRITING, SayingModel

from graphrag_tools.answer import Answer
from graphrag_tools.http_server.listening import Address
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.mcp_server.asking import Answering
from graphrag_tools.mcp_server.http import http_app
from graphrag_tools.mcp_server.server import manual_server
from graphrag_tools.models.options import ModelOptions
from graphrag_tools.workflow.options import WorkflowOptions

FLIGHT = "How do I turn on flight mode?"
ITEM = "larkfield/settings/wi-fi/flight-mode"
TEMPLATE = "manual://items/{+id}"


@pytest.fixture(scope="module")
def two_manuals(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ManualIndex]:
    """A lamp and an oven."""
    folder = tmp_path_factory.mktemp("two")
    (folder / "lamp.md").write_text(
        "# Light\n\n## Brightness wheel\n\nTurn the wheel to the right.\n", encoding="utf-8"
    )
    (folder / "oven.md").write_text("# Heat\n\n## Grill\n\nTurn the grill to 250 degrees.\n", encoding="utf-8")
    with_ids = [f"{name}={folder / name}.md" for name in ("lamp", "oven")]
    index = ManualIndex.build(with_ids, folder / "index")
    yield index
    index.close()


async def test_answer_is_whole_and_its_progress_is_told(sample_index_for_answers: ManualIndex) -> None:
    told: list[tuple[float, str | None]] = []

    async def tell(progress: float, total: float | None, message: str | None) -> None:
        told.append((progress, message))

    async with Client(manual_server(sample_index_for_answers)) as client:
        result = await client.call_tool("ask_manual", {"question": FLIGHT}, progress_callback=tell)
    answer = Answer.model_validate(result.structured_content)
    assert (answer.status, answer.sources[0].id, answer.model) == ("answered", ITEM, "none")
    assert answer.usage.model_calls == 0
    assert text_of(result).split()[: len(answer.text.split())] == answer.text.split()
    assert [progress for progress, _ in told] == list(range(1, len(told) + 1))
    assert "Searching the manual" in [message for _, message in told]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({}, "question: Field required"),
        ({"question": ""}, "question: String should have at least 1 character"),
        ({"question": "   "}, "the question is empty"),
        ({"question": 5}, "question: Input should be a valid string"),
        ({"question": "x" * 10_001}, "at most 10,000 are read"),
        ({"question": FLIGHT, "manual": "toaster"}, "toaster"),
        ({"question": FLIGHT, "temperature": 1}, "temperature"),
    ],
)
async def test_what_cannot_be_asked_is_said(
    arguments: dict[str, Any], reason: str, sample_index_for_answers: ManualIndex
) -> None:
    async with Client(manual_server(sample_index_for_answers)) as client:
        result = await client.call_tool("ask_manual", arguments)
    assert result.is_error
    assert reason in text_of(result)


@pytest.mark.parametrize("nothing", [None, "", "null"])
async def test_optional_argument_that_is_empty_is_not_given(
    nothing: str | None, sample_index_for_answers: ManualIndex
) -> None:
    async with Client(manual_server(sample_index_for_answers)) as client:
        result = await client.call_tool("ask_manual", {"question": FLIGHT, "manual": nothing})
    assert not result.is_error


async def test_one_manual_is_kept_to(two_manuals: ManualIndex) -> None:
    async with Client(manual_server(two_manuals, "lamp")) as client:
        for arguments in ({"question": "How do I turn the grill?"}, {"question": "grill", "manual": "oven"}):
            answer = (await client.call_tool("ask_manual", arguments)).structured_content
            named = [*answer["sources"], *answer["alternatives"]]
            assert {one["id"].split("/")[0] for one in named} <= {"lamp"}
        assert "oven" not in (client.instructions or "")


async def test_a_manual_may_be_named_by_its_title(two_manuals: ManualIndex) -> None:
    async with Client(manual_server(two_manuals)) as client:
        arguments = {
            "question": "How do I turn the grill?",
            "manual": "OVEN",
            "draft": "Turn the grill to 250 degrees.",
        }
        for tool in ("check_answer", "ask_manual"):
            result = await client.call_tool(tool, {key: arguments[key] for key in _taken_by(tool)})
            assert result.structured_content["menu_path"] == ["Heat", "Grill"]


def _taken_by(tool: str) -> list[str]:
    return ["question", "manual"] if tool == "ask_manual" else ["question", "manual", "draft"]


async def test_model_is_opened_by_the_first_question_and_its_failure_is_said(
    sample_index_for_answers: ManualIndex,
) -> None:
    gone = Answering("ollama:small", model_options=ModelOptions(base_url="http://127.0.0.1:1"))
    async with Client(manual_server(sample_index_for_answers, answering=gone)) as client:
        assert len((await client.list_tools()).tools) == 5
        result = await client.call_tool("ask_manual", {"question": FLIGHT})
        assert result.is_error
        assert "no Ollama server answers at http://127.0.0.1:1" in text_of(result)
        assert not (await client.call_tool("search_manual", {"query": FLIGHT})).is_error


async def test_client_that_cancels_stops_the_model(
    sample_index_for_answers: ManualIndex, saying_model: SayingModel
) -> None:
    saying_model.goes_on.clear()
    only_writes = WorkflowOptions(tool_mode="none", answers="written", choices=1)
    answering = Answering("ollama:saying", only_writes, ModelOptions(base_url=saying_model.url))
    reached = asyncio.Event()

    async def tell(progress: float, total: float | None, message: str | None) -> None:
        if message == "Choosing a menu item":
            reached.set()

    async with Client(manual_server(sample_index_for_answers, answering=answering)) as client:
        call = asyncio.create_task(client.call_tool("ask_manual", {"question": FLIGHT}, progress_callback=tell))
        await asyncio.wait_for(reached.wait(), HANG_SECONDS)
        await asyncio.to_thread(saying_model.asked.wait, HANG_SECONDS)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert await asyncio.to_thread(saying_model.left_alone.wait, HANG_SECONDS)


@pytest.mark.parametrize("progress", [False, True])
async def test_caller_over_http_that_goes_stops_the_model(
    progress: bool, sample_index_for_answers: ManualIndex, saying_model: SayingModel
) -> None:
    saying_model.goes_on.clear()
    only_writes = WorkflowOptions(tool_mode="none", answers="written", choices=1)
    answering = Answering("ollama:saying", only_writes, ModelOptions(base_url=saying_model.url))
    app = http_app(
        manual_server(sample_index_for_answers, answering=answering), Address("127.0.0.1"), sample_index_for_answers
    )
    meta = {"_meta": {"progressToken": 1}} if progress else {}
    params = {"name": "ask_manual", "arguments": {"question": FLIGHT}, **meta}
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    received: list[Any] = [{"type": "http.request", "body": json.dumps(call).encode()}]

    async def receive() -> Any:
        if received:
            return received.pop()
        await asyncio.to_thread(saying_model.asked.wait, HANG_SECONDS)
        return {"type": "http.disconnect"}

    async def send(_message: Any) -> None:
        """Nobody reads it."""

    async with lifespan_of(app):
        await asyncio.wait_for(app(_post("/mcp"), receive, send), HANG_SECONDS)
        assert await asyncio.to_thread(saying_model.left_alone.wait, HANG_SECONDS)


def _post(path: str) -> dict[str, Any]:
    headers = {"host": "127.0.0.1", "content-type": "application/json", "accept": "application/json, text/event-stream"}
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "root_path": "",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 1),
    }


@asynccontextmanager
async def lifespan_of(app: Any) -> AsyncIterator[None]:
    """An application between its start and its stop, as servers tell it of them."""
    told: asyncio.Queue[str] = asyncio.Queue()
    said: asyncio.Queue[str] = asyncio.Queue()

    async def receive() -> Any:
        return {"type": f"lifespan.{await told.get()}"}

    async def send(message: Any) -> None:
        await said.put(message["type"])

    running = asyncio.create_task(app({"type": "lifespan"}, receive, send))
    await told.put("startup")
    assert await said.get() == "lifespan.startup.complete"
    yield
    await told.put("shutdown")
    await asyncio.wait_for(running, HANG_SECONDS)


async def test_model_of_the_command_line_answers(
    sample_index_for_answers: ManualIndex, saying_model: SayingModel
) -> None:
    model = ("--model", "ollama:saying", "--base-url", saying_model.url)
    async with stdio_client(sample_index_for_answers.folder, *model, *WRITING) as client:
        result = await client.call_tool("ask_manual", {"question": FLIGHT})
    assert result.structured_content["usage"]["model_calls"] >= 1


@pytest.mark.parametrize(
    ("draft", "holds"),
    [
        ("From Settings, tap Wi-Fi > Flight mode, and then turn on the switch.", True),
        ("From Settings, tap Wi-Fi > Flight mode, and then turn off the switch.", False),
        ("From Settings, tap Bluetooth > Flight mode, and then turn on the switch.", False),
        ("Flight mode turns on Wi-Fi and Bluetooth after 90 seconds.", False),
        ("The manual does not say.", False),
    ],
)
async def test_draft_is_held_against_the_manual(draft: str, holds: bool, sample_index_for_answers: ManualIndex) -> None:
    async with Client(manual_server(sample_index_for_answers)) as client:
        result = await client.call_tool("check_answer", {"question": FLIGHT, "draft": draft})
    checked = result.structured_content
    assert checked["holds"] is holds
    assert bool(checked["problems"]) is not holds
    assert checked["item"] == ITEM
    assert checked["menu_path"] == ["Settings", "Wi-Fi", "Flight mode"]
    for problem in checked["problems"]:
        assert problem in text_of(result)
    assert (checked["manual_says"] in text_of(result)) is not holds


async def test_refusal_holds_where_the_manual_does_not_say(sample_index_for_answers: ManualIndex) -> None:
    asked = {"question": "What is the weather in Paris?", "draft": "The manual does not say."}
    async with Client(manual_server(sample_index_for_answers)) as client:
        assert (await client.call_tool("check_answer", asked)).structured_content["holds"]
        invented = {**asked, "draft": "It is sunny in Paris, 25 degrees."}
        assert not (await client.call_tool("check_answer", invented)).structured_content["holds"]
        for wrong in ({}, {"question": FLIGHT}, {"question": FLIGHT, "draft": ""}, {**asked, "manual": "toaster"}):
            assert (await client.call_tool("check_answer", wrong)).is_error


async def test_schemas_have_plain_types_alone(two_manuals: ManualIndex) -> None:
    async with Client(manual_server(two_manuals)) as client:
        tools = (await client.list_tools()).tools
    for tool in tools:
        written = json.dumps([tool.input_schema, tool.output_schema])
        assert not [word for word in ("$ref", "$defs", "anyOf", "oneOf", "allOf") if f'"{word}"' in written], tool.name
        assert all(isinstance(one["type"], str) for one in tool.input_schema["properties"].values()), tool.name
    manual = tools[0].input_schema["properties"]["manual"]
    assert (manual["type"], "default" in manual) == ("string", False)


async def test_manuals_are_named_to_a_model_and_completed_for_a_user(two_manuals: ManualIndex) -> None:
    async with Client(manual_server(two_manuals)) as client:
        assert "lamp (lamp), oven (oven)" in (client.instructions or "")
        prompt, item = PromptReference(name="ask_manual"), ResourceTemplateReference(uri=TEMPLATE)

        async def completed(ref: Any, name: str, typed: str) -> list[str]:
            found: list[str] = (await client.complete(ref, {"name": name, "value": typed})).completion.values
            return found

        assert await completed(prompt, "manual", "") == ["lamp", "oven"]
        assert await completed(prompt, "manual", "o") == ["oven"]
        assert await completed(prompt, "question", "o") == []
        assert await completed(item, "id", "") == ["lamp/", "oven/"]
        assert "oven/heat/grill" in await completed(item, "id", "oven/")
        assert await completed(item, "id", "oven/heat/g") == ["oven/heat/grill"]
        assert await completed(item, "id", "toaster/") == []


async def test_completions_of_a_broken_index_are_an_error(copied: Path) -> None:
    index = ManualIndex.open(copied)
    async with Client(manual_server(index)) as client:
        index.close()
        with pytest.raises(MCPError, match="this index was closed"):
            await client.complete(PromptReference(name="ask_manual"), {"name": "manual", "value": ""})
