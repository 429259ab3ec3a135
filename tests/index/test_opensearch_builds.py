"""Builds of an index on OpenSearch beside readers, beside each other, killed at any moment, and of several tenants."""

import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.index_fixtures import small_manual
from support.opensearch import Node, unused_name
from support.processes import HANG_SECONDS, running

from graphrag_tools.errors import StoreError
from graphrag_tools.index.build import build_index
from graphrag_tools.index.check import check_index
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.sections import Block, Manual, Section

READERS = 8
TOPICS = ("brightness", "colour", "timer", "alarm", "volume", "contrast")
BUILD = """
import sys
from graphrag_tools.index.build import build_index
print("begin", flush=True)
show = lambda *step: print(*step, flush=True)
build_index(sys.argv[2:], sys.argv[1], "wordllama", show)
"""


def edition(number: int) -> Manual:
    """A manual in which each sentence says of which edition it is."""
    sections = (
        Section(key=topic, title=topic.title(), blocks=(Block("paragraph", f"In edition {number}, set the {topic}."),))
        for topic in TOPICS
    )
    return Manual("lamp", "Lamp", tuple(sections), source="lamp.md")


def editions(index: ManualIndex) -> set[str]:
    """The editions that the hits of one answer are of: their passages and their items."""
    hits = index.search("set the brightness of the lamp", k=5)
    assert hits
    assert all(hit.item for hit in hits)
    texts = [block.text for hit in hits if hit.item for block in hit.item.blocks]
    return {text.partition(",")[0] for text in texts}


def reading(index: ManualIndex, done: threading.Event, wrong: list[str]) -> threading.Thread:
    def read() -> None:
        while not done.wait(0.02):
            try:
                if len(found := editions(index)) != 1:
                    wrong.append(f"mixed: {found}")
            except Exception as error:  # noqa: BLE001
                wrong.append(repr(error))

    thread = threading.Thread(target=read)
    thread.start()
    return thread


def test_no_answer_is_mixed_while_the_index_is_rebuilt_under_readers(opensearch: Node) -> None:
    address = opensearch.index_address()
    build_index([edition(1)], address)
    indexes = [ManualIndex.open(address) for _ in range(2)]
    done, wrong = threading.Event(), []
    threads = [reading(indexes[number % 2], done, wrong) for number in range(READERS)]
    # One right after the other: readers are still at a generation that is deleted.
    for number in (2, 3, 4):
        build_index([edition(number)], address)
    done.set()
    for thread in threads:
        thread.join(HANG_SECONDS)
    assert wrong == []
    with closing(ManualIndex.open(address)) as index:
        assert editions(index) == {"In edition 4"}
    for index in indexes:
        index.close()


def test_builders_that_wait_build_one_after_the_other(opensearch: Node) -> None:
    address = opensearch.index_address()
    failed: list[BaseException] = []

    def build(number: int) -> None:
        try:
            build_index([edition(number)], address, wait=True)
        except BaseException as error:  # noqa: BLE001
            failed.append(error)

    builders = [threading.Thread(target=build, args=(number,)) for number in (1, 2)]
    for builder in builders:
        builder.start()
    for builder in builders:
        builder.join(HANG_SECONDS)
    assert failed == []
    with closing(ManualIndex.open(address)) as index:
        assert index.manifest.generation == 2
        assert len(editions(index)) == 1


def _kill_builds(address: str, folder: Path, kills: int) -> None:
    chance = random.Random()
    moments: list[str] = []
    with closing(ManualIndex.open(address)) as index:
        for number in range(kills):
            lamp, oven = (folder / f"{name}.md" for name in ("lamp", "oven"))
            lamp.write_text(f"# Lamp\n\n## Brightness\n\nIn edition {number}, turn it.\n", encoding="utf-8")
            oven.write_text("# Oven\n\n## Colour\n\nClean it.\n", encoding="utf-8")
            moments.append(_kill_somewhere(chance, [lamp, oven], address))
            assert check_index(address).sound, f"killed at {moments}"
            assert index.search("set the brightness")[0].section_id.endswith("brightness"), f"killed at {moments}"
    build_index([edition(99)], address)
    with closing(ManualIndex.open(address)) as index:
        assert editions(index) == {"In edition 99"}


def _kill_somewhere(chance: random.Random, manuals: list[Path], address: str) -> str:
    with running([sys.executable, "-c", BUILD, address, *manuals]) as build:
        assert build.stdout is not None
        told = [line for _ in range(chance.randint(1, 12)) if (line := build.stdout.readline())]
        with suppress(subprocess.TimeoutExpired):
            build.wait(chance.random() * 0.3)
    return told[-1].strip()


def _indices(node: Node, address: str) -> list[str]:
    return sorted(node.ask("GET", f"/{address.rpartition('/')[2]}-*/_settings?expand_wildcards=all"))


@pytest.mark.parametrize("kills", [3, pytest.param(20, marks=pytest.mark.nightly)])
def test_builds_killed_at_any_moment_leave_the_index_and_nothing_else(
    opensearch: Node, tmp_path: Path, kills: int
) -> None:
    address = opensearch.index_address()
    build_index([edition(1)], address)
    build_index([edition(2)], address)
    whole = len(_indices(opensearch, address))
    _kill_builds(address, tmp_path, kills)
    assert len(_indices(opensearch, address)) <= whole + 2, "one generation of two parts, and one of one"


@pytest.fixture(scope="module")
def tenants(opensearch: Node) -> Iterator[dict[str, ManualIndex]]:
    """Two indexes, the name of one the beginning of the other's, with manuals of the same ids and other words."""
    first = unused_name()
    indexes = {}
    for tenant, name in {"north": first, "south": f"{first}-sections"}.items():
        manuals = [small_manual(one, [f"{tenant} {one} light", f"{tenant} sound"]) for one in ("lamp", "oven")]
        indexes[tenant] = ManualIndex.build(manuals, opensearch.index_address(name))
    yield indexes
    for index in indexes.values():
        index.close()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    tenant=st.sampled_from(["north", "south"]),
    manual=st.sampled_from([None, "lamp", "oven"]),
    words=st.lists(
        st.sampled_from(["north", "south", "lamp", "oven", "light", "sound", "set"]), min_size=1, max_size=6
    ),
)
def test_a_tenant_and_a_manual_are_kept_to(
    tenants: dict[str, ManualIndex], tenant: str, manual: str | None, words: list[str]
) -> None:
    for hit in tenants[tenant].search(" ".join(words), k=20, manual=manual):
        assert hit.item is not None
        assert hit.item.name.lower().startswith(tenant)
        assert manual in (None, hit.item.manual)


def test_an_index_that_is_deleted_is_said_and_its_neighbour_answers(opensearch: Node) -> None:
    gone, stays = opensearch.index_address(), opensearch.index_address()
    for address in (gone, stays):
        build_index([edition(1)], address)
    with closing(ManualIndex.open(gone)) as lost, closing(ManualIndex.open(stays)) as kept:
        opensearch.ask("DELETE", f"/{','.join(_indices(opensearch, gone))}")
        with pytest.raises(StoreError, match="not there any more"):
            lost.search("set the brightness")
        assert editions(kept) == {"In edition 1"}
