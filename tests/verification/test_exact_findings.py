"""Each check, on sentences that differ by one thing: exactly what it finds, and what it lets pass."""

from collections.abc import Callable, Iterator

import pytest
from support.oven_manual import DOOR, TIMER, oven

from graphrag_tools.verification import wording
from graphrag_tools.verification.answer import problems
from graphrag_tools.verification.draft import Draft, draft_of
from graphrag_tools.verification.evidence import Evidence
from graphrag_tools.verification.names import false_labels, invented_ways, misplaced_names, unknown_names
from graphrag_tools.verification.polarity import reversed_claims
from graphrag_tools.verification.quantity_checks import wrong_quantities
from graphrag_tools.verification.step_order import swapped_steps

OVEN = oven()
QUESTIONS = {TIMER: "How loud is it?", DOOR: "Is it safe?"}
Check = Callable[[Draft, Evidence], Iterator[str]]


def found(check: Check, item: str, text: str) -> list[str]:
    return list(check(draft_of(text), OVEN.evidence(item, QUESTIONS[item])))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({}, None),
        ({"quote": "The timer rings once and stops by itself.\nRemove the drive."}, None),
        ({"quote": "Timer\nQuiet"}, None),
        ({"quote": "The timer rings once"}, "These words are not in 'Timer': 'The timer rings once'."),
        ({"quote": "Remove the drive.\nRemove the tray."}, "These words are not in 'Timer': 'Remove the tray.'."),
        ({"quote": "Door"}, "These words are not in 'Timer': 'Door'."),
        ({"quote": "x" * 121}, f"These words are not in 'Timer': '{'x' * 120}'."),
        ({"path": ("Kitchen", "Timer")}, "The path of 'oven/settings/timer' is not 'Kitchen > Timer'."),
        ({"id": "oven/timer"}, "There is no menu item 'oven/timer'."),
    ],
)
def test_source_must_be_as_the_manual_has_it(change: dict[str, object], problem: str | None) -> None:
    answer = OVEN.answer(TIMER, "Remove the drive.", mode="quoted")
    source = answer.sources[0].model_copy(update=change)
    changed = answer.model_copy(update={"sources": (source,), "menu_path": source.path})
    assert problems(changed, "?", OVEN) == ([problem] if problem else [])


@pytest.mark.parametrize("path", [(), ("Timer",), ("Kitchen", "Timer"), ("Settings",), ("Settings", "Timer", "Quiet")])
def test_menu_path_must_be_the_whole_path_of_a_source(path: tuple[str, ...]) -> None:
    answer = OVEN.answer(TIMER, "Remove the drive.", mode="quoted").model_copy(update={"menu_path": path})
    assert problems(answer, "?", OVEN) == [f"The menu path {' > '.join(path)!r} is not the path of a source."]


def test_one_of_several_sources_that_is_wrong_is_found() -> None:
    answer = OVEN.answer(TIMER, "Remove the drive.", mode="quoted")
    wrong = OVEN.answer(DOOR).sources[0].model_copy(update={"quote": "Shut the door."})
    both = answer.model_copy(update={"sources": (*answer.sources, wrong)})
    assert problems(both, "?", OVEN) == ["These words are not in 'Door': 'Shut the door.'."]


def test_words_are_not_checked_where_the_source_is_wrong() -> None:
    answer = OVEN.answer(TIMER, "The dog barks at 7.").model_copy(update={"menu_path": ()})
    assert problems(answer, "?", OVEN) == ["The menu path '' is not the path of a source."]


def test_quote_is_not_checked_for_its_words() -> None:
    assert problems(OVEN.answer(TIMER, "The dog barks at 7.", mode="quoted"), "?", OVEN) == []


def test_at_most_eight_reasons_are_given_each_once() -> None:
    numbers = " ".join(f"The timer rings {number} times." for number in (11, 12, 13, 14, 15, 16, 17, 18, 19, 11))
    reasons = problems(OVEN.answer(TIMER, numbers), "?", OVEN)
    assert reasons == [f"The number {number} is not in the manual's text." for number in range(11, 19)]


