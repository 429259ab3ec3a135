import random
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from filelock import FileLock
from support.index_fixtures import BATTERY, SAMPLE_MANUAL, WatchedEmbeddings, contents, generations, small_manual
from support.processes import HANG_SECONDS, running
from support.writing_models import writer

from graphrag_tools.embeddings import WordLlamaEmbeddings
from graphrag_tools.enrichment.texts import ModelTexts
from graphrag_tools.errors import (
    ConfigError,
    IndexLocked,
    IndexMismatch,
    IndexNotFound,
    ManualError,
    ModelError,
    StoreError,
)
from graphrag_tools.index.build import build_index
from graphrag_tools.index.enricher import ModelTextReport
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.index.manifest import (
    FORMAT_VERSION,
    MANIFEST_NAME,
    SPARE_NAME,
    Manifest,
    generation_folder,
    read_manifest,
    write_manifest,
)
from graphrag_tools.manual.graph import MenuGraph
from graphrag_tools.manual.sections import Block, Manual, Section
from graphrag_tools.progress import Progress
from graphrag_tools.stores.chroma import ChromaVectorStore
from graphrag_tools.stores.flat import FlatVectorStore
from graphrag_tools.stores.questions import open_questions
from graphrag_tools.stores.sqlite import SqliteGraphStore
from graphrag_tools.stores.tantivy import TantivyLexicalStore
from graphrag_tools.stores.vector_stores import VectorStoreName


def _answers(folder: Path, query: str = "battery") -> list[str]:
    index = ManualIndex.open(folder)
    found = [hit.section_id for hit in index.search(query)]
    index.close()
    return found


def _many_words(count: int) -> list[str]:
    return [f"word{number}" for number in range(count)]


def test_manifest_tells_what_was_built(tmp_path: Path) -> None:
    manifest = build_index([SAMPLE_MANUAL, small_manual()], tmp_path)
    assert manifest.model_dump() == read_manifest(tmp_path).model_dump()
    assert manifest.generation == 1
    assert (manifest.embeddings.name, manifest.embeddings.dimension) == ("wordllama", 256)
    sample, lamp = manifest.manuals
    assert (sample.id, lamp.id) == ("sample-manual", "lamp")
    assert (lamp.title, lamp.source, lamp.sections, lamp.options, lamp.blocks) == ("Lamp", "lamp.md", 2, 0, 2)
    assert sample.options > 0 < sample.sections_with_taps


@pytest.mark.parametrize(("vector_store", "expected"), [("flat", set()), ("chroma", {"vectors/chroma.sqlite3"})])
def test_every_file_of_the_generation_is_recorded(
    tmp_path: Path, vector_store: VectorStoreName, expected: set[str]
) -> None:
    manifest = build_index([small_manual()], tmp_path, vector_store=vector_store)
    generation = tmp_path / "generations" / "000001"
    files = [path for path in generation.rglob("*") if path.is_file() and not path.name.startswith(".")]
    assert set(manifest.files) == {path.relative_to(generation).as_posix() for path in files}
    without_checksum = {name for name, written in manifest.files.items() if written.crc32 is None}
    assert without_checksum == expected


def test_each_build_makes_a_generation_and_keeps_the_one_before(tmp_path: Path) -> None:
    kept = []
    for word in ("brightness", "colour", "timer"):
        build_index([small_manual(words=[word])], tmp_path)
        kept.append(generations(tmp_path))
    assert kept == [["000001"], ["000001", "000002"], ["000002", "000003"]]
    assert read_manifest(tmp_path).generation == 3


@pytest.mark.parametrize("vector_store", ["flat", "chroma"])
def test_questions_of_a_model_are_found_by_their_words_and_by_what_they_mean(
    tmp_path: Path, vector_store: VectorStoreName
) -> None:
    asked = "How do I set the brightness with the wheel?"
    enricher = ModelTexts(expand=writer(lambda _prompt: asked)).open()
    build_index([small_manual(words=["brightness"])], tmp_path, vector_store=vector_store, enricher=enricher)
    questions = open_questions(tmp_path / "generations" / "000001")
    assert questions
    [by_words] = questions.words.search("wheel", 5)
    [by_meaning] = questions.vectors.search(WordLlamaEmbeddings().embed_query(f"Brightness: {asked}"), 5)
    assert by_words.key == by_meaning.key
    assert by_meaning.score > 0.9
    questions.close()


def test_enricher_that_gives_back_fewer_graphs_loses_no_manual(tmp_path: Path) -> None:
    class Forgetful:
        recipe = "forgetful"

        def enrich(
            self, graphs: Sequence[MenuGraph], cache_file: Path, progress: Progress
        ) -> tuple[list[MenuGraph], tuple[ModelTextReport, ...]]:
            return list(graphs)[:1], ()

    with pytest.raises(ValueError, match="shorter"):
        build_index([small_manual(), small_manual("oven")], tmp_path, enricher=Forgetful())
    with pytest.raises(IndexNotFound):
        read_manifest(tmp_path)


