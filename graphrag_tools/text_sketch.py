"""How much of a large set of texts is still there: a sketch of a fixed size, compared instead of the texts."""

import hashlib
from collections.abc import Iterable, Sequence

SKETCH_SIZE = 1_024


def text_sketch(texts: Iterable[str]) -> tuple[int, ...]:
    """Return the 1,024 smallest 48-bit hashes of the distinct texts, ascending; all of them where there are fewer."""
    hashes = {int.from_bytes(hashlib.blake2b(text.encode(), digest_size=6).digest()) for text in texts}
    return tuple(sorted(hashes)[:SKETCH_SIZE])


def resemblance(first: Sequence[int], second: Sequence[int]) -> float:
    """Return the share of texts that two sets have in common, of all that either has: 0 to 1.

    Exact for sets of up to 1,024 texts; of larger ones an estimate whose standard error is below .016 (Broder 1997:
    the smallest hashes of the union are a random sample of it). Two empty sets resemble each other wholly.
    """
    union = sorted({*first, *second})
    # What lies beyond either sketch's end may be missing from it.
    sample = union if max(len(first), len(second)) < SKETCH_SIZE else union[:SKETCH_SIZE]
    if not sample:
        return 1.0
    common = set(first) & set(second)
    return sum(value in common for value in sample) / len(sample)
