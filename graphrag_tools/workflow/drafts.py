"""Keep words that no check has passed out of LangGraph's `messages` stream; drafts go out as `custom` events.

A draft's events are plain data, so that every client reads them: `{"type": "graphrag_tools.draft", "text": …, "id": …}`
for a piece of the reply with this id, and `{"type": "graphrag_tools.draft_rejected"}` for one that failed its check.
Before a model is asked, `{"type": "graphrag_tools.quote", "answer": …}` has what the manual itself says.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, Literal, TypedDict
from uuid import UUID, uuid4

from langchain_core.callbacks import BaseCallbackHandler, BaseCallbackManager
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.runnables import RunnableConfig
from langchain_core.runnables.config import var_child_runnable_config
from langchain_core.tracers._streaming import _StreamingCallbackHandler
from langgraph.config import get_config, get_stream_writer
from langgraph.constants import TAG_NOSTREAM
from langgraph.graph.message import push_message

from graphrag_tools.answer import Answer
from graphrag_tools.tool_calling.repair import spoken_without

DRAFT: Final = "graphrag_tools.draft"
DRAFT_MARK: Final = "graphrag_tools_draft"
"""True in the response_metadata of a draft's piece in the `messages` stream."""
DRAFT_REJECTED: Final = "graphrag_tools.draft_rejected"
QUOTE: Final = "graphrag_tools.quote"


class DraftEvent(TypedDict):
    """A piece of a draft as the model writes it, not verified yet; `id` is that of the model's run."""

    type: Literal["graphrag_tools.draft"]
    text: str
    id: str


class DraftRejectedEvent(TypedDict):
    """What was written so far failed its check."""

    type: Literal["graphrag_tools.draft_rejected"]


class QuoteEvent(TypedDict):
    """The answer in the manual's own words, as plain data, while a model works on it."""

    type: Literal["graphrag_tools.quote"]
    answer: dict[str, Any]


class _DraftHandler(BaseCallbackHandler, _StreamingCallbackHandler):  # type: ignore[type-arg]
    """Hands a model's tokens on as draft events; that it is there makes a model stream where it can."""

    run_inline = True

    def __init__(self, write: Callable[[Any], None], shown_as: str | None) -> None:
        self._write = write
        self._shown_as = shown_as

    def tap_output_aiter(self, _run_id: UUID, output: Any) -> Any:
        return output

    def tap_output_iter(self, _run_id: UUID, output: Any) -> Any:
        return output

    def on_llm_new_token(self, token: Any, *, chunk: Any = None, run_id: UUID, **_: Any) -> None:
        text = token if chunk is None else chunk.text
        if text and isinstance(text, str):
            self._write(DraftEvent(type=DRAFT, text=str(text), id=str(run_id)))
            if self._shown_as:
                piece = AIMessageChunk(content=str(text), id=self._shown_as, response_metadata={DRAFT_MARK: True})
                push_message(piece, state_key=None)


@contextmanager
def inner_model_call(*, draft: bool, shown_as: str | None) -> Iterator[None]:
    """Keep what a model says within out of the graph's `messages` stream; with `draft`, tell it as custom events.

    With `shown_as`, the id of the message to come, the draft's pieces go into that stream too, for who asked for them.
    Outside a graph this does nothing.
    """
    config = _config()
    if config is None:
        yield
        return
    inner: RunnableConfig = {**config, "tags": [*(config.get("tags") or ()), TAG_NOSTREAM]}
    write = get_stream_writer()
    if draft and (_is_heard(write) or shown_as):
        inner["callbacks"] = _with_handler(config.get("callbacks"), _DraftHandler(write, shown_as))
    token = var_child_runnable_config.set(inner)
    try:
        yield
    finally:
        var_child_runnable_config.reset(token)


def tell_rejected() -> None:
    """Tell of a draft that failed its check."""
    if _config() is not None:
        get_stream_writer()(DraftRejectedEvent(type=DRAFT_REJECTED))


def tell_quote(make: Callable[[], Answer]) -> None:
    """Tell what the manual itself says; it is made only where somebody listens."""
    if _config() is None:
        return
    write = get_stream_writer()
    if _is_heard(write):
        write(QuoteEvent(type=QUOTE, answer=make().model_dump(mode="json")))


def shown_under(message_id: str, message: AIMessage) -> AIMessage:
    """Return an answer's message with the id of its drafts, and stream it whole, because it replaces them."""
    named = message.model_copy(update={"id": message_id})
    if _config() is not None:
        push_message(named, state_key=None)
    return named


def unspoken(message: AIMessage, thread: Sequence[BaseMessage]) -> AIMessage:
    """Return a message that may join a thread without its words leaving in the `messages` stream.

    Its calls are shown there without them. It is marked as shown, by its id, which is given to it where it has none or
    one that is taken: some servers give all replies the same, and LangGraph would put it in the earlier one's place.
    """
    taken = {one.id for one in thread}
    named = message if message.id and message.id not in taken else message.model_copy(update={"id": str(uuid4())})
    config = _config()
    if config is None or not named.text:
        return named
    for handler in _handlers(config.get("callbacks")):
        # What push_message looks for too: the handler of the stream, which shows no message twice.
        if isinstance(seen := getattr(handler, "seen", None), set):
            seen.add(named.id)
    if named.tool_calls:
        push_message(spoken_without(named), state_key=None)
    return named


def _config() -> RunnableConfig | None:
    try:
        return get_config()
    except RuntimeError:
        return None


def _is_heard(write: Callable[[Any], None]) -> bool:
    """Whether a stream writer leads anywhere: LangGraph's stand-in for one is a function that refers to nothing."""
    return getattr(write, "__closure__", ()) is not None


def _with_handler(callbacks: Any, handler: BaseCallbackHandler) -> Any:
    if isinstance(callbacks, BaseCallbackManager):
        copied = callbacks.copy()
        copied.add_handler(handler)
        return copied
    return [*(callbacks or ()), handler]


def _handlers(callbacks: Any) -> Sequence[BaseCallbackHandler]:
    return callbacks.handlers if isinstance(callbacks, BaseCallbackManager) else callbacks or ()


def unspoken_messages(messages: Sequence[BaseMessage], by: str, thread: Sequence[BaseMessage]) -> list[BaseMessage]:
    """Return messages to join a thread, of which those by `by` keep their words out of the stream."""
    return [unspoken(one, thread) if isinstance(one, AIMessage) and one.name == by else one for one in messages]
