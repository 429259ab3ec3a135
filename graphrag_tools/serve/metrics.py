"""Figures of a server for Prometheus: questions by state, seconds by stage, calls of models, errors by kind."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from graphrag_tools.answer import Answer
from graphrag_tools.errors import ConfigError, GraphRAGToolsError
from graphrag_tools.machine.installing import install_extra

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""Where the processes of one server put their figures, so that any of them tells those of all."""
_PREFIX = "graphrag_tools"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)


class Metrics(Protocol):
    """What is counted."""

    def count_answer(self, answer: Answer) -> None:
        """Count an answer by its state, and what it cost."""

    def count_error(self, error: GraphRAGToolsError) -> None:
        """Count an error by its kind."""

    def exposition(self) -> tuple[bytes, str]:
        """Return all figures as Prometheus reads them, and their media type. Raises ConfigError where none are kept."""


def open_metrics() -> Metrics:
    """Return what counts, which does nothing where the package prometheus-client is not installed."""
    try:
        return _Prometheus()
    except ImportError:
        return _NoMetrics()


@contextmanager
def counted_errors(metrics: Metrics) -> Iterator[None]:
    """Count the errors of a block."""
    try:
        yield
    except GraphRAGToolsError as error:
        metrics.count_error(error)
        raise


class _NoMetrics:
    def count_answer(self, answer: Answer) -> None:
        pass

    def count_error(self, error: GraphRAGToolsError) -> None:
        pass

    def exposition(self) -> tuple[bytes, str]:
        raise ConfigError(f"metrics need the package prometheus-client. Install it with: {install_extra('metrics')}")


class _Prometheus:
    def __init__(self) -> None:
        # Its values are in files of FOLDER_VARIABLE where that is set when it is imported.
        from prometheus_client import CollectorRegistry, Counter, Histogram
        from prometheus_client.multiprocess import MultiProcessCollector

        own = CollectorRegistry()

        def counter(name: str, says: str, *labels: str) -> Counter:
            return Counter(f"{_PREFIX}_{name}", says, labels, registry=own)

        self._questions = counter("questions", "Questions answered, by the state of the answer.", "status")
        self._calls = counter("model_calls", "Calls of chat models.")
        self._tokens = counter("model_tokens", "Tokens that models read and wrote.", "kind")
        self._errors = counter("errors", "Errors instead of an answer, by their kind.", "kind")
        self._seconds = Histogram(
            f"{_PREFIX}_stage_seconds", "Seconds by stage of the workflow.", ("stage",), registry=own, buckets=_SECONDS
        )
        self._registry = own
        if os.environ.get(FOLDER_VARIABLE):
            self._registry = CollectorRegistry()
            MultiProcessCollector(self._registry)  # type: ignore[no-untyped-call]

    def count_answer(self, answer: Answer) -> None:
        usage = answer.usage
        self._questions.labels(answer.status).inc()
        self._calls.inc(usage.model_calls)
        self._tokens.labels("prompt").inc(usage.prompt_tokens)
        self._tokens.labels("completion").inc(usage.completion_tokens)
        for stage in usage.stages:
            self._seconds.labels(stage.stage).observe(stage.seconds)

    def count_error(self, error: GraphRAGToolsError) -> None:
        self._errors.labels(type(error).__name__).inc()

    def exposition(self) -> tuple[bytes, str]:
        from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

        return generate_latest(self._registry), CONTENT_TYPE_LATEST
