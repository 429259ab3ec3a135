"""The stages of the workflow: what each does with the state, and where it goes on from there."""

import time
from dataclasses import replace
from typing import Any

from langchain_core.messages import AIMessage, HumanMessage, RemoveMessage, ToolMessage
from langchain_core.tools import BaseTool
from langgraph.graph import END, MessagesState

from graphrag_tools import answering, turn
from graphrag_tools.actors import Actor, actor
from graphrag_tools.answer import Answer, StageTime, Usage
from graphrag_tools.errors import ModelError
from graphrag_tools.escalation import Escalation
from graphrag_tools.follow_ups import Earlier, Understood, may_follow_up, understood
from graphrag_tools.graph import PATH_SEPARATOR
from graphrag_tools.index import ManualIndex
from graphrag_tools.model_calls import Meter, Steps
from graphrag_tools.models import ChatModel, ModelOptions, open_chat_model
from graphrag_tools.options import HITS, WorkflowOptions
from graphrag_tools.prompts import Prompts
from graphrag_tools.quoting import Quote
from graphrag_tools.rewriting import rewriting
from graphrag_tools.search import Hit
from graphrag_tools.tool_calling import BY_WORKFLOW, Choices, NoModelCaller, call_message
from graphrag_tools.tool_texts import SEARCH_NAME
from graphrag_tools.tools import ManualToolkit
from graphrag_tools.verification import problems

MAX_MODEL_CALLS = 3
MAX_TRIES = 2
_BEFORE_CHOICE = 3
"""Messages of a turn before a model acts: the question, the workflow's own search and its result."""


class ManualState(MessagesState):
    """What the workflow keeps between stages; of the keys beside `messages`, only `earlier` outlives a turn."""

    earlier: Earlier | None
    question: str
    scope: str | None
    hits: list[Hit]
    coverage: float
    answer: Answer | None
    failed: list[tuple[str, list[str]]]
    usage: Usage
    warnings: list[str]
    escalated_at: int | None
    """How many messages of the turn there were when the larger model took over; None while it has not."""
    larger_failed: bool


