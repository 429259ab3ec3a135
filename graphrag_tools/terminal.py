"""What the commands print with: results on standard output, asides on standard error."""

import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import RenderableType


def print_shown(shown: "RenderableType") -> None:
    """Print a text, as long as its lines are, or something laid out to the width of the terminal."""
    from rich.console import Console

    Console(highlight=False, soft_wrap=isinstance(shown, str)).print(shown, markup=False)


def print_json(document: object) -> None:
    """Print one JSON document."""
    print(json.dumps(document, ensure_ascii=False, indent=1))


def print_aside(text: str) -> None:
    """Print a line that is not the result."""
    print(text, file=sys.stderr)
