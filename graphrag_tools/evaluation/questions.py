"""Questions with known answers: the CSV of the EMQAP data set, or a line of JSON per question."""

import csv
import hashlib
import io
import json
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from graphrag_tools.errors import ManualError
from graphrag_tools.loaders.path_csv import path_titles
from graphrag_tools.loaders.source_file import read_text

_COLUMNS = ("question", "section_path", "answer")
_SEVERAL = "section_paths"
_SHOWN = 200
_BETWEEN_PATHS = "||"
_NOT_ANSWERED = frozenset({"no", "false", "0"})
_JSON_LINES = ".jsonl"
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]")
"""What spreadsheets take for the beginning of a formula, which could call programs and addresses."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the titles from the root to the section that answers it, and the answer's words.

    Without a path it is one that the manual does not answer. `further_paths` are of other sections that answer it as
    well. `kind` is free ("howto", "symptom", …): figures are also given for each.
    """

    id: str
    text: str
    section_path: tuple[str, ...]
    answer: str
    further_paths: tuple[tuple[str, ...], ...] = ()
    kind: str = ""

    @property
    def gold_paths(self) -> tuple[tuple[str, ...], ...]:
        """The paths of all sections that answer it, the best first."""
        return (self.section_path, *self.further_paths) if self.section_path else ()

    @property
    def answerable(self) -> bool:
        """Whether the manual answers it."""
        return bool(self.section_path)

    @property
    def text_hash(self) -> str:
        """A hash of all that is asked and expected: another question under the same id has another one."""
        expected = [self.text, self.section_path, self.answer, *([self.further_paths] if self.further_paths else ())]
        parts = json.dumps(expected, ensure_ascii=False)
        return hashlib.sha256(parts.encode()).hexdigest()[:16]


