"""Who builds on a server: one whose process is gone counts as killed at once, where its process can be seen."""

import os
import socket
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from graphrag_tools.errors import IndexLocked, StoreError
from graphrag_tools.index import publication
from graphrag_tools.index.publication import Builder, Publication, Published
from graphrag_tools.stores.opensearch.client import Conflict

NO_PROCESS = 2**22 + 1
"""More than Linux gives."""


def builder(**changes: object) -> Builder:
    return Builder.here("token").model_copy(update=changes)


def test_builder_of_this_machine_is_gone_with_its_process() -> None:
    assert builder(pid=NO_PROCESS).is_gone()
    assert not builder(pid=os.getppid()).is_gone()
    assert builder(pid=os.getpid()).is_gone(), "this process builds nothing of that token"


@pytest.mark.parametrize("pid", [NO_PROCESS, os.getpid()], ids=["of nobody here", "of this process"])
def test_builder_in_another_container_of_the_same_name_is_at_work_while_it_gives_signs(pid: int) -> None:
    other = builder(pid=pid, ids="the same boot pid:[4026531999]")
    assert other.host == socket.gethostname()
    assert not other.is_gone()
    assert other.model_copy(update={"seen": datetime.now(UTC) - timedelta(minutes=2)}).is_gone()


def test_builder_of_an_earlier_version_is_judged_by_its_signs() -> None:
    assert not builder(pid=NO_PROCESS, ids="").is_gone()


class Cluster:
    """One document in memory, changed by compare-and-swap as a cluster changes it."""

    def __init__(self) -> None:
        self.address = Address()
        self.document: dict[str, Any] | None = None
        self.number = 0
        self.calls: list[tuple[str, str, dict[str, Any]]] = []
        self.fails: Exception | None = None
        self.loses_answers = False

    def call(self, method: str, path: str, body: Any = None, **params: Any) -> Any:
        self.calls.append((method, path, params))
        if self.fails and method == "PUT":
            raise self.fails
        if method == "GET" and path == "/manuals-manifest/_doc/live":
            if self.document is None:
                return None
            return {"found": True, "_seq_no": self.number, "_primary_term": 7, "_source": self.document}
        if method == "PUT":
            expected = (
                {"if_seq_no": str(self.number), "if_primary_term": "7"} if self.document else {"op_type": "create"}
            )
            if {key: params.get(key) for key in expected} != expected:
                raise Conflict("somebody else has written there")
            self.document, self.number = body, self.number + 1
            if self.loses_answers:
                raise Conflict("the call was made again")
            return {"_seq_no": self.number, "_primary_term": 7}
        return {}

    def make_index(self, name: str, body: Any) -> None:
        self.calls.append(("make", name, body))


class Address:
    name = "manuals"

    def __str__(self) -> str:
        return "opensearch://h:9200/manuals"


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Cluster:
    monkeypatch.setattr(publication, "_SECONDS_BETWEEN_TRIES", 0.0)
    return Cluster()


def other_publication(cluster: Cluster, **changes: object) -> None:
    """Somebody else publishes, and builds as `changes` say."""
    assert cluster.document is not None
    theirs = builder(pid=os.getppid(), **changes)
    cluster.document = Published(manifest="theirs", stamp="9", builder=theirs).model_dump(mode="json")
    cluster.number += 1


def test_nothing_is_published_at_first(cluster: Cluster) -> None:
    live = Publication(cluster)  # type: ignore[arg-type]
    assert (live.read(), live.stamp()) == (Published(), None)


def test_builder_publishes_and_leaves_nobody_building(cluster: Cluster) -> None:
    live = Publication(cluster)  # type: ignore[arg-type]
    with live.building():
        at_work = live.read().builder
        assert at_work
        assert (at_work.pid, at_work.host, at_work.is_gone()) == (os.getpid(), socket.gethostname(), False)
        assert at_work.since == at_work.seen
        assert at_work.since.microsecond == 0
        live.publish("ours", "1")
        live.publish("ours again", "2")
        assert live.read() == Published(manifest="ours again", stamp="2", builder=at_work)
    assert live.read() == Published(manifest="ours again", stamp="2")
    assert live.stamp() == "2"
    assert at_work.is_gone()
    with live.building():
        assert live.stamp() == "2"
    (make, health, *_), writes = cluster.calls, [call for call in cluster.calls if call[0] == "PUT"]
    assert make[:2] == ("make", "manuals-manifest")
    assert make[2]["settings"] == {"index": {"number_of_shards": 1, "auto_expand_replicas": "0-1"}}
    assert health[1] == "/_cluster/health/manuals-manifest"
    assert {(params["seconds"], params["refresh"]) for _, _, params in writes} == {(120.0, "true")}


