"""OpenAI's Responses API, asked by the official client: the same answers as chat completions, in another form."""

import json
import re
from typing import Any

import httpx
import openai
import pytest
from support.api_servers import MANUAL, Api

from graphrag_tools.answer import Usage
from graphrag_tools.serve.refusals import Refusal
from graphrag_tools.serve.replies import Reply
from graphrag_tools.serve.responses_api import ResponseForm, ResponsesRequest

FLIGHT = "How do I turn on flight mode?"
TITLE = {
    "type": "function",
    "name": "name_chat",
    "parameters": {"type": "object", "properties": {"title": {"type": "string"}}},
}
TALK = [{"role": "user", "content": FLIGHT}, {"role": "user", "content": "Write a title for this conversation\n."}]


def chat_answer(client: openai.OpenAI, *turns: str) -> str | None:
    messages: Any = [{"role": "assistant" if at % 2 else "user", "content": turn} for at, turn in enumerate(turns)]
    return client.chat.completions.create(model=MANUAL, messages=messages).choices[0].message.content


def formed(reply: Reply, tool: str | None = None) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return a response and its events, with names in place of their ids and times."""
    asked = ResponsesRequest.model_validate({"model": MANUAL, "input": FLIGHT})

    def named(value: Any) -> Any:
        text = re.sub(r'"(resp|msg|fc|call)_[0-9a-f]+"', r'"\1"', json.dumps(value))
        return json.loads(re.sub(r'"(created_at|completed_at)": \d{10}\b', r'"\1": "now"', text))

    stream = (form := ResponseForm(asked, tool)).stream()
    events = stream.opening + "".join(stream.reply(reply))
    lines = [event.split("\n", 1) for event in events.removesuffix("\n\n").split("\n\n")]
    told = [json.loads(data.removeprefix("data: ")) for _, data in lines]
    assert [kind for kind, _ in lines] == [f"event: {one['type']}" for one in told]
    assert [one.pop("sequence_number") for one in told] == list(range(len(told)))
    return named(form.whole(reply)), named(told)


@pytest.mark.parametrize("tool", [None, "name_chat"])
def test_forms_are_openais_to_the_letter(tool: str | None) -> None:
    text = '{"title":\n"Lamp"}' if tool else "Turn\nit."
    whole, events = formed(Reply(text, usage=Usage(prompt_tokens=7, completion_tokens=4)), tool)
    part = {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
    done: dict[str, Any] = {"id": "msg", "status": "completed", "type": "message", "role": "assistant"}
    done |= {"content": [part]}
    begun = {**done, "status": "in_progress", "content": []}
    if tool:
        done = {"id": "fc", "status": "completed", "type": "function_call", "call_id": "call", "name": tool}
        done |= {"arguments": text}
        begun = {**done, "status": "in_progress", "arguments": ""}
    usage = {
        "input_tokens": 7,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": 4,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": 11,
    }
    assert whole == {
        "id": "resp",
        "object": "response",
        "created_at": "now",
        "completed_at": "now",
        "status": "completed",
        **dict.fromkeys(("error", "incomplete_details", "instructions", "previous_response_id")),
        "metadata": {},
        "model": MANUAL,
        "output": [done],
        "parallel_tool_calls": False,
        "store": False,
        "text": {"format": {"type": "text"}},
        "tool_choice": "auto",
        "tools": [],
        "usage": usage,
    }
    opened = {**whole, "status": "in_progress", "output": [], "usage": None}
    del opened["completed_at"]
    at = {"item_id": done["id"], "output_index": 0}
    spoken = [
        {"type": "response.content_part.added", **at, "content_index": 0, "part": {**part, "text": ""}},
        *(
            {"type": "response.output_text.delta", **at, "content_index": 0, "delta": line, "logprobs": []}
            for line in text.splitlines(keepends=True)
        ),
        {"type": "response.output_text.done", **at, "content_index": 0, "text": text, "logprobs": []},
        {"type": "response.content_part.done", **at, "content_index": 0, "part": part},
    ]
    called = [
        {"type": "response.function_call_arguments.delta", **at, "delta": text},
        {"type": "response.function_call_arguments.done", **at, "arguments": text},
    ]
    assert events == [
        {"type": "response.created", "response": opened},
        {"type": "response.in_progress", "response": opened},
        {"type": "response.output_item.added", "output_index": 0, "item": begun},
        *(called if tool else spoken),
        {"type": "response.output_item.done", "output_index": 0, "item": done},
        {"type": "response.completed", "response": whole},
    ]


def test_the_answer_is_that_of_a_chat_completion(client: openai.OpenAI) -> None:
    response = client.responses.create(model=MANUAL, input=FLIGHT, instructions="Be a pirate.", metadata={"a": "b"})
    assert response.output_text == chat_answer(client, FLIGHT)
    assert (response.status, response.error, response.store) == ("completed", None, False)
    assert (response.instructions, response.metadata) == ("Be a pirate.", {"a": "b"})
    assert response.usage
    assert response.usage.total_tokens == 0
    answer = (response.model_extra or {})["graphrag_tools"]
    assert answer["menu_path"] == ["Settings", "Wi-Fi", "Flight mode"]


def test_stream_gathers_to_the_same_text(client: openai.OpenAI) -> None:
    with client.responses.stream(model=MANUAL, input=FLIGHT) as stream:
        events = list(stream)
        final = stream.get_final_response()
    assert [event.sequence_number for event in events] == list(range(len(events)))
    told = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    assert told == final.output_text == chat_answer(client, FLIGHT)
    assert events[0].type == "response.created"
    assert (final.model_extra or {})["graphrag_tools"]["status"] == "answered"


def test_items_of_a_conversation_are_its_history(client: openai.OpenAI) -> None:
    first = client.responses.create(model=MANUAL, input="How do I turn on Bluetooth?")
    items: Any = [
        {"role": "user", "content": [{"type": "input_text", "text": "How do I turn on Bluetooth?"}]},
        {"type": "reasoning", "id": "rs_1", "summary": []},
        {"type": "function_call", "call_id": "1", "name": "now", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "1", "output": "noon"},
        *(item.model_dump() for item in first.output),
        {"type": "message", "role": "user", "content": "And how do I turn it off?"},
    ]
    response = client.responses.create(model=MANUAL, input=items, tools=[], tool_choice="auto")
    answer = (response.model_extra or {})["graphrag_tools"]
    assert answer["follow_up"]
    assert "Bluetooth" in answer["question"]


def test_what_stands_beside_the_words_is_named(client: openai.OpenAI) -> None:
    parts: Any = [{"type": "input_text", "text": FLIGHT}, {"type": "input_image", "image_url": "data:,"}]
    response = client.responses.create(model=MANUAL, input=[{"role": "user", "content": parts}])
    assert "Only the words of the message were used, not an image." in response.output_text


@pytest.mark.parametrize("choice", ["required", {"type": "function", "name": "name_chat"}])
def test_the_title_of_a_chat_can_be_arguments_of_a_tool(choice: Any, client: openai.OpenAI) -> None:
    response = client.responses.create(model=MANUAL, input=TALK, tools=[TITLE], tool_choice=choice)  # type: ignore[arg-type, call-overload]
    [call] = response.output
    assert (call.type, call.name) == ("function_call", "name_chat")
    assert json.loads(call.arguments) == {"title": FLIGHT}
    with client.responses.stream(model=MANUAL, input=TALK, tools=[TITLE], tool_choice=choice) as stream:  # type: ignore[arg-type]
        [streamed] = stream.get_final_response().output
    assert (streamed.type, streamed.arguments) == ("function_call", call.arguments)


def test_the_title_of_a_chat_can_have_a_schema(client: openai.OpenAI) -> None:
    form: Any = {"format": {"type": "json_schema", "name": "title", "schema": TITLE["parameters"]}}
    response = client.responses.create(model=MANUAL, input=TALK, text=form)  # type: ignore[arg-type]
    assert json.loads(response.output_text) == {"title": FLIGHT}


@pytest.mark.parametrize(
    ("changed", "param", "words"),
    [
        ({"previous_response_id": "resp_1"}, "previous_response_id", "nothing is remembered here"),
        ({"conversation": {"id": "conv_1"}}, "conversation", "nothing is remembered here"),
        ({"input": [{"type": "item_reference", "id": "msg_1"}]}, "input", "an item is a reference"),
        ({"background": True}, "background", "no responses in the background"),
        ({"prompt": {"id": "pmpt_1"}}, "prompt", "no stored prompts"),
        ({"input": []}, "input", "no user message"),
        ({"input": " "}, "input", "empty"),
        ({"input": 5}, "input", "expected text, or a list of items"),
        ({"input": ["Hello"]}, "input", "expected text, or a list of items"),
        ({"input": [{"role": "robot", "content": "Hello"}]}, "input.0.role", "system"),
        ({"input": [{"type": "function_call_output", "call_id": "1", "output": "x"}]}, "input", "no user message"),
        ({"input": [{"role": "user", "content": [{"type": "input_image"}]}]}, "input", "no text"),
        ({"text": {"format": {"type": "json_object"}}}, "text.format", "no other format"),
        ({"text": {"format": {"type": "json_schema", "schema": {}}}}, "text.format", "no other format"),
        ({"tool_choice": "required"}, "tool_choice", "a tool of yours"),
        ({"tool_choice": {"type": "web_search"}}, "tool_choice", "a tool of yours"),
        ({"tool_choice": {"type": "allowed_tools", "mode": "required", "tools": []}}, "tool_choice", "a tool of yours"),
        ({"top_logprobs": 3}, "top_logprobs", "no logprobs"),
        ({"include": ["message.output_text.logprobs"]}, "top_logprobs", "no logprobs"),
        ({"model": None}, "model", "string"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_what_cannot_be_answered_is_refused_in_words(
    stream: bool, changed: dict[str, Any], param: str, words: str, api: Api
) -> None:
    response = api.post("/v1/responses", json={"model": MANUAL, "input": FLIGHT, "stream": stream, **changed})
    assert response.status_code == 400
    error = response.json()["error"]
    assert error["param"] == param
    assert words in error["message"]


@pytest.mark.parametrize("choice", ["auto", "none", {"type": "allowed_tools", "mode": "auto", "tools": []}])
def test_a_tool_that_may_be_called_need_not_be(choice: Any, api: Api) -> None:
    body = {"model": MANUAL, "input": FLIGHT, "tools": [TITLE, {"type": "web_search"}], "tool_choice": choice}
    [item] = api.post("/v1/responses", json=body).json()["output"]
    assert item["type"] == "message"


def test_an_answer_that_fails_ends_the_stream_and_is_raised_by_the_client() -> None:
    form = ResponseForm(ResponsesRequest.model_validate({"model": MANUAL, "input": FLIGHT}), None).stream()
    said = form.opening + form.sign + form.failure(Refusal(502, "out of memory"))
    answering = httpx.MockTransport(lambda _: httpx.Response(200, headers={"content-type": form.media_type}, text=said))
    with (
        httpx.Client(transport=answering) as http,
        openai.OpenAI(api_key="any", http_client=http) as client,
        client.responses.create(model=MANUAL, input=FLIGHT, stream=True) as stream,
    ):
        events = iter(stream)
        seen = [next(events).type for _ in range(3)]
        with pytest.raises(openai.APIError, match="out of memory"):
            next(events)
    assert seen == ["response.created", "response.in_progress", "response.failed"]
