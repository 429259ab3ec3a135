"""Answer who only said hello: what can be asked, with questions that this manual answers."""

from collections.abc import Iterator
from itertools import islice

from graphrag_tools.answer import Answer
from graphrag_tools.answers.answer import places, sure_hit
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.graph import MenuItem
from graphrag_tools.search.confidence import Thresholds
from graphrag_tools.search.hit import Hit
from graphrag_tools.text.catalogue import SPOKEN, words_in
from graphrag_tools.text.characters import ENDS_OF_QUESTIONS
from graphrag_tools.text.english.title_questions import question_of_title
from graphrag_tools.text.language import ENGLISH

_EXAMPLES = 3
_TRIES = 24


def hint_answer(index: ManualIndex, manual: str | None = None) -> Answer:
    """Return what may be asked, with up to three questions that search is sure of; nothing was asked to be refused.

    Of several manuals each of the first gives one, in the language of the very first.
    """
    infos = index.manifest.manuals_within(manual)
    shown = infos[:_EXAMPLES]
    found = [one for info in shown for one in islice(answered_questions(index, info.id), _EXAMPLES // len(shown))]
    words = words_in(infos[0].language)
    lead = words.hint if found else words.hint_alone
    titles = ", ".join([*(info.title for info in shown), *["…"] * (len(infos) > len(shown))])
    text = "\n".join((lead.format(title=titles), *(f"- {question}" for question, _ in found)))
    alternatives = places([hit for _, hit in found], index)
    return Answer(text=text, status="not_in_manual", alternatives=alternatives, language=infos[0].language)


def answered_questions(index: ManualIndex, manual: str) -> Iterator[tuple[str, Hit]]:
    """Yield questions made of titles, from all over the manual, whose own section answers them for sure."""
    sections = [item for item in index.sections(manual) if item.blocks]
    language = index.language_of(manual)
    asked = [(question, item) for item in sections if (question := _question_about(item, language))]
    thresholds = Thresholds()
    for question, item in asked[:: max(1, len(asked) // _TRIES)]:
        hit = sure_hit(question, index, thresholds, manual)
        if hit and hit.section_id == item.id:
            yield question, hit


def _question_about(item: MenuItem, language: str) -> str:
    """Return a question made of an item's title, empty where it is none of something to do or to find.

    In a language other than English a title that is a question is one, and where nothing else is known to ask, as of a
    place without a way to it, the title itself is asked.
    """
    where_is = words_in(language).where_is if item.taps else ""
    if language == ENGLISH:
        return question_of_title(item.name, " ".join(block.text for block in item.blocks), where_is)
    if language not in SPOKEN or not where_is or item.name.endswith(ENDS_OF_QUESTIONS):
        return item.name
    return where_is.format(title=item.name)
