import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.places import REPOSITORY

from graphrag_tools.answer import Answer, Source
from graphrag_tools.answers.answer import quote_item, quoted_answer, refusal, written_answer
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.sections import Block, Manual, Section
from graphrag_tools.verification.answer import problems
from graphrag_tools.verification.wording import words_from_sources

QUESTION = "How long can I keep a borrowed book?"
LOANS = "larkfield/library/loans"
GOOD = (
    "A loan ends after 21 days. To keep a book for another 21 days, tap **Renew** during the last 3 days of the loan."
)


def written(text: str, index: ManualIndex, item: str = LOANS, question: str = QUESTION) -> list[str]:
    answer = written_answer(text, quote_item(question, item, index), index, "scripted")
    return problems(answer, question, index)


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        "From the Library, tap More > Loans > Add library card. Choose your library, and tap “Borrow”.",
        "Library > Loans",
        '1. From the Library, tap **More**.\n2. Tap **Loans**.\n3. Tap "Borrow".\n4. The loan ends after 21 days.',
        "Step 7: tap Renew during the last 3 days of the loan.",
        "A borrowed book: 21 days.",
        # Four of its five words are the manual's, as many as are expected.
        "A loan ends promptly after days.",
    ],
)
def test_clean_written_answer_passes(text: str, sample_index_for_answers: ManualIndex) -> None:
    assert written(text, sample_index_for_answers) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Tap Library > Returns > Borrow.", "The manual gives no way 'Tap Library > Returns > Borrow.'."),
        ("Tap Library → Returns → Borrow.", "The manual gives no way 'Tap Library > Returns > Borrow.'."),
        ("Loans > Library", "The manual gives no way 'Loans > Library'."),
        ("Tap **Extend** during the last 3 days of the loan.", "The name 'Extend' is not in the manual's text."),
        ("Tap “Extend loan” during the last 3 days.", "The name 'Extend loan' is not in the manual's text."),
        ('Tap "Extend" during the last 3 days of the loan.', "The name 'Extend' is not in the manual's text."),
        ("A loan ends after 28 days.", "The number 28 is not in the manual's text."),
        ("A loan ends after 2.1 days.", "The number 2.1 is not in the manual's text."),
        (
            "Ask the librarian politely, she usually extends borrowing periods.",
            "Only 14% of the words are from the manual; 80% are expected.",
        ),
        ("", "The answer is empty."),
        ("  \n", "The answer is empty."),
    ],
)
def test_each_kind_of_problem_is_named(text: str, problem: str, sample_index_for_answers: ManualIndex) -> None:
    assert problem in written(text, sample_index_for_answers)


def test_every_problem_is_named_at_once(sample_index_for_answers: ManualIndex) -> None:
    found = written("Open Library > Shop, tap **Buy now** and pay 99 dollars quickly.", sample_index_for_answers)
    assert len(found) >= 4


def test_number_that_only_the_question_has_is_no_word_of_the_manual(sample_index_for_answers: ManualIndex) -> None:
    text = "On the 25th floor, a loan ends after 21 days."
    assert "The number 25 is not in the manual's text." in written(text, sample_index_for_answers)
    question = "How long is a loan on the 25th floor?"
    assert "The number 25 is not in the manual's text." in written(text, sample_index_for_answers, question=question)


def test_written_answer_from_an_option_may_use_its_whole_section(sample_index_for_answers: ManualIndex) -> None:
    text = "From Settings, tap **Battery** > **Battery usage**. Its menu path: Settings > Battery > Battery usage"
    assert written(text, sample_index_for_answers, "larkfield/settings/battery/battery-usage") == []


FAITHFUL = REPOSITORY / "benchmarks" / "faithful_answers.csv"


def faithful_answers() -> list[dict[str, str]]:
    with FAITHFUL.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", faithful_answers(), ids=lambda row: row["question"])
def test_faithful_paraphrase_passes(row: dict[str, str], sample_index_for_answers: ManualIndex) -> None:
    found = written(row["answer"], sample_index_for_answers, f"larkfield/{row['item']}", row["question"])
    assert found == []


def test_quote_of_every_item_passes_as_a_written_answer(
    sample_index_for_answers: ManualIndex, kettle_index: ManualIndex
) -> None:
    for index, manual in ((sample_index_for_answers, "larkfield"), (kettle_index, "kettle")):
        for item in index.graph_of(manual).items:
            text = quoted_answer(quote_item("How do I use this?", item.id, index), index).text
            assert (item.id, written(text, index, item.id, "How do I use this?")) == (item.id, [])


@pytest.mark.parametrize(
    ("item", "text"),
    [
        ("getting-started/turn-the-device-on-or-off", "To turn the device on, hold the Power button for 3 seconds."),
        ("getting-started/charge-the-device", "An empty battery is full after about 5 hours with a charger."),
        ("getting-started/charge-the-device/battery-care", "You need to empty the battery before you charge it."),
        ("getting-started/charge-the-device", "Wait at least 4 hours after you plug in the cable."),
        ("settings/wi-fi/flight-mode", "Loans can be renewed in flight mode."),
        ("settings/wi-fi/flight-mode", "Flight mode turns on Wi-Fi and Bluetooth together."),
        ("settings/software-update", "Turn off the device during an update."),
        ("settings/battery", "Protect battery stops charging at 80 degrees."),
        ("settings/bluetooth/pair-headphones", "The device remembers up to 9 paired devices."),
        ("library/add-books/copy-books-over-usb-c", "Unplug the cable, then eject the drive on the computer."),
        ("library/add-books/copy-books-over-usb-c", "Unplug the cable while files are being copied."),
        ("reading/turn-pages", "Tap the left side to go forward and the right side to go back."),
    ],
)
def test_reversed_or_changed_claim_is_found(item: str, text: str, sample_index_for_answers: ManualIndex) -> None:
    assert written(text, sample_index_for_answers, f"larkfield/{item}", "How does it work?") != []


