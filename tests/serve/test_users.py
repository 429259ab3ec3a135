"""Sixty-four users at once, clients that go, and models that fail: each is told what is so."""

import asyncio
import http.client
import json
from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pytest
from support.api_servers import MANUAL, Api, openai_client, served_api
from support.loopback_servers import QuietHandler, listening
from support.processes import HANG_SECONDS
from support.web_fixtures import WRITING, SayingModel, served_saying_model

from graphrag_tools.index.index import ManualIndex

ASKED = {
    "How do I turn on flight mode?": ["Settings", "Wi-Fi", "Flight mode"],
    "How long can I keep a borrowed book?": ["Library", "Loans"],
    "How do I make the battery last longer?": ["Settings", "Battery"],
    "How do I turn on dark pages?": ["Settings", "Display", "Dark pages"],
}
USERS = 64
FLIGHT = next(iter(ASKED))


async def test_sixty_four_users_at_once_get_their_own_answers(api: Api) -> None:
    async def ask(number: int, client: httpx.AsyncClient) -> tuple[str, list[str]]:
        question = list(ASKED)[number % len(ASKED)]
        messages = [{"role": "user", "content": question}]
        path = ("/v1/chat/completions", "/api/chat", "/ask")[number % 3]
        body = {"model": MANUAL, "messages": messages, "stream": number % 2 == 0, "question": question}
        said = (await client.post(path, json=body)).text
        line = next(line for line in said.splitlines() if '"menu_path"' in line)
        document = json.loads(line.removeprefix("data: "))
        found: list[str] = document.get("graphrag_tools", document)["menu_path"]
        return question, found

    limits = httpx.Limits(max_connections=USERS)
    async with httpx.AsyncClient(base_url=api.url, timeout=HANG_SECONDS, trust_env=False, limits=limits) as client:
        answers = await asyncio.gather(*(ask(number, client) for number in range(USERS)))
        assert (await client.get("/health")).status_code == 200
    assert [path for _, path in answers] == [ASKED[question] for question, _ in answers]


@pytest.fixture(scope="module")
def writing(sample_index_for_answers: ManualIndex) -> Iterator[tuple[Api, SayingModel]]:
    """A server whose model writes what it is told to, and that model."""
    with served_saying_model() as model:
        arguments = ("--model", "ollama:saying", "--base-url", model.url)
        with served_api(sample_index_for_answers.folder, *arguments, *WRITING) as served:
            yield served, model


@pytest.fixture
def writing_api(writing: tuple[Api, SayingModel]) -> Api:
    return writing[0]


@pytest.fixture
def saying_model(writing: tuple[Api, SayingModel]) -> SayingModel:
    model = writing[1]
    model.asked.clear()
    model.left_alone.clear()
    model.goes_on.set()
    return model


def test_no_word_leaves_that_was_not_verified(writing_api: Api, saying_model: SayingModel) -> None:
    saying_model.says = ["Hold the power button for 90 seconds until it explodes."]
    with openai_client(writing_api) as client:
        chunks = list(
            client.chat.completions.create(model=MANUAL, messages=[{"role": "user", "content": FLIGHT}], stream=True)
        )
    said = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert "Flight mode" in said
    answer = (chunks[-1].model_extra or {})["graphrag_tools"]
    assert answer["mode"] == "quoted"
    assert answer["usage"]["model_calls"] >= 1
    # The draft is told of only as one: in the warning that says why it was not taken.
    assert "explodes" not in answer["text"]
    assert said.split()[: len(answer["text"].split())] == answer["text"].split()


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/responses", "/api/chat", "/ask"])
@pytest.mark.parametrize("stream", [False, True])
def test_client_that_goes_stops_the_model(path: str, stream: bool, writing_api: Api, saying_model: SayingModel) -> None:
    saying_model.goes_on.clear()
    messages = [{"role": "user", "content": FLIGHT}]
    body = {"model": MANUAL, "messages": messages, "stream": stream, "question": FLIGHT, "input": FLIGHT}
    # The answer cannot come while the model is held, so that this is no race.
    client = http.client.HTTPConnection(httpx.URL(writing_api.url).netloc.decode(), timeout=HANG_SECONDS)
    client.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
    assert saying_model.asked.wait(HANG_SECONDS)
    client.close()
    assert saying_model.left_alone.wait(HANG_SECONDS)


class _Failing(QuietHandler):
    """Has a model, and fails whenever it is asked."""

    def do_GET(self) -> None:
        self._say(200, models=[{"model": "failing:latest", "digest": "0" * 64, "size": 1}])

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.path == "/api/show":
            self._say(200, capabilities=["completion"], model_info={})
        else:
            self._say(500, error="out of memory")

    def _say(self, status: int, **fields: object) -> None:
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(fields).encode())


def test_model_that_fails_is_an_error_of_each_api(sample_index_for_answers: ManualIndex) -> None:
    messages: Any = [{"role": "user", "content": FLIGHT}]
    with listening(_Failing) as url:
        model = ("--model", "ollama:failing", "--base-url", url)
        with served_api(sample_index_for_answers.folder, *model, *WRITING) as api:
            with openai_client(api) as client, pytest.raises(openai.InternalServerError, match="out of memory"):
                client.chat.completions.create(model=MANUAL, messages=messages)
            with openai_client(api) as client, pytest.raises(openai.InternalServerError, match="out of memory"):
                client.chat.completions.create(model=MANUAL, messages=messages, stream=True)
            chat = api.post("/api/chat", json={"model": MANUAL, "messages": messages})
            assert (chat.status_code, set(chat.json())) == (502, {"error"})
            assert api.post("/ask", json={"question": FLIGHT}).status_code == 502
            assert api.get("/health").status_code == 200