class _Line(BaseModel):
    """One line of a JSONL file."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    question: str
    section_path: str | list[str]
    answer: str
    id: str | None = None
    further_paths: list[list[str]] = []
    kind: str = ""
    useful: bool = True


def read_questions(path: str | Path) -> list[Question]:
    """Read a CSV with the columns question, section_path (titles joined by ">") and answer, or a JSONL file.

    A CSV may have `section_paths` in place of section_path: all sections that answer, joined by "||". A column
    `answerable` that says "no" marks a question that the manual does not answer, and a column `kind` its kind.
    A line of JSONL has the keys question, section_path (a list of titles, or one text), answer, and perhaps
    further_paths and kind; one whose key `useful` is false waits for its section, and is passed over. An id (CSV:
    `question_id`) is taken where there is one, else the line number.

    Raises:
        ManualError: The file is missing, empty, lacks a column or key, or a question lacks its text or path.
    """
    file = Path(path).expanduser()
    found = list(_from_jsonl(file) if file.suffix.lower() == _JSON_LINES else _from_csv(file))
    if not found:
        raise ManualError(f"{file}: no question in it; expected one row per question.")
    return found


def read_unanswerable(path: str | Path) -> list[Question]:
    """Read a CSV with a column `question`: questions that the manual does not answer.

    Raises:
        ManualError: The file is missing, has no such column, or no question in it.
    """
    file = Path(path).expanduser()
    rows = [(line, (row["question"] or "").strip()) for line, row in _rows(file, ("question",))]
    found = [Question(f"unanswerable-{line}", text, (), "") for line, text in rows if text]
    if not found:
        raise ManualError(f"{file}: no question in it; expected one row per question.")
    return found


def sampled(questions: Sequence[Question], limit: int | None, seed: int = 0) -> list[Question]:
    """Return a sample of the questions in their order; a larger one drawn with the same seed holds a smaller one."""
    if limit is None or limit >= len(questions):
        return list(questions)
    positions = list(range(len(questions)))
    random.Random(seed).shuffle(positions)
    return [questions[at] for at in sorted(positions[:limit])]


def written_questions(questions: Sequence[Question], suffix: str) -> str:
    """Return questions as the text of a file that `read_questions` reads: JSONL for ".jsonl", else CSV."""
    if suffix.lower() == _JSON_LINES:
        return "".join(f"{json.dumps(question_document(one), ensure_ascii=False)}\n" for one in questions)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("question_id", *_COLUMNS))
    for one in questions:
        joined = ">".join(title.replace(">", "\\>") for title in one.section_path)
        writer.writerow(map(_as_words, (one.id, one.text, joined, one.answer)))
    return text.getvalue()


def _as_words(cell: str) -> str:
    """Return a cell that a spreadsheet shows and does not run; `_from_words` takes the mark off again."""
    return f"'{cell}" if _FORMULA.match(cell.lstrip("'")) else cell


def _from_words(cell: str | None) -> str | None:
    marked = isinstance(cell, str) and cell.startswith("'") and _FORMULA.match(cell.lstrip("'"))
    return cell[1:] if cell and marked else cell


def question_document(question: Question) -> dict[str, object]:
    """Return a question as a line of JSONL holds it."""
    further = {"further_paths": [list(path) for path in question.further_paths]} if question.further_paths else {}
    return {
        "id": question.id,
        "question": question.text,
        "section_path": list(question.section_path),
        "answer": question.answer,
        **further,
        **({"kind": question.kind} if question.kind else {}),
    }


def _from_csv(file: Path) -> Iterator[Question]:
    for line, row in _rows(file, _COLUMNS):
        paths = (row.get(_SEVERAL) or row.get("section_path") or "").split(_BETWEEN_PATHS)
        titles = [path_titles(path) for path in paths if path.strip()]
        if (row.get("answerable") or "").strip().lower() in _NOT_ANSWERED:
            titles = [()]
        found = Question(
            (row.get("question_id") or str(line)).strip(),
            (row["question"] or "").strip(),
            titles[0] if titles else (),
            (row["answer"] or "").strip(),
            tuple(titles[1:]),
            (row.get("kind") or "").strip(),
        )
        yield _checked(file, line, found, answerable=titles != [()])


def _rows(file: Path, wanted: Iterable[str]) -> Iterator[tuple[int, dict[str, str | None]]]:
    reader = csv.DictReader(io.StringIO(read_text(file), newline=""))
    columns = [(name or "").strip() for name in reader.fieldnames or []]
    known = {*columns, "section_path"} if _SEVERAL in columns else {*columns}
    if any(name not in known for name in wanted):
        # A first line is a whole page where the file is no CSV.
        found, expected = ", ".join(columns)[:_SHOWN] or "none", ", ".join(wanted)
        raise ManualError(
            f"{file}: found the columns {found}; expected {expected} in the first line, separated by commas."
        )
    reader.fieldnames = columns
    try:
        for row in reader:
            yield reader.line_num, {name: _from_words(cell) for name, cell in row.items()}
    except csv.Error as error:
        raise ManualError(f"{file}, line {reader.line_num + 1}: broken CSV ({error}).") from error


def _from_jsonl(file: Path) -> Iterator[Question]:
    for number, text in enumerate(read_text(file).split("\n"), start=1):
        if not text.strip():
            continue
        try:
            line = _Line.model_validate_json(text)
        except ValidationError as error:
            said = error.errors()[0]
            where = ".".join(str(part) for part in said["loc"][:1]) or "the line"
            raise ManualError(
                f'{file}, line {number}: {where}: {said["msg"]}; expected {{"question": …, "section_path": …, '
                '"answer": …}.'
            ) from error
        if not line.useful:
            continue
        given = line.section_path
        titles = path_titles(given) if isinstance(given, str) else tuple(one.strip() for one in given if one.strip())
        further = tuple(tuple(path) for path in line.further_paths)
        identifier = line.id or str(number)
        found = Question(identifier, line.question.strip(), titles, line.answer.strip(), further, line.kind.strip())
        yield _checked(file, number, found)


def _checked(file: Path, line: int, question: Question, *, answerable: bool = True) -> Question:
    if not question.text or (answerable and not question.section_path):
        raise ManualError(
            f"{file}, line {line}: a row without a question or a section_path; expected both. Where the "
            'manual has no answer, say "no" in a column `answerable`, or give the row in --unanswerable.'
        )
    return question