def test_each_check_has_its_words() -> None:
    text = "\n".join(
        (
            "Status: **Bell** \u2603",
            "Copy the melody to the Tone folder <b>.",
            "The timer does not ring once and stop by itself.",
            "Timer > Settings",
            "Press Start, then tap Tone.",
            "The manual does not say this.",
        )
    )
    whole = {reason for line in text.splitlines() for reason in problems(OVEN.answer(TIMER, line), "?", OVEN)}
    assert whole >= {
        "'Status:' is not for you to write; only answer the question.",
        "The character U+2603 SNOWMAN is not in the manual's text; write plain text.",
        "The manual has no '<b>'; write plain text without links, tags or code.",
        "The name 'Bell' is not in the manual's text.",
        "The manual names something else than 'Tone' there.",
        "The manual says the opposite of 'The timer does not ring once and stop by itself.'.",
        "The manual gives no way 'Timer > Settings'.",
        "'then tap Tone.' comes before 'Press Start.' in the manual; keep the manual's order.",
        "'The manual does not say this.' does not answer. If the text has no answer, reply with exactly: NOT IN MANUAL",
    }
    assert problems(OVEN.answer(TIMER, "The timer barks at dogs nightly."), "?", OVEN) == [
        "The manual does not say 'The timer barks at dogs nightly.'.",
        "Only 25% of the words are from the manual; 80% are expected.",
    ]


@pytest.mark.parametrize(
    ("item", "text", "problem"),
    [
        (TIMER, "You can set up to 4 alarms.", "The number 4 is not in the manual's text."),
        (TIMER, "The 8th line.", "The number 8 is not in the manual's text."),
        (TIMER, "Each alarm lasts 90 minutes.", "The manual has 90 second, not 90 minute."),
        (TIMER, "You can set at least 3 alarms.", "The manual does not make 3  a limit at least."),
        (TIMER, "The kitchen display has at most 8 lines.", "The manual does not make 8  a limit at most."),
        (TIMER, "At most 5 minutes.", "The manual does not make 5 minute a limit at most."),
        (TIMER, "The kitchen display has 8 alarms.", "The manual does not say 8 alarm: there it is 8 line."),
        (TIMER, "You can set 3 pauses.", "The manual does not say 3 paus: there it is 3 alarm."),
        (TIMER, "You can set up to three alarms.", None),
        (TIMER, "You can set no more than 3 alarms.", None),
        (TIMER, "Each alarm lasts ninety seconds.", None),
        (TIMER, "The display has 8.", None),
        # "Maximum" stands next to no number: any word for the same limit makes it one, and no word for the other.
        (DOOR, "The load is at most 4 kg.", None),
        (DOOR, "The load is at least 4 kg.", "The manual does not make 4 kg a limit at least."),
        (DOOR, "The tray carries 4 kg.", None),
        (DOOR, "The tray carries 4 grams.", "The manual has 4 kg, not 4 gram."),
    ],
)
def test_wrong_number_is_named_with_the_right_one(item: str, text: str, problem: str | None) -> None:
    assert found(wrong_quantities, item, text) == ([problem] if problem else [])


