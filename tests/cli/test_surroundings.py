"""Where the command line runs: homes that no shell expands, and outputs whose encoding lacks characters."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.cli_fixtures import Run
from support.processes import HANG_SECONDS

from graphrag_tools import cli
from graphrag_tools.evaluation.questions import read_questions
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.loaders import load_manual
from graphrag_tools.machine.user_cache import CACHE_VARIABLE, user_cache
from graphrag_tools.prompts import Prompts

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


@pytest.mark.parametrize(
    ("arguments", "code"), [(["list"], 0), (["search", "key"], 0), (["search"], 2), (["nonsense"], 2)]
)
def test_outputs_that_are_closed_from_the_beginning_are_no_error(
    arguments: list[str], code: int, home: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = str(home / "index")
    assert run("build", str(home / "kettle.md"), "--index", index).code == 0
    monkeypatch.setattr(sys, "argv", ["graphrag-tools", *arguments, "--index", index])
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    sys.stdout.close()
    sys.stderr.close()
    assert int(ended.value.code or 0) == code


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
@pytest.mark.parametrize("arguments", [["list"], ["search", "key", "--json"]])
def test_an_output_that_is_full_is_said(
    arguments: list[str],
    home: Path,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    index = str(home / "index")
    assert run("build", str(home / "kettle.md"), "--index", index).code == 0
    monkeypatch.setattr(sys, "argv", ["graphrag-tools", *arguments, "--index", index])
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        monkeypatch.setattr(sys, "stdout", full)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        monkeypatch.undo()
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert said.count("Error: nothing more can be written") == 1
    assert "unexpected" not in said


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names of files are text there")
def test_a_file_whose_name_is_no_text_is_read(home: Path, run: Run) -> None:
    manual = home / os.fsdecode(b"Ger\xe4t.md")
    manual.write_text(MANUAL, encoding="utf-8")
    assert run("build", manual, "--index", home / "index").code == 0
    listed = run("list", "--index", home / "index")
    assert listed.code == 0
    assert "Ger�t.md" in listed.out
    assert run("build", manual, "--index", home / "index").code == 0
