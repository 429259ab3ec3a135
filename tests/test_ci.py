"""`.ci/run` ends with what its parts ended with: parts that stand in for the real ones tell, in a moment."""

import subprocess
from pathlib import Path

import pytest
from support.places import REPOSITORY

ROOT = REPOSITORY
INSTALLS = ("browser", "postgres", "node", "opensearch", "ollama", "models")
TARGETS = ("setup", "demo", "bench", "matrix", "check")


def run(folder: Path, failing: str = "") -> subprocess.CompletedProcess[str]:
    """What CI runs, in `folder`, where every part only says its name, and `failing` fails."""
    (folder / ".ci").mkdir()
    (folder / ".ci/run").write_bytes((ROOT / ".ci/run").read_bytes())
    for name in INSTALLS:
        script = folder / f".ci/install-{name}"
        script.write_text(f"#!/bin/sh\necho install-{name}\nexit {int(failing == f'install-{name}')}\n")
        script.chmod(0o755)
    rules = [f"{name}:\n\t@echo '{name}: done'; exit {int(failing == name)}\n" for name in TARGETS]
    (folder / "Makefile").write_text(f".PHONY: {' '.join(TARGETS)}\n" + "\n".join(rules))
    return subprocess.run(
        ["bash", ".ci/run"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        stdin=subprocess.DEVNULL,
    )


def test_run_in_which_all_goes_well_ends_well_and_with_the_tests(tmp_path: Path) -> None:
    ended = run(tmp_path)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.rstrip().endswith("check: done")
    for name in INSTALLS:
        assert f"install-{name}" in ended.stdout
    assert "matrix: done" in ended.stdout


@pytest.mark.parametrize("part", [*(f"install-{name}" for name in INSTALLS), *TARGETS])
def test_part_that_fails_fails_the_run(part: str, tmp_path: Path) -> None:
    assert run(tmp_path, failing=part).returncode != 0
