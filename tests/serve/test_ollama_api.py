"""Ollama's API, asked by the official client."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import ollama
import pytest
from fastapi.testclient import TestClient
from support.api_servers import MANUAL, Api, ollama_client

from graphrag_tools.answer import Usage
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.serve.ollama_api import _Lines
from graphrag_tools.serve.refusals import Refusal
from graphrag_tools.serve.replies import Reply

FLIGHT = "How do I turn on flight mode?"
PATH = "Menu path: Settings > Wi-Fi > Flight mode"
ASKED = [{"role": "user", "content": FLIGHT}]


@pytest.fixture
def client(api: Api) -> Iterator[ollama.Client]:
    with ollama_client(api) as client:
        yield client


def test_manuals_are_models(client: ollama.Client) -> None:
    [model] = client.list().models
    assert model.model == f"{MANUAL}:latest"
    assert model.digest
    assert [one.model for one in client.ps().models] == [model.model]
    shown = client.show(MANUAL)
    assert shown.capabilities == ["completion"]
    assert client.show(f"{MANUAL}:latest") == shown


def test_a_manual_is_fetched_already_and_any_other_name_is_told_what_there_is(client: ollama.Client) -> None:
    assert client.pull(MANUAL).status == "success"
    assert [one.status for one in client.pull(f"{MANUAL}:latest", stream=True)] == ["success"]
    for stream in (False, True):
        with pytest.raises(ollama.ResponseError, match=f"'toaster' does not exist here; .*: {MANUAL}") as refused:
            list(client.pull("toaster", stream=stream))
        assert refused.value.status_code == 404


def test_a_manual_has_the_fields_of_a_model(inner: TestClient, sample_index_for_answers: ManualIndex) -> None:
    [info] = sample_index_for_answers.manuals
    assert info.built
    details = {
        "parent_model": "",
        "format": "manual",
        "family": "graphrag-tools",
        "families": ["graphrag-tools"],
        "parameter_size": "",
        "quantization_level": "",
    }
    [listed] = inner.get("/api/tags").json()["models"]
    digest = listed["digest"]
    assert len(bytes.fromhex(digest)) == 32
    name, built = f"{MANUAL}:latest", info.built.isoformat()
    plain = {"name": name, "model": name, "modified_at": built, "size": 0, "digest": digest, "details": details}
    assert listed == plain
    forever = {"expires_at": "2318-01-01T00:00:00Z", "size_vram": 0}
    assert inner.get("/api/ps").json() == {"models": [{**plain, **forever}]}
    for asked in ({"model": MANUAL}, {"name": name}):
        assert inner.post("/api/show", json=asked).json() == {
            "license": "",
            "modelfile": f"# The manual {info.title}, answered from by graphrag-tools",
            "parameters": "",
            "template": "{{ .Prompt }}",
            "details": details,
            "model_info": {"general.architecture": "graphrag-tools", "general.basename": info.title},
            "capabilities": ["completion"],
            "modified_at": built,
        }


def lines_of(path: str, inner: TestClient, **body: object) -> list[dict[str, Any]]:
    """Return the lines of a reply without their time, which is that of this moment."""
    response = inner.post(path, json={"model": MANUAL, **body})
    assert response.headers["content-type"] in ("application/x-ndjson", "application/json")
    assert response.text.endswith("\n") == (response.headers["content-type"] == "application/x-ndjson")
    lines = [json.loads(line) for line in response.text.splitlines()]
    for line in lines:
        said_at = line.pop("created_at")
        assert said_at.endswith("Z")
        assert abs(datetime.now(UTC) - datetime.fromisoformat(said_at)) < timedelta(hours=1)
        assert line.pop("model") == MANUAL
    return lines


def test_forms_are_ollamas_to_the_letter(inner: TestClient) -> None:
    [whole] = lines_of("/api/chat", inner, messages=ASKED, stream=False)
    text = whole["message"]["content"]
    assert PATH in text
    assert 0 < whole.pop("total_duration") < 600 * 10**9
    end = {"done": True, "done_reason": "stop", "load_duration": 0, "graphrag_tools": whole["graphrag_tools"]}
    end |= dict.fromkeys(("prompt_eval_count", "prompt_eval_duration", "eval_count", "eval_duration"), 0)
    assert whole == {"message": {"role": "assistant", "content": text}, **end}
    spoken = ["", *text.splitlines(keepends=True)]
    *lines, last = lines_of("/api/chat", inner, messages=ASKED)
    assert lines == [{"message": {"role": "assistant", "content": line}, "done": False} for line in spoken]
    assert set(last) == {*whole, "total_duration"}
    assert last["message"] == {"role": "assistant", "content": ""}
    *lines, last = lines_of("/api/generate", inner, prompt=FLIGHT)
    assert lines == [{"response": line, "done": False} for line in spoken]
    assert (last["response"], "message" in last) == ("", False)
    for path in ("/api/chat", "/api/generate"):
        [loaded] = lines_of(path, inner)
        words = {"response": ""} if path == "/api/generate" else {"message": {"role": "assistant", "content": ""}}
        assert loaded == {**words, "done": True, "done_reason": "load"}


def test_tokens_of_the_models_are_told() -> None:
    told = _Lines(MANUAL, "chat").whole(Reply("", usage=Usage(prompt_tokens=7, completion_tokens=4)))
    assert (told["prompt_eval_count"], told["eval_count"]) == (7, 4)


def test_an_answer_that_fails_is_the_last_line() -> None:
    said = _Lines(MANUAL, "chat").stream().failure(Refusal(502, "out of memory"))
    assert json.loads(said) == {"error": "out of memory"}
    assert said.endswith("}\n")


def test_title_of_a_chat_has_the_form_that_is_asked_for(inner: TestClient) -> None:
    title = "Generate a title for this conversation.\nOnly the title.\n\nUser: Where is it?"
    schema = {"type": "object", "properties": {"name": {"type": "string"}}}
    for form, said in ((schema, '{"name": "Where is it?"}'), ("json", "Where is it?"), (None, "Where is it?")):
        body = {"prompt": title, "messages": [{"role": "user", "content": title}], "stream": False, "format": form}
        [chat], [generated] = (lines_of(path, inner, **body) for path in ("/api/chat", "/api/generate"))
        assert (chat["message"]["content"], generated["response"]) == (said, said)


@pytest.mark.parametrize("path", ["/api/chat", "/api/generate"])
@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"logprobs": True}, "there are no logprobs"),
        ({"format": "json"}, "answers are text that is checked against the manual"),
        ({"format": {"type": "object"}}, "answers are text that is checked against the manual"),
    ],
)
def test_what_there_is_not_is_said(path: str, changed: dict[str, Any], says: str, inner: TestClient) -> None:
    response = inner.post(path, json={"model": MANUAL, "messages": ASKED, "prompt": FLIGHT, **changed})
    assert response.status_code == 400
    assert says in response.json()["error"]


@pytest.mark.parametrize("name", [MANUAL, f"{MANUAL}:latest"])
def test_chat_whole_and_in_lines(name: str, client: ollama.Client) -> None:
    whole = client.chat(name, messages=ASKED)
    assert PATH in (whole.message.content or "").splitlines()
    assert (whole.model, whole.done, whole.done_reason) == (name, True, "stop")
    *lines, last = list(client.chat(name, messages=ASKED, stream=True))
    assert "".join(line.message.content or "" for line in lines) == whole.message.content
    assert [line.done for line in lines] == [False] * len(lines)
    assert (last.done, last.message.content) == (True, "")
    assert last.eval_count == 0


async def test_asynchronous_client_streams_too(api: Api) -> None:
    async with ollama.AsyncClient(host=api.url, trust_env=False) as client:
        parts = await client.chat(MANUAL, messages=ASKED, stream=True)
        text = "".join([part.message.content or "" async for part in parts])
    assert PATH in text


def test_generate_is_a_chat_of_one_question(client: ollama.Client) -> None:
    whole = client.generate(MANUAL, prompt=FLIGHT, options={"temperature": 0, "num_predict": 1}, keep_alive=0)
    assert PATH in whole.response
    lines = client.generate(MANUAL, prompt=FLIGHT, stream=True)
    assert "".join(line.response for line in lines) == whole.response


def test_the_answer_stands_in_a_field_of_its_own(api: Api) -> None:
    said = api.post("/api/chat", json={"model": MANUAL, "messages": ASKED, "stream": False}).json()
    assert said["graphrag_tools"]["status"] == "answered"
    assert said["graphrag_tools"]["sources"][0]["path"] == ["Settings", "Wi-Fi", "Flight mode"]


def test_a_stream_is_what_a_client_gets_that_does_not_say(api: Api) -> None:
    response = api.post("/api/chat", json={"model": MANUAL, "messages": ASKED})
    assert response.headers["content-type"].startswith("application/x-ndjson")
    assert response.text.count("\n") > 2


def test_without_a_message_a_model_is_only_loaded(client: ollama.Client) -> None:
    assert client.chat(MANUAL, messages=[]).done_reason == "load"
    assert client.generate(MANUAL).done_reason == "load"


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"model": "toaster"}, 404),
        ({"model": "toaster", "messages": []}, 404),
        ({"messages": [{"role": "user", "content": "", "images": ["AAAA"]}]}, 400),
        ({"messages": [{"role": "system", "content": "Be brief."}]}, 400),
        ({"messages": [{"role": "user", "content": "x" * 100_001}]}, 400),
        ({"messages": {"role": "user"}}, 400),
        ({"logprobs": True}, 400),
        ({"format": "json"}, 400),
        ({"format": {"type": "object"}}, 400),
        ({"model": 5}, 400),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_what_cannot_be_answered_is_refused_in_words(
    stream: bool, changed: dict[str, Any], status: int, inner: TestClient
) -> None:
    response = inner.post("/api/chat", json={"model": MANUAL, "messages": ASKED, "stream": stream, **changed})
    assert response.status_code == status
    assert set(response.json()) == {"error"}
    assert isinstance(response.json()["error"], str)


def test_errors_are_those_of_the_client(client: ollama.Client, api: Api) -> None:
    with pytest.raises(ollama.ResponseError, match="'toaster' does not exist here") as refused:
        client.show("toaster")
    assert refused.value.status_code == 404
    assert api.post("/api/chat", content=b"{").json()["error"].startswith("Invalid JSON")
    with pytest.raises(ollama.ResponseError, match=r"nothing at /api/create; .*/api/chat"):
        client.create(MANUAL, from_="toaster")


def test_images_are_not_passed_over_in_silence(client: ollama.Client) -> None:
    named = "Only the words of the message were used, not an image."
    seen = client.chat(MANUAL, messages=[{**ASKED[0], "images": [b"png"]}])
    assert named in (seen.message.content or "")
    assert named in client.generate(MANUAL, prompt=FLIGHT, images=[b"png"]).response
    for asks in (
        lambda: client.chat(MANUAL, messages=[{"role": "user", "content": "", "images": [b"png"]}]),
        lambda: client.generate(MANUAL, images=[b"png"]),
    ):
        with pytest.raises(ollama.ResponseError, match="has no text; images"):
            asks()


@pytest.mark.parametrize("path", ["/", "/api/version", "/api/tags", "/v1/models", f"/v1/models/{MANUAL}", "/health"])
def test_head_is_answered_as_get(path: str, api: Api) -> None:
    response = httpx.head(f"{api.url}{path}", trust_env=False)
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["content-type"] == api.get(path).headers["content-type"]


def test_clients_see_that_a_server_of_a_version_is_there(api: Api) -> None:
    major, minor, _ = api.get("/api/version").json()["version"].split(".")
    assert (int(major), int(minor)) >= (0, 6)
    assert api.get("/").status_code == 200
    assert httpx.head(f"{api.url}/", trust_env=False).status_code == 200
