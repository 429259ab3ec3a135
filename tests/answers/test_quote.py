import csv
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from rouge_score.rouge_scorer import RougeScorer

from graphrag_tools.answers.quote import Quote, quote_for
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.graph import MenuGraph, MenuItem
from graphrag_tools.manual.sections import Block, Link, Manual, Section
from graphrag_tools.text.normalise import folded

LEAD = Block("step", "From Settings, tap Battery for the following options:")
USAGE = Block("option", "Battery usage: See how much power each activity has used.", depth=1, name="Battery usage")
SAVING = Block("option", "Power saving: Reduce background work.", depth=1, name="Power saving")
AT_TEN = Block("option", "At 10 percent: Start late.", depth=2, name="At 10 percent")
AT_TWENTY = Block("option", "At 20 percent: Start early.", depth=2, name="At 20 percent")
OTHER_LEAD = Block("step", "Tap Sort for the following options:")
AUTHOR = Block("option", "Author: Order by family name.", depth=1, name="Author")
INTRODUCTION = Block("paragraph", "Make a charge last longer.")
LAST = Block("step", "Tap Done.")
NOTE = Block("note", "Power saving dims the light.")
WARNING = Block("warning", "Do not power it under water.")


def even(_stem: str) -> float:
    return 1.0


def section(*blocks: Block, title: str = "Care") -> MenuGraph:
    return build_graph(Manual(id="m", title="M", sections=(Section("s", title, blocks),)))


def quoted(
    question: str, *blocks: Block, title: str = "Care", idf: Callable[[str], float] = even, found: Sequence[int] = ()
) -> Quote:
    graph = section(*blocks, title=title)
    return quote_for(question, graph.items[0], graph, idf, found)


def test_option_that_matches_is_quoted_with_lead_in_and_steps() -> None:
    quote = quoted("How much power was used?", INTRODUCTION, LEAD, USAGE, AUTHOR, LAST)
    assert quote.blocks == (INTRODUCTION, LEAD, USAGE, LAST)
    assert (quote.item.path, quote.section.path) == (("Care", "Battery usage"), ("Care",))
    assert quote.text == "\n".join((INTRODUCTION.text, LEAD.text, f"  - {USAGE.text}", LAST.text))


def test_the_way_to_one_option_is_not_that_to_another() -> None:
    revert = Block("option", "Revert: Reads the file again, as set in Settings > Files > Watching.", name="Revert")
    keep = Block("option", "Keep list: Writes down which files are open.", name="Keep list")
    assert quoted("Where do I write down which files are open?", revert, keep).taps == ()
    assert quoted("Where do I revert?", revert, keep).taps == ("Settings", "Files", "Watching")
    more = Block("paragraph", "See Settings > Files > Watching.", depth=1)
    bare = Block("option", "Revert: Reads the file again.", name="Revert")
    assert quoted("Where do I write down which files are open?", bare, more, keep).taps == ()
    lead = Block("paragraph", "From Files, tap More for these:")
    assert quoted("Where do I write down which files are open?", lead, revert, keep).taps == ("Files", "More")


def test_the_way_of_another_systems_tab_is_not_that_of_the_one_quoted() -> None:
    windows, mac = (Block("heading", name, emphasis=(name,)) for name in ("Windows", "Mac"))
    erase = Block("step", f"Erase the card with the tool. {'Wait a bit. ' * 60}")
    utility = Block("step", f"Open Programs > Disks. {'Wait a bit. ' * 60}")
    graph = section(windows, erase, mac, utility)
    quote = quote_for("How do I erase the card on Windows?", graph.items[0], graph, even, (1,))
    assert (quote.blocks, quote.taps) == ((windows, erase), ())


def test_the_way_that_is_quoted_comes_before_another_one_of_the_section() -> None:
    windows = Block("paragraph", f"Select View > Hidden Things. {'Look for it there. ' * 40}")
    driver = Block("paragraph", f"Start the tool and select Choices > List All. {'Wait a bit. ' * 40}")
    graph = section(windows, driver)
    assert graph.items[0].taps == ("View", "Hidden Things")
    assert quote_for("Which tool?", graph.items[0], graph, even, (1,)).taps == ("Choices", "List All")