def test_build_leaves_nothing_else_behind(tmp_path: Path) -> None:
    build_index([small_manual()], tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"index.json", "cache.sqlite", "build.lock", "generations"}


def test_changed_text_alone_is_embedded_again(tmp_path: Path) -> None:
    embeddings = WatchedEmbeddings()
    build_index([small_manual(words=["brightness", "colour"])], tmp_path, WatchedEmbeddings())
    build_index([small_manual(words=["brightness", "colour", "timer"])], tmp_path, embeddings)
    assert [text for text in embeddings.texts if text.startswith(("Colour", "Timer"))] == [
        "Timer: Turn the wheel to set the timer."
    ]


def test_what_is_noted_of_the_same_embeddings_is_brought_up_to_date(copied: Path) -> None:
    live = read_manifest(copied)
    earlier = live.embeddings.model_copy(update={"revision": None})
    write_manifest(copied, live.model_copy(update={"embeddings": earlier}))
    assert live.embeddings.revision
    assert build_index([SAMPLE_MANUAL], copied).unchanged
    assert read_manifest(copied) == live


def test_a_build_replaces_what_the_index_held(tmp_path: Path) -> None:
    build_index([small_manual("lamp")], tmp_path)
    build_index([small_manual("oven")], tmp_path)
    assert [info.id for info in read_manifest(tmp_path).manuals] == ["oven"]
    assert all(found.startswith("oven/") for found in _answers(tmp_path, "colour"))


def test_ids_survive_a_rebuild(copied: Path, sample_index: ManualIndex) -> None:
    index = ManualIndex.build([SAMPLE_MANUAL], copied, force=True)
    assert read_manifest(copied).generation == 2
    generation, other = index.graph_of(BATTERY), sample_index.graph_of(BATTERY)
    assert generation.items == other.items
    index.close()


def test_progress_goes_from_reading_to_vectors(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    build_index([small_manual()], tmp_path, progress=lambda *step: told.append(step))
    assert list(dict.fromkeys(stage for stage, _, _ in told)) == ["read", "embed", "graph", "words", "vectors"]
    assert all(0 <= done <= total for _, done, total in told)
    assert {stage for stage, done, total in told if done == total} == {stage for stage, _, _ in told}


def test_name_before_the_path_is_the_id(tmp_path: Path) -> None:
    source = tmp_path / "lamp.md"
    source.write_text("# Title\n\nSome text.\n", encoding="utf-8")
    manifest = build_index([f"My Reader={source}"], tmp_path / "index")
    assert manifest.manuals[0].id == "my-reader"


def test_path_with_an_equals_sign_is_a_path(tmp_path: Path) -> None:
    source = tmp_path / "a=b.md"
    source.write_text("# Title\n\nSome text.\n", encoding="utf-8")
    assert build_index([source], tmp_path / "index").manuals[0].id == "a-b"


def test_two_manuals_with_one_id_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ManualError, match=r"lamp\.md: a second manual with the id 'lamp'\. Name it: NAME=lamp\.md"):
        build_index([small_manual(), small_manual()], tmp_path / "index")
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize("sections", [(), (Section("a", "Alone"), Section("b", "Below", parent="a"))])
def test_manual_without_text_is_refused(tmp_path: Path, sections: tuple[Section, ...]) -> None:
    with pytest.raises(ManualError, match=rf"bare\.md: {len(sections)} sections, but no text in any of them"):
        build_index([small_manual(), Manual("bare", "Bare", sections, "bare.md")], tmp_path / "index")
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize("identifier", ["", "a/b"])
def test_manual_id_that_ids_of_items_cannot_begin_with_is_refused(tmp_path: Path, identifier: str) -> None:
    with pytest.raises(ManualError, match=f"found the manual id '{identifier}'; expected one that has no '/'"):
        build_index([small_manual(identifier)], tmp_path / "index")


def test_half_a_character_in_a_manual_is_refused(tmp_path: Path) -> None:
    broken = Manual("lamp", "Lamp", (Section("a", "Light", (Block("paragraph", "Turn \ud800 on."),)),))
    with pytest.raises(ManualError, match=r"half a character .* here: 'Light: Turn \\ud800 on\.'"):
        build_index([broken], tmp_path)


def test_no_manual_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no manual given"):
        build_index([], tmp_path / "index")
    assert not (tmp_path / "index").exists()


