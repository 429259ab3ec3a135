"""What LangGraph says while it reads checkpoints, and how strict it is about types that it does not know."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from langgraph._internal import _serde
from langgraph.checkpoint.serde import _msgpack, jsonplus
from langgraph.checkpoint.serde.event_hooks import SerdeEvent, register_serde_event_listener


@pytest.fixture
def deserialisation_events(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], list[Any]]]:
    """What LangGraph says of types that it does not know or cannot rebuild: it says it once in a process."""
    for name in ("_warned_unregistered_types", "_warned_blocked_types", "_warned_unreconstructable_types"):
        monkeypatch.setattr(jsonplus, name, set())
    events: list[SerdeEvent] = []
    stop = register_serde_event_listener(events.append)
    caplog.set_level(logging.WARNING)
    yield lambda: [*events, *(record.getMessage() for record in caplog.records if "langgraph" in record.name)]
    stop()


@pytest.fixture(params=["permissive", "strict"])
def msgpack_mode(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """LangGraph as it is, and as LANGGRAPH_STRICT_MSGPACK=true has it, which it reads when it is imported."""
    mode: str = request.param
    for module in (_msgpack, _serde):
        monkeypatch.setattr(module, "STRICT_MSGPACK_ENABLED", mode == "strict")
    return mode
