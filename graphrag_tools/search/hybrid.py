"""Hybrid search: by meaning, and by words as far as the manual has those of the question."""

import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from graphrag_tools.embeddings import embed_question
from graphrag_tools.embeddings.vectors import Vector
from graphrag_tools.errors import ConfigError, StoreError
from graphrag_tools.manual.graph import MenuGraph, MenuItem
from graphrag_tools.manual.keys import RecordKey, manual_of
from graphrag_tools.search.codes import listed_codes, meant_by_codes
from graphrag_tools.search.confidence import DOUBTFUL, NEAR, NONE, confidence_by_words, confidence_of
from graphrag_tools.search.hit import Hit
from graphrag_tools.search.known_embeddings import KnownEmbeddings
from graphrag_tools.search.mending import DEVICE, Mended, Vocabulary
from graphrag_tools.search.rivals import figures_of_first
from graphrag_tools.search.scores import Found, best_of, blocks_by_section, parsed, ranking, scaled
from graphrag_tools.stores.candidates import Asked, SearchedStores
from graphrag_tools.stores.protocols import Scored
from graphrag_tools.text.english.asking import thing_to_get_to
from graphrag_tools.text.english.forbidding import asks_to_do, forbids
from graphrag_tools.text.english.switching import switched_states
from graphrag_tools.text.language import ENGLISH, other_language
from graphrag_tools.text.unspaced import UNSPACED
from graphrag_tools.text.words import (
    inverse_document_frequency,
    joined_words,
    names_apart,
    stem,
    stems,
    weighted_share,
    words,
)

_TRUSTED_BLOCKS = 20
_MENDED_AT_HAND = 16
_FEWEST_BLOCKS = 50
"""Of fewer, no frequency tells a common word from a rare one."""
_COSINE_WEIGHT = 4.0
"""Of the cosine, whose range over the candidates is about a quarter; measured alike from 3.5 to 5."""
_ALL = 0.999
"""The share of a question's words that are all of them, but for what adding up weights loses."""
_DECISIVE = 3.0
"""More than all signals together may differ by: a title that is the question, a code that it asks about."""
_NAME_IN_CODE = re.compile(r"[-$.]{0,2}\w+[:_=(]\S*|[-$]\S+")
"""The title of a command or variable ("plugin:install"): that its parts are the words asked is chance."""


@dataclass(frozen=True, slots=True)
class _Signals:
    """What the three signals found for one question: sections by words, passages by meaning, blocks by words.

    `cosines` has each section's best. `wanted` are the stems of what is asked, as each language has them, `trust` the
    largest share of them, 0 to 1 by idf, that one of the best blocks by words has, and `coded` the sections that have
    every code of the question, if it has any.
    """

    mended: Mended
    wanted: Mapping[str, frozenset[str]]
    sections: Mapping[str, float]
    passages: Sequence[Found]
    blocks: Sequence[Found]
    cosines: Mapping[str, float]
    trust: float
    coded: frozenset[str]


