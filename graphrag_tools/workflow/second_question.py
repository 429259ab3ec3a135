"""The second of two questions in one message: answered beside the first where search is sure of it, else told of."""

import time
from textwrap import shorten

from graphrag_tools.answer import Answer
from graphrag_tools.answers.answer import quote_item, quoted_answer, spent, sure_hit, warned_answer
from graphrag_tools.answers.comparison import side_by_side
from graphrag_tools.conversation import turn
from graphrag_tools.conversation.follow_ups import Earlier, understand_question
from graphrag_tools.conversation.parts import told_apart, unanswered_part
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.search.confidence import Thresholds
from graphrag_tools.verification.answer import problems
from graphrag_tools.workflow.search_step import CallTool, answering_sections, search_for, standing_of, understood_as

_LEFT_OUT = "Of the two things that you asked, ask this one by itself: {second}"
_SHOWN = 160


def questions_in(
    message: str, index: ManualIndex, thresholds: Thresholds, manual: str | None = None
) -> tuple[str, str]:
    """Return the first question of a message and what else it asks, empty where that is one question.

    So it is too where search is sure of one section for the whole that it has first for neither of the two.
    """
    first, other = told_apart(message)
    whole = sure_hit(message, index, thresholds, manual) if other else None
    if whole is None:
        return first, other
    parts = (sure_hit(part, index, thresholds, manual) for part in (first, other))
    is_one = not any(part and part.section_id == whole.section_id for part in parts)
    return (message, "") if is_one else (first, other)


def with_second(  # all of a turn's own
    answer: Answer,
    asked: str,
    index: ManualIndex,
    thresholds: Thresholds,
    manual: str | None,
    call_tool: CallTool | None,
) -> Answer:
    """Return the answer to a message's first question with that to the second; the same where it asks one alone.

    The second is quoted, whatever wrote the first. It is looked up only beside an answer; where search is not sure of
    it, a warning says that it is left.
    """
    second = questions_in(asked, index, thresholds, manual)[1] or unanswered_part(answer, answer.question, index)
    if not second:
        return answer
    left_out = warned_answer(answer, _LEFT_OUT.format(second=shorten(second, _SHOWN, placeholder=" …")))
    if answer.status != "answered" or not answer.sources:
        return left_out
    started = time.perf_counter()
    earlier = Earlier(answer.question, answer.sources[0].id)
    meant = understand_question(second, earlier, index, manual)
    found = search_for(meant, second, index, manual, call_tool=call_tool)
    if not found.hits or standing_of(meant, found.confidence, thresholds) != "answered":
        return left_out
    quote = quote_item(meant.question, answering_sections(meant, found.hits, index)[0], index, found.hits)
    quoted = quoted_answer(quote, index)
    if problems(quoted, second, index):
        return left_out
    used = {source.id for source in quoted.sources}
    return side_by_side([answer, quoted]).model_copy(
        update={
            "question": asked,
            "understood_as": understood_as(asked, asked, index),
            "alternatives": tuple(place for place in answer.alternatives if place.id not in used),
            "trace": (*answer.trace, *turn.trace(found.messages)),
            "usage": spent(answer.usage, "search", started),
        }
    )
