"""The recipe of `docs/how-to/replicas.md`: the workers of a Dask cluster read manuals, one task each, for one index."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from distributed import LocalCluster
from support.opensearch import Node
from support.places import REPOSITORY

from graphrag_tools.errors import ManualError
from graphrag_tools.index.index import ManualIndex

PAGE = REPOSITORY / "docs" / "how-to" / "replicas.md"


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    """Two workers, each a process of its own, on this machine."""
    with LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None) as started:
        yield started


@pytest.fixture
def paths(tmp_path: Path) -> list[str]:
    """Four manuals, each with one thing that no other tells."""
    devices = {"kettle": "Boil", "toaster": "Brown", "lamp": "Dim", "scale": "Weigh"}
    written = [tmp_path / f"{device}.md" for device in devices]
    for path, (device, verb) in zip(written, devices.items(), strict=True):
        path.write_text(f"# {verb}\n\nTap Settings > {verb} to {verb.lower()} with the {device}.\n", encoding="utf-8")
    return [str(path) for path in written]


def follow_recipe(cluster: LocalCluster, paths: list[str], target: str) -> None:
    """Run the page's own lines, with this cluster and this index for those that it names."""
    (recipe,) = re.findall(r"```python\n(from dask.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    for named, ours in (
        ("tcp://scheduler:8786", cluster.scheduler_address),
        ("opensearch+https://search1:9200/manuals", target),
    ):
        assert recipe.count(named) == 1
        recipe = recipe.replace(named, ours)
    names: dict[str, Any] = {"paths": paths}
    try:
        exec(compile(recipe, str(PAGE), "exec"), names)
    finally:
        names["workers"].close()


def check_all_are_there(target: str, paths: list[str]) -> None:
    with closing(ManualIndex.open(target)) as index:
        assert sorted(manual.id for manual in index.manuals) == sorted(Path(path).stem for path in paths)
        (hit,) = index.search("how do I weigh?", k=1)
        assert hit.item.taps == ("Settings", "Weigh")


def test_recipe_builds_a_folder(cluster: LocalCluster, paths: list[str], tmp_path: Path) -> None:
    target = str(tmp_path / "index")
    follow_recipe(cluster, paths, target)
    check_all_are_there(target, paths)


@pytest.mark.opensearch
def test_recipe_builds_an_index_on_opensearch(cluster: LocalCluster, paths: list[str], opensearch: Node) -> None:
    target = opensearch.index_address()
    follow_recipe(cluster, paths, target)
    check_all_are_there(target, paths)


def test_manual_that_a_worker_cannot_read_ends_the_build_in_its_words(
    cluster: LocalCluster, paths: list[str], tmp_path: Path
) -> None:
    target = tmp_path / "index"
    with pytest.raises(ManualError, match="nowhere"):
        follow_recipe(cluster, [*paths, str(tmp_path / "nowhere.md")], str(target))
    assert not target.exists()
