"""OpenAI's API, asked by the official client."""

import json
import re
import time
from typing import Any

import openai
import pytest
from fastapi.testclient import TestClient
from support.api_servers import MANUAL, Api
from support.places import REPOSITORY

from graphrag_tools.answer import Usage
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.serve import openai_api
from graphrag_tools.serve.refusals import Refusal
from graphrag_tools.serve.replies import Reply

FLIGHT = "How do I turn on flight mode?"
PATH = "Menu path: Settings > Wi-Fi > Flight mode"


def asked(*turns: str) -> list[Any]:
    return [{"role": "assistant" if at % 2 else "user", "content": turn} for at, turn in enumerate(turns)]


def test_manuals_are_models(client: openai.OpenAI) -> None:
    [model] = client.models.list().data
    assert (model.id, model.object, model.owned_by) == (MANUAL, "model", "graphrag-tools")
    assert client.models.retrieve(MANUAL) == model
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("toaster")


def test_a_slash_at_the_end_of_models_asks_for_all(inner: TestClient) -> None:
    assert inner.get("/v1/models/").json() == inner.get("/v1/models").json()


def test_forms_are_openais_to_the_letter(inner: TestClient) -> None:
    body = {"model": MANUAL, "messages": asked(FLIGHT)}
    whole = inner.post("/v1/chat/completions", json=body).json()
    text = whole["choices"][0]["message"]["content"]
    assert re.fullmatch(r"chatcmpl-[0-9a-f]{32}", whole.pop("id"))
    assert 0 <= time.time() - whole.pop("created") < 3600
    assert set(whole.pop("graphrag_tools")) >= {"text", "status", "sources"}
    none = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
    message = {"role": "assistant", "content": text, "refusal": None}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    assert whole == {"object": "chat.completion", "model": MANUAL, "choices": [choice], "usage": none}
    streamed = inner.post("/v1/chat/completions", json={**body, "stream": True, "stream_options": {"include_usage": 1}})
    assert streamed.headers["content-type"].startswith("text/event-stream")
    assert streamed.headers["cache-control"] == "no-cache"
    *events, end, after = streamed.text.split("\n\n")
    assert (end, after) == ("data: [DONE]", "")
    chunks = [json.loads(event.removeprefix("data: ")) for event in events]
    heads = [(chunk.pop("id")[:9], chunk.pop("object"), chunk.pop("model")) for chunk in chunks]
    assert set(heads) == {("chatcmpl-", "chat.completion.chunk", MANUAL)}
    assert {type(chunk.pop("created")) for chunk in chunks} == {int}
    assert "graphrag_tools" in chunks[-2]
    deltas = [{"role": "assistant", "content": ""}, *({"content": line} for line in text.splitlines(keepends=True)), {}]
    reasons = [*[None] * (len(deltas) - 1), "stop"]
    assert [{key: value for key, value in chunk.items() if key != "graphrag_tools"} for chunk in chunks] == [
        *(
            {"choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": reason}], "usage": None}
            for delta, reason in zip(deltas, reasons, strict=True)
        ),
        {"choices": [], "usage": none},
    ]


def test_title_is_a_call_of_the_tool_that_has_to_be_called(inner: TestClient) -> None:
    title = "Write a title for this conversation.\nOnly the title.\n\nUser: Where is it?"
    tool = {"type": "function", "function": {"name": "now", "parameters": {"properties": {"title": {}}}}}
    body = {"model": MANUAL, "messages": asked(title), "tools": [tool], "tool_choice": "required"}
    [choice] = inner.post("/v1/chat/completions", json=body).json()["choices"]
    [call] = choice["message"].pop("tool_calls")
    assert re.fullmatch(r"call_[0-9a-f]{12}", call.pop("id"))
    function = {"name": "now", "arguments": '{"title": "Where is it?"}'}
    assert call == {"type": "function", "function": function}
    message = {"role": "assistant", "content": None, "refusal": None}
    assert choice == {"index": 0, "message": message, "logprobs": None, "finish_reason": "tool_calls"}
    streamed = inner.post("/v1/chat/completions", json={**body, "stream": True}).text
    events = [json.loads(event.removeprefix("data: ")) for event in streamed.split("\n\n")[:-2]]
    deltas = [(event["choices"][0]["delta"], event["choices"][0]["finish_reason"]) for event in events]
    [told] = deltas[1][0]["tool_calls"]
    assert told.pop("id").startswith("call_")
    assert told == {"index": 0, "type": "function", "function": function}
    assert [reason for _, reason in deltas] == [None, None, "tool_calls"]


