"""Write the reference of commands, docs/reference/commands.md, from the commands' own --help.

python docs/commands.py            # writes it
"""

import json
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


# All of them in one process, because each would import the package anew.
_PROGRAM = """
import contextlib, io, json, sys
from graphrag_tools.cli.app import main

shown = {}
for name in sys.argv[1:]:
    sys.argv = ["graphrag-tools", *name.split(), "--help"]
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.suppress(SystemExit):
        main()
    shown[name] = out.getvalue()
print(json.dumps(shown))
"""


def page() -> str:
    names = [one.name or one.callback.__name__ for one in app.registered_commands if one.callback]
    parts = [_section(f"graphrag-tools {name}".strip(), text) for name, text in _help_of("", *names).items()]
    return "\n".join([_INTRODUCTION, *parts])


def _help_of(*commands: str) -> dict[str, str]:
    plain = {"COLUMNS": "88", "TERMINAL_WIDTH": "88", "NO_COLOR": "1", "TERM": "dumb", "PYTHONIOENCODING": "utf-8"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GRAPHRAG_TOOLS_")}
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, *commands],
        env={**kept, **plain},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    shown: dict[str, str] = json.loads(done.stdout)
    return shown


def _section(title: str, shown: str) -> str:
    lines = "\n".join(line.rstrip() for line in shown.strip("\n").splitlines())
    return f"## {title}\n\n```text\n{lines.strip()}\n```\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
