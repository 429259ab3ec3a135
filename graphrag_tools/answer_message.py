"""An answer as a message of its thread, and what a thread's messages tell of the answer before."""

from collections.abc import Sequence

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage

from graphrag_tools import turn
from graphrag_tools.answer import Answer
from graphrag_tools.answering import REFUSED
from graphrag_tools.follow_ups import Earlier
from graphrag_tools.graph import PATH_SEPARATOR
from graphrag_tools.index import ManualIndex

_MENU_PATH = "Menu path: "
_MAX_PATH = 400


def shown_text(answer: Answer) -> str:
    """Return an answer as one text for a chat: its words, menu path and taps, its manual where there are several."""
    lines = [answer.text]
    if answer.menu_path:
        lines += ["", f"{_MENU_PATH}{PATH_SEPARATOR.join(answer.menu_path)}"]
    if answer.taps:
        lines.append(f"On the device: {PATH_SEPARATOR.join(answer.taps)}")
    if answer.manual:
        lines.append(f"Manual: {answer.manual}")
    return "\n".join(lines)


def earlier_in(messages: Sequence[AnyMessage], index: ManualIndex, manual: str | None = None) -> Earlier | None:
    """Return what came before the last human message: the last question that was answered, and the item.

    For a program that keeps the history itself and passes it whole. The item is the one whose menu path the
    answer shows; where there is none to see, the one that was looked up last. A turn that tells of no item is
    passed over, as a refusal is. None if no turn tells of one.
    """
    starts = [at for at, message in enumerate(messages) if isinstance(message, HumanMessage)]
    ends = starts[1:]
    for start, end in reversed(list(zip(starts, ends, strict=False))):
        said = list(messages[start:end])
        item_id = _shown_item(said, index, manual) or _looked_up(said)
        question = said[0].text.strip()
        if question and item_id is not None and item_id in index:
            return Earlier(question, item_id)
    return None


def _shown_item(said: Sequence[AnyMessage], index: ManualIndex, manual: str | None) -> str | None:
    lines = said[-1].text.splitlines() if isinstance(said[-1], AIMessage) else []
    paths = [line.removeprefix(_MENU_PATH).strip() for line in lines if line.startswith(_MENU_PATH)]
    item = index.resolve(paths[-1][:_MAX_PATH], manual).only if paths else None
    return item.id if item else None


def _looked_up(said: Sequence[AnyMessage]) -> str | None:
    """Return the item of the turn's last look-up; None where the turn ended in a refusal of ours."""
    last = said[-1]
    refused = isinstance(last, AIMessage) and not last.tool_calls and last.text.startswith(REFUSED)
    return None if refused else turn.chosen_item(said)
