"""The generations of one name on a cluster: an index that tells of each, and those of the parts that they share."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from graphrag_tools.errors import ConfigError, StoreError, first_problem
from graphrag_tools.stores.opensearch.client import SECONDS_TO_WRITE, Cluster
from graphrag_tools.stores.opensearch.credentials import PREFIX
from graphrag_tools.stores.opensearch.indices import WRITING, GenerationIndex
from graphrag_tools.stores.opensearch.mappings import (
    KINDS,
    block_mappings,
    generation_index,
    generation_of,
    is_part_index,
    part_index,
    section_mappings,
    settings,
    told_of_generation,
)
from graphrag_tools.stores.opensearch.parts import PARTS, Arrangement, Part

_PARTS = "parts"
_COPIES = "index.number_of_replicas"
_VECTORS = ("vector", "question_vector")


class Generations:
    """The generations of the name in a cluster's address; those of other names are never touched."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._name = cluster.address.name

    def numbers(self) -> list[int]:
        """Return their numbers, ascending."""
        found = {generation_of(self._name, index) for index in self._there()}
        return sorted(number for number in found if number is not None)

    def parts(self, generation: int) -> list[Part]:
        """Return the parts of a generation; none of one that has not got so far, or is not there."""
        written = self.read(generation, _PARTS)
        try:
            return PARTS.validate_json(written) if written else []
        except ValidationError as error:
            raise StoreError(
                f"{self._cluster.address}: its list of parts is damaged ({first_problem(error)}). Build again."
            ) from error

    def missing(self, generation: int) -> Iterator[str]:
        """Yield the indices of a generation that are not there."""
        there, own = self._there(), generation_index(self._name, generation)
        if own not in there:
            yield own
            return
        yield from (index for index in self._indices(self.parts(generation)) if index not in there)

    def read(self, generation: int, what: str) -> str | None:
        """Return what was written about a generation."""
        path = f"/{generation_index(self._name, generation)}/_doc/{what}"
        answer = self._cluster.call("GET", path, absent=None)
        return str(answer["_source"]["json"]) if answer else None

    def write(self, generation: int, what: str, content: str) -> None:
        """Write something about a generation that was begun."""
        path = f"/{generation_index(self._name, generation)}.{WRITING}/_doc/{what}"
        self._cluster.call("PUT", path, {"json": content}, seconds=SECONDS_TO_WRITE, require_alias="true")

    def begin(self, generation: int) -> None:
        """Make the index that tells of a generation, before anything else of it is there."""
        self._make(generation_index(self._name, generation), told_of_generation())

    def make_parts(self, generation: int, arranged: Arrangement) -> None:
        """Tell of which parts a generation is, and make the indices of those that are to be written."""
        told = PARTS.dump_json([*arranged.kept, *arranged.written]).decode()
        self.write(generation, _PARTS, told)
        shards = _number_of("SHARDS", 1, least=1)
        set_up = {"settings": settings(self._cluster.major_version, shards)}
        for kind, mappings in zip(KINDS, (section_mappings(), block_mappings()), strict=True):
            known = self.index(kind, arranged.kept).properties()
            mappings["properties"] |= {field: known[field] for field in _VECTORS if field in known}
            for part in arranged.written:
                self._make(part_index(self._name, kind, part.name), {**set_up, "mappings": mappings})

    def index(self, kind: str, parts: Sequence[Part]) -> GenerationIndex:
        """Return the indices of a kind of some parts."""
        return GenerationIndex(self._cluster, kind, parts)

    def settle(self, generation: int, written: Sequence[Part]) -> None:
        """Make what was loaded durable, visible and copied, and wait until all copies are there."""
        loaded = [generation_index(self._name, generation), *self._indices(written)]
        for index in loaded:
            self._cluster.call("POST", f"/{index}/_flush", seconds=SECONDS_TO_WRITE)
            self._cluster.call("POST", f"/{index}/_refresh", seconds=SECONDS_TO_WRITE)
        there, copies = self._there(), self._copies()
        for index in dict.fromkeys((*loaded, *self._indices(self.parts(generation)))):
            is_copied = there.get(index, {}).get(_COPIES) == str(copies)
            if not is_copied:
                body = {"index": {"number_of_replicas": copies}}
                self._cluster.call("PUT", f"/{index}/_settings", body, seconds=SECONDS_TO_WRITE)
            if index in loaded or not is_copied:
                self._cluster.wait_for_green(index)

    def delete(self, generations: Iterable[int]) -> None:
        """Delete generations, and all parts that none of the others has."""
        gone = set(generations)
        left = [number for number in self.numbers() if number not in gone]
        used = {index for number in left for index in self._indices(self.parts(number))}
        parts = [index for index in self._there() if is_part_index(self._name, index) and index not in used]
        # What tells of a generation goes last: of one that is half deleted the rest is found.
        for index in (*parts, *(generation_index(self._name, number) for number in sorted(gone))):
            self._cluster.call("DELETE", f"/{index}", seconds=SECONDS_TO_WRITE, absent=None)

    def sizes(self, generation: int) -> tuple[int, int]:
        """Return how many bytes a generation and all together have on the disks, with their copies."""
        answer = self._cluster.call("GET", f"/{self._name}-*/_stats/store", expand_wildcards="all")
        bytes_of = {index: told["total"]["store"]["size_in_bytes"] for index, told in answer["indices"].items()}
        its_own = [generation_index(self._name, generation), *self._indices(self.parts(generation))]
        ours = [index for index in bytes_of if self._is_ours(index)]
        return sum(bytes_of.get(index, 0) for index in its_own), sum(bytes_of[index] for index in ours)

    def _is_ours(self, index: str) -> bool:
        return is_part_index(self._name, index) or generation_of(self._name, index) is not None

    def _indices(self, parts: Iterable[Part]) -> list[str]:
        return [part_index(self._name, kind, part.name) for part in parts for kind in KINDS]

    def _there(self) -> Mapping[str, Mapping[str, Any]]:
        """Return the copies of all indices whose names begin with this one, those of other tenants among them."""
        path = f"/{self._name}-*/_settings/{_COPIES}"
        answer = self._cluster.call("GET", path, absent={}, flat_settings="true", expand_wildcards="all")
        return {name: told["settings"] for name, told in answer.items()}

    def _make(self, index: str, body: Mapping[str, Any]) -> None:
        # Written to by an alias that it is made with, so that one that was deleted meanwhile is not made anew.
        self._cluster.make_index(index, {**body, "aliases": {f"{index}.{WRITING}": {}}})

    def _copies(self) -> int:
        health = self._cluster.call("GET", "/_cluster/health")
        return _number_of("COPIES", min(1, int(health["number_of_data_nodes"]) - 1), least=0)


def _number_of(name: str, default: int, *, least: int) -> int:
    given = os.environ.get(f"{PREFIX}{name}", "").strip()
    if not given:
        return max(default, least)
    if not given.isdecimal() or int(given) < least:
        raise ConfigError(f"{PREFIX}{name} is {given!r}; expected a whole number from {least} on.")
    return int(given)