def test_the_way_that_is_told_after_what_is_quoted_is_not_its_way() -> None:
    clock = Block("paragraph", f"The clock has to be right to a second. {'It is compared often. ' * 40}")
    other = Block("paragraph", f"For large letters go to Settings > Text. {'They are easy to read. ' * 40}")
    assert quoted("How exact is the clock?", clock, other, found=[0]).taps == ()
    assert quoted("How exact is the clock?", other, clock, found=[1]).taps == ("Settings", "Text")


def test_the_row_that_search_found_comes_with_those_that_have_the_words() -> None:
    rows = tuple(Block("table", text) for text in ("Volume | Turn it off by turning left", "Lamp | Screen (ON, OFF)"))
    many = tuple(Block("table", f"Thing {number} | Something else for the radio") for number in range(40))
    quote = quoted("turn off the light", *rows, *many, found=[1])
    assert quote.blocks == rows


def test_options_near_the_best_one_are_kept_together() -> None:
    near = Block("option", "Used power: by each device.", depth=1, name="Used power")
    quote = quoted("Which activity used much power?", LEAD, USAGE, near, AUTHOR)
    assert USAGE in quote.blocks
    assert near not in quote.blocks  # 2 of 4 words against 4 of 4
    quote = quoted("Which power used?", LEAD, USAGE, near, AUTHOR)
    assert (USAGE in quote.blocks, near in quote.blocks, AUTHOR in quote.blocks) == (True, True, False)
    assert quote.item.kind == "section"


def test_how_is_answered_by_the_only_procedure_and_not_by_a_remark_that_says_the_words_again() -> None:
    lead = Block("paragraph", "Do it in this order:")
    steps = tuple(Block("step", f"Turn screw {number}.", depth=1) for number in range(1, 4))
    long = Block("paragraph", "A scale that was moved weighs wrongly. " * 30)
    remark = Block("paragraph", "Calibrate the scale again when it was moved, and calibrate it before you sell it.")
    blocks = (lead, *steps, long, remark)
    assert quoted("How do I calibrate the scale?", *blocks, title="Calibrate", found=[5]).blocks[:4] == (lead, *steps)
    assert quoted("calibrate the scale", *blocks, title="Calibrate", found=[5]).blocks[:4] == (lead, *steps)
    assert quoted("When is the scale calibrated?", *blocks, title="Calibrate", found=[5]).blocks == (remark,)
    assert quoted("How do I calibrate the scale?", *blocks, title="Screws", found=[5]).blocks == (remark,)
    other = (Block("paragraph", "To sell it:"), Block("step", "Pack it.", depth=1))
    assert quoted("How do I calibrate the scale?", *blocks, *other, title="Calibrate", found=[5]).blocks[0] == remark


def test_rare_words_outweigh_common_ones() -> None:
    rare: Callable[[str], float] = lambda stem: 5.0 if stem == "famili" else 0.1  # noqa: E731
    question = "Which power has each activity used by family?"
    assert AUTHOR in quoted(question, LEAD, USAGE, AUTHOR, idf=rare).blocks
    assert AUTHOR not in quoted(question, LEAD, USAGE, AUTHOR).blocks


def test_all_options_where_none_matches() -> None:
    quote = quoted("zebra crossing", LEAD, USAGE, AUTHOR)
    assert quote.blocks == (LEAD, USAGE, AUTHOR)
    assert quote.item.kind == "section"


def test_notes_and_warnings() -> None:
    quote = quoted("How much power was used?", LEAD, USAGE, AUTHOR, NOTE, WARNING)
    assert NOTE not in quote.blocks
    assert WARNING in quote.blocks


def test_a_command_in_a_note_comes_with_the_note_that_says_when_to_give_it() -> None:
    first, last = Block("step", "Update it."), Block("step", "Start it.")
    note, command = Block("note", "If the update fails, type:"), Block("code", "mend --all", depth=1)
    assert quoted("How do I start?", first, note, command, NOTE, last).blocks == (first, note, command, last)


def test_sub_options_come_with_their_option() -> None:
    quote = quoted("How do I reduce background work?", LEAD, USAGE, SAVING, AT_TEN, AT_TWENTY, AUTHOR)
    assert quote.blocks == (LEAD, SAVING, AT_TEN, AT_TWENTY)


def test_sub_option_comes_with_the_option_above_and_no_sister() -> None:
    quote = quoted("Should it start late?", LEAD, USAGE, SAVING, AT_TEN, AT_TWENTY)
    assert quote.blocks == (LEAD, SAVING, AT_TEN)
    assert quote.item.name == "At 10 percent"


