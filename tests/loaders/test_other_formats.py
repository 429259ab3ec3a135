"""AsciiDoc, Mallard and DocBook, as files and folders."""

from pathlib import Path

import pytest
from support.page_folders import graph, paths, shape

from graphrag_tools.errors import ManualError
from graphrag_tools.loaders import load_manual


def test_asciidoc_keeps_headings_lists_notes_code_and_ways(tmp_path: Path) -> None:
    page = (
        "= The pump\n:product: Pump\n:toc:\n\n// unseen\n\n== Start\n\n"
        "Choose menu:Flow[Speed > Slow] on the {product}.\n\n"
        ". Open the *valve*:\n* Left: cold.\n. Wait.\n+\n----\npump --on\n  pump --off\n----\n. Close it.\n\n"
        "WARNING: It is hot.\n\n[NOTE]\n====\nSee <<stop,the end>>.\n====\n\n"
        "|===\n|Light |Meaning\n\n|Red |Empty\n|===\n\nSlow:: Drips.\n\n[#stop]\n=== Stop\n\n"
        "Press btn:[Off]. xref:hose.adoc[Hose]\n"
    )
    found = graph(
        tmp_path, {"pump.adoc": page, "hose.adoc": "= Hose\n\ninclude::_say.adoc[]\n", "_say.adoc": "Long.\n"}
    )
    assert paths(found) == ["Hose", "The pump", "The pump > Start", "The pump > Start > Stop"]
    assert shape(found, "m/the-pump/start") == [
        ("paragraph", 0, "Choose Flow > Speed > Slow on the Pump."),
        ("step", 0, "Open the valve:"),
        ("option", 1, "Left: cold."),
        ("step", 0, "Wait."),
        ("code", 1, "pump --on\n  pump --off"),
        ("step", 0, "Close it."),
        ("warning", 0, "It is hot."),
        ("note", 0, "See the end."),
        ("table", 0, "Light | Meaning"),
        ("table", 0, "Red | Empty"),
        ("option", 0, "Slow: Drips."),
    ]
    assert found.item("m/the-pump/start").taps == ("Flow", "Speed", "Slow")
    assert [one.name for one in found.see_also("m/the-pump/start/stop")] == ["Hose"]
    assert shape(found, "m/hose") == [("paragraph", 0, "Long.")]


@pytest.mark.timeout(60)
def test_asciidoc_with_thousands_of_blank_lines_in_a_list_is_read(tmp_path: Path) -> None:
    page = f"= Lamp\n\n* One{chr(10) * 40_000}* Two footnote:[A footnote:[b] c]\n"
    found = graph(tmp_path, {"lamp.adoc": page})
    assert [text for _, _, text in shape(found, "m/lamp")] == ["One", "Two footnote:[A (b) c]"]


def test_asciidoc_has_no_roles_of_myst(tmp_path: Path) -> None:
    found = graph(tmp_path, {"pump.adoc": "= Pump\n\nSet {mode}`slow` here.\n\n(stop)=\n"})
    assert [text for _, _, text in shape(found, "m/pump")] == ["Set {mode}slow here.", "(stop)="]


def test_asciidoc_keeps_all_that_stands_below_a_term(tmp_path: Path) -> None:
    page = (
        "= The pump\n\nLow:: drips\nslowly.\nHigh::\n\nIt runs fast\nand is loud.\nModes::\n\n* One\n* Two\n\n"
        "Reset::\n----\npump --reset\n----\n\nEmpty::\n\n== Next\n\nText.\n"
    )
    found = graph(tmp_path, {"pump.adoc": page})
    assert shape(found, "m/the-pump") == [
        ("option", 0, "Low: drips slowly."),
        ("option", 0, "High: It runs fast and is loud."),
        ("paragraph", 0, "Modes:"),
        ("paragraph", 0, "One"),
        ("paragraph", 0, "Two"),
        ("paragraph", 0, "Reset:"),
        ("code", 0, "pump --reset"),
        ("paragraph", 0, "Empty:"),
    ]
    assert shape(found, "m/the-pump/next") == [("paragraph", 0, "Text.")]


def test_asciidoc_breaks_lines_where_it_says_so(tmp_path: Path) -> None:
    page = (
        "= The pump\n\nTurn it on. +\nIt hums.\n\nFor the rest, +\nread on.\n\n"
        "* *Stop:* +\nEnds it. +\nAt once.\n* *Go* +\nStarts it.\n\n"
        "|=====\n|K |M\n\n|a +\nb |c\n|=====\n\n----\nx = 1 +\ny\n----\n\n"
        "[quote, 'https://a.org[Me]']\n____\nWise.\n____\n"
    )
    found = graph(tmp_path, {"pump.adoc": page})
    assert shape(found, "m/the-pump") == [
        ("paragraph", 0, "Turn it on."),
        ("paragraph", 0, "It hums."),
        ("paragraph", 0, "For the rest, read on."),
        ("option", 0, "Stop: Ends it."),
        ("paragraph", 1, "At once."),
        ("option", 0, "Go: Starts it."),
        ("table", 0, "K | M"),
        ("table", 0, "a; b | c"),
        ("code", 0, "x = 1 +\ny"),
        ("paragraph", 0, "Wise."),
    ]


