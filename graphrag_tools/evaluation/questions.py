"""Questions with known answers, in the CSV format of the EMQAP data set."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from graphrag_tools.errors import ManualError
from graphrag_tools.loaders.path_csv import path_titles
from graphrag_tools.loaders.source_files import read_text

_COLUMNS = ("question", "section_path", "answer")


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the titles from the root to the section that answers it, and the answer's words."""

    id: str
    text: str
    section_path: tuple[str, ...]
    answer: str


def read_questions(path: str | Path) -> list[Question]:
    """Read a CSV with the columns question, section_path (titles joined by ">") and answer.

    `question_id` is taken where there is one, else the line number.

    Raises:
        ManualError: The file is missing, empty, lacks a column, or a row lacks a question or a path.
    """
    file = Path(path)
    reader = csv.DictReader(io.StringIO(read_text(file), newline=""))
    columns = [(name or "").strip() for name in reader.fieldnames or []]
    missing = [name for name in _COLUMNS if name not in columns]
    if missing:
        found, expected = ", ".join(columns) or "none", ", ".join(_COLUMNS)
        raise ManualError(f"{file}: found the columns {found}; expected {expected} in the first line.")
    reader.fieldnames = columns
    questions: list[Question] = []
    for row in reader:
        titles = path_titles(row["section_path"] or "")
        text = (row["question"] or "").strip()
        if not text or not titles:
            raise ManualError(f"{file}, line {reader.line_num}: a row without a question or a section_path.")
        identifier = (row.get("question_id") or str(reader.line_num)).strip()
        questions.append(Question(identifier, text, titles, (row["answer"] or "").strip()))
    if not questions:
        raise ManualError(f"{file}: no question in it; expected one row per question.")
    return questions
