"""The reader of an index: what it notices, what it refuses, and what damage it withstands."""

import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, zip_longest
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding
from support.index_fixtures import BATTERY, Backwards, WatchedEmbeddings, small_manual
from support.index_probes import answers_of, probed_answers
from support.processes import HANG_SECONDS
from support.writing_models import writer

from graphrag_tools.embeddings import WordLlamaEmbeddings
from graphrag_tools.enrichment.texts import ModelTexts
from graphrag_tools.errors import ConfigError, IndexMismatch, IndexNotFound, StoreError
from graphrag_tools.index.index import ManualIndex, check_is_index
from graphrag_tools.index.lock import build_lock
from graphrag_tools.index.manifest import generation_folder, read_manifest
from graphrag_tools.loaders.reading import Reading
from graphrag_tools.manual.device_menu import device_menu


@pytest.fixture
def lamp(tmp_path: Path) -> Iterator[ManualIndex]:
    index = ManualIndex.build([small_manual()], tmp_path / "index")
    yield index
    index.close()


def test_two_readers_of_one_index_do_not_depend_on_each_other(sample_index: ManualIndex) -> None:
    first, second = ManualIndex.open(sample_index.folder), ManualIndex.open(str(sample_index.folder))
    expected = answers_of(first)
    first.close()
    assert answers_of(second) == answers_of(sample_index) == expected
    second.close()


def test_hit_gives_its_section_also_where_a_checkpoint_kept_only_the_id(sample_index: ManualIndex) -> None:
    hit = sample_index.search("battery", k=1)[0]
    assert hit.item is not None
    assert sample_index.item_of(hit) is hit.item
    assert sample_index.item_of(hit.model_copy(update={"item": None})) == hit.item


def test_threads_share_a_reader(sample_index: ManualIndex) -> None:
    reader = ManualIndex.open(sample_index.folder)
    expected = answers_of(sample_index)
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda _: answers_of(reader), range(24))) == [expected] * 24
    reader.close()


def test_items_and_graphs(two_manuals_index: ManualIndex) -> None:
    item = two_manuals_index.item(BATTERY)
    assert (item.name, item.path) == ("Battery", ("Settings", "Battery"))
    assert two_manuals_index.graph_of(BATTERY).manual_id == "sample-manual"
    assert two_manuals_index.graph_of("lamp/colour").manual_id == "lamp"
    assert BATTERY in two_manuals_index
    for unknown in ("sample-manual/none", "oven/heat", "", "/", "sample-manual"):
        assert unknown not in two_manuals_index
        with pytest.raises(KeyError):
            two_manuals_index.item(unknown)
    assert 7 not in two_manuals_index


def test_paths_of_all_sections_come_manual_by_manual(two_manuals_index: ManualIndex) -> None:
    paths = two_manuals_index.section_paths()
    assert len(paths) == sum(info.sections for info in two_manuals_index.manuals)
    assert paths[-2:] == [("Brightness",), ("Colour",)]


def test_device_menu_is_that_of_one_manual_or_of_all(two_manuals_index: ManualIndex) -> None:
    items = {info.id: two_manuals_index.graph_of(f"{info.id}/").items for info in two_manuals_index.manuals}
    sample = two_manuals_index.device_menu("sample-manual")
    assert sample == device_menu(items["sample-manual"]) != ()
    assert two_manuals_index.device_menu("lamp") == device_menu(items["lamp"])
    assert two_manuals_index.device_menu() == device_menu(chain.from_iterable(items.values()))
    with pytest.raises(ConfigError, match="manual 'oven': not in this index"):
        two_manuals_index.device_menu("oven")


def test_rare_words_weigh_more(two_manuals_index: ManualIndex) -> None:
    weights = [two_manuals_index.idf(stem) for stem in ("set", "batteri", "unheard")]
    assert weights == sorted(set(weights))
    assert weights[0] > 0


def test_retriever_has_every_option_that_it_was_made_with(two_manuals_index: ManualIndex) -> None:
    made = two_manuals_index.as_retriever(7, "lamp", {"fetch_k": 9}, search_type="mmr", tags=["desk"])
    assert (made.k, made.manual, made.search_type, made.tags) == (7, "lamp", "mmr", ["desk"])
    assert made.search_kwargs == {"fetch_k": 9}
    plain = two_manuals_index.as_retriever()
    assert (plain.k, plain.manual, plain.search_type, plain.tags) == (5, None, "similarity", None)
    assert plain.search_kwargs == {}


def test_names_are_resolved_within_a_manual(two_manuals_index: ManualIndex) -> None:
    only = two_manuals_index.resolve("colour", "lamp").only
    assert only is not None
    assert only.id == "lamp/colour"
    with pytest.raises(ConfigError, match="manual 'oven': not in this index"):
        two_manuals_index.resolve("colour", "oven")


