from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphrag_tools.loaders.html.blocks import html_blocks
from graphrag_tools.manual.sections import Block, Link
from graphrag_tools.text.normalise import tidy


def unspaced(text: str) -> str:
    return "".join(text.split())


def shape(html: str, title: str = "") -> list[tuple[str, int, str]]:
    return [(block.kind, block.depth, block.text) for block in html_blocks(html, title)]


def test_a_lead_in_step_keeps_its_options_and_sub_options() -> None:
    html = """<ol><li>From <b>Camera</b>, tap <b>Settings</b> for options:
        <ul><li><b>Save</b>: Save it.<ul><li><b>Raw</b>: Save raw.</li></ul></li>
        <li><b>Size</b>: Choose.<p>A card is needed.</p></li></ul></li><li>Tap <b>OK</b> .</li></ol>"""
    blocks = html_blocks(html)
    assert [(block.kind, block.depth, block.name, block.text) for block in blocks] == [
        ("step", 0, "", "From Camera, tap Settings for options:"),
        ("option", 1, "Save", "Save: Save it."),
        ("option", 2, "Raw", "Raw: Save raw."),
        ("option", 1, "Size", "Size: Choose."),
        ("paragraph", 2, "", "A card is needed."),
        ("step", 0, "", "Tap OK."),
    ]
    assert blocks[0].emphasis == ("Camera", "Settings")


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<ul><li>Only one.</li></ul>", [("step", 0, "Only one.")]),
        ("<ul><li>One.</li><li>Two.</li></ul>", [("paragraph", 0, "One."), ("paragraph", 0, "Two.")]),
        ("<ol><li>Choose:<ul><li>Red</li></ul></li></ol>", [("step", 0, "Choose:"), ("option", 1, "Red")]),
        ("<ol><li>You get<ul><li>Red</li></ul></li></ol>", [("step", 0, "You get"), ("paragraph", 1, "Red")]),
        ("<b>Pictures</b>", [("heading", 0, "Pictures")]),
        ("<p><b>Pictures</b> are fine.</p>", [("paragraph", 0, "Pictures are fine.")]),
        ("<h2>Part</h2>text", [("heading", 0, "Part"), ("paragraph", 0, "text")]),
        ("a<br>b", [("paragraph", 0, "a"), ("paragraph", 0, "b")]),
        ("<script>x</script><style>y</style><!-- z -->", []),
        ("<p>one < two &amp; &#8217;three</p>", [("paragraph", 0, "one < two & ’three")]),
        ("<li>stray</li>", [("paragraph", 0, "stray")]),
        ("", []),
        ("\N{ZERO WIDTH NO-BREAK SPACE}", []),
    ],
)
def test_markup_decides_the_kind_of_a_block(html: str, expected: list[tuple[str, int, str]]) -> None:
    assert shape(html) == expected


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        ('<div class="note-box">Read this.</div>', "note"),
        ('<table class="tip"><tr><td>icon</td></tr></table>', "note"),
        ("<blockquote>Read this.</blockquote>", "note"),
        ("<blockquote><p><strong>Warning:</strong> Hot.</p></blockquote>", "warning"),
        ('<p class="caution">Hot.</p>', "warning"),
        ("<p>NOTE Some apps differ.</p>", "note"),
        ('<div class="footnotes">Read this.</div>', "paragraph"),
    ],
)
def test_boxes_and_labels_make_notes_and_warnings(html: str, kind: str) -> None:
    assert [block.kind for block in html_blocks(html)] == [kind]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<div role="note">Read this.</div>', [("note", 0, "Read this.")]),
        ('<div class="callout callout-danger">Hot.</div>', [("warning", 0, "Hot.")]),
        (
            '<div class="admonition warning"><p class="admonition-title">Warning</p><p>Hot.</p><p>Wait.</p></div>',
            [("warning", 0, "Warning: Hot."), ("warning", 0, "Wait.")],
        ),
        ('<div class="note"><p>Note</p></div>', [("note", 0, "Note")]),
        ("<blockquote><b>Tip:</b><p>Tap.</p></blockquote>", [("note", 0, "Tip: Tap.")]),
    ],
)
def test_the_label_of_a_note_joins_its_text(html: str, expected: list[tuple[str, int, str]]) -> None:
    assert shape(html) == expected