class Stages:
    """The nodes and the routes between them. A node that needs a model is a generator of steps (model_calls.py)."""

    def __init__(
        self, index: ManualIndex, model: ChatModel | None, options: WorkflowOptions, model_options: ModelOptions
    ) -> None:
        index.check_manual(options.manual)
        self._index = index
        self._options = options
        self._prompts = Prompts(options.prompts)
        self.tools: list[BaseTool] = ManualToolkit(index=index, manual=options.manual).get_tools()
        self._first = actor(model, index, self._prompts, options)
        self._nobody = replace(self._first, callers=(NoModelCaller(),), choices=1, writes=False)
        self._escalation = _escalation(options, index, self._prompts, model_options)

    def resolve(self, state: ManualState) -> Steps[dict[str, Any]]:
        """Take the question as it is meant after the ones before it, and drop what the thread has too much."""
        started = time.perf_counter()
        warnings: list[str] = []
        asked = turn.question_of(state["messages"])
        if len(asked) > turn.MAX_QUESTION_CHARACTERS:
            warnings.append(
                f"The question has {len(asked)} characters; only the first {turn.MAX_QUESTION_CHARACTERS} were used."
            )
        dropped = turn.messages_over(state["messages"], self._options.thread_tokens)
        if dropped:
            warnings.append(
                f"The conversation is longer than {self._options.thread_tokens} tokens: "
                f"its first {len(dropped)} messages were dropped."
            )
        meter = Meter()
        question = asked[: turn.MAX_QUESTION_CHARACTERS]
        meant = yield from meter.metered(self._meant(question, state.get("earlier")))
        return {
            "messages": [RemoveMessage(id=message.id) for message in dropped if message.id],
            "question": meant.question,
            "scope": meant.scope,
            "answer": None,
            "failed": [],
            "warnings": warnings,
            "escalated_at": None,
            "larger_failed": False,
            "usage": _spent(Usage(), "resolve", started, meter),
        }

    def search(self, state: ManualState) -> dict[str, Any]:
        """Search with the question, without a model; the call and its result join the messages."""
        started = time.perf_counter()
        arguments: dict[str, object] = {"query": state["question"], "k": HITS}
        if self._options.manual:
            arguments["manual"] = self._options.manual
        call = call_message(SEARCH_NAME, arguments, by=BY_WORKFLOW)
        result: ToolMessage = self.tools[0].invoke(call.tool_calls[0])
        usage = _spent(state["usage"], "search", started)
        hits: list[Hit] = result.artifact or []
        shares_a_word = any(hit.word_share > 0 for hit in hits)
        coverage = self._index.coverage(hits) if shares_a_word else 0.0
        return {"messages": [call, result], "hits": hits, "coverage": coverage, "usage": usage}

    def after_search(self, state: ManualState) -> str:
        """Refuse at once where the manual does not cover the question."""
        return "choose" if self._covered(state) else "answer"

    def choose(self, state: ManualState) -> Steps[dict[str, Any]]:
        """Let the model make the next call; callers of less strength stand in for one that made none."""
        acting, own = self._acting(state), self._since_escalation(state)
        searched = turn.hits_of(turn.latest_search(own))
        hits = searched or state["hits"]
        wide = acting.choices > 1
        calls = turn.calls_by_model(own)
        candidates = turn.candidates(hits, None if searched else self._scoped_section(state))
        choices = Choices(
            question=state["question"],
            items=[self._index.item(item_id) for item_id in candidates[: acting.choices]],
            may_search=wide and calls < MAX_MODEL_CALLS - 1,
            may_decline=wide,
        )
        # The question as meant, which may be longer or shorter than the message that asked it.
        asked = turn.this_turn(state["messages"])[1:_BEFORE_CHOICE]
        history = [HumanMessage(state["question"]), *asked, *own]
        usage, message = state["usage"], None
        for caller in acting.callers:
            started, meter = time.perf_counter(), Meter()
            try:
                message = yield from meter.metered(caller.calling(history, choices))
            except ModelError as error:
                return self._without_larger(state, acting, error)
            unread = meter.calls - int(message is not None and caller.mode != "none")
            usage = _spent(usage, f"call ({caller.mode})", started, meter, unread)
            self._charge(acting, meter)
            if message is not None:
                break
        if message and self._options.manual:
            message = turn.kept_to_manual(message, self._options.manual)
        return {"messages": [message] if message else [], "hits": hits, "usage": usage}

    def after_choose(self, state: ManualState) -> str:
        """Run the call that was made, if one was."""
        last = state["messages"][-1]
        return "tools" if isinstance(last, AIMessage) and last.tool_calls else "answer"

    def after_tools(self, state: ManualState) -> str:
        """Answer once an item was looked up, or when the model has had its calls."""
        messages = self._since_escalation(state)
        if turn.chosen_item(messages) or turn.calls_by_model(messages) >= MAX_MODEL_CALLS:
            return "answer"
        return "choose"

    def answer(self, state: ManualState) -> Steps[dict[str, Any]]:
        """Write or quote an answer from the chosen item, or refuse."""
        started, meter = time.perf_counter(), Meter()
        acting, messages = self._acting(state), self._since_escalation(state)
        chosen = turn.chosen_item(messages)
        if chosen is None and (turn.declined(messages) or not (self._covered(state) or state["escalated_at"])):
            draft = answering.refusal(state["hits"], self._index)
            return {"answer": draft, "usage": _spent(state["usage"], "refuse", started)}
        first = turn.candidates(state["hits"], self._scoped_section(state))[0]
        quote = answering.quote_item(state["question"], chosen or first, self._index)
        if acting.model is None or not self._may_write(acting, state):
            draft = self._quoted(state, quote)
            return {"answer": draft, "usage": _spent(state["usage"], "quote", started)}
        writing = answering.writing(acting.model, self._prompts, state["question"], quote, state["failed"])
        try:
            reply = yield from meter.metered(writing)
        except ModelError as error:
            quoted = {"answer": self._quoted(state, quote)}
            return quoted | self._without_larger(state, acting, error)
        self._charge(acting, meter)
        draft = (
            answering.refusal(state["hits"], self._index)
            if answering.says_not_in_manual(reply)
            else answering.written_answer(
                reply.text.strip(), quote, self._index, acting.name, cut=answering.was_cut(reply)
            )
        )
        return {"answer": draft, "usage": _spent(state["usage"], "write", started, meter)}

    def verify(self, state: ManualState) -> dict[str, Any]:
        """Check the draft in code: pass it with its trace and usage, or note why it must be made again."""
        started = time.perf_counter()
        draft = state["answer"]
        if draft is None:
            raise RuntimeError("verify was reached without an answer")
        # Against the user's own words: what a model made of them is no evidence.
        found = problems(draft, turn.question_of(state["messages"]), self._index)
        usage = _spent(state["usage"], "verify", started)
        failed = [*state["failed"], (draft.text, found)] if found and draft.mode == "written" else state["failed"]
        why = self._why_escalate(state, draft, failed)
        if why and self._escalation:
            handed_over, told = self._escalation.offered(self._first.name, why)
            state = {**state, "warnings": [*state["warnings"], told]}
            if handed_over:
                place = len(turn.this_turn(state["messages"]))
                return {
                    "answer": None,
                    "failed": [],
                    "warnings": state["warnings"],
                    "escalated_at": place,
                    "usage": usage,
                }
        if len(failed) > len(state["failed"]):
            return {"answer": None, "failed": failed, "usage": usage, "warnings": state["warnings"]}
        final = self._final(state, draft, found, usage)
        earlier = Earlier(final.question, final.sources[0].id) if final.sources else state.get("earlier")
        return {"answer": final, "messages": [AIMessage(shown_text(final))], "usage": usage, "earlier": earlier}

    def after_verify(self, state: ManualState) -> str:
        """Try again where the draft failed; the larger model starts with a choice of its own."""
        if state["answer"] is not None:
            return END
        return "answer" if state["failed"] else "choose"

    def _meant(self, question: str, earlier: Earlier | None) -> Steps[Understood]:
        acting = self._first
        if earlier and self._options.manual not in (None, earlier.item_id.partition("/")[0]):
            return Understood(question)
        known = earlier is not None and earlier.item_id in self._index and may_follow_up(question)
        if earlier and known and acting.model and acting.resolves:
            item = self._index.item(earlier.item_id)
            rewritten = yield from rewriting(acting.model, self._prompts, question, earlier, item)
            if rewritten is not None:
                return rewritten
        return understood(question, earlier, self._index, self._options.manual)

    def _acting(self, state: ManualState) -> Actor:
        if state["larger_failed"]:
            return self._nobody
        if state["escalated_at"] is None or self._escalation is None:
            return self._first
        return self._escalation.actor

    def _may_write(self, acting: Actor, state: ManualState) -> bool:
        larger = self._escalation if self._escalation and acting is self._escalation.actor else None
        return acting.writes and len(state["failed"]) < MAX_TRIES and (larger is None or larger.has_budget)

    def _without_larger(self, state: ManualState, acting: Actor, error: ModelError) -> dict[str, Any]:
        """Go on without the larger model, which failed; what the first model's failure means is for its user."""
        if acting is self._first:
            raise error
        told = f"{acting.name} failed: {error}"
        return {"warnings": [*state["warnings"], told], "escalated_at": None, "larger_failed": True}

    def _charge(self, acting: Actor, meter: Meter) -> None:
        if self._escalation is not None and acting is self._escalation.actor:
            self._escalation.charge(meter)

    def _since_escalation(self, state: ManualState) -> list[Any]:
        """Return the messages of the turn that the model now acting is behind."""
        return turn.this_turn(state["messages"])[state["escalated_at"] or _BEFORE_CHOICE :]

    def _covered(self, state: ManualState) -> bool:
        """A question about an item that was just talked of is covered; what is asked of it, its text shows."""
        if state["scope"] is not None:
            return True
        return state["coverage"] > 0 and state["coverage"] >= self._options.refuse_below

    def _quoted(self, state: ManualState, quote: Quote) -> Answer:
        """Return the quote; where the manual does not cover the question, only verified words overrule a refusal."""
        if self._covered(state):
            return answering.quoted_answer(quote, self._index)
        return answering.refusal(state["hits"], self._index)

    def _scoped_section(self, state: ManualState) -> str | None:
        scope = state["scope"]
        return self._index.graph_of(scope).section_of(scope).id if scope else None

    def _why_escalate(self, state: ManualState, draft: Answer, failed: list[tuple[str, list[str]]]) -> str | None:
        if state["escalated_at"] is not None or state["larger_failed"] or not state["hits"]:
            return None
        if len(failed) == MAX_TRIES and draft.mode == "written":
            return f"could not write an answer that can be verified ({' '.join(failed[-1][1])})"
        if draft.status == "not_in_manual":
            # One that may not decline would answer whatever was asked.
            may_decline = self._escalation is not None and self._escalation.actor.choices > 1
            return "found no answer" if may_decline else None
        if state["usage"].unread_calls and not turn.calls_by_model(turn.this_turn(state["messages"])):
            return "made no tool call that could be read"
        return None

    def _final(self, state: ManualState, draft: Answer, found: list[str], usage: Usage) -> Answer:
        warnings = [*state["warnings"], *draft.warnings, *found]
        if state["failed"] and draft.mode == "quoted":
            reasons = " ".join(state["failed"][-1][1])
            warnings.append(f"What the model wrote could not be verified ({reasons})")
        return draft.model_copy(
            update={
                "question": state["question"],
                "follow_up": not turn.question_of(state["messages"]).startswith(state["question"]),
                "status": "unverified" if found else draft.status,
                "coverage": state["coverage"],
                "model": self._acting(state).name,
                "warnings": tuple(warnings),
                "trace": turn.trace(turn.this_turn(state["messages"])),
                "usage": usage,
            }
        )