def test_mallard_pages_are_below_their_guide(tmp_path: Path) -> None:
    start = '<page xmlns="http://projectmallard.org/1.0/" id="index"><title>Pump help</title><p>Hello.</p></page>'
    page = (
        '<page xmlns="http://projectmallard.org/1.0/" id="flow"><info><link type="guide" xref="index#use"/>'
        "<desc>x</desc></info>"
        "<title>Flow</title><note style='warning'><p>Hot.</p></note><steps><item><p>Open <guiseq><gui>Menu</gui>"
        "<gui>Speed</gui></guiseq>.</p></item><item><p>Press <key>F1</key>.</p></item></steps>"
        '<screen>a\n  b</screen><section id="s"><title>Slow</title><p>'
        'See <link xref="index">the start</link>.</p></section></page>'
    )
    found = graph(tmp_path, {"index.page": start, "flow.page": page})
    assert paths(found) == ["Pump help", "Pump help > Flow", "Pump help > Flow > Slow"]
    assert shape(found, "m/pump-help/flow") == [
        ("warning", 0, "Hot."),
        ("step", 0, "Open Menu > Speed."),
        ("step", 0, "Press F1."),
        ("code", 0, "a\n  b"),
    ]
    assert found.item("m/pump-help/flow").taps == ("Menu", "Speed")
    assert [one.name for one in found.see_also("m/pump-help/flow/slow")] == ["Pump help"]