def test_definitions_are_options_under_their_step() -> None:
    html = """<ol><li>Choose:<dl><dt>Light:</dt><dd>Set <b>level</b>.<p>More.</p></dd><dt>A<dt>B<dd>Both.</dl></ol>
        <dl><dt>How?</dt><dd>So.</dd><dt>Alone</dt></dl>"""
    blocks = html_blocks(html)
    assert [(block.kind, block.depth, block.name, block.text) for block in blocks] == [
        ("step", 0, "", "Choose:"),
        ("option", 1, "Light", "Light: Set level."),
        ("paragraph", 2, "", "More."),
        ("option", 1, "A, B", "A, B: Both."),
        ("heading", 0, "", "How?"),
        ("paragraph", 0, "", "So."),
        ("heading", 0, "", "Alone"),
    ]
    assert blocks[1].emphasis == ("Light", "level")


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<ol><li>Tap <img alt="More options">.</ol>', ["Tap More options."]),
        ('<ol><li>Tap <img alt="More"> <b>More options</b></ol>', ["Tap More options"]),
        ('<ol><li>Tap <b>More</b> <img alt="more">.</ol>', ["Tap More."]),
        ('<ol><li>Tap <img alt="icon"><img alt="a-b.png"><img> here.</ol>', ["Tap here."]),
        ('<ol><li>Dreh um. <img alt="Screenshot"><img alt="Bild 2"><img alt="Captura de pantalla"></ol>', ["Dreh um."]),
        ('<p>Seen: <img alt="A cat"></p>', ["Seen:"]),
        ('<ol><li>Tap <img alt="A grey box&#xA;&#xA;Automatisch generierte Beschreibung"> here.</ol>', ["Tap here."]),
        ('<ol><li>Tap <img alt="A grey box Description automatically generated"> here.</ol>', ["Tap here."]),
        ('<ol><li>See <a href=x>it</a> <img alt="External Link"/>.</ol>', ["See it."]),
    ],
)
def test_an_icon_is_named_in_a_step_where_nothing_beside_it_says_so(html: str, expected: list[str]) -> None:
    assert [text for _, _, text in shape(html)] == expected


def test_an_icon_that_is_called_as_its_file_has_no_name() -> None:
    html = '<ul><li><img src="a.svg" alt="ic_power_on"> Power</li><li><img src="b.svg" alt="Gear"> first</li></ul>'
    assert [text for _, _, text in shape(html)] == ["Power", "Gear first"]


def test_a_summary_heads_its_details_and_code_is_text() -> None:
    html = "<details><summary>More</summary><p>Use <code>adb</code> and <kbd>Ctrl</kbd>.</p></details>"
    assert shape(html) == [("heading", 0, "More"), ("paragraph", 0, "Use adb and Ctrl.")]


@pytest.mark.parametrize(
    ("item", "name"),
    [
        ("'Focal length' - of the small lens.", "Focal length"),
        ("“Gain”: how bright.", "Gain"),
        ('"Loop" – go on.', "Loop"),
        ("'Dark' means night.", ""),
        ("Don't - it's hot.", ""),
    ],
)
def test_a_name_in_quotes_before_what_it_does_is_that_of_an_option(item: str, name: str) -> None:
    assert [block.name for block in html_blocks(f"<ul><li>{item}</li><li>Other.</li></ul>")] == [name, ""]


@pytest.mark.parametrize("style", ["font-weight: bold;", "color:red;FONT-WEIGHT:700"])
def test_text_that_its_own_style_makes_bold_is_bold(style: str) -> None:
    html = f'Fill it.<br><br><span style="{style}">The lid<br><br></span>Open it.'
    assert shape(html) == [("paragraph", 0, "Fill it."), ("heading", 0, "The lid"), ("paragraph", 0, "Open it.")]
    plain = html.replace(style, "font-weight: normal")
    assert [kind for kind, _, _ in shape(plain)] == ["paragraph"] * 3


@pytest.mark.parametrize("markup", ['<p class="lead bold">{}</p>', '<p style="font-weight:bold">{}</p>'])
def test_a_paragraph_that_is_bold_as_a_whole_is_a_heading(markup: str) -> None:
    assert shape(markup.format("The lid") + "<p>Open it.</p>") == [
        ("heading", 0, "The lid"),
        ("paragraph", 0, "Open it."),
    ]
    assert shape('<p class="boldly">The lid</p>') == [("paragraph", 0, "The lid")]


