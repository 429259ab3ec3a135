"""Where the command line runs: homes that no shell expands, and outputs whose encoding lacks characters."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.cli_fixtures import Run
from support.processes import HANG_SECONDS

from graphrag_tools.evaluation.questions import read_questions
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.loaders import load_manual
from graphrag_tools.prompts import Prompts
from graphrag_tools.user_cache import CACHE_VARIABLE, user_cache

MANUAL = "# Kettle\n\n## Key\u2011lock \u2192 on\nHold the key for \u2265 3 seconds. \u6c34 \U0001f642\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "kettle.md").write_text(MANUAL, encoding="utf-8")
    return tmp_path


def test_home_is_expanded_wherever_a_path_is_taken(home: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    assert run("build", "pot=~/kettle.md", "--index", "~/index").code == 0
    assert (home / "index" / "index.json").is_file()
    assert run("search", "key", "--index", "~/index").code == 0
    monkeypatch.setenv("GRAPHRAG_TOOLS_INDEX", "~/index")
    assert "pot" in run("list").out
    assert ManualIndex.open("~/index").manuals[0].id == "pot"
    assert load_manual("~/kettle.md").id == "kettle"
    (home / "own").mkdir()
    Prompts("~/own")


def test_home_is_expanded_in_config_files_caches_and_questions(
    home: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("/")
    assert run("build", "pot=~/kettle.md", "--index", "~/index").code == 0
    (home / "own.toml").write_text('index = "~/index"\n', encoding="utf-8")
    assert "pot" in run("--config", "~/own.toml", "list").out
    (home / "questions.csv").write_text("question,section_path,answer\nKey?,Key-lock,3 seconds\n", encoding="utf-8")
    assert len(read_questions("~/questions.csv")) == 1
    monkeypatch.setenv(CACHE_VARIABLE, "~/cache")
    assert user_cache("abilities") == home / "cache" / "abilities"


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_no_command_dies_of_a_character_that_the_output_lacks(encoding: str, home: Path, run: Run) -> None:
    index = home / "index"
    assert run("build", str(home / "kettle.md"), "--index", str(index)).code == 0
    program = (
        "import sys, graphrag_tools.cli as cli\n"
        "for command in sys.argv[1].split('|'):\n"
        "    sys.argv = ['graphrag-tools', *command.split(), '--index', sys.argv[-1]]\n"
        "    try: cli.main()\n"
        "    except SystemExit as ended: assert not ended.code, (command, ended.code)\n"
    )
    commands = "tree|ask keys?|describe kettle/key-lock-on|export --format mermaid|search key --json"
    ended = subprocess.run(
        [sys.executable, "-c", program, commands, str(index)],
        env={**os.environ, "PYTHONIOENCODING": encoding},
        capture_output=True,
        check=False,
        timeout=HANG_SECONDS,
    )
    assert ended.returncode == 0, ended.stderr.decode("latin-1")
    written = ended.stdout.decode(encoding)
    assert json.loads(written[written.rindex("\n[") :])[0]["text"].endswith("\u2265 3 seconds. \u6c34 \U0001f642")
