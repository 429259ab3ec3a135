"""Two items side by side, for a question that compares them or asks of both."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from graphrag_tools.answer import Answer
from graphrag_tools.answers.answer import quote_item, quoted_answer, sure_hit
from graphrag_tools.answers.layout import source_heading
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.search.confidence import Thresholds
from graphrag_tools.search.hit import Hit
from graphrag_tools.text.english.asking import compared_things, joined_things
from graphrag_tools.text.english.stop_words import STOP_WORDS
from graphrag_tools.text.words import stem, stems, words


class Comparison(NamedTuple):
    """The answer to a question of two things, if there is one, and whether it compares one that search does not know.

    Then what one of the two is answers too little.
    """

    answer: Answer | None = None
    lacks_one: bool = False


def comparison(
    question: str, found: Sequence[Hit], index: ManualIndex, thresholds: Thresholds, manual: str | None = None
) -> Comparison:
    """Return the quotes of both items that a question compares, or joins by "and", each under its name and menu path.

    `found` is what a search for the whole question found. None where it asks of one thing, where search is not sure of
    one of them, where both are in one section, where search is sure of another section for two that are joined, or of
    one of the two that says both, or where that of two that are compared is called after both ("DRO vs HDR"). One is
    lacking where search is not sure of it, and no section found says both. Of two that are joined the one comes first
    that search has first for the whole question, as the other is often none ("see the frame rate and size of a video").
    """
    compared = compared_things(question)
    things = compared or joined_things(question)
    if things is None or _says(things, found[:1], index, thresholds, title_alone=compared is not None):
        return Comparison()
    hits = [hit for thing in things if (hit := sure_hit(thing, index, thresholds, manual))]
    if len(hits) < len(things):
        return Comparison(lacks_one=compared is not None and not _says(things, found[:1], index, thresholds))
    sections = {hit.section_id for hit in hits}
    if len(sections) < len(things) or (compared is None and _is_elsewhere(found[:1], sections, thresholds)):
        return Comparison()
    quotes = [quote_item(thing, hit.section_id, index, [hit]) for thing, hit in zip(things, hits, strict=True)]
    if compared is None:
        quotes.sort(key=lambda quote: quote.item.id not in {hit.section_id for hit in found[:1]})
    both = side_by_side([quoted_answer(quote, index) for quote in quotes])
    return Comparison(both.model_copy(update={"confidence": min(hit.confidence for hit in hits)}))


def _is_elsewhere(found: Sequence[Hit], sections: Collection[str], thresholds: Thresholds) -> bool:
    """Whether search is sure of a section for a whole question that is none of these."""
    return any(hit.section_id not in sections for hit in found if thresholds.standing(hit.confidence) == "answered")


def _says(
    things: Sequence[str],
    found: Sequence[Hit],
    index: ManualIndex,
    thresholds: Thresholds,
    *,
    title_alone: bool = False,
) -> bool:
    """Whether search is sure of a section for a whole question that has all of its words, in its title alone if so."""
    sure = [index.item(hit.section_id) for hit in found if thresholds.standing(hit.confidence) == "answered"]
    asked = {stem(word) for thing in things for word in words(thing) if word not in STOP_WORDS}
    texts = (item.name if title_alone else f"{item.menu_path} {item.whole_text}" for item in sure)
    return any(asked <= stems(text) for text in texts)


def side_by_side(answers: Sequence[Answer]) -> Answer:
    """Return the first of some answers with the text and sources of all, each under its name and menu path.

    What two have from one item stands under one name, once where it is the same. The ways on the device, of which an
    answer has one, are where the texts tell them.
    """
    first, sources = answers[0], (source for answer in answers for source in answer.sources)
    return first.model_copy(
        update={
            "taps": (),
            "text": _headed([(answer, answer.text) for answer in answers]),
            "sources": tuple(dict.fromkeys(sources)),
            "more": _headed([(answer, answer.more) for answer in answers if answer.more]),
            "warnings": tuple(dict.fromkeys(warning for answer in answers for warning in answer.warnings)),
        }
    )


def _headed(texts: Sequence[tuple[Answer, str]]) -> str:
    under: dict[str, dict[str, None]] = {}
    for answer, text in texts:
        under.setdefault(source_heading(answer.sources[0]), {})[text] = None
    return "\n\n".join("\n".join((heading, *said)) for heading, said in under.items())
