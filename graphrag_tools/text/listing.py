"""Name some of many in a sentence."""

from collections.abc import Sequence


def some_of(names: Sequence[str], most: int, between: str = ", ") -> str:
    """Return the first names, and how many more there are.

    >>> some_of(["Display", "Sound", "Battery"], 2)
    'Display, Sound and 1 more'
    """
    shown = between.join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"


def first_of(names: Sequence[str], most: int) -> str:
    """Return the first names, with dots behind them where there are more, whose number is said elsewhere.

    >>> first_of(["Display", "Sound", "Battery"], 2)
    'Display, Sound, …'
    """
    return ", ".join((*names[:most], "…") if len(names) > most else names)
