"""Options of the workflow, and the budget of a larger model."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

from graphrag_tools.errors import ConfigError
from graphrag_tools.search.confidence import ANSWER_FROM, REFUSE_BELOW, Thresholds

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from graphrag_tools.models.model import ChatModel

AnswerMode = Literal["auto", "written", "quoted"]
ToolModeChoice = Literal["auto", "native", "schema", "none"]
DEFAULT_THREAD_TOKENS = 16_000
HITS = 5
"""How many sections the workflow's own search returns, and so the most that a model may choose among."""


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
    refuse_below: float = REFUSE_BELOW
    """Confidence, 0 to 1 (`ManualIndex.confidence`), below which "the manual does not say". 0: never."""
    answer_from: float = ANSWER_FROM
    """Confidence from which on to answer; below it, the closest places are named. 0: always answer."""
    manual: str | None = None
    prompts: str | None = None
    escalate_to: "str | BaseChatModel | ChatModel | None" = None
    """A larger model, for what the first one could not answer in a way that can be verified."""
    budget: Budget = field(default_factory=Budget)
    """The most that `escalate_to` may be used."""
    thread_tokens: int = DEFAULT_THREAD_TOKENS
    """Tokens of a thread that are kept, in whole turns: older turns are dropped, and the answer says so."""
    stream_drafts: bool = False
    """Whether `stream_mode="messages"` also carries drafts, not checked yet, under the id of the answer's message."""

    def __post_init__(self) -> None:
        """Refuse what is not on offer."""
        for name, allowed in (("tool_mode", ToolModeChoice), ("answers", AnswerMode)):
            if getattr(self, name) not in get_args(allowed):
                raise ConfigError(f"{name} is {getattr(self, name)!r}; expected {', '.join(get_args(allowed))}.")
        if self.choices is not None and not 1 <= self.choices <= HITS:
            raise ConfigError(f"choices is {self.choices}; expected 1 to {HITS} items.")
        Thresholds(self.refuse_below, self.answer_from)
        check_thread_tokens(self.thread_tokens)

    @property
    def thresholds(self) -> Thresholds:
        """When to answer and when to refuse."""
        return Thresholds(self.refuse_below, self.answer_from)

    @property
    def decide_all(self) -> bool:
        """Whether these options leave no role to what the model has shown it can do."""
        return self.tool_mode != "auto" and self.answers != "auto" and self.choices is not None
