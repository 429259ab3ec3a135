"""Probe a model: try each role on questions whose answer is known, and count what it gets right.

Easy cases tell who can do it at all. Who can is given hard ones, which tell whether it does better than no model.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langchain_core.tools import BaseTool, StructuredTool
from pydantic import BaseModel, ConfigDict

from graphrag_tools.abilities import cases as probe_set
from graphrag_tools.abilities import hard_cases
from graphrag_tools.abilities import judge as judging
from graphrag_tools.abilities.speed import Speed, measure_speed
from graphrag_tools.errors import ConfigError, PromptTooLong, ReplyCut, RequestRefused
from graphrag_tools.manual.graph import MenuItem
from graphrag_tools.models.errors import model_errors
from graphrag_tools.models.model import ChatModel
from graphrag_tools.models.providers import provider_named
from graphrag_tools.models.steps import reply_of
from graphrag_tools.progress import Progress, no_progress
from graphrag_tools.prompts import Prompts
from graphrag_tools.tool_calling.callers import (
    BY_WORKFLOW,
    Choices,
    NativeCaller,
    SchemaCaller,
    ToolCaller,
    call_message,
)
from graphrag_tools.tools import tool_texts
from graphrag_tools.tools.manual_tools import DescribeArguments, PathArguments, SearchArguments

Case = Callable[[], str]
"""Asks once and says what was wrong with the reply, "" for nothing."""
_VERSION = 5
"""Raise it when what counts as passed changes, so that models are probed anew."""
_NEEDED = {
    "native calls": 2,
    "schema calls": 2,
    "choices": 4,
    # Search has 5 of 12: with 5 more than that and none lost, the sign test gives p = .03.
    "hard choices": 10,
    "writing": 4,
    # A quote has 3 of 6, because it cannot say that the text does not answer.
    "hard writing": 5,
    "follow-ups": 3,
}
_CALL_TOKENS, _ANSWER_TOKENS, _QUESTION_TOKENS, _SPEED_TOKENS = 120, 120, 48, 32
_LIMITS = ("num_predict", "max_tokens")
_MAX_FAILURES = 3
_MAX_FAILURE = 200


class HardResult(BaseModel):
    """How a model did on the hard cases of a role: passed of asked, of `total`, of which `without` need no model."""

    model_config = ConfigDict(frozen=True)

    passed: int
    asked: int
    total: int
    without: int


class RoleResult(BaseModel):
    """How a model did in one role: passed of asked easy cases, then the hard ones, and whether that is enough.

    Asking stops once enough cannot be reached any more, so that `asked` may be less than there are. `hard` is None for
    a role that has no hard cases, or where the easy ones were too hard.
    """

    model_config = ConfigDict(frozen=True)

    passed: int = 0
    asked: int = 0
    able: bool = False
    failures: tuple[str, ...] = ()
    hard: HardResult | None = None

    @property
    def refused(self) -> bool:
        """Whether the server refused what was asked, rather than the model failing at it."""
        return any(failure.startswith(judging.REFUSED) for failure in self.failures)


_UNASKED = RoleResult()


class ProbeResult(BaseModel):
    """How a model did in each role, and how fast it is."""

    model_config = ConfigDict(frozen=True)

    native_calls: RoleResult
    schema_calls: RoleResult
    chooses: RoleResult
    writes: RoleResult
    resolves: RoleResult
    speed: Speed

    @property
    def thinks_aloud(self) -> bool:
        """Whether a reply held the model's thoughts beside, or instead of, the answer."""
        return any(judging.THINKS_ALOUD in failure for failure in (*self.writes.failures, *self.resolves.failures))


class CallerFactory(Protocol):
    """Makes a caller: a class of tool_calling.py, or one that also repairs what the model writes."""

    def __call__(self, model: ChatModel, tools: Sequence[BaseTool], prompts: Prompts) -> ToolCaller:
        """Raise ConfigError where the model cannot be called so."""


@dataclass(frozen=True, slots=True)
class _Asking:
    """A model, and what goes with every question to it."""

    model: ChatModel
    prompts: Prompts

    def text(self, prompt: str, **values: str) -> AIMessage:
        with model_errors():
            reply: AIMessage = reply_of(self.model.chat, [HumanMessage(self.prompts.render(prompt, **values))])
        return reply


def most_calls() -> int:
    """Return how often a model is called at most when it is probed."""
    return sum(map(len, _all_cases())) + 1