@pytest.mark.parametrize(
    ("item", "text", "turned"),
    [
        (DOOR, "Open the door while the light is red.", True),
        (DOOR, "You can open the door while the light is red.", True),
        (DOOR, "Do not open the door while the fan is running.", True),
        (DOOR, "You cannot open the door while the fan is running.", True),
        (DOOR, "Never open the door while the light is red.", False),
        # Of two sentences that are as near, one forbids it and one allows it.
        (DOOR, "Do not open the door.", False),
        (DOOR, "Open the door.", False),
        (DOOR, "Close the door while the fan is running.", True),
        (DOOR, "The minimum load of the tray is 4 kg.", True),
        (DOOR, "The maximum load is heavy.", False),
        (DOOR, "Turn off the lamp before cleaning the glass.", True),
        (DOOR, "Turn on the lamp after cleaning the glass.", True),
        (DOOR, "Clean the glass before turning on the lamp.", True),
        (TIMER, "Quiet: Ring with the full volume.", True),
        (TIMER, "The timer rings once and starts by itself.", True),
        (TIMER, "Do not press Start.", True),
        (TIMER, "Insert the drive.", True),
        (TIMER, "Ring with half the volume.", False),
        (TIMER, "Remove the drive.", False),
    ],
)
def test_sentence_that_is_turned_round_is_found_whole(item: str, text: str, turned: bool) -> None:
    assert found(reversed_claims, item, text) == ([text] if turned else [])


def test_each_turned_sentence_is_found_once() -> None:
    first, second = "Open the door while the light is red; press on.", "Turn off the lamp before cleaning the glass."
    assert found(reversed_claims, DOOR, f"{first} {second}") == [first, second]


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        (
            "Press Start, then tap Tone and pick a tone.",
            ["'then tap Tone, and pick a tone.' comes before 'Press Start.' in the manual"],
        ),
        (
            "Remove the drive. Then copy the melody to the Music folder.",
            ["'Then copy the melody to the Music folder.' comes before 'Remove the drive.' in the manual"],
        ),
        # Two procedures have no order between them.
        ("Remove the drive. Then tap Tone and pick a tone.", []),
        ("Tap Tone and pick a tone, then press Start.", []),
        ("Press Start after you tap Tone and pick a tone.", []),
        ("Finally, press Start. First, tap Tone and pick a tone.", []),
        ("Press Start. Before that, tap Tone and pick a tone.", []),
        ("1. Tap Tone.\n2. Press Start.", []),
        ("1. Remove the drive.\n1. Remove the drive.", []),
        ("3. Remove the drive.\n1. Remove the drive.", ["The steps are not numbered in order"]),
        ("1. Remove the drive.\n3. It is done.\n2. It is done.", ["The steps are not numbered in order"]),
    ],
)
def test_swapped_steps_are_named_with_the_earlier_one(text: str, reasons: list[str]) -> None:
    assert found(swapped_steps, TIMER, text) == reasons


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Tap **Bell** and *Gong*.", ["Bell", "Gong"]),
        ("Tap 'Bell'. Tap 'Bell' again.", ["Bell"]),
        ("Tap Bell Tower then go.", ["Bell Tower"]),
        ("Press the blue thing.", ["the blue thing"]),
        ("Turn on snoozing for cats.", ["snoozing"]),
        ("Go to the Attic.", ["Attic", "the Attic"]),
        ("Set the Alarm 90 option.", ["Alarm 90"]),
        ("Set the Snooze Time option.", ["Snooze Time"]),
        ("Nightlight is on.", ["Nightlight"]),
        ("Then: Nightlight is on.", ["Nightlight"]),
        ("Bell then Tone.", ["Bell"]),
        ("Nightlight", []),
        ("The Quiet mode rings.", []),
        ("I tap Tone.", []),
        ('It says "Timer ... Alarm".', []),
    ],
)
def test_names_that_the_manual_lacks_are_listed_once(text: str, names: list[str]) -> None:
    assert found(unknown_names, TIMER, text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Copy the melody to the Tone folder.", ["Tone"]),
        ("From Timer, copy the melody to the Alarm folder.", ["Alarm"]),
        ("Copy the melody to the Music folder.", []),
        ("Copy the melody to the Timer folder.", []),
        ("Tap Tone.", []),
    ],
)
def test_name_in_the_place_of_another_is_listed(text: str, names: list[str]) -> None:
    assert found(misplaced_names, TIMER, text) == names


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("Settings > Timer > Alarm", True),
        ("From Settings, tap Timer -> Alarm.", True),
        ("Tap Timer > Alarm > Tone and go.", True),
        ("Timer > Settings", False),
        ("Settings > Alarm", False),
        ("Settings > Kitchen > Alarm", False),
        ("Alarm > Tones", False),
        ("Go to the timer.", True),
    ],
)
def test_way_is_known_as_a_whole(text: str, known: bool) -> None:
    assert found(invented_ways, TIMER, text) == ([] if known else [text])


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("Menu path: Settings > Timer > Quiet", []),
        ("Way: **Settings > Timer**", []),
        ("Menu path: Timer", []),
        ("Way: Alarm > Timer", ["Way: Alarm > Timer"]),
        ("On the device: Attic", ["On the device: Attic"]),
        ("Menu path: ", []),
        ("Status: ok\nSources: the manual", ["Status:", "Sources:"]),
        ("Quiet: Ring with half the volume.", []),
    ],
)
def test_labels_of_the_program_are_listed(text: str, labels: list[str]) -> None:
    assert found(false_labels, TIMER, text) == labels


