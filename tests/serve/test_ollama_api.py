"""Ollama's API, asked by the official client."""

from collections.abc import Iterator
from typing import Any

import httpx
import ollama
import pytest
from support.api_servers import MANUAL, Api, ollama_client

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
    stream: bool, changed: dict[str, Any], status: int, api: Api
) -> None:
    response = api.post("/api/chat", json={"model": MANUAL, "messages": ASKED, "stream": stream, **changed})
    assert response.status_code == status
    assert set(response.json()) == {"error"}
    assert isinstance(response.json()["error"], str)


def test_errors_are_those_of_the_client(client: ollama.Client, api: Api) -> None:
    with pytest.raises(ollama.ResponseError, match="'toaster' does not exist here") as refused:
        client.show("toaster")
    assert refused.value.status_code == 404
    assert api.post("/api/chat", content=b"{").json()["error"].startswith("Invalid JSON")
    with pytest.raises(ollama.ResponseError, match=r"nothing at /api/pull; .*/api/chat"):
        client.pull(MANUAL)


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
