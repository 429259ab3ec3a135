"""Naive vector RAG, a baseline: chunks of 1,000 characters, the nearest four into one prompt."""

import shutil
import tempfile
import time
import weakref
from collections.abc import Iterator
from pathlib import Path

from langchain_core.embeddings import Embeddings
from langchain_core.messages import HumanMessage

from graphrag_tools.answer import Answer
from graphrag_tools.embeddings import embed_question, embed_texts
from graphrag_tools.evaluation.free_text import FreeText, WaysToItems, free_answer, usage_of
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.graph import MenuItem
from graphrag_tools.manual.keys import RecordKey
from graphrag_tools.models.errors import model_errors
from graphrag_tools.models.model import ChatModel
from graphrag_tools.models.steps import was_cut
from graphrag_tools.prompts import Prompts
from graphrag_tools.stores.flat import FlatVectorStore
from graphrag_tools.stores.protocols import Record

CHUNK_CHARACTERS = 1_000
OVERLAP_CHARACTERS = 200
CHUNKS_READ = 4
_ENDS = ("\n", ". ", " ")
_BATCH = 256


class NaiveRag:
    """Vector search over chunks, top four, one prompt; the index's embeddings, and none of its search or graph.

    A section is a document, as a loader would yield it: its title stands first, and only a longer one is split.
    """

    name = "naive-rag"

    def __init__(
        self, index: ManualIndex, model: ChatModel, prompts: Prompts, embeddings: Embeddings, manual: str | None = None
    ) -> None:
        """Embed the chunks of all manuals. Raises ModelError if the embeddings' server failed."""
        self._index = index
        self._model = model
        self._prompts = prompts
        self._embeddings = embeddings
        self._manual = manual
        self._ways = WaysToItems(index)
        self._chunks = {record.key: record for record in _chunk_records(index)}
        folder = Path(tempfile.mkdtemp(prefix="naive-rag-"))
        self._store = FlatVectorStore(folder)
        weakref.finalize(self, _remove, self._store, folder)
        texts = [record.text for record in self._chunks.values()]
        batches = (texts[start : start + _BATCH] for start in range(0, len(texts), _BATCH))
        vectors = [vector for batch in batches for vector in embed_texts(embeddings, batch)]
        self._store.write(list(self._chunks.values()), vectors)

    def ask(self, question: str) -> Answer:
        """Return what the model wrote from the four nearest chunks, whose sections are its sources.

        Raises:
            ModelError: The model's server failed, or the prompt is longer than its context.
        """
        started = time.perf_counter()
        nearest = self._store.search(embed_question(self._embeddings, question), CHUNKS_READ, self._manual)
        excerpts = "\n\n".join(self._chunks[found.key].text for found in nearest)
        prompt = self._prompts.render("naive_rag", question=question, excerpts=excerpts)
        with model_errors():
            reply = self._model.chat.invoke([HumanMessage(prompt)])
        written = FreeText(
            text=reply.text,
            items=[RecordKey.parse(found.key).section for found in nearest],
            usage=usage_of([reply], time.perf_counter() - started),
            warnings=("The answer was cut for its length.",) if was_cut(reply) else (),
        )
        return free_answer(written, self._index, self._ways, self._model.name)


def chunks(text: str, size: int = CHUNK_CHARACTERS, overlap: int = OVERLAP_CHARACTERS) -> Iterator[str]:
    """Yield pieces of at most `size` characters that repeat about `overlap` of the one before.

    A piece ends at a line's end where its second half has one, else at a sentence's, else between words.
    """
    start = 0
    while len(text) - start > size:
        end = _end(text, start + size // 2, start + size)
        if piece := text[start:end].strip():
            yield piece
        start = text.find(" ", end - overlap, end) + 1 or end
    if rest := text[start:].strip():
        yield rest


def _end(text: str, earliest: int, latest: int) -> int:
    ends = (text.rfind(mark, earliest, latest) + len(mark) for mark in _ENDS if mark in text[earliest:latest])
    return next(ends, latest)


def _chunk_records(index: ManualIndex) -> Iterator[Record]:
    for info in index.manuals:
        for item in index.sections(info.id):
            for number, chunk in enumerate(chunks(_text_of(item))):
                yield Record(f"{item.id}#{number}", info.id, chunk)


def _text_of(item: MenuItem) -> str:
    return "\n".join((item.menu_path, *(block.text for block in item.blocks)))


def _remove(store: FlatVectorStore, folder: Path) -> None:
    store.close()
    shutil.rmtree(folder, ignore_errors=True)
