"""Gold questions from an index itself, so that anybody can measure on an own manual without labelling."""

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from graphrag_tools.errors import ConfigError
from graphrag_tools.evaluation.question_writing import questions_by_model
from graphrag_tools.evaluation.questions import Question, question_document, written_questions
from graphrag_tools.graph import MenuGraph
from graphrag_tools.index import ManualIndex
from graphrag_tools.models import ChatModel
from graphrag_tools.prompts import Prompts

_ENDINGS = (".csv", ".jsonl")


class MadeQuestion(Protocol):
    """What the generator yields; the item is a section or an option."""

    @property
    def text(self) -> str:
        """The question."""

    @property
    def item_id(self) -> str:
        """The item that answers it."""

    @property
    def answer(self) -> str:
        """The answer's words."""


@dataclass(frozen=True, slots=True)
class MadeQuestions:
    """The questions kept, how many were made, and how many failed each check."""

    questions: tuple[Question, ...]
    made: int
    dropped: dict[str, int] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """How many were kept, in one sentence."""
        reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(self.dropped.items()))
        return f"Kept {len(self.questions)} of {self.made} questions{f'; dropped: {reasons}' if reasons else ''}."

    @property
    def lines(self) -> str:
        """The questions as JSONL."""
        return written_questions(self.questions, ".jsonl")

    @property
    def document(self) -> dict[str, object]:
        """All of it as plain data."""
        return {
            "questions": [question_document(one) for one in self.questions],
            "made": self.made,
            "dropped": self.dropped,
        }


def made(
    index: ManualIndex,
    model: ChatModel | None,
    n: int,
    seed: int = 0,
    *,
    prompts: str | Path | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> MadeQuestions:
    """Return up to n questions, written by the model if there is one, else made from the graph.

    Raises:
        ConfigError: There is no such folder of prompts.
        ModelError: The model's server failed.
    """
    if model is None:
        found = questions_from_graph(index, n, seed)
        return MadeQuestions(tuple(found), len(found))
    show = (lambda done, total: progress("questions", done, total)) if progress else None
    written = questions_by_model(index, model, n, seed, prompts=Prompts(prompts), progress=show)
    return MadeQuestions(written.kept, written.written, written.dropped)


def check_ending(file: Path | None) -> None:
    """Raise ConfigError if a file that questions shall go to does not end in .csv or .jsonl."""
    if file and file.suffix.lower() not in _ENDINGS:
        raise ConfigError(f"{file}: expected a file that ends in {' or '.join(_ENDINGS)}.")


def write_questions(questions: Sequence[Question], file: Path) -> None:
    """Write a .csv or .jsonl that `read_questions` reads. Raises ConfigError if it cannot be written."""
    check_ending(file)
    try:
        file.write_text(written_questions(questions, file.suffix), encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{file}: cannot be written ({error.strerror or error}).") from error


def questions_from_graph(index: ManualIndex, n: int, seed: int = 0) -> list[Question]:
    """Return up to n questions made without a model, the same for the same index, n and seed."""
    graphs = [index.graph_of(info.id) for info in index.manuals]
    generated = _generator()(graphs, n, seed)
    return [_as_question(number, one, index) for number, one in enumerate(generated, start=1)]


def _as_question(number: int, made: MadeQuestion, index: ManualIndex) -> Question:
    path = index.graph_of(made.item_id).section_of(made.item_id).path
    return Question(f"g{number:04d}", made.text, path, made.answer)


def _generator() -> Callable[[list[MenuGraph], int, int], Sequence[MadeQuestion]]:
    try:
        found: Callable[[list[MenuGraph], int, int], Sequence[MadeQuestion]] = importlib.import_module(
            "graphrag_tools.made_questions"
        ).made_questions
    except ImportError as error:
        raise ConfigError(f"questions without a model are not part of this version ({error}). Use --model.") from error
    return found
