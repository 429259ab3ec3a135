"""Questions made of titles read well, or are not made."""

import pytest

from graphrag_tools.text.english.title_questions import question_of_title

WHERE = "Where do I find {title}?"


def asked(title: str, text: str = "", where_is: str = WHERE) -> str:
    return question_of_title(title, text, where_is)


@pytest.mark.parametrize(
    ("title", "text", "question"),
    [
        ("Update server", "The update restarts the server.", "How do I update the server?"),
        ("Create account", "You need an account.", "How do I create an account?"),
        ("Secure your data", "", "How do I secure my data?"),
        ("Charge phone", "Lay your phone on it.", "How do I charge my phone?"),
        ("Send to device", "Connect the device.", "How do I send to the device?"),
        ("Export highlights", "", "How do I export highlights?"),
        ("Adding a cover", "", "How do I add a cover?"),
        ("Sort & filter", "", "How do I sort and filter?"),
        ("Create and send an email", "", "How do I create and send an email?"),
        ("Turn on Bluetooth", "Devices with Bluetooth are near.", "How do I turn on Bluetooth?"),
        ("Save more power", "", "How do I save more power?"),
        ("How to turn pages", "", "How do I turn pages?"),
        ("Where are the logs??", "", "Where are the logs?"),
        ("A book does not open", "", "A book does not open, what can I do?"),
        ("The Live panel", "", "Where do I find the Live panel?"),
        ("Screen lock", "", "Where do I find Screen lock?"),
    ],
)
def test_title_is_asked_with_the_articles_that_it_needs(title: str, text: str, question: str) -> None:
    assert asked(title, text) == question


@pytest.mark.parametrize(
    "title",
    [
        *("Getting started", "Reading position", "Update server", "Upgrade options", "Touch sensitivity", "Using"),
        *("Listen Addresses", "See Also", "Access control for relays", "Get /rest/db/status", "1. Create an entry"),
        *(
            "Use of hex values",
            "Grouping and Spacing",
            "What you need",
            "What is it?",
            "You have a new phone",
            "42",
            "",
        ),
        "A title that goes on and on as if it were a paragraph of the text itself",
    ],
)
def test_title_that_makes_no_good_question_makes_none(title: str) -> None:
    assert asked(title, f"{title} {title}. Here it is.") == ""


def test_thing_is_asked_for_only_where_the_manual_says_where_it_is() -> None:
    assert asked("Screen lock", where_is="") == ""
