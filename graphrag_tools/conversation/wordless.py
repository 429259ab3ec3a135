"""Parts of a message that are no words: images, recordings, files, which no manual is searched with."""

from collections.abc import Sequence

from langchain_core.messages import BaseMessage, HumanMessage

from graphrag_tools.answer import Answer

WORDS_ALONE = "Only the words of the message were used, not {parts}."
_NOTHING = "The message is empty. Ask a question in words."
_NO_WORDS = "The message has no words, only {parts}. Ask a question in words."
_TEXTS = frozenset({"text", "reasoning"})
_NAMES = {"image": "an image", "audio": "a recording", "video": "a video"}
_FILE = "a file"


def last_human(messages: Sequence[BaseMessage]) -> HumanMessage | None:
    """Return the message that is to be answered, None where nobody asked."""
    return next((message for message in reversed(messages) if isinstance(message, HumanMessage)), None)


def other_parts(messages: Sequence[BaseMessage]) -> list[str]:
    """Return what the last human message holds beside words, each kind once: "an image", "a recording", "a file"."""
    last = last_human(messages)
    # A plain text has no other parts, and to make blocks of it takes time.
    if last is None or isinstance(last.content, str):
        return []
    kinds = [_kind(dict(block)) for block in last.content_blocks]
    return list(dict.fromkeys(_NAMES.get(kind, _FILE) for kind in kinds if kind not in _TEXTS))


def listed(parts: Sequence[str]) -> str:
    """Return parts as they are told of in a sentence."""
    return " and ".join(parts)


def wordless_answer(parts: Sequence[str]) -> Answer:
    """Return what one is told whose message has no words."""
    text = _NO_WORDS.format(parts=listed(parts)) if parts else _NOTHING
    return Answer(text=text, status="not_in_manual")


def _kind(block: dict[str, object]) -> str:
    """Return the kind of a block; those of a provider's own say it in the block that they wrap."""
    inner = block.get("value")
    kind = str(inner.get("type") or "") if isinstance(inner, dict) else str(block.get("type"))
    return next((known for known in (*_NAMES, *_TEXTS) if known in kind), kind)
