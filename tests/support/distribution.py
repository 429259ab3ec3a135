"""The distribution of tests over several workers: which of them stay together, and which begin first.

xdist's own `--dist loadgroup` writes the group of a test into its id. Since pytest 9.2 that has no effect and nothing
says so: tests are dealt out one by one (https://github.com/pytest-dev/pytest-xdist/issues/1386), and each worker starts
every server and model. Here a worker writes the groups into a file, which the scheduler reads.
"""

import json
import os
import tempfile
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

# What a fixture starts runs in one worker only. The groups that take longest come first, so that no worker is left with
# one of them at the end. Each model has one thread, so that two workers with a model each leave no core idle.
_GROUPS = {
    "ollama_server": "ollama",
    "gguf_runtime": "gguf",
    "gguf_model": "gguf",
    "coder": "coder",
    "opensearch_program": "opensearch",
    "browser": "browser",
    "postgres": "postgres",
    "forks": "forks",
}
_ENGINES = ("opensearch", "postgres")
_FILE_OF_GROUPS = "file_of_groups"
_folder = pytest.StashKey[tempfile.TemporaryDirectory[str]]()


class GroupScheduling(LoadScopeScheduling):
    """Deals out whole groups, and one by one the tests that are in none."""

    @cached_property
    def _groups(self) -> dict[str, str]:
        groups: dict[str, str] = json.loads(_file_of_groups(self.config).read_text(encoding="utf-8"))
        return groups

    def _split_scope(self, nodeid: str) -> str:
        return self._groups.get(nodeid, nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling | None:
    """Take the place of xdist's scheduler of groups."""
    if config.getoption("dist") != "loadgroup":
        return None
    # xdist would begin with the groups of most tests, which are not those that take longest.
    config.option.loadscopereorder = False
    return GroupScheduling(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: WorkerController) -> None:
    """Tell a worker where to write the groups."""
    node.workerinput[_FILE_OF_GROUPS] = str(_file_of_groups(node.config))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the groups first in a worker, the slowest at the head; alone, tests run in the order of their files."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=_place)


# Before xdist's own, which has the scheduler read the file.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Write the group of each test that has one; all workers find the same."""
    told: dict[str, Any] = getattr(session.config, "workerinput", {})
    if told.get("workerid") == "gw0" and _FILE_OF_GROUPS in told:
        groups = {item.nodeid: group for item in session.items if (group := worker_group(item))}
        Path(told[_FILE_OF_GROUPS]).write_text(json.dumps(groups), encoding="utf-8")


def worker_group(item: pytest.Item) -> str | None:
    """Return the name of those tests that must run in the same worker as this one; None where any will do.

    Tests that share a costly fixture of their module stay together, so that it is made once.
    """
    # By marker, because a parameter has it where only some of a test's cases need the engine; before the fixtures,
    # because a browser may be started by several workers and an engine by one.
    for engine in _ENGINES:
        if item.get_closest_marker(engine):
            return engine
    fixtures = getattr(item, "fixturenames", ())
    named = [group for fixture, group in _GROUPS.items() if fixture in fixtures]
    if named:
        return named[0]
    definitions = item._fixtureinfo.name2fixturedefs.values()  # type: ignore[attr-defined]
    of_module = any(definition[-1].scope == "module" for definition in definitions)
    return item.nodeid.partition("::")[0] if of_module else None


def _place(item: pytest.Item) -> int:
    """Return where a test begins: the named groups in their order, the groups of files, the rest."""
    group = worker_group(item)
    order = list(dict.fromkeys(_GROUPS.values()))
    if group in order:
        return order.index(group)
    return len(order) + (group is None)


def _file_of_groups(config: pytest.Config) -> Path:
    """Return the file of a run that tells the groups, in a folder that is gone with the run."""
    if _folder not in config.stash:
        config.stash[_folder] = tempfile.TemporaryDirectory()
        config.add_cleanup(config.stash[_folder].cleanup)
    return Path(config.stash[_folder].name) / "groups.json"
