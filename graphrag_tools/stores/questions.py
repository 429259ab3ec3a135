"""Questions that a model wrote about sections, beside the manual's own blocks and apart from them: for search alone."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from graphrag_tools.embeddings.vectors import Vector
from graphrag_tools.manual.graph import MenuGraph
from graphrag_tools.manual.keys import RecordKey
from graphrag_tools.stores.protocols import LexicalStore, Record, Scored, VectorStore, best_first
from graphrag_tools.stores.vector_stores import DEFAULT_VECTOR_STORE, VectorStoreName, open_vector_store
from graphrag_tools.text.language import ENGLISH

_FOLDER = "questions"


@dataclass(frozen=True, slots=True)
class QuestionStores:
    """What questions are found by. Their words are never counted as the manual's."""

    words: LexicalStore
    vectors: VectorStore

    def close(self) -> None:
        """Let go of files and memory."""
        self.vectors.close()


@dataclass(frozen=True, slots=True)
class _WordsAndQuestions:
    """Blocks that are found by their questions as well; counts are of the blocks alone."""

    blocks: LexicalStore
    questions: LexicalStore

    def write(self, records: Iterable[Record]) -> None:
        self.blocks.write(records)

    def search(
        self, query: str, k: int, manual: str | None = None, languages: Collection[str] = (ENGLISH,)
    ) -> list[Scored]:
        found = (store.search(query, k, manual, languages) for store in (self.blocks, self.questions))
        return best_first(*found)

    def document_frequency(self, stem: str) -> int:
        return self.blocks.document_frequency(stem)

    def count(self) -> int:
        return self.blocks.count()


@dataclass(frozen=True, slots=True)
class _VectorsAndQuestions:
    """The same for vectors."""

    blocks: VectorStore
    questions: VectorStore

    def write(self, records: Sequence[Record], vectors: Sequence[Vector]) -> None:
        self.blocks.write(records, vectors)

    def search(self, vector: Vector, k: int, manual: str | None = None) -> list[Scored]:
        return best_first(self.blocks.search(vector, k, manual), self.questions.search(vector, k, manual))

    def vectors(self, keys: Sequence[str]) -> dict[str, Vector]:
        return self.blocks.vectors(keys)

    def count(self) -> int:
        return self.blocks.count()

    def close(self) -> None:
        self.blocks.close()
        self.questions.close()


def searched_blocks(
    words: LexicalStore, vectors: VectorStore, questions: QuestionStores | None
) -> tuple[LexicalStore, VectorStore]:
    """Return the stores of the blocks, which find the k best questions besides the k best blocks if there are any.

    Both go by BM25 and by cosine, and each store has its own word statistics: what a question scores cannot
    change what a block scores.
    """
    if questions is None:
        return words, vectors
    return _WordsAndQuestions(words, questions.words), _VectorsAndQuestions(vectors, questions.vectors)


def question_records(graphs: Iterable[MenuGraph]) -> Iterator[Record]:
    """Yield the sections' questions, each under its section's title as a block is."""
    for graph in graphs:
        for item in graph.items:
            for number, question in enumerate(item.questions):
                key = str(RecordKey(item.id, number, "question"))
                yield Record(key, item.manual, f"{item.name}: {question}", graph.language)


def open_questions(generation: Path) -> QuestionStores | None:
    """Open the questions of a generation's folder; None where it has none.

    Raises:
        ConfigError: Chroma wrote their vectors, and is not installed.
        StoreError: An engine cannot open its files.
    """
    return _opened(generation / _FOLDER) if has_questions(generation) else None


def has_questions(generation: Path) -> bool:
    """Whether a generation's folder has questions."""
    return (generation / _FOLDER).is_dir()


def write_questions(
    generation: Path,
    records: Sequence[Record],
    vectors: Sequence[Vector],
    vector_store: VectorStoreName = DEFAULT_VECTOR_STORE,
) -> None:
    """Write questions and their vectors into a generation's folder; nothing where there are none.

    Raises:
        StoreError: The disk is full or read-only.
    """
    if not records:
        return
    (generation / _FOLDER).mkdir()
    stores = _opened(generation / _FOLDER, vector_store)
    try:
        stores.words.write(records)
        stores.vectors.write(records, vectors)
    finally:
        stores.close()


def _opened(folder: Path, vector_store: VectorStoreName = DEFAULT_VECTOR_STORE) -> QuestionStores:
    from graphrag_tools.stores.tantivy import TantivyLexicalStore

    vectors = open_vector_store(folder / "vectors", vector_store)
    return QuestionStores(TantivyLexicalStore(folder / "words"), vectors)
