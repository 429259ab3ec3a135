"""An index opened before a fork, as gunicorn --preload and Celery's prefork do it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.processes import HANG_SECONDS

from graphrag_tools.index.index import ManualIndex

PROGRAM = """
import os, sys, threading, warnings
from graphrag_tools import ManualIndex, ask, manual_workflow
warnings.simplefilter("ignore", DeprecationWarning)
index = ManualIndex.open(sys.argv[1])
app = manual_workflow(index)
if sys.argv[2] == "used":
    ask(app, "How long is a loan?")
child = os.fork()
if child:
    _, status = os.waitpid(child, 0)
    assert status == 0, status
else:
    found = []
    threads = [threading.Thread(target=lambda: found.append(index.search("loan")[0].section_id)) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert found == ["larkfield/library/loans"] * 4, found
print(ask(app, "How long is a loan?").menu_path[-1], flush=True)
os._exit(0)
"""


# Of a folder that nobody may write to a copy is read, which closing removes.
READ_ONLY = """
import os, sys, tempfile, warnings
from pathlib import Path
from graphrag_tools import ManualIndex
warnings.simplefilter("ignore", DeprecationWarning)
tempfile.tempdir = sys.argv[2]
os.access = lambda *_: False

def copies():
    return {path.name for path in Path(sys.argv[2]).iterdir()}

def in_child(work):
    before = copies()
    child = os.fork()
    if not child:
        work()
        sys.exit()  # as gunicorn's workers end: what is registered with atexit runs
    _, status = os.waitpid(child, 0)
    assert (status, copies()) == (0, before), (status, copies(), before)
    assert [hit.section_id for hit in index.search("loan", k=1)] == ["sample-manual/library/loans"]

def use():
    assert index.search("loan")

def use_and_fork():
    use()
    in_child(use)

index = ManualIndex.open(sys.argv[1])
assert len(copies()) == 1
for work in (lambda: None, use, index.close, use_and_fork):
    in_child(work)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.parametrize("before", ["used", "opened"])
def test_index_opened_before_a_fork_works_in_child_and_parent(
    before: str, sample_index_for_answers: ManualIndex, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", PROGRAM, str(sample_index_for_answers.folder), before]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=HANG_SECONDS, cwd=tmp_path, check=False)
    assert (ended.returncode, ended.stdout.split()) == (0, ["Loans", "Loans"]), ended.stderr


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_forked_processes_close_nothing_that_their_parents_read(sample_index: ManualIndex, tmp_path: Path) -> None:
    command = [sys.executable, "-c", READ_ONLY, str(sample_index.folder), str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=HANG_SECONDS, cwd=tmp_path, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
