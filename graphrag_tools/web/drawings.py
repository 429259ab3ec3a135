"""Drawings of a manual, made once for all visitors: its device menu, its map, questions it answers."""

import asyncio
from collections.abc import Callable
from itertools import islice
from typing import Any

from graphrag_tools.answers.hint import answered_questions
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.device_menu import Tap
from graphrag_tools.web.icicle import Bar, Marks, draw_map, map_bars

_QUESTIONS = 6


class Drawings:
    """Makes each thing when it is first wanted, and again once the manual was built anew."""

    def __init__(self, index: ManualIndex) -> None:
        """Take the index that visitors ask."""
        self.index = index
        self._made: dict[tuple[str, str], tuple[str, Any]] = {}

    def menu(self, manual: str) -> tuple[Tap, ...]:
        """Return the device's menu as a manual tells it."""
        made: tuple[Tap, ...] = self._once("menu", manual, lambda: self.index.device_menu(manual))
        return made

    def bars(self, manual: str) -> dict[str, Bar]:
        """Return the bars of a manual's map, by the ids of the sections."""
        made: dict[str, Bar] = self._once("bars", manual, lambda: map_bars(self.index.graph_of(f"{manual}/")))
        return made

    def map(self, manual: str) -> str:
        """Return the whole map of a manual with nothing marked, which each new visitor sees."""
        made: str = self._once("map", manual, lambda: self._whole_map(manual))
        return made

    def _whole_map(self, manual: str) -> str:
        return draw_map(self.bars(manual), Marks(), f"Map of {self.index.graph_of(f'{manual}/').title}")

    async def questions(self, manual: str) -> tuple[str, ...]:
        """Return some questions that a manual answers for sure; finding them holds up no other visitor."""
        found = islice(answered_questions(self.index, manual), _QUESTIONS)
        made: tuple[str, ...] = await asyncio.to_thread(
            self._once, "questions", manual, lambda: tuple(question for question, _ in found)
        )
        return made

    def _once(self, what: str, manual: str, make: Callable[[], Any]) -> Any:
        """Return what was made of this content of the manual, or make it: two visitors at once may both."""
        content = next((info.stored or info.content for info in self.index.manuals if info.id == manual), "")
        known, made = self._made.get((what, manual), (None, None))
        if known != content:
            made = make()
            self._made[what, manual] = content, made
        return made
