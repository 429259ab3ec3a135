"""`python -m graphrag_tools` is the command line, where its program is not on the shell's path."""

import subprocess
import sys

from support.processes import HANG_SECONDS


def test_module_is_the_command_line() -> None:
    command = [sys.executable, "-m", "graphrag_tools", "--help"]
    told = subprocess.run(command, capture_output=True, text=True, check=False, timeout=HANG_SECONDS)
    assert told.returncode == 0, told.stderr
    assert "python -m graphrag_tools" in told.stdout
    assert "build" in told.stdout
