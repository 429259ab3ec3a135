import pytest

from graphrag_tools.conversation.form import Kind, form_of


def kinds(*questions: str) -> set[Kind]:
    return {form_of(question).kind for question in questions}


def test_question_without_a_word_of_its_own_refers_back() -> None:
    assert kinds("why?", "And on?", "How often?", "How many at a time?", "And how many can I have at once?") == {
        "refers"
    }
    assert kinds("How do I rename it?", "Can I extend it?", "How do I get rid of it?", "How big can they be?") == {
        "refers"
    }
    assert kinds("What about for 45 minutes?", "In two weeks?", "no, the other way around") == {"refers"}


def test_measure_that_only_asks_for_a_figure_is_no_subject() -> None:
    assert kinds("Is there a limit?", "what's the limit?", "What is the maximum size?", "At what speed?") == {"refers"}
    assert kinds("How do I set the time?", "How do I change the text size?", "Can I set a limit?") == {"alone"}


def test_pronoun_refers_back_whatever_the_verb() -> None:
    assert kinds("How do I unplug it?", "I forgot it", "Will they explode?", "Can I do it without Wi-Fi?") == {"refers"}
    assert kinds("What does the light next to it mean?", "Is it safe?", "What if the page is blank?") == {"refers"}


@pytest.mark.parametrize(
    "question",
    [
        "I'm selling my reader, how do I wipe it?",
        "If the screen freezes, how do I unfreeze it?",
        "Is there an app that blocks calls?",
        "What is the largest PDF it can open?",
        "Can it read the screen aloud?",
        "Is it possible to pair headphones?",
        "Is it safe to charge overnight?",
        "How long does it take to charge?",
        "How do I reset this device?",
        "Can the light go warm on its own?",
        "Is there an alarm?",
        "Can I turn pages with one hand?",
        "How do I use a pattern instead of a PIN?",
        "In the library, how do I sort?",
        "電池は?",
        "Who wrote Hamlet?",
        "and who wrote Hamlet?",
    ],
)
def test_pronoun_that_needs_nothing_from_before_stands_alone(question: str) -> None:
    assert form_of(question).kind == "alone"


def test_question_word_without_a_verb_refers_back() -> None:
    assert kinds("How loud?", "Which colors?", "And what resolution?") == {"refers"}


def test_fragment_that_is_led_in_swaps_something() -> None:
    assert kinds(
        "Only for loans", "In another language?", "and red?", "for headphones?", "over Wi-Fi?", "and face?"
    ) == {"swaps"}
    assert kinds("What about the margins?", "ok, and how about PDF?") == {"swaps"}


def test_many_words_are_no_fragment_however_few_are_their_own() -> None:
    assert kinds("For each of us in the room one after the other and then again") == {"alone"}
    assert kinds("about the lamp and so on and so on and so on and so on") == {"alone"}


def test_capitals_change_nothing() -> None:
    assert kinds("THE LAMP IS ON, CAN I TURN IT OFF?", "The lamp is on, can I turn it off?") == {"alone"}
    assert kinds("AND HOW DO I RENAME IT?", "HOW LOUD?") == {"refers"}


def test_bare_words_are_told_from_a_question_with_a_verb() -> None:
    assert kinds("Bluetooth?", "battery life") == {"bare"}
    assert kinds("pair headphones", "how to pair headphones", "screen is black") == {"alone"}


def test_whole_question_behind_and_goes_on() -> None:
    assert kinds("And how do I pair headphones?", "so where is the battery?", "Does the same battery fit?") == {
        "goes_on"
    }


def test_thanks_ask_nothing() -> None:
    assert kinds("Thanks!", "ok, thank you very much", "Got it.", "no") == {"courtesy"}
    assert kinds("???", "…", "👍", "？") == {"courtesy"}
    assert kinds("Thanks, and how do I delete it?") == {"refers"}


def test_what_is_asked_of_who_answers_asks_nothing_of_a_manual() -> None:
    assert kinds("How are you?", "And who are you?", "what can you do", "What’s your name?", "hi, how's it going?") == {
        "courtesy"
    }
    assert kinds("How are you charged for it?", "What can you do with it?", "Where are you told of it?") == {"refers"}


def test_sum_and_time_of_now_need_nothing_from_before() -> None:
    assert kinds(
        "What is 2+2?", "what is 12 times 12", "How much is 50% of 80?", "3 * (4 + 1) =", "What time is it?"
    ) == {"alone"}
    assert kinds("45 minutes?", "And 2?", "What is it at 50%?", "What time is it set to?") == {"refers"}


def test_maker_and_price_are_asked_of_the_device() -> None:
    assert kinds("Who makes it?", "and who made this?", "What is the price?", "What's the cost?") == {"alone"}
    assert kinds("Who can see it?", "What is the limit?", "What is the range?") == {"refers"}


def test_contraction_is_no_word_of_its_own() -> None:
    assert form_of("it won't charge").own == form_of("it will not charge").own


def test_what_is_to_be_done_is_told_from_the_subject() -> None:
    form = form_of("How do I turn off the blue light filter?")
    assert form.operations == {"turn", "off"}
    assert form.own == {"blue", "light", "filter"}
