"""Two items side by side, for a question that compares them."""

from graphrag_tools.answer import Answer
from graphrag_tools.answers.answer import quote_item, quoted_answer, sure_hit
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.graph import SHOWN_SEPARATOR
from graphrag_tools.search.confidence import Thresholds
from graphrag_tools.text.english.asking import compared_things


def comparison(question: str, index: ManualIndex, thresholds: Thresholds, manual: str | None = None) -> Answer | None:
    """Return the quotes of both items that a question compares, each under its name and menu path.

    None where it compares nothing, where search is not sure of one of them, or where both are in one section.
    """
    things = compared_things(question)
    if things is None:
        return None
    found = [sure_hit(thing, index, thresholds, manual) for thing in things]
    if None in found or len({hit.section_id for hit in found if hit}) < 2:
        return None
    answers = [
        quoted_answer(quote_item(thing, hit.section_id, index, [hit]), index)
        for thing, hit in zip(things, found, strict=True)
        if hit
    ]
    return Answer(
        text="\n\n".join(f"{_heading(answer)}\n{answer.text}" for answer in answers),
        status="answered",
        manual=answers[0].manual,
        language=answers[0].language,
        menu_path=answers[0].menu_path,
        sources=tuple(source for answer in answers for source in answer.sources),
        more="\n\n".join(f"{_heading(answer)}\n{answer.more}" for answer in answers if answer.more),
    )


def _heading(answer: Answer) -> str:
    return f"{answer.sources[0].title} ({SHOWN_SEPARATOR.join(answer.menu_path)}):"
