"""What of a section comes with the options and lines that a question asks for: short lists, answers, links."""

from dataclasses import replace

from support.answer_fixtures import quoted

from graphrag_tools.manual.sections import Block, Link

MODES = (
    Block("paragraph", "The lamp has three modes:"),
    Block("option", "Dusk: The lamp turns on when the sun sets."),
    Block("option", "Motion: The lamp turns on when somebody walks by."),
    Block("option", "Off: The lamp never turns on."),
)


def test_a_short_list_is_quoted_whole_where_words_hardly_tell_its_options_apart() -> None:
    assert quoted("light my garden for friends after the sun is gone", *MODES).blocks == MODES
    assert quoted("what does motion do", *MODES).blocks == (MODES[0], MODES[2])
    long = tuple(Block("option", f"{block.text} {'Really. ' * 30}") for block in MODES[1:])
    assert len(quoted("light my garden for friends after the sun is gone", *long).blocks) < len(long)


def test_a_line_that_leads_to_options_of_which_none_is_quoted_is_left_out() -> None:
    other = (
        Block("paragraph", "The remote has two keys:"),
        Block("option", "Up: Brighter."),
        Block("option", "Down: Darker."),
    )
    assert quoted("what does motion do", *MODES, *other).blocks == (MODES[0], MODES[2])


def test_a_word_of_the_header_does_not_tell_rows_apart() -> None:
    rows = [Block("table", f"{at} | {at}00 MHz") for at in range(30, 70)]
    header = Block("table", "Band | Frequency", emphasis=("Band", "Frequency"))
    table = (header, *rows, Block("table", "S-Band | 5 MHz"))
    assert quoted("which bands does the lamp have", *table).blocks[:3] == table[:3]
    assert quoted("which band is 3000 mhz", *table).blocks == table[:2]


def test_an_answer_is_quoted_with_its_question() -> None:
    asked = (
        Block("table", "Q: Why does the lamp blink red?"),
        Block("table", "A: The cell is empty."),
        Block("table", "Q: Where is the lamp made?"),
        Block("table", "A: In Norway."),
    )
    assert quoted("blinks red", *asked).blocks == asked[:2]
    faq = (Block("paragraph", "Why does the lamp blink red?"), Block("note", "The cell is empty."))
    assert quoted("blinks red", *faq, Block("note", "It is made in Norway."), found=[0]).blocks == faq


def test_notes_are_quoted_where_a_section_has_nothing_else() -> None:
    notes = (Block("note", "Bring a ladder."), Block("note", "Bring a lamp."))
    assert quoted("what should i bring", *notes, found=[1]).blocks == notes


def link(words: str) -> Block:
    return Block("paragraph", words, links=(Link(words, "x"),))


def test_links_that_a_line_leads_to_are_quoted() -> None:
    lead, after = Block("paragraph", "Read these two first:"), Block("paragraph", "The lamp is Norwegian.")
    links = (link("Sockets"), link("Dimmers"))
    assert quoted("what should i read first", lead, *links, after).blocks == (lead, *links, after)
    see = Block("paragraph", "See also:")
    assert quoted("where is it made", after, see, *links, after).blocks == (after, see, after)


def test_what_else_the_section_says_is_left_out_of_the_quote_and_kept() -> None:
    note = Block("note", "Wipe it with a cloth.")
    quote = quoted("what does motion do", *MODES, note, link("See the other page"))
    assert quote.left_out == (MODES[1], MODES[3], note)


def test_the_heading_of_a_group_stays_over_what_is_quoted_of_it() -> None:
    mac, windows = Block("heading", "macOS"), Block("heading", "Windows")
    volume, contrast = Block("option", "Volume: Louder.", depth=1), Block("option", "Contrast: Darker.", depth=1)
    restart = Block("paragraph", "Then restart the Mac.", depth=1)
    quote = quoted("contrast", mac, volume, restart, windows, contrast)
    assert quote.blocks == (mac, restart, windows, contrast)
    assert quote.left_out == (mac, volume)


def test_a_step_that_is_a_link_is_quoted() -> None:
    steps = (Block("step", "Open the lid."), *(replace(link(words), kind="step") for words in ("Charge it", "Next")))
    assert quoted("how do i open it", *steps).blocks == steps
