"""Read a request's body as one of the types of an API, and say in words what does not fit."""

from typing import TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from graphrag_tools.serve.refusals import Refusal

Body = TypeVar("Body", bound=BaseModel)
_MOST_SHOWN = 3


async def read_body(request: Request, kind: type[Body]) -> Body:
    """Return the JSON body of a request. Raises Refusal for what is no JSON, or does not fit."""
    raw = await request.body()
    try:
        return kind.model_validate_json(raw)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False, include_input=False)
        places = [".".join(map(str, one["loc"])) for one in problems]
        shown = [f"{place}: {one['msg']}" if place else one["msg"] for place, one in zip(places, problems, strict=True)]
        raise Refusal(400, "; ".join(shown[:_MOST_SHOWN]), places[0] or None) from error
