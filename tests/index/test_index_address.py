"""An index is copied, pickled and given to other processes as its place; a place that is no folder is refused."""

import copy
import multiprocessing
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from langchain_core.documents import Document
from support.index_fixtures import SAMPLE_MANUAL, WatchedEmbeddings, small_manual
from support.index_probes import answers_of

from graphrag_tools.embeddings.wordllama import WordLlamaEmbeddings
from graphrag_tools.errors import ConfigError
from graphrag_tools.index.build import add_manuals, build_index
from graphrag_tools.index.check import check_index
from graphrag_tools.index.index import ManualIndex

ADDRESS = "postgres://reader:hidden-word@db.example.org:5432/manuals"


@pytest.mark.parametrize("copied_by", [copy.copy, copy.deepcopy, lambda index: pickle.loads(pickle.dumps(index))])
def test_copy_of_an_index_answers_when_the_index_is_closed(
    sample_index: ManualIndex, copied_by: Callable[[ManualIndex], ManualIndex]
) -> None:
    index = ManualIndex.open(sample_index.folder)
    other = copied_by(index)
    index.close()
    assert answers_of(other) == answers_of(sample_index)
    assert len(pickle.dumps(other)) < 1_000
    other.close()


def test_copy_takes_embeddings_of_your_own_along(tmp_path: Path) -> None:
    index = ManualIndex.build([small_manual()], tmp_path, embeddings=WatchedEmbeddings())
    other = copy.deepcopy(index)
    assert other.search("colour")[0].section_id == "lamp/colour"
    other.close()
    index.close()


def test_index_is_given_to_a_process_that_begins_anew(sample_index: ManualIndex) -> None:
    with multiprocessing.get_context("spawn").Pool(1) as processes:
        assert processes.apply(answers_of, (sample_index,)) == answers_of(sample_index)


@pytest.mark.parametrize(
    "use",
    [
        ManualIndex.open,
        lambda folder: build_index([SAMPLE_MANUAL], Path(folder)),
        lambda folder: add_manuals([SAMPLE_MANUAL], Path(folder)),
        lambda folder: check_index(Path(folder)),
    ],
)
def test_address_of_a_server_is_refused_without_its_password(
    use: Callable[[str], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match="begins with postgres://, expected a folder") as refused:
        use(ADDRESS)
    assert "hidden-word" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_opening_loads_no_weights_whose_package_is_the_one_it_was_built_with(
    sample_index: ManualIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(*_: object) -> None:
        raise AssertionError("the weights were loaded")

    with monkeypatch.context() as patched:
        patched.setattr(WordLlamaEmbeddings, "embed_documents", load)
        index = ManualIndex.open(sample_index.folder)
        assert index.resolve("Battery").only is not None
    assert answers_of(index) == answers_of(sample_index)
    index.close()


def test_a_home_folder_of_nobody_is_told_of_in_words() -> None:
    with pytest.raises(ConfigError, match="~nobody-of-that-name/index: found a home folder of nobody"):
        ManualIndex.open("~nobody-of-that-name/index")


@pytest.mark.parametrize("place", ["", "  ", None, 3])
def test_place_that_is_blank_or_no_text_is_refused(place: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As of a variable that is not set: a blank path is the folder that the program happens to run in."""
    monkeypatch.chdir(tmp_path)
    for act in (lambda: ManualIndex.open(place), lambda: ManualIndex.build(small_manual(), place)):
        with pytest.raises(ConfigError, match=r"index: found .*; expected a folder or opensearch"):
            act()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("manuals", "told"),
    [
        ("", "a manual is ''; expected a path"),
        (["  "], "a manual is '  '; expected a path"),
        ("name=", "a manual is 'name='; expected a path"),
        (None, "no manual given"),
        (b"manual.md", "a manual is a int; expected a path"),
        ([Document("a")], "a manual is a Document; expected a path, or what load_manual or load_documents returns"),
    ],
)
def test_manual_that_is_none_is_refused(
    manuals: Any, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other.md").write_text("# Other\n\nPress the button.\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match=told):
        ManualIndex.build(manuals, tmp_path / "index")
    assert not (tmp_path / "index").exists()


def test_manuals_in_the_place_of_the_index_are_named_and_not_written_out() -> None:
    place: Any = [small_manual()]
    with pytest.raises(ConfigError, match=r"^index: found a value of type list; expected a folder or opensearch"):
        ManualIndex.open(place)
