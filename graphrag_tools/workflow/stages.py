"""The stages of the workflow: what each does with the state, and where it goes on from there."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, RemoveMessage

from graphrag_tools.answer import Answer, Usage
from graphrag_tools.answers.answer import (
    TurnFacts,
    finished_answer,
    not_verified,
    quote_item,
    refusal,
    spent,
    warned_answer,
    with_alternatives,
    written_answer,
)
from graphrag_tools.answers.comparison import comparison
from graphrag_tools.answers.hint import hint_answer
from graphrag_tools.answers.other_language import other_language_answer
from graphrag_tools.answers.writing import may_write, write_text
from graphrag_tools.conversation import turn
from graphrag_tools.conversation.answer_message import answer_message, answered_item
from graphrag_tools.conversation.follow_ups import NOTHING_ASKED, Earlier, Understood, next_earlier
from graphrag_tools.conversation.rewriting import meaning
from graphrag_tools.conversation.wordless import other_parts, wordless_answer
from graphrag_tools.errors import ModelError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.models.model import ChatModel
from graphrag_tools.models.providers import NO_MODEL
from graphrag_tools.models.steps import Meter, Steps, was_cut
from graphrag_tools.progress import Progress
from graphrag_tools.prompts import Prompts
from graphrag_tools.search.confidence import DOUBTFUL
from graphrag_tools.tool_calling.callers import Choices, ToolCaller
from graphrag_tools.verification.answer import problems
from graphrag_tools.verification.refusals import is_refusal
from graphrag_tools.workflow.escalation import BudgetSpent, Escalation
from graphrag_tools.workflow.findings import Findings
from graphrag_tools.workflow.nodes import ANSWER, CHOOSE, END, SEARCH, TOOLS, VERIFY
from graphrag_tools.workflow.options import WorkflowOptions
from graphrag_tools.workflow.roles import ModelRoles, assign_roles
from graphrag_tools.workflow.search_step import CallTool, meant_now, scoped_section, search_for, understood_as
from graphrag_tools.workflow.second_question import questions_in, with_second

if TYPE_CHECKING:
    from graphrag_tools.workflow.state import ManualState

MAX_MODEL_CALLS = 3
MAX_TRIES = 2
_SEARCH = 2
"""Messages of the workflow's own before a model acts: its search and the result."""
Result = TypeVar("Result")


