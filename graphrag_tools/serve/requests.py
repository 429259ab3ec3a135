"""Read a request's body as one of the types of an API, and say in words what does not fit."""

import codecs
import re
from typing import TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from graphrag_tools.serve.refusals import Refusal

Body = TypeVar("Body", bound=BaseModel)
_MOST_SHOWN = 3
_GZIP = b"\x1f\x8b"
_HALF_CHARACTER = re.compile(
    r"\\u(?:d[89ab][0-9a-f]{2}(?!\\ud[c-f][0-9a-f]{2})|(?<!\\ud[89ab][0-9a-f]{2}\\u)d[c-f][0-9a-f]{2})", re.IGNORECASE
)
"""A character beyond 16 bits is written as two escapes; clients that cut texts by such units leave one of them."""


async def read_body(request: Request, kind: type[Body]) -> Body:
    """Return the JSON body of a request. Raises Refusal for what is no JSON, or does not fit."""
    raw = (await request.body()).removeprefix(codecs.BOM_UTF8)
    try:
        return kind.model_validate_json(raw)
    except ValidationError as error:
        if not_text := _not_text(raw, request.headers.get("content-encoding", "")):
            raise Refusal(400, f"{not_text}; expected JSON in UTF-8.") from error
        problems = error.errors(include_url=False, include_context=False, include_input=False)
        places = [".".join(map(str, one["loc"])) for one in problems]
        shown = [f"{place}: {one['msg']}" if place else one["msg"] for place, one in zip(places, problems, strict=True)]
        raise Refusal(400, "; ".join(shown[:_MOST_SHOWN]), places[0] or None) from error


def _not_text(raw: bytes, encoding: str) -> str:
    """Say what keeps a body from being read as text at all, empty where it is text."""
    if raw.startswith(_GZIP) or encoding.lower() not in ("", "identity"):
        return f"the body is compressed ({encoding or 'gzip'}), which is not read"
    if not raw:
        return "there is no body"
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return f"the body is not UTF-8 (byte {error.start})"
    if half := _HALF_CHARACTER.search(text):
        return f"the body has half of a character, {half[0]} without the other half"
    return "the body is UTF-16" if "\0" in text else ""
