"""A body that does not fit is refused in words, with the place of the first thing that is wrong."""

import gzip
import json
import re
from typing import Any

import pytest
from fastapi import Request
from pydantic import BaseModel
from support.api_servers import MANUAL, Api

from graphrag_tools.serve.refusals import Refusal
from graphrag_tools.serve.requests import read_body


class Turn(BaseModel):
    role: int
    text: int = 0


class Chat(BaseModel):
    turns: list[Turn]
    more: int = 0


async def read(content: Any, encoding: str | None = None) -> Chat:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(b"content-encoding", encoding.encode())] if encoding is not None else []
    return await read_body(Request({"type": "http", "headers": headers}, receive), Chat)


async def test_body_that_fits_is_read() -> None:
    assert await read({"turns": [{"role": 1}], "other": "left out"}) == Chat(turns=[Turn(role=1)])


@pytest.mark.parametrize(
    ("content", "param", "message"),
    [
        ({}, "turns", "turns: Field required"),
        ({"turns": [{"role": 1}, {}]}, "turns.1.role", "turns.1.role: Field required"),
        ({"turns": [{}, {}]}, "turns.0.role", "turns.0.role: Field required; turns.1.role: Field required"),
        ([], None, "Input should be an object"),
    ],
)
async def test_what_does_not_fit_is_said_with_its_place(content: Any, param: str | None, message: str) -> None:
    with pytest.raises(Refusal) as refused:
        await read(content)
    assert (refused.value.status, refused.value.param, refused.value.message) == (400, param, message)


async def test_no_more_than_three_problems_are_told() -> None:
    with pytest.raises(Refusal) as refused:
        await read({"turns": [{}] * 5})
    assert refused.value.message == "; ".join(f"turns.{at}.role: Field required" for at in range(3))


async def test_broken_json_has_no_place() -> None:
    with pytest.raises(Refusal, match=r"^Invalid JSON: ") as refused:
        await read(b"{")
    assert refused.value.param is None


@pytest.mark.parametrize(
    ("content", "encoding", "message"),
    [
        (b"", None, "there is no body"),
        (b"\x1f\x8b\x08", None, "the body is compressed (gzip), which is not read"),
        (b"\x28\xb5", "zstd", "the body is compressed (zstd), which is not read"),
        (b"{\xff}", None, "the body is not UTF-8 (byte 1)"),
        ('{"turns": []}'.encode("utf-16-le"), None, "the body is UTF-16"),
        (b'{"turns": ["\\ud83d"]}', None, "the body has half of a character, \\ud83d without the other half"),
        (b'{"turns": ["\\uDE00"]}', "identity", "the body has half of a character, \\uDE00 without the other half"),
    ],
)
async def test_what_is_no_text_is_said(content: bytes, encoding: str | None, message: str) -> None:
    with pytest.raises(Refusal) as refused:
        await read(content, encoding)
    assert (refused.value.status, refused.value.param) == (400, None)
    assert refused.value.message == f"{message}; expected JSON in UTF-8."


@pytest.mark.parametrize(
    "content", [b'{"turns": []}', b'\xef\xbb\xbf{"turns": []}', b'{"turns": [], "x": "\\ud83d\\ude00"}']
)
@pytest.mark.parametrize("encoding", [None, "", "identity", "Identity"])
async def test_text_is_read_with_and_without_its_mark(content: bytes, encoding: str | None) -> None:
    assert await read(content, encoding) == Chat(turns=[])


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"text"', b"null", b"\xff\xfe", b"[" * 100_000, b'{"a": NaN}'])
def test_broken_json_is_refused(content: bytes, api: Api) -> None:
    response = api.post("/v1/chat/completions", content=content)
    assert response.status_code == 400
    assert response.json()["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "there is no body"),
        (gzip.compress(b"{}", mtime=0), r"the body is compressed \(gzip\)"),
        ("{}".encode("utf-16"), r"the body is not UTF-8 \(byte 0\)"),
        ("{}".encode("utf-16-le"), "the body is UTF-16"),
        ('{"model": "männlich"}'.encode("cp1252"), r"the body is not UTF-8 \(byte 12\)"),
        (rb'{"model": "battery \ud83d"}', r"half of a character, \\ud83d without the other half"),
        (rb'{"model": "\ud83d\ude00 \ude00"}', r"half of a character, \\ude00 without the other half"),
        (rb'{"model": "\ud83d\ude00", }', "Invalid JSON: trailing comma"),
    ],
)
def test_a_body_that_is_no_json_is_told_why(content: bytes, why: str, api: Api) -> None:
    response = api.post("/v1/chat/completions", content=content)
    assert response.status_code == 400
    assert re.search(why, response.json()["error"]["message"])


def test_a_mark_of_byte_order_before_json_is_passed_over(api: Api) -> None:
    messages = [{"role": "user", "content": "How do I turn on flight mode?"}]
    body = json.dumps({"model": MANUAL, "messages": messages}).encode("utf-8-sig")
    assert api.post("/v1/chat/completions", content=body).status_code == 200
