"""The notebook, executed as it is: what is printed is what is kept in it, and the pictures are there."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.processes import HANG_SECONDS

NOTEBOOK = Path(__file__).parent.parent / "examples" / "menu_paths.ipynb"
_EXECUTE = """
import sys, nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
nbformat.write(notebook, sys.argv[2])
"""


def outputs(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [output for cell in notebook["cells"] for output in cell.get("outputs", [])]


def printed(notebook: dict[str, Any]) -> list[str]:
    texts = [output.get("text") or output["data"]["text/plain"] for output in outputs(notebook)]
    return ["".join(text) for text in texts]


@pytest.fixture(scope="module")
def kept() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    return found


def test_executed_again_it_prints_what_is_kept(kept: dict[str, Any], tmp_path: Path) -> None:
    for package in ("nbclient", "ipykernel", "matplotlib"):
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"needs the package {package}")
    own = {"IPYTHONDIR": str(tmp_path / "ipython"), "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime")}
    command = [sys.executable, "-c", _EXECUTE, NOTEBOOK, tmp_path / "executed.ipynb"]
    ended = subprocess.run(
        command, env={**os.environ, **own}, capture_output=True, text=True, check=False, timeout=HANG_SECONDS
    )
    assert ended.returncode == 0, ended.stderr
    assert printed(json.loads((tmp_path / "executed.ipynb").read_text(encoding="utf-8"))) == printed(kept)


def test_its_pictures_are_kept_and_it_is_small(kept: dict[str, Any]) -> None:
    pictures = [output["data"]["image/png"] for output in outputs(kept) if "image/png" in output.get("data", {})]
    assert len(pictures) == 2
    assert NOTEBOOK.stat().st_size < 200_000


def test_it_keeps_no_path_of_the_machine_that_ran_it(kept: dict[str, Any]) -> None:
    assert not any("/tmp" in text or "/home" in text or "Traceback" in text for text in printed(kept))
