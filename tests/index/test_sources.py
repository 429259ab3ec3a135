"""Sources of a build are read one after the other or in processes, with the same manuals and the same errors."""

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from support.places import SAMPLE_MANUAL
from support.processes import HANG_SECONDS

from graphrag_tools import load_manual
from graphrag_tools.errors import ConfigError, ManualError
from graphrag_tools.index.sources import ReadManual, read_manuals
from graphrag_tools.loaders.reading import Reading
from graphrag_tools.manual.sections import Manual
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


def read(sources: "list[str | Path | Manual]", jobs: int) -> list[ReadManual]:
    return read_manuals(sources, no_progress, Reading(language="en", jobs=jobs))


def told(manuals: list[ReadManual]) -> object:
    return [(manual.info.model_copy(update={"built": None}), manual.graph.items) for manual in manuals]


def test_manuals_read_in_processes_are_the_same_and_in_order(page: str) -> None:
    sources = [page, SAMPLE_MANUAL, load_manual(page, "third"), f"fourth={page}"]
    assert told(read(sources, jobs=2)) == told(read(sources, jobs=1))


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


def test_no_job_is_refused() -> None:
    with pytest.raises(ConfigError, match="jobs 0: expected 1 or more"):
        Reading(jobs=0)


def test_any_pool_may_load_manuals_for_a_build(page: str) -> None:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        manuals = list(pool.map(load_manual, [SAMPLE_MANUAL, page], timeout=HANG_SECONDS))
    assert told(read(list(manuals), 1)) == told(read([SAMPLE_MANUAL, page], 1))
