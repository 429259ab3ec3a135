"""What pages of DocBook and DITA take from, and name of, places elsewhere in the manual."""

from pathlib import Path

from support.page_folders import graph, load, paths


def test_chapters_of_several_elements_stand_below_the_one_that_takes_them_in(tmp_path: Path) -> None:
    book = (
        '<!DOCTYPE book [<!ENTITY pump "<application>Pump</application>"><!ENTITY first SYSTEM "first.xml">\n'
        '<!ENTITY more SYSTEM "more.xml">]><book><title>The &pump;</title>'
        "<chapter><title>Start</title><para>Look at it.</para>&first;</chapter>"
        "<chapter><title>Look after it</title><para>Each week.</para>&more;</chapter></book>"
    )
    first = "".join(f"<sect1><title>{title}</title><para>Now.</para></sect1>" for title in ("Fill it", "Plug it in"))
    more = "<sect1><title>Rinse &pump;</title><para>Cold.</para></sect1>"
    found = graph(tmp_path, {"pump.xml": book, "first.xml": first, "more.xml": more})
    assert paths(found) == [
        "The Pump",
        "The Pump > Start",
        "The Pump > Start > Fill it",
        "The Pump > Start > Plug it in",
        "The Pump > Look after it",
        "The Pump > Look after it > Rinse Pump",
    ]


def test_links_show_the_title_or_term_that_they_name_and_lead_to_any_place(tmp_path: Path) -> None:
    menus = (
        '<section xml:id="menus"><title xml:id="menus.title">Menus</title><variablelist><varlistentry xml:id="open">'
        '<term xml:id="open.title"><guimenuitem>Open...</guimenuitem> <keycombo><keycap>C</keycap><keycap>O'
        "</keycap></keycombo></term><listitem><para>Opens it.</para></listitem></varlistentry></variablelist></section>"
    )
    use = (
        '<section><title>Use</title><para>Choose <link linkend="open" endterm="open.title"/>; see the '
        '<link linkend="menus" endterm="menus.title"></link> chapter and <xref linkend="open"/>.</para></section>'
    )
    found = graph(tmp_path, {"menus.xml": menus, "use.xml": use})
    assert found.item("m/use").blocks[0].text == "Choose Open...; see the Menus chapter and Open...."
    assert not found.unresolved
    assert [item.name for item in found.see_also("m/use")] == ["Menus"]
    assert [item.name for item in found.items if item.kind == "option"] == ["Open... C+O"]


def test_topics_of_dita_called_xml_take_in_pieces_and_link_to_places_within_topics(tmp_path: Path) -> None:
    kind = '<!DOCTYPE concept PUBLIC "-//OASIS//DTD DITA Concept//EN" "concept.dtd">\n'
    files = {
        "pump.ditamap": '<map><topicref href="use.xml"/><topicref href="words.xml"/></map>',
        "words.xml": f'{kind}<concept id="words"><title>Words</title><conbody><p id="hot">It is hot.</p>'
        '<dl><dlentry id="head"><dt>Head</dt><dd>How high.</dd></dlentry></dl></conbody></concept>',
        "use.xml": f'{kind}<concept id="use"><title>Use</title><conbody><p conref="words.xml#words/hot"/>'
        '<p>Set the <xref href="words.xml#words/head"/>.</p></conbody></concept>',
    }
    manual = load(tmp_path, files)
    assert [block.text for block in manual.sections[0].blocks] == ["It is hot.", "Set the Head."]
    found = graph(tmp_path, files)
    assert not found.unresolved
    assert [item.name for item in found.see_also("m/use")] == ["Words"]
