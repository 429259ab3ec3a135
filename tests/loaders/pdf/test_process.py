"""Files that are wrong: each is a clear error or a sound tree, and never the end of this process."""

import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from support.pdf_files import RawPdf, Sheet, drawn

from graphrag_tools.errors import ManualError
from graphrag_tools.loaders import load_manual
from graphrag_tools.loaders.pdf import process
from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.sections import Manual

TEXTS = ["The first page says this.", "The second page says that."]


def outline_object(title: bytes, parent: int, rest: bytes) -> bytes:
    return b"<< /Title %s /Parent %d 0 R %s >>" % (title, parent, rest)


def read_or_refused(file: Path) -> str:
    """The first words of a file, or "refused" if it is refused as a bad manual; nothing else may come of it."""
    try:
        manual = load_manual(file)
    except ManualError:
        return "refused"
    assert len({section.key for section in manual.sections}) == len(manual.sections)
    return next(item for item in build_graph(manual).items if item.blocks).blocks[0].text


def titles(manual: Manual) -> list[tuple[str, str | None]]:
    return [(section.title, section.parent) for section in manual.sections]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty; expected one with text"),
        (b"no PDF at all\n" * 50, "is damaged or no PDF; expected a PDF"),
        (b"PK\x03\x04" + bytes(500), "is damaged or no PDF; expected a PDF"),
        (b"%PDF-1.7\n%%EOF\n", "is damaged or no PDF; expected a PDF"),
    ],
)
def test_what_is_no_pdf_is_refused_with_words(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "x.pdf").write_bytes(content)
    with pytest.raises(ManualError, match=rf"x\.pdf: .*{message}"):
        load_manual(tmp_path / "x.pdf")


def test_a_truncated_file_is_refused_or_read_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = RawPdf(TEXTS).write(tmp_path / "whole.pdf").read_bytes()
    outcomes: set[str] = set()
    for share in (0.1, 0.5, 0.7, 0.9):
        (tmp_path / "cut.pdf").write_bytes(whole[: int(len(whole) * share)])
        outcomes.add(read_or_refused(tmp_path / "cut.pdf"))
    assert "refused" in outcomes
    assert outcomes <= {"refused", TEXTS[0]}


def test_a_scan_is_refused_and_text_recognition_named_as_the_remedy(tmp_path: Path) -> None:
    Image.new("RGB", (60, 80), "white").save(tmp_path / "scan.pdf")
    with pytest.raises(ManualError, match=r"1 page\(s\) without any text, 1 of them pictures.*OCR.*ocrmypdf"):
        load_manual(tmp_path / "scan.pdf")


def test_a_page_that_is_a_picture_is_reported_and_the_rest_loads(tmp_path: Path) -> None:
    Image.new("RGB", (60, 80), "white").save(tmp_path / "scan.png")

    def draw(sheet: Sheet) -> None:
        sheet.line("Text that can be read.")
        sheet.next_page()
        sheet.canvas.drawImage(str(tmp_path / "scan.png"), 40, 40)

    manual = load_manual(drawn(tmp_path / "mixed.pdf", draw))
    assert [(found.where, found.why) for found in manual.skipped] == [
        ("page 2", "a picture without text; run text recognition (OCR) to have it read")
    ]


def test_an_encrypted_file_is_refused_and_one_that_opens_without_a_password_is_read(tmp_path: Path) -> None:
    for user, name in (("secret", "locked"), ("", "open")):
        encryption = StandardEncryption(user, "owner")
        drawn(tmp_path / f"{name}.pdf", lambda sheet: sheet.line("Words."), encrypt=encryption)
    assert load_manual(tmp_path / "open.pdf").sections[0].blocks[0].text == "Words."
    with pytest.raises(ManualError, match="is encrypted; expected one that opens without a password"):
        load_manual(tmp_path / "locked.pdf")


def test_an_outline_that_runs_in_a_circle_ends(tmp_path: Path) -> None:
    def circle(pages: Sequence[int], free: int) -> tuple[int, list[bytes]]:
        root, one, two = free, free + 1, free + 2
        return root, [
            b"<< /Type /Outlines /First %d 0 R /Last %d 0 R >>" % (one, two),
            outline_object(b"(One)", root, b"/Next %d 0 R /First %d 0 R /Dest [%d 0 R /Fit]" % (two, two, pages[0])),
            outline_object(b"(Two)", root, b"/Next %d 0 R /First %d 0 R /Dest [%d 0 R /Fit]" % (one, one, pages[1])),
        ]

    manual = load_manual(RawPdf(TEXTS, circle).write(tmp_path / "circle.pdf"))
    assert [(section.title, section.blocks[0].text) for section in manual.sections] == [
        ("One", TEXTS[0]),
        ("Two", TEXTS[1]),
    ]


