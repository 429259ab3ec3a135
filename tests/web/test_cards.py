"""An answer's card: its lines by kind, Copy, what is kept when a question is not sent, and what a reload keeps."""

import json
from pathlib import Path

import pytest
from support.web_fixtures import Open, Serve, ask, expect

from graphrag_tools.answer import Answer, Source
from graphrag_tools.errors import ConfigError, StoreError
from graphrag_tools.evaluation.questions import read_questions
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.models.providers import NO_MODEL

COPIED = """async () => {
    for (;;) {
        const text = await navigator.clipboard.readText();
        if (text.includes("From the manual")) return text;
        await new Promise(later => setTimeout(later, 50));
    }
}"""
RESET_QUESTION = "How do I reset the device?"


def test_steps_are_numbered_and_warnings_boxed(open_page: Open, sample_page: str) -> None:
    card = ask(open_page(sample_page), RESET_QUESTION)
    steps = card.locator(".said.numbered")
    expect(steps).to_have_count(4)
    numbers = [step.evaluate("one => getComputedStyle(one, '::before').content") for step in steps.all()]
    assert numbers == ['"1."', '"2."', '"3."', '"4."']
    expect(card.locator(".said.warning")).to_contain_text("A reset cannot be undone")


def test_copy_takes_way_words_and_source(open_page: Open, sample_page: str) -> None:
    page = open_page(sample_page, permissions=["clipboard-read", "clipboard-write"])
    card = ask(page, "How do I turn on flight mode?")
    page.bring_to_front()  # a clipboard is read by the page in front alone
    card.get_by_role("button", name="Copy this answer").click()
    copied = page.evaluate(COPIED)
    assert copied.startswith("Settings › Wi-Fi › Flight mode\n\nFlight mode turns off")
    assert copied.endswith("From the manual: Settings › Wi-Fi › Flight mode")


def test_a_question_that_is_too_long_is_not_sent_and_stays(open_page: Open, sample_page: str) -> None:
    page = open_page(sample_page)
    field = page.get_by_role("textbox", name="Question")
    field.fill("word " * 1_000 + "end")
    page.get_by_role("button", name="Ask", exact=True).click()
    page.locator(".counted", has_text="Not sent: the question has 5,003 characters").wait_for()
    expect(field).to_have_value("word " * 1_000 + "end")
    expect(page.locator(".answer, .question")).to_have_count(0)


def test_reload_keeps_theme_and_model(open_page: Open, serve: Serve, sample_index_for_answers: ManualIndex) -> None:
    page = open_page(serve(sample_index_for_answers, "--model", "gguf:nowhere.gguf"))
    page.get_by_role("alert").get_by_text("cannot be used").wait_for()
    page.get_by_role("combobox", name="Model").select_option(NO_MODEL)
    page.get_by_role("alert").get_by_text("cannot be used").wait_for(state="hidden")
    page.get_by_role("button", name="Theme: automatic").click()
    page.get_by_role("button", name="Theme: light").click()
    page.get_by_role("button", name="Theme: dark").wait_for()
    page.reload()
    page.get_by_role("button", name="Theme: dark").wait_for()
    expect(page.get_by_role("combobox", name="Model")).to_have_value(NO_MODEL)
    expect(ask(page, RESET_QUESTION).locator(".status")).to_contain_text("✓")


def test_rated_answers_are_kept_as_questions_that_eval_reads(
    open_page: Open, serve: Serve, sample_index_for_answers: ManualIndex, tmp_path: Path
) -> None:
    kept = tmp_path / "ours.jsonl"
    page = open_page(serve(sample_index_for_answers, "--ratings", kept))
    card = ask(page, "How do I turn on flight mode?")
    card.get_by_role("button", name="Useful", exact=True).click()
    card.get_by_text("Thank you").wait_for()
    expect(card.get_by_role("button", name="useful")).to_have_count(0)
    other = ask(page, "What is the weather in Paris?")
    expect(other.get_by_role("button", name="Useful", exact=True)).to_have_count(0)
    other.get_by_role("button", name="Not useful").click()
    other.get_by_text("Thank you").wait_for()
    lines = [json.loads(line) for line in kept.read_text(encoding="utf-8").splitlines()]
    assert [(line["useful"], line["section_path"]) for line in lines] == [
        (True, ["Settings", "Wi-Fi", "Flight mode"]),
        (False, []),
    ]
    (question,) = read_questions(kept)
    assert (question.text, question.section_path[-1]) == ("How do I turn on flight mode?", "Flight mode")


def test_nobody_is_asked_where_nothing_is_kept(open_page: Open, sample_page: str) -> None:
    card = ask(open_page(sample_page), "How do I turn on flight mode?")
    expect(card.get_by_role("button", name="useful")).to_have_count(0)


@pytest.mark.parametrize("name", ["ours.csv", "ours", "no/where/ours.jsonl"])
def test_file_of_ratings_that_cannot_be_is_refused(name: str, sample_index: ManualIndex, tmp_path: Path) -> None:
    pytest.importorskip("nicegui")
    from graphrag_tools.web.ratings import Ratings

    with pytest.raises(ConfigError, match="--ratings"):
        Ratings(tmp_path / name, sample_index)
    kept = Ratings(tmp_path / "ours.jsonl", sample_index)
    (tmp_path / "ours.jsonl").mkdir()
    with pytest.raises(StoreError, match="cannot be kept"):
        kept.keep(Answer(text="Wipe it.", status="answered"), useful=True)


def test_print_leaves_the_cards_alone(open_page: Open, sample_page: str) -> None:
    page = open_page(sample_page)
    card = ask(page, RESET_QUESTION)
    page.emulate_media(media="print")
    expect(card).to_be_visible()
    for part in (".share", ".menu", ".asking", ".conversations"):
        expect(page.locator(part).first).to_be_hidden()
    expect(card.locator(".places")).to_be_hidden()


def test_print_has_the_places_that_a_refusal_names(open_page: Open, sample_page: str) -> None:
    page = open_page(sample_page)
    card = ask(page, "What is the weather in Paris?")
    page.emulate_media(media="print")
    expect(card.locator(".place").first).to_be_visible()


@pytest.mark.parametrize("url", ["", "https://example.org/manual#lid"])
def test_what_is_copied_names_page_and_address(url: str) -> None:
    pytest.importorskip("nicegui")
    from graphrag_tools.web.cards import copied_text

    source = Source(id="pump/lid", title="Lid", path=("Care", "Lid"), url=url, page=12)
    answer = Answer(text="Wipe it.", status="answered", menu_path=("Care", "Lid"), sources=(source,))
    address = f", {url}" if url else ""
    assert copied_text(answer) == f"Care › Lid\n\nWipe it.\n\nFrom the manual: Care › Lid, page 12{address}"
    assert copied_text(Answer(text="The manual does not say.", status="not_in_manual")) == "The manual does not say."


def test_way_stands_first_and_the_rest_of_a_long_text_is_folded_away(
    open_page: Open, serve: Serve, kettle_index: ManualIndex
) -> None:
    card = ask(open_page(serve(kettle_index, "--answer-from", "0")), "Which colours has the lamp?")
    rest = card.locator("details").filter(has_text="Show all")
    expect(rest.locator(".said").first).to_be_hidden()
    rest.locator("summary").click()
    expect(rest.locator(".said").first).to_contain_text("The lamp glows in amber")
