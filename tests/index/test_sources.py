"""Sources of a build are read one after the other or in processes, with the same manuals and the same errors."""

import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.places import SAMPLE_MANUAL
from support.processes import HANG_SECONDS

from graphrag_tools import load_manual
from graphrag_tools.errors import ConfigError, ManualError
from graphrag_tools.index import sources
from graphrag_tools.index.manifest import ManualInfo
from graphrag_tools.index.sources import ReadManual, read_manuals
from graphrag_tools.loaders.reading import Reading
from graphrag_tools.manual import content_hash
from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.sections import Block, Link, Manual, Section, Skipped
from graphrag_tools.progress import no_progress


class Ending:
    """What ends a process that gets it, as want of memory does."""

    def __reduce__(self) -> tuple[object, tuple[int]]:
        return os._exit, (1,)


@pytest.fixture
def page(tmp_path: Path) -> str:
    file = tmp_path / "lamp.md"
    file.write_text("# Lamp\n\n## Brightness\n\nTurn the wheel.\n", encoding="utf-8")
    return str(file)


def read(paths: "list[str | Path | Manual]", jobs: int, known: Sequence[ManualInfo] = ()) -> list[ReadManual]:
    return read_manuals(paths, no_progress, Reading(language="en", jobs=jobs), known)


def told(manuals: list[ReadManual]) -> object:
    return [(manual.info.model_copy(update={"built": None}), manual.graph.items) for manual in manuals]


def test_manuals_read_in_processes_are_the_same_and_in_order(page: str) -> None:
    paths = [page, SAMPLE_MANUAL, load_manual(page, "third"), f"fourth={page}"]
    assert told(read(paths, jobs=2)) == told(read(paths, jobs=1))


@pytest.mark.parametrize(
    ("second", "words"),
    [("nowhere.md", r"nowhere\.md"), (Ending(), "Give fewer jobs")],
    ids=["no such file", "a process that ends"],
)
def test_what_goes_wrong_in_a_process_is_said_in_words(page: str, second: object, words: str) -> None:
    with pytest.raises(ManualError, match=words):
        read([page, second], jobs=2)  # type: ignore[list-item]


def test_second_manual_of_an_id_is_refused(page: str) -> None:
    with pytest.raises(ManualError, match="a second manual with the id 'lamp'"):
        read([page, page], jobs=1)


@pytest.mark.parametrize("jobs", [1, 2])
def test_graph_of_a_manual_that_is_known_is_made_when_it_is_asked_for(
    page: str, jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = read([SAMPLE_MANUAL, page], 1)
    Path(page).write_text("# Lamp\n\n## Brightness\n\nTurn the dial.\n", encoding="utf-8")
    anew = told(read([SAMPLE_MANUAL, page], 1))
    made: list[str] = []
    monkeypatch.setattr(sources, "build_graph", lambda manual: [made.append(manual.id), build_graph(manual)][1])
    again = read([SAMPLE_MANUAL, page], jobs, [manual.info for manual in first])
    assert made == ["lamp"] * (jobs == 1)  # another process has its own
    assert told(again) == anew
    assert made[-1:] == ["sample-manual"]


def test_known_manual_is_read_anew_by_other_code(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    known = [manual.info for manual in read([page], 1)]
    monkeypatch.setattr(content_hash, "_code", lambda: b"another")
    made: list[str] = []
    monkeypatch.setattr(sources, "build_graph", lambda manual: [made.append(manual.id), build_graph(manual)][1])
    read([page], 1, known)
    assert made == ["lamp"]


@pytest.mark.parametrize(
    "other",
    [
        Block("paragraph", "Turn the dial."),
        Block("step", "Turn the wheel."),
        Block("paragraph", "Turn the wheel.", depth=1),
        Block("paragraph", "Turn the wheel.", emphasis=("wheel",)),
        Block("paragraph", "Turn the wheel.", links=(Link("wheel", "wheel.html"),)),
    ],
)
def test_known_manual_is_read_anew_whatever_of_it_has_changed(other: Block) -> None:
    def lamp(block: Block, **more: Any) -> Manual:
        return Manual("lamp", "Lamp", (replace(Section("a", "Brightness", (block,)), **more),))

    block = Block("paragraph", "Turn the wheel.")
    known = [manual.info for manual in read([lamp(block)], 1)]
    changed = [lamp(other), lamp(block, anchors=("a",)), lamp(block, url="a.html"), lamp(block, page=1)]
    for manual in (*changed, replace(lamp(block), title="Lamps")):
        assert told(read([manual], 1, known)) == told(read([manual], 1))
        assert read([manual], 1)[0].info.loaded != known[0].loaded


def test_no_job_is_refused() -> None:
    with pytest.raises(ConfigError, match="jobs 0: expected 1 or more"):
        Reading(jobs=0)


def test_any_pool_may_load_manuals_for_a_build(page: str) -> None:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        manuals = list(pool.map(load_manual, [SAMPLE_MANUAL, page], timeout=HANG_SECONDS))
    assert told(read(list(manuals), 1)) == told(read([SAMPLE_MANUAL, page], 1))


def test_what_is_read_is_told_with_its_counts(page: str) -> None:
    light = (
        Block("paragraph", "From Settings, tap Light. See Care.", links=(Link("Nowhere", "gone.html"),)),
        Block("option", "Warm: A warm light.", name="Warm"),
    )
    sections = (
        Section("light", "Light", light),
        Section("care", "Care", (Block("paragraph", "Wipe it."),)),
    )
    manual = Manual("lamp", "Lamp", sections, source="x.md", skipped=(Skipped("y.md", "it is empty"),))
    reports: list[tuple[str, int, int]] = []
    first, _ = read_manuals([manual, f"second={page}"], lambda *report: reports.append(report))
    assert reports == [("read", done, 2) for done in (0, 1, 2)]
    info = first.info
    assert (info.id, info.title, info.source, info.language) == ("lamp", "Lamp", "x.md", "en")
    assert (info.sections, info.options, info.blocks) == (2, 1, 3)
    assert info.sections_with_taps == 1
    assert (info.unresolved_links, info.skipped) == (("lamp/light: gone.html",), ("y.md: it is empty",))
    assert info.content == info.stored == content_hash.content_hash(first.graph)
    assert info.built
    assert info.built.microsecond == 0


def test_manual_that_was_moved_is_known_and_says_where_it_is_now(page: str) -> None:
    [first] = read([page], jobs=1)
    known = first.info.model_copy(update={"stored": "with texts of models"})
    moved = Path(page).rename(Path(page).with_name("other.md"))
    [again] = read([f"lamp={moved}"], 1, [known])
    assert (again.info.source, again.info.stored) == (str(moved), first.info.content)
    assert again.graph.items == first.graph.items
