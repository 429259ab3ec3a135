"""The segment of a long quote that is shown, and what decides a question for yes or no."""

import pytest
from support.answer_fixtures import quoted

from graphrag_tools.answers.segment import answering_segment
from graphrag_tools.manual.sections import Block, BlockKind


def block(kind: BlockKind, words: int, name: str = "", depth: int = 0) -> Block:
    return Block(kind, f"{name} {'word ' * (words - 1)}".strip() + ".", depth)


def test_short_text_is_shown_whole() -> None:
    assert answering_segment([block("paragraph", 50), block("paragraph", 50)], 1) == [0, 1]


def test_text_that_is_little_too_long_is_shown_whole() -> None:
    blocks = [block("paragraph", 120), block("paragraph", 50)]
    assert answering_segment(blocks, 0) == [0, 1]
    assert answering_segment([*blocks, block("paragraph", 50)], 0) == [0]


def test_text_is_shown_from_its_beginning_where_that_reaches_the_best_block() -> None:
    assert answering_segment([block("paragraph", 60) for _ in range(5)], 1) == [0, 1]


def test_text_is_shown_from_the_best_block_where_the_beginning_does_not_reach_it() -> None:
    assert answering_segment([block("paragraph", 60) for _ in range(6)], 3) == [3, 4]


def test_procedure_is_shown_whole_with_what_leads_to_it() -> None:
    lead, steps = Block("paragraph", "To rinse the tank:"), [block("step", 40) for _ in range(4)]
    hanging = block("option", 10, depth=1)
    blocks = [block("paragraph", 90), lead, *steps[:2], hanging, *steps[2:], block("paragraph", 90)]
    assert answering_segment(blocks, 5) == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(("begin", "shown"), [("However, rain", [1, 2]), ("Rain", [2])])
def test_text_that_speaks_of_the_one_before_it_is_shown_behind_that(begin: str, shown: list[int]) -> None:
    assert (
        answering_segment([block("paragraph", 90), block("paragraph", 60), block("paragraph", 60, begin)], 2) == shown
    )


@pytest.mark.parametrize(("kind", "shown"), [("note", [1, 2]), ("warning", [2])])
def test_a_note_that_fits_best_is_shown_behind_what_it_is_about(kind: BlockKind, shown: list[int]) -> None:
    assert answering_segment([block("paragraph", 90), block("paragraph", 60), block(kind, 60)], 2) == shown


@pytest.mark.parametrize(("begin", "shown"), [("Another way is to", [1, 2, 3, 4]), ("Rinse", [4])])
def test_another_way_is_shown_behind_the_steps_of_the_first(begin: str, shown: list[int]) -> None:
    lead, steps = Block("paragraph", "To rinse the tank:"), [block("step", 40) for _ in range(2)]
    assert answering_segment([block("paragraph", 90), lead, *steps, block("paragraph", 60, begin)], 4) == shown


def item(words: int) -> Block:
    return Block("paragraph", " ".join(["word"] * words))


def test_an_item_of_a_list_is_shown_with_the_line_that_leads_to_the_list() -> None:
    before, lead, after = block("paragraph", 140), Block("paragraph", "For the small lamp:"), block("paragraph", 140)
    short = [before, lead, *[item(10) for _ in range(4)], after]
    assert answering_segment(short, 4) == [1, 2, 3, 4, 5]
    long = [before, lead, *[item(50) for _ in range(4)], after]
    assert answering_segment(long, 5) == [1, 5]
    assert answering_segment([before, lead, item(40), *[block("paragraph", 60) for _ in range(3)]], 5) == [5]


def test_the_title_of_code_is_shown_behind_the_sentence_before_it() -> None:
    blocks = [block("paragraph", 150), block("paragraph", 30), Block("paragraph", "lid.toml"), Block("code", "lid = 1")]
    assert answering_segment(blocks, 1) == [1, 2, 3]
    titles = [block("paragraph", 200), *(Block(kind, f"lid {at}") for at in (1, 2) for kind in ("paragraph", "code"))]
    assert answering_segment(titles, 3) == [3, 4]


def test_warning_before_the_segment_stays() -> None:
    blocks = [block("warning", 30), block("paragraph", 120), block("paragraph", 60)]
    assert answering_segment(blocks, 2) == [0, 2]


@pytest.mark.parametrize("parting", ["step", "heading"])
def test_warning_of_another_job_before_the_segment_is_left_out(parting: BlockKind) -> None:
    of_all, of_another, of_this = (block("warning", 10, name) for name in ("Acid", "Heat", "Steam"))
    other, this = block(parting, 90), block(parting, 90)
    blocks = [of_all, other, of_another, this, of_this, block("paragraph", 120)]
    assert answering_segment(blocks, 5) == [0, 4, 5]
    assert answering_segment([*blocks[:3], *blocks[4:]], 4) == [0, 2, 3, 4]


def test_what_is_left_out_is_the_rest() -> None:
    blocks = [block("paragraph", 80, name) for name in ("First", "Second", "Third")]
    quote = quoted("second", *blocks, found=(1, 0))
    assert (quote.blocks, quote.rest, quote.cut) == ((blocks[1],), (blocks[0], blocks[2]), False)


INTRODUCTION = Block("paragraph", "The kettle boils a litre in three minutes.")
STEP = Block("step", "Fill the kettle and close its lid.")
NOTE = Block("note", "The kettle may stand in rain.")