def test_manual_of_a_new_generation_can_be_searched_at_once(lamp: ManualIndex) -> None:
    ManualIndex.build([small_manual(), small_manual("oven")], lamp.folder).close()
    assert lamp.search("colour", manual="oven")[0].section_id == "oven/colour"


def test_manual_that_a_new_generation_lacks_is_unknown_at_once(lamp: ManualIndex) -> None:
    ManualIndex.build([small_manual("oven")], lamp.folder).close()
    with pytest.raises(ConfigError, match=r"manual 'lamp': not in this index; it has oven\."):
        lamp.resolve("colour", "lamp")
    assert [info.id for info in lamp.manuals] == ["oven"]


def test_build_between_reading_and_opening_is_noticed(lamp: ManualIndex) -> None:
    # The embeddings are asked for the fingerprint just after index.json was read.
    def build(_texts: list[str]) -> None:
        if len(built) < 1:
            built.append(ManualIndex.build([small_manual("oven")], lamp.folder))

    built: list[ManualIndex] = []
    reader = ManualIndex.open(lamp.folder, WatchedEmbeddings(build))
    assert [info.id for info in reader.manuals] == ["oven"]
    for index in (reader, *built):
        index.close()


def test_reader_answers_while_a_build_waits(tmp_path: Path) -> None:
    reader = ManualIndex.build([small_manual("old")], tmp_path, embeddings=WatchedEmbeddings())
    answered = threading.Event()
    answers: list[str] = []

    def wait_for_an_answer(texts: list[str]) -> None:
        if any("new" in text or "Sound" in text for text in texts):
            assert answered.wait(60)

    def read() -> None:
        answers.append(reader.search("colour")[0].section_id)
        answered.set()

    thread = threading.Thread(target=read)
    embeddings = WatchedEmbeddings(wait_for_an_answer)
    thread.start()
    ManualIndex.build([small_manual("new", ["sound"])], tmp_path, embeddings=embeddings).close()
    thread.join(HANG_SECONDS)
    assert answers == ["old/colour"]
    assert reader.search("sound")[0].section_id == "new/sound"
    reader.close()


def test_index_is_built_and_changed_as_it_is_told_to(tmp_path: Path) -> None:
    lamp, oven = tmp_path / "lamp.md", tmp_path / "oven.md"
    lamp.write_text("# Lamp\n\n## Brightness\n\nTurn the wheel.\n")
    oven.write_text("# Oven\n\n## Timer\n\nTurn the knob.\n")
    reading, enricher = Reading(language="nl"), ModelTexts(expand=writer(lambda _prompt: "Which wheel is it?")).open()
    stages: list[str] = []

    def tell(stage: str, _done: int, _total: int) -> None:
        stages.append(stage)

    def told() -> bool:
        was_told = bool(stages)
        stages.clear()
        return was_told

    folder = tmp_path / "index"
    index = ManualIndex.build([lamp], folder, progress=tell, enricher=enricher, reading=reading, vector_store="chroma")
    assert told()
    assert index.sections()[-1].questions == ("Which wheel is it?",)
    assert (index.manuals[0].language, index.manifest.vector_store) == ("nl", "chroma")
    index.add(oven, progress=tell, reading=reading)
    assert told()
    assert index.language_of("oven") == "nl"
    index.remove("oven", progress=tell)
    assert told()
    generations = []
    for force in (False, False, True):
        again = ManualIndex.build(
            [lamp], folder, enricher=enricher, reading=reading, vector_store="chroma", force=force
        )
        generations.append(again.manifest.generation)
        again.close()
    assert generations == [4, 4, 5]
    index.close()


@pytest.mark.parametrize(
    "change",
    [
        lambda index: ManualIndex.build([small_manual()], index.folder, wait=True, force=True).close(),
        lambda index: index.add(small_manual("oven"), wait=True),
        lambda index: index.remove("lamp", wait=True),
    ],
    ids=["build", "add", "remove"],
)
def test_change_that_may_wait_is_made_when_another_is_done(
    change: Callable[[ManualIndex], None], tmp_path: Path
) -> None:
    index = ManualIndex.build([small_manual(), small_manual("kettle")], tmp_path)
    begun, done = threading.Event(), threading.Event()

    def hold() -> None:
        with build_lock(tmp_path):
            begun.set()
            done.wait(HANG_SECONDS)

    holding = threading.Thread(target=hold)
    holding.start()
    begun.wait(HANG_SECONDS)
    threading.Timer(0.3, done.set).start()
    change(index)
    assert done.is_set()
    holding.join(HANG_SECONDS)
    assert index.manifest.generation == 2
    index.close()


def test_reader_keeps_answering_when_the_manifest_is_gone(lamp: ManualIndex) -> None:
    (lamp.folder / "index.json").unlink()
    assert lamp.search("colour")[0].section_id == "lamp/colour"


