"""Make questions with known answers from an index: written by a model and checked, or made from the graph."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from langchain_core.messages import HumanMessage

from graphrag_tools.enrichment.questions import question_problem
from graphrag_tools.errors import ConfigError
from graphrag_tools.evaluation.made_questions import made_questions
from graphrag_tools.evaluation.questions import Question, question_document, written_questions
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.graph import MenuItem
from graphrag_tools.manual.sections import lead_ins, nearest_lead_ins
from graphrag_tools.models.errors import model_errors
from graphrag_tools.models.model import ChatModel
from graphrag_tools.progress import Progress, StageProgress
from graphrag_tools.prompts import Prompts
from graphrag_tools.text.normalise import folded
from graphrag_tools.text.words import words

FOUND_WITHIN = 10
_LABEL = re.compile(r"^(?:question|q)\s*\d*[:.)]\s*", re.IGNORECASE)
_FEWEST_WORDS = 6
"""Of a source: about fewer there is nothing to ask."""
_ENDINGS = (".csv", ".jsonl")


@dataclass(frozen=True, slots=True)
class QuestionSet:
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


@dataclass(frozen=True, slots=True)
class QuestionSource:
    """A piece of a section that a question can be asked about, and the words that answer it."""

    section: MenuItem
    text: str


def make_questions(
    index: ManualIndex,
    model: ChatModel | None,
    n: int,
    seed: int = 0,
    *,
    prompts: str | Path | None = None,
    progress: Progress | None = None,
) -> QuestionSet:
    """Return up to n questions, written by the model if there is one, else made from the graph.

    Raises:
        ConfigError: There is no such folder of prompts.
        ModelError: The model's server failed.
    """
    if model is None:
        found = questions_from_graph(index, n, seed)
        return QuestionSet(tuple(found), len(found))
    show = partial(progress, "questions") if progress else None
    return write_by_model(index, model, n, seed, prompts=Prompts(prompts), progress=show)


def write_by_model(
    index: ManualIndex,
    model: ChatModel,
    n: int,
    seed: int = 0,
    *,
    prompts: Prompts | None = None,
    progress: StageProgress | None = None,
) -> QuestionSet:
    """Let a model write one question per source until n are kept or all are used.

    Kept is what ends with "?", has 4 to 25 words, shares a content word with its section, names nothing and
    no number that its section does not have, does not speak of the passage or the manual, was not asked
    before, and finds its section among the first ten hits. The last check favours what search can find:
    figures of the search itself come out too good.

    Raises:
        ModelError: The model's server failed.
    """
    asking = prompts or Prompts()
    kept: list[Question] = []
    dropped: dict[str, int] = {}
    written = 0
    sources = list(question_sources(index))
    random.Random(seed).shuffle(sources)
    for source in sources:
        if len(kept) >= n:
            break
        written += 1
        text = _ask_for_question(model, asking, source)
        reason = drop_reason(text, source, index, [question.text for question in kept])
        if reason:
            dropped[reason] = dropped.get(reason, 0) + 1
        else:
            kept.append(Question(f"w{len(kept) + 1:04d}", text, source.section.path, source.text))
        if progress:
            progress(len(kept), n)
    return QuestionSet(tuple(kept), written, dropped)


def questions_from_graph(index: ManualIndex, n: int, seed: int = 0) -> list[Question]:
    """Return up to n questions made without a model, the same for the same index, n and seed."""
    graphs = [index.graph_of(info.id) for info in index.manuals]
    generated = made_questions(graphs, n, seed)
    return [
        Question(f"g{number:04d}", one.text, one.section_path, one.answer)
        for number, one in enumerate(generated, start=1)
    ]


def question_sources(index: ManualIndex) -> Iterator[QuestionSource]:
    """Yield what can be asked about: each named option with what leads to it, else the section as a whole."""
    for section in index.sections():
        sources = (QuestionSource(section, text) for text in _texts(section))
        yield from (one for one in sources if len(words(one.text)) >= _FEWEST_WORDS)


def drop_reason(text: str, source: QuestionSource, index: ManualIndex, earlier: Sequence[str]) -> str:
    """Return why a written question is not kept, "" where it is."""
    section = source.section.whole_text
    if problem := question_problem(text, section):
        return problem
    if folded(text) in {folded(one) for one in earlier}:
        return "asked before"
    return "" if _is_found(text, source, index) else "not found again"


def write_questions(questions: Sequence[Question], file: Path) -> None:
    """Write a .csv or .jsonl that `read_questions` reads. Raises ConfigError if it cannot be written."""
    check_ending(file)
    try:
        file.write_text(written_questions(questions, file.suffix), encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{file}: cannot be written ({error.strerror or error}).") from error


def check_ending(file: Path | None) -> None:
    """Raise ConfigError if a file that questions shall go to does not end in .csv or .jsonl."""
    if file and file.suffix.lower() not in _ENDINGS:
        raise ConfigError(f"{file}: expected a file that ends in {' or '.join(_ENDINGS)}.")


def _texts(section: MenuItem) -> list[str]:
    options = [at for at, block in enumerate(section.blocks) if block.kind == "option" and block.name]
    if not options:
        texts = [block.text for block in section.blocks if block.kind not in ("note", "warning", "heading")]
        return [" ".join(texts)]
    nearest = nearest_lead_ins(section.blocks)
    introduction = {at for at, block in enumerate(section.blocks) if block.kind == "paragraph" and block.depth == 0}
    about = [sorted({*introduction, *lead_ins(nearest, at), at}) for at in options]
    return [" ".join(section.blocks[at].text for at in positions) for positions in about]


def _ask_for_question(model: ChatModel, prompts: Prompts, source: QuestionSource) -> str:
    prompt = prompts.render("make_question", menu_path=source.section.menu_path, text=source.text)
    with model_errors():
        reply = model.chat.invoke([HumanMessage(prompt)])
    first = next((line for line in reply.text.strip().splitlines() if line.strip()), "")
    return _LABEL.sub("", first.strip()).strip("\"“”*' ")


def _is_found(text: str, source: QuestionSource, index: ManualIndex) -> bool:
    hits = index.search(text, FOUND_WITHIN, source.section.manual)
    return source.section.id in {hit.section_id for hit in hits}