@pytest.mark.parametrize("question", ["Can it stand in rain?", "and does the rain harm it", "Isn't rain bad for it?"])
def test_yes_or_no_begins_with_what_decides(question: str) -> None:
    assert quoted(question, INTRODUCTION, STEP, NOTE, found=(1, 2)).blocks == (NOTE, INTRODUCTION, STEP)


@pytest.mark.parametrize("question", ["Where do I put it in rain?", "Is it for rain or for snow?"])
def test_other_questions_keep_the_order(question: str) -> None:
    assert quoted(question, INTRODUCTION, STEP, NOTE, found=(2, 1)).blocks == (INTRODUCTION, STEP, NOTE)


def test_note_is_quoted_only_where_it_fits_best() -> None:
    assert quoted("Where do I put it in rain?", INTRODUCTION, NOTE, found=(0, 1)).blocks == (INTRODUCTION,)


def test_what_others_hang_under_stays_before_them() -> None:
    lead = Block("paragraph", "Colours of the lamp")
    option = Block("option", "Red: empty.", depth=1, name="Red")
    assert quoted("Is it red?", INTRODUCTION, lead, option, found=(1,)).blocks == (INTRODUCTION, lead, option)


def test_positions_of_an_earlier_build_are_passed_over() -> None:
    assert quoted("Is it safe in rain?", INTRODUCTION, found=(7,)).blocks == (INTRODUCTION,)


LINK = (
    Block("step", "Tap Link."),
    Block("step", "Tap the two contacts."),
    Block("paragraph", "To unlink contacts:"),
    Block("step", "Tap Unlink."),
    Block("step", "Tap the contact."),
)


def test_procedure_that_undoes_what_is_asked_is_left_to_the_rest() -> None:
    quote = quoted("How do I link contacts?", *LINK)
    assert quote.blocks == LINK[:2]
    assert quote.rest == LINK[2:]
    assert quoted("How do I unlink contacts?", *LINK).blocks == LINK


def test_procedure_that_undoes_what_is_asked_stays_where_there_is_no_other() -> None:
    assert quoted("How do I link contacts?", *LINK[2:]).blocks == LINK[2:]


def test_other_opposites_in_what_leads_to_steps_leave_them_in() -> None:
    cover = (
        Block("step", "Put the top cover on."),
        Block("step", "Press it down."),
        Block("paragraph", "Turn the bottom plate over:"),
        Block("step", "Tighten its screws."),
    )
    assert quoted("How do I put the top cover on?", *cover).blocks == cover


def test_a_piece_too_long_for_any_answer_is_shown_from_its_best_block_on() -> None:
    lead, rest = block("paragraph", 20), [block("code", 800, name) for name in "abc"]
    assert answering_segment([lead, *rest], 3) == [0, 3]
    assert answering_segment([lead, block("code", 3_000)], 1) == [1]
    rows = [block("table", 8) for _ in range(300)]
    assert 301 in answering_segment([block("step", 5), *rows, block("step", 5)], 301)


def test_warning_at_the_beginning_of_a_text_or_of_its_own_group_stays() -> None:
    heading, long, warning = block("heading", 2), block("step", 90), block("warning", 10)
    assert 1 in answering_segment([heading, warning, long, long, block("paragraph", 120)], 4)
    assert 1 in answering_segment([heading, warning, heading, long, long, heading, block("paragraph", 120)], 6)
    blocks = [heading, long, heading, warning, long, block("paragraph", 120), block("paragraph", 120)]
    assert 3 in answering_segment(blocks, 6)


def test_long_sections_take_little_time() -> None:
    blocks = [block("paragraph", 10) for _ in range(5_000)]
    assert answering_segment(blocks, 4_990)[-1] == 4_999


def test_a_line_that_stands_alone_before_the_best_text_is_its_title() -> None:
    before, title = block("paragraph", 140), Block("paragraph", "Rename many files (Ctrl+M)")
    best, after = block("paragraph", 100), block("paragraph", 100)
    assert answering_segment([before, title, best, after], 2) == [1, 2]
    items = [Block("paragraph", f"Thing {number}") for number in range(3)]
    assert answering_segment([before, *items, best, after], 4) == [4]
    long = Block("paragraph", "word " * 12 + "without an end")
    assert answering_segment([before, long, best, after], 2) == [2]


def test_what_decides_stands_under_the_heading_of_its_group() -> None:
    heading, what = Block("heading", "Not covered:"), Block("paragraph", "Parts that wear out, such as seals.")
    warrants = Block("paragraph", "We repair it for two years.")
    found = quoted("Are seals covered?", warrants, heading, what, found=(2,))
    assert found.blocks[:2] == (heading, what)


def test_of_a_long_list_under_an_option_what_leads_to_the_best_of_it_is_shown() -> None:
    option = Block("option", "Commands: All that can be sent to it.", name="Commands")
    under = [block("paragraph", 40, f"Command {number}", depth=1) for number in range(8)]
    before = Block("option", "Notes: None.", name="Notes")
    assert answering_segment([before, option, *under], 7) == [1, 7, 8, 9]
    assert quoted("keep what was set", before, option, *under, found=(7,)).blocks == (option, *under[5:])


def test_a_very_long_list_under_an_option_is_cut_as_a_long_one_is() -> None:
    option = Block("option", "Commands: All that can be sent to it.", name="Commands")
    under = [block("paragraph", 40, f"Command {number}", depth=1) for number in range(40)]
    assert answering_segment([option, *under], 20) == [0, 20, 21, 22]
