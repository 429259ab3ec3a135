"""The demo command: it works anywhere, and never over an index of one's own."""

from pathlib import Path

import pytest
from support.cli_fixtures import Run
from support.places import SAMPLE_MANUAL

from graphrag_tools.abilities.abilities import Abilities
from graphrag_tools.cli.wording import command_line
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.index.manifest import read_manifest
from graphrag_tools.manual import sample


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def earlier_demo(tmp_path: Path) -> None:
    """The index that an earlier demo would have left."""
    ManualIndex.build([f"larkfield={SAMPLE_MANUAL}"], tmp_path / ".demo" / "index").close()


def test_demo_answers_three_questions_and_says_how_they_were_asked(run: Run) -> None:
    outcome = run("demo")
    assert outcome.code == 0
    assert outcome.out.count("✓ ") == outcome.out.count("From the manual: ") == len(sample.QUESTIONS) == 3
    assert '$ graphrag-tools ask "How can I send a book from my computer?" --index .demo/index' in outcome.err
    assert read_manifest(Path(".demo/index")).manuals[0].id == "larkfield"


def test_demo_again_and_as_json(run: Run, earlier_demo: None) -> None:
    answers = run("demo", "--json").document
    assert read_manifest(Path(".demo/index")).generation == 1
    assert [answer["question"] for answer in answers] == list(sample.QUESTIONS)
    assert {answer["status"] for answer in answers} == {"answered"}


def test_an_index_that_a_variable_names_is_left_alone(
    run: Run, earlier_demo: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRAPHRAG_TOOLS_INDEX", "mine")
    assert run("demo").code == 0
    assert not Path("mine").exists()


def test_an_index_of_another_manual_is_not_replaced(run: Run) -> None:
    Path("lamp.md").write_text("# Lamp\n\nTurn the wheel.\n", encoding="utf-8")
    run("build", "mine=lamp.md", "--index", "place/index")
    outcome = run("demo", "--folder", "place")
    assert outcome.code == 1
    assert "place/index is an index of mine, which the demo would replace. Give a --folder." in outcome.err
    assert read_manifest(Path("place/index")).manuals[0].id == "mine"


def test_the_demo_runs_a_real_model(run: Run, earlier_demo: None, gguf_abilities: Abilities) -> None:
    answers = run("demo", "--model", "gguf:smollm2", "--json").document
    assert all(answer["usage"]["model_calls"] >= 1 for answer in answers)


def test_an_installation_without_the_sample_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "_PLACES", (Path("nowhere"),))
    outcome = run("demo")
    assert outcome.code == 1
    assert "nowhere: the sample manual is missing. Install graphrag-tools anew." in outcome.err


@pytest.mark.parametrize(
    ("called", "on_the_path", "printed"),
    [
        ("/venv/bin/graphrag-tools", True, "graphrag-tools chat"),
        (".venv/bin/graphrag-tools", False, ".venv/bin/graphrag-tools chat"),
        ("pytest", False, "graphrag-tools chat"),
    ],
)
def test_commands_that_are_printed_can_be_typed(
    called: str, on_the_path: bool, printed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", [called])
    monkeypatch.setattr("shutil.which", lambda name: f"/bin/{name}" if on_the_path else None)
    assert command_line("chat") == printed