def test_docbook_opens_nothing_and_keeps_procedures(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret", encoding="utf-8")
    page = (
        f'<!DOCTYPE book [<!ENTITY leak SYSTEM "{secret}"><!ENTITY name "Pump">]><book><title>&name; &leak;</title>'
        "<chapter id='c'><title>Use</title><procedure><step><para>Choose <menuchoice><guimenu>Flow</guimenu>"
        "<guimenuitem>Slow</guimenuitem></menuchoice>.</para></step><step><para>Wait&hellip;</para></step></procedure>"
        "<variablelist><varlistentry><term>Slow</term><listitem><para>Drips.</para></listitem></varlistentry></variablelist>"
        "</chapter></book>"
    )
    found = graph(tmp_path / "man", {"a.docbook": page})
    assert paths(found) == ["Pump", "Pump > Use"]
    assert [text for _, _, text in shape(found, "m/pump/use")] == ["Choose Flow > Slow.", "Wait…", "Slow: Drips."]
    with pytest.raises(ManualError, match="no heading and no text found"):
        graph(tmp_path / "bad", {"a.page": "<page><title>x"})


def test_docbook_puts_in_what_a_page_declares_and_nests_the_files_that_it_names(tmp_path: Path) -> None:
    book = (
        '<!DOCTYPE book [<!ENTITY pump "<b>Pump</b>"><!ENTITY twice "&pump;&pump;">\n<!ENTITY care-chapter SYSTEM '
        '"care.docbook">]><book id="book"><title>The &pump; &twice; Handbook</title>&care-chapter;</book>'
    )
    care = (
        '<chapter id="care"><title>Care</title><para>Turn it off, &eg; at night. See <xref linkend="clean"/>.</para>'
        "<variablelist><varlistentry><term><menuchoice><shortcut><keycombo>&Ctrl;&Alt;<keycap>O</keycap></keycombo></shortcut>"
        "<guimenu>File</guimenu><guimenuitem>Open...</guimenuitem></menuchoice></term><listitem><para>Opens.</para>"
        '</listitem></varlistentry></variablelist><sect1 id="clean"><title>Clean the filter</title><para>Rinse.</para>'
        "</sect1></chapter>"
    )
    found = graph(tmp_path, {"index.docbook": book, "care.docbook": care})
    top = "The Pump PumpPump Handbook"
    assert paths(found) == [top, f"{top} > Care", f"{top} > Care > Clean the filter"]
    assert [text for _, _, text in shape(found, "m/the-pump-pumppump-handbook/care")] == [
        "Turn it off, e.g. at night. See Clean the filter.",
        "File > Open... (Ctrl+Alt+O): Opens.",
    ]


def test_the_parts_of_a_docbook_book_hold_the_files_that_they_include_and_its_data_name_it(tmp_path: Path) -> None:
    book = (
        '<book xmlns:xi="http://www.w3.org/2001/XInclude">'
        "<bookinfo><title>Pump book</title><author>Ann</author></bookinfo>"
        '<xi:include href="start.docbook"/>'
        '<part id="p1"><title>At home</title><xi:include href="fill.docbook"/></part>'
        '<part id="p2"><title>In the <emphasis>workshop</emphasis></title><xi:include href="mend.docbook"/></part>'
        "</book>"
    )
    chapters = {
        f"{name}.docbook": f"<chapter><title>{name.capitalize()}</title><para>Do it.</para></chapter>"
        for name in ("start", "fill", "mend")
    }
    found = graph(tmp_path, {"index.docbook": book, **chapters})
    assert paths(found) == [
        "Pump book",
        "Pump book > Start",
        "Pump book > At home",
        "Pump book > At home > Fill",
        "Pump book > In the workshop",
        "Pump book > In the workshop > Mend",
    ]


def test_a_link_of_mallard_without_words_shows_the_title_of_its_page(tmp_path: Path) -> None:
    pages = {
        "index.page": '<page id="index"><info><title type="text">x</title></info><title>Help</title><p>See <link '
        'xref="hose"/> and <link xref="hose#long"/>.</p></page>',
        "hose.page": '<page id="hose"><title>The <em>hose</em></title><section id="long"><title>Long ones</title>'
        "<p>Coil it.</p></section></page>",
    }
    assert [text for _, _, text in shape(graph(tmp_path, pages), "m/help")] == ["See The hose and Long ones."]


def test_asciidoc_leaves_no_marks_of_type_in_the_text(tmp_path: Path) -> None:
    page = (
        "= Pump\n\nThe 2^nd^ *set_low* and **far **off, spindle.__N__.on, ``Low water'' or _fast_ H~2~O.\n\n"
        "<<<<<\n\n*-p, --part [Even]*:: Which of <<part,the <first> part>>.\n\nJOG_{axis} and 5 * 6 * 7.\n"
    )
    found = graph(tmp_path, {"pump.adoc": page})
    assert [text for _, _, text in shape(found, "m/pump")] == [
        "The 2nd set_low and far off, spindle.N.on, “Low water” or fast H2O.",
        "-p, --part [Even]: Which of the <first> part.",
        "JOG_{axis} and 5 * 6 * 7.",
    ]


def test_dita_keeps_steps_choices_notes_terms_and_ways(tmp_path: Path) -> None:
    task = (
        '<!DOCTYPE task PUBLIC "-//OASIS//DTD DITA Task//EN" "task.dtd"><task id="t">'
        "<title>Clean the pump</title><shortdesc>Once a week.</shortdesc><prolog><author>Ann</author></prolog>"
        "<taskbody><steps><step><cmd>Choose "
        "<menucascade><uicontrol>Flow</uicontrol><uicontrol>Off</uicontrol></menucascade>.</cmd><info>It stops.</info>"
        "</step><step><cmd>Rinse it:</cmd><choices><choice>cold</choice></choices></step></steps>"
        '<note type="caution">It is hot.</note>'
        "<dl><dlentry><dt>Red</dt><dd>Empty.</dd></dlentry></dl></taskbody></task>"
    )
    found = graph(
        tmp_path,
        {"clean.dita": task, "stop.dita": "<topic id='s'><title>Stop</title><body><p>Wait.</p></body></topic>"},
    )
    assert paths(found) == ["Clean the pump", "Stop"]
    assert shape(found, "m/clean-the-pump") == [
        ("paragraph", 0, "Once a week."),
        ("step", 0, "Choose Flow > Off."),
        ("paragraph", 1, "It stops."),
        ("step", 0, "Rinse it:"),
        ("option", 1, "cold"),
        ("warning", 0, "It is hot."),
        ("option", 0, "Red: Empty."),
    ]


def test_mallard_topics_stand_under_the_part_of_the_guide_that_they_name(tmp_path: Path) -> None:
    index = (
        '<page id="index"><title>Help</title><section id="use"><title>Use</title></section>'
        '<section id="care"><title>Care</title></section></page>'
    )
    hose = (
        '<page id="hose"><info><link type="guide" xref="index#care"/><link type="seealso" xref="flow"/></info>'
        "<title>Pump</title><subtitle>The hose</subtitle><steps><title>To clean it:</title>"
        '<item><p>Press the <media type="image" src="x.svg"><span>Open</span></media> button.</p></item></steps></page>'
    )
    flow = (
        '<page id="flow"><info><link type="guide" xref="index#use"/></info><title>Pump</title>'
        "<subtitle>The flow</subtitle><p>Turn it.</p></page>"
    )
    found = graph(tmp_path, {"index.page": index, "hose.page": hose, "flow.page": flow})
    assert paths(found) == [
        "Help",
        "Help > Use",
        "Help > Use > Pump: The flow",
        "Help > Care",
        "Help > Care > Pump: The hose",
    ]
    hose_item = "m/help/care/pump-the-hose"
    assert [text for _, _, text in shape(found, hose_item)] == ["To clean it:", "Press the Open button.", "Pump"]
    assert [item.name for item in found.see_also(hose_item)] == ["Pump: The flow"]


def test_docbook_command_pages_have_their_names_and_quoted_words_are_no_paragraphs(tmp_path: Path) -> None:
    page = (
        "<refentry><refmeta><refentrytitle><command>pumpctl</command></refentrytitle><manvolnum>1</manvolnum></refmeta>"
        "<refsect1><title>Use</title><para>A line is <quote>open</quote> or <quote>shut</quote>.</para>"
        "<variablelist><varlistentry><term><menuchoice><shortcut><keycombo><keycap>Ctrl</keycap><keycap>P</keycap>"
        "</keycombo></shortcut><guimenu>File</guimenu><guimenuitem>Print</guimenuitem></menuchoice></term>"
        "<listitem><para>Prints it.</para></listitem></varlistentry></variablelist></refsect1></refentry>"
    )
    found = graph(
        tmp_path,
        {"a.docbook": page, "b.docbook": "<article><info><title>Pump</title></info><para>Hm.</para></article>"},
    )
    assert paths(found)[:3] == ["pumpctl", "pumpctl > Use", "Pump"]
    item = "m/pumpctl/use"
    assert shape(found, item)[0] == ("paragraph", 0, "A line is “open” or “shut”.")
    assert found.item(item).taps == ("File", "Print")


def test_docbook_is_known_in_files_called_xml_and_other_xml_is_not_read(tmp_path: Path) -> None:
    book = (
        '<?xml version="1.0"?>\n<!-- <pom> -->\n<!DOCTYPE book SYSTEM "dtd/own.dtd" [<!ENTITY care SYSTEM "care.xml">\n'
        '<!ENTITY end SYSTEM "end.xml">]>\n<book><title>Pump</title>&care; &end;</book>'
    )
    files = {
        "a.xml": book,
        "care.xml": "<chapter><title>Care</title><para>Rinse it.</para></chapter>",
        "end.xml": "<chapter><title>End</title><sect1><title>Empty it</title><para>Tilt it.</para></sect1></chapter>",
        "pom.xml": "<project><title>Pump</title><section/></project>",
        "feed.xml": "<section><name>No title</name></section>",
    }
    found = graph(tmp_path / "man", files)
    assert paths(found) == ["Pump", "Pump > Care", "Pump > End", "Pump > End > Empty it"]
    skipped = load_manual(tmp_path / "man", "m").skipped
    assert any("2 .xml" in one.why for one in skipped)
    care = load_manual(tmp_path / "man" / "care.xml", "m")
    assert [section.title for section in care.sections] == ["Care"]
    with pytest.raises(ManualError, match="other XML is not read"):
        load_manual(tmp_path / "man" / "pom.xml", "m")


def test_questions_and_terms_of_docbook_are_titles_of_what_answers_them(tmp_path: Path) -> None:
    page = (
        "<article><title>Pump</title><qandaset><qandaentry><question><para>Why is it <emphasis>loud</emphasis>?</para>"
        "</question><answer><para>It is dry.</para></answer></qandaentry></qandaset><glossary><title>Words</title>"
        "<glossentry><glossterm>Head</glossterm><glossdef><para>How high it lifts.</para></glossdef></glossentry>"
        "</glossary></article>"
    )
    found = graph(tmp_path / "man", {"a.xml": page})
    assert paths(found) == ["Pump", "Pump > Why is it loud?", "Pump > Words", "Pump > Words > Head"]
    assert shape(found, "m/pump/why-is-it-loud") == [("paragraph", 0, "It is dry.")]
    assert shape(found, "m/pump/words/head") == [("paragraph", 0, "How high it lifts.")]


def test_links_show_titles_as_they_are_written(tmp_path: Path) -> None:
    index = '<page id="index"><title>Help</title><p>See <link xref="keys"/>.</p></page>'
    keys = '<page id="keys"><title><app>Torno</app>\'s <key>Alt</key><key>F4</key></title><p>Press both.</p></page>'
    found = graph(tmp_path, {"index.page": index, "keys.page": keys})
    assert [text for _, _, text in shape(found, "m/help")][:1] == ["See Torno's Alt F4."]
