"""Enricher: what may write texts into a build's graphs, as a protocol, and the report on what it wrote.

A protocol, because building and reading an index need no chat model: whoever wants one hands it in.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict

from graphrag_tools.manual.graph import MenuGraph
from graphrag_tools.progress import Progress

TextKind = Literal["descriptions", "questions"]
_STANDS_IN = {"descriptions": "the first paragraph stands in", "questions": "there are none"}


class ModelTextReport(BaseModel):
    """Of `items` worth it, how many got the model's text, and why the others did not.

    items = used + refused by the checks + failed + left. `calls` were made in this build; all other replies came
    from the cache. `refused` counts items by what was wrong with the description, or single questions.
    """

    model_config = ConfigDict(frozen=True)

    kind: TextKind
    model: str
    items: int
    used: int
    failed: int
    """Items for which the model's server failed; the next build asks again."""
    left: int
    """Items that the budget, or a server that was gone, left out; the next build goes on with them."""
    calls: int
    questions: int = 0
    refused: dict[str, int] = {}
    failure: str = ""
    """What the server said last."""

    @property
    def words(self) -> str:
        """The same in a few sentences."""
        count = f" ({self.questions} questions)" if self.kind == "questions" else ""
        lines = [
            f"{self.kind.capitalize()} by {self.model}: {self.used} of {self.items} sections{count}, "
            f"{self.calls} calls in this build."
        ]
        if missing := self.items - self.used:
            lines.append(f"For {missing}, {_STANDS_IN[self.kind]}: {'; '.join(self._reasons)}.")
        if self.failure:
            lines.append(f"The model's server said: {self.failure}")
        return " ".join(lines)

    @property
    def _reasons(self) -> list[str]:
        refused = self.items - self.used - self.failed - self.left
        counted = ", ".join(f"{count} {why}" for why, count in sorted(self.refused.items(), key=lambda one: -one[1]))
        unit = "questions dropped: " if self.kind == "questions" else ""
        found = [f"{refused} refused by the checks ({unit}{counted})"] if refused else []
        found += [f"{self.failed} failed (the next build asks again)"] if self.failed else []
        return found + ([f"{self.left} not reached (the next build goes on)"] if self.left else [])


class Enricher(Protocol):
    """Writes descriptions and questions into the graphs of a build; `enrichment.texts.ModelWriter` is one."""

    @property
    def recipe(self) -> str:
        """How the texts are made, "" where there are none: with another recipe an unchanged manual is built anew."""

    def enrich(
        self, graphs: Sequence[MenuGraph], cache_file: Path, progress: Progress
    ) -> tuple[list[MenuGraph], tuple[ModelTextReport, ...]]:
        """Return the graphs, one for each given and in their order, with what was written, and a report on each kind.

        `cache_file` is the index's SQLite cache, which outlives a build that fails.

        Raises:
            ModelError: The model cannot be used.
            StoreError: The cache cannot be used.
        """