def test_missing_source_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(ManualError, match="no such file"):
        build_index([SAMPLE_MANUAL, tmp_path / "none.md"], tmp_path / "index")
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize(
    "files",
    [
        ["thesis.docx"],
        [".git/config"],
        ["index.json", "package.json"],
        ["generations/000001/family-tree.ged", "thesis.docx"],
        ["cache.sqlite", "thesis.docx"],
    ],
)
def test_folder_with_other_files_is_refused_and_left_as_it_was(tmp_path: Path, files: list[str]) -> None:
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text('{"name": "of another program"}', encoding="utf-8")
    before = contents(tmp_path)
    with pytest.raises(ConfigError, match=r"holds '.+' and no index; expected an index, or an empty or new folder"):
        build_index([small_manual()], tmp_path)
    assert contents(tmp_path) == before


def test_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("mine", encoding="utf-8")
    with pytest.raises(ConfigError, match="is a file; expected a folder"):
        build_index([small_manual()], tmp_path / "index")
    assert (tmp_path / "index").read_text(encoding="utf-8") == "mine"


def test_missing_folders_above_are_made(tmp_path: Path) -> None:
    build_index([small_manual()], tmp_path / "a" / "b" / "index")
    assert read_manifest(tmp_path / "a" / "b" / "index").generation == 1


def test_index_without_its_lock_file_is_still_an_index(copied: Path) -> None:
    (copied / "build.lock").unlink()
    (copied / "notes.txt").write_text("mine", encoding="utf-8")
    assert build_index([small_manual()], copied).generation == 2
    assert (copied / "notes.txt").exists()


def test_broken_manifest_is_built_over(copied: Path) -> None:
    (copied / "index.json").write_text("{", encoding="utf-8")
    assert build_index([small_manual()], copied).generation == 2
    assert _answers(copied, "colour")[0] == "lamp/colour"


def test_index_of_a_newer_format_is_left_alone(copied: Path) -> None:
    text = (
        (copied / "index.json")
        .read_text(encoding="utf-8")
        .replace(f'"format_version": {FORMAT_VERSION}', f'"format_version": {FORMAT_VERSION + 1}')
    )
    (copied / "index.json").write_text(text, encoding="utf-8")
    before = contents(copied)
    with pytest.raises(IndexMismatch, match=f"index format {FORMAT_VERSION + 1}"):
        build_index([small_manual()], copied)
    assert contents(copied) == before


def test_second_build_at_once_is_refused(copied: Path) -> None:
    with FileLock(copied / "build.lock"), pytest.raises(IndexLocked, match="another build is at work there"):
        build_index([small_manual()], copied)
    assert generations(copied) == ["000001"]
    assert build_index([small_manual()], copied).generation == 2


@pytest.mark.parametrize("failure", [ConnectionError("down"), KeyboardInterrupt()])
def test_failure_in_the_middle_leaves_the_old_index_and_keeps_the_work(tmp_path: Path, failure: BaseException) -> None:
    def fail_late(texts: list[str]) -> None:
        if any("word299" in text for text in texts):
            raise failure

    build_index([small_manual("old")], tmp_path, WatchedEmbeddings())
    new = small_manual("new", _many_words(300))
    expected = ModelError if isinstance(failure, ConnectionError) else type(failure)
    with pytest.raises(expected):
        build_index([new], tmp_path, WatchedEmbeddings(fail_late))
    assert generations(tmp_path) == ["000001"]
    with pytest.raises(IndexMismatch, match="Pass them"):
        ManualIndex.open(tmp_path)
    index = ManualIndex.open(tmp_path, WatchedEmbeddings())
    assert index.search("colour")[0].section_id == "old/colour"
    index.close()
    again = WatchedEmbeddings()
    build_index([new], tmp_path, again)
    assert sum(text.startswith("Word") for text in again.texts) == 300 - 256


@pytest.mark.parametrize("store", [SqliteGraphStore, TantivyLexicalStore, FlatVectorStore, ChromaVectorStore])
def test_interrupt_within_a_store_leaves_the_old_index(
    copied: Path, monkeypatch: pytest.MonkeyPatch, store: type
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "write_all" if store is FlatVectorStore else "write", interrupt)
    with pytest.raises(KeyboardInterrupt):
        build_index([small_manual()], copied, vector_store="chroma" if store is ChromaVectorStore else "flat")
    assert generations(copied) == ["000001"]
    assert BATTERY in _answers(copied)


