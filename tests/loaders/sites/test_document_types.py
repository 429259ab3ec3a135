"""Words that files beside the pages of a book in XML declare for all of them."""

from pathlib import Path

import pytest
from support.page_folders import graph, load, paths

BOOK = '<book lang="en"><title>&name; Book</title><para>Book of docbook.</para>{chapter}</book>'
CHAPTER = "<chapter id='use'><title>Use &name;</title><para>Choose &go; &amp; wait. &odd; See &far;.</para></chapter>"
OUTER = (
    '<!-- <!ENTITY name "Nothing"> -->\n<!ENTITY % button "<guibutton>Go</guibutton>">\n'
    '<!ENTITY name \'<application>&plain;</application>\'>\n<!ENTITY plain "Lamp">\n<!ENTITY plain "Late">\n'
    '<!ENTITY % more PUBLIC "-//Lamp//More" "more.ent"> %more;\n'
)
MORE = '<!ENTITY go "%button;">\n<!ENTITY far "&farther;"><!ENTITY farther "&far;"><!ENTITY amp "and">\n'


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE book SYSTEM "../types/lamp.dtd">\n',
        '<!DOCTYPE book PUBLIC "-//Lamp//Words" "lamp.dtd">\n',
        '<!DOCTYPE book PUBLIC "-//OASIS//DTD DocBook XML V4.5//EN" "http://docbook.example/docbookx.dtd" [\n'
        '<!ENTITY % lamp SYSTEM "lamp.dtd">\n%lamp;\n]>\n',
    ],
)
def test_words_of_a_document_type_of_the_manual_stand_where_they_are_named(tmp_path: Path, doctype: str) -> None:
    text = f'<?xml version="1.0"?>\n{doctype}{BOOK.format(chapter=CHAPTER)}'
    found = graph(tmp_path, {"C/book.xml": text, "types/lamp.dtd": OUTER, "types/more.ent": MORE})
    assert paths(found) == ["Lamp Book", "Lamp Book > Use Lamp"]
    [block] = found.items[-1].blocks
    assert block.text.startswith("Choose Go & wait. odd See")
    assert block.emphasis == ("Go",)


def test_words_that_grow_without_end_are_left(tmp_path: Path) -> None:
    laughs = "".join(f'<!ENTITY a{at} "{f"&a{at + 1};" * 40}">' for at in range(20)) + '<!ENTITY name "Lamp">'
    text = '<!DOCTYPE book SYSTEM "lamp.dtd">\n' + BOOK.format(chapter="<para>See &a0;.</para>")
    manual = load(tmp_path, {"book.docbook": text, "lamp.dtd": laughs})
    assert manual.sections[0].title == "Lamp Book"
    assert sum(len(block.text) for block in manual.sections[0].blocks) < 9_000


def test_the_folder_c_holds_what_others_are_translated_from(tmp_path: Path) -> None:
    files = {f"{folder}/{name}.docbook": BOOK.format(chapter="") for folder in ("C", "de", "pt") for name in ("a", "b")}
    manual = load(tmp_path, {name: text.replace("&name;", name[0]) for name, text in files.items()})
    assert [section.title for section in manual.sections] == ["C Book", "C Book"]


def test_an_entity_that_the_book_declares_has_its_words_in_the_chapters_too(tmp_path: Path) -> None:
    declared = '<!DOCTYPE book [<!ENTITY app "{name}"><!ENTITY care SYSTEM "care.docbook">]>'
    book = f"{declared}<book><title>&app;</title>&care;</book>"
    comment = '<?xml version="1.0"?>\n<!-- <!DOCTYPE chapter SYSTEM "own.dtd"> -->\n<!-- - -->\n'
    chapter = f'{comment}<chapter id="care"><title>Care of &app;</title><para>Rinse &app;.</para></chapter>'
    files = {
        f"{folder}/{file}": text.replace("{name}", name)
        for folder, name in (("one", "Pump"), ("two", "&pump;"))
        for file, text in (("index.docbook", book), ("care.docbook", chapter))
    }
    found = graph(tmp_path, files)
    assert [item.name for item in found.items if "are" in item.name] == ["Care of Pump", "Care of pump"]
    assert [block.text for item in found.items for block in item.blocks] == ["Rinse Pump.", "Rinse pump."]
