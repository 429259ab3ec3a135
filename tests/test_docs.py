"""The documentation: the commands' reference is what --help says, and the pages build without a warning."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support.processes import HANG_SECONDS

DOCS = Path(__file__).parent.parent / "docs"
_OUTSIDE = re.compile(r"""<(?:script|img|link|iframe)[^>]+(?:src|href)=["']https?://|url\(["']?https?://|@import""")


def _made_by(script: Path, function: str) -> str:
    spec = importlib.util.spec_from_file_location(script.stem, script)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made: str = getattr(module, function)()
    return made


def test_reference_of_commands_is_what_help_says() -> None:
    kept = (DOCS / "reference" / "commands.md").read_text(encoding="utf-8")
    assert _made_by(DOCS / "commands.py", "page") == kept, "the help or an example changed: run python docs/commands.py"


def test_reference_has_every_command_and_option_with_an_example_of_each_command() -> None:
    from graphrag_tools.cli import app as cli
    from graphrag_tools.cli.settings import known_settings

    page = (DOCS / "reference" / "commands.md").read_text(encoding="utf-8")
    shared = page.partition("## Options for answering")[2]
    tables = known_settings(cli.app).tables
    assert len(tables) >= 18
    for name, options in tables.items():
        section = page.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
        assert f"\ngraphrag-tools {name}" in section, name
        for option in options.keys() - ({"workers"} if name == "web" else set()):  # which is there to be refused
            assert re.search(rf"`--?{option}`", section) or f"`--{option}`" in shared, (name, option)


def test_recording_is_what_the_commands_print_and_needs_nothing_from_outside(
    minilm_weights: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graphrag_tools.embeddings.minilm.is_available", lambda: True)
    kept = (DOCS / "pictures" / "recording.svg").read_text(encoding="utf-8")
    made = _made_by(DOCS / "pictures" / "recording.py", "recording")
    assert made == kept, "what the commands print changed: run python docs/pictures/recording.py"
    assert "@font-face" not in made
    for shown in ("✓", "Flight&#160;mode", "The&#160;manual&#160;does&#160;not&#160;say."):
        assert shown in made


def test_pages_build_without_a_warning_and_need_nothing_from_outside(tmp_path: Path) -> None:
    for package in ("sphinx", "furo", "myst_parser"):
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"needs the package {package}")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", DOCS, tmp_path / "site"]
    made = subprocess.run(command, capture_output=True, text=True, check=False, timeout=HANG_SECONDS)
    assert made.returncode == 0, made.stderr
    pages = list((tmp_path / "site").rglob("*.html"))
    assert len(pages) >= 14
    for file in (*pages, *(tmp_path / "site").rglob("*.css")):
        assert not _OUTSIDE.search(file.read_text(encoding="utf-8")), file


def test_every_example_that_the_pages_name_is_there() -> None:
    text = "\n".join(page.read_text(encoding="utf-8") for page in DOCS.rglob("*.md"))
    named = set(re.findall(r"`(examples/[\w.]+)`", text))
    assert len(named) >= 8
    assert not [name for name in named if not (DOCS.parent / name).is_file()]


def test_every_public_name_is_documented() -> None:
    import graphrag_tools
    from graphrag_tools import errors

    page = (DOCS / "reference" / "python.md").read_text(encoding="utf-8")
    named = {path.rpartition(".")[2] for path in re.findall(r"auto(?:class|function):: ([\w.]+)", page)}
    error_names = {name for name in graphrag_tools.__all__ if name in vars(errors)}
    assert "automodule:: graphrag_tools.errors" in page
    assert set(graphrag_tools.__all__) - error_names <= named


def test_the_config_file_that_the_pages_show_is_one(tmp_path: Path) -> None:
    from graphrag_tools.cli import app as cli
    from graphrag_tools.cli.settings import known_settings, read_config

    page = (DOCS / "how-to" / "configure.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```toml\n(.*?)```", page, re.S)
    (tmp_path / "graphrag-tools.toml").write_text(shown, encoding="utf-8")
    values = read_config(tmp_path / "graphrag-tools.toml", known_settings(cli.app))
    assert values["chat"]["model"] == "ollama:llama3.2:3b"
    assert values["build"]["embeddings"] == "ollama:nomic-embed-text"
