"""Open models and workflows once, for whoever asks for them."""

import threading
from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Opened = TypeVar("Opened")
_MOST_OPEN = 64


class OpenedOnce(Generic[Key, Opened]):
    """Opens what a key stands for, one at a time: once, however many threads ask for it first at once.

    What cannot be opened is tried again the next time. Of more than are kept, those that were asked for last stay.
    """

    def __init__(self, opening: Callable[[Key], Opened], most: int = _MOST_OPEN) -> None:
        self._lock = threading.Lock()
        self._opened = lru_cache(most)(opening)

    def __call__(self, key: Key) -> Opened:
        """Return it, opened now or before. Raises what opening raises."""
        with self._lock:
            return self._opened(key)
