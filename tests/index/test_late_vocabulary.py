"""The vocabulary of a generation is parsed when something needs it: opening an index and exact names do not."""

from pathlib import Path

import pytest
from support.changed_manuals import manual

from graphrag_tools import ManualIndex
from graphrag_tools.errors import StoreError
from graphrag_tools.index.build import build_index
from graphrag_tools.index.generation import LateVocabulary, write_vocabulary
from graphrag_tools.search.mending import Vocabulary


def test_vocabulary_outlives_its_file(tmp_path: Path) -> None:
    write_vocabulary(tmp_path, Vocabulary(words={"lamp": 2}, names=frozenset({"lamp x1"})))
    late = LateVocabulary(tmp_path)
    (tmp_path / "vocabulary.json").unlink()
    assert late() == Vocabulary(words={"lamp": 2}, names=frozenset({"lamp x1"}))
    assert late() is late()
    assert LateVocabulary(tmp_path)() == Vocabulary()


def test_damaged_vocabulary_is_said(tmp_path: Path) -> None:
    (tmp_path / "vocabulary.json").write_bytes(b'{"words": {"lamp"')
    late = LateVocabulary(tmp_path)
    for _ in range(2):
        with pytest.raises(StoreError, match=r"vocabulary\.json: is damaged"):
            late()


def test_exact_names_and_trees_need_no_vocabulary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_late: LateVocabulary) -> Vocabulary:
        raise StoreError("it was parsed")

    monkeypatch.setattr(LateVocabulary, "__call__", fail)
    build_index([manual("lamp"), manual("oven")], tmp_path, "wordllama")
    index = ManualIndex.open(tmp_path)
    assert [item.id for item in index.resolve("timer", "lamp").items] == ["lamp/timer"]
    assert len(index.graph_of("lamp/timer").items) == 4
    for ask in (lambda: index.resolve("tiemr"), lambda: index.search("set the timer")):
        with pytest.raises(StoreError, match="it was parsed"):
            ask()
    index.close()
