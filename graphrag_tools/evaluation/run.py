"""Ask questions and measure the answers."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from langgraph.graph.state import CompiledStateGraph

from graphrag_tools.answer import Answer
from graphrag_tools.errors import PromptTooLong, ReplyCut
from graphrag_tools.evaluation.figures import GoldPaths, RougeL, exact_match, rouge_l
from graphrag_tools.evaluation.invented import ManualNames, invented_names
from graphrag_tools.evaluation.questions import Question
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.progress import StageProgress
from graphrag_tools.workflow.graph import ask

HITS = 10
Outcome = Literal["right", "wrong", "unsure", "refused"]


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """What one question got: the rank of the right section (0 = first, None = not among ten) and its answer.

    `invented` holds what the answer names that its manual does not have; `seconds` are of wall time. A
    question that the manual does not answer has no rank, and is right nowhere.
    """

    question: Question
    rank: int | None
    answer: Answer
    path_right: bool
    exact_match: bool
    rouge_l: RougeL
    seconds: float
    invented: tuple[str, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """What the user got: an answer that is right or wrong, doubt, or a refusal."""
        if self.answer.status == "not_in_manual":
            return "refused"
        if self.answer.status == "unsure":
            return "unsure"
        return "right" if self.path_right else "wrong"


class Evaluator:
    """Asks questions and measures their answers against one index."""

    def __init__(self, index: ManualIndex, manual: str | None = None) -> None:
        """Raises ConfigError if the package rouge-score is not installed, or there is no such manual."""
        index.check_manual(manual)
        rouge_l("", "")
        self._index = index
        self._manual = manual
        self._gold = GoldPaths(index.section_paths())
        self._names = ManualNames(index)

    def evaluate_question(self, question: Question, answer_to: Callable[[str], Answer]) -> QuestionResult:
        """Ask a question and search for it apart. Raises what the asking and the search raise."""
        rank = self._rank(question)
        started = time.perf_counter()
        answer = _ask(question.text, answer_to)
        seconds = time.perf_counter() - started
        right = self._gold.is_right_of(answered_section(answer, self._index), question.gold_paths)
        return QuestionResult(
            question=question,
            rank=rank,
            answer=answer,
            path_right=right,
            exact_match=question.answerable and exact_match(answer.text, question.answer),
            rouge_l=rouge_l(answer.text, question.answer),
            seconds=seconds,
            invented=invented_names(answer, question.text, self._names),
        )

    def _rank(self, question: Question) -> int | None:
        if not question.answerable:
            return None
        hits = self._index.search(question.text, HITS, self._manual)
        paths = [self._index.item_of(hit).path for hit in hits]
        return next((at for at, path in enumerate(paths) if self._gold.is_right_of(path, question.gold_paths)), None)


def evaluate(
    app: "CompiledStateGraph[Any, Any, Any, Any]",
    index: ManualIndex,
    questions: Sequence[Question],
    *,
    manual: str | None = None,
    progress: StageProgress | None = None,
) -> list[QuestionResult]:
    """Ask a compiled workflow every question, and search for it apart. Raises what workflow and search raise."""
    evaluator = Evaluator(index, manual)
    results: list[QuestionResult] = []
    for number, question in enumerate(questions):
        results.append(evaluator.evaluate_question(question, lambda text: ask(app, text)))
        if progress:
            progress(number + 1, len(questions))
    return results


def answered_section(answer: Answer, index: ManualIndex) -> tuple[str, ...]:
    """Return the path of the section that an answer rests on: the one above where an option answers."""
    if not answer.sources:
        return ()
    source = answer.sources[0].id
    return index.section_of(source).path


def _ask(question: str, answer_to: Callable[[str], Answer]) -> Answer:
    try:
        return answer_to(question)
    except (PromptTooLong, ReplyCut) as error:
        # What this question did, and no outage.
        return Answer(text="", status="unverified", warnings=(str(error),))