def test_a_model_is_the_manual_by_its_id_its_title_and_when_it_was_built(
    inner: TestClient, sample_index_for_answers: ManualIndex
) -> None:
    listed = inner.get("/v1/models").json()
    [info] = sample_index_for_answers.manuals
    assert info.built
    created = int(info.built.timestamp())
    model = {"id": MANUAL, "object": "model", "created": created, "owned_by": "graphrag-tools", "name": info.title}
    assert listed == {"object": "list", "data": [model]}
    assert inner.get(f"/v1/models/{MANUAL}:latest").json() == model


def test_an_answer_that_fails_is_told_within_the_stream() -> None:
    asked_for = openai_api.ChatRequest.model_validate({"model": MANUAL, "messages": asked(FLIGHT)})
    form = openai_api._Completion(asked_for).stream()
    kind, _, data = form.failure(Refusal(502, "out of memory", "model")).partition(": ")
    error = json.loads(data)["error"]
    assert (kind, error["message"], error["param"]) == ("data", "out of memory", "model")
    assert data.endswith("}\n\n")


def test_tokens_of_the_models_are_told_with_their_sum() -> None:
    usage = Usage(prompt_tokens=7, completion_tokens=4)
    told = openai_api._usage(Reply("", usage=usage))
    assert told == {"prompt_tokens": 7, "completion_tokens": 4, "total_tokens": 11}


@pytest.mark.parametrize(
    ("changed", "param", "code", "says"),
    [
        ({"n": 2}, "n", "unsupported_value", "n is 2; expected 1"),
        ({"logprobs": 1}, "logprobs", "unsupported_value", "there are no logprobs"),
        ({"modalities": ["audio"]}, "modalities", "unsupported_value", "expected the modality text"),
        ({"tool_choice": "any"}, "tool_choice", "unsupported_value", "tool_choice asks for a call of a tool of yours"),
        (
            {"function_call": {"name": "now"}},
            "function_call",
            "unsupported_value",
            "function_call asks for a call of a tool of yours",
        ),
        ({"response_format": {"type": "json_object"}}, "response_format", None, "no other format"),
        ({"messages": asked(" ")}, "messages", None, "the question is empty"),
        ({"messages": []}, "messages", None, "there is no user message"),
    ],
)
def test_refusal_says_which_field_and_why(
    changed: dict[str, Any], param: str, code: str | None, says: str, inner: TestClient
) -> None:
    body = {"model": MANUAL, "messages": asked(FLIGHT), **changed}
    response = inner.post("/v1/chat/completions", json=body)
    error = response.json()["error"]
    assert (response.status_code, error["param"], error["code"]) == (400, param, code)
    assert says in error["message"]


@pytest.mark.parametrize(
    "changed",
    [
        {"n": 1, "logprobs": 0, "modalities": ["text", "audio"]},
        {"modalities": [], "tools": [], "function_call": "auto"},
        {"response_format": {"type": "text"}, "tool_choice": "auto"},
    ],
)
def test_what_asks_for_text_is_answered(changed: dict[str, Any], inner: TestClient) -> None:
    body = {"model": MANUAL, "messages": asked(FLIGHT), **changed}
    assert inner.post("/v1/chat/completions", json=body).status_code == 200


def test_answer_has_its_words_ways_and_sources(client: openai.OpenAI) -> None:
    completion = client.chat.completions.create(model=MANUAL, messages=asked(FLIGHT))
    [choice] = completion.choices
    assert choice.finish_reason == "stop"
    assert choice.message.role == "assistant"
    assert PATH in (choice.message.content or "").splitlines()
    assert completion.usage
    assert completion.usage.total_tokens == 0
    answer = (completion.model_extra or {})["graphrag_tools"]
    assert answer["status"] == "answered"
    assert answer["sources"][0]["id"] == f"{MANUAL}/settings/wi-fi/flight-mode"
    assert " ".join(answer["text"].split()) in " ".join((choice.message.content or "").split())
    for place in answer["alternatives"]:
        assert f"- {' > '.join(place['path'])}" in (choice.message.content or "").splitlines()


def test_stream_is_the_same_text_in_pieces(client: openai.OpenAI) -> None:
    whole = client.chat.completions.create(model=MANUAL, messages=asked(FLIGHT))
    chunks = list(
        client.chat.completions.create(
            model=MANUAL, messages=asked(FLIGHT), stream=True, stream_options={"include_usage": True}
        )
    )
    *spoken, usage = chunks
    assert [choice.delta.role for choice in spoken[0].choices] == ["assistant"]
    assert "".join(chunk.choices[0].delta.content or "" for chunk in spoken) == whole.choices[0].message.content
    assert [chunk.choices[0].finish_reason for chunk in spoken] == [*[None] * (len(spoken) - 1), "stop"]
    assert (spoken[-1].model_extra or {})["graphrag_tools"]["menu_path"] == ["Settings", "Wi-Fi", "Flight mode"]
    assert usage.choices == []
    assert usage.usage
    assert len({chunk.id for chunk in chunks}) == 1
    plain = list(client.chat.completions.create(model=MANUAL, messages=asked(FLIGHT), stream=True))
    assert all(chunk.choices and chunk.usage is None for chunk in plain)