def test_bold_words_within_bold_ones_are_part_of_them() -> None:
    option = "<ul><li><b>The <strong>lid</strong> lock</b>: keeps it shut.</li></ul>"
    blocks = html_blocks(f'{option}<p><span class="bold"><b>Care</b></span></p><p>Wipe it.</p>')
    assert [(block.kind, block.emphasis) for block in blocks] == [
        ("option", ("The lid lock",)),
        ("heading", ("Care",)),
        ("paragraph", ()),
    ]


def test_a_command_hangs_under_the_note_that_it_stands_in() -> None:
    html = '<p>Update.</p><div class="admonition note"><p>If it fails, type:</p><pre>mend</pre></div><pre>start</pre>'
    assert shape(html) == [
        ("paragraph", 0, "Update."),
        ("note", 0, "If it fails, type:"),
        ("code", 1, "mend"),
        ("code", 0, "start"),
    ]


def test_a_table_in_a_note_keeps_its_rows_and_a_note_drawn_as_one_has_none() -> None:
    rows = "<tr><th>Mode</th><th>Time</th></tr><tr><td>Low</td><td>5</td></tr>"
    expected = [("table", 1, "Mode | Time"), ("table", 1, "Low | 5")]
    note = f'<div class="note"><p>By mode:</p><table>{rows}</table></div><p>Go.</p>'
    assert shape(note) == [("note", 0, "By mode:"), *expected, ("paragraph", 0, "Go.")]
    titled = f'<div class="warning"><p class="title">Heat</p><table>{rows}</table></div>'
    assert shape(titled) == [("warning", 0, "Heat"), *expected]
    drawn = '<div class="note"><table><tr><td>Note</td><td>Wipe it.</td></tr></table></div>'
    assert shape(drawn) == [("note", 0, "Note: Wipe it.")]


@pytest.mark.parametrize(
    ("item", "kind"),
    [
        ("Press A.", "step"),
        ("Press (A).", "step"),
        ("Select 'Update'", "step"),
        ("Next choose Network", "step"),
        ("The lamp blinks while it copies all files", "step"),
        ("Lamps and lids", "paragraph"),
        ("lamp.max_level", "paragraph"),
        ("Note: hot.", "note"),
        ("Values: on, off or a number | Default: off", "paragraph"),
    ],
)
def test_a_lone_bullet_is_a_step_unless_it_is_a_mere_name(item: str, kind: str) -> None:
    assert shape(f"<ul><li>{item}</li></ul>")[0][0] == kind


def test_what_is_to_be_noted_is_no_note() -> None:
    steps = "<ol><li>Open it.</li><li>Note the number</li><li>Note that it beeps.</li></ol><p>Note the heat.</p>"
    assert [kind for kind, _, _ in shape(steps)] == ["step", "step", "note", "note"]


def test_the_first_heading_is_dropped_only_where_it_is_the_title() -> None:
    assert shape("<h1>battery</h1><p>Text.</p><h2>Battery</h2>", "Battery") == [
        ("paragraph", 0, "Text."),
        ("heading", 0, "Battery"),
    ]


def test_a_data_row_is_one_block_with_the_links_of_its_cells() -> None:
    html = '<table><tr><td><a href="u.html">Weight</a></td><td><b>157</b> g</td></tr><tr><td>alone</td></tr></table>'
    html += "<table><tr><th>Name</th><th><strong>Size</strong></th></tr></table>"
    assert html_blocks(html) == (
        Block("table", "Weight | 157 g", emphasis=("157",), links=(Link("Weight", "u.html"),)),
        Block("paragraph", "alone"),
        Block("table", "Name | Size", emphasis=("Name", "Size")),  # headers are in bold
    )


def test_links_keep_their_words_and_their_target() -> None:
    (block,) = html_blocks('<p>See <a href="b.html#x"><b>Battery</b> care</a> or <a>nothing</a>.</p>')
    assert block.links == (Link("Battery care", "b.html#x"),)


def test_a_link_or_bold_run_around_paragraphs_belongs_to_each_of_them() -> None:
    assert html_blocks('<a href="u"><p>One</p><p>Two</p></a>tail') == (
        Block("paragraph", "One", links=(Link("One", "u"),)),
        Block("paragraph", "Two", links=(Link("Two", "u"),)),
        Block("paragraph", "tail"),
    )
    assert html_blocks("<b>One<br>Two</b><p>plain</p>") == (
        Block("heading", "One", emphasis=("One",)),
        Block("heading", "Two", emphasis=("Two",)),
        Block("paragraph", "plain"),
    )


