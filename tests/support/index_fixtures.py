"""Indexes that tests share and only read, and the parts that several tests of the index need."""

import gc
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest
from langchain_core.embeddings import Embeddings
from support.forks import FORKS
from support.places import SAMPLE_MANUAL
from support.processes import HANG_SECONDS
from support.suite import made_once

from graphrag_tools.embeddings import WordLlamaEmbeddings
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.sections import Block, Manual, Section
from graphrag_tools.stores.vector_stores import VectorStoreName

BATTERY = "sample-manual/settings/battery"


@pytest.fixture(scope="session")
def sample_index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ManualIndex]:
    """The index of the sample manual; read only."""
    folder = made_once(tmp_path_factory, "sample-index", partial(_build, [SAMPLE_MANUAL]))
    index = ManualIndex.open(folder)
    yield index
    index.close()


@pytest.fixture(scope="session")
def s10_index(s10_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ManualIndex]:
    """The index of the Galaxy S10 manual, "s10"; read only."""
    manual = f"s10={s10_data / 's10_manual_corpus.json'}"
    build = partial(_build, [manual], embeddings="minilm")
    index = ManualIndex.open(made_once(tmp_path_factory, "s10-index", build))
    yield index
    index.close()


@pytest.fixture(scope="session")
def two_manuals_index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ManualIndex]:
    """The index of the sample manual and of the small one, "lamp"; read only."""
    manuals = [SAMPLE_MANUAL, small_manual()]
    index = ManualIndex.open(made_once(tmp_path_factory, "two-manuals-index", partial(_build, manuals)))
    yield index
    index.close()


def _build(
    sources: Sequence[Path | str | Manual],
    folder: Path,
    *,
    embeddings: str | None = None,
    vector_store: VectorStoreName = "flat",
) -> None:
    ManualIndex.build(sources, folder, embeddings=embeddings, vector_store=vector_store).close()


@pytest.fixture
def copied(sample_index: ManualIndex, tmp_path: Path) -> Path:
    """A copy of the sample manual's index, to be written to."""
    return Path(shutil.copytree(sample_index.folder, tmp_path / "index"))


@pytest.fixture(scope="session")
def sample_in_chroma(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the sample manual's index with its vectors in Chroma; never opened."""
    return made_once(tmp_path_factory, "sample-in-chroma", partial(_build, [SAMPLE_MANUAL], vector_store="chroma"))


@pytest.fixture
def copied_chroma(sample_in_chroma: Path, tmp_path: Path) -> Path:
    """A copy of that, to be written to."""
    return Path(shutil.copytree(sample_in_chroma, tmp_path / "chroma-index"))


@pytest.fixture
def mount_tmpfs(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Mounts a file system of a given size ("700k") and returns its folder; unmounted after the test."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("needs to be root to mount a small file system")
    mounted: list[Path] = []

    def mount(size: str) -> Path:
        folder = tmp_path / f"disk-{len(mounted)}"
        folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
        if subprocess.run(command, capture_output=True, check=False, timeout=HANG_SECONDS).returncode:
            pytest.skip("needs the right to mount a small file system, which this container withholds")
        mounted.append(folder)
        return folder

    yield mount
    gc.collect()  # a failed build's engines live in the cycles of its exception, and hold their files
    for folder in mounted:
        subprocess.run(["umount", str(folder)], check=True, timeout=HANG_SECONDS)


@pytest.fixture(scope="module")
def forks() -> ForkServerContext:
    """Makes processes that have the package loaded already; a crash ends one of them and not the test."""
    return FORKS


def small_manual(identifier: str = "lamp", words: Sequence[str] = ("brightness", "colour")) -> Manual:
    """A manual with a section of one paragraph per word."""
    sections = (
        Section(key=word, title=word.title(), blocks=(Block("paragraph", f"Turn the wheel to set the {word}."),))
        for word in words
    )
    return Manual(identifier, identifier.title(), tuple(sections), source=f"{identifier}.md")


class WatchedEmbeddings(Embeddings):
    """The embedded embeddings, which keep what they were asked for and call `before` with it first."""

    def __init__(self, before: Callable[[list[str]], None] = lambda _texts: None) -> None:
        self._model = WordLlamaEmbeddings()
        self._before = before
        self.texts: list[str] = []

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self._before(texts)
        self.texts += texts
        return self._model.embed_documents(texts)

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


class Backwards(WatchedEmbeddings):
    """Other embeddings of the same dimension."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [vector[::-1] for vector in super().embed_documents(texts)]


def generations(folder: Path) -> list[str]:
    """The names of the generations in an index's folder."""
    return sorted(path.name for path in (folder / "generations").iterdir())


def contents(folder: Path) -> dict[str, bytes]:
    """What the files of a folder hold, by their paths below it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class Told:
    """Takes the progress of a build."""

    def __init__(self) -> None:
        self.all: list[tuple[str, int, int]] = []

    def __call__(self, stage: str, done: int, total: int) -> None:
        self.all.append((stage, done, total))

    def stages(self) -> list[str]:
        return list(dict.fromkeys(stage for stage, _, _ in self.all))
