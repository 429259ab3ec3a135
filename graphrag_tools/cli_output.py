"""What the commands print: on standard output what was asked for, on standard error all else."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import RenderableType

    from graphrag_tools.answer import Answer


def print_answer(answer: "Answer", as_json: bool) -> None:
    """Print an answer for a person or, as JSON, for a program."""
    from graphrag_tools.rendering import rendered_answer

    if as_json:
        print_json(answer.model_dump(mode="json"))
    else:
        print_shown(rendered_answer(answer))


def print_shown(shown: "RenderableType") -> None:
    """Print a text as it is, or a table or the like as wide as the terminal."""
    from rich.console import Console

    Console(highlight=False, soft_wrap=isinstance(shown, str)).print(shown, markup=False)


def print_json(document: object) -> None:
    """Print one JSON document."""
    import json

    print(json.dumps(document, ensure_ascii=False, indent=1))


def print_aside(text: str) -> None:
    """Say something on standard error."""
    print(text, file=sys.stderr)


@contextmanager
def progress() -> "Iterator[Callable[[str, int, int], None]]":
    """Show progress on standard error, a bar per stage with the time left; nothing where that is no terminal."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bars:
        tasks: dict[str, Any] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield show