def test_lead_in_without_a_chosen_option_is_dropped() -> None:
    quote = quoted("Order by the family name", LEAD, USAGE, OTHER_LEAD, AUTHOR, LAST)
    assert quote.blocks == (OTHER_LEAD, AUTHOR, LAST)


def test_heading_of_a_group_comes_only_with_an_option_of_it() -> None:
    books, device = Block("heading", "Books"), Block("heading", "Device")
    author, usage = (Block("option", block.text, name=block.name) for block in (AUTHOR, USAGE))
    assert quoted("Order by the family name", books, author, device, usage).blocks == (books, author)


def test_steps_of_alternatives_come_with_the_headings_that_tell_them_apart() -> None:
    gas, mains = Block("heading", "Gas"), Block("heading", "Mains")
    light, turn = Block("step", "Light the ring."), Block("step", "Turn the knob.")
    assert quoted("How do I start it?", gas, light, mains, turn).blocks == (gas, light, mains, turn)
    assert quoted("How do I start it?", gas, NOTE, mains, turn).blocks == (mains, turn)


@pytest.mark.parametrize(
    ("blocks", "goes_on"),
    [
        ((INTRODUCTION, WARNING), True),
        ((INTRODUCTION, LAST), False),
        ((Block("paragraph", "word " * 120),), False),
    ],
)
def test_text_that_only_introduces_sections_goes_on_with_their_names(blocks: tuple[Block, ...], goes_on: bool) -> None:
    below = [Section(title, title, (Block("paragraph", "word " * 200),), parent="s") for title in ("Gas", "Mains")]
    graph = build_graph(Manual("m", "M", (Section("s", "Care", blocks), *below)))
    text = quote_for("How do I care for it?", graph.items[0], graph, even).text
    assert text.endswith("\n- Gas\n- Mains") == goes_on


@pytest.mark.parametrize(("fault", "cure"), [("Problem", "Solution"), ("Störung", "Abhilfe")])
def test_fault_and_cure_are_quoted_together_and_are_no_items(fault: str, cure: str) -> None:
    leak = Block("option", f"{fault}: The lid leaks.", name=fault)
    ring = Block("option", f"{cure}: Turn the ring.", name=cure)
    quote = quoted("The lid leaks", leak, ring)
    assert [block.text for block in quote.blocks] == [leak.text, ring.text]
    assert [item.name for item in section(leak, ring).items] == ["Care"]
    assert [item.name for item in section(Block("option", leak.text, name="Fix"), AUTHOR).items][1:] == [
        "Fix",
        "Author",
    ]


@pytest.mark.parametrize("question", ["How does battery care work?", "battery care", "Battery?"])
def test_question_for_the_whole_section_gets_every_option(question: str) -> None:
    introduction = Block("paragraph", "Learn how care works.")
    blocks = (introduction, LEAD, USAGE, AUTHOR)
    assert quoted(question, *blocks, title="Battery care").blocks == blocks


def test_option_named_in_the_question_is_quoted_alone() -> None:
    question = "What does power saving do, and does each activity use power?"
    quote = quoted(question, LEAD, USAGE, SAVING, AUTHOR)
    assert quote.blocks == (LEAD, SAVING)
    assert quote.item.name == "Power saving"


def test_one_word_is_no_name_of_an_option() -> None:
    assert USAGE in quoted("Author of each activity that used much power", LEAD, USAGE, AUTHOR).blocks


@pytest.mark.parametrize("question", ["How much power was used?", "zebra crossing"])
def test_option_given_is_always_kept(question: str) -> None:
    graph = section(INTRODUCTION, LEAD, USAGE, AUTHOR)
    author = next(item for item in graph.items if item.name == "Author")
    quote = quote_for(question, author, graph, even)
    assert quote.blocks == (INTRODUCTION, LEAD, AUTHOR)
    assert (quote.item, quote.section) == (author, graph.items[0])


def test_option_given_answers_even_if_it_is_the_only_one() -> None:
    graph = section(LEAD, USAGE)
    assert quote_for("power", graph.items[1], graph, even).item == graph.items[1]
    assert quote_for("power", graph.items[0], graph, even).item == graph.items[0]


def test_first_row_of_a_table_brings_the_others() -> None:
    rows = [
        Block("table", text) for text in ("Light | What it means", "Power | No adapter", "Radio | Looking for devices")
    ]
    lead = Block("paragraph", "The gateway tells its state:")
    assert quoted("what do the lights mean", lead, *rows, title="State").blocks == (lead, *rows)
    assert quoted("no adapter for the power", lead, *rows, title="State").blocks == (lead, rows[1])


