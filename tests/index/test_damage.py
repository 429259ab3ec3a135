"""One byte wrong anywhere in an index: an error of ours or the right answer, never a wrong one."""

import contextlib
import random
import shutil
from itertools import zip_longest
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest
from support.index_fixtures import SAMPLE_MANUAL
from support.index_probes import answers_of, probed_answers

from graphrag_tools.errors import IndexMismatch, IndexNotFound
from graphrag_tools.index.build import build_index
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.index.manifest import MANIFEST_NAME, generation_folder, read_manifest

REFUSED = ("StoreError", "IndexNotFound", "IndexMismatch")


def _flip(file: Path, at: int, bit: int) -> None:
    content = bytearray(file.read_bytes())
    content[at] ^= 1 << bit
    file.write_bytes(content)


@pytest.mark.parametrize("made", ["copied", "copied_chroma"])
def test_one_flipped_bit_in_any_file_is_refused_or_does_not_matter(
    forks: ForkServerContext, made: str, sample_index: ManualIndex, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    copied: Path = request.getfixturevalue(made)
    vectors = {"copied": "vectors.flat", "copied_chroma": "chroma.sqlite3"}[made]
    chance = random.Random(11)
    files = [path for path in copied.rglob("*") if path.is_file() and path.stat().st_size]
    names = [path.relative_to(copied).as_posix() for path in files]
    assert {"index.json", "cache.sqlite", f"generations/000001/vectors/{vectors}"} <= set(names)
    folders = [Path(shutil.copytree(copied, tmp_path / f"copy-{number}")) for number in range(len(names))]
    for folder, name in zip(folders, names, strict=True):
        _flip(folder / name, chance.randrange((folder / name).stat().st_size), chance.randrange(8))
    harmless = [*REFUSED, answers_of(sample_index)]
    found = probed_answers(forks, folders)
    assert [pair for pair in zip_longest(names, found) if pair[1] not in harmless] == []


def test_flipped_bit_where_chroma_may_write_is_refused_or_does_not_matter(
    forks: ForkServerContext, copied_chroma: Path, sample_index: ManualIndex, tmp_path: Path
) -> None:
    chance = random.Random(12)
    name = "vectors/chroma.sqlite3"
    changing = read_manifest(copied_chroma).files[name].changing
    assert changing
    places = [chance.randrange(*part) for part in changing for _ in range(3)] + [part[0] for part in changing]
    folders = [Path(shutil.copytree(copied_chroma, tmp_path / f"copy-{number}")) for number in range(len(places))]
    for folder, place in zip(folders, places, strict=True):
        _flip(generation_folder(folder, 1) / name, place, chance.randrange(8))
    harmless = [*REFUSED, answers_of(sample_index)]
    found = probed_answers(forks, folders)
    assert [pair for pair in zip_longest(places, found) if pair[1] not in harmless] == []


def test_any_flipped_bit_of_the_manifest_is_noticed_or_leaves_it_as_it_was(copied: Path) -> None:
    chance = random.Random(13)
    sound, file = read_manifest(copied), copied / MANIFEST_NAME
    content = file.read_bytes()
    for _ in range(300):
        _flip(file, chance.randrange(len(content)), chance.randrange(8))
        with contextlib.suppress(IndexNotFound, IndexMismatch):
            assert read_manifest(copied) == sound
        file.write_bytes(content)


@pytest.mark.parametrize("seed", range(5))
def test_build_over_a_damaged_cache_answers_right(copied: Path, sample_index: ManualIndex, seed: int) -> None:
    chance = random.Random(seed)
    file = copied / "cache.sqlite"
    for _ in range(200):
        _flip(file, chance.randrange(file.stat().st_size), chance.randrange(8))
    build_index([SAMPLE_MANUAL], copied, force=True)
    index = ManualIndex.open(copied)
    assert answers_of(index) == answers_of(sample_index)
    index.close()


def test_bits_of_the_vectors_database_are_all_accounted_for(copied_chroma: Path) -> None:
    written = read_manifest(copied_chroma).files["vectors/chroma.sqlite3"]
    assert written.rest_crc32 is not None
    assert sum(end - start for start, end in written.changing) <= 4_096 + 16
