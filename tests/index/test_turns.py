"""Searches take turns: as many at a time as there are places, of each process for itself."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from support.processes import HANG_SECONDS

from graphrag_tools.errors import StoreError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.stores import turns
from graphrag_tools.stores.candidates import Asked, Candidates, SearchedStores

FORKED_AMID_SEARCHES = """
import os, signal, sys, threading, warnings
from graphrag_tools import ManualIndex
from graphrag_tools.stores import turns
warnings.simplefilter("ignore", DeprecationWarning)
turns._LONGEST_WAIT = 10_000
index = ManualIndex.open(sys.argv[1])
index.search("loan")
all_at_work, forked = threading.Barrier(turns.PLACES + 1), threading.Event()
def work():
    with turns.turn():
        all_at_work.wait(30)
        forked.wait(30)
for _ in range(turns.PLACES):
    threading.Thread(target=work).start()
all_at_work.wait(30)
child = os.fork()
if not child:
    signal.alarm(100)  # or it would hang on when the test is over
    print(index.search("loan")[0].section_id, flush=True)
    os._exit(0)
_, status = os.waitpid(child, 0)
forked.set()
print(index.search("loan")[0].section_id, status)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_child_searches_though_the_parents_threads_had_every_turn_at_the_fork(
    sample_index_for_answers: ManualIndex, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", FORKED_AMID_SEARCHES, str(sample_index_for_answers.folder)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=HANG_SECONDS, cwd=tmp_path, check=False)
    loans = "larkfield/library/loans"
    assert (ended.returncode, ended.stdout.split()) == (0, [loans, loans, "0"]), ended.stderr


def test_no_more_searches_are_at_work_than_there_are_places(
    sample_index_for_answers: ManualIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts, at_work, counting = [], 0, threading.Lock()
    candidates: Callable[..., Candidates] = SearchedStores.candidates

    def watched(stores: SearchedStores, asked: Asked) -> Candidates:
        nonlocal at_work
        with counting:
            at_work += 1
            counts.append(at_work)
        try:
            return candidates(stores, asked)
        finally:
            with counting:
                at_work -= 1

    monkeypatch.setattr(SearchedStores, "candidates", watched)
    with ThreadPoolExecutor(4 * turns.PLACES) as readers:
        found = list(readers.map(sample_index_for_answers.search, ["loan"] * 40))
    assert {hits[0].section_id for hits in found} == {"larkfield/library/loans"}
    assert max(counts) <= turns.PLACES


def test_search_that_fails_gives_its_turn_back(
    sample_index_for_answers: ManualIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> Candidates:
        raise StoreError("no disk")

    with monkeypatch.context() as patched:
        patched.setattr(SearchedStores, "candidates", fail)
        for _ in range(2 * turns.PLACES):
            with pytest.raises(StoreError, match="no disk"):
                sample_index_for_answers.search("loan")
    assert free_places() == turns.PLACES


def test_search_goes_ahead_where_every_place_is_lost(
    sample_index_for_answers: ManualIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "_LONGEST_WAIT", 0.1)
    with every_place_taken():
        assert sample_index_for_answers.search("loan")[0].section_id == "larkfield/library/loans"
        assert free_places() == 0
    assert free_places() == turns.PLACES


def test_searches_on_another_machine_wait_for_no_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    class Elsewhere:
        def candidates(self, asked: Asked) -> Candidates:
            raise NotImplementedError

    def refuse() -> None:
        raise AssertionError("it waits for a turn")

    nothing: Any = None
    monkeypatch.setattr("graphrag_tools.stores.candidates.turn", refuse)
    with SearchedStores(nothing, nothing, nothing, Elsewhere()).turn():
        pass
    with pytest.raises(AssertionError, match="waits"):
        SearchedStores(nothing, nothing, nothing).turn()


@contextmanager
def every_place_taken() -> Iterator[None]:
    with ExitStack() as held:
        for _ in range(turns.PLACES):
            held.enter_context(turns.turn())
        yield


def free_places() -> int:
    places = turns._places(os.getpid())
    taken = 0
    while places.acquire(blocking=False):
        taken += 1
    if taken:
        places.release(taken)
    return taken
