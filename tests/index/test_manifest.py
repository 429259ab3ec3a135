import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphrag_tools.embeddings.identity import EmbeddingsInfo
from graphrag_tools.errors import IndexMismatch, IndexNotFound
from graphrag_tools.index.build import Built
from graphrag_tools.index.manifest import (
    FORMAT_VERSION,
    SPARE_NAME,
    Manifest,
    ManualInfo,
    WrittenFile,
    generation_folder,
    generation_numbers,
    read_manifest,
    write_manifest,
)

MANIFEST = Manifest(
    generation=7,
    embeddings=EmbeddingsInfo(name="wordllama", dimension=2, fingerprint=[0.1, -0.7]),
    manuals=(
        ManualInfo(
            id="lamp",
            title="Lämp ☀",
            source="lamp.md",
            sections=3,
            options=1,
            blocks=9,
            sections_with_taps=2,
            see_also=1,
            unresolved_links=("lamp/a: nowhere",),
            skipped=("section_3: no title",),
        ),
    ),
    files={"graph.sqlite": WrittenFile(size=10, crc32=123), "vectors/chroma.sqlite3": WrittenFile(size=20, crc32=None)},
)


def test_manifest_comes_back_as_it_was_written(tmp_path: Path) -> None:
    write_manifest(tmp_path, MANIFEST)
    assert read_manifest(tmp_path) == MANIFEST
    assert [path.name for path in tmp_path.iterdir()] == ["index.json"]


def test_changed_figure_is_damage(tmp_path: Path) -> None:
    write_manifest(tmp_path, MANIFEST)
    content = (tmp_path / "index.json").read_bytes()
    (tmp_path / "index.json").write_bytes(content.replace(b"-0.7", b"-0.6"))
    with pytest.raises(
        IndexNotFound, match=r"is damaged \(its checksum has changed\)\. Mend it with graphrag-tools check"
    ):
        read_manifest(tmp_path)


def test_spare_manifest_stands_beside_the_other(tmp_path: Path) -> None:
    write_manifest(tmp_path, MANIFEST, SPARE_NAME)
    assert read_manifest(tmp_path, SPARE_NAME) == MANIFEST
    with pytest.raises(IndexNotFound, match=r"no index\.json in it"):
        read_manifest(tmp_path)


def test_whether_a_build_changed_anything_is_not_written(tmp_path: Path) -> None:
    write_manifest(tmp_path, Built(**dict(MANIFEST), unchanged=True))
    assert read_manifest(tmp_path) == MANIFEST


def test_calibration_of_an_earlier_version_is_left_out(tmp_path: Path) -> None:
    write_manifest(tmp_path, MANIFEST)
    written = json.loads((tmp_path / "index.json").read_text(encoding="utf-8"))
    written["coverage"] = {"weights": [0.1, 0.2, 0.3], "quantiles": [0.0, 1.0], "questions": 200, "whitening": None}
    (tmp_path / "index.json").write_text(json.dumps(written), encoding="utf-8")
    assert read_manifest(tmp_path) == MANIFEST


def test_generations_sort_by_name(tmp_path: Path) -> None:
    assert generation_folder(tmp_path, 7) == tmp_path / "generations" / "000007"


def test_generations_are_those_folders_that_are_called_by_a_number(tmp_path: Path) -> None:
    assert generation_numbers(tmp_path / "nowhere") == generation_numbers(tmp_path) == []
    for number in (12, 3, 1_000_000):
        generation_folder(tmp_path, number).mkdir(parents=True)
    (tmp_path / "generations" / "notes").mkdir()
    assert generation_numbers(tmp_path) == [3, 12, 1_000_000]


def test_missing_folder_is_told_from_a_folder_without_an_index(tmp_path: Path) -> None:
    with pytest.raises(IndexNotFound, match=r"none: no such folder\. Build one: graphrag-tools build MANUAL --index"):
        read_manifest(tmp_path / "none")
    with pytest.raises(IndexNotFound, match=r"no index\.json in it\. Build one"):
        read_manifest(tmp_path)


def test_file_in_place_of_the_folder_is_no_index(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(IndexNotFound, match="found a file; expected the folder"):
        read_manifest(tmp_path / "file")


def test_folder_in_place_of_the_file_is_no_index(tmp_path: Path) -> None:
    (tmp_path / "index.json").mkdir()
    with pytest.raises(IndexNotFound, match="cannot be read"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'{"format_version": 1}', b'{"a": 1}', b"\xff\xfe"])
def test_broken_file_is_no_index(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "index.json").write_bytes(content)
    with pytest.raises(IndexNotFound, match=r"index\.json: (is damaged|cannot be read)"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("other", [{}, {"manuals": {"as": "another version"}, "generation": "b-7"}])
def test_newer_format_is_a_mismatch_whatever_else_it_holds(tmp_path: Path, other: dict[str, Any]) -> None:
    content = json.loads(MANIFEST.model_dump_json()) | other | {"format_version": FORMAT_VERSION + 1}
    (tmp_path / "index.json").write_text(json.dumps(content), encoding="utf-8")
    expected = (
        rf"index format {FORMAT_VERSION + 1}; this version reads up to {FORMAT_VERSION}\. Upgrade graphrag-tools, or"
    )
    with pytest.raises(IndexMismatch, match=expected):
        read_manifest(tmp_path)


def test_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    write_manifest(tmp_path, MANIFEST)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_manifest(tmp_path, MANIFEST.model_copy(update={"generation": 8}))
    assert read_manifest(tmp_path) == MANIFEST
    assert [path.name for path in tmp_path.iterdir()] == ["index.json"]


def test_what_lies_in_the_way_of_a_write_is_replaced_and_not_written_through(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.write_text("mine", encoding="utf-8")
    (tmp_path / "index.json.new").symlink_to(mine)
    write_manifest(tmp_path, MANIFEST)
    assert read_manifest(tmp_path) == MANIFEST
    assert mine.read_text(encoding="utf-8") == "mine"


WRITTEN = MANIFEST.model_dump_json(indent=1).encode()


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, len(WRITTEN)), until=st.integers(0, len(WRITTEN)), put=st.binary(max_size=8))
def test_any_damage_is_no_index_or_a_mismatch_or_still_a_manifest(
    tmp_path: Path, at: int, until: int, put: bytes
) -> None:
    (tmp_path / "index.json").write_bytes(WRITTEN[:at] + put + WRITTEN[until:])
    try:
        found = read_manifest(tmp_path)
    except (IndexNotFound, IndexMismatch):
        return
    assert isinstance(found, Manifest)
