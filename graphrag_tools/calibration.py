"""Measuring an index's coverage model at build time, on questions made of its own manuals, without labels."""

import random
from collections.abc import Callable, Sequence

from graphrag_tools.coverage import CoverageModel, best_match, fitted_coverage
from graphrag_tools.graph import MenuGraph
from graphrag_tools.made_questions import MadeQuestion, made_questions
from graphrag_tools.search import HybridSearch
from graphrag_tools.vectors import Vector
from graphrag_tools.whitening import Whitening
from graphrag_tools.words import content_words

HITS_READ = 5
_QUESTIONS = 200
_FEWEST_QUESTIONS = 40
_FEWEST_SECTIONS = 10
_MIXED_SHARE = 3
_SEED = 4
_MIXED_FRAMES = ("How do I {}?", "Where is {}?", "What is {}?", "Can I {}?", "Does it {}?")

Vectors = Callable[[list[str]], Sequence[Vector]]
Report = Callable[[int, int], None]


def calibrated_coverage(
    graphs: Sequence[MenuGraph], search: HybridSearch, whitening: Whitening | None, vectors: Vectors, report: Report
) -> CoverageModel | None:
    """Return the coverage model of what `search` searches; None where it is too small to learn from.

    Up to 200 made questions are searched. Their hits are what a covered question looks like; the hits with the
    question's own section taken out, and those of questions mixed of several ones, what an uncovered one does.
    `vectors` embeds a list of questions; `whitening` is the one that `search` has.
    """
    questions = made_questions(graphs, _QUESTIONS, _SEED)
    if len(questions) < _FEWEST_QUESTIONS or len({question.section_id for question in questions}) < _FEWEST_SECTIONS:
        return None
    texts = [question.text for question in questions] + _mixed(questions)
    covered: list[float] = []
    uncovered: list[float] = []
    for at, (text, vector) in enumerate(zip(texts, vectors(texts), strict=True)):
        found = search.candidates(text, vector)
        match = best_match(search.hits(found, HITS_READ))
        if at >= len(questions):
            uncovered.append(match)
        else:
            covered.append(match)
            uncovered.append(best_match(search.hits(found, HITS_READ, removed=questions[at].section_id)))
        report(at + 1, len(texts))
    return fitted_coverage(covered, uncovered, whitening)


def _mixed(questions: Sequence[MadeQuestion]) -> list[str]:
    """Return questions of which each has words of two to four others, and so asks what no section says."""
    chance = random.Random(_SEED)
    words = [content_words(question.text) for question in questions]
    mixed: list[str] = []
    for _ in range(len(questions) // _MIXED_SHARE):
        chosen = [chance.choice(of_one) for of_one in chance.sample(words, chance.randint(2, 4))]
        mixed.append(chance.choice(_MIXED_FRAMES).format(" ".join(chosen)))
    return mixed
