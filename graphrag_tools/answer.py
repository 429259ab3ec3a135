"""Answer: what a user gets, and all that it rests on."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Status = Literal["answered", "unsure", "not_in_manual", "unverified", "not_from_manual"]
Mode = Literal["written", "quoted"]
CalledBy = Literal["model", "workflow"]


class Source(BaseModel):
    """A menu item that an answer rests on; `quote` holds its blocks verbatim, one per line."""

    model_config = ConfigDict(frozen=True)

    id: str
    title: str
    path: tuple[str, ...]
    url: str = ""
    page: int | None = None
    quote: str = ""


class Place(BaseModel):
    """A menu item that may hold what was asked, to look into: its path in the manual, its taps, where it is found."""

    model_config = ConfigDict(frozen=True)

    id: str
    title: str
    path: tuple[str, ...]
    taps: tuple[str, ...] = ()
    url: str = ""
    page: int | None = None


def caller_words(by: str) -> str:
    """Return what is said behind a call: who made it, where that was not this package itself."""
    return " by the model" if by == "model" else ""


class ToolCallRecord(BaseModel):
    """One tool call behind an answer: who made it, what came back, whether it was one that can be executed.

    `valid` means that the tool exists, the arguments fit its schema and the item exists. `repairs` says what
    had to be put right in the call as the model wrote it, a sentence each.
    """

    model_config = ConfigDict(frozen=True)

    tool: str
    arguments: dict[str, object]
    by: CalledBy
    valid: bool
    result: str
    repairs: tuple[str, ...] = ()


class StageTime(BaseModel):
    """How long one stage of the workflow took, in seconds."""

    model_config = ConfigDict(frozen=True)

    stage: str
    seconds: float


class Usage(BaseModel):
    """What an answer cost. Tokens are those that the model's server reports, 0 where it reports none.

    `unread_calls` counts replies in which the model should have called a tool and no call could be read.
    """

    model_config = ConfigDict(frozen=True)

    model_calls: int = 0
    unread_calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0
    stages: tuple[StageTime, ...] = ()


class Answer(BaseModel):
    """An answer with its menu path, its sources and the calls behind it.

    `confidence`, 0 to 1, is how probably what search put first answers (`ManualIndex.confidence`).
    `question` is what was asked: a `follow_up` with what it refers to. `understood_as` is the question that was
    searched for, where that is another than was typed: completed, spelled as the manual does, the one answered of two.
    `model` is the one that chose the item and wrote the words, where it was let.
    `answered` text claims to answer; `unsure` text only names the closest places, which `alternatives` holds,
    because search found something and the signals are weak or disagree; `not_in_manual` says that nothing is near.
    `not_from_manual` text is an agent's own, or rests on other tools than the manual's, and was not checked.
    `alternatives` are the next places to look, best first: after the one that answers, or the closest ones.
    `menu_path` holds titles from the root; where an option answers, its title is the last. It is empty
    only where nothing is answered. `taps` is the way on the device, where the text gives one.
    `more` is what else its section says, word for word, where the text is but the part that answers.
    `manual` is the id of the manual that it is from, empty where the index holds one alone or the manual does
    not say.
    `language` is the code of the manual's language, in which the words around the manual's are where there are such.
    `quoted` text is the manual's own words; `written` text is the model's, checked against the sources.
    """

    model_config = ConfigDict(frozen=True)

    text: str
    status: Status
    question: str = ""
    understood_as: str = ""
    follow_up: bool = False
    manual: str = ""
    menu_path: tuple[str, ...] = ()
    taps: tuple[str, ...] = ()
    confidence: float | None = None
    sources: tuple[Source, ...] = ()
    more: str = ""
    alternatives: tuple[Place, ...] = ()
    mode: Mode = "quoted"
    model: str = "none"
    language: str = "en"
    warnings: tuple[str, ...] = ()
    trace: tuple[ToolCallRecord, ...] = ()
    usage: Usage = Field(default_factory=Usage)

    @property
    def claims_something(self) -> bool:
        """Whether its text claims to answer, verified or not."""
        return self.status in ("answered", "unverified")

    @property
    def coverage(self) -> float | None:
        """The name that `confidence` had in version 0.1."""
        return self.confidence