def test_reader_says_that_the_new_generation_has_other_embeddings(tmp_path: Path) -> None:
    reader = ManualIndex.build([small_manual()], tmp_path)
    ManualIndex.build([small_manual()], tmp_path, embeddings=Backwards()).close()
    for _ in range(2):
        with pytest.raises(IndexMismatch, match="expected Backwards"):
            reader.search("colour")
    ManualIndex.build([small_manual()], tmp_path).close()
    assert reader.search("colour")[0].section_id == "lamp/colour"
    reader.close()


def test_embeddings_that_are_others_are_told_with_what_the_index_was_built_with(lamp: ManualIndex) -> None:
    built = f"{lamp.embeddings_name} ({lamp.manifest.embeddings.dimension} dimensions) as it was built with. "
    for given, found in (
        (DeterministicFakeEmbedding(size=5), "DeterministicFakeEmbedding"),
        ("openai:other", "openai:other"),
    ):
        with pytest.raises(IndexMismatch) as refused:
            ManualIndex.open(lamp.folder, given)
        assert str(refused.value) == (
            f"{lamp.folder}: found embeddings {found}, expected {built}Open it with those, or build it again."
        )


def test_own_embeddings_have_to_be_passed(tmp_path: Path) -> None:
    ManualIndex.build([small_manual()], tmp_path, embeddings=WatchedEmbeddings()).close()
    with pytest.raises(IndexMismatch, match=r"embeddings of your own \(WatchedEmbeddings\)\. Pass them"):
        ManualIndex.open(tmp_path)
    with pytest.raises(IndexMismatch, match=r"found embeddings wordllama, expected WatchedEmbeddings \(256 dimensions"):
        ManualIndex.open(tmp_path, "wordllama")
    ManualIndex.open(tmp_path, WatchedEmbeddings()).close()


def test_same_vectors_are_the_same_embeddings_whoever_makes_them(sample_index: ManualIndex) -> None:
    index = ManualIndex.open(sample_index.folder, WordLlamaEmbeddings())
    assert answers_of(index) == answers_of(sample_index)
    index.close()


def test_folder_deleted_and_built_anew_under_a_reader(lamp: ManualIndex) -> None:
    shutil.rmtree(lamp.folder)
    again = ManualIndex.build([small_manual("oven")], lamp.folder)
    assert again.search("colour")[0].section_id == "oven/colour"
    assert lamp.search("colour")[0].section_id == "oven/colour"
    again.close()


