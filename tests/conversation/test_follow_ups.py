from contextlib import closing
from pathlib import Path

import pytest

from graphrag_tools.conversation.follow_ups import Earlier, Understood, next_earlier, understand_question
from graphrag_tools.index.index import ManualIndex

FLIGHT = "larkfield/settings/wi-fi/flight-mode"
LOANS = "larkfield/library/loans"
AFTER_FLIGHT = Earlier("How do I turn on flight mode?", FLIGHT)


def meant(question: str, index: ManualIndex, earlier: Earlier | None = AFTER_FLIGHT) -> Understood:
    return understand_question(question, earlier, index)


def about(question: str, name: str, item_id: str, base: str = AFTER_FLIGHT.question) -> Understood:
    """A follow-up about the section that was just talked of."""
    return Understood(f"{question} ({name})", item_id, covered=True, follow_up=True, base=base)


@pytest.mark.parametrize(
    "question", ["why?", "and how do I turn it off?", "Where is that?", "Is there a limit?", "How often?", "And on?"]
)
def test_question_that_names_nothing_is_about_the_item_before(
    question: str, sample_index_for_answers: ManualIndex
) -> None:
    assert meant(question, sample_index_for_answers) == about(question, "Flight mode", FLIGHT)


def test_question_whose_words_the_item_has_is_about_it(sample_index_for_answers: ManualIndex) -> None:
    question = "does it turn off Bluetooth?"
    assert meant(question, sample_index_for_answers) == about(question, "Flight mode", FLIGHT)


def test_option_keeps_its_section_as_the_scope(sample_index_for_answers: ManualIndex) -> None:
    usage, before = "larkfield/settings/battery/battery-usage", "What uses power?"
    found = meant("and where is it?", sample_index_for_answers, Earlier(before, usage))
    assert found == about("and where is it?", "Battery usage", usage, before)


@pytest.mark.parametrize("question", ["Can I defrost it?", "How do I frobnicate them?", "How loud is it?"])
def test_pronoun_with_words_the_item_lacks_leaves_the_answer_to_coverage(
    question: str, sample_index_for_answers: ManualIndex
) -> None:
    found = meant(question, sample_index_for_answers)
    assert (found.question, found.scope, found.covered) == (f"{question} (Flight mode)", None, None)
    assert found.follow_up


@pytest.mark.parametrize(
    "question",
    [
        "How long can I keep a borrowed book?",
        "And how long can I keep a borrowed book?",
        "Can it read the screen aloud?",
        "Is there a night mode with a black background?",
        "Is it possible to pair headphones?",
        "How do I reset this device?",
    ],
)
def test_new_subject_stands_alone_whatever_its_form(question: str, sample_index_for_answers: ManualIndex) -> None:
    assert meant(question, sample_index_for_answers) == Understood(question)


@pytest.mark.parametrize(
    "question", ["it won't charge", "and it keeps restarting", "What is the price?", "Who makes it?"]
)
def test_what_the_item_says_nothing_of_is_asked_of_the_device(
    question: str, sample_index_for_answers: ManualIndex
) -> None:
    assert meant(question, sample_index_for_answers) == Understood(question)


def test_trouble_with_the_item_itself_is_about_it(sample_index_for_answers: ManualIndex) -> None:
    question = "it won't turn off Bluetooth"
    assert meant(question, sample_index_for_answers) == about(question, "Flight mode", FLIGHT)


def test_what_about_puts_another_item_into_the_question_before(sample_index_for_answers: ManualIndex) -> None:
    before = Earlier("How do I pair Wi-Fi?", FLIGHT)
    found = meant("What about Bluetooth headphones?", sample_index_for_answers, before)
    assert found.question == "What about Bluetooth headphones? (How do I pair Wi-Fi?)"
    assert found.scope == "larkfield/settings/bluetooth/pair-headphones"
    assert found.covered is None


def test_swap_prefers_the_section_that_is_named_for_it(sample_index_for_answers: ManualIndex) -> None:
    before = Earlier("How do I connect to Wi-Fi?", "larkfield/settings/wi-fi")
    assert meant("and Bluetooth?", sample_index_for_answers, before).scope == "larkfield/settings/bluetooth"


def test_fragment_stays_with_an_item_that_has_its_words(sample_index_for_answers: ManualIndex) -> None:
    before = Earlier("Where is the power button?", "larkfield/getting-started/parts-of-the-device")
    found = meant("and red?", sample_index_for_answers, before)
    assert found == about("and red?", "Parts of the device", str(before.item_id), before.question)


def test_bare_title_is_a_new_subject(sample_index_for_answers: ManualIndex) -> None:
    assert meant("Bluetooth", sample_index_for_answers) == Understood("Bluetooth")


@pytest.mark.parametrize(
    ("question", "scope"),
    [
        ("How do I delete it?", "clock/alarm/delete-an-alarm"),
        ("and borrow it?", "clock/alarm/borrow-an-alarm-from-the-device"),
        ("How do I rename it?", "clock/alarm"),
        ("How do I turn it off?", "clock/alarm"),
    ],
)
def test_section_named_for_doing_just_that_is_the_scope(question: str, scope: str, tmp_path: Path) -> None:
    text = "# Alarm\n\nTap Add.\n\n## Delete an alarm\n\nTap Delete.\n\n## Rename an alarm sound\n\nTap it.\n\n"
    text += "## Borrow an alarm from the device\n\nTap Borrow.\n"
    (tmp_path / "clock.md").write_text(text + "\n# Turn the device off\n\nHold the key.\n", encoding="utf-8")
    with closing(ManualIndex.build([f"clock={tmp_path / 'clock.md'}"], tmp_path / "index")) as index:
        assert understand_question(question, Earlier("How do I set an alarm?", "clock/alarm"), index).scope == scope


