"""Write the reference of commands, docs/reference/commands.md, from the commands' own --help.

python docs/commands.py            # writes it
"""

import os
import subprocess
import sys
from pathlib import Path

from graphrag_tools.cli.app import app

PAGE = Path(__file__).parent / "reference" / "commands.md"
_INTRODUCTION = """# Commands

What follows is what `--help` says, written by `python docs/commands.py`. [Where values come
from](../how-to/configure.md) says more about the environment, the config file and the exit codes.
"""


def page() -> str:
    names = [one.name or one.callback.__name__ for one in app.registered_commands if one.callback]
    parts = [_section("graphrag-tools"), *(_section(f"graphrag-tools {name}", name) for name in names)]
    return "\n".join([_INTRODUCTION, *parts])


def _section(title: str, *command: str) -> str:
    program = "import sys; sys.argv[0] = 'graphrag-tools'; from graphrag_tools.cli.app import main; main()"
    plain = {"COLUMNS": "88", "TERMINAL_WIDTH": "88", "NO_COLOR": "1", "TERM": "dumb", "PYTHONIOENCODING": "utf-8"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GRAPHRAG_TOOLS_")}
    shown = subprocess.run(
        [sys.executable, "-c", program, *command, "--help"],
        env={**kept, **plain},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    lines = "\n".join(line.rstrip() for line in shown.stdout.strip("\n").splitlines())
    return f"## {title}\n\n```text\n{lines.strip()}\n```\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
