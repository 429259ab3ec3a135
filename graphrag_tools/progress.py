"""Progress of long work, told to whoever shows it."""

from collections.abc import Callable
from typing import TypeAlias

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with a stage's name, what is done and what is to do."""
StageProgress: TypeAlias = Callable[[int, int], None]
"""The same within one stage: `partial(progress, "embed")`."""


def no_progress(_stage: str, _done: int, _total: int) -> None:
    """Tell nobody."""