def test_words_of_earlier_follow_ups_do_not_pile_up(sample_index_for_answers: ManualIndex) -> None:
    first = meant("What about Bluetooth headphones?", sample_index_for_answers)
    then = next_earlier(first, first.scope, AFTER_FLIGHT)
    assert then == Earlier(AFTER_FLIGHT.question, str(first.scope))
    last = meant("What about the margins?", sample_index_for_answers, then)
    assert last.question == f"What about the margins? ({AFTER_FLIGHT.question})"


def test_refused_subject_ends_what_was_talked_of(sample_index_for_answers: ManualIndex) -> None:
    weather = "What is the weather in Paris?"
    then = next_earlier(Understood(weather), None, AFTER_FLIGHT)
    assert then == Earlier(weather, None)
    found = meant("and how do I turn it off?", sample_index_for_answers, then)
    assert (found.question, found.covered) == (f"and how do I turn it off? ({weather})", False)
    assert next_earlier(found, None, then) == then
    alone = "How long can I keep a borrowed book?"
    assert meant(alone, sample_index_for_answers, then) == Understood(alone)


def test_doubtful_subject_is_what_refers_back_means_and_may_be_covered(sample_index_for_answers: ManualIndex) -> None:
    then = next_earlier(Understood("the pages look pale"), None, AFTER_FLIGHT, doubtful=True)
    found = meant("and how do I turn it off?", sample_index_for_answers, then)
    assert (found.question, found.covered) == ("and how do I turn it off? (the pages look pale)", None)


@pytest.mark.parametrize("doubtful", [True, False])
def test_what_it_is_or_has_is_asked_of_the_device_after_a_question_without_an_answer(
    doubtful: bool, sample_index_for_answers: ManualIndex
) -> None:
    before = Earlier("Does it have a toaster?", None, doubtful=doubtful)
    for question in ("is it waterproof", "can it play audiobooks?", "does it support epub"):
        assert meant(question, sample_index_for_answers, before) == Understood(question)


def test_question_that_only_refers_leaves_what_was_talked_of(sample_index_for_answers: ManualIndex) -> None:
    found = meant("is it waterproof?", sample_index_for_answers)
    assert not found.follow_up
    assert next_earlier(found, None, AFTER_FLIGHT) == AFTER_FLIGHT


def test_refused_follow_up_and_thanks_leave_the_item_before(sample_index_for_answers: ManualIndex) -> None:
    for question in ("Can I defrost it?", "Thanks!"):
        found = meant(question, sample_index_for_answers)
        assert next_earlier(found, None, AFTER_FLIGHT) == AFTER_FLIGHT
    assert meant("Thanks!", sample_index_for_answers) == Understood("Thanks!", covered=False)


def test_words_that_no_text_has_do_not_fall_to_the_item_before(sample_index_for_answers: ManualIndex) -> None:
    assert meant("and the zxqv?", sample_index_for_answers) == Understood("and the zxqv?")
    assert meant("what about the zxqv?", sample_index_for_answers) == Understood("what about the zxqv?")


def test_without_an_earlier_answer_a_question_stands_alone(sample_index_for_answers: ManualIndex) -> None:
    assert meant("why?", sample_index_for_answers, None) == Understood("why?")


def test_item_that_is_gone_from_the_index_is_no_scope(sample_index_for_answers: ManualIndex) -> None:
    gone = Earlier("How do I fly?", "larkfield/nowhere")
    assert meant("why?", sample_index_for_answers, gone) == Understood("why?")


def test_search_is_kept_to_the_manual_asked(two_manuals_index: ManualIndex) -> None:
    earlier = Earlier("How do I set the brightness?", "lamp/brightness")
    found = understand_question("and the colour of it?", earlier, two_manuals_index, "lamp")
    assert found.scope in (None, "lamp/colour")
    assert "lamp" in (found.scope or two_manuals_index.search(found.question, 1, "lamp")[0].section_id)


def test_item_of_another_manual_than_the_one_asked_is_no_scope(two_manuals_index: ManualIndex) -> None:
    assert understand_question("why?", AFTER_FLIGHT, two_manuals_index, "lamp") == Understood("why?")


def test_a_follow_up_does_not_leave_its_manual(two_manuals_index: ManualIndex) -> None:
    battery = Earlier("What is using up my battery?", "sample-manual/settings/battery")
    kept = understand_question("and where is it?", battery, two_manuals_index, "sample-manual")
    assert (kept.follow_up, kept.scope) == (True, "sample-manual/settings/battery")
    left = understand_question("and where is it?", battery, two_manuals_index, "lamp")
    assert left == Understood("and where is it?")


@pytest.mark.parametrize("question", ["And the battery?", "What about the battery?", "And how do I charge it?"])
def test_what_a_follow_up_is_about_is_looked_for_in_its_manual(question: str, two_manuals_index: ManualIndex) -> None:
    colour = Earlier("How do I set the colour?", "lamp/colour")
    assert (understand_question(question, colour, two_manuals_index, "lamp").scope or "lamp/").startswith("lamp/")
