"""A real OpenSearch for tests: one node or three on free ports, which a test may kill and start again."""

import os
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from support.ports import free_port
from support.processes import HANG_SECONDS, end_process

from graphrag_tools.index.manifest import ManualInfo

STANDING_PORT = "GRAPHRAG_TOOLS_TEST_OPENSEARCH"
"""The variable that holds the port of a node that stands already, for many short runs of the tests."""

_BETWEEN_LOOKS = 0.1
_NEAREST_FIELDS = {
    "vector": {
        "type": "knn_vector",
        "dimension": 2,
        "method": {"name": "hnsw", "space_type": "cosinesimil", "engine": "lucene"},
    }
}


@dataclass(slots=True)
class Node:
    """A node with data and ports of its own; it keeps both when it is killed and started again."""

    program: Path
    folder: Path
    name: str = "one"
    settings: tuple[str, ...] = ("discovery.type=single-node",)
    port: int = field(default_factory=free_port)
    transport_port: int = field(default_factory=free_port)
    _process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    @property
    def is_shared(self) -> bool:
        """Say whether other runs of the tests use the node too, so that it must not be killed."""
        return self._process is None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def index_address(self, name: str | None = None) -> str:
        """Return what `--index` takes; without a name it is one that nobody has used."""
        return f"opensearch://127.0.0.1:{self.port}/{name or unused_name()}"

    def start(self) -> None:
        """Start the node; `wait` for it afterwards."""
        assert self._process is None
        command = [
            self.program,
            f"path.home={self.folder}",
            "cluster.name=tests",
            f"node.name={self.name}",
            f"http.port={self.port}",
            f"transport.port={self.transport_port}",
            *self.settings,
        ]
        self.folder.mkdir(exist_ok=True)
        with (self.folder / "log").open("ab") as log:
            # It ends with its standard input: also where the tests are killed.
            self._process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env={"PATH": os.environ["PATH"], "HOME": str(self.folder)},
            )

    def wait_until_ready(self, nodes: int = 1) -> None:
        """Wait until the node answers, sees so many nodes, and has a copy at least of each shard."""
        deadline = time.monotonic() + HANG_SECONDS
        asked = {"wait_for_nodes": f">={nodes}", "wait_for_status": "yellow", "timeout": "5s"}
        while time.monotonic() < deadline and self._process is not None and self._process.poll() is None:
            try:
                if self.send("GET", "/_cluster/health", params=asked).is_success:
                    return
            except httpx.TransportError:
                pass
            time.sleep(_BETWEEN_LOOKS)
        log = (self.folder / "log").read_text(encoding="utf-8", errors="replace")
        pytest.fail(f"the node {self.name} of OpenSearch did not start; its log:\n{log}")

    def kill(self) -> None:
        """End the node as a crash does."""
        if self._process is not None:
            end_process(self._process)
            self._process = None

    def restart(self, nodes: int = 1) -> None:
        """Kill the node and start it again over the same data."""
        self.kill()
        self.start()
        self.wait_until_ready(nodes)

    def send(self, method: str, path: str, body: object = None, **options: Any) -> httpx.Response:
        """Send one request of the test's own."""
        return httpx.request(method, f"{self.url}{path}", json=body, timeout=HANG_SECONDS, trust_env=False, **options)

    def ask(self, method: str, path: str, body: object = None, **options: Any) -> Any:
        """Send one request that must succeed, and return its JSON."""
        return self.send(method, path, body, **options).raise_for_status().json()


def planned_manuals(manuals: Iterable[str]) -> list[ManualInfo]:
    """Return what a new generation is told of the manuals that it is to hold."""
    numbers = dict.fromkeys(("sections", "options", "blocks", "sections_with_taps", "see_also"), 1)
    return [ManualInfo(id=manual, title=manual, source="", **numbers) for manual in manuals]


def unused_name() -> str:
    """Return the name of an index that no other test has."""
    return f"manuals-{uuid4().hex[:12]}"


def keep_items(node: Node, copies: int = 0) -> str:
    """Make an index of three vectors, numbered 0 to 2, and return its name."""
    name = unused_name()
    settings = {"index": {"knn": True, "number_of_shards": 1, "number_of_replicas": copies}}
    node.ask("PUT", f"/{name}", {"settings": settings, "mappings": {"properties": _NEAREST_FIELDS}})
    for number, vector in enumerate([[1, 0], [0, 1], [1, 1]]):
        node.ask("PUT", f"/{name}/_doc/{number}?refresh=true", {"vector": vector, "number": number})
    return name


def nearest(node: Node, name: str) -> list[str]:
    """Return the numbers of the two that are nearest to the first one."""
    query = {"knn": {"vector": {"vector": [1, 0.2], "k": 2}}}
    found = node.ask("POST", f"/{name}/_search", {"query": query, "size": 2})
    return [hit["_id"] for hit in found["hits"]["hits"]]


def delete_item(node: Node, name: str, number: int) -> None:
    """Delete one of the vectors by a query."""
    gone = node.ask("POST", f"/{name}/_delete_by_query?refresh=true", {"query": {"term": {"number": number}}})
    assert gone["deleted"] == 1


@contextmanager
def running_node(program: Path, folder: Path) -> Iterator[Node]:
    """Start a node alone, and kill it after the block."""
    node = Node(program, folder)
    try:
        node.start()
        node.wait_until_ready()
        yield node
    finally:
        node.kill()


@contextmanager
def running_cluster(program: Path, folder: Path, count: int = 3) -> Iterator[list[Node]]:
    """Start several nodes that share shards and copies, and kill them after the block."""
    nodes = [Node(program, folder / f"node-{number}", f"node-{number}") for number in range(count)]
    settings = (
        f"discovery.seed_hosts={','.join(f'127.0.0.1:{node.transport_port}' for node in nodes)}",
        f"cluster.initial_cluster_manager_nodes={','.join(node.name for node in nodes)}",
    )
    try:
        for node in nodes:
            node.settings = settings
            node.start()
        for node in nodes:
            node.wait_until_ready(count)
        yield nodes
    finally:
        for node in nodes:
            node.kill()


def find_opensearch() -> Path | None:
    """Return what starts a node, None where .ci/install-opensearch has not been run."""
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = Path(os.environ.get("OPENSEARCH_NODE") or caches / "install-opensearch")
    program = folder / "start"
    return program if program.is_file() else None