def test_label_that_the_manual_has_may_be_written() -> None:
    assert found(false_labels, DOOR, "Model: the number on the back.") == []
    assert found(false_labels, TIMER, "Model: the number on the back.") == ["Model:"]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("See https://oven.example/timer.", []),
        ("[the shop](https://oven.example/Shop)", []),
        ("See http://evil.example/x.", ["http://evil.example/x."]),
        ("[x](http://e.example)", ["[x](http://e.example)"]),
        ("[a]()", ["[a]()"]),
        ("[a][b]", ["[a]["]),
        ("oven.example", ["oven.example"]),
        ("<b>x</b>", ["<b>", "</b>"]),
        ("```x```", ["```", "```"]),
        ("4 < 5", []),
    ],
)
def test_markup_that_the_manual_lacks_is_listed(text: str, pieces: list[str]) -> None:
    assert found(wording.markup, TIMER, text) == pieces


@pytest.mark.parametrize(
    ("text", "foreign"),
    [
        ("The timer rings.", False),
        ("The timer barks.", False),
        ("The timer rings at night times.", False),
        ("The timer barks at dogs nightly.", True),
        ("The dog barks.", True),
        ("Dog.", False),
        ("Dog 1 2 3.", False),
        ("Follow these steps please now then.", False),
    ],
)
def test_sentence_of_other_words_is_found_whole(text: str, foreign: bool) -> None:
    assert found(wording.foreign_sentences, TIMER, text) == ([text] if foreign else [])


@pytest.mark.parametrize(
    ("text", "assumes"),
    [("It is safe.", True), ("The tray is safe.", True), ("Yes.", False), ("Turn on the lamp.", False)],
)
def test_sentence_that_says_what_only_the_question_says_is_found(text: str, assumes: bool) -> None:
    assert found(wording.assuming_sentences, DOOR, text) == ([text] if assumes else [])


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("The timer rings once.", 1.0),
        ("The timer barks once.", 2 / 3),
        ("The dog barks and the timer rings loudly.", 3 / 5),
        ("Dog barks.", 0.0),
        ("", 1.0),
    ],
)
def test_share_of_words_is_exact(text: str, share: float) -> None:
    assert wording.share_from_sources(draft_of(text), OVEN.evidence(TIMER, "?")) == share


@pytest.mark.parametrize(
    ("words", "problem"),
    [(0, None), (20, None), (177, None), (178, "The answer has 178 words; at most 177 are expected.")],
)
def test_length_is_bounded_by_that_of_the_sources(words: int, problem: str | None) -> None:
    text = " ".join(f"word{number}" for number in range(words))
    assert wording.too_long(draft_of(text), OVEN.evidence(TIMER, "?")) == problem


def test_run_of_words_said_four_times_is_a_loop() -> None:
    once = "the timer rings once and stops "
    assert wording.too_long(draft_of(once * 3), OVEN.evidence(TIMER, "?")) is None
    assert wording.too_long(draft_of(once * 4), OVEN.evidence(TIMER, "?")) is not None
