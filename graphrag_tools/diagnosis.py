"""Diagnosis: what doctor finds out about a model, its server and an index."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from graphrag_tools.abilities import Abilities
from graphrag_tools.model_facts import NOTHING_KNOWN, ModelFacts


class Server(BaseModel):
    """What runs the model: where, and which version; `up` is False where it does not answer."""

    model_config = ConfigDict(frozen=True)

    kind: str
    up: bool
    url: str | None = None
    version: str | None = None


class ContextInUse(BaseModel):
    """Tokens of context, None where unknown.

    `trained` is what the model could use, `sent` what is asked for with each request, `found` what it was
    loaded with when doctor came, `in_force` what it has after a request.
    """

    model_config = ConfigDict(frozen=True)

    trained: int | None = None
    sent: int | None = None
    found: int | None = None
    in_force: int | None = None


class IndexState(BaseModel):
    """Whether an index opens with the embeddings it was built with, which must be reachable for that."""

    model_config = ConfigDict(frozen=True)

    folder: str
    opens: bool
    embeddings: str | None = None
    dimension: int | None = None
    manuals: tuple[str, ...] = ()


class Consequences(BaseModel):
    """What `auto` makes of the abilities; follow-up questions are resolved by the model or by code."""

    model_config = ConfigDict(frozen=True)

    tool_mode: Literal["native", "schema", "none"] = "none"
    choices: int = 1
    answers: Literal["written", "quoted"] = "quoted"
    follow_ups: Literal["model", "code"] = "code"


class Diagnosis(BaseModel):
    """What was found out. `usable` is False where a trouble keeps questions from being answered at all."""

    model_config = ConfigDict(frozen=True)

    model: str
    provider: str
    usable: bool = True
    server: Server | None = None
    facts: ModelFacts = NOTHING_KNOWN
    claims_tools: bool = False
    context: ContextInUse = ContextInUse()
    gpu_share: float | None = None
    """The share of the model that is in the memory of a GPU; None where the server does not say."""
    abilities: Abilities | None = None
    remembered: bool = False
    """Whether the abilities are from an earlier probe."""
    follows: Consequences | None = None
    index: IndexState | None = None
    troubles: tuple[str, ...] = ()
    """Each a cause and what to do about it."""
