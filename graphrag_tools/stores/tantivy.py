"""The lexical store on Tantivy: one text field, English stems, BM25."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path

import tantivy

from graphrag_tools.stores.errors import engine_errors
from graphrag_tools.stores.protocols import Record, Scored
from graphrag_tools.text.words import content_words

_MAX_QUERY_WORDS = 200
_WRITER_BYTES = 64_000_000


class TantivyLexicalStore:
    """Records in a folder of their own; stop words are dropped from queries, not from records."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with self._engine_errors():
            folder.mkdir(parents=True, exist_ok=True)
            self._index = tantivy.Index(_schema(), path=str(folder), reuse=True)
            self._index.config_reader("manual")
            self._index.reload()

    def write(self, records: Iterable[Record]) -> None:
        """Add all records and wait until they are on disk."""
        with self._engine_errors():
            writer = self._index.writer(heap_size=_WRITER_BYTES, num_threads=1)
            for record in records:
                document = tantivy.Document()
                document.add_text("key", record.key)
                document.add_text("manual", record.manual)
                document.add_text("body", record.text)
                writer.add_document(document)
            writer.commit()
            writer.wait_merging_threads()
            self._index.reload()
            self._share_files()

    def search(self, query: str, k: int, manual: str | None = None) -> list[Scored]:
        """Return the k best records by BM25, best first; none where the query has no word."""
        # A query as long as a book is searched by its first words: BM25 gains nothing from the rest.
        wanted = content_words(query)[:_MAX_QUERY_WORDS]
        if not wanted:
            return []
        with self._engine_errors():
            parsed = self._index.parse_query(" ".join(wanted), ["body"])
            if manual is not None:
                of_manual = tantivy.Query.term_query(self._index.schema, "manual", manual)
                parsed = tantivy.Query.boolean_query(
                    [
                        (tantivy.Occur.Must, parsed),
                        (tantivy.Occur.Must, tantivy.Query.const_score_query(of_manual, 0.0)),
                    ]
                )
            searcher = self._index.searcher()
            hits = searcher.search(parsed, limit=k, count=False).hits
            return [Scored(str(searcher.doc(address)["key"][0]), float(score)) for score, address in hits]

    def document_frequency(self, stem: str) -> int:
        """Return how many records hold a word with this stem."""
        with self._engine_errors():
            return self._index.searcher().doc_freq("body", stem)

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


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("manual", stored=False, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("body", stored=False, tokenizer_name="en_stem", index_option="freq")
    return builder.build()
