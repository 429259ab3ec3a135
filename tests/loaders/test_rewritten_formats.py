"""Word and reStructuredText: the sample manual written in them gives the same tree; what is wrong is said."""

import re
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from support.sample_rewritten import SAMPLE, write_docx, write_rst

from graphrag_tools.errors import ConfigError, ManualError
from graphrag_tools.loaders import load_manual
from graphrag_tools.machine.installing import install_extra
from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.graph import MenuGraph
from graphrag_tools.manual.sections import Block


@pytest.fixture(scope="module", params=["rst", "docx"])
def rewritten(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> MenuGraph:
    needed = {"rst": ("docutils",), "docx": ("docx", "mammoth")}[request.param]
    for package in needed:
        pytest.importorskip(package)
    file = tmp_path_factory.mktemp("rewritten") / f"larkfield.{request.param}"
    write: Callable[[Path], None] = write_rst if request.param == "rst" else write_docx
    write(file)
    return build_graph(load_manual(file))


@pytest.fixture(scope="module")
def expected() -> MenuGraph:
    return build_graph(load_manual(SAMPLE, "larkfield"))


def test_the_tree_is_that_of_the_markdown(rewritten: MenuGraph, expected: MenuGraph) -> None:
    assert [(item.id, item.kind) for item in rewritten.items] == [(item.id, item.kind) for item in expected.items]


def test_the_ways_on_the_device_are_found(rewritten: MenuGraph, expected: MenuGraph) -> None:
    same = [rewritten.item(item.id).taps == item.taps for item in expected.items]
    assert same.count(False) <= 0.02 * len(same)


def test_notes_warnings_and_bold_names_are_kept(rewritten: MenuGraph) -> None:
    blocks = [block for item in rewritten.items if item.kind == "section" for block in item.blocks]
    assert sum(block.kind == "warning" for block in blocks) == 8
    assert sum(block.kind == "note" for block in blocks) == 19
    wifi = rewritten.item("larkfield/settings/wi-fi")
    assert wifi.blocks[1].emphasis == ("Wi-Fi",)


def rst(folder: Path, text: str) -> Path:
    file = folder / "m.rst"
    file.write_text(text, encoding="utf-8")
    return file


def test_rst_opens_nothing_and_reports_what_is_wrong(tmp_path: Path) -> None:
    pytest.importorskip("docutils")
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret", encoding="utf-8")
    text = f"A\n=\n\n.. include:: {secret}\n\n.. raw:: html\n\n   <b>raw</b>\n\nText |odd|.\n"
    manual = load_manual(rst(tmp_path, text))
    assert "secret" not in str(manual.sections)
    assert "raw" not in str(manual.sections)
    assert manual.sections[0].blocks == (Block("paragraph", "Text |odd|."),)
    assert {skipped.where for skipped in manual.skipped} == {"line 4", "line 10"}


def test_rst_references_become_see_also_edges(tmp_path: Path) -> None:
    pytest.importorskip("docutils")
    graph = build_graph(
        load_manual(rst(tmp_path, "A\n=\n\nSee `B c`_ and there_.\n\n.. _there:\n\nB c\n===\n\nText.\n"))
    )
    assert graph.edges("SEE_ALSO") == [("m/a", "m/b-c")]
    assert graph.unresolved == ()


@pytest.mark.parametrize(("text", "said"), [("", "is empty"), ("..\n   only a comment\n", "no heading and no text")])
def test_an_rst_file_without_text_is_refused(tmp_path: Path, text: str, said: str) -> None:
    pytest.importorskip("docutils")
    with pytest.raises(ManualError, match=said):
        load_manual(rst(tmp_path, text))


def test_what_is_no_word_document_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("mammoth")
    file = tmp_path / "m.docx"
    file.write_bytes(b"no zip")
    with pytest.raises(ManualError, match="no Word document"):
        load_manual(file)
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "<a")
    with pytest.raises(ManualError, match="is damaged, or no Word document"):
        load_manual(file)


@pytest.mark.parametrize(("suffix", "package"), [("rst", "docutils.core"), ("docx", "mammoth")])
def test_a_missing_library_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    file = tmp_path / f"m.{suffix}"
    file.write_text("x", encoding="utf-8")
    with pytest.raises(ConfigError, match=re.escape(install_extra(suffix))):
        load_manual(file)
