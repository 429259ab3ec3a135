"""Books: their contents are the tree, whichever of the two forms it has."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from graphrag_tools.errors import ManualError
from graphrag_tools.loaders import load_manual

CONTAINER = '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>'
PAGES = {
    "text/z%20use.xhtml": '<h1>Using</h1><p>Then see <a href="care.xhtml">Care</a>'
    '<span class="link-target"> [care]</span>.</p>',
    "text/fill.xhtml": "<h1>Filling</h1><ol><li>Lift the lid.</li><li>Pour in water.</li></ol>",
    "text/care.xhtml": "<h1>Care</h1><p>Use vinegar.</p>",
}
NAV = (
    '<nav epub:type="page-list"><ol><li><a href="text/care.xhtml">9</a></li></ol></nav>'
    '<nav epub:type="toc"><h1>Contents</h1><ol><li><a href="text/z%20use.xhtml">Using</a><ol>'
    '<li><a href="text/fill.xhtml">Filling</a></li></ol></li><li><a href="text/care.xhtml">Care</a></li></ol></nav>'
)
NCX = (
    "<?xml version='1.0'?><!DOCTYPE ncx PUBLIC '-//NISO//DTD ncx 2005-1//EN' 'x'><ncx><navMap>"
    "<navPoint><navLabel><text>Using</text></navLabel><content src='text/z%20use.xhtml'/>"
    "<navPoint><navLabel><text>Filling</text></navLabel><content src='text/fill.xhtml'/></navPoint></navPoint>"
    "<navPoint><navLabel><text>Care</text></navLabel><content src='text/care.xhtml'/></navPoint></navMap></ncx>"
)


def book(file: Path, contents: str, *, package: str = "", extra: str = "", pages: Mapping[str, str] = PAGES) -> Path:
    names = {"toc.xhtml": 'properties="nav" media-type="application/xhtml+xml"'}
    if contents.startswith("<?xml"):
        names = {"toc.ncx": 'media-type="application/x-dtbncx+xml"'}
    items = "".join(
        f'<item id="i{at}" href="{name}" media-type="application/xhtml+xml"/>' for at, name in enumerate(PAGES)
    )
    items += "".join(f'<item id="toc" href="{name}" {how}/>' for name, how in names.items()) + extra
    spine = "".join(f'<itemref idref="i{at}"/>' for at in range(len(PAGES)))
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("META-INF/container.xml", CONTAINER)
        archive.writestr(
            "OPS/book.opf",
            package
            or f"<package><metadata><dc:title>Torno kettle</dc:title></metadata><manifest>{items}</manifest>"
            f"<spine>{spine}</spine></package>",
        )
        for name, body in pages.items():
            page = f'<?xml version="1.0" encoding="utf-8"?><html><head><title/></head><body>{body}</body></html>'
            archive.writestr("OPS/" + name.replace("%20", " "), page)
        archive.writestr("OPS/" + next(iter(names)), contents)
    return file


@pytest.mark.parametrize("contents", [NAV, NCX], ids=["nav", "ncx"])
def test_the_contents_of_a_book_are_its_tree(tmp_path: Path, contents: str) -> None:
    file = book(tmp_path / "kettle.epub", contents)
    manual = load_manual(file)
    titles = {section.key: section.title for section in manual.sections}
    assert manual.title == "Torno kettle"
    assert manual.source == str(file)
    assert [(section.title, titles.get(section.parent or "")) for section in manual.sections] == [
        ("Using", None),
        ("Filling", "Using"),
        ("Care", None),
    ]
    assert [block.kind for block in manual.sections[1].blocks] == ["step", "step"]
    assert manual.sections[0].blocks[0].text == "Then see Care."
    assert manual.sections[0].blocks[0].links[0].target in manual.sections[2].anchors


def test_pages_outside_of_the_book_are_not_written(tmp_path: Path) -> None:
    extra = '<item id="i0" href="../../../care.xhtml" media-type="application/xhtml+xml"/>'
    manual = load_manual(book(tmp_path / "kettle.epub", NAV, extra=extra))
    assert "Using" not in {section.title for section in manual.sections if section.blocks}
    assert not (tmp_path.parent / "care.xhtml").exists()


def test_what_is_no_book_is_refused_in_words(tmp_path: Path) -> None:
    empty = book(tmp_path / "a.epub", NAV, package="<package></package>")
    with pytest.raises(ManualError, match=r"a\.epub: its package lists no page"):
        load_manual(empty)
    other = tmp_path / "b.epub"
    other.write_bytes(b"no zip")
    with pytest.raises(ManualError, match=r"b\.epub: no EPUB that can be read"):
        load_manual(other)


def test_a_book_whose_packed_pages_are_damaged_is_refused_in_words(tmp_path: Path) -> None:
    file = tmp_path / "kettle.epub"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("META-INF/container.xml", CONTAINER * 9)
    packed = bytearray(file.read_bytes())
    start = packed.index(b"container.xml") + len("container.xml")
    for damage in (b"\xff" * 8, b"\x00" * 8):
        packed[start : start + 8] = damage
        file.write_bytes(packed)
        with pytest.raises(ManualError, match="no EPUB that can be read"):
            load_manual(file)


def test_contents_nested_without_end_are_cut(tmp_path: Path) -> None:
    point = "<navPoint><navLabel><text>Care</text></navLabel><content src='text/care.xhtml'/>"
    contents = f"<?xml version='1.0'?><ncx><navMap>{point * 5_000}</navMap></ncx>"
    manual = load_manual(book(tmp_path / "kettle.epub", contents))
    assert {"Care", "Filling", "Using"} <= {section.title for section in manual.sections}


def test_a_book_larger_than_may_be_read_is_refused_in_words(tmp_path: Path) -> None:
    file = book(tmp_path / "kettle.epub", NAV)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("OPS/film", "w") as film:
        for _ in range(520):
            film.write(bytes(2**20))
    with pytest.raises(ManualError, match=r"kettle\.epub: .*at most 500.0 MB"):
        load_manual(file)


@pytest.mark.parametrize(("name", "remedy"), [("a.rtf", "save as .docx"), ("a.zip", "unpack it"), ("a.chm", "7z x")])
def test_a_file_of_another_kind_says_what_to_do(tmp_path: Path, name: str, remedy: str) -> None:
    (tmp_path / name).write_text("Some manual")
    with pytest.raises(ManualError, match=remedy):
        load_manual(tmp_path / name)


def packed_book(file: Path, page: str, **files: bytes) -> Path:
    """Write a book of one page, of which the files that are given stand in the place of its own."""
    package = (
        f'<package><manifest><item id="p" href="{page}" media-type="text/html"/>'
        '<item id="c" href="toc.ncx" media-type="application/x-dtbncx+xml"/></manifest>'
        '<spine><itemref idref="p"/></spine></package>'
    )
    own: Mapping[str, bytes] = {
        "META-INF/container.xml": CONTAINER.encode(),
        "OPS/book.opf": package.encode(),
        "OPS/toc.ncx": NCX.encode(),
        f"OPS/{page}": b"<h1>Care</h1><p>Use vinegar.</p>",
    }
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in own.items():
            archive.writestr(name, files.get(name.rpartition(".")[2], content))
    return file


@pytest.mark.parametrize(("kind", "megabytes", "most"), [("opf", 9, 8), ("ncx", 9, 8), ("xml", 9, 8), ("bin", 65, 64)])
def test_text_of_a_small_book_that_unpacks_to_much_is_refused_whatever_it_is_called(
    tmp_path: Path, kind: str, megabytes: int, most: int
) -> None:
    file = packed_book(tmp_path / "kettle.epub", "page.bin", **{kind: b"<i/> " * (megabytes * 2**20 // 5 + 1)})
    assert file.stat().st_size < 200_000
    with pytest.raises(
        ManualError,
        match=rf"kettle\.epub: {megabytes}\.0 MB .* when unpacked; .* at most {most}\.0 MB",
    ):
        load_manual(file)


@pytest.mark.parametrize("suffix", [".epub", ".docx"])
def test_packed_file_whose_names_are_in_no_encoding_is_refused_in_words(tmp_path: Path, suffix: str) -> None:
    file = packed_book(tmp_path / "kettle.epub", "é.xhtml")
    packed = file.read_bytes()
    assert packed.count("é".encode()) == 2
    file = file.rename(file.with_suffix(suffix))
    file.write_bytes(packed.replace("é".encode(), b"\xff\xff"))
    with pytest.raises(ManualError, match=rf"kettle\{suffix}: no .*utf-8"):
        load_manual(file)


def test_parts_of_a_page_stay_below_the_heading_that_the_contents_passes_over(tmp_path: Path) -> None:
    points = "".join(
        f"<navPoint><navLabel><text>{title}</text></navLabel><content src='text/fill.xhtml#{place}'/></navPoint>"
        for title, place in (("Colour", "a"), ("Sound", "b"), ("Help", "c"))
    )
    contents = NCX.replace("src='text/fill.xhtml'/>", f"src='text/fill.xhtml'/>{points}")
    page = (
        '<h2>Filling</h2><h3>Look</h3><p>See:</p><h4 id="a">Colour</h4><p>Red.</p><h4 id="b">Sound</h4><p>Loud.</p>'
        '<h3 id="c">Help</h3><p>Ask.</p>'
    )
    file = book(tmp_path / "kettle.epub", contents, pages={**PAGES, "text/fill.xhtml": page})
    sections = load_manual(file).sections
    titles = {section.key: section.title for section in sections}
    below = {section.title: titles.get(section.parent or "") for section in sections}
    assert below == {
        "Using": None, "Filling": "Using", "Look": "Filling", "Colour": "Look", "Sound": "Look", "Help": "Filling",
        "Care": None,
    }  # fmt: skip


def test_a_folder_that_holds_nothing_but_a_book_is_that_book(tmp_path: Path) -> None:
    book(tmp_path / "kettle.epub", NAV)
    (tmp_path / "cover.jpg").write_bytes(b"x")
    manual = load_manual(tmp_path, "k")
    assert (manual.id, manual.title, len(manual.sections)) == ("k", "Torno kettle", 3)
    book(tmp_path / "lamp.epub", NAV)
    with pytest.raises(ManualError, match=r"2 of 2 pages are not read \(2 \.epub\)"):
        load_manual(tmp_path)