@given(st.text())
def test_no_text_breaks_the_checks(sample_index_for_answers: ManualIndex, text: str) -> None:
    assert all(isinstance(problem, str) for problem in written(text, sample_index_for_answers))


def changed(answer: Answer, **update: object) -> Answer:
    return answer.model_copy(update={"sources": (answer.sources[0].model_copy(update=update),)})


@pytest.fixture
def quoted(sample_index_for_answers: ManualIndex) -> Answer:
    return quoted_answer(quote_item(QUESTION, LOANS, sample_index_for_answers), sample_index_for_answers)


def test_quoted_answer_passes(quoted: Answer, sample_index_for_answers: ManualIndex) -> None:
    assert problems(quoted, QUESTION, sample_index_for_answers) == []


@pytest.mark.parametrize(
    ("update", "problem"),
    [
        ({"quote": "A loan ends after 28 days."}, "These words are not in 'Loans': 'A loan ends after 28 days.'."),
        ({"id": "larkfield/library/shop"}, "There is no menu item 'larkfield/library/shop'."),
        ({"id": "toaster/library/loans"}, "There is no menu item 'toaster/library/loans'."),
        ({"id": "larkfield/library/sync"}, "The path of 'larkfield/library/sync' is not 'Library > Loans'."),
    ],
)
def test_source_that_is_wrong_is_named(
    update: dict[str, object], problem: str, quoted: Answer, sample_index_for_answers: ManualIndex
) -> None:
    assert problems(changed(quoted, **update), QUESTION, sample_index_for_answers) == [problem]


def test_line_of_another_section_is_a_misquote(quoted: Answer, sample_index_for_answers: ManualIndex) -> None:
    line = sample_index_for_answers.item("larkfield/library/sync").blocks[0].text
    quote = f"{quoted.sources[0].quote}\n{line}"
    [found] = problems(changed(quoted, quote=quote), QUESTION, sample_index_for_answers)
    assert found.startswith("These words are not in 'Loans': 'Keep your books, bookmarks")


def test_menu_path_is_that_of_a_source(quoted: Answer, sample_index_for_answers: ManualIndex) -> None:
    answer = quoted.model_copy(update={"menu_path": ("Library", "Shop")})
    assert problems(answer, QUESTION, sample_index_for_answers) == [
        "The menu path 'Library > Shop' is not the path of a source."
    ]


def test_answer_without_a_source(quoted: Answer, sample_index_for_answers: ManualIndex) -> None:
    answer = quoted.model_copy(update={"sources": ()})
    assert "The answer names no source." in problems(answer, QUESTION, sample_index_for_answers)


def test_refusal_needs_no_source(sample_index_for_answers: ManualIndex) -> None:
    assert problems(refusal([], sample_index_for_answers), QUESTION, sample_index_for_answers) == []
    assert problems(Answer(text=" ", status="not_in_manual"), QUESTION, sample_index_for_answers) == [
        "The answer is empty."
    ]


def test_quote_of_every_item_passes(sample_index_for_answers: ManualIndex, kettle_index: ManualIndex) -> None:
    for index, manual in ((sample_index_for_answers, "larkfield"), (kettle_index, "kettle")):
        for item in index.graph_of(manual).items:
            answer = quoted_answer(quote_item("How do I use this?", item.id, index), index)
            assert problems(answer, "How do I use this?", index) == []


def test_quote_of_every_s10_item_passes(s10_index: ManualIndex) -> None:
    index = s10_index
    for item in index.graph_of("s10").items:
        assert problems(quoted_answer(quote_item("How?", item.id, index), index), "How?", index) == []


@given(st.text(), st.text())
def test_share_of_words_is_a_share(text: str, source: str) -> None:
    assert 0.0 <= words_from_sources(text, source) <= 1.0
    assert words_from_sources(text, source, text) == 1.0


def test_share_counts_stems_and_no_stop_words() -> None:
    assert words_from_sources("The loans of the libraries", "library loan") == 1.0
    assert words_from_sources("loan shark", "library", "loan") == 0.5
    assert words_from_sources("", "library") == 1.0


def test_source_is_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Source(id="a", title="A", path=("A",)).title = "B"  # type: ignore[misc]


def test_quoted_code_passes_line_by_line(tmp_path: Path) -> None:
    blocks = (Block("paragraph", "Run these commands:"), Block("code", "pump stop\n\n  pump start --slow"))
    manual = Manual("m", "M", (Section("s", "Update", blocks),))
    index = ManualIndex.build([manual], tmp_path / "index", embeddings="wordllama")
    answer = quoted_answer(quote_item("How do I update?", "m/update", index), index)
    assert answer.text.endswith("```\npump stop\n\n  pump start --slow\n```")
    assert problems(answer, "How do I update?", index) == []
    index.close()
