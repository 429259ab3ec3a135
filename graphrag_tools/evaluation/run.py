"""Asking every question and gathering what came back."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from langgraph.graph.state import CompiledStateGraph

from graphrag_tools.answer import Answer
from graphrag_tools.evaluation.metrics import GoldPaths, RougeL, exact_match, rouge_l
from graphrag_tools.evaluation.questions import Question
from graphrag_tools.index import ManualIndex
from graphrag_tools.workflow import ask

HITS = 10


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """What one question got: the rank of the right section (0 = first, None = not among ten) and its answer."""

    question: Question
    rank: int | None
    answer: Answer
    path_right: bool
    exact_match: bool
    rouge_l: RougeL
    seconds: float


def evaluate(
    app: "CompiledStateGraph[Any, Any, Any, Any]",
    index: ManualIndex,
    questions: Sequence[Question],
    *,
    manual: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[QuestionResult]:
    """Ask a compiled workflow every question, and search for it apart. Raises what workflow and search raise."""
    gold = GoldPaths(index.section_paths())
    rouge_l("", "")
    results: list[QuestionResult] = []
    for number, question in enumerate(questions):
        results.append(_result(app, index, question, gold, manual))
        if progress:
            progress(number + 1, len(questions))
    return results


def _result(
    app: "CompiledStateGraph[Any, Any, Any, Any]",
    index: ManualIndex,
    question: Question,
    gold: GoldPaths,
    manual: str | None,
) -> QuestionResult:
    paths = [index.item(hit.section_id).path for hit in index.search(question.text, HITS, manual)]
    ranks = (rank for rank, path in enumerate(paths) if gold.is_right(path, question.section_path))
    started = time.perf_counter()
    answer = ask(app, question.text)
    seconds = time.perf_counter() - started
    return QuestionResult(
        question=question,
        rank=next(ranks, None),
        answer=answer,
        path_right=gold.is_right(answered_section(answer, index), question.section_path),
        exact_match=exact_match(answer.text, question.answer),
        rouge_l=rouge_l(answer.text, question.answer),
        seconds=seconds,
    )


def answered_section(answer: Answer, index: ManualIndex) -> tuple[str, ...]:
    """Return the path of the section that an answer rests on: the one above where an option answers."""
    if not answer.sources:
        return ()
    source = answer.sources[0].id
    return index.graph_of(source).section_of(source).path