def test_index_may_be_moved(copied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copied.rename(tmp_path / "moved to a place #1")
    monkeypatch.chdir(tmp_path)
    index = ManualIndex.open("moved to a place #1")
    assert index.search("battery")
    index.close()


def test_build_lets_go_of_the_generation_before(tmp_path: Path) -> None:
    if not Path("/proc/self/fd").exists():
        pytest.skip("needs /proc to see which files are open")
    reader = ManualIndex.build([small_manual()], tmp_path)
    ManualIndex.build([small_manual("oven")], tmp_path).close()
    reader.search("colour")
    first = str(generation_folder(tmp_path, 1))
    links = [path for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]
    assert not [link for link in links if os.path.realpath(link).startswith(first)]
    reader.close()


@pytest.mark.parametrize("call", [lambda index: index.manuals, lambda index: BATTERY in index, answers_of])
def test_closed_index_says_so(copied: Path, call: Callable[[ManualIndex], object]) -> None:
    index = ManualIndex.open(copied)
    index.close()
    index.close()
    with pytest.raises(StoreError, match="this index was closed"):
        call(index)


def test_every_file_of_a_generation_is_required(copied: Path) -> None:
    generation = generation_folder(copied, 1)
    for name in read_manifest(copied).files:
        content = (generation / name).read_bytes()
        (generation / name).unlink()
        with pytest.raises(IndexNotFound, match=f"{name} is missing; part of the index was deleted. Build it again"):
            ManualIndex.open(copied)
        (generation / name).write_bytes(content)
    shutil.rmtree(generation)
    with pytest.raises(IndexNotFound, match="is missing; part of the index was deleted"):
        ManualIndex.open(copied)


@pytest.fixture
def write_protected(copied: Path) -> Iterator[Path]:
    paths = [copied, *copied.rglob("*")]
    for path in reversed(paths):
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield copied
    for path in paths:
        path.chmod(0o755)


def test_index_that_one_may_not_write_to_answers(write_protected: Path, sample_index: ManualIndex) -> None:
    if os.access(write_protected, os.W_OK):
        pytest.skip("root may write to everything: test_index_on_a_read_only_disk_answers stands for it")
    index = ManualIndex.open(write_protected)
    assert answers_of(index) == answers_of(sample_index)
    index.close()


def test_index_on_a_read_only_disk_answers(
    sample_index: ManualIndex, mount_tmpfs: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = mount_tmpfs("64m")
    folder = Path(shutil.copytree(sample_index.folder, disk / "index"))
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True, timeout=HANG_SECONDS)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    index = ManualIndex.open(folder)
    assert answers_of(index) == answers_of(sample_index)
    assert list(tmp_path.glob("graphrag-tools-*"))
    index.close()
    assert not list(tmp_path.glob("graphrag-tools-*")), "the temporary copy is removed"


def test_read_only_disk_without_room_for_a_copy_is_a_store_error(
    sample_index: ManualIndex, mount_tmpfs: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    disk, full = mount_tmpfs("64m"), mount_tmpfs("64k")
    folder = Path(shutil.copytree(sample_index.folder, disk / "index"))
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True, timeout=HANG_SECONDS)
    monkeypatch.setattr("tempfile.tempdir", str(full))
    with pytest.raises(StoreError, match="is read-only, and its temporary copy cannot be made"):
        ManualIndex.open(folder)
    assert list(full.iterdir()) == []


def test_several_processes_may_open_an_index_at_once(
    forks: ForkServerContext, copied: Path, sample_index: ManualIndex
) -> None:
    expected = [answers_of(sample_index)] * 8
    with ThreadPoolExecutor(6) as threads:
        for found in threads.map(lambda _: probed_answers(forks, [copied] * 8), range(6)):
            assert found == expected


def _cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _emptied(_content: bytes) -> bytes:
    return b""


def _overwritten(content: bytes) -> bytes:
    return b"\xa5" * min(200, len(content)) + content[200:]


def _flipped(content: bytes) -> bytes:
    return bytes(byte ^ 64 if at % 1_009 == 500 else byte for at, byte in enumerate(content))


@pytest.mark.parametrize("damage", [_cut, _emptied, _overwritten, _flipped])
def test_damaged_file_is_an_error_of_ours_or_does_not_matter(
    forks: ForkServerContext,
    copied: Path,
    sample_index: ManualIndex,
    tmp_path: Path,
    damage: Callable[[bytes], bytes],
) -> None:
    written = read_manifest(copied).files
    names = [name for name in written if damage(_content(copied, name)) != _content(copied, name)]
    folders = [Path(shutil.copytree(copied, tmp_path / f"copy-{number}")) for number in range(len(names))]
    for folder, name in zip(folders, names, strict=True):
        (generation_folder(folder, 1) / name).write_bytes(damage(_content(copied, name)))
    found = probed_answers(forks, folders)
    harmless = ["StoreError", "IndexNotFound", answers_of(sample_index)]
    assert [pair for pair in zip_longest(names, found) if pair[1] not in harmless] == []


def _content(folder: Path, name: str) -> bytes:
    return (generation_folder(folder, 1) / name).read_bytes()


@pytest.mark.parametrize("manual", [None, "lamp", "sample-manual"])
def test_names_are_looked_up_in_the_file_as_in_the_table_of_all(
    two_manuals_index: ManualIndex, manual: str | None
) -> None:
    live = two_manuals_index._live()
    items = live.stores.graph.named_items()
    texts = [text for item in items for text in (item.id, item.name, item.menu_path, item.name.upper())]
    texts += [f' "{item.name}" ' for item in items] + [f"`{item.id}`" for item in items] + ["", '"', "batery", "  "]
    assert [live.resolve(text, manual) for text in texts] == [live.names.resolve(text, manual) for text in texts]


def test_exact_name_needs_no_table_of_all_names(
    two_manuals_index: ManualIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read() -> None:
        raise AssertionError("all names were read")

    index = ManualIndex.open(two_manuals_index.folder)
    monkeypatch.setattr(index._live().stores.graph, "named_items", read)
    assert index.resolve("colour").only is not None
    assert index.resolve("settings > wi-fi > flight mode").only is not None
    assert index.resolve("settings > wifi > flight mode").only is not None
    index.close()


def test_what_is_no_open_index_is_said_with_what_opens_one(lamp: ManualIndex) -> None:
    check_is_index(lamp)
    with pytest.raises(ConfigError) as refused:
        check_is_index("my-index")
    assert str(refused.value) == (
        "the index is a str; expected one that is open: index = ManualIndex.open('my-index')."
    )


def test_copy_of_an_index_holds_embeddings_of_ones_own_and_names_the_others(tmp_path: Path) -> None:
    given = WatchedEmbeddings()
    for name, embeddings in (("own", given), ("wordllama", "wordllama")):
        index = ManualIndex.build([small_manual()], tmp_path / name, embeddings=embeddings)
        assert index.__reduce__()[1] == ((tmp_path / name).absolute(), embeddings)
        index.close()
