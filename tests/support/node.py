"""Node.js and the npm packages that .ci/install-node installs, for clients that are written in JavaScript."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support.missing import missing
from support.processes import HANG_SECONDS

_SCRIPTS = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Node:
    program: str
    packages: Path

    def run(self, script: str, *arguments: str) -> dict[str, Any]:
        """Run a script of this folder and return what it prints as JSON."""
        done = subprocess.run(
            [self.program, str(_SCRIPTS / script), *arguments],
            # Scripts that are no modules find packages so, wherever they stand.
            env={**os.environ, "NODE_PATH": str(self.packages), "NO_PROXY": "127.0.0.1"},
            capture_output=True,
            text=True,
            timeout=HANG_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        seen: dict[str, Any] = json.loads(done.stdout)
        return seen


@pytest.fixture(scope="session")
def node() -> Node:
    program = shutil.which("node")
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    packages = Path(os.environ.get("NODE_CLIENTS") or caches / "install-node") / "node_modules"
    if program is None or not packages.is_dir():
        missing("no Node.js, or no packages for it: run .ci/install-node")
    return Node(program, packages)