def test_interrupt_just_after_the_switch_leaves_the_new_index(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def write_and_interrupt(folder: Path, manifest: Manifest, name: str = MANIFEST_NAME) -> None:
        write_manifest(folder, manifest, name)
        if name == MANIFEST_NAME:
            raise KeyboardInterrupt

    monkeypatch.setattr("graphrag_tools.index.folder.write_manifest", write_and_interrupt)
    with pytest.raises(KeyboardInterrupt):
        build_index([small_manual()], copied)
    assert _answers(copied, "colour")[0] == "lamp/colour"


@pytest.mark.parametrize("store", [SqliteGraphStore, TantivyLexicalStore, FlatVectorStore, ChromaVectorStore])
def test_store_that_loses_records_is_found_out(copied: Path, monkeypatch: pytest.MonkeyPatch, store: type) -> None:
    monkeypatch.setattr(store, "write_all" if store is FlatVectorStore else "write", lambda *_: None)
    with pytest.raises(StoreError, match=r"the (graph|sections|vectors) store holds 0 records, expected 2"):
        build_index([small_manual()], copied, vector_store="chroma" if store is ChromaVectorStore else "flat")
    assert generations(copied) == ["000001"]
    assert BATTERY in _answers(copied)


def test_failed_first_build_can_be_repeated(tmp_path: Path) -> None:
    def fail(_texts: list[str]) -> None:
        raise ConnectionError("down")

    with pytest.raises(ModelError):
        build_index([small_manual()], tmp_path / "index", WatchedEmbeddings(fail))
    assert build_index([small_manual()], tmp_path / "index").generation == 1


def test_parent_that_is_a_file_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="Not a directory"):
        build_index([small_manual()], tmp_path / "file" / "index")


@pytest.mark.parametrize("size", ["64k", "700k", "1200k", "1500k"])
def test_full_disk_is_a_store_error_that_leaves_no_generation(mount_tmpfs: Callable[[str], Path], size: str) -> None:
    # From the smallest on, the cache, the graph and the vectors are what finds no room.
    folder = mount_tmpfs(size) / "index"
    with pytest.raises(StoreError, match="Is the disk full"):
        build_index([SAMPLE_MANUAL], folder)
    assert generations(folder) == []


def test_disk_that_fills_up_leaves_the_old_index(mount_tmpfs: Callable[[str], Path], tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    build_index([small_manual("old")], elsewhere)
    folder = mount_tmpfs("1m") / "index"
    build_index([small_manual("old")], folder)
    with pytest.raises(StoreError, match="Is the disk full"):
        build_index([SAMPLE_MANUAL], folder)
    assert generations(folder) == ["000001"]
    for whole in (folder, elsewhere):
        assert _answers(whole, "colour")[0] == "old/colour"


def test_read_only_disk_is_a_store_error(mount_tmpfs: Callable[[str], Path]) -> None:
    disk = mount_tmpfs("10m")
    build_index([small_manual("old")], disk / "index")
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True, timeout=HANG_SECONDS)
    for folder in (disk / "index", disk / "new"):
        with pytest.raises(StoreError, match=r"Read-only file system\. Is the disk full or read-only"):
            build_index([small_manual("new")], folder)
    assert _answers(disk / "index", "colour")[0] == "old/colour"


BUILD = """
import sys
from graphrag_tools.index.build import build_index
show = lambda *step: print(*step, flush=True)
build_index(sys.argv[1:2], __import__("pathlib").Path(sys.argv[2]), "wordllama", show)
"""


def test_killed_build_leaves_the_old_index_and_the_next_build_works(tmp_path: Path) -> None:
    build_index([small_manual("old")], tmp_path)
    steps = random.sample(range(1, 10), 3)
    for step in steps:
        command = [sys.executable, "-c", BUILD, str(SAMPLE_MANUAL), str(tmp_path)]
        with running(command) as build:
            assert build.stdout is not None
            told = [build.stdout.readline() for _ in range(step)]
        assert all(told), f"fewer than {step} steps"
        live = read_manifest(tmp_path)
        expected = {1: "old/colour"}.get(live.generation, "sample-manual")
        assert _answers(tmp_path, "colour")[0].startswith(expected), f"killed after the steps {steps}"
    manifest = build_index([SAMPLE_MANUAL], tmp_path)
    assert BATTERY in _answers(tmp_path)
    assert f"{manifest.generation:06d}" in generations(tmp_path)
    assert len(generations(tmp_path)) <= 2, "what a killed build left is gone"


def test_a_generation_has_its_spare_before_it_is_live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[tuple[Path, str]] = []

    def note(folder: Path, manifest: Manifest, name: str = MANIFEST_NAME) -> None:
        written.append((folder, name))
        write_manifest(folder, manifest, name)

    monkeypatch.setattr("graphrag_tools.index.folder.write_manifest", note)
    build_index([small_manual()], tmp_path)
    assert written == [(generation_folder(tmp_path, 1), SPARE_NAME), (tmp_path, MANIFEST_NAME)]


@pytest.mark.parametrize("kind", [str, Path, "a loaded manual"])
def test_one_manual_needs_no_list(kind: object, tmp_path: Path) -> None:
    source = small_manual() if kind == "a loaded manual" else kind(SAMPLE_MANUAL)  # type: ignore[operator]
    index = ManualIndex.build(source, tmp_path / "index", embeddings="wordllama")
    assert len(index.manuals) == 1