def test_table_rows_are_selected_as_options_are() -> None:
    rows = [Block("table", f"{kind} {use}") for kind, use in (("EPUB", "Flowing text"), ("PDF", "Fixed pages"))]
    quote = quoted("What is PDF used for?", INTRODUCTION, *rows)
    assert quote.blocks == (INTRODUCTION, rows[1])
    assert quote.item.kind == "section"


def test_section_without_options_is_quoted_whole() -> None:
    assert quoted("zebra", INTRODUCTION, LAST, NOTE).blocks == (INTRODUCTION, LAST)


def test_section_without_text_gives_an_empty_quote() -> None:
    quote = quoted("zebra")
    assert (quote.blocks, quote.text, quote.cut) == ((), "", False)


def test_question_without_a_word() -> None:
    assert quoted("???", LEAD, USAGE, AUTHOR).blocks == (LEAD, USAGE, AUTHOR)


def test_long_section_is_cut_and_says_so() -> None:
    paragraphs = [Block("paragraph", f"{number} {'word ' * 500}".strip()) for number in range(5)]
    quote = quoted("word", *paragraphs)
    assert (quote.blocks, quote.rest, quote.cut) == (tuple(paragraphs[:1]), tuple(paragraphs[1:2]), True)


def test_first_block_is_kept_however_long() -> None:
    endless = Block("paragraph", "word " * 5_000)
    assert quoted("word", endless).blocks == (endless,)
    assert quoted("word", endless).cut is False


def test_every_item_of_the_sample_quotes_its_own_blocks_in_order(sample_index_for_answers: ManualIndex) -> None:
    graph = sample_index_for_answers.graph_of("larkfield")
    for item in graph.items:
        quote = quote_for("How do I use this?", item, graph, sample_index_for_answers.idf)
        blocks = iter(quote.section.blocks)
        assert all(block in blocks for block in quote.blocks)
        assert item.kind == "section" or set(item.blocks) <= set(quote.blocks)


def test_quotes_from_the_gold_sections_of_the_s10(s10_index: ManualIndex, s10_data: Path) -> None:
    graph = s10_index.graph_of("s10")
    scorer = RougeScorer(["rougeL"], use_stemmer=True)
    with (s10_data / "s10_50_questions.csv").open(encoding="utf-8", newline="") as file:
        questions = list(csv.DictReader(file))
    f1 = []
    for row in questions:
        quote = quote_for(row["question"], gold_section(graph, row["section_path"].split(">")), graph, s10_index.idf)
        f1.append(scorer.score(first_words(row["answer"]), first_words(quote.text))["rougeL"].fmeasure)
    assert len(f1) == 50
    assert sum(f1) / len(f1) >= 0.85


def gold_section(graph: MenuGraph, path: Sequence[str]) -> MenuItem:
    """The section with that path; one question names a path that no section has, so its last title counts."""
    sections = [item for item in graph.items if item.kind == "section"]
    wanted = [folded(title) for title in path]
    exact = [item for item in sections if [folded(title) for title in item.path] == wanted]
    return (exact or [item for item in sections if folded(item.name) == wanted[-1]])[0]


def first_words(text: str) -> str:
    return " ".join(text.split()[:100])


def test_code_is_quoted_line_by_line_between_fences() -> None:
    code = Block("code", "lamp --on\n  lamp --off", depth=1)
    fence = "```"
    assert quoted("How do I start late?", LEAD, code).text == f"{LEAD.text}\n{fence}\nlamp --on\n  lamp --off\n{fence}"
    assert quoted("x", Block("code", fence)).text == f"````\n{fence}\n````"


def test_quote_that_ends_in_a_colon_goes_on_with_the_sections_below() -> None:
    lead = Block("paragraph", "There are two kinds of filter:")
    below = ("Paper filter", "Steel filter")
    for words in ("Throw it away.", "Rinse it. " * 60):
        children = tuple(Section(name, name, (Block("step", words),), parent="s") for name in below)
        graph = build_graph(Manual("m", "M", (Section("s", "Filters", (lead,)), *children)))
        quote = quote_for("How do I clean the filter?", graph.items[0], graph, even)
        names = [f"- {name}" for name in below]
        if words == "Throw it away.":
            assert quote.text.splitlines() == [lead.text, names[0], f"  - {words}", names[1], f"  - {words}"]
            assert [item.name for item in quote.continued] == list(below)
        else:
            assert (quote.text.splitlines(), quote.continued) == ([lead.text, *names], ())


