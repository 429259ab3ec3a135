"""A config file that was merely found sets harmless options only, until the user names or trusts it."""

import json
from pathlib import Path

import pytest
from support.cli_fixtures import Run
from support.places import REPOSITORY

from graphrag_tools.index.index import ManualIndex

SAMPLE = REPOSITORY / "examples" / "sample_manual"
CONFIG = "graphrag-tools.toml"
QUESTION = "How do I turn on flight mode?"


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("GRAPHRAG_TOOLS_CACHE", str(tmp_path / "cache"))
    return folder


@pytest.fixture
def index(sample_index_for_answers: ManualIndex) -> Path:
    return sample_index_for_answers.folder


def config(text: str) -> None:
    Path(CONFIG).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "command", "key"),
    [
        ('base-url = "http://127.0.0.1:9/v1"', "ask", "base-url"),
        ('prompts = "prompts"', "ask", "prompts"),
        ('index = "opensearch://search.example.org:9200/manuals"', "ask", "index"),
        ('model = "openai:gpt-5"', "ask", "model"),
        ('escalate-to = "openai:gpt-5"', "ask", "escalate-to"),
        ("escalate-calls = 9", "ask", "escalate-calls"),
        ('[chat]\nremember = "chats.sqlite"', "chat", "remember"),
        ('[web]\nhost = "0.0.0.0"', "web", "host"),
        ('[web]\nallow-host = "example.org"', "web", "allow-host"),
        ('[web]\nmodel = ["none", "openai:gpt-5"]', "web", "model"),
        ('[mcp]\ntoken = "known-to-others"', "mcp", "token"),
        ('[export]\nout = "../made.mmd"', "export", "out"),
        ('[demo]\nfolder = "/made"', "demo", "folder"),
    ],
)
def test_what_sends_elsewhere_opens_or_writes_elsewhere_needs_consent(
    run: Run, index: Path, text: str, command: str, key: str
) -> None:
    config(text)
    given = [] if command == "demo" else ["--index", index]
    outcome = run(command, *([QUESTION] if command == "ask" else []), *given)
    assert (outcome.code, outcome.out) == (1, "")
    assert f"sets {key} for {command}" in outcome.err
    assert "--config" in outcome.err
    assert "graphrag-tools trust" in outcome.err


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('[build]\nembeddings = "openai:text-embedding-3-small"', "embeddings"),
        ('[build]\nembeddings = "fastembed:BAAI/bge-small-en-v1.5"', "embeddings"),
        ('[build]\ndescribe = "openai:gpt-5"', "describe"),
        ('index = "../elsewhere"', "index"),
    ],
)
def test_a_found_file_neither_builds_elsewhere_nor_with_others_models(run: Run, text: str, key: str) -> None:
    config(text)
    outcome = run("build", SAMPLE)
    assert outcome.code == 1
    assert f"sets {key} for build" in outcome.err
    assert not Path("../elsewhere").exists()


def test_harmless_options_hold_and_the_file_is_named(run: Run, index: Path) -> None:
    config(f'index = "{index}"\nmodel = "none"\ntool-mode = "none"\n[export]\nout = "made/graph.mmd"\n[search]\nk = 2')
    outcome = run("search", "light", "--json")
    assert (outcome.code, len(outcome.document)) == (0, 2)
    assert outcome.err == f"Settings from {Path(CONFIG).resolve()}.\n"
    assert run("ask", QUESTION, "--json").code == 0


@pytest.mark.parametrize("model", ["ollama:nobody-has-this", "gguf:nowhere.gguf"])
def test_a_model_that_runs_here_needs_no_consent(run: Run, index: Path, model: str) -> None:
    config(f'model = "{model}"\n[build]\nembeddings = "ollama:small"')
    assert "found in the current folder" not in run("ask", QUESTION, "--index", index).err


def test_what_another_command_would_need_consent_for_stops_no_other(run: Run, index: Path) -> None:
    config('base-url = "http://127.0.0.1:9"\n[web]\nhost = "0.0.0.0"')
    outcome = run("search", "light", "--index", index, "--json")
    assert (outcome.code, outcome.err) == (0, "")


def test_a_file_that_is_named_may_set_all(run: Run, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config(f'index = "{index}"\nbase-url = "http://127.0.0.1:9"')
    outcome = run("--config", CONFIG, "ask", QUESTION, "--json")
    assert (outcome.code, outcome.err) == (0, "")
    monkeypatch.setenv("GRAPHRAG_TOOLS_CONFIG", CONFIG)
    assert run("ask", QUESTION, "--json").code == 0


def test_a_folder_is_trusted_until_its_file_changes(run: Run, index: Path) -> None:
    config(f'index = "{index}"\nbase-url = "http://127.0.0.1:9"')
    assert run("ask", QUESTION).code == 1
    assert run("trust").code == 0
    assert run("ask", QUESTION).code == 0
    config(f'index = "{index}"\nbase-url = "http://127.0.0.1:10"')
    assert run("ask", QUESTION).code == 1


def test_where_there_is_nothing_to_trust_it_is_said(run: Run) -> None:
    outcome = run("trust")
    assert outcome.code == 1
    assert "neither a graphrag-tools.toml nor an index" in outcome.err


def test_an_index_of_others_is_trusted_by_its_folder(run: Run, foreign_index: Path) -> None:
    outcome = run("search", "light", "--index", foreign_index)
    assert outcome.code == 1
    assert f"graphrag-tools trust {foreign_index}" in outcome.err
    assert "openai:text-embedding-3-small" in run("trust", foreign_index).err
    assert "this index names the embeddings" not in run("search", "light", "--index", foreign_index).err


@pytest.fixture
def foreign_index(run: Run, here: Path) -> Path:
    """An index whose index.json names a hosted provider, as one made by somebody else may."""
    folder = here / "foreign"
    assert run("build", SAMPLE, "--index", folder, "--embeddings", "wordllama").code == 0
    written = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    written["embeddings"] |= {"name": "openai:text-embedding-3-small", "revision": None}
    del written["crc32"]
    (folder / "index.json").write_text(json.dumps(written), encoding="utf-8")
    return folder
