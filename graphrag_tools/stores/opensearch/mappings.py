"""The two indices of a generation: how they are called, what their documents hold, and how words are scored."""

import hashlib
from typing import Any

KINDS = ("sections", "blocks")
_LONGEST_ID = 512
K1, B = 1.2, 0.75
"""Of BM25, as Tantivy has them."""
_HNSW = {"m": 16, "ef_construction": 128}


def index_name(name: str, kind: str, generation: int) -> str:
    """Return what one of the indices of a generation is called."""
    return f"{name}-{kind}-{generation:06d}"


def generation_of(name: str, index: str) -> int | None:
    """Return the generation that an index belongs to, None for one that is none of this name's."""
    for kind in KINDS:
        number = index.removeprefix(f"{name}-{kind}-")
        if number != index and number.isdecimal():
            return int(number)
    return None


def document_id(key: str) -> str:
    """Return the id of a document for a key, which may be longer than OpenSearch takes."""
    if len(key.encode()) <= _LONGEST_ID and key:
        return key
    return f"sha256 {hashlib.sha256(key.encode()).hexdigest()}"


def settings(major_version: int, shards: int) -> dict[str, Any]:
    """Return the settings of an index while it is loaded: no copies, no refreshes."""
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
