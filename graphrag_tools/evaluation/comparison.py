"""Run several models in several ways over the same questions, and go on from results that are there already."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version

from graphrag_tools.errors import ConfigError, FeatureRefused, GraphRAGToolsError, ModelError
from graphrag_tools.evaluation.model_sizes import SizedModel, model_size
from graphrag_tools.evaluation.questions import Question
from graphrag_tools.evaluation.results import ResultLine, ResultsFile, setting_key
from graphrag_tools.evaluation.run import Evaluator, QuestionResult
from graphrag_tools.evaluation.ways import MODEL_FREE, NEED_A_MODEL, Way, WaySettings, check_ways, open_way
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.models.model import ChatModel
from graphrag_tools.models.open import open_chat_model
from graphrag_tools.models.providers import NO_MODEL
from graphrag_tools.progress import Progress, no_progress


@dataclass(frozen=True, slots=True)
class Plan:
    """What to compare; models by their strings, "none" for none."""

    models: tuple[str, ...]
    ways: tuple[str, ...]
    questions: tuple[Question, ...]
    settings: WaySettings = field(default_factory=WaySettings)


@dataclass(frozen=True, slots=True)
class Run:
    """One model in one way; `reused` of its results were there from an earlier run."""

    model: str
    way: str
    results: tuple[QuestionResult, ...]
    reused: int = 0


@dataclass(frozen=True, slots=True)
class CannotRun:
    """A model that cannot work in a way, and why."""

    model: str
    way: str
    why: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """The runs in the order of models and ways, and the models in the order given."""

    runs: tuple[Run, ...]
    cannot_run: tuple[CannotRun, ...]
    models: tuple[SizedModel, ...]


class Stopped(ModelError):
    """A model's server failed in the middle; what was done before stays."""


def compare(
    index: ManualIndex, plan: Plan, results: ResultsFile | None = None, progress: Progress | None = None
) -> Comparison:
    """Run every model in every way over all questions; ways that need no model run once.

    Results that `results` has are taken from there, the others are added to it as they come.

    Raises:
        ConfigError: No such way, manual or folder of prompts, or no run is possible at all.
        ModelError: A model is missing (before anything was asked), or its server failed in the middle.
    """
    check_ways(plan.ways)
    comparer = _Comparer(index, plan, results, progress or no_progress)
    return comparer.run()


def model_way_pairs(models: Sequence[str], ways: Sequence[str]) -> list[tuple[str, str]]:
    """Return which model works in which way: model-free ways once and first, the others with each model.

    A way that needs a model is left out for "none" only where there are other models.
    """
    named = [model for model in dict.fromkeys(models) if model != NO_MODEL]
    found = [(NO_MODEL, way) for way in ways if way in MODEL_FREE]
    if NO_MODEL in models or not named:
        found += [(NO_MODEL, way) for way in ways if way == "auto" or (way in NEED_A_MODEL and not named)]
    found += [(model, way) for model in named for way in ways if way not in MODEL_FREE]
    return list(dict.fromkeys(found))


class _Comparer:
    def __init__(self, index: ManualIndex, plan: Plan, results: ResultsFile | None, progress: Progress) -> None:
        self._index = index
        self._plan = plan
        self._results = results
        self._progress = progress
        self._evaluator = Evaluator(index, plan.settings.workflow.manual)
        self._shared = _shared_setting(index, plan.settings)
        self._pairs = model_way_pairs(plan.models, plan.ways)
        self._asked = 0

    def run(self) -> Comparison:
        names = list(dict.fromkeys(model for model, _ in self._pairs if model != NO_MODEL))
        # All are opened before the first question, one at a time: a missing one is then known at once.
        models = {name: model_size(opened) for name in names if (opened := self._opened(name))}
        runs: list[Run] = []
        cannot: list[CannotRun] = []
        for model in dict.fromkeys(model for model, _ in self._pairs):
            opened = self._opened(model)
            for way in (way for name, way in self._pairs if name == model):
                outcome = self._outcome(way, opened, models.get(model, SizedModel(model)))
                if isinstance(outcome, Run):
                    runs.append(outcome)
                else:
                    cannot.append(outcome)
        if not runs:
            raise ConfigError(f"nothing can be run: {'; '.join(one.why for one in cannot)}")
        return Comparison(tuple(runs), tuple(cannot), tuple(models.values()))

    def _opened(self, model: str) -> ChatModel | None:
        return open_chat_model(model, options=self._plan.settings.model)

    def _outcome(self, way: str, model: ChatModel | None, size: SizedModel) -> Run | CannotRun:
        name = model.name if model else NO_MODEL
        try:
            opened = open_way(way, self._index, model, self._plan.settings)
        except ConfigError as error:
            return self._left_out(name, way, error)
        try:
            return self._run(opened, name, size)
        except FeatureRefused as error:
            return self._left_out(name, way, error)
        except ModelError as error:
            raise Stopped(f"{name}, {way}: {error} What was answered before is kept with --out.") from error

    def _left_out(self, model: str, way: str, why: GraphRAGToolsError) -> CannotRun:
        self._asked += len(self._plan.questions)
        return CannotRun(model, way, str(why))

    def _run(self, way: Way, model: str, size: SizedModel) -> Run:
        found: list[QuestionResult] = []
        reused = 0
        total = len(self._plan.questions)
        for number, question in enumerate(self._plan.questions, start=1):
            setting = self._setting(way.name, model, size, question)
            key = setting_key(setting)
            result = self._results.get(key) if self._results else None
            reused += result is not None
            if result is None:
                result = self._evaluator.evaluate_question(question, way.ask)
                if self._results:
                    self._results.add(ResultLine(key=key, model=model, way=way.name, setting=setting, result=result))
            found.append(result)
            self._asked += 1
            self._progress(f"{model}, {way.name}", number, total)
            self._progress("all", self._asked, total * len(self._pairs))
        return Run(model, way.name, tuple(found), reused)

    def _setting(self, way: str, model: str, size: SizedModel, question: Question) -> dict[str, object]:
        return {
            **self._shared,
            "model": model,
            "model_digest": size.digest,
            "way": way,
            "question_id": question.id,
            "question_hash": question.text_hash,
        }


def _shared_setting(index: ManualIndex, settings: WaySettings) -> dict[str, object]:
    options = asdict(settings.model)
    # How a model is reached, and how patiently, does not change what it says.
    del options["base_url"], options["headers"], options["timeout"]
    workflow = asdict(settings.workflow)
    workflow["prompts"] = settings.prompts.fingerprint()
    return {
        "version": version("graphrag-tools"),
        "index": hashlib.sha256(index.manifest.model_dump_json().encode()).hexdigest()[:16],
        "model_options": options,
        "workflow_options": workflow,
    }
