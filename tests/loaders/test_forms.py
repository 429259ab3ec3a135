"""The sample manual in every form that people have: read back, it has the same tree, blocks and ways."""

from pathlib import Path

import pytest

from benchmarks.form_writers import FORMS
from benchmarks.forms import FOREIGN, read_form, sameness
from graphrag_tools.loaders import load_manual
from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.graph import MenuGraph
from graphrag_tools.manual.sample import sample_manual

_NEEDED = {"Sphinx": "docutils", "Word": "mammoth", "PDF": "pypdfium2"}


@pytest.fixture(scope="module")
def own() -> MenuGraph:
    return build_graph(load_manual(sample_manual(), "larkfield"))


@pytest.mark.parametrize("form", FORMS)
def test_a_manual_is_the_same_in_every_form(form: str, own: MenuGraph, tmp_path: Path) -> None:
    if form in _NEEDED:
        pytest.importorskip(_NEEDED[form])
    read = build_graph(read_form(form, load_manual(sample_manual(), "larkfield"), tmp_path))
    assert sameness(read, own).holds, sameness(read, own)


@pytest.mark.parametrize(("name", "language"), [("wasserkocher", "de"), ("yukidoke", "ja")])
def test_foreign_manuals_say_their_ways(name: str, language: str) -> None:
    graph = build_graph(load_manual(FOREIGN / f"{name}.md"))
    assert graph.language == language
    ways = {item.taps for item in graph.items if item.kind == "section" and item.taps}
    assert (
        ways
        == {
            "de": {("Einstellungen", "Temperatur", "Stufe"), ("Einstellungen", "Sprache")},
            "ja": {("設定", "温度", "段階"), ("設定", "言語")},
        }[language]
    )