async def test_asynchronous_client_streams_too(api: Api) -> None:
    async with openai.AsyncOpenAI(base_url=f"{api.url}/v1", api_key="any") as client:
        stream = await client.chat.completions.create(model=MANUAL, messages=asked(FLIGHT), stream=True)
        text = "".join([chunk.choices[0].delta.content or "" async for chunk in stream])
    assert PATH in text


def test_follow_up_is_understood_from_the_history_that_the_client_sends(client: openai.OpenAI) -> None:
    first = client.chat.completions.create(model=MANUAL, messages=asked("How do I turn on Bluetooth?"))
    said = first.choices[0].message.content or ""
    again = client.chat.completions.create(
        model=MANUAL, messages=asked("How do I turn on Bluetooth?", said, "And how do I turn it off?")
    )
    answer = (again.model_extra or {})["graphrag_tools"]
    assert answer["follow_up"]
    assert "Bluetooth" in answer["question"]
    alone = client.chat.completions.create(model=MANUAL, messages=asked("And how do I turn it off?"))
    assert not (alone.model_extra or {})["graphrag_tools"]["follow_up"]


def test_doubt_is_a_state_and_no_answer(client: openai.OpenAI) -> None:
    completion = client.chat.completions.create(model=MANUAL, messages=asked("What is the weather in Paris?"))
    answer = (completion.model_extra or {})["graphrag_tools"]
    assert answer["status"] in ("unsure", "not_in_manual")
    assert "Menu path" not in (completion.choices[0].message.content or "")


@pytest.mark.parametrize(
    "messages",
    [
        [{"role": "system", "content": "You are a pirate."}, {"role": "user", "content": FLIGHT}],
        [{"role": "developer", "content": "Be brief."}, {"role": "user", "content": FLIGHT, "name": "Ann"}],
        [
            {
                "role": "user",
                "content": [{"type": "text", "text": "How do I turn on"}, {"type": "text", "text": "flight mode?"}],
            }
        ],
        [
            {
                "role": "user",
                "content": [
                    {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
                    {"type": "text", "text": FLIGHT},
                ],
            }
        ],
        [
            {"role": "user", "content": FLIGHT},
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [{"id": "1", "type": "function", "function": {"name": "now", "arguments": "{}"}}],
            },
            {"role": "tool", "tool_call_id": "1", "content": "It is noon."},
        ],
        [{"role": "user", "content": FLIGHT}, {"role": "assistant", "content": ""}],
        [
            {"role": "user", "content": "Hello"},
            {"role": "assistant", "content": [{"type": "thinking", "text": [{"of": "another model"}]}, {"type": None}]},
            {"role": "user", "content": FLIGHT},
        ],
    ],
)
def test_what_clients_send_beside_the_question_does_not_change_its_answer(
    messages: list[Any], client: openai.OpenAI
) -> None:
    completion = client.chat.completions.create(model=MANUAL, messages=messages)
    assert PATH in (completion.choices[0].message.content or "")


def test_what_stands_beside_the_words_is_named_by_the_answer(client: openai.OpenAI) -> None:
    words: Any = {"type": "text", "text": FLIGHT}
    others: Any = [
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
        {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}},
        {"type": "file", "file": {"file_id": "1"}},
    ]
    asks = [{"role": "user", "content": [words, *others]}]
    completion = client.chat.completions.create(model=MANUAL, messages=asks)
    assert (completion.model_extra or {})["graphrag_tools"]["warnings"] == [
        "Only the words of the message were used, not an image and a recording and a file."
    ]
    assert "not an image and a recording and a file" in (completion.choices[0].message.content or "")
    later = [*asks, {"role": "assistant", "content": "Yes."}, {"role": "user", "content": FLIGHT}]
    plain = client.chat.completions.create(model=MANUAL, messages=later)
    assert not (plain.model_extra or {})["graphrag_tools"]["warnings"]


@pytest.mark.parametrize(
    "choice",
    ["auto", "none", {"type": "auto"}, {"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": []}}],
)
def test_a_tool_that_may_be_called_need_not_be(choice: Any, api: Api) -> None:
    tools = [{"type": "function", "function": {"name": "now"}}]
    body = {"model": MANUAL, "messages": asked(FLIGHT), "tools": tools, "tool_choice": choice}
    assert api.post("/v1/chat/completions", json=body).json()["choices"][0]["finish_reason"] == "stop"


