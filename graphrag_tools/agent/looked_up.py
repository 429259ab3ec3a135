"""Keep the look-ups of an agent's turn where other middleware drops them: summaries, trimming, removed messages."""

from collections.abc import Mapping
from typing import Any

from langchain_core.messages import AIMessage, AnyMessage, ToolMessage

from graphrag_tools.conversation.turn import this_turn

LOOKED_UP = "looked_up"
"""Where an agent's state holds the calls of a turn and their results, as they were before a model was asked."""


def newly_looked_up(state: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the update that adds a turn's new calls and results to those that are kept; None where there is none."""
    kept: list[AnyMessage] = state.get(LOOKED_UP) or []
    known = {message.id for message in kept}
    new = [one for one in this_turn(state["messages"]) if _is_look_up(one) and one.id not in known]
    return {LOOKED_UP: [*kept, *new]} if new else None


def whole_turn(state: Mapping[str, Any]) -> list[AnyMessage]:
    """Return the messages of a turn, those first that it has lost since."""
    turn = this_turn(state["messages"])
    present = {message.id for message in turn}
    return [*(one for one in state.get(LOOKED_UP) or () if one.id not in present), *turn]


def _is_look_up(message: AnyMessage) -> bool:
    return isinstance(message, ToolMessage) or (isinstance(message, AIMessage) and bool(message.tool_calls))
