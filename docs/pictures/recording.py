"""Record a build and two questions in a terminal, from what the commands really print, as docs/pictures/recording.svg.

python docs/pictures/recording.py            # writes it
"""

import contextlib
import io
import os
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

from graphrag_tools.cli.app import main as graphrag_tools

RECORDING = Path(__file__).parent / "recording.svg"
_SAMPLE = Path(__file__).parents[2] / "examples" / "sample_manual"
_COMMANDS = (
    "graphrag-tools build examples/sample_manual --index my-index",
    "graphrag-tools ask how do i turn on flight mode --index my-index",
    "graphrag-tools ask who won the world cup --index my-index",
)
_COLUMNS = 80
_TERMINAL = {"COLUMNS": str(_COLUMNS), "FORCE_COLOR": "1", "TERM": "xterm-256color", "COLORTERM": ""}
_SECONDS_PER_COMMAND, _SECONDS_PER_LINE = 1.5, 0.08
_LINE = re.compile(r'clip-path="url\(#recording-line-(\d+)\)"')
_MOVES = """
    @keyframes appear { from { visibility: hidden } to { visibility: visible } }
    text[data-at] { animation: appear .01s both }
    @media (prefers-reduced-motion: reduce) { text[data-at] { animation: none } }
"""
# The fonts that rich names are fetched from elsewhere; the reader's own will do.
_FORMAT = re.sub(r"@font-face \{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.S)


def recording() -> str:
    """Return the recording as an SVG whose lines appear one by one, all at once where no motion is wanted."""
    console = Console(record=True, width=_COLUMNS, file=io.StringIO(), force_terminal=True, color_system="standard")
    appears: list[float] = []
    seconds = 0.0
    with _terminal():
        for command in _COMMANDS:
            seconds += _SECONDS_PER_COMMAND
            shown = [Text.assemble(("$ ", "dim"), (command, "bold")), *Text.from_ansi(_printed(command)).split("\n")]
            for at, line in enumerate([*shown, Text()]):
                console.print(line, soft_wrap=False)
                # The command stands there before what it prints.
                appears.append(seconds - _SECONDS_PER_COMMAND if at == 0 else seconds + at * _SECONDS_PER_LINE)
    drawn = console.export_svg(title="graphrag-tools", code_format=_FORMAT, unique_id="recording")
    return _moving(drawn, appears)


@contextlib.contextmanager
def _terminal() -> Iterator[None]:
    """Stand in a new folder with the sample manual, as in a terminal of a fixed size, without settings of one's own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GRAPHRAG_TOOLS_")}
    cache = {name: value for name, value in os.environ.items() if name == "GRAPHRAG_TOOLS_CACHE"}
    kept.pop("NO_COLOR", None)
    with (
        tempfile.TemporaryDirectory() as folder,
        contextlib.chdir(folder),
        patch.dict(os.environ, {**kept, **cache, **_TERMINAL}, clear=True),
    ):
        shutil.copytree(_SAMPLE, Path(folder) / "examples" / "sample_manual")
        yield


def _printed(command: str) -> str:
    """Return what a command prints on standard output."""
    out = io.StringIO()
    with (
        patch.object(sys, "argv", shlex.split(command)),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(io.StringIO()),
        contextlib.suppress(SystemExit),
    ):
        graphrag_tools()
    return out.getvalue().rstrip("\n")


def _moving(drawn: str, appears: list[float]) -> str:
    """Let each line of a drawing appear at its time, in seconds."""

    def timed(match: re.Match[str]) -> str:
        at = appears[min(int(match[1]), len(appears) - 1)]
        return f'{match[0]} data-at="{match[1]}" style="animation-delay: {at:.2f}s"'

    lines = (line.rstrip() for line in _LINE.sub(timed, drawn).replace("</style>", f"{_MOVES}</style>", 1).splitlines())
    return "\n".join(filter(None, lines)) + "\n"


if __name__ == "__main__":
    RECORDING.write_text(recording(), encoding="utf-8")