class Stages:
    """The nodes and the routes between them. A node that needs a model is a generator of steps (models/steps.py)."""

    def __init__(
        self,
        index: ManualIndex,
        model: ChatModel | None,
        options: WorkflowOptions,
        larger: Escalation | None = None,
        progress: Progress | None = None,
        call_tool: CallTool | None = None,
    ) -> None:
        """`progress` is told of the probes, where the model has to be probed; `call_tool` makes the search's call."""
        index.check_manual(options.manual)
        self.manual = options.manual
        self._index = index
        self._options = options
        self._prompts = Prompts(options.prompts)
        self._found = Findings(index, options)
        self._call_tool = call_tool
        self._first = assign_roles(model, index, self._prompts, options, progress)
        self._escalation = larger

    def resolve(self, state: "ManualState") -> Steps[dict[str, Any]]:
        """Take the question as it is meant after the ones before it, and drop what the thread has too much."""
        started = time.perf_counter()
        opening = turn.opening(state["messages"], self._options.thread_tokens)
        meter = Meter()
        asked, _ = self._questions_in(opening.question)
        meant = (yield from meter.metered(self._meant(asked, self._found.earlier(state)))) if asked else NOTHING_ASKED
        return {
            "messages": [RemoveMessage(id=message.id) for message in opening.dropped if message.id],
            "began": len(turn.this_turn(state["messages"])),
            "question": meant.question,
            "meant": meant,
            "hits": [],
            "confidence": 0.0,
            "answer": None,
            "draft": None,
            "failed": [],
            "warnings": list(opening.warnings),
            "escalated_at": None,
            "stand_in": None,
            "larger_failed": False,
            "usage": spent(Usage(), "resolve", started, meter),
        }

    def after_resolve(self, state: "ManualState") -> str:
        """Search, unless there is no word to search for."""
        return SEARCH if state["question"] else ANSWER

    def search(self, state: "ManualState") -> dict[str, Any]:
        """Search with the question, without a model; the call and its result join the messages.

        A question that compares two things is answered at once, and one in a language that search does not know.
        """
        started = time.perf_counter()
        words, _ = self._questions_in(turn.question_of(state["messages"])[: turn.MAX_QUESTION_CHARACTERS])
        meant = meant_now(state["meant"], state["question"])
        found = search_for(meant, words, self._index, self.manual, call_tool=self._call_tool)
        compared = comparison(state["question"], found.hits, self._index, self._options.thresholds, self.manual)
        told = compared.answer or other_language_answer(
            words, found.hits, self._index, self._options.thresholds, self.manual
        )
        confidence = min(found.confidence, DOUBTFUL) if compared.lacks_one else found.confidence
        known: Any = {"meant": meant, "hits": found.hits, "confidence": confidence, "draft": told}
        if self._model_follows({**state, **known}):
            from graphrag_tools.workflow.drafts import tell_quote

            tell_quote(lambda: self._quote_alone({**state, **known}, found.messages))
        return {**known, "messages": [*found.messages], "usage": spent(state["usage"], "search", started)}

    def after_search(self, state: "ManualState") -> str:
        """Check what is answered already; refuse at once where nothing in the manual is near."""
        if state.get("draft"):
            return VERIFY
        return ANSWER if self._found.standing(state) == "not_in_manual" else CHOOSE

    def choose(self, state: "ManualState") -> Steps[dict[str, Any]]:
        """Let the model make the next call; callers of less strength stand in for one that made none."""
        acting, own = self._acting(state), self._since_escalation(state)
        found = turn.hits_of(turn.latest_search(own))
        hits = found or state["hits"]
        wide = acting.choices > 1
        calls = turn.calls_by_model(own)
        candidates = turn.candidates(hits, None if found else scoped_section(state["meant"], self._index))
        choices = Choices(
            question=state["question"],
            items=[self._index.item(item_id) for item_id in candidates[: acting.choices]],
            may_search=wide and calls < MAX_MODEL_CALLS - 1,
            may_decline=wide,
        )
        # The question as meant, which may be longer or shorter than the message that asked it.
        asked = self._found.own(state)[:_SEARCH]
        history = [HumanMessage(state["question"]), *asked, *own]
        usage, message = state["usage"], None
        for caller in self._callers(acting, state):
            started, meter = time.perf_counter(), Meter()
            stage = f"call ({caller.mode})"
            try:
                message = yield from meter.metered(self._charged(acting, caller.calling(history, choices)))
            except ModelError as error:
                told = self._told_of_larger(acting, error, "it had chosen an item")
                unread = meter.calls - int(not isinstance(error, BudgetSpent))
                return {
                    "warnings": [*state["warnings"], told],
                    "escalated_at": None,
                    "larger_failed": True,
                    "usage": spent(usage, stage, started, meter, unread),
                }
            unread = meter.calls - int(message is not None and caller.mode != "none")
            usage = spent(usage, stage, started, meter, unread)
            if message is not None:
                break
        if message and self.manual:
            message = turn.kept_to_manual(message, self.manual)
        return {"messages": [message] if message else [], "hits": hits, "usage": usage}

    def after_choose(self, state: "ManualState") -> str:
        """Run the call that was made, if one was."""
        last = state["messages"][-1]
        return TOOLS if isinstance(last, AIMessage) and last.tool_calls else ANSWER

    def after_tools(self, state: "ManualState") -> str:
        """Answer once an item was looked up, or when the model has had its calls."""
        messages = self._since_escalation(state)
        if turn.chosen_item(messages) or turn.calls_by_model(messages) >= MAX_MODEL_CALLS:
            return ANSWER
        return CHOOSE

    def answer(self, state: "ManualState") -> Steps[dict[str, Any]]:
        """Write or quote an answer from the chosen item, or refuse."""
        started, meter = time.perf_counter(), Meter()
        if state["larger_failed"]:
            return {"draft": state["stand_in"]}
        acting, messages = self._acting(state), self._since_escalation(state)
        chosen, near = turn.chosen_item(messages), self._found.standing(state) != "not_in_manual"
        if state["meant"].is_courtesy:
            silent = None if state["question"] else wordless_answer(other_parts(state["messages"]))
            draft = silent or hint_answer(self._index, self.manual)
            return {"draft": draft, "usage": spent(state["usage"], "hint", started)}
        may_answer = bool(self._found.candidates(state)) and (near or state["escalated_at"])
        if chosen is None and (turn.declined(messages) or not may_answer):
            draft = refusal(state["hits"], self._index)
            return {"draft": draft, "usage": spent(state["usage"], "refuse", started)}
        quote = self._found.quote(state, chosen)
        writes = acting.writes and may_write(quote, acting.room) and len(state["failed"]) < MAX_TRIES
        if acting.model is None or not writes:
            return {"draft": self._found.quoted(state, quote), "usage": spent(state["usage"], "quote", started)}
        failed, room = state["failed"], acting.room
        writing = write_text(acting.model, self._prompts, state["question"], quote, failed, room=room)
        try:
            reply = yield from meter.metered(self._charged(acting, writing))
        except ModelError as error:
            told = self._told_of_larger(acting, error, "it could try again" if state["failed"] else "it could write")
            return {
                "draft": self._found.quoted(state, quote),
                "warnings": [*state["warnings"], told],
                "usage": spent(state["usage"], "write", started, meter),
            }
        if not is_refusal(reply.text, quote.section.whole_text, state["question"]):
            draft = written_answer(reply.text.strip(), quote, self._index, acting.name, cut=was_cut(reply))
        elif acting.may_refuse or self._found.standing(state) != "answered":
            draft = refusal(state["hits"], self._index)
        else:
            draft = self._found.quoted(state, quote)
        return {"draft": draft, "usage": spent(state["usage"], "write", started, meter)}

    def verify(self, state: "ManualState") -> dict[str, Any]:
        """Check the draft in code: pass it with its trace and usage, or note why it must be made again."""
        started = time.perf_counter()
        # In a turn that an older version began, the draft stands where the answer will.
        draft = state.get("draft") or state["answer"]
        if draft is None:
            raise RuntimeError("verify was reached without an answer")
        # Against the user's own words: what a model made of them is no evidence.
        found = problems(draft, turn.asked_words(state["messages"]), self._index)
        usage = spent(state["usage"], "verify", started)
        failed = [*state["failed"], (draft.text, found)] if found and draft.mode == "written" else state["failed"]
        why = self._why_escalate(state, draft, failed)
        if why and self._escalation:
            offer = self._escalation.hand_over(
                self._first.name, why, to_overrule=draft.status in ("not_in_manual", "unsure")
            )
            warnings = [*state["warnings"], offer.told] if offer.told else state["warnings"]
            state = {**state, "warnings": warnings}
            if offer.accepted:
                return {
                    "answer": None,
                    "failed": [],
                    "warnings": warnings,
                    "escalated_at": len(turn.this_turn(state["messages"])),
                    "stand_in": self._stand_in(state, draft),
                    "usage": usage,
                }
        if len(failed) > len(state["failed"]):
            from graphrag_tools.workflow.drafts import tell_rejected

            tell_rejected()
            return {"answer": None, "failed": failed, "usage": usage, "warnings": state["warnings"]}
        final = self._final(state, draft, found, usage)
        answered_from, before = answered_item(final), self._found.earlier(state)
        earlier = next_earlier(state["meant"], answered_from, before, doubtful=final.status == "unsure")
        return {"answer": final, "messages": [answer_message(final)], "usage": usage, "earlier": earlier}

    def after_verify(self, state: "ManualState") -> str:
        """Try again where the draft failed; the larger model starts with a choice of its own."""
        if state["answer"] is not None:
            return END
        return ANSWER if state["failed"] else CHOOSE

    def _questions_in(self, message: str) -> tuple[str, str]:
        return questions_in(message, self._index, self._options.thresholds, self.manual)

    def _meant(self, question: str, earlier: Earlier | None) -> Steps[Understood]:
        model = self._first.model if self._first.resolves else None
        return meaning(question, earlier, self._index, self.manual, model, self._prompts)

    def _acting(self, state: "ManualState") -> ModelRoles:
        if state["escalated_at"] is None or self._escalation is None:
            return self._first
        return self._escalation.open_model()

    def _callers(self, acting: ModelRoles, state: "ManualState") -> tuple[ToolCaller, ...]:
        """Return the callers to try in order; the last, which needs no model, alone where search is sure."""
        sure = acting.only_unsure and acting is self._first and self._found.standing(state) != "unsure"
        return acting.callers[-1:] if sure else acting.callers

    def _model_follows(self, state: "ManualState") -> bool:
        """Whether a model works on what search is sure of already."""
        acting = self._first
        asked = acting.writes or len(self._callers(acting, state)) > 1
        return asked and not state.get("draft") and self._found.standing(state) == "answered"

    def _quote_alone(self, state: "ManualState", messages: Sequence[BaseMessage]) -> Answer:
        """Return what the turn is answered with if no model changes it, checked as any answer is."""
        draft = self._found.quoted(state, self._found.quote(state))
        wrong = problems(draft, turn.asked_words(state["messages"]), self._index)
        searched: Any = {**state, "messages": [*state["messages"], *messages]}
        return self._final(searched, draft, wrong, state["usage"], model=NO_MODEL)

    def _charged(self, acting: ModelRoles, steps: Steps[Result]) -> Steps[Result]:
        """Return the same steps; those of the larger model within its budget."""
        if acting is self._first or self._escalation is None:
            return steps
        return self._escalation.within_budget(steps)

    def _told_of_larger(self, acting: ModelRoles, error: ModelError, before: str) -> str:
        """Tell of the larger model's failure; what the first model's failure means is for its user."""
        if acting is self._first:
            raise error
        return f"{error} before {before}." if isinstance(error, BudgetSpent) else f"{acting.name} failed: {error}"

    def _stand_in(self, state: "ManualState", draft: Answer) -> Answer:
        """Return what the first model's draft comes to without a larger one: what it wrote in vain is quoted."""
        if draft.mode == "quoted":
            return draft
        return self._found.quoted(state, quote_item(state["question"], draft.sources[0].id, self._index, state["hits"]))

    def _since_escalation(self, state: "ManualState") -> list[Any]:
        """Return the messages of the turn that the model now acting is behind."""
        return turn.this_turn(state["messages"])[state["escalated_at"] or self._found.began(state) + _SEARCH :]

    def _why_escalate(self, state: "ManualState", draft: Answer, failed: list[tuple[str, list[str]]]) -> str | None:
        if state["escalated_at"] is not None or state["larger_failed"] or not state["hits"]:
            return None
        if len(failed) == MAX_TRIES and draft.mode == "written":
            return f"could not write an answer that can be verified ({' '.join(failed[-1][1])})"
        if draft.status in ("not_in_manual", "unsure"):
            return "found no answer"
        if state["usage"].unread_calls and not turn.calls_by_model(self._found.own(state)):
            return "made no tool call that could be read"
        return None

    def _final(
        self, state: "ManualState", draft: Answer, wrong: list[str], usage: Usage, model: str | None = None
    ) -> Answer:
        failed = state["failed"][-1:] if draft.mode == "quoted" else []
        facts = TurnFacts(
            question=state["meant"].question,
            understood_as=understood_as(turn.asked_words(state["messages"]), state["question"], self._index),
            follow_up=state["meant"].follow_up,
            confidence=self._found.confidence(state) if draft.confidence is None else draft.confidence,
            model=model or self._acting(state).name,
            notes=state["warnings"],
            trace=turn.trace(self._found.own(state)),
            usage=usage,
        )
        warned = warned_answer(draft, *(not_verified(draft.language, reasons) for _, reasons in failed), wrong=wrong)
        final = finished_answer(with_alternatives(warned, state["hits"], self._index), facts)
        asked = turn.asked_words(state["messages"])[: turn.MAX_QUESTION_CHARACTERS]
        return with_second(final, asked, self._index, self._options.thresholds, self.manual, self._call_tool)
