from dataclasses import replace
from pathlib import Path

import pytest
from support.writing_models import QUIET, lamp_graph

from graphrag_tools.embeddings import WordLlamaEmbeddings
from graphrag_tools.index.files import check_files, written_files
from graphrag_tools.index.generation import open_stores, open_stores_for_reading
from graphrag_tools.manual.graph import HAS_CHILD, MemoryGraph, MenuGraph
from graphrag_tools.manual.keys import RecordKey
from graphrag_tools.search.records import block_records, section_records
from graphrag_tools.stores.chroma import DATABASE, compact
from graphrag_tools.stores.questions import (
    open_questions,
    question_records,
    searched_blocks,
    write_questions,
)
from graphrag_tools.stores.vector_stores import VectorStoreName

ASKED = ("When is the bell silent?", "Does the bell ring at night?")


def _graph() -> MenuGraph:
    graph = lamp_graph()
    items = (replace(item, questions=ASKED) if item.id == QUIET else item for item in graph.items)
    return MemoryGraph(graph.manual_id, graph.title, items, graph.edges(HAS_CHILD))


def _written(folder: Path, vector_store: VectorStoreName = "flat") -> Path:
    graph = _graph()
    folder.mkdir()
    stores = open_stores(folder, vector_store=vector_store)
    stores.graph.write(graph)
    stores.sections.write(section_records(graph))
    blocks = list(block_records(graph))
    stores.blocks.write(blocks)
    stores.vectors.write(blocks, WordLlamaEmbeddings().embed_documents([block.text for block in blocks]))
    stores.close()
    records = list(question_records([graph]))
    vectors = WordLlamaEmbeddings().embed_documents([record.text for record in records])
    write_questions(folder, records, vectors, vector_store)
    return folder


def test_records_are_of_sections_under_their_titles() -> None:
    records = list(question_records([_graph()]))
    assert [(record.key, record.text) for record in records] == [
        (f"{QUIET}?0", f"Quiet hours: {ASKED[0]}"),
        (f"{QUIET}?1", f"Quiet hours: {ASKED[1]}"),
    ]
    assert {record.manual for record in records} == {"lamp"}


def test_no_questions_leave_no_folder(tmp_path: Path) -> None:
    write_questions(tmp_path, [], [])
    assert not list(tmp_path.iterdir())
    assert open_questions(tmp_path) is None


def test_questions_are_found_besides_the_blocks_and_counted_as_none(tmp_path: Path) -> None:
    stores = open_stores(_written(tmp_path / "g"))
    words, vectors = searched_blocks(stores.blocks, stores.vectors, stores.questions)
    found = words.search("ring at night", 5)
    assert [scored.key for scored in found if RecordKey.parse(scored.key).kind == "question"] == [f"{QUIET}?1"]
    assert words.search("bell", 1)[0].score >= words.search("bell", 1)[1].score
    nearest = vectors.search(WordLlamaEmbeddings().embed_query(f"Quiet hours: {ASKED[1]}"), 2)
    assert nearest[0].key == f"{QUIET}?1"
    assert len(nearest) == 4
    assert (words.count(), vectors.count()) == (stores.blocks.count(), stores.vectors.count())
    assert words.document_frequency("night") == 0
    assert vectors.vectors([f"{QUIET}?1"]) == {}
    assert words.search("night", 5, "other") == vectors.search(nearest_vector(), 5, "other") == []
    stores.close()


def nearest_vector() -> list[float]:
    return WordLlamaEmbeddings().embed_query("night")


def test_stores_without_questions_are_themselves(tmp_path: Path) -> None:
    stores = open_stores(tmp_path)
    assert searched_blocks(stores.blocks, stores.vectors, None) == (stores.blocks, stores.vectors)
    assert stores.questions is None
    stores.close()


@pytest.mark.parametrize("vector_store", ["flat", "chroma"])
def test_reading_changes_no_checksum(tmp_path: Path, vector_store: VectorStoreName) -> None:
    folder = _written(tmp_path / "g", vector_store)
    assert len(list(folder.rglob(DATABASE))) == (2 if vector_store == "chroma" else 0)
    for database in folder.rglob(DATABASE):
        compact(database)
    before = written_files(folder)
    stores = open_stores_for_reading(folder, before)
    assert stores.questions is not None
    assert stores.questions.vectors.count() == 2
    stores.close()
    assert all(None in (one.crc32, one.rest_crc32) and one.crc32 != one.rest_crc32 for one in before.values())
    check_files(folder, before)
