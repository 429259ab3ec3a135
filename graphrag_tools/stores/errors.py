"""Errors of an engine, raised as `StoreError`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graphrag_tools.errors import StoreError


class GenerationGone(StoreError):
    """What is read is not there any more: builds have gone on, or somebody has deleted it."""


@contextmanager
def engine_errors(place: Path, engine: str, *kinds: type[Exception]) -> Iterator[None]:
    """Raise `StoreError` for an engine's errors of these kinds, and for a panic of one written in Rust."""
    try:
        yield
    except kinds as error:
        raise _store_error(place, engine, error) from error
    except BaseException as error:
        # pyo3's PanicException derives from BaseException and cannot be imported.
        if type(error).__module__ != "pyo3_runtime":
            raise
        raise _store_error(place, engine, error) from error


def _store_error(place: Path, engine: str, error: BaseException) -> StoreError:
    return StoreError(f"{place}: {engine} says {str(error)!r}. Is the disk full or read-only, or a file damaged?")