def test_second_builder_is_told_who_builds_or_waits(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = Publication(cluster), Publication(cluster)  # type: ignore[arg-type]
    since = datetime(2026, 11, 27, 8, 30, 5, tzinfo=UTC)
    with first.building():
        at_work = builder(pid=os.getppid(), since=since)
        cluster.document = Published(builder=at_work).model_dump(mode="json")
        with pytest.raises(IndexLocked) as refused, second.building():
            pass
        assert str(refused.value) == (
            f"opensearch://h:9200/manuals: another build is at work there (process {os.getppid()} on "
            f"{socket.gethostname()}, since 2026-11-27 08:30:05 UTC). Wait until it ends, then build again."
        )
        waited: list[float] = []

        def end_meanwhile(seconds: float) -> None:
            waited.append(seconds)
            cluster.document = Published(manifest="theirs").model_dump(mode="json")

        monkeypatch.setattr(publication.time, "sleep", end_meanwhile)
        with second.building(wait=True):
            assert len(waited) == 1
            assert second.read().manifest == "theirs"


def test_builder_that_was_taken_for_gone_does_not_publish(cluster: Cluster) -> None:
    live = Publication(cluster)  # type: ignore[arg-type]
    with live.building():
        other_publication(cluster, since=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
        with pytest.raises(IndexLocked) as refused:
            live.publish("ours", "1")
        assert str(refused.value) == (
            f"opensearch://h:9200/manuals: process {os.getppid()} on {socket.gethostname()}, since 2026-01-02 03:04:05 "
            "UTC builds there; this build is not published. Build again when the other has ended."
        )
    found = live.read()
    assert found.builder
    assert (found.manifest, found.builder.pid) == ("theirs", os.getppid())
    cluster.document = None
    with live.building():
        other_publication(cluster)
        cluster.document = Published(manifest="theirs").model_dump(mode="json")
        with pytest.raises(IndexLocked, match="another build has published meanwhile; this build is not published"):
            live.publish("ours", "1")


def test_call_that_was_made_again_meets_its_own_work(cluster: Cluster) -> None:
    live = Publication(cluster)  # type: ignore[arg-type]
    with live.building():
        cluster.loses_answers = True
        live.publish("ours", "1")
        cluster.loses_answers = False
        live.publish("ours again", "2")
    assert live.read() == Published(manifest="ours again", stamp="2")


def test_two_that_begin_at_one_moment_do_not_both_build(cluster: Cluster) -> None:
    first, second = Publication(cluster), Publication(cluster)  # type: ignore[arg-type]
    read = second._read

    def read_before_the_first_began() -> Any:
        found = read()
        second._read = read  # type: ignore[method-assign]
        first._begin("token", wait=False)
        other_publication(cluster)
        return found

    second._read = read_before_the_first_began  # type: ignore[method-assign]
    with pytest.raises(IndexLocked, match="another build is at work there"), second.building():
        pass


def test_index_that_holds_something_else_is_said(cluster: Cluster) -> None:
    cluster.document = {"builder": "Bob"}
    with pytest.raises(StoreError) as refused:
        Publication(cluster).read()  # type: ignore[arg-type]
    assert str(refused.value) == (
        "opensearch://h:9200/manuals: the index manuals-manifest holds something else than a manifest. Correct the "
        "name, or delete that index and build again."
    )


@pytest.mark.parametrize("error", [None, StoreError("away"), IndexLocked("taken")])
def test_builder_gives_signs_until_it_ends_or_is_not_the_builder(cluster: Cluster, error: Exception | None) -> None:
    live = Publication(cluster)  # type: ignore[arg-type]
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    live._begin("token", wait=False)
    assert live._now.builder
    live._now.builder.seen = long_ago
    cluster.fails = error
    rounds = iter([False, False, True])
    live._give_signs(SimpleNamespace(wait=lambda seconds: seconds != 5.0 or next(rounds)))  # type: ignore[arg-type]
    assert len(list(rounds)) == (2 if isinstance(error, IndexLocked) else 0)
    assert (live._now.builder.seen > long_ago) == (error is None)
    cluster.fails = None
    live._end()
    assert live.read().builder is None
    # Nobody builds any more, and the signs end by themselves.
    live._give_signs(SimpleNamespace(wait=lambda _: False))  # type: ignore[arg-type]


def test_end_that_cannot_be_told_is_left_to_the_next_builder(cluster: Cluster) -> None:
    live = Publication(cluster)  # type: ignore[arg-type]
    with live.building():
        cluster.fails = StoreError("away")
    cluster.fails = None
    left = live.read().builder
    assert left
    assert left.is_gone()


@pytest.mark.parametrize(("seconds", "is_gone"), [(50, False), (70, True)])
def test_builder_of_another_machine_is_gone_a_minute_after_its_last_sign(seconds: int, is_gone: bool) -> None:
    seen = datetime.now(UTC) - timedelta(seconds=seconds)
    assert builder(ids="elsewhere", seen=seen).is_gone() is is_gone


def test_process_of_somebody_else_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_pid: int, _signal: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", refuse)
    assert not builder(pid=NO_PROCESS).is_gone()