def fingerprint(prompts: Prompts) -> str:
    """Return what changes when the questions, the prompts or the words about the tools do."""
    shown = (
        prompts.render("system"),
        prompts.render("call", question=""),
        prompts.render("choose", question="", candidates="", tools=""),
        prompts.render("answer", question="", menu_path="", text=""),
        prompts.render("resolve", question="", item="", earlier=""),
        *(value for name, value in sorted(vars(tool_texts).items()) if name.isupper()),
    )
    cases = (_VERSION, _NEEDED, probe_set.ITEMS, _all_cases(), probe_set.FRAME_WORDS)
    return hashlib.sha256(repr((cases, shown)).encode()).hexdigest()


def _all_cases() -> tuple[Sequence[object], ...]:
    easy = (probe_set.CALLS, probe_set.SCHEMA_QUESTIONS, probe_set.choice_cases(), probe_set.WRITING)
    return (*easy, probe_set.FOLLOW_UPS, hard_cases.hard_choices(), hard_cases.HARD_WRITING)


def probe(
    model: ChatModel,
    *,
    native: CallerFactory = NativeCaller,
    prompts: Prompts | None = None,
    progress: Progress | None = None,
) -> ProbeResult:
    """Try a model in each role. It decides greedily, and its replies are kept short: one that is cut has failed.

    Native calls are tried only where the model claims tools; choices are tried in the way of calling that it
    is then used with. `native` is the caller that the workflow will use, with its repairs if it has any.

    Raises:
        ModelError: The server is down, too slow or broken. A server that refuses tools or schemas is no
            error: the model cannot do that, there.
    """
    report = progress or no_progress
    shown_prompts = prompts or Prompts()
    caller_parts = (_limited(model, _CALL_TOKENS), offered_tools(), shown_prompts)
    writing = _Asking(_limited(model, _ANSWER_TOKENS), shown_prompts)
    following = _Asking(_limited(model, _QUESTION_TOKENS), shown_prompts)
    count = partial(_try_role, report)
    make_native = partial(native, *caller_parts)
    make_schema = partial(SchemaCaller, *caller_parts)
    native_calls = count("native calls", _native_cases(make_native) if model.claims_tools else ())
    schema_calls = count("schema calls", _schema_cases(make_schema))
    able_to_call = native_calls.able or schema_calls.able
    return ProbeResult(
        native_calls=native_calls,
        schema_calls=schema_calls,
        chooses=_try_choosing(report, make_native if native_calls.able else make_schema) if able_to_call else _UNASKED,
        writes=_try_all_writing(report, writing),
        resolves=count("follow-ups", [partial(_try_follow_up, following, case) for case in probe_set.FOLLOW_UPS]),
        speed=_try_speed(_limited(model, _SPEED_TOKENS)),
    )


def _try_choosing(report: Progress, make: Callable[[], ToolCaller]) -> RoleResult:
    easy = _try_role(report, "choices", _choice_cases(make, probe_set.choice_cases()))
    hard = hard_cases.hard_choices()
    without = sum(case.right == case.items[0].id for case in hard)
    return _try_harder(report, "hard choices", easy, _choice_cases(make, hard), without)


def _try_all_writing(report: Progress, asking: _Asking) -> RoleResult:
    easy = _try_role(report, "writing", _writing_cases(asking, probe_set.WRITING))
    without = sum(bool(case.words) for case in hard_cases.HARD_WRITING)
    return _try_harder(report, "hard writing", easy, _writing_cases(asking, hard_cases.HARD_WRITING), without)


def _try_role(report: Progress, role: str, cases: Iterable[Case]) -> RoleResult:
    """Ask case by case until it is certain that not enough can be passed."""
    planned, needed = list(cases), _NEEDED[role]
    faults: list[str] = []
    for asked, case in enumerate(planned):
        report(role, asked, len(planned))
        faults.append(_ask_case(case))
        if sum(map(bool, faults)) > len(planned) - needed:
            break
    report(role, len(planned), len(planned))
    failures = [fault[:_MAX_FAILURE] for fault in faults if fault]
    passed = len(faults) - len(failures)
    return RoleResult(
        passed=passed, asked=len(faults), able=passed >= needed, failures=tuple(dict.fromkeys(failures))[:_MAX_FAILURES]
    )