class HybridSearch:
    """Search over the stores of one generation; `graph_of` returns the graph that an item id belongs to.

    `languages` has each manual's, by its id: a question is read as each of those that it is asked of.
    """

    def __init__(
        self,
        stores: SearchedStores,
        known: KnownEmbeddings,
        graph_of: Callable[[str], MenuGraph],
        vocabulary: Vocabulary,
        languages: Mapping[str, str],
    ) -> None:
        self._stores = stores
        self._known = known
        self._graph_of = graph_of
        # A turn asks for it when it searches, when it quotes, and to say what it understood.
        self._mended: Callable[[str], Mended] = functools.lru_cache(maxsize=_MENDED_AT_HAND)(
            lambda question: vocabulary.mended(question, known.knows)
        )
        self._languages = languages
        self._all_languages = sorted(set(languages.values()))
        self._foreign = frozenset(known.foreign)

    def mended(self, question: str) -> Mended:
        """Return the question as it is searched for."""
        return self._mended(question)

    def search(self, query: str, k: int = 5, manual: str | None = None) -> list[Hit]:
        """Return the k best sections, best first; none for a query without a word.

        A section's score is the cosine of its best passage, four times, and the BM25 of the section and of its best
        block, each scaled to 0..1, times the square of how far the manual has the question's words together (trust):
        where it lacks most of them, the words that it has mislead. A section whose title says just what the question
        says comes first, as does the entry of a code that is asked about.

        Raises:
            ConfigError: k is less than 1, or the query no text.
            ModelError: The embeddings' server failed.
            StoreError: An engine failed.
        """
        if not isinstance(query, str):
            raise ConfigError(f"a search takes a text, and got a {type(query).__name__}.")
        if not isinstance(k, int) or k < 1:
            raise ConfigError(f"k is {k!r}; expected 1 or more sections.")
        # Half a character, as from a terminal with another encoding, is none that an engine takes.
        question = query.encode(errors="replace").decode()
        if not words(question):
            return []
        mended = self.mended(question)
        # Before its turn: it may be another machine that makes it.
        vector: Vector = embed_question(self._known.embeddings, mended.question)
        with self._stores.turn():
            return self._hits(self._signals(mended, vector, manual), k)

    def _hits(self, found: _Signals, k: int) -> list[Hit]:
        scores = self._fused(found)
        ranked = ranking(scores)
        shown = ranked[:k]
        best_blocks = blocks_by_section(set(shown), found.passages, found.blocks)
        cosines = best_of((key.section, cosine) for key, cosine in found.passages if key.kind == "block")
        hits = [self._hit(section, scores[section], cosines, best_blocks.get(section, ())) for section in shown]
        if hits:
            confidence = self._confidence_in(ranked, scores, cosines, found)
            if self._only_forbids(hits[0], found.mended.question) or self._is_bare(ranked):
                confidence = min(confidence, DOUBTFUL)
            hits[0] = hits[0].model_copy(update={"confidence": confidence})
        return hits

    def idf(self, stem: str) -> float:
        """Return the inverse document frequency of a stem over all blocks."""
        return inverse_document_frequency(self._stores.blocks.count(), self._stores.blocks.document_frequency(stem))

    def _signals(self, mended: Mended, vector: Vector, manual: str | None) -> _Signals:
        text = " ".join((mended.in_words, *joined_words(mended.in_words)))
        languages = self._languages_of(manual)
        wanted = {language: _wanted_stems(mended, language) for language in languages}
        stems_asked = frozenset[str]().union(*wanted.values())
        asked = Asked(text, vector, manual, languages, tuple(mended.identifiers), stems_asked)
        found = self._stores.candidates(asked)
        blocks = parsed(found.blocks)
        passages = [(key, self._known.as_minilm(cosine)) for key, cosine in parsed(found.nearest)]
        if self._stores.at_once is not None:
            # The best by meaning too: they are likely to be shown. In a file mostly the first block is enough.
            self._stores.read_ahead(key.section for key, _ in (*blocks[:_TRUSTED_BLOCKS], *passages[:_TRUSTED_BLOCKS]))
        return _Signals(
            mended=mended,
            wanted=wanted,
            sections={scored.key: scored.score for scored in found.sections},
            passages=passages,
            blocks=blocks,
            cosines=best_of((key.section, cosine) for key, cosine in passages),
            trust=self._trust(wanted, blocks, found.frequencies),
            coded=_coded(found.coded),
        )

    def _fused(self, found: _Signals) -> dict[str, float]:
        cosines, sections = found.cosines, scaled(found.sections)
        blocks = scaled(best_of((key.section, score) for key, score in found.blocks))
        lowest = min(cosines.values(), default=0.0)
        usual, alike = (_COSINE_WEIGHT, found.trust**2), (1.0, 1.0)
        scores: dict[str, float] = {}
        for section in {*cosines, *blocks, *sections}:
            foreign = self._foreign and self._language_of(section) in self._foreign
            by_meaning, by_words = alike if foreign else usual
            scores[section] = by_meaning * cosines.get(section, lowest) + by_words * (
                sections.get(section, 0.0) + blocks.get(section, 0.0)
            )
        decided = meant_by_codes(found.mended.identifiers, found.coded, self._sections)
        decided.update(dict.fromkeys(self._titled(found, scores), 1.0))
        if listed := found.mended.listed:
            likely = self._sections(ranking(scores)[:_TRUSTED_BLOCKS])
            decided.update({section.id: 1.0 for section in likely if listed_codes(section).issuperset(listed)})
        for section, share in decided.items():
            scores[section] = scores.get(section, 0.0) + share * _DECISIVE
        return scores

    def _trust(
        self, wanted: Mapping[str, frozenset[str]], blocks: Sequence[Found], frequencies: Mapping[str, int]
    ) -> float:
        weights = {word: self._weight_of(word, containing) for word, containing in frequencies.items()}
        trust = 0.0
        for key, _ in blocks[:_TRUSTED_BLOCKS]:
            if key.kind == "block" and trust < 1:
                language = self._language_of(key.section)
                held = weighted_share(wanted[language], self._block_stems(key, language), weights.__getitem__)
                trust = max(trust, held)
        return trust

    def _weight(self, word: str) -> float:
        """Return a stem's idf, half of it where it may be no word but what bridges two of them without a space."""
        return self._weight_of(word, self._stores.blocks.document_frequency(word))

    def _weight_of(self, word: str, containing: int) -> float:
        weight = inverse_document_frequency(max(self._stores.blocks.count(), _FEWEST_BLOCKS), containing)
        return weight / 2 if UNSPACED.search(word) and not containing else weight

    def _share_in(self, section: str, wanted: Mapping[str, frozenset[str]]) -> float:
        """Return the share, 0 to 1 by idf, of what is asked that a section has, with the titles above it."""
        language = self._language_of(section)
        return weighted_share(wanted[language], _text_stems(self._section(section).whole_text, language), self._weight)

    def _titled(self, found: _Signals, scores: Mapping[str, float]) -> set[str]:
        """Return the likely sections whose title says just what is asked, else those of the thing asked the way to."""
        likely = ranking(scores)[:_TRUSTED_BLOCKS]
        self._stores.read_ahead(likely)
        names = {section: self._name_of(section) for section in likely}
        titles = {
            section: (language := self._language_of(section), _text_stems(name, language))
            for section, name in names.items()
            if not _NAME_IN_CODE.fullmatch(name)
        }
        thing = thing_to_get_to(found.mended.in_words)
        places = {ENGLISH: _text_stems(thing, ENGLISH)} if thing and ENGLISH in found.wanted else {}
        for asked in (found.wanted, places):
            if titled := {section for section, (language, title) in titles.items() if title == asked.get(language)}:
                return titled
        return set()

    def _confidence_in(
        self, ranked: Sequence[str], scores: Mapping[str, float], cosines: Mapping[str, float], found: _Signals
    ) -> float:
        """Return how probably the first of the ranked sections answers.

        Not at all where an English manual has no word of the question and nothing in it means much the same, unless the
        question is in another language, whose words it cannot have. In other languages words change their form more, so
        that this says little. In a language that the embeddings do not know, as
        far as the section has the question's words. Doubtful where the section only turns off what is to be turned on.
        """
        if found.mended.unlisted:
            return NONE
        language = self._language_of(ranked[0])
        by_words = language in self._foreign
        if by_words:
            confidence = confidence_by_words(self._share_in(ranked[0], found.wanted))
        else:
            confidence = confidence_of(figures_of_first(ranked, scores, ranking(cosines), cosines, self._section))
        if confidence < DOUBTFUL and not found.trust:
            asked_in_it = language == ENGLISH and not other_language(found.mended.question, found.wanted.keys())
            return NONE if by_words or asked_in_it else confidence
        if found.trust >= _ALL:
            confidence = max(confidence, NEAR)
        if self._says_the_opposite(ranked[0], found.mended.question):
            return min(confidence, DOUBTFUL)
        if found.mended.identifiers and not found.coded:
            return min(confidence, DOUBTFUL)
        return confidence

    def _says_the_opposite(self, section: str, question: str) -> bool:
        """Whether a question asks how to turn something on and a section only says how to turn it off.

        The other way round it may answer: where a thing is turned on, it is mostly turned off.
        """
        asks_for_on = switched_states(question) == {"on"}
        return asks_for_on and switched_states(self._section(section).whole_text) == {"off"}

    def _only_forbids(self, hit: Hit, question: str) -> bool:
        """Whether a question asks how to do something and what fits it best in the section only says not to do it."""
        blocks = self._section(hit.section_id).blocks
        return bool(hit.blocks) and forbids(blocks[hit.blocks[0]].text) and asks_to_do(question)

    def _is_bare(self, ranked: Sequence[str]) -> bool:
        """Whether the first section is a title alone where others have text: it is a place, and says nothing.

        In a list of menu paths all are.
        """
        if self._section(ranked[0]).blocks:
            return False
        others = [bool(self._section(section).blocks) for section in ranked[1:_TRUSTED_BLOCKS]]
        return 2 * sum(others) > len(others)

    def _section(self, section: str) -> MenuItem:
        with _items_at_hand(section):
            return self._graph_of(section).item(section)

    def _sections(self, some: Sequence[str]) -> list[MenuItem]:
        self._stores.read_ahead(some)
        return [self._section(section) for section in some]

    def _name_of(self, section: str) -> str:
        with _items_at_hand(section):
            return self._graph_of(section).name_of(section)

    def _block_stems(self, key: RecordKey, language: str) -> frozenset[str]:
        item = self._section(key.section)
        text = item.blocks[key.position].text if key.position < len(item.blocks) else ""
        return _text_stems(item.name, language) | _text_stems(text, language)

    def _language_of(self, section: str) -> str:
        manual = manual_of(section)
        if manual not in self._languages:  # somebody changed the one or the other by hand
            raise StoreError(
                f"{section!r}: is in the index's files, and index.json names no such manual. Build the index again."
            )
        return self._languages[manual]

    def _languages_of(self, manual: str | None) -> list[str]:
        """Return the languages that a question is asked of, in one manual or in all."""
        return [self._languages[manual]] if manual else self._all_languages

    def _hit(self, section: str, score: float, cosines: Mapping[str, float], blocks: Iterable[int]) -> Hit:
        item = self._section(section)
        positions = tuple(at for at in blocks if at < len(item.blocks))
        option = self._graph_of(section).option_at(section, positions[0]) if positions else None
        return Hit(
            section_id=section,
            item_id=option or section,
            score=score,
            blocks=positions,
            cosine=cosines.get(section, 0.0),
            item=item,
        )


@contextmanager
def _items_at_hand(section: str) -> Iterator[None]:
    try:
        yield
    except KeyError as error:
        raise StoreError(f"search found {section!r}, which the graph does not have. Build the index again.") from error


def _coded(found: Iterable[Iterable[Scored]]) -> frozenset[str]:
    """Return the sections that have every code of a question, by the blocks that have each; none without codes."""
    having = [frozenset(RecordKey.parse(scored.key).section for scored in blocks) for blocks in found]
    return frozenset.intersection(*having) if having else frozenset()


@functools.lru_cache(maxsize=20_000)
def _text_stems(text: str, language: str) -> frozenset[str]:
    return frozenset(stems(names_apart(text), language).union(stem(word, language) for word in joined_words(text)))


def _wanted_stems(mended: Mended, language: str) -> frozenset[str]:
    wanted = _text_stems(mended.in_words, language)
    return wanted - {stem(DEVICE, language)} if mended.names_device else wanted
