"""ManualContext: what one run asks for in place of the options that a workflow or an agent was made with."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from langgraph.config import get_config
from langgraph.runtime import get_runtime

from graphrag_tools.errors import ConfigError, ModelError
from graphrag_tools.search.confidence import Thresholds
from graphrag_tools.workflow.opened_once import OpenedOnce

if TYPE_CHECKING:
    from graphrag_tools.models.model import ChatModel
    from graphrag_tools.models.options import ModelOptions


@dataclass(frozen=True, slots=True)
class ManualContext:
    """Options of one run: `app.invoke(asked, context={"manual": "oven"})`. None leaves an option as it was made.

    A graph around a workflow hands its own context down: one of this class, or a dict with these keys among others,
    is read; any other is left alone.
    """

    manual: str | None = None
    """Id of the one manual to keep to."""
    refuse_below: float | None = None
    answer_from: float | None = None
    model: str | None = None
    """A model by its string, "none" for none; opened, and probed, when a run first asks for it."""

    def __post_init__(self) -> None:
        """Refuse what is not on offer."""
        for name in ("manual", "model"):
            if not isinstance(given := getattr(self, name), str | None):
                raise ConfigError(f"context: {name} is a {type(given).__name__}; expected a string.")
        for name in ("refuse_below", "answer_from"):
            if not isinstance(given := getattr(self, name), int | float | None):
                raise ConfigError(f"context: {name} is {given!r}; expected a number from 0 to 1.")

    def thresholds(self, own: Thresholds) -> Thresholds:
        """Return when to answer and when to refuse. Raises ConfigError for a threshold outside 0 to 1."""
        return Thresholds(
            own.refuse_below if self.refuse_below is None else self.refuse_below,
            own.answer_from if self.answer_from is None else self.answer_from,
        )


AS_MADE = ManualContext()
"""The context of a run that asks for nothing of its own."""
_KEYS = tuple(field.name for field in fields(ManualContext))


def context_of_run() -> ManualContext:
    """Return what the run that is under way asks for; nothing outside a graph."""
    try:
        get_config()
    except RuntimeError:
        return AS_MADE
    runtime = get_runtime()
    return AS_MADE if runtime is None else read_context(runtime.context)


def read_context(context: Any) -> ManualContext:
    """Return what a run's context asks for. Raises ConfigError where a value cannot be used."""
    if isinstance(context, ManualContext):
        return context
    if isinstance(context, Mapping):
        return ManualContext(**{key: context[key] for key in _KEYS if key in context})
    return AS_MADE


class ContextModels:
    """The models that contexts name, each opened once; threads may share them."""

    def __init__(self, first: "ChatModel | None", options: "ModelOptions") -> None:
        """`first` is the model that the options are for, None for none: others have the rest of them."""
        self._first = first
        self._options = options
        self.open = OpenedOnce(self._open)
        """Returns the model of a name, None for "none". Raises what opening raises, and says who asked for it."""

    def _open(self, name: str) -> "ChatModel | None":
        from graphrag_tools.models.open import open_chat_model

        try:
            return open_chat_model(name, options=self._options_for(name))
        except (ConfigError, ModelError) as error:
            raise type(error)(f"context: model {name!r} is asked for: {error}") from error

    def _options_for(self, name: str) -> "ModelOptions":
        from graphrag_tools.models.providers import split_model

        # Address and headers in the options are those of one provider's server.
        same = self._first is None or self._first.provider == split_model(name)[0]
        return self._options if same else replace(self._options, base_url=None, headers={})
