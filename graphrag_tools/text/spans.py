"""Spans of a text from an opening mark to the next closing one, found in one pass.

A pattern with `.*?` between the two marks looks from every opening to the end of the text where nothing closes it:
80 KB of such openings take ten seconds, twice as many take forty.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

Closing = re.Pattern[str] | Callable[[re.Match[str]], re.Pattern[str]]


class Span(NamedTuple):
    """A pair of marks in a text."""

    opening: re.Match[str]
    closing: re.Match[str]

    @property
    def start(self) -> int:
        """Where the opening mark begins."""
        return self.opening.start()

    @property
    def end(self) -> int:
        """Where the closing mark ends."""
        return self.closing.end()

    @property
    def inner(self) -> str:
        """The text between the marks."""
        return self.opening.string[self.opening.end() : self.closing.start()]

    @property
    def whole(self) -> str:
        """The text with its marks."""
        return self.opening.string[self.start : self.end]


def spans(text: str, opening: re.Pattern[str], closing: Closing) -> Iterator[Span]:
    """Yield the spans of a text in order, none within another; an opening that nothing closes is none.

    `closing` may depend on the opening. What it is searched for has been searched to the end of the text once it is
    missing, so it is not looked for again.
    """
    missing: set[re.Pattern[str]] = set()
    at = 0
    while start := opening.search(text, at):
        pattern = closing if isinstance(closing, re.Pattern) else closing(start)
        end = None if pattern in missing else pattern.search(text, start.end())
        if end is None:
            missing.add(pattern)
            at = start.end()
        else:
            yield Span(start, end)
            at = end.end()


def with_spans_replaced(
    text: str, opening: re.Pattern[str], closing: Closing, new: Callable[[Span], str] | None = None
) -> str:
    """Return a text with something in the place of each of its spans, with nothing where no `new` is given."""
    kept: list[str] = []
    at = 0
    for span in spans(text, opening, closing):
        kept += [text[at : span.start], new(span) if new else ""]
        at = span.end
    return "".join((*kept, text[at:])) if kept else text