def test_bookmarks_to_missing_pages_are_left_out_and_named(tmp_path: Path) -> None:
    def broken(pages: Sequence[int], free: int) -> tuple[int, list[bytes]]:
        places = [b"/Dest [%d 0 R /Fit]" % pages[0], b"/Dest [999 0 R /Fit]", b"", b"/Dest [%d 0 R /Fit]" % pages[1]]
        entries = [
            outline_object(b"(Entry %d)" % at, free, place + (b" /Next %d 0 R" % (free + at + 1) if at < 4 else b""))
            for at, place in enumerate(places, start=1)
        ]
        return free, [b"<< /Type /Outlines /First %d 0 R /Last %d 0 R >>" % (free + 1, free + 4), *entries]

    manual = load_manual(RawPdf(TEXTS, broken).write(tmp_path / "broken.pdf"))
    assert [(section.title, section.page) for section in manual.sections] == [("Entry 1", 1), ("Entry 4", 2)]
    assert manual.skipped[0].why == "2 entry(ies) that lead to no page or hold nothing: 'Entry 2', 'Entry 3'"


def test_a_bookmark_without_a_place_stands_where_its_first_branch_does(tmp_path: Path) -> None:
    def nested(pages: Sequence[int], free: int) -> tuple[int, list[bytes]]:
        group, one, two = free + 1, free + 2, free + 3
        return free, [
            b"<< /Type /Outlines /First %d 0 R /Last %d 0 R >>" % (group, group),
            outline_object(b"(Group)", free, b"/First %d 0 R /Last %d 0 R" % (one, two)),
            outline_object(b"(One)", group, b"/Next %d 0 R /Dest [%d 0 R /Fit]" % (two, pages[0])),
            outline_object(b"(Two)", group, b"/Dest [%d 0 R /Fit]" % pages[1]),
        ]

    manual = load_manual(RawPdf(TEXTS, nested).write(tmp_path / "nested.pdf"))
    assert titles(manual) == [("Group", None), ("One", "section-1"), ("Two", "section-1")]
    assert [(section.page, len(section.blocks)) for section in manual.sections] == [(1, 0), (1, 1), (2, 1)]


def test_titles_lose_what_nothing_shows_and_markup_stays_text(tmp_path: Path) -> None:
    wanted = ["A\x00\x07B", "<script>alert(1)</script>", "\u202eevil\u202c", "x " * 5000, "\U0001f600 Smile"]

    def named(pages: Sequence[int], free: int) -> tuple[int, list[bytes]]:
        hexes = [b"<FEFF" + title.encode("utf-16-be").hex().encode() + b">" for title in wanted]
        entries = [
            outline_object(
                title, free, b"/Dest [%d 0 R /Fit]" % page + (b" /Next %d 0 R" % (free + at + 1) if at < 5 else b"")
            )
            for at, (title, page) in enumerate(zip(hexes, pages, strict=True), start=1)
        ]
        return free, [b"<< /Type /Outlines /First %d 0 R /Last %d 0 R >>" % (free + 1, free + 5), *entries]

    manual = load_manual(RawPdf([f"Text {at}." for at in range(5)], named).write(tmp_path / "titles.pdf"))
    found = [section.title for section in manual.sections]
    assert found[:3] == ["A B", "<script>alert(1)</script>", "evil"]
    assert len(found[3]) <= 302
    assert found[3].endswith(" …")
    assert found[4] == "\U0001f600 Smile"
    assert build_graph(manual).items[1].name == "<script>alert(1)</script>"


@pytest.mark.parametrize("page", [(0, 0), (1e7, 1e7), (0.5, 900)])
def test_pages_of_no_or_of_any_size_are_read(tmp_path: Path, page: tuple[float, float]) -> None:
    file = drawn(tmp_path / "size.pdf", lambda sheet: sheet.canvas.drawString(0, 0, "Words."), page)
    assert load_manual(file).sections[0].blocks[0].text == "Words."


