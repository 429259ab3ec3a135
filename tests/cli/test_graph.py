"""The commands tree, export and build's report as a user meets them."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import pytest

from graphrag_tools.cli import app as cli
from graphrag_tools.index.index import ManualIndex

Shown = tuple[int, str, str]
Called = Callable[..., Shown]


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Called:
    """Run the command line in this process: exit code, output and errors."""

    def call(*arguments: object) -> Shown:
        monkeypatch.setattr(sys, "argv", ["graphrag-tools", *map(str, arguments)])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        captured = capsys.readouterr()
        return int(stopped.value.code or 0), captured.out, captured.err

    return call


@pytest.fixture
def folder(sample_index_for_answers: ManualIndex) -> Path:
    return sample_index_for_answers.folder


def test_tree_shows_a_manual_with_counts(called: Called, folder: Path) -> None:
    code, out, _ = called("tree", "--index", folder)
    assert code == 0
    assert out.startswith("larkfield  69 sections, 134 options\n├── Getting started  10 sections\n")
    assert "Wi-Fi  1 section, 3 options" in out
    assert "Flight mode" not in out
    assert "This is the top alone. More: graphrag-tools tree ITEM" in out
    assert "│   │   └── Flight mode" in called("tree", "--index", folder, "--depth", 4)[1]


def test_tree_of_an_item_shows_its_options_and_only_counts_those_below(called: Called, folder: Path) -> None:
    lines = called("tree", "larkfield/settings/wi-fi", "--index", folder)[1].splitlines()
    assert lines[1] == "└── Settings › Wi-Fi  1 section, 3 options"
    assert "    └── Flight mode  2 options" in lines or "    └── Flight mode" in lines
    assert len(lines) == 2 + 3 + 1


def test_tree_starts_at_an_item_with_its_menu_path(called: Called, folder: Path) -> None:
    _, out, _ = called("tree", "larkfield/settings/battery", "--index", folder, "--options")
    lines = out.splitlines()
    assert lines[1] == "└── Settings › Battery  1 section, 4 options"
    assert "    ├── Battery usage" in lines


def test_tree_says_what_it_leaves_out(called: Called, folder: Path) -> None:
    _, out, _ = called("tree", "Settings", "--index", folder, "--depth", 1, "--limit", 5)
    assert "    └── … 10 more" in out
    assert "21 more items are not shown" in out


def test_tree_as_json_is_one_document(called: Called, folder: Path) -> None:
    _, out, _ = called("tree", "Flight mode", "--index", folder, "--json")
    ((manual),) = json.loads(out)
    (item,) = manual["items"]
    assert (item["id"], item["level"]) == ("larkfield/settings/wi-fi/flight-mode", 0)
    assert item["menu_path"] == ["Settings", "Wi-Fi", "Flight mode"]


@pytest.mark.parametrize("command", ["tree", "export"])
def test_an_unknown_item_gives_near_ones_in_one_line(called: Called, folder: Path, command: str) -> None:
    code, out, err = called(command, "Baterie", "--index", folder)
    assert (code, out) == (1, "")
    assert "there is no menu item 'Baterie'. Nearest: Settings › Battery (id larkfield/settings/battery)" in err
    assert len(err.splitlines()) == 1


def test_an_ambiguous_item_lists_the_candidates(called: Called, folder: Path) -> None:
    code, _, err = called("tree", "Notifications", "--index", folder)
    assert code == 1
    assert "2 menu items are called 'Notifications'" in err
    assert "larkfield/library/sync/notifications" in err


def test_export_writes_mermaid_of_a_menu_path(called: Called, folder: Path) -> None:
    _, out, _ = called("export", "Flight mode", "--path", "--index", folder)
    assert out.splitlines()[-2:] == ["    n1 --> n0", "    n2 --> n1"]


def test_export_writes_a_file_and_says_so(called: Called, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "manual.graphml"
    code, out, err = called("export", "--format", "graphml", "--index", folder, "--out", file)
    assert (code, out) == (0, "")
    assert f"Wrote 203 items to {file}." in err
    assert len(nx.read_graphml(file)) == 203


def test_export_says_when_mermaid_has_no_room(called: Called, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphrag_tools.manual.export.MOST_ITEMS", 50)
    _, out, err = called("export", "--index", folder)
    assert "153 items are left out" in err
    assert out.count('["') == 50


def test_export_to_a_place_that_is_none_is_one_line(called: Called, folder: Path, tmp_path: Path) -> None:
    code, _, err = called("export", "--index", folder, "--out", tmp_path / "none" / "x.mmd")
    assert code == 1
    assert "cannot be written" in err


def test_export_needs_one_manual_and_tree_shows_all(called: Called, two_manuals_index: ManualIndex) -> None:
    folder = two_manuals_index.folder
    code, _, err = called("export", "--index", folder)
    assert code == 1
    assert "--manual ID" in err
    assert called("export", "--index", folder, "--manual", "lamp")[0] == 0
    out = called("tree", "--index", folder)[1]
    assert "lamp Lamp  2 sections" in out
    assert "sample-manual  69 sections" in out
    assert "sample-manual" not in called("tree", "--index", folder, "--manual", "lamp")[1]


def test_path_without_an_item_is_refused(called: Called, folder: Path) -> None:
    assert "none was given" in called("export", "--path", "--index", folder)[2]


def test_build_reports_what_it_understood(called: Called, tmp_path: Path) -> None:
    source = tmp_path / "flat.csv"
    source.write_text("path,text\n" + "".join(f"Title {at},Some text.\n" for at in range(12)), encoding="utf-8")
    _, out, _ = called("build", f"flat={source}", "--index", tmp_path / "index")
    assert "flat: No tree: all 12 sections stand side by side." in " ".join(out.split())
    assert "flat: 12 sections" in out
    assert "English: 12 paragraphs" in out
    _, out, _ = called("build", f"flat={source}", "--index", tmp_path / "index", "--json")
    (understood,) = json.loads(out)["understood"]
    assert (understood["manual"], understood["levels"], understood["blocks"]) == ("flat", 1, {"paragraph": 12})
    assert [found["kind"] for found in understood["suspicions"]] == ["no tree", "no steps"]


def test_build_names_the_language_and_the_embeddings_that_do_not_know_it(called: Called, tmp_path: Path) -> None:
    source = tmp_path / "ofen.md"
    source.write_text("# Ofen\n\n## Tür\n\nDie Tür geht nach links auf.\n", encoding="utf-8")
    build = ("build", source, "--index", tmp_path / "index", "--embeddings", "wordllama")
    out = " ".join(called(*build)[1].split())
    assert "ofen: 2 sections English: 1 paragraph" in out
    assert "does not know" not in out
    out = " ".join(called(*build, "--language", "de")[1].split())
    assert "ofen: 2 sections German: 1 paragraph" in out
    assert "ofen: wordllama does not know German" in out
    assert "language 'xy': not known" in called(*build, "--language", "xy")[2]