@pytest.mark.parametrize("tags", ["<div>", "<b>", "<ul><li>", "<ol><li>", "<blockquote>", "<b><div>", "<span>"])
def test_ten_thousand_levels_of_nesting_are_read(tags: str) -> None:
    assert [block.text for block in html_blocks(f"{tags * 10_000}deep")] == ["deep"]


def test_a_section_of_ten_megabytes_is_read() -> None:
    words = "word " * 2_000_000
    (block,) = html_blocks(f"<p>{words}</p>")
    assert block.text == words.strip()


def test_a_list_of_a_hundred_thousand_choices_is_read() -> None:
    blocks = html_blocks("<ol><li>Choose:<ul>" + "<li>Red</li>" * 100_000)
    assert Counter(block.kind for block in blocks) == {"step": 1, "option": 100_000}


TAGS = (
    "a b strong p div ul ol li table tr td th h1 h3 br span blockquote script style template select option svg math "
    "frameset frame plaintext textarea noscript body html head form dl dt dd img pre title iframe xmp caption col"
).split()
PIECES = st.one_of(
    st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS]),
    st.sampled_from(
        ['<p class="note">', '<a href="x.html#y">', "<table class='warning'>", "<!--", "-->", "<![CDATA[", "<"]
    ),
    st.sampled_from(["Tap ", "Note: ", "Name: what", " . ", "( x )", "\ufeff", "\N{NO-BREAK SPACE}", "&amp;", "&#0;"]),
    st.text(max_size=8),
)


def _is_tidy(text: str) -> bool:
    return text == tidy(text)


@settings(deadline=None)
@given(st.lists(PIECES, max_size=30).map("".join))
def test_any_tag_soup_gives_tidy_blocks(html: str) -> None:
    for block in html_blocks(html, "Title"):
        assert block.text
        cells = block.text.split(" | ") if block.kind == "table" else [block.text]
        lines = block.text.split("\n")
        assert all(line == line.rstrip() for line in lines) if block.kind == "code" else all(map(_is_tidy, cells))
        assert block.depth >= 0
        assert (block.kind == "option") >= bool(block.name)
        assert block.text.startswith(block.name)
        for part in (*block.emphasis, *(link.text for link in block.links)):
            assert unspaced(part) in unspaced(block.text)


WORDS = st.sampled_from("Tap Settings Battery note: open , . ( ) 5 GHz’s הגדרות 🔋".split())
TEXTS = st.lists(WORDS, min_size=1, max_size=5).map(" ".join)
OPEN_CLOSE = st.sampled_from(["p", "div", "li", "ul", "ol", "b", "td", "blockquote", "span", "section"])


