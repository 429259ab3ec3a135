"""Gold questions from an index itself, so that anybody can measure on an own manual without labelling."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from graphrag_tools.errors import ConfigError
from graphrag_tools.evaluation.question_writing import questions_by_model
from graphrag_tools.evaluation.questions import Question, question_document, written_questions
from graphrag_tools.index import ManualIndex
from graphrag_tools.made_questions import made_questions
from graphrag_tools.models import ChatModel
from graphrag_tools.prompts import Prompts

_ENDINGS = (".csv", ".jsonl")


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
    generated = made_questions(graphs, n, seed)
    return [
        Question(f"g{number:04d}", one.text, one.section_path, one.answer)
        for number, one in enumerate(generated, start=1)
    ]
