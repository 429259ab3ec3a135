"""A question in another language than the manual, where the embeddings know neither both nor the way between them."""

from collections.abc import Sequence
from dataclasses import replace

from graphrag_tools.answer import Answer
from graphrag_tools.answers.answer import unsure_answer
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.search.confidence import Thresholds
from graphrag_tools.search.hit import Hit
from graphrag_tools.text.catalogue import SPOKEN, words_in
from graphrag_tools.text.language import LANGUAGES, identified_language, other_language


def other_language_answer(
    question: str, hits: Sequence[Hit], index: ManualIndex, thresholds: Thresholds, manual: str | None
) -> Answer | None:
    """Return what one is told who asks in a language that search cannot bring together with the manual's.

    None where the languages are the same, or cannot be told apart, or the embeddings may know both, or everything is
    to be answered. So it is where the section found is in the question's language: some manuals have parts in several.
    """
    if not (thresholds.answer_from and index.knows_english_alone):
        return None
    asked = other_language(question, {info.language for info in index.manifest.manuals_within(manual)})
    if asked is None or any(identified_language(index.item_of(hit).whole_text) == asked for hit in hits[:1]):
        return None
    spoken = index.language_of(manual)
    words = words_in(asked if asked in SPOKEN else spoken)
    told = words.other_language.format(
        asked=words.language(asked, LANGUAGES[asked]),
        manual=words.language(spoken, LANGUAGES[spoken]),
        embeddings=index.embeddings_name,
    )
    return unsure_answer(hits, index, replace(words, unsure=told), asked if asked in SPOKEN else spoken)
