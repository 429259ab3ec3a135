"""One index of a generation: documents loaded in bounded pieces, each one's fate read, and searches of them."""

import itertools
import json
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from graphrag_tools.stores.opensearch.client import SECONDS_TO_WRITE, Cluster, Search
from graphrag_tools.stores.opensearch.mappings import document_id

_PIECE_BYTES, _PIECE_DOCUMENTS = 4_000_000, 1_000
_FLUSHED_EVERY = 50_000
_BUSY = (429, 503)
_TRIES, _FIRST_PAUSE = 6, 0.25
"""How often documents that a busy cluster has refused are sent again, and the pause before, which doubles."""
_PAGE = 1_000
WRITING = "writing"


@dataclass(frozen=True, slots=True)
class Document:
    """What is to be kept under a key, with the documents of its manual."""

    key: str
    manual: str
    source: Mapping[str, Any]


class GenerationIndex:
    """An index of one generation. It is written by one builder and only read afterwards; threads may share it."""

    def __init__(self, cluster: Cluster, name: str) -> None:
        self.cluster = cluster
        self.name = name
        self._written = threading.Event()
        self._counts: dict[str, int] = {}
        self._loaded = 0
        self._numbered: dict[str, int] = {}

    def load(self, documents: Iterable[Document]) -> int:
        """Keep documents, each in place of one with its key, and return how many they were.

        Raises:
            StoreError: The cluster has refused one, or went away.
        """
        loaded = 0
        for piece in _pieces(documents):
            self._send(piece)
            self._written.set()
            loaded += len(piece)
            before, self._loaded = self._loaded, self._loaded + len(piece)
            if before // _FLUSHED_EVERY != self._loaded // _FLUSHED_EVERY:
                self._call("POST", "_flush")
        self._counts.clear()
        return loaded

    def search(self, *bodies: Mapping[str, Any], manual: str | None = None) -> list[dict[str, Any]]:
        """Return the answers to several searches, of one manual's shard or of all; `Cluster.search` says more."""
        self.make_visible()
        return self.cluster.search([self.asked(body, manual) for body in bodies])

    def asked(self, body: Mapping[str, Any], manual: str | None = None) -> Search:
        """Return a search of one manual's shard, or of all."""
        return Search(self.name, body, manual or None)

    def asked_by_words(self, body: Mapping[str, Any]) -> Search:
        """Return a search by words, which goes to all shards: a word weighs the same whichever manual is asked."""
        return Search(self.name, body, by_all_shards=self._shards > 1)

    def sources(self, keys: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
        """Return the documents of some keys and their manuals, in order; {} for one that is not there."""
        return self.cluster.get_many(self.name, [(document_id(key), routing) for key, routing in keys])

    def all_sources(self, query: Mapping[str, Any], manual: str | None, fields: Sequence[str]) -> Iterator[Any]:
        """Yield the documents that a query finds, by their numbers, page by page."""
        body = {"query": query, "size": _PAGE, "sort": [{"number": "asc"}], "_source": ["number", *fields]}
        after: dict[str, Any] = {}
        while True:
            (answer,) = self.search({**body, **after}, manual=manual)
            sources = [hit["_source"] for hit in hits_of(answer)]
            yield from sources
            if len(sources) < _PAGE:
                return
            after = {"search_after": [sources[-1]["number"]]}

    def numbers(self, kind: str) -> Iterator[int]:
        """Yield the numbers of the next documents of a kind, which the only builder gives."""
        if kind not in self._numbered:
            # Asked once: each time, what was loaded would be made visible, as a segment of its own.
            self._numbered[kind] = self.count(kind)
        while True:
            number = self._numbered[kind]
            self._numbered[kind] = number + 1
            yield number

    def count(self, kind: str) -> int:
        """Return how many documents of a kind there are."""
        if kind not in self._counts:
            (answer,) = self.search({"size": 0, "track_total_hits": True, "query": {"term": {"kind": kind}}})
            self._counts[kind] = int(answer["hits"]["total"]["value"])
        return self._counts[kind]

    def make_visible(self) -> None:
        """Make searches see what was written; nothing to do in an index that is only read."""
        if self._written.is_set():
            self._written.clear()
            self._call("POST", "_refresh")

    def put_mapping(self, properties: Mapping[str, Any]) -> None:
        """Say what a new field holds."""
        self._call("PUT", "_mapping", {"properties": properties})

    def properties(self) -> dict[str, Any]:
        """Return what each field holds."""
        properties: dict[str, Any] = self._describe()["mappings"]["properties"]
        return properties

    @cached_property
    def _shards(self) -> int:
        return int(self._describe()["settings"]["index"]["number_of_shards"])

    def _describe(self) -> dict[str, Any]:
        described: dict[str, Any] = self.cluster.call("GET", f"/{self.name}")[self.name]
        return described

    def _call(self, method: str, what: str, body: Any = None) -> Any:
        return self.cluster.call(method, f"/{self.name}/{what}", body, seconds=SECONDS_TO_WRITE)

    def _send(self, piece: Sequence[Document]) -> None:
        left, pause = list(piece), _FIRST_PAUSE
        for attempt in itertools.count(1):
            lines = "".join(map(_line, left))
            # By an alias that the index was made with: one that was deleted meanwhile would be made anew, without
            # its mappings.
            path = f"/{self.name}.{WRITING}/_bulk"
            answer = self.cluster.call("POST", path, lines, seconds=SECONDS_TO_WRITE, require_alias="true")
            if not answer["errors"]:
                return
            fates = [next(iter(item.values())) for item in answer["items"]]
            refused = [fate for fate in fates if "error" in fate and fate["status"] not in _BUSY]
            left = [one for one, fate in zip(left, fates, strict=True) if "error" in fate]
            if refused or attempt == _TRIES:
                fate = refused[0] if refused else next(fate for fate in fates if "error" in fate)
                raise self.cluster.refused(fate["status"], f"{len(left)} documents refused", fate["error"])
            time.sleep(pause)
            pause *= 2


def hits_of(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the hits of an answer, which leaves out what is empty."""
    hits: list[dict[str, Any]] = answer.get("hits", {}).get("hits", [])
    return hits


def _line(document: Document) -> str:
    place = {"index": {"_id": document_id(document.key), "routing": document.manual}}
    return f"{json.dumps(place)}\n{json.dumps(document.source)}\n"


def _pieces(documents: Iterable[Document]) -> Iterator[list[Document]]:
    piece: list[Document] = []
    size = 0
    for document in documents:
        piece.append(document)
        size += _size(document.source)
        if size >= _PIECE_BYTES or len(piece) >= _PIECE_DOCUMENTS:
            yield piece
            piece, size = [], 0
    if piece:
        yield piece


def _size(source: Any) -> int:
    """Return about how many bytes a document takes."""
    if isinstance(source, str):
        return len(source) * 2
    if isinstance(source, Mapping):
        return sum(map(_size, source.values()))
    if isinstance(source, list):
        # The numbers of a vector are many, and all as long.
        return sum(map(_size, source)) if source and not isinstance(source[0], float) else 12 * len(source)
    return 8
