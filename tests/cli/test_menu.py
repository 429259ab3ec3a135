"""The command menu: the device's own menu, an entry of it, and what is near."""

from pathlib import Path

import pytest
from support.cli_fixtures import Run

from graphrag_tools.index.build import build_index
from graphrag_tools.index.index import ManualIndex


@pytest.fixture
def folder(sample_index_for_answers: ManualIndex) -> Path:
    return sample_index_for_answers.folder


def test_menu_shows_two_levels_and_says_how_to_see_more(run: Run, folder: Path) -> None:
    lines = run("menu", "--index", folder).out.splitlines()
    assert "Settings" in lines
    assert "├── Wi-Fi  2 entries" in lines
    assert not any("Flight mode" in line for line in lines)
    assert lines[-1] == f"More: graphrag-tools menu ITEM --index {folder}, or --depth 4."


@pytest.mark.parametrize("item", ["Flight mode", "wi-fi > flight mode", "larkfield/settings/wi-fi/flight-mode"])
def test_an_entry_is_named_by_name_way_or_id_and_shown_with_who_says_so(run: Run, folder: Path, item: str) -> None:
    lines = run("menu", item, "--index", folder).out.splitlines()
    assert lines[0] == "Settings › Wi-Fi › Flight mode"
    assert lines[1].startswith("The manual: From Settings, tap Wi-Fi > Flight mode")


def test_menu_as_json_is_one_document(run: Run, folder: Path) -> None:
    (entry,) = run("menu", "Settings", "--index", folder, "--json").document
    assert (entry["name"], entry["way"]) == ("Settings", ["Settings"])
    wi_fi = next(below for below in entry["below"] if below["name"] == "Wi-Fi")
    assert {below["name"] for below in wi_fi["below"]} == {"Flight mode", "More"}


def test_an_unknown_entry_names_the_nearest(run: Run, folder: Path) -> None:
    outcome = run("menu", "Baterry", "--index", folder)
    assert (outcome.code, outcome.out) == (1, "")
    assert "the device's menu has no 'Baterry'" in outcome.err
    assert "; nearest: Settings › Battery; Settings › Battery › Battery usage." in outcome.err


def test_a_manual_without_ways_says_so(run: Run, tmp_path: Path) -> None:
    (tmp_path / "lamp.md").write_text("# Lamp\n\nTurn the wheel.\n", encoding="utf-8")
    build_index([tmp_path / "lamp.md"], tmp_path / "index", "wordllama")
    outcome = run("menu", "--index", tmp_path / "index")
    assert outcome.code == 0
    assert "does not say where anything is on the device" in outcome.out
    assert run("menu", "--index", tmp_path / "index", "--json").document == []
