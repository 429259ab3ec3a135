"""One manual of many is changed on OpenSearch: the parts of the others stay, and answers are those of a fresh build."""

from collections.abc import Sequence

import pytest
from support.changed_manuals import answers, manual
from support.opensearch import Node

from graphrag_tools.errors import StoreError
from graphrag_tools.index.backends import open_backend
from graphrag_tools.index.build import add_manuals, build_index
from graphrag_tools.index.check import check_index
from graphrag_tools.index.opensearch import OpenSearchBackend
from graphrag_tools.manual.sections import Manual
from graphrag_tools.search.mending import Vocabulary
from graphrag_tools.stores.opensearch import parts
from graphrag_tools.stores.opensearch.graph import OpenSearchGraphStore
from graphrag_tools.stores.opensearch.mappings import KINDS

MORE = " Pour out the sand box and the time r."


@pytest.fixture
def address(opensearch: Node) -> str:
    """The address of an index that is not there yet."""
    return opensearch.index_address()


def parts_of(address: str) -> dict[str, str]:
    """The name of the part in which each manual of the live generation is."""
    backend = open_backend(address)
    assert isinstance(backend, OpenSearchBackend)
    found = backend.about.parts(backend.manifest().generation)
    return {name: part.name for part in found for name in part.places}


def name_of(address: str) -> str:
    return address.rpartition("/")[2]


def indices(node: Node, address: str) -> set[str]:
    return set(node.ask("GET", f"/{name_of(address)}-*/_settings"))


def fresh(node: Node, manuals: Sequence[Manual]) -> dict[str, object]:
    """The answers of an index of one part that knows nothing of an earlier one."""
    made = node.index_address()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "_SHARE", 1)
        build_index(manuals, made, "wordllama")
    assert len(set(parts_of(made).values())) == 1
    return answers(made)


def test_changes_give_what_a_fresh_build_gives_and_cost_their_own_part(
    opensearch: Node, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_index([manual(name) for name in ("lamp", "oven", "radio", "clock")], address, "wordllama")
    before = parts_of(address)
    assert len(set(before.values())) == 4
    read: list[str] = []
    whole = OpenSearchGraphStore._read_whole
    with monkeypatch.context() as patch:
        patch.setattr(
            OpenSearchGraphStore, "_read_whole", lambda store, name: [read.append(name), whole(store, name)][1]
        )
        add_manuals([manual("lamp", MORE)], address)
    assert set(read) <= {"lamp"}
    after = parts_of(address)
    assert {name for name in before if after[name] != before[name]} == {"lamp"}
    # One goes, one comes between, one is changed; all at once.
    wanted = [manual("lamp", MORE), manual("scale"), manual("radio", MORE), manual("clock")]
    build_index(wanted, address, "wordllama")
    last = parts_of(address)
    assert {name for name in before if last.get(name) != after[name]} == {"oven", "radio"}
    assert answers(address) == fresh(opensearch, wanted)
    assert check_index(address).sound
    # What neither the live generation nor the one before it has is gone: the oven stays, the first lamp does not.
    assert indices(opensearch, address) == {
        *(f"{name_of(address)}-{what}" for what in ("manifest", "generation-000002", "generation-000003")),
        *(f"{name_of(address)}-{kind}-{part}" for kind in KINDS for part in {*after.values(), *last.values()}),
    }


def test_failed_change_leaves_the_index_and_a_lost_index_is_made_anew(
    opensearch: Node, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_index([manual("lamp"), manual("clock")], address, "wordllama")
    before, there = answers(address), indices(opensearch, address)

    def fail(*_: object) -> None:
        raise StoreError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(Vocabulary, "merged", fail)
        with pytest.raises(StoreError, match="disk is full"):
            add_manuals([manual("clock", MORE)], address)
    assert indices(opensearch, address) == there
    assert answers(address) == before
    kept = parts_of(address)
    opensearch.ask("DELETE", f"/{name_of(address)}-blocks-{kept['lamp']}")
    build_index([manual("lamp"), manual("clock", MORE)], address, "wordllama")
    assert not set(parts_of(address).values()) & set(kept.values())
    assert check_index(address).sound
