"""Order of the workflow's stages, said once: for the graph in LangGraph, and for a turn that is run without it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphrag_tools.errors import ConfigError
from graphrag_tools.models.steps import Steps
from graphrag_tools.workflow.nodes import ANSWER, CHOOSE, END, RESOLVE, SEARCH, TOOLS, VERIFY
from graphrag_tools.workflow.stages import Stages

if TYPE_CHECKING:
    from graphrag_tools.workflow.state import ManualState

FIRST = RESOLVE


@dataclass(frozen=True, slots=True)
class Stop:
    """One stage of a turn: what it does with the state, and where the turn may go on.

    `steps` may need a model and `run` needs none; the stop with neither calls the tools. `choose` returns which of
    several to go on with.
    """

    to: tuple[str, ...]
    choose: "Callable[[Stages, ManualState], str] | None" = None
    steps: "Callable[[Stages, ManualState], Steps[dict[str, Any]]] | None" = None
    run: "Callable[[Stages, ManualState], dict[str, Any]] | None" = None


STOPS: Mapping[str, Stop] = {
    RESOLVE: Stop((SEARCH, ANSWER), Stages.after_resolve, steps=Stages.resolve),
    SEARCH: Stop((CHOOSE, ANSWER, VERIFY), Stages.after_search, run=Stages.search),
    CHOOSE: Stop((TOOLS, ANSWER), Stages.after_choose, steps=Stages.choose),
    TOOLS: Stop((CHOOSE, ANSWER), Stages.after_tools),
    ANSWER: Stop((VERIFY,), steps=Stages.answer),
    VERIFY: Stop((ANSWER, CHOOSE, END), Stages.after_verify, run=Stages.verify),
}
"""The stops of a turn by name; it begins at `FIRST`, and after `END` comes none."""


def check_begun(state: "ManualState", stop: str) -> None:
    """Refuse to enter a turn in its middle, as `Command(goto="search")` does.

    Raises:
        ConfigError: Nothing was asked yet, or what the state holds belongs to a turn that is over.
    """
    if stop != FIRST and ("meant" not in state or state["answer"] is not None):
        raise ConfigError(f"no turn has begun that could go on at {stop!r}; expected messages, or a goto to {FIRST!r}.")