def test_huge_and_tiny_type_lose_no_words(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        for words, size in (("Huge", 5000), ("Tiny words.", 0.01), ("Usual words, as many as others.", 10)):
            sheet.line(words, size=size, down=40)

    manual = load_manual(drawn(tmp_path / "type.pdf", draw))
    said = " ".join(f"{section.title} {' '.join(b.text for b in section.blocks)}" for section in manual.sections)
    assert all(words in said for words in ("Huge", "Tiny words.", "Usual words"))


def test_a_page_of_more_characters_than_are_read_says_so(tmp_path: Path) -> None:
    file = drawn(
        tmp_path / "dense.pdf", lambda sheet: [sheet.line("word " * 200, size=0.4, down=0.5) for _ in range(150)]
    )
    manual = load_manual(file)
    assert manual.skipped[-1].where == "page 1"
    assert "only its first 100000 characters were read" in manual.skipped[-1].why


def test_text_that_stands_on_its_side_or_head_is_left_out_and_a_turned_page_is_read(tmp_path: Path) -> None:
    def draw(sheet: Sheet) -> None:
        sheet.line("Upright words.")
        sheet.canvas.rotate(90)
        sheet.canvas.drawString(100, -300, "DRAFT")
        sheet.canvas.showPage()
        sheet.canvas.setPageRotation(90)
        sheet.canvas.rotate(90)
        for at, words in enumerate(("Turned words, in", "their order.")):
            sheet.canvas.drawString(40, -60 - 14 * at, words)

    manual = load_manual(drawn(tmp_path / "turned.pdf", draw))
    texts = [block.text for section in manual.sections for block in section.blocks]
    assert texts == ["Upright words.", "Turned words, in their order."]


def replace_reader(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    """Let the real process run some lines before it reads, which may change `process` and `pdfium` in it."""
    begin = ("import graphrag_tools.loaders.pdf.process as process", "from graphrag_tools.loaders.pdf import pdfium")
    monkeypatch.setattr(process, "_START", "\n".join((*begin, *lines, "process.read_to_stdout()")))


def test_a_reader_that_dies_is_an_error_that_names_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = RawPdf(TEXTS).write(tmp_path / "killer.pdf")
    # The real process ends itself as the clock would end it, after page 1 of 2.
    replace_reader(
        monkeypatch,
        "import os",
        "read = pdfium.page_of",
        f"pdfium.page_of = lambda document, number: os.kill(os.getpid(), {int(signal.SIGSEGV)}) if number == 2 "
        "else read(document, number)",
    )
    with pytest.raises(ManualError, match=rf"broke off at page 2 \(signal {int(signal.SIGSEGV)}\)"):
        load_manual(file)


def test_a_page_that_never_ends_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = RawPdf(TEXTS).write(tmp_path / "endless.pdf")
    replace_reader(
        monkeypatch,
        "process.MAX_SECONDS = 0.2",
        "def endless(document, number):",
        "    while True: pass",
        "pdfium.page_of = endless",
    )
    with pytest.raises(ManualError, match=r"broke off at page 1 \(the page takes more than"):
        load_manual(file)


def test_a_reader_that_needs_too_much_memory_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = RawPdf(TEXTS).write(tmp_path / "bomb.pdf")
    replace_reader(monkeypatch, "pdfium.page_of = lambda document, number: bytes(2 * process.MAX_MEMORY)")
    with pytest.raises(ManualError, match=r"broke off at page 1 \(exit code 1, perhaps out of memory\)"):
        load_manual(file)


def test_reading_leaves_no_process_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []

    class Watched(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Watched)
    file = RawPdf(TEXTS).write(tmp_path / "two.pdf")
    pages = process.read_pdf(file)
    next(pages)
    [child] = started
    assert child.returncode is None
    pages.close()  # type: ignore[attr-defined]
    assert child.returncode is not None


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 3_000), st.integers(0, 255)), min_size=1, max_size=40))
def test_bytes_changed_anywhere_give_a_tree_or_an_error(tmp_path: Path, changes: list[tuple[int, int]]) -> None:
    def draw(sheet: Sheet) -> None:
        for title in ("Display", "Sound"):
            sheet.canvas.bookmarkPage(title)
            sheet.canvas.addOutlineEntry(title, title)
            sheet.line(title, bold=True, size=16, down=24)
            sheet.line("Words of the section.")
            sheet.next_page()

    content = bytearray(drawn(tmp_path / "whole.pdf", draw).read_bytes())
    for at, value in changes:
        content[at % len(content)] = value
    (tmp_path / "changed.pdf").write_bytes(content)
    assert read_or_refused(tmp_path / "changed.pdf")