def test_a_note_with_a_list_is_quoted_with_all_of_it() -> None:
    lead, *items = notes = [Block("note", text) for text in ("To undo it:", "Open the lid.", "Shut it.")]
    assert quoted("How do I undo it?", INTRODUCTION, *notes, LAST, found=(1,)).blocks == (
        INTRODUCTION,
        lead,
        *items,
        LAST,
    )


def test_line_that_only_points_elsewhere_is_not_quoted_beside_text() -> None:
    pointing = Block("paragraph", "Related topics: Cleaning", links=(Link("Cleaning", "#c"),))
    assert quoted("How do I rinse it?", INTRODUCTION, pointing).blocks == (INTRODUCTION,)
    assert quoted("What is related?", pointing).blocks == (pointing,)


@pytest.mark.parametrize(("first", "stays"), [("the Care menu.", True), ("A word about it. " * 10, False)])
def test_item_of_a_list_that_is_but_a_link_is_quoted_behind_one_that_says_something(first: str, stays: bool) -> None:
    lead, said = Block("paragraph", "You can rinse it by:"), Block("paragraph", first)
    link = Block("paragraph", "the Rinse button", links=(Link("the Rinse button", "#r"),))
    last = Block("paragraph", "It takes a minute.")
    assert (link in quoted("How do I rinse it?", lead, said, link, last).blocks) is stays


@pytest.mark.parametrize("address", ["http://kettle.local/setup", "www.kettle.example", "help@kettle.example"])
def test_an_address_that_is_written_out_is_quoted_where_it_stands(address: str) -> None:
    leading = Block("paragraph", "To rinse it, open this in the browser:")
    link = Block("paragraph", address, links=(Link(address, address),))
    assert quoted("How do I rinse it?", leading, link).blocks == (leading, link)


def rows(*texts: str) -> list[Block]:
    return [Block("table", text) for text in texts]


def test_the_header_of_a_table_is_no_answer_and_comes_with_the_row_that_is() -> None:
    header, glide, detune = table = rows(
        "Parameter | Description | Range", "GLIDE | Time from note to note | 0 - 99", "DETUNE | Off pitch | -9 - 9"
    )
    quote = quoted("What is the range of the parameter detune?", *table)
    assert quote.blocks == (header, detune)
    assert glide not in quote.blocks


def test_a_header_comes_with_its_row_from_far_above() -> None:
    header, *values = rows(
        "Name | Default", *(f"Setting {letter} of the pump | {at}0" for at, letter in enumerate("ABC"))
    )
    long = [Block("paragraph", f"{word} " * 120) for word in ("Lower", "Upper")]
    graph = section(*long, header, *values)
    quote = quote_for("Which default has setting C?", graph.items[0], graph, even, [5])
    assert quote.blocks[:2] == (header, values[2])


def test_the_first_row_of_a_list_of_values_is_no_header() -> None:
    table = rows("Voltage | 230 V", "Power | 1200 W", "Weight | 2 kg")
    assert quoted("What is its power?", *table).blocks == (table[1],)
    assert quoted("What voltage is it for?", *table).blocks == (table[0],)


def test_a_row_without_a_name_for_its_rows_is_the_header_whatever_it_says() -> None:
    header, once, twice = table = rows("Pedal 1 | Pedal 2", "One tap | Play | Loop", "Two taps | Next song | Back")
    assert quoted("what does pedal 2 do", *table).blocks == (header, once, twice)
    assert quoted("how do I get the next song", *table).blocks == (header, twice)


def test_a_row_that_is_set_apart_heads_its_table_whatever_it_says() -> None:
    header = Block("table", "Part | Model 2 | Model 3", emphasis=("Part", "Model 2", "Model 3"))
    lid, base = rows("Lid | 12 g | 14 g", "Base | 40 g | 44 g")
    assert quoted("how heavy is the lid", header, lid, base).blocks == (header, lid)
    assert quoted("how heavy is the lid", header, lid).blocks == (header, lid)
    bold = [replace(row, emphasis=tuple(row.text.split(" | "))) for row in (lid, base)]
    assert quoted("how heavy is the base", *bold).blocks == (bold[1],), "all in bold: none is set apart"
