"""The indices of one kind of a generation: documents loaded in bounded pieces, each one's fate read, and searches."""

import itertools
import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from graphrag_tools.errors import StoreError
from graphrag_tools.stores.kept import NUMBERS_OF_A_MANUAL
from graphrag_tools.stores.opensearch.client import SECONDS_TO_WRITE, Cluster, Search
from graphrag_tools.stores.opensearch.mappings import document_id, part_index, routing_of
from graphrag_tools.stores.opensearch.parts import Part

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
    """The indices of one kind of a generation's parts, searched as one.

    They are written by one builder and only read afterwards; threads may share it.
    """

    def __init__(self, cluster: Cluster, kind: str, parts: Sequence[Part]) -> None:
        self.cluster = cluster
        self.name = f"{cluster.address} {kind}"
        self._names = [part_index(cluster.address.name, kind, part.name) for part in parts]
        self._index_of = {manual: name for name, part in zip(self._names, parts, strict=True) for manual in part.places}
        self._places = {manual: at for part in parts for manual, at in part.places.items()}
        self._unseen: set[str] = set()
        """Indices that were written to and not yet made visible."""
        self._counts: dict[str, int] = {}
        self._loaded: Counter[str] = Counter()
        self._numbered: Counter[tuple[str, str]] = Counter()

    def load(self, documents: Iterable[Document]) -> None:
        """Keep documents of the generation's manuals, each in place of one with its key.

        Raises:
            StoreError: The cluster has refused one, or went away.
        """
        for name, of_part in itertools.groupby(documents, lambda document: self._index_for(document.manual)):
            for piece in _pieces(map(_line, of_part)):
                self._send(name, piece)
                self._unseen.add(name)
                before, self._loaded[name] = self._loaded[name], self._loaded[name] + len(piece)
                if before // _FLUSHED_EVERY != self._loaded[name] // _FLUSHED_EVERY:
                    self._call("POST", f"{name}/_flush")
        self._counts.clear()

    def search(self, *bodies: Mapping[str, Any], manual: str | None = None) -> list[dict[str, Any]]:
        """Return the answers to several searches, of one manual's shard or of all; `Cluster.search` says more."""
        self.make_visible()
        return self.cluster.search([self.asked(body, manual) for body in bodies])

    def asked(self, body: Mapping[str, Any], manual: str | None = None) -> Search:
        """Return a search of one manual's shard, or of all."""
        name = self._index_of.get(manual) if manual else None
        return Search([name] if name else self._names, body, routing_of(manual) if manual else None)

    def asked_by_words(self, body: Mapping[str, Any]) -> Search:
        """Return a search by words, which goes to all shards: a word weighs the same whichever manual is asked."""
        return Search(self._names, body, by_all_shards=len(self._names) > 1 or self._shards > 1)

    def sources(self, keys: Sequence[tuple[str, str]], field: str | None = None) -> list[dict[str, Any]]:
        """Return the documents of some keys and their manuals, in order, or a field of each; {} for one not there."""
        places = [
            (self._index_of[manual], document_id(key), routing_of(manual))
            for key, manual in keys
            if manual in self._index_of
        ]
        found = iter(self.cluster.get_many(places, field))
        return [next(found) if manual in self._index_of else {} for _, manual in keys]

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

    def number(self, kind: str, manual: str) -> int:
        """Return the number of a manual's next document of a kind, by which documents are ordered.

        Raises:
            StoreError: The generation has no such manual.
        """
        self._index_for(manual)
        number = self._numbered[kind, manual]
        self._numbered[kind, manual] += 1
        return self._places[manual] * NUMBERS_OF_A_MANUAL + number

    def count(self, kind: str) -> int:
        """Return how many documents of a kind there are."""
        if kind not in self._counts:
            (answer,) = self.search({"size": 0, "track_total_hits": True, "query": {"term": {"kind": kind}}})
            self._counts[kind] = int(answer["hits"]["total"]["value"])
        return self._counts[kind]

    def make_visible(self) -> None:
        """Make searches see what was written; nothing to do in indices that are only read."""
        while self._unseen:
            self._call("POST", f"{self._unseen.pop()}/_refresh")

    def put_mapping(self, properties: Mapping[str, Any]) -> None:
        """Say what a new field holds."""
        for name in self._names:
            self._call("PUT", f"{name}/_mapping", {"properties": properties})

    def properties(self) -> dict[str, Any]:
        """Return what each field holds; nothing where there is no part."""
        properties: dict[str, Any] = self._describe()["mappings"]["properties"] if self._names else {}
        return properties

    @cached_property
    def _shards(self) -> int:
        return int(self._describe()["settings"]["index"]["number_of_shards"])

    def _index_for(self, manual: str) -> str:
        if manual not in self._index_of:
            raise StoreError(f"{self.name}: the manual {manual!r} has no part there.")
        return self._index_of[manual]

    def _describe(self) -> dict[str, Any]:
        first = self._names[0]
        described: dict[str, Any] = self.cluster.call("GET", f"/{first}")[first]
        return described

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        return self.cluster.call(method, f"/{path}", body, seconds=SECONDS_TO_WRITE)

    def _send(self, name: str, piece: Sequence[str]) -> None:
        left, pause = list(piece), _FIRST_PAUSE
        for attempt in itertools.count(1):
            # By an alias that the index was made with: one that was deleted meanwhile would be made anew, without
            # its mappings.
            path = f"/{name}.{WRITING}/_bulk"
            answer = self.cluster.call("POST", path, "".join(left), seconds=SECONDS_TO_WRITE, require_alias="true")
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
    place = {"index": {"_id": document_id(document.key), "routing": routing_of(document.manual)}}
    return f"{json.dumps(place)}\n{json.dumps(document.source)}\n"


def _pieces(lines: Iterable[str]) -> Iterator[list[str]]:
    piece: list[str] = []
    size = 0
    for line in lines:
        piece.append(line)
        size += len(line)
        if size >= _PIECE_BYTES or len(piece) >= _PIECE_DOCUMENTS:
            yield piece
            piece, size = [], 0
    if piece:
        yield piece