def test_settings_of_sampling_and_lengths_are_taken_and_change_nothing(client: openai.OpenAI) -> None:
    completion = client.chat.completions.create(
        model=MANUAL,
        messages=asked(FLIGHT),
        temperature=1.5,
        top_p=0.1,
        max_tokens=1,
        stop=["Wi-Fi"],
        seed=7,
        n=1,
        logprobs=False,
        user="ann",
        tools=[{"type": "function", "function": {"name": "now", "parameters": {"type": "object", "properties": {}}}}],
        tool_choice="auto",
        extra_body={"response_format": {"type": "text"}, "chat_id": "1"},
    )
    assert PATH in (completion.choices[0].message.content or "")


@pytest.mark.parametrize(
    ("changed", "param"),
    [
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "system", "content": "Be brief."}]}, "messages"),
        ({"messages": asked("  ")}, "messages"),
        ({"messages": asked("")}, "messages"),
        ({"messages": [{"role": "user", "content": None}]}, "messages"),
        ({"messages": asked("x" * 100_001)}, "messages"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]}, "messages"),
        ({"messages": [{"role": "robot", "content": "Hello"}]}, "messages.0.role"),
        ({"messages": "Hello"}, "messages"),
        ({"messages": [{"role": "user", "content": 5}]}, "messages.0.content"),
        ({"messages": [{"role": "user", "content": {"type": "text", "text": FLIGHT}}]}, "messages.0.content"),
        ({"messages": [{"role": "user", "content": [5]}]}, "messages.0.content"),
        ({"n": 2}, "n"),
        ({"n": 0}, "n"),
        ({"logprobs": True, "top_logprobs": 5}, "logprobs"),
        (
            {"tools": [{}, {"function": None}], "tool_choice": {"type": "function", "function": {"name": 5}}},
            "tool_choice",
        ),
        ({"tool_choice": "required"}, "tool_choice"),
        ({"tool_choice": {"type": "any"}}, "tool_choice"),
        ({"tool_choice": {"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": []}}}, "tool_choice"),
        ({"functions": [{"name": "now"}], "function_call": {"name": "now"}}, "function_call"),
        ({"modalities": ["audio"], "audio": {"voice": "alloy", "format": "wav"}}, "modalities"),
        ({"response_format": {"type": "json_object"}}, "response_format"),
        ({"response_format": {"type": "json_schema", "json_schema": 5}}, "response_format"),
        ({"stream": "perhaps"}, "stream"),
        ({"model": None}, "model"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_what_cannot_be_answered_is_refused_in_words(
    stream: bool, changed: dict[str, Any], param: str | None, inner: TestClient
) -> None:
    body = {"model": MANUAL, "messages": asked(FLIGHT), "stream": stream, **changed}
    response = inner.post("/v1/chat/completions", json=body)
    assert response.status_code == 400
    error = response.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert error["type"] == "invalid_request_error"
    assert error["message"]
    assert "union" not in response.text
    assert param is None or error["param"] == param
    assert len(response.text) < 1000


@pytest.mark.parametrize("stream", [False, True])
def test_unknown_model_is_named_with_those_that_there_are(stream: bool, client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match=f"'toaster' does not exist here.*: {MANUAL}") as refused:
        client.chat.completions.create(model="toaster", messages=asked(FLIGHT), stream=stream)
    assert (refused.value.code, refused.value.param) == ("model_not_found", "model")


@pytest.mark.parametrize("path", ["/v1/embeddings", "/v1/responses/resp_1/cancel", "/v1/completions", "/v1/", "/v1"])
def test_what_there_is_not_is_said_in_the_same_form_with_what_there_is(path: str, api: Api) -> None:
    response = api.post(path, json={})
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "not_found"
    assert "/v1/chat/completions" in response.json()["error"]["message"]
    assert api.get("/v1/chat/completions").status_code == 405


@pytest.mark.parametrize("path", ["/chat/completions", "/models", "/v2/models"])
def test_an_address_without_its_beginning_is_told_where_the_apis_are(path: str, api: Api) -> None:
    said = api.get(path).json()["detail"]
    assert "/v1/chat/completions" in said
    assert "/api/chat" in said


def test_the_block_of_the_page_runs(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    page = (REPOSITORY / "docs" / "how-to" / "chat-clients.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```python\n(.*?)```", page, re.S)
    code = block.replace("http://127.0.0.1:8010", api.url).replace("my-manual", MANUAL)
    names: dict[str, Any] = {}
    exec(compile(code, "chat-clients.md", "exec"), names)
    names["client"].close()
    assert "answered" in capsys.readouterr().out
