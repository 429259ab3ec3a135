"""What a run of tests says of a mutant: only a test that fails has noticed it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.mutants import fate_of


@pytest.mark.parametrize(
    ("tests", "fate"),
    [
        ("def test_it(): assert False", "killed"),
        ("def test_it(): pass", "survived"),
        ("import no_such_module", "uncollected"),
        ("def test_it(no_such_fixture): pass", "killed"),
        ("", "untested"),
    ],
)
def test_tests_that_cannot_be_collected_have_noticed_nothing(tmp_path: Path, tests: str, fate: str) -> None:
    (tmp_path / "test_it.py").write_text(tests)
    (tmp_path / "pytest.ini").touch()
    # What pytest's exit code says is its own, and to import the plug-ins takes three times as long as all else.
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    child = os.posix_spawn(sys.executable, command, environment)
    assert fate_of(os.waitpid(child, 0)[1]) == fate


def test_a_run_that_is_stopped_by_its_limit_is_told_apart() -> None:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    child.kill()
    assert fate_of(os.waitpid(child.pid, 0)[1]) == "timeout"
    child.returncode = 0