def _escalation(
    options: WorkflowOptions, index: ManualIndex, prompts: Prompts, model_options: ModelOptions
) -> Escalation | None:
    larger = open_chat_model(options.escalate_to, options=replace(model_options, base_url=None))
    if larger is None:
        return None
    return Escalation(
        actor(larger, index, prompts, WorkflowOptions(manual=options.manual, prompts=options.prompts)), options.budget
    )


def shown_text(answer: Answer) -> str:
    """Return an answer as one text for a chat: its words, menu path and taps, its manual where there are several."""
    menu_path, taps = PATH_SEPARATOR.join(answer.menu_path), PATH_SEPARATOR.join(answer.taps)
    facts = (("\nMenu path", menu_path), ("On the device", taps), ("Manual", answer.manual))
    return "\n".join([answer.text, *(f"{label}: {said}" for label, said in facts if said)])


def _spent(usage: Usage, stage: str, started: float, meter: Meter | None = None, unread: int = 0) -> Usage:
    """Return the usage with one more stage in it, from `started` until now."""
    spent, seconds = meter or Meter(), time.perf_counter() - started
    return Usage(
        model_calls=usage.model_calls + spent.calls,
        unread_calls=usage.unread_calls + unread,
        prompt_tokens=usage.prompt_tokens + spent.prompt_tokens,
        completion_tokens=usage.completion_tokens + spent.completion_tokens,
        seconds=usage.seconds + seconds,
        stages=(*usage.stages, StageTime(stage=stage, seconds=seconds)),
    )
