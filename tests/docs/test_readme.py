"""The README is short, its blocks run as they stand, its links lead somewhere, and so do the pages' commands."""

import io
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.cli_fixtures import Run
from support.places import REPOSITORY

from graphrag_tools.cli import app as cli
from graphrag_tools.cli.settings import known_settings
from graphrag_tools.index.index import ManualIndex

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
PAGES = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]
WRITTEN = [page for page in PAGES if page.name != "commands.md"]
_GENERAL = {"help", "version", "config", "install-completion", "show-completion", "json"}


def blocks(language: str, text: str = README) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.S)


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what the README's blocks need of the repository."""
    shutil.copytree(REPOSITORY / "examples" / "sample_manual", tmp_path / "examples" / "sample_manual")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_readme_is_short() -> None:
    assert len(README.splitlines()) <= 120


def test_shell_block_of_the_readme_runs(clone: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    (block,) = blocks("sh")
    lines = [shlex.split(line) for line in block.splitlines()]
    assert len(lines) == 4
    shown = []
    for program, *arguments in lines:
        assert program == "graphrag-tools"
        monkeypatch.setattr("sys.stdin", io.StringIO(""))
        outcome = run(*arguments)
        assert outcome.code == 0, outcome.err
        shown.append(outcome.out)
    assert "✓ Settings › Wi-Fi › Flight mode" in shown[1]
    assert "From Settings, tap Wi-Fi > Flight mode, and then turn on the switch." in shown[1]
    assert "Wi-Fi" in shown[2]


def test_python_block_of_the_readme_runs(
    sample_index_for_answers: ManualIndex, clone: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(sample_index_for_answers.folder, clone / "my-index")
    (block,) = blocks("python")
    assert len([line for line in block.splitlines() if line]) <= 8
    exec(compile(block, "README.md", "exec"), {})
    shown = capsys.readouterr().out
    assert shown.startswith("answered ('Settings', 'Wi-Fi', 'Flight mode')\n")
    assert shown.endswith("['search_manual', 'get_menu_path', 'describe_menu_item']\n")


def test_every_link_to_a_file_leads_to_one() -> None:
    for page in WRITTEN:
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
            if not re.match(r"[a-z]+:|#", target):
                assert (page.parent / target.partition("#")[0]).exists(), (page.name, target)


def commands() -> Iterator[tuple[str, list[str]]]:
    """Yield the commands of all pages' blocks, each with the page; after a backslash it goes on in the next line."""
    for page in WRITTEN:
        text = page.read_text(encoding="utf-8").replace("\\\n", " ")
        for line in text.splitlines():
            if found := re.match(r"    (?:\$ )?graphrag-tools (.*)$", line):
                yield page.name, shlex.split(found[1].partition("  #")[0])


def test_every_command_of_the_pages_is_one_with_options_that_it_has() -> None:
    known = known_settings(cli.app).tables
    found = list(commands())
    assert len(found) >= 30
    for page, words in found:
        name = next((word for word in words if word in known), None)
        assert name or any(word.startswith("--") for word in words), (page, words)
        options = {word.partition("=")[0].lstrip("-") for word in words if word.startswith("--")}
        single = {name.removeprefix("no-") for name in options}
        assert single <= {*(known[name] if name else ()), *_GENERAL}, (page, words)


@pytest.mark.parametrize("page", [page for page in WRITTEN if blocks("python", page.read_text(encoding="utf-8"))])
def test_python_of_the_pages_names_what_there_is(page: Path) -> None:
    import graphrag_tools

    for block in blocks("python", page.read_text(encoding="utf-8")):
        compile(block, str(page), "exec")
        for names in re.findall(r"^from graphrag_tools import (.+)$", block, re.M):
            assert {name.strip() for name in names.split(",")} <= set(graphrag_tools.__all__)


def test_every_page_is_in_the_contents() -> None:
    contents = (REPOSITORY / "docs" / "index.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^([\w/-]+)$", contents, re.M))
    pages = {str(page.relative_to(REPOSITORY / "docs").with_suffix("")) for page in PAGES[1:]}
    assert pages - {"index"} <= listed
