"""Under which circumstances figures were measured: command, date, machine, versions, questions, index."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

from graphrag_tools.evaluation.comparison import Comparison
from graphrag_tools.index import ManualIndex

_PACKAGES = (
    "graphrag-tools",
    "langchain",
    "langgraph",
    "chromadb",
    "tantivy",
    "wordllama",
    "langchain-ollama",
    "langchain-openai",
    "xllamacpp",
)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Labels and what they say, in order."""

    facts: tuple[tuple[str, str], ...]


def circumstances(
    command: str, index: ManualIndex, comparison: Comparison, question_files: Sequence[str], settings: str
) -> Circumstances:
    """Return what a reader needs to know to judge the figures, or to measure them again."""
    results = comparison.runs[0].results
    answerable = sum(result.question.answerable for result in results)
    counts = f"{answerable} that the manual answers"
    if answerable < len(results):
        counts += f", {len(results) - answerable} that it does not"
    reused = sum(run.reused for run in comparison.runs)
    total = sum(len(run.results) for run in comparison.runs)
    facts = [
        ("Command", f"`{command}`"),
        ("Date", datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")),
        ("Machine", machine()),
        ("Versions", ", ".join(_versions())),
        ("Questions", f"{counts} ({', '.join(question_files)})"),
        ("Manuals", "; ".join(f"{info.id}: {info.title}, {info.sections} sections" for info in index.manuals)),
        ("Settings", settings),
    ]
    sizes = [f"{model.name}: {model.shown_size}" for model in comparison.models if model.shown_size]
    if sizes:
        facts.append(("Models", "; ".join(sizes)))
    if reused:
        facts.append(("From earlier runs", f"{reused} of {total} answers, with the times of then"))
    return Circumstances(tuple(facts))


def machine() -> str:
    """Return the machine's size in words: cores, memory, system."""
    try:
        memory = f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB memory"
    except (AttributeError, ValueError, OSError):
        memory = "memory unknown"
    return f"{os.cpu_count()} cores, {memory}, {platform.system()} {platform.machine()}"


def _versions() -> list[str]:
    found = [f"Python {platform.python_version()}"]
    for name in _PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return found
