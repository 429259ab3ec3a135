"""The file of the words of each manual, and what a new generation keeps of another's."""

from pathlib import Path

import pytest
from support.index_fixtures import small_manual

from graphrag_tools.errors import StoreError
from graphrag_tools.index.words_file import WordsFile, manuals_with_words, words_of
from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.search.manual_words import ManualWords
from graphrag_tools.stores.kept import Kept

LAMP, OVEN = (
    ManualWords.of(build_graph(small_manual(name, [word]))) for name, word in (("lamp", "colour"), ("oven", "timer"))
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "generation"
    made.mkdir()
    file = WordsFile(made)
    file.write("lamp", LAMP)
    file.write("oven", OVEN)
    file.close()
    return made


def test_words_are_read_in_the_order_asked_for(folder: Path) -> None:
    assert sorted(manuals_with_words(folder)) == ["lamp", "oven"]
    words = words_of(folder, ["oven", "lamp"])
    assert list(words.counts()) == [OVEN.counts, LAMP.counts]
    assert [one.language for one in words.spellings()] == ["en", "en"]
    assert list(words_of(folder, []).counts()) == []


def test_what_is_kept_of_another_generation_stays_and_the_rest_goes(folder: Path, tmp_path: Path) -> None:
    file = WordsFile(tmp_path, Kept(folder, {"oven"}, {"oven": 0}))
    assert manuals_with_words(tmp_path) == ["oven"]
    file.write("lamp", LAMP)
    file.close()
    assert list(words_of(tmp_path, ["lamp", "oven"]).counts()) == [LAMP.counts, OVEN.counts]
    assert sorted(manuals_with_words(folder)) == ["lamp", "oven"]


def test_damage_is_said_in_words(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"words\.sqlite"):
        list(words_of(folder, ["gone"]).counts())
    with pytest.raises(StoreError, match=r"words\.sqlite"):
        WordsFile(folder)
    with pytest.raises(StoreError, match=r"words\.sqlite"):
        WordsFile(tmp_path, Kept(tmp_path / "nowhere", {"oven"}, {"oven": 0}))
    (folder / "words.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreError, match=r"words\.sqlite"):
        manuals_with_words(folder)
    with pytest.raises(StoreError, match=r"words\.sqlite"):
        list(words_of(folder, ["lamp"]).counts())
