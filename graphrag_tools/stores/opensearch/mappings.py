"""The indices of a part and of a generation: what they are called, what documents hold, and how words are scored."""

import hashlib
import re
from typing import Any
from urllib.parse import quote

from graphrag_tools.text.characters import without_halves

KINDS = ("sections", "blocks")
_GENERATION = "generation"
_LONGEST_ID = 512
K1, B = 1.2, 0.75
"""Of BM25, as Tantivy has them."""
_HNSW = {"m": 16, "ef_construction": 128}


def part_index(name: str, kind: str, part: str) -> str:
    """Return what the index of a kind of a part is called."""
    return f"{name}-{kind}-{part}"


def is_part_index(name: str, index: str) -> bool:
    """Whether an index holds a part of this name's."""
    return bool(re.fullmatch(rf"{re.escape(name)}-({'|'.join(KINDS)})-[0-9]+-[0-9]+", index))


def generation_index(name: str, generation: int) -> str:
    """Return what the index is called that tells of a generation."""
    return f"{name}-{_GENERATION}-{generation:06d}"


def generation_of(name: str, index: str) -> int | None:
    """Return the generation that an index tells of; None for one that tells of none of this name's."""
    found = re.fullmatch(rf"{re.escape(name)}-{_GENERATION}-([0-9]+)", index)
    return int(found[1]) if found else None


def document_id(key: str) -> str:
    """Return the id of a document for a key, which may be longer than OpenSearch takes."""
    written = without_halves(key).encode()
    if len(written) <= _LONGEST_ID and key:
        return written.decode()
    return f"sha256 {hashlib.sha256(written).hexdigest()}"


def routing_of(manual: str) -> str:
    """Return what leads to the shard of a manual: its id, in which a comma would part two."""
    return quote(manual, safe="")


def told_of_generation() -> dict[str, Any]:
    """Return settings and mappings of an index that tells of a generation: a document for each thing told."""
    properties = {"json": {"type": "object", "enabled": False}}
    return {
        "settings": {"index": {"number_of_shards": 1, "number_of_replicas": 0}},
        "mappings": {"dynamic": "strict", "properties": properties},
    }


def settings(major_version: int, shards: int) -> dict[str, Any]:
    """Return the settings of a part's index while it is loaded: no copies, no refreshes."""
    # From version 3 on, BM25 leaves out the factor k1 + 1, which Tantivy has and version 2 has.
    similarity = "BM25" if major_version <= 2 else "LegacyBM25"
    return {
        "index": {
            "number_of_shards": shards,
            "number_of_replicas": 0,
            "refresh_interval": "-1",
            "knn": True,
            "similarity": {"words": {"type": similarity, "k1": K1, "b": B}},
        }
    }


_KEYWORD = {"type": "keyword", "index": True, "doc_values": True}
_STEMS = {"type": "text", "analyzer": "whitespace", "similarity": "words", "index_options": "freqs"}
_STORED = {"type": "keyword", "index": False, "doc_values": False}
"""Nothing but a part of the document as it came."""
_WORDS = {
    "key": {"type": "keyword", "index": False},
    "manual": _KEYWORD,
    "language": _KEYWORD,
    "number": {"type": "long"},
}


def section_mappings() -> dict[str, Any]:
    """Return what a document about a section, an item or a manual holds."""
    return {
        "dynamic": "strict",
        "_source": {"excludes": ["english", "stems"]},
        "properties": {
            **_WORDS,
            "kind": _KEYWORD,
            "english": _STEMS,
            "stems": _STEMS,
            "id": _STORED,
            "name": _STORED,
            "menu_path": _STORED,
            "folded_name": _KEYWORD,
            "folded_path": _KEYWORD,
            "graph": {"type": "object", "enabled": False},
        },
    }


def vector_mapping(dimension: int) -> dict[str, Any]:
    """Return what a field of vectors holds; it is told when the first vector comes."""
    method = {"name": "hnsw", "engine": "lucene", "space_type": "cosinesimil", "parameters": _HNSW}
    return {"type": "knn_vector", "dimension": dimension, "method": method}


def block_mappings() -> dict[str, Any]:
    """Return what a document about a block, a passage or a question holds; vectors apart."""
    stems = ("english", "stems", "question_english", "question_stems")
    return {
        "dynamic": "strict",
        # Vectors are kept once more as 16-bit numbers, from which they are read: a fourth of their JSON.
        "_source": {"excludes": [*stems, "vector", "question_vector"]},
        "properties": {
            **_WORDS,
            "kind": _KEYWORD,
            **dict.fromkeys(stems, _STEMS),
            "packed": {"type": "binary"},
        },
    }