def _try_harder(report: Progress, role: str, easy: RoleResult, cases: Sequence[Case], without: int) -> RoleResult:
    """Ask the hard cases of a role too, where the easy ones were passed: they decide. `without` need no model."""
    if not easy.able:
        return easy
    hard = _try_role(report, role, cases)
    counted = HardResult(passed=hard.passed, asked=hard.asked, total=len(cases), without=without)
    failures = (*easy.failures, *hard.failures)[-_MAX_FAILURES:]
    return easy.model_copy(update={"able": hard.able, "hard": counted, "failures": failures})


def _ask_case(case: Case) -> str:
    try:
        return case()
    except ConfigError as error:
        return str(error)
    except PromptTooLong:
        return judging.TOO_LONG
    # The model cannot do that, there. Any other failure is an outage, which is no verdict.
    except (RequestRefused, ReplyCut) as error:
        return f"{judging.REFUSED}: {error.__cause__}"


def _try_speed(model: ChatModel) -> Speed:
    try:
        return measure_speed(model)
    except (RequestRefused, ReplyCut):
        return Speed()


def _limited(model: ChatModel, tokens: int) -> ChatModel:
    """Return a local model with replies of at most so many tokens; a hosted one keeps the limit it was opened with.

    Hosted models, and local ones that think, may think out of the same allowance.
    """
    if not provider_named(model.provider).is_local or "thinking" in model.facts.capabilities:
        return model
    limit = next(name for name in _LIMITS if name in type(model.chat).model_fields)
    return replace(model, chat=model.chat.model_copy(update={limit: tokens, "temperature": 0.0}))


def offered_tools() -> list[BaseTool]:
    """Return tools that look like ours; they are offered and never run."""
    return [
        StructuredTool(name=name, description=description, args_schema=arguments)
        for name, description, arguments in (
            (tool_texts.SEARCH_NAME, tool_texts.SEARCH_DESCRIPTION, SearchArguments),
            (tool_texts.PATH_NAME, tool_texts.PATH_DESCRIPTION, PathArguments),
            (tool_texts.DESCRIBE_NAME, tool_texts.DESCRIBE_DESCRIPTION, DescribeArguments),
        )
    ]


def _native_cases(make: Callable[[], ToolCaller]) -> list[Case]:
    def ask(case: probe_set.CallCase) -> str:
        history = _history(case.question, probe_set.ITEMS if case.searched else ())
        call = make().next_call(history, _wide(case.question, probe_set.ITEMS))
        return judging.call_fault(call, offered_tools(), case)

    return [partial(ask, case) for case in probe_set.CALLS]


def _schema_cases(make: Callable[[], ToolCaller]) -> list[Case]:
    def ask(question: str) -> str:
        return judging.schema_fault(make().next_call([], _wide(question, probe_set.ITEMS)), probe_set.ITEMS)

    return [partial(ask, question) for question in probe_set.SCHEMA_QUESTIONS]


def _choice_cases(make: Callable[[], ToolCaller], cases: Sequence[probe_set.ChoiceCase]) -> list[Case]:
    def ask(case: probe_set.ChoiceCase) -> str:
        call = make().next_call(_history(case.question, case.items), _wide(case.question, case.items))
        return judging.choice_fault(call, case)

    return [partial(ask, case) for case in cases]


def _wide(question: str, items: Sequence[MenuItem]) -> Choices:
    """Return the choices that the workflow offers to a model that may choose: it can also search, or decline."""
    return Choices(question, items, may_search=True, may_decline=True)


def _history(question: str, found: Sequence[MenuItem]) -> list[BaseMessage]:
    """Return a turn's messages: the question and, where items were found, the search for them."""
    if not found:
        return [HumanMessage(question)]
    call = call_message(tool_texts.SEARCH_NAME, {"query": question}, by=BY_WORKFLOW)
    result = ToolMessage(
        probe_set.search_result(found), tool_call_id=call.tool_calls[0]["id"], name=tool_texts.SEARCH_NAME
    )
    return [HumanMessage(question), call, result]


def _writing_cases(asking: _Asking, cases: Sequence[probe_set.WritingCase]) -> list[Case]:
    return [partial(_try_writing, asking, case) for case in cases]


def _try_writing(asking: _Asking, case: probe_set.WritingCase) -> str:
    reply = asking.text("answer", question=case.question, menu_path=case.menu_path, text=case.text)
    return judging.reply_fault(reply) or judging.writing_fault(reply, case)


def _try_follow_up(asking: _Asking, case: probe_set.FollowUpCase) -> str:
    reply = asking.text("resolve", question=case.question, item=case.item, earlier=case.earlier)
    return judging.reply_fault(reply) or judging.follow_up_fault(reply, case)