@settings(deadline=None)
@given(
    st.recursive(
        TEXTS,
        lambda inner: st.builds(lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>", OPEN_CLOSE, st.lists(inner)),
        max_leaves=12,
    )
)
def test_blocks_are_made_of_the_source_words_and_of_all_of_them(html: str) -> None:
    source = html
    for tag in ("p", "div", "li", "ul", "ol", "b", "td", "blockquote", "span", "section"):
        source = source.replace(f"<{tag}>", "").replace(f"</{tag}>", "")
    found = "".join(block.text for block in html_blocks(html))
    assert unspaced(found) == unspaced(source)


def test_preformatted_text_keeps_its_lines_without_numbers_and_buttons() -> None:
    html = (
        "<ol><li>Run:<pre><button>Copy</button><code>one<br>  two\n\n</code></pre></li></ol>"
        '<table><tr><td class="linenos"><pre>1\n2</pre></td><td><pre>a\n b</pre></td></tr></table>'
        "<table><tr><td><pre>ls</pre></td><td>Lists.</td></tr></table>"
    )
    assert [(block.kind, block.depth, block.text) for block in html_blocks(html)] == [
        ("step", 0, "Run:"),
        ("code", 1, "one\n  two"),
        ("code", 0, "a\n b"),
        ("table", 0, "ls | Lists."),
    ]


def test_paragraphs_that_count_from_one_are_steps() -> None:
    html = "<p>1. Lift.</p><p>It is hot.</p><p>2) Pour.</p><h3>More</h3><p>3. of the best</p><p>1. Alone.</p>"
    assert [(block.kind, block.text) for block in html_blocks(html)] == [
        ("step", "Lift."),
        ("paragraph", "It is hot."),
        ("step", "Pour."),
        ("heading", "More"),
        ("paragraph", "3. of the best"),
        ("paragraph", "1. Alone."),
    ]


def test_a_quotation_of_nothing_but_lists_is_an_indented_list() -> None:
    html = "<blockquote><ol><li>Lift.</li><li>Pour.</li></ol></blockquote><blockquote><p>Said.</p></blockquote>"
    assert [block.kind for block in html_blocks(html)] == ["step", "step", "note"]


def test_the_title_of_a_note_is_its_label() -> None:
    html = '<div class="admonition warning"><p class="admonition-title">Steam</p><p>Hot.</p><p>Wet.</p></div>'
    assert [(block.kind, block.text) for block in html_blocks(html)] == [
        ("warning", "Steam: Hot."),
        ("warning", "Wet."),
    ]


def test_row_of_one_cell_heads_the_rows_after_it() -> None:
    html = (
        "<table><tr><th colspan=2>Doors</th></tr><tr><td>D1</td><td>Opens the front door</td></tr>"
        "<tr><td colspan=2><b>Lamps</b></td></tr><tr><td>L1</td><td>Lights the hall</td></tr></table>"
    )
    assert shape(html) == [
        ("heading", 0, "Doors"),
        ("table", 0, "D1 | Opens the front door"),
        ("heading", 0, "Lamps"),
        ("table", 0, "L1 | Lights the hall"),
    ]


def test_row_of_one_cell_that_no_row_follows_or_that_says_much_is_text() -> None:
    much = "Codes in this table are those of the second edition, which came with every door since last year."
    html = (
        f"<table><tr><td colspan=2>{much}</td></tr><tr><td>D1</td><td>Opens the front door</td></tr>"
        "<tr><td colspan=2>Ask for more.</td></tr></table><p>After it.</p>"
    )
    assert [kind for kind, _, _ in shape(html)] == ["paragraph", "table", "paragraph", "paragraph"]


def test_captions_that_only_name_a_picture_are_no_text() -> None:
    html = (
        "<figure><img src=a.png><figcaption>Front of the oven</figcaption></figure>"
        "<figure><img src=b.png><figcaption>Turn the left knob first.</figcaption></figure>"
        "<figure><pre>x\ny</pre><figcaption>A listing</figcaption></figure>"
    )
    assert shape(html) == [
        ("paragraph", 0, "Turn the left knob first."),
        ("code", 0, "x\ny"),
        ("paragraph", 0, "A listing"),
    ]


def test_cards_of_gitbook_are_links_without_the_names_of_their_files() -> None:
    html = (
        "<table data-view=cards><thead><tr><th></th><th></th><th data-hidden data-card-target></th>"
        "<th data-hidden data-card-cover></th></tr></thead><tbody><tr><td><b>Lids</b></td><td>No lid? Look here</td>"
        "<td><a href=lids.md>lids.md</a></td><td><a href=x.png>x.png</a></td></tr></tbody></table>"
    )
    words = "Lids. No lid? Look here"
    assert html_blocks(html) == (Block("paragraph", words, links=(Link(words, "lids.md"),)),)


def test_a_box_that_is_drawn_as_a_table_is_a_note_and_a_table_with_such_a_row_is_none() -> None:
    box = "<table><tr><td><b>WARNING</b></td><td>Steam is hot.</td></tr></table>"
    assert shape(box) == [("warning", 0, "WARNING: Steam is hot.")]
    table = "<table><tr><td>Warning</td><td>Red</td></tr><tr><td>Ready</td><td>Green</td></tr></table>"
    assert shape(table) == [("table", 0, "Warning | Red"), ("table", 0, "Ready | Green")]
    assert shape("<table><tr><td>Note the time</td><td>12:00</td></tr></table>")[0][0] == "table"


def test_bullets_that_word_types_into_html_are_no_text() -> None:
    html = "<p class=MsoListParagraph>·<span>&nbsp;&nbsp; </span><b>Blue</b>: cold.</p><p>5 · 3</p>"
    assert shape(html) == [("paragraph", 0, "Blue: cold."), ("paragraph", 0, "5 · 3")]
