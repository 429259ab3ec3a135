"""Results as they come, one line of JSON each, so that a run that was stopped goes on where it stopped."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, ValidationError

from graphrag_tools.errors import ConfigError, first_problem
from graphrag_tools.evaluation.run import QuestionResult

RESULTS_NAME = "results.jsonl"


class ResultLine(BaseModel):
    """One line of the file. `key` stands for all that a result depends on, `setting` says it in clear."""

    model_config = ConfigDict(frozen=True)

    key: str
    model: str
    way: str
    setting: dict[str, object]
    result: QuestionResult


def setting_key(setting: Mapping[str, object]) -> str:
    """Return a hash of all that a result depends on; a change in any of it is another key."""
    text = json.dumps(setting, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


class ResultsFile:
    """The results in a folder, by key; what is added is on disk before `add` returns."""

    def __init__(self, file: Path, done: dict[str, QuestionResult], stream: IO[str]) -> None:
        """Use `open_results`."""
        self.file = file
        self._done = done
        self._stream = stream

    def get(self, key: str) -> QuestionResult | None:
        """Return an earlier result, None where there is none."""
        return self._done.get(key)

    def add(self, line: ResultLine) -> None:
        """Append a result. Raises ConfigError if it cannot be written."""
        try:
            self._stream.write(f"{line.model_dump_json()}\n")
            self._stream.flush()
        except OSError as error:
            raise ConfigError(f"{self.file}: cannot be written ({error.strerror or error}).") from error
        self._done[line.key] = line.result


@contextmanager
def open_results(folder: Path) -> Iterator[ResultsFile]:
    """Open the results in a folder, making both where there are none. A last line cut short is dropped.

    Raises:
        ConfigError: The folder cannot be written, another run uses it, or a line is no result.
    """
    file = folder / RESULTS_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / f"{RESULTS_NAME}.lock", timeout=0), file.open("a+", encoding="utf-8") as stream:
            done = _read(file, stream)
            yield ResultsFile(file, done, stream)
    except Timeout as error:
        raise ConfigError(f"{folder}: another evaluation writes there. Wait for it, or give another --out.") from error
    except OSError as error:
        raise ConfigError(f"{folder}: cannot be used for results ({error.strerror or error}).") from error


def _read(file: Path, stream: IO[str]) -> dict[str, QuestionResult]:
    whole, _, cut = file.read_bytes().rpartition(b"\n")
    if cut:
        stream.truncate(len(whole) + 1 if whole else 0)
    done: dict[str, QuestionResult] = {}
    for number, line in enumerate(whole.split(b"\n") if whole else (), start=1):
        try:
            read = ResultLine.model_validate_json(line)
        except ValidationError as error:
            raise ConfigError(
                f"{file}, line {number}: is no result of this version ({first_problem(error)}). "
                "Remove the line, or give another --out."
            ) from error
        done[read.key] = read.result
    return done
