"""Word documents that unpack to too much, or take too long, are refused in words: found, limit, what to do."""

import zipfile
from pathlib import Path

import pytest

from graphrag_tools.errors import ManualError
from graphrag_tools.loaders import load_manual
from graphrag_tools.loaders.packed_file import PackedLimits
from graphrag_tools.loaders.word.docx import load_docx

docx = pytest.importorskip("docx")
pytest.importorskip("mammoth")
PARAGRAPH = b"<w:p><w:r><w:t>Tap OK.</w:t></w:r></w:p>"
END = b"<w:sectPr"


def write(file: Path, paragraphs: int, extra: dict[str, bytes] | None = None) -> Path:
    """Write a Word document that holds a paragraph so many times, and other files beside it."""
    plain = file.with_suffix(".plain")
    docx.Document().save(str(plain))
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.infolist():
            content = source.read(member)
            if member.filename == "word/document.xml":
                content = content.replace(END, PARAGRAPH * paragraphs + END, 1)
            target.writestr(member.filename, content)
        for name, content in (extra or {}).items():
            target.writestr(name, content)
    return file


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (
            PackedLimits(text_bytes=2**20),
            r"m\.docx: 1\.\d MB of text when unpacked; expected at most 1\.0 MB\. Split",
        ),
        (
            PackedLimits(all_bytes=3 * 2**20),
            r"m\.docx: 3\.\d MB when unpacked; expected at most 3\.0 MB\. Make its",
        ),
        (PackedLimits(members=10), r"m\.docx: \d\d files are packed in it; expected at most 10\. Save it anew"),
    ],
)
def test_a_document_beyond_a_limit_is_refused_before_it_is_unpacked(
    tmp_path: Path, limits: PackedLimits, message: str
) -> None:
    file = write(tmp_path / "m.docx", 30_000, {"word/media/a.png": bytes(2 * 2**20)})
    with pytest.raises(ManualError, match=message):
        load_docx(file, "m", limits)


def test_a_document_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    file = write(tmp_path / "m.docx", 5_000)
    with pytest.raises(ManualError, match=r"takes more than 0\.2 s of processor time; expected .* Split it"):
        load_docx(file, "m", PackedLimits(seconds=0.2))


def test_a_small_file_that_unpacks_to_hundreds_of_megabytes_is_refused_by_the_usual_limits(tmp_path: Path) -> None:
    file = write(tmp_path / "m.docx", 1_000_000)
    assert file.stat().st_size < 500_000
    with pytest.raises(ManualError, match=r"of text when unpacked; expected at most 16\.0 MB"):
        load_manual(file)


def test_a_document_within_the_limits_is_read(tmp_path: Path) -> None:
    [section] = load_docx(write(tmp_path / "m.docx", 3), "m").sections
    assert [block.text for block in section.blocks] == ["Tap OK."] * 3
