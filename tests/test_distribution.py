"""Several workers: the tests of a group run in one of them, and groups begin before the rest."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.places import TESTS
from support.processes import HANG_SECONDS

_TESTS = """
import os, pytest

def note(group):
    with open("ran", "a") as file: file.write(f"{os.environ['PYTEST_XDIST_WORKER']} {group}\\n")

@pytest.fixture(scope="session")
def browser(): pass

@pytest.fixture(scope="module")
def costly(): pass

@pytest.mark.parametrize("text", ["a", "b@c", "d]@e"])
def test_alone(text): note("alone")

@pytest.mark.parametrize("number", range(4))
def test_of_module(costly, number): note("module")

@pytest.mark.parametrize("number", range(2))
def test_of_browser(browser, number): note("browser")

@pytest.fixture(scope="session")
def postgres(): pass

@pytest.mark.postgres
def test_of_postgres(postgres): note("postgres")

@pytest.mark.parametrize("place", [pytest.param("database", marks=pytest.mark.postgres)])
def test_that_asks_for_it_later(browser, request, place): request.getfixturevalue("postgres"); note("postgres")
"""


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What each of two workers ran, in order."""
    folder = tmp_path_factory.mktemp("distributed")
    (folder / "test_distributed.py").write_text(_TESTS, encoding="utf-8")
    plugins = ("-p", "xdist.plugin", "-p", "support.distribution", "-p", "no:cacheprovider")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadgroup", *plugins],
        cwd=folder,
        env={**environment, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(TESTS)},
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    found: dict[str, list[str]] = {}
    for line in Path(folder, "ran").read_text(encoding="utf-8").splitlines():
        worker, group = line.split()
        found.setdefault(worker, []).append(group)
    return found


def test_each_group_runs_in_one_worker_and_none_is_left_out(ran: dict[str, list[str]]) -> None:
    assert (
        sorted(group for groups in ran.values() for group in groups)
        == ["alone"] * 3 + ["browser"] * 2 + ["module"] * 4 + ["postgres"] * 2
    )
    for group in ("browser", "module", "postgres"):
        assert [group in groups for groups in ran.values()].count(True) == 1


def test_groups_begin_before_the_rest_and_side_by_side(ran: dict[str, list[str]]) -> None:
    assert sorted(groups[0] for groups in ran.values()) == ["browser", "postgres"]
