"""A hit carries its section in memory, and not into a checkpoint."""

from pathlib import Path

import pytest
from langchain_core.messages import ToolMessage
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from pydantic import TypeAdapter
from support.index_fixtures import small_manual

from graphrag_tools.index.build import build_index
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.search.hit import Hit

QUESTION = "How do I turn on flight mode?"


def test_every_hit_carries_its_section(sample_index: ManualIndex) -> None:
    hits = sample_index.search(QUESTION)
    assert [hit.item for hit in hits] == [sample_index.item(hit.section_id) for hit in hits]
    assert all(sample_index.item_of(hit) is hit.item for hit in hits)


def test_section_of_a_hit_outlives_a_rebuild_without_it(tmp_path: Path) -> None:
    index = ManualIndex.build([small_manual(words=["brightness"])], tmp_path)
    [hit] = index.search("brightness")
    build_index([small_manual(words=["sound"])], tmp_path)
    assert hit.section_id not in index
    assert index.item_of(hit).name == "Brightness"
    with pytest.raises(KeyError):
        index.item_of(Hit(**hit.model_dump()))
    index.close()


def test_dumped_hit_has_no_text_of_the_manual(sample_index: ManualIndex) -> None:
    hit = sample_index.search(QUESTION)[0]
    plain = hit.model_dump()
    assert sorted(plain) == ["blocks", "confidence", "cosine", "item_id", "score", "section_id"]
    assert TypeAdapter(list[Hit]).dump_python([hit]) == [plain]
    assert ToolMessage("found", tool_call_id="1", artifact=[hit]).model_dump()["artifact"] == [plain]


def test_hit_from_a_checkpoint_finds_its_section_again(sample_index: ManualIndex) -> None:
    hit = sample_index.search(QUESTION)[0]
    serde = JsonPlusSerializer(allowed_msgpack_modules=[(Hit.__module__, Hit.__name__)])
    remembered = serde.loads_typed(serde.dumps_typed(hit))
    assert remembered.item is None
    assert remembered == hit
    assert len({remembered, hit, hit.model_copy(update={"score": 0.5})}) == 2
    assert sample_index.item_of(remembered) == hit.item


def test_search_lives_as_long_as_its_generation(sample_index: ManualIndex) -> None:
    generation = sample_index._live()
    assert generation.search is generation.search
