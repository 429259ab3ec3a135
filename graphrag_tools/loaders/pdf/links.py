"""Find the section that a place on a page belongs to."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence

from graphrag_tools.loaders.pdf.headings import Heading
from graphrag_tools.loaders.pdf.lines import LinesOfPages, TextLine
from graphrag_tools.loaders.pdf.outline import NEAR
from graphrag_tools.loaders.pdf.pages import Destination


class SectionFinder:
    """Finds the heading of the section that a place lies in."""

    def __init__(self, lines: Sequence[TextLine], headings: Sequence[Heading]) -> None:
        self._lines, self._headings = LinesOfPages(lines), headings
        self._end = len(lines)
        self._order = sorted(range(len(headings)), key=lambda at: (headings[at].first, at))
        self._starts = [headings[at].first for at in self._order]
        self._on_page: dict[int, list[int]] = defaultdict(list)
        for at, heading in enumerate(headings):
            self._on_page[heading.page].append(at)

    def span(self, at: int) -> range:
        """The lines of a heading's own section: none where a later heading begins at the same line."""
        heading = self._headings[at]
        following = bisect_right(self._starts, heading.first)
        if self._order[following - 1] != at:
            return range(heading.after, heading.after)
        return range(heading.after, self._starts[following] if following < len(self._starts) else self._end)

    @property
    def preface(self) -> range:
        """The lines before the first heading."""
        return range(self._starts[0] if self._starts else self._end)

    def heading_at(self, place: Destination) -> int | None:
        """Return the position of the heading that a place means or stands under, None before the first."""
        if place.top is not None:
            near = [at for at in self._on_page[place.page] if abs(self._headings[at].top - place.top) < NEAR]
            if near:
                return min(near, key=lambda at: self._distance(self._headings[at], place))
        before = bisect_right(self._starts, self._lines.at(place))
        return self._order[before - 1] if before else None

    @staticmethod
    def _distance(heading: Heading, place: Destination) -> float:
        aside = abs(heading.x - place.x) if place.x is not None else 0.0
        above = heading.top - (place.top or 0.0)
        # A viewer shows what is below the place: a heading above it is rarely meant.
        return aside + (above if above >= 0 else -3 * above)
