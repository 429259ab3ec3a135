"""Options of the workflow, and the budget of a larger model."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

from graphrag_tools.errors import ConfigError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from graphrag_tools.models.model import ChatModel

AnswerMode = Literal["auto", "written", "quoted"]
ToolModeChoice = Literal["auto", "native", "schema", "none"]
DEFAULT_THREAD_TOKENS = 16_000
HITS = 5
"""How many sections the workflow's own search returns, and so the most that a model may choose among."""


def default_refuse_below() -> float:
    """Return the threshold that search was calibrated to."""
    # Asked for when it is needed, so that a command line's help loads no search.
    from graphrag_tools.search.coverage import DEFAULT_REFUSE_BELOW

    return DEFAULT_REFUSE_BELOW


def check_refuse_below(share: float) -> None:
    """Raise ConfigError for a threshold that is no share."""
    if not 0 <= share <= 1:
        raise ConfigError(f"refuse_below is {share}; expected 0 (refuse nothing) to 1.")


def check_thread_tokens(tokens: int) -> None:
    """Raise ConfigError for a thread that could hold nothing."""
    if tokens <= 0:
        raise ConfigError(f"thread_tokens is {tokens}; expected more than 0.")


@dataclass(frozen=True, slots=True)
class Budget:
    """The most that the larger model may be used, over the life of a workflow."""

    calls: int = 100
    tokens: int = 200_000
    """Tokens in and out together, as the model's server reports them."""

    def __post_init__(self) -> None:
        """Refuse a budget below nothing."""
        for name in ("calls", "tokens"):
            if getattr(self, name) < 0:
                raise ConfigError(f"budget of {name} is {getattr(self, name)}; expected 0 or more.")


@dataclass(frozen=True, slots=True)
class WorkflowOptions:
    """How the workflow uses its model.

    `auto`, and `choices` of None, take what the model has shown it can do (`abilities_of`). `choices` is how
    many items a call under the schema may name: 1 also withholds search, because a weak model that may
    search again does little else.
    """

    tool_mode: ToolModeChoice = "auto"
    answers: AnswerMode = "auto"
    choices: int | None = None
    refuse_below: float = field(default_factory=default_refuse_below)
    """Coverage, 0 to 1, below which "the manual does not say": `ManualIndex.coverage` says what it means. 0: never."""
    manual: str | None = None
    prompts: str | None = None
    escalate_to: "str | BaseChatModel | ChatModel | None" = None
    """A larger model, for what the first one could not answer in a way that can be verified."""
    budget: Budget = field(default_factory=Budget)
    """The most that `escalate_to` may be used."""
    thread_tokens: int = DEFAULT_THREAD_TOKENS
    """Tokens of a thread that are kept, in whole turns: older turns are dropped, and the answer says so."""

    def __post_init__(self) -> None:
        """Refuse what is not on offer."""
        for name, allowed in (("tool_mode", ToolModeChoice), ("answers", AnswerMode)):
            if getattr(self, name) not in get_args(allowed):
                raise ConfigError(f"{name} is {getattr(self, name)!r}; expected {', '.join(get_args(allowed))}.")
        if self.choices is not None and not 1 <= self.choices <= HITS:
            raise ConfigError(f"choices is {self.choices}; expected 1 to {HITS} items.")
        check_refuse_below(self.refuse_below)
        check_thread_tokens(self.thread_tokens)

    @property
    def decide_all(self) -> bool:
        """Whether these options leave no role to what the model has shown it can do."""
        return self.tool_mode != "auto" and self.answers != "auto" and self.choices is not None
