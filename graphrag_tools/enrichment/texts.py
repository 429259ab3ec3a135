"""Texts by a model in an index: descriptions of its sections, and questions that they answer. Off by default."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from graphrag_tools.enrichment.batch import Limits, Replies, ask_all
from graphrag_tools.enrichment.cache import ModelTextCache
from graphrag_tools.enrichment.descriptions import checked_description, description_prompt, is_description
from graphrag_tools.enrichment.questions import are_questions, checked_questions, distinct_questions, questions_prompt
from graphrag_tools.errors import ConfigError
from graphrag_tools.index.enricher import ModelTextReport, TextKind
from graphrag_tools.manual.graph import HAS_CHILD, SEE_ALSO, MemoryGraph, MenuGraph, MenuItem
from graphrag_tools.models.model import ChatModel
from graphrag_tools.models.open import open_chat_model
from graphrag_tools.models.options import ModelOptions
from graphrag_tools.models.providers import provider_named
from graphrag_tools.progress import Progress
from graphrag_tools.prompts import Prompts
from graphrag_tools.text.characters import FEWEST_CHARACTERS_PER_TOKEN
from graphrag_tools.verification.evidence import speaks_to_a_model

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_REPLY_TOKENS = 256
_MOST_CHARACTERS = 6_000
_FEWEST_CHARACTERS = 400
_SPARE_TOKENS = 700
_CUT = " …"


@dataclass(frozen=True, slots=True)
class ModelTexts:
    """What is to be written by which model, and what it may cost in one build; None is without limit.

    `max_items` sections are sent to each of the two; what an earlier build has does not count. `parallel` calls are
    made at once: by default 1 for a model in this process, what OLLAMA_NUM_PARALLEL says, else 1, for Ollama, and 4
    for a hosted one.
    """

    describe: "str | BaseChatModel | ChatModel | None" = None
    expand: "str | BaseChatModel | ChatModel | None" = None
    max_minutes: float | None = None
    max_items: int | None = None
    parallel: int | None = None
    prompts: str | Path | None = None
    base_url: str | None = field(default=None, repr=False)

    def open(self) -> "ModelWriter":
        """Open the models, so that one that is missing is found before any work is done.

        Raises:
            ConfigError: A model string, a budget or the folder of prompts cannot be used.
            ModelError: A server is down, or a model, package or key is missing.
        """
        for name in ("max_minutes", "max_items", "parallel"):
            value = getattr(self, name)
            if value is not None and value <= 0:
                raise ConfigError(f"{name} is {value}; expected more than 0.")
        options = ModelOptions(max_tokens=_REPLY_TOKENS, base_url=self.base_url)
        return ModelWriter(
            self,
            open_chat_model(self.describe, options=options),
            open_chat_model(self.expand, options=options),
            Prompts(self.prompts),
        )


@dataclass(frozen=True, slots=True)
class ModelWriter:
    """Writes with the models of `ModelTexts`: the `Enricher` that a build takes."""

    wanted: ModelTexts
    describe: ChatModel | None
    expand: ChatModel | None
    prompts: Prompts

    @property
    def recipe(self) -> str:
        """Which models write what, "" where none writes anything."""
        models = {"described by": self.describe, "expanded by": self.expand}
        return "; ".join(f"{how} {model.name}" for how, model in models.items() if model)

    def enrich(
        self, graphs: Sequence[MenuGraph], cache_file: Path, progress: Progress
    ) -> tuple[list[MenuGraph], tuple[ModelTextReport, ...]]:
        """Return the graphs with descriptions and questions by the models, and a report on each kind.

        Sections with text are written about in the order of `by_expected_use`. Every reply is kept in the cache file
        the moment it comes, and is not asked for again. An item whose text fails its check, or was not reached, stays
        as it was.

        Raises:
            ModelError: A model has never answered.
            StoreError: The cache cannot be used.
        """
        found, reports = list(graphs), []
        for kind, model, until in self._turns():
            items = by_expected_use(found)
            prompts = {item.id: _prompt(kind, item, model, self.prompts) for item in items}
            limits = Limits(
                self.wanted.max_items, until, self.wanted.parallel or provider_named(model.provider).calls_at_once()
            )
            with closing(ModelTextCache(cache_file, model)) as cache:
                came = ask_all(
                    model,
                    list(prompts.values()),
                    cache,
                    limits,
                    enough=is_description if kind == "descriptions" else are_questions,
                    progress=partial(progress, kind),
                )
            replied = {item: came.by_prompt[prompts[item.id]] for item in items if prompts[item.id] in came.by_prompt}
            written = _described(found, replied, model) if kind == "descriptions" else _expanded(replied)
            found = [_changed(graph, written.changed) for graph in found]
            reports.append(_report(kind, model, list(prompts.values()), came, written))
        return found, tuple(reports)

    def _turns(self) -> Iterator[tuple[TextKind, ChatModel, float | None]]:
        """Yield each kind of text with its model and the time until which it may be asked, half of it for the first."""
        minutes, started = self.wanted.max_minutes, time.monotonic()
        share = 0.5 if self.expand is not None else 1.0
        if self.describe is not None:
            yield "descriptions", self.describe, None if minutes is None else started + share * 60 * minutes
        if self.expand is not None:
            yield "questions", self.expand, None if minutes is None else started + 60 * minutes


def by_expected_use(graphs: Sequence[MenuGraph]) -> list[MenuItem]:
    """Return the sections with text, in the order in which people are likely to come to them.

    Leaves first, for that is where settings are; among them those that other sections refer to most; then in
    reading order.
    """
    found: list[tuple[bool, int, MenuItem]] = []
    for graph in graphs:
        referred = Counter(end for _, end in graph.edges(SEE_ALSO))
        for item in graph.items:
            if item.kind == "section" and excerpt(item, _MOST_CHARACTERS):
                inner = any(child.kind == "section" for child in graph.children(item.id))
                found.append((inner, -referred[item.id], item))
    return [item for _, _, item in sorted(found, key=lambda one: one[:2])]


def excerpt(item: MenuItem, characters: int) -> str:
    """Return the beginning of an item's text, a line per block, whole blocks as far as they fit; "…" where it is cut.

    What speaks to a language model ("Ignore the rules …") is left out.
    """
    kept: list[str] = []
    room = characters
    for block in item.blocks:
        if speaks_to_a_model(block.text):
            continue
        if len(block.text) > room:
            begun = "" if kept else block.text[:room].rsplit(" ", 1)[0]
            return "\n".join([*kept, begun]).strip() + _CUT
        kept.append(block.text)
        room -= len(block.text) + 1
    return "\n".join(kept)


def characters_for(model: ChatModel) -> int:
    """Return how much text a model can be given: at most 6,000 characters, less where its context is small."""
    if model.context is None:
        return _MOST_CHARACTERS
    fitting = (model.context - _SPARE_TOKENS) * FEWEST_CHARACTERS_PER_TOKEN
    return min(_MOST_CHARACTERS, max(_FEWEST_CHARACTERS, fitting))


@dataclass(frozen=True, slots=True)
class _Written:
    """The items that a model's texts change, what the checks refused, and how many questions were kept."""

    changed: Mapping[str, MenuItem]
    refused: Mapping[str, int]
    questions: int = 0


