"""The lexical store on OpenSearch: BM25 over our own stems, English ones in one field and all others in another."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from graphrag_tools.stores.opensearch.indices import Document, GenerationIndex, hits_of
from graphrag_tools.stores.protocols import Record, Scored, searched_words
from graphrag_tools.text.language import ENGLISH
from graphrag_tools.text.words import stem, words

MOST_HITS = 10_000
_FREQUENCIES_KEPT = 200_000
_BY_SCORE = ["_score", {"number": "asc"}]
KEYS_ALONE: Mapping[str, Any] = {
    "_source": False,
    "stored_fields": "_none_",
    "docvalue_fields": ["key"],
    "sort": _BY_SCORE,
    "track_total_hits": False,
}
"""Nothing of a hit but its key and its score; of equal scores in the order in which they were written."""
_WORD, _TOO_LONG = re.compile(r"[^\W_]+"), 40
_NO_WORD = "-"
_LETTERS = {"section": "s", "block": "b", "question": "q"}


class OpenSearchLexicalStore:
    """Records of one kind in an index: sections, blocks, or questions by models, whose words are counted apart."""

    def __init__(self, index: GenerationIndex, kind: str) -> None:
        self._index = index
        self._kind = kind
        prefix = "question_" if kind == "question" else ""
        self._english, self._stems = f"{prefix}english", f"{prefix}stems"
        self._frequencies: dict[str, int] = {}

    def write(self, records: Iterable[Record]) -> None:
        """Add all records."""
        self._index.load(map(self._document, records))
        self._index.make_visible()
        self._frequencies.clear()

    def search(
        self, query: str, k: int, manual: str | None = None, languages: Collection[str] = (ENGLISH,)
    ) -> list[Scored]:
        """Return the k best records by BM25, best first; none where the query has no word.

        The query is read as each of the languages, and held against the records of that language alone.
        """
        body = self.body(query, k, manual, languages)
        self._index.make_visible()
        return scored(self._index.cluster.search([self._index.asked_by_words(body)])[0]) if body else []

    def body(self, query: str, k: int, manual: str | None, languages: Collection[str]) -> dict[str, Any] | None:
        """Return a search as OpenSearch takes it; None where the query has no word."""
        read = [parsed for language in languages if (parsed := self._parsed(query, language))]
        if not read or k < 1:
            return None
        within = [{"term": {"manual": manual}}] if manual is not None else []
        found = {"bool": {"should": read, "minimum_should_match": 1, "filter": within}}
        return {"query": found, "size": min(k, MOST_HITS), **KEYS_ALONE}

    def document_frequency(self, stem: str) -> int:
        """Return how many records hold a word with this stem, in any language."""
        if stem not in self._frequencies:
            (answer,) = self._index.search(self.frequencies_body([stem]))
            self.keep_frequencies([stem], answer)
        return self._frequencies[stem]

    def unknown_frequencies(self, stems: Iterable[str]) -> list[str]:
        """Return those of some stems whose frequency was not asked for yet."""
        return sorted(stem for stem in stems if stem not in self._frequencies)

    def frequencies_body(self, stems: Sequence[str]) -> dict[str, Any]:
        """Return the search that counts the records of each stem."""
        counted = {
            str(number): {"bool": {"should": [{"term": {self._english: stem}}, {"term": {self._stems: stem}}]}}
            for number, stem in enumerate(stems)
        }
        held = [{"terms": {field: list(stems)}} for field in (self._english, self._stems)]
        return {
            "size": 0,
            "query": {"bool": {"filter": [{"bool": {"should": held}}]}},
            "track_total_hits": False,
            "aggs": {"stems": {"filters": {"filters": counted}}},
        }

    def keep_frequencies(self, stems: Sequence[str], answer: Mapping[str, Any]) -> None:
        """Keep what such a search has counted, which stays as it is."""
        if len(self._frequencies) > _FREQUENCIES_KEPT:
            self._frequencies.clear()
        buckets = answer["aggregations"]["stems"]["buckets"]
        self._frequencies.update({stem: int(buckets[str(n)]["doc_count"]) for n, stem in enumerate(stems)})

    def count(self) -> int:
        """Return how many records there are."""
        return self._index.count(self._kind)

    def _document(self, record: Record) -> Document:
        is_english = record.language == ENGLISH
        said = _tantivy_words(record.text) if is_english else words(record.text)
        stems = " ".join(stem(word, record.language) for word in said)
        source = {
            "kind": self._kind,
            "key": record.key,
            "manual": record.manual,
            "language": record.language,
            "number": self._index.number(self._kind, record.manual),
            # Both, because a record without a word in a field would not count as one there, as it does in Tantivy.
            self._english: (is_english and stems) or _NO_WORD,
            self._stems: (not is_english and stems) or _NO_WORD,
        }
        return Document(f"{_LETTERS[self._kind]}:{record.key}", record.manual, source)

    def _parsed(self, query: str, language: str) -> dict[str, Any] | None:
        wanted = searched_words(query, language)
        if not wanted:
            return None
        if language == ENGLISH:
            # A word that is said twice counts once, as Tantivy's parser has it.
            return {"match": {self._english: " ".join(map(stem, dict.fromkeys(wanted)))}}
        text = " ".join(stem(word, language) for word in wanted)
        # One language's function words are words of another's manuals.
        of_language = [{"term": {"language": language}}]
        return {"bool": {"must": [{"match": {self._stems: text}}], "filter": of_language}}


def _tantivy_words(text: str) -> list[str]:
    """Return the words of an English text as Tantivy's tokenizer has them, so that texts are as long here as there."""
    return [word for word in _WORD.findall(text.lower()) if len(word.encode()) < _TOO_LONG]


def scored(answer: Mapping[str, Any]) -> list[Scored]:
    """Return the hits of an answer."""
    return [Scored(hit["fields"]["key"][0], float(hit["_score"])) for hit in hits_of(answer)]
