"""The lexical store on Tantivy: BM25 over English text in one field, over stems of other languages in another."""

import json
import tempfile
from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import tantivy

from graphrag_tools.stores.errors import engine_errors
from graphrag_tools.stores.kept import Kept
from graphrag_tools.stores.protocols import Record, Scored, searched_words
from graphrag_tools.stores.tantivy_parts import META, add_part, link_parts
from graphrag_tools.text.language import ENGLISH
from graphrag_tools.text.words import stem, words

_WRITER_BYTES = 64_000_000
_STEMS_COUNTED = 50_000
_ENGLISH = (
    tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    .filter(tantivy.Filter.remove_long(40))
    .filter(tantivy.Filter.lowercase())
    .filter(tantivy.Filter.stemmer("english"))
    .build()
)
"""What Tantivy calls "en_stem". Its parser of queries takes a word that this parts, as Hindi's, for a phrase."""


class TantivyLexicalStore:
    """Records in a folder of their own; stop words are dropped from queries, not from records."""

    def __init__(self, folder: Path, kept: Kept | None = None) -> None:
        """Open what is in a folder, or make it: with those parts of what is kept that hold nothing else.

        Raises:
            StoreError: It is damaged, or the disk is full or read-only.
        """
        self._folder = folder
        self._order = tuple(kept.places) if kept else ()
        with self._engine_errors():
            folder.mkdir(parents=True, exist_ok=True)
            if kept and not tantivy.Index.exists(str(folder)):
                link_parts(kept, folder)
            # One that is there has its own schema: an earlier version's has no stems.
            there = tantivy.Index.exists(str(folder))
            self._index = tantivy.Index.open(str(folder)) if there else tantivy.Index(_schema(), path=str(folder))
            self._index.config_reader("manual")
            self._index.reload()
        self._has_stems = _has_field(self._index.schema, "stems")
        self._frequencies: dict[str, int] = {}

    def write(self, records: Iterable[Record]) -> None:
        """Add records as a part of their own, which can be taken over by itself, and wait until they are on disk."""
        with self._engine_errors(), tempfile.TemporaryDirectory(dir=self._folder) as place:
            manuals = _write_index(Path(place), self._index.schema, records)
            if manuals:
                add_part(Path(place), manuals, self._folder, self._order)
                self._index.reload()
                self._frequencies.clear()
            self._share_files()

    def search(
        self, query: str, k: int, manual: str | None = None, languages: Collection[str] = (ENGLISH,)
    ) -> list[Scored]:
        """Return the k best records by BM25, best first; none where the query has no word.

        The query is read as each of the languages, and held against the records of that language alone.
        """
        with self._engine_errors():
            read = [parsed for language in languages if (parsed := self._parsed(query, language))]
            if not read:
                return []
            parsed = read[0] if len(read) == 1 else _any_of(read)
            if manual is not None:
                parsed = self._within("manual", manual, parsed)
            searcher = self._index.searcher()
            hits = searcher.search(parsed, limit=k, count=False).hits
            return [Scored(str(searcher.doc(address)["key"][0]), float(score)) for score, address in hits]

    def document_frequency(self, stem: str) -> int:
        """Return how many records hold a word with this stem, in any language."""
        counted = self._frequencies.get(stem)
        if counted is None:
            with self._engine_errors():
                searcher = self._index.searcher()
                counted = searcher.doc_freq("body", stem) + (searcher.doc_freq("stems", stem) if self._has_stems else 0)
            if len(self._frequencies) >= _STEMS_COUNTED:
                self._frequencies.clear()
            self._frequencies[stem] = counted
        return counted

    def _parsed(self, query: str, language: str) -> tantivy.Query | None:
        """Return a query as Tantivy's, None where it has no word."""
        wanted = searched_words(query, language)
        if not wanted:
            return None
        if language == ENGLISH:
            return self._any("body", _ENGLISH.analyze(" ".join(dict.fromkeys(wanted))))
        # One language's function words are words of another's manuals.
        return self._within("language", language, self._any("stems", [stem(word, language) for word in wanted]))

    def _any(self, field: str, terms: Sequence[str]) -> tantivy.Query:
        return _any_of([tantivy.Query.term_query(self._index.schema, field, term) for term in terms])

    def _within(self, field: str, value: str, query: tantivy.Query) -> tantivy.Query:
        of_field = tantivy.Query.const_score_query(tantivy.Query.term_query(self._index.schema, field, value), 0.0)
        # The value first: of a part that has nothing of it, Tantivy then reads no word's records.
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, of_field), (tantivy.Occur.Must, query)])

    def count(self) -> int:
        """Return how many records there are."""
        with self._engine_errors():
            return self._index.searcher().num_docs

    def _share_files(self) -> None:
        """Let those read who may read the folder: Tantivy makes two of its files for the owner alone."""
        mode = self._folder.stat().st_mode & 0o666
        for name in ("meta.json", ".managed.json"):
            (self._folder / name).chmod(mode)

    def _engine_errors(self) -> AbstractContextManager[None]:
        return engine_errors(self._folder, "Tantivy", ValueError, OSError)


def _write_index(folder: Path, schema: tantivy.Schema, records: Iterable[Record]) -> list[str]:
    """Write an index of records into an empty folder; return the manuals that they are of, in order."""
    manuals: dict[str, None] = {}
    writer = _index_of_plain_keys(folder, schema).writer(heap_size=_WRITER_BYTES, num_threads=1)
    for record in records:
        manuals[record.manual] = None
        document = tantivy.Document()
        document.add_text("key", record.key)
        document.add_text("manual", record.manual)
        if record.language == ENGLISH:
            document.add_text("body", record.text)
        else:
            document.add_text("language", record.language)
            document.add_text("stems", " ".join(stem(word, record.language) for word in words(record.text)))
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    return list(manuals)


def _index_of_plain_keys(folder: Path, schema: tantivy.Schema) -> tantivy.Index:
    """Make an index that does not compress what it stores: a search reads hundreds of keys, each from another block."""
    tantivy.Index(schema, path=str(folder))
    meta = json.loads((folder / META).read_bytes())
    meta.setdefault("index_settings", {})["docstore_compression"] = "none"
    (folder / META).write_bytes(json.dumps(meta).encode())
    return tantivy.Index.open(str(folder))


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("manual", stored=False, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("body", stored=False, tokenizer_name="en_stem", index_option="freq")
    builder.add_text_field("language", stored=False, tokenizer_name="raw", index_option="basic")
    # Stemmed here and not by Tantivy: an idf is asked for by stem, and two versions of Snowball stem differently.
    builder.add_text_field("stems", stored=False, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def _has_field(schema: tantivy.Schema, name: str) -> bool:
    try:
        tantivy.Query.term_query(schema, name, "")
    except ValueError:
        return False
    return True


def _any_of(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])