def _prompt(kind: TextKind, item: MenuItem, model: ChatModel, prompts: Prompts) -> str:
    wording = description_prompt if kind == "descriptions" else questions_prompt
    return wording(item, excerpt(item, characters_for(model)), prompts)


def _described(graphs: Sequence[MenuGraph], replied: Mapping[MenuItem, str], model: ChatModel) -> _Written:
    graph_of = {graph.manual_id: graph for graph in graphs}
    changed: dict[str, MenuItem] = {}
    refused: Counter[str] = Counter()
    for item, reply in replied.items():
        checked = checked_description(reply, item, graph_of[item.manual])
        if checked.problem:
            refused[checked.problem] += 1
        else:
            changed[item.id] = replace(item, description=checked.text, described_by=model.name)
    return _Written(changed, refused)


def _expanded(replied: Mapping[MenuItem, str]) -> _Written:
    checked = {item: checked_questions(reply, item) for item, reply in replied.items()}
    refused = Counter(problem for one in checked.values() for problem in one.problems)
    kept = distinct_questions({item: one.kept for item, one in checked.items()})
    if shared := sum(len(one.kept) - len(kept[item]) for item, one in checked.items()):
        refused["asked of several sections"] = shared
    changed = {item.id: replace(item, questions=kept[item]) for item in replied if kept[item]}
    return _Written(changed, refused, sum(map(len, kept.values())))


def _changed(graph: MenuGraph, changed: Mapping[str, MenuItem]) -> MenuGraph:
    items = (changed.get(item.id, item) for item in graph.items)
    edges = graph.edges(HAS_CHILD), graph.edges(SEE_ALSO)
    return MemoryGraph(graph.manual_id, graph.title, items, *edges, graph.unresolved, graph.language)


def _report(
    kind: TextKind, model: ChatModel, prompts: Sequence[str], came: Replies, written: _Written
) -> ModelTextReport:
    failed = sum(prompt in came.failures for prompt in prompts)
    return ModelTextReport(
        kind=kind,
        model=model.name,
        items=len(prompts),
        used=len(written.changed),
        failed=failed,
        left=len(prompts) - failed - sum(prompt in came.by_prompt for prompt in prompts),
        calls=came.sent,
        questions=written.questions,
        refused=dict(written.refused),
        failure=next(reversed(came.failures.values()), ""),
    )
