"""The one document of an index on OpenSearch: its live manifest, and who builds; changed by compare-and-swap alone."""

import contextlib
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import getnode, uuid4

from pydantic import BaseModel, ValidationError

from graphrag_tools.errors import IndexLocked, StoreError
from graphrag_tools.stores.opensearch.client import SECONDS_TO_WRITE, Cluster, Conflict

_DOCUMENT = "live"
_SECONDS_BETWEEN_SIGNS = 5.0
_SECONDS_WITHOUT_A_SIGN = 60.0
"""After which a builder counts as killed; one whose process would be seen from here counts at once."""
_SECONDS_BETWEEN_TRIES = 0.5
_AT_WORK: set[str] = set()
"""The tokens of this process's builders."""
_MAPPINGS = {"dynamic": False, "properties": {}}


class Builder(BaseModel):
    """Who builds, and when it last gave a sign of life."""

    pid: int
    host: str
    ids: str = ""
    """Where its process id means something: two containers may have one host name, and ids of their own."""
    token: str = ""
    """Tells two builders of one process apart."""
    since: datetime
    seen: datetime

    @classmethod
    def here(cls, token: str) -> "Builder":
        """Return one of this process."""
        now = datetime.now(UTC).replace(microsecond=0)
        return cls(pid=os.getpid(), host=socket.gethostname(), ids=_known_ids(), token=token, since=now, seen=now)

    def __str__(self) -> str:
        """Return it as a user is told of it."""
        return f"process {self.pid} on {self.host}, since {self.since:%Y-%m-%d %H:%M:%S} UTC"

    def is_gone(self) -> bool:
        """Whether it was killed, as far as can be told."""
        if self.ids == _known_ids() and not self._is_at_work():
            return True
        return (datetime.now(UTC) - self.seen).total_seconds() > _SECONDS_WITHOUT_A_SIGN

    def _is_at_work(self) -> bool:
        # One of this process that has ended may not have been able to say so.
        return self.token in _AT_WORK if self.pid == os.getpid() else _runs(self.pid)


class Published(BaseModel):
    """What the document says: the live manifest as JSON, what changes with each publication, and who builds."""

    manifest: str | None = None
    stamp: str | None = None
    builder: Builder | None = None


class Publication:
    """The document, read by all and changed by one builder at a time."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self.index = f"{cluster.address.name}-manifest"
        self._changing = threading.RLock()
        self._version: dict[str, str] | None = None
        """Which version of the document this builder has written; None where it builds nothing."""
        self._now = Published()

    def read(self) -> Published:
        """Return what it says now; nothing of it where it is not there."""
        return self._read()[0]

    def stamp(self) -> str | None:
        """Return what changes with each publication; None while nothing is published."""
        return self.read().stamp

    def publish(self, manifest: str, stamp: str) -> None:
        """Make a manifest the live one, as the builder that holds the lock.

        Raises:
            IndexLocked: Another builder has taken over or published meanwhile.
        """
        with self._changing:
            self._write(Published(manifest=manifest, stamp=stamp, builder=self._now.builder))

    @contextmanager
    def building(self, *, wait: bool = False) -> Iterator[None]:
        """Be the one builder, and give signs of life. Raises IndexLocked where another is at work."""
        token = uuid4().hex[:12]
        _AT_WORK.add(token)
        try:
            self._begin(token, wait=wait)
            with self._signs():
                yield
        finally:
            _AT_WORK.discard(token)

    @contextmanager
    def _signs(self) -> Iterator[None]:
        ended = threading.Event()
        signs = threading.Thread(target=self._give_signs, args=(ended,), daemon=True, name="build-signs")
        signs.start()
        try:
            yield
        finally:
            ended.set()
            signs.join(SECONDS_TO_WRITE)
            self._end()

    def _begin(self, token: str, *, wait: bool) -> None:
        self._make_index()
        while True:
            published, version = self._read()
            if published.builder is None or published.builder.is_gone():
                self._version, self._now = version, published
                try:
                    self._write(published.model_copy(update={"builder": Builder.here(token)}))
                except IndexLocked:
                    continue  # another began at the same moment
                return
            if not wait:
                raise IndexLocked(
                    f"{self._cluster.address}: another build is at work there ({published.builder}). Wait until it "
                    "ends, then build again."
                )
            time.sleep(_SECONDS_BETWEEN_TRIES)

    def _end(self) -> None:
        with self._changing:
            # Where it fails, the next builder finds that this one gives no sign of life any more.
            with contextlib.suppress(StoreError, IndexLocked):
                self._write(self._now.model_copy(update={"builder": None}))
            self._version = None

    def _give_signs(self, ended: threading.Event) -> None:
        while not ended.wait(_SECONDS_BETWEEN_SIGNS):
            with self._changing:
                if self._now.builder is None:
                    return
                seen = self._now.builder.model_copy(update={"seen": datetime.now(UTC)})
                try:
                    self._write(self._now.model_copy(update={"builder": seen}))
                except IndexLocked:
                    return  # the publication will say so
                except StoreError:
                    continue  # the cluster is away for a moment; what fails for it is the load

    def _read(self) -> tuple[Published, dict[str, str]]:
        path = f"/{self.index}/_doc/{_DOCUMENT}"
        answer: Any = self._cluster.call("GET", path, absent=None)
        if answer is None or not answer.get("found"):
            return Published(), {}
        version = {"if_seq_no": str(answer["_seq_no"]), "if_primary_term": str(answer["_primary_term"])}
        try:
            return Published.model_validate(answer["_source"]), version
        except ValidationError as error:
            raise StoreError(
                f"{self._cluster.address}: the index {self.index} holds something else than a manifest. Correct the "
                "name, or delete that index and build again."
            ) from error

    def _write(self, document: Published) -> None:
        with self._changing:
            version = self._version or {"op_type": "create"}
            path, body = f"/{self.index}/_doc/{_DOCUMENT}", document.model_dump(mode="json")
            try:
                answer = self._cluster.call("PUT", path, body, seconds=SECONDS_TO_WRITE, refresh="true", **version)
                written = {"if_seq_no": str(answer["_seq_no"]), "if_primary_term": str(answer["_primary_term"])}
            except Conflict as error:
                found, written = self._read()
                # A call that timed out and was made again meets its own work.
                if found != document:
                    raise IndexLocked(self._words_of_the_winner(found)) from error
            self._version, self._now = written, document

    def _words_of_the_winner(self, found: Published) -> str:
        who = f"{found.builder} builds there" if found.builder else "another build has published meanwhile"
        return f"{self._cluster.address}: {who}; this build is not published. Build again when the other has ended."

    def _make_index(self) -> None:
        settings = {"index": {"number_of_shards": 1, "auto_expand_replicas": "0-1"}}
        self._cluster.make_index(self.index, {"settings": settings, "mappings": _MAPPINGS})
        # One that another builder makes at this moment is there before it can be read.
        path = f"/_cluster/health/{self.index}"
        self._cluster.call("GET", path, seconds=SECONDS_TO_WRITE, wait_for_active_shards="1", timeout="60s")


def _known_ids() -> str:
    """Return what tells apart those of whose processes this one knows: by the boot and the container's namespace."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:  # no Linux, and so no namespaces
        return f"{socket.gethostname()} {getnode():x}"


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # somebody else's
    return True
