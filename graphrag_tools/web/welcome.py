"""Draw what an empty conversation shows: what can be asked, questions that are answered, and the manual's areas."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from itertools import zip_longest

from nicegui import ui

from graphrag_tools.web.drawings import Drawings
from graphrag_tools.web.elements import Words, part, press

_HINT = "Ask a question, such as where a setting is or how to change it."
_PROMISE = "Every answer is a quote that you can check."
_MOST_AREAS = 24
_MOST_ASKED = 6


def draw_welcome(
    drawings: Drawings,
    manuals: Mapping[str, str],
    ask: Callable[[str], Awaitable[None]],
    open_item: Callable[[str], None],
) -> None:
    """Draw it where the caller's slot is, for some manuals, given by id and title."""
    title = next(iter(manuals.values())) if len(manuals) == 1 else "manuals"
    Words("h2", f"Ask {'the manual of ' if len(manuals) == 1 else 'your '}{title}")
    Words("p", f"{_HINT} {_PROMISE}", classes="promise")
    asked = part("div", classes="asked")
    for manual, name in manuals.items():
        _draw_areas(drawings, manual, name, open_item)

    async def draw_questions() -> None:
        """Fill in the questions once they are found, which may take a moment the first time."""
        # The first of each manual, then the second of each: one manual's own would take all places.
        by_manual = [await drawings.questions(manual) for manual in manuals]
        found = [question for turn in zip_longest(*by_manual) for question in turn if question]
        if asked.is_deleted or not found:
            return
        with asked:
            Words("h3", "For example")
            for question in found[:_MOST_ASKED]:
                press(question, partial(ask, question), classes="place")

    ui.timer(0, draw_questions, once=True)


def _draw_areas(drawings: Drawings, manual: str, name: str, open_item: Callable[[str], None]) -> None:
    areas = [bar for bar in drawings.bars(manual).values() if bar.level == 0]
    Words("h3", f"What {name} is about")
    with part("ul", classes="areas"):
        for area in areas[:_MOST_AREAS]:
            with part("li"):
                below = max(1, area.sections - 1)  # as the contents count
                count = f"{below:,} section{'s' if below > 1 else ''}"
                with press("", partial(open_item, area.id), classes="area", label=f"{area.name}, {count}"):
                    Words("b", area.name)
                    Words("span", count)
    if len(areas) > _MOST_AREAS:
        Words("p", f"All {len(areas):,} are in the contents.", classes="aside")
