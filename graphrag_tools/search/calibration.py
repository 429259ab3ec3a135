"""Calibration: an index's coverage model, measured at build time on questions made of its own manuals."""

import hashlib
import random
from collections.abc import Callable, Iterable, Sequence

from graphrag_tools.manual.graph import MenuGraph
from graphrag_tools.progress import StageProgress
from graphrag_tools.search.coverage import CoverageModel, best_match, fitted_coverage
from graphrag_tools.search.hybrid import HybridSearch
from graphrag_tools.search.made_questions import MadeQuestion, made_questions
from graphrag_tools.search.whitening import Whitening
from graphrag_tools.text.words import content_words
from graphrag_tools.vectors import Vector

HITS_READ = 5
SKETCH_SIZE = 1_024
# Enough for means that hardly move; below so few questions or sections they would be those of single titles.
_QUESTIONS = 200
_FEWEST_QUESTIONS = 40
_FEWEST_SECTIONS = 10
_MIXED_SHARE = 3
# Always the same, so that a rebuild of the same manual refuses the same questions.
_SEED = 4
_MIXED_FRAMES = ("How do I {}?", "Where is {}?", "What is {}?", "Can I {}?", "Does it {}?")


def calibrated_coverage(
    graphs: Sequence[MenuGraph],
    search: HybridSearch,
    whitening: Whitening | None,
    embed: Callable[[list[str]], Sequence[Vector]],
    report: StageProgress,
) -> CoverageModel | None:
    """Return the coverage model of what `search` searches; None where it is too small to learn from.

    Up to 200 made questions are searched. Their hits are what a covered question looks like; the hits with the
    question's own section taken out, and those of questions mixed of several ones, what an uncovered one does.
    `embed` embeds a list of questions; `whitening` is the one that `search` has.
    """
    questions = made_questions(graphs, _QUESTIONS, _SEED)
    if len(questions) < _FEWEST_QUESTIONS or len({question.section_id for question in questions}) < _FEWEST_SECTIONS:
        return None
    texts = [question.text for question in questions] + _mixed(questions)
    covered: list[float] = []
    uncovered: list[float] = []
    for at, (text, vector) in enumerate(zip(texts, embed(texts), strict=True)):
        found = search.candidates(text, vector)
        match = best_match(search.hits(found, HITS_READ))
        if at >= len(questions):
            uncovered.append(match)
        else:
            covered.append(match)
            uncovered.append(best_match(search.hits(found, HITS_READ, removed=questions[at].section_id)))
        report(at + 1, len(texts))
    return fitted_coverage(covered, uncovered, whitening)


def minhash(texts: Iterable[str]) -> tuple[int, ...]:
    """Return the bottom-k MinHash of a set of texts: its 1,024 smallest 48-bit hashes, ascending, or all it has."""
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


def _mixed(questions: Sequence[MadeQuestion]) -> list[str]:
    """Return questions of which each has words of two to four others, and so asks what no section says."""
    chance = random.Random(_SEED)
    words = [content_words(question.text) for question in questions]
    mixed: list[str] = []
    for _ in range(len(questions) // _MIXED_SHARE):
        chosen = [chance.choice(of_one) for of_one in chance.sample(words, chance.randint(2, 4))]
        mixed.append(chance.choice(_MIXED_FRAMES).format(" ".join(chosen)))
    return mixed
