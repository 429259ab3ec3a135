"""The chat page as a user of a browser meets it: asking, refusals, the menu, trouble, keyboard, phone, dark."""

import pytest
from conftest import OllamaServer, free_port
from support.web_fixtures import WRITING, Open, SayingModel, Serve, ask, expect, violations

from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.sections import Block, Manual, Section
from graphrag_tools.models.providers import NO_MODEL
from graphrag_tools.web.contents import MOST_BESIDE

FLIGHT_QUESTION = "How do I turn on flight mode?"
LOAN_QUESTION = "How long can I keep a borrowed book?"
TRUE_WORDS = "A loan ends after 21 days."


@pytest.fixture(scope="module")
def long_level_index(tmp_path_factory: pytest.TempPathFactory) -> ManualIndex:
    """A manual without levels, with more sections than are shown beside each other."""
    names = [f"Part {number}" for number in range(MOST_BESIDE + 50)]
    sections = [Section(name.lower(), name, (Block("paragraph", f"{name} is cleaned."),)) for name in names]
    return ManualIndex.build([Manual("parts", "Parts", tuple(sections))], tmp_path_factory.mktemp("parts") / "index")


def test_answer_shows_status_path_taps_source_and_who_made_it(open_page: Open, sample_page: str) -> None:
    card = ask(open_page(sample_page), FLIGHT_QUESTION)
    expect(card.locator(".status")).to_have_text("✓ Answered from the manual")
    expect(card.locator(".path")).to_have_text("Settings › Wi-Fi › Flight mode")
    expect(card.locator(".taps")).to_have_text("Settings › Wi-Fi › Flight mode")
    expect(card).to_contain_text("no model · the manual's own words · ")
    assert "Settings › Wi-Fi › Flight mode" in card.inner_text().split("In the manual")[1]


def test_menu_shows_the_way_down_and_marks_what_is_quoted(open_page: Open, sample_page: str) -> None:
    page = open_page(sample_page)
    card = ask(page, FLIGHT_QUESTION)
    expect(page.locator(".node[aria-current=location]")).to_have_text("Flight mode")
    expect(page.locator(".node.above")).to_have_text(["Settings", "Wi-Fi"])
    page.locator(".section mark").first.wait_for()
    marked = page.locator(".section mark").all_inner_texts()
    assert all(text in card.locator(".words").inner_text() for text in marked)


def test_follow_up_says_how_it_was_understood(open_page: Open, sample_page: str) -> None:
    page = open_page(sample_page)
    ask(page, FLIGHT_QUESTION)
    card = ask(page, "and how do I turn it off?")
    expect(card).to_contain_text("Understood as: and how do I turn it off? (Flight mode)")
    expect(card.locator(".status")).to_contain_text("? Not sure")  # nothing new is no answer
    expect(card.locator(".words")).to_contain_text("in Settings › Wi-Fi › Flight mode")
    page.get_by_text("Numbered: the closest").wait_for()


def test_refusal_is_told_apart_and_shows_no_item(open_page: Open, sample_page: str) -> None:
    page = open_page(sample_page)
    ask(page, FLIGHT_QUESTION)
    card = ask(page, "What is the weather in Paris?")
    expect(card.locator(".status")).to_have_text("∅ Not in this manual")
    expect(card.locator(".path")).to_have_count(0)
    expect(page.locator("[aria-current=location], mark")).to_have_count(0)
    expect(card.locator(".words")).to_have_count(0)  # the heading says it, and the places are buttons
    expect(card.locator(".places .place")).to_have_count(3)
    for number in ("1", "2", "3"):
        expect(page.locator(".map .number text", has_text=number)).to_have_count(1)
    expect(page.locator(".map .number")).to_have_count(3)
    card.locator(".place").first.click()
    page.locator(".screens").wait_for()
    page.get_by_role("button", name="Back to the closest places").click()
    page.locator(".map .number").first.wait_for()


def test_entry_to_press_is_in_sight_on_each_screen(open_page: Open, sample_page: str) -> None:
    page = open_page(sample_page)
    ask(page, "How do I reset the device?")
    page.wait_for_function("""() => [...document.querySelectorAll(".screen .pressed")].every(pressed => {
        const one = pressed.getBoundingClientRect(), list = pressed.closest("ul").getBoundingClientRect();
        return one.top >= list.top && one.bottom <= list.bottom;
    })""")
    expect(page.locator(".screen .pressed")).to_have_text(["Reset", "Reset the device"])


def test_clicks_walk_the_graph_and_lead_back(open_page: Open, sample_page: str) -> None:
    page = open_page(sample_page)
    ask(page, FLIGHT_QUESTION)
    page.get_by_role("treeitem", name="Wi-Fi", exact=True).click()
    page.locator(".node.current", has_text="Wi-Fi").wait_for()
    page.get_by_role("treeitem", name="Settings", exact=True).click()
    page.locator(".node.current", has_text="Settings").wait_for()
    expect(page.get_by_role("group").first.get_by_role("treeitem")).to_have_count(14)
    page.get_by_role("button", name="Back to the answer").click()
    page.locator(".node.current", has_text="Flight mode").wait_for()
    page.get_by_role("button", name="New question").click()
    page.locator("[aria-current=location]").wait_for(state="detached")
    page.get_by_role("treeitem", name="Troubleshooting").wait_for()


def test_see_also_leads_across_the_tree(open_page: Open, sample_page: str) -> None:
    page = open_page(sample_page)
    ask(page, FLIGHT_QUESTION)
    page.get_by_role("treeitem", name="Wi-Fi", exact=True).click()
    page.get_by_role("button", name="See also: Troubleshooting › Wi-Fi does not connect").click()
    page.locator(".node.current", has_text="Wi-Fi does not connect").wait_for()
    expect(page.locator(".node.above")).to_have_text(["Troubleshooting"])


def test_contents_fold_away_and_stay_so_over_a_reload(open_page: Open, sample_page: str) -> None:
    page = open_page(sample_page)
    item, button = page.get_by_role("treeitem").first, page.get_by_role("button", name="Contents")
    item.wait_for()
    button.click()
    item.wait_for(state="hidden")
    expect(button).to_have_attribute("aria-expanded", "false")
    page.reload()
    page.locator("html.is-folded").wait_for()
    button.click()
    item.wait_for()


def test_all_items_of_a_long_level_can_be_shown(open_page: Open, serve: Serve, long_level_index: ManualIndex) -> None:
    page = open_page(serve(long_level_index))
    more = page.get_by_role("treeitem", name="more")
    expect(more).to_have_text("50 more")
    expect(page.locator(".node")).to_have_count(MOST_BESIDE)
    more.click()
    more.wait_for(state="detached")
    expect(page.locator(".node")).to_have_count(MOST_BESIDE + 50)


def test_manual_can_be_chosen_among_several(open_page: Open, serve: Serve, two_manuals_index: ManualIndex) -> None:
    page = open_page(serve(two_manuals_index))
    expect(page.locator(".tree")).to_have_count(2)
    card = ask(page, "How do I set the brightness?")
    expect(card.locator(".path")).to_have_text("Brightness")
    expect(card.locator(".origin")).to_contain_text("In the manual")
    expect(card.locator(".origin")).to_contain_text("Lamp")
    titles = ("Lamp", page.locator(".tree h2").first.inner_text())
    assert all(words.startswith(titles) for words in card.locator(".place .aside").all_inner_texts())
    page.get_by_role("combobox", name="Manual").select_option(label="Lamp")
    page.locator(".tree").nth(1).wait_for(state="detached")
    page.get_by_role("treeitem", name="Colour").wait_for()
    assert violations(page) == []
    expect(page.locator(".tree")).to_have_count(1)
    expect(ask(page, LOAN_QUESTION).locator(".status")).to_have_text("∅ Not in this manual")


def test_manual_kept_to_is_the_only_one_on_offer(open_page: Open, serve: Serve, two_manuals_index: ManualIndex) -> None:
    page = open_page(serve(two_manuals_index, "--manual", "lamp"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Lamp")
    expect(page.get_by_role("combobox", name="Manual")).to_be_hidden()
    expect(ask(page, LOAN_QUESTION).locator(".status")).to_have_text("∅ Not in this manual")


def test_conversations_are_listed_opened_again_and_deleted(open_page: Open, sample_page: str) -> None:
    page = open_page(sample_page)
    ask(page, FLIGHT_QUESTION)
    page.get_by_role("button", name="New question").click()
    page.get_by_text("Ask a question, such as").wait_for()
    ask(page, LOAN_QUESTION)
    page.locator(".past").get_by_role("button", name=FLIGHT_QUESTION).click()
    page.locator(".question", has_text=FLIGHT_QUESTION).wait_for()
    expect(page.locator(".answer .path")).to_have_text(["Settings › Wi-Fi › Flight mode"])
    page.locator(".node.current", has_text="Flight mode").wait_for()
    page.get_by_role("button", name="Delete this conversation").click()
    page.locator(".question", has_text=LOAN_QUESTION).wait_for()
    expect(page.locator(".past button")).to_have_text([LOAN_QUESTION])


def test_reload_keeps_the_conversation(open_page: Open, sample_page: str) -> None:
    page = open_page(sample_page)
    ask(page, FLIGHT_QUESTION)
    page.reload()
    page.locator(".question", has_text=FLIGHT_QUESTION).wait_for()
    expect(ask(page, "and how do I turn it off?")).to_contain_text("(Flight mode)")


def test_other_users_and_tabs_see_nothing_of_a_conversation(open_page: Open, sample_page: str) -> None:
    page = open_page(sample_page)
    ask(page, FLIGHT_QUESTION)
    tab = page.context.new_page()
    tab.goto(sample_page)
    with page.context.expect_page() as opened:
        page.evaluate("window.open(location.href)")  # a tab that takes over the session storage of the first
    for other in (open_page(sample_page), tab, opened.value):
        card = ask(other, "and how do I turn it off?")
        expect(card).not_to_contain_text("Understood as")
        expect(other.locator(".question")).to_have_count(1)
    expect(page.locator(".question")).to_have_count(1)


def test_missing_model_is_said_and_another_can_be_chosen(
    open_page: Open, serve: Serve, sample_index_for_answers: ManualIndex
) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    page = open_page(serve(sample_index_for_answers, "--model", "ollama:gone", "--base-url", nowhere))
    page.get_by_role("alert").get_by_text("ollama:gone cannot be used").wait_for()
    field = page.get_by_role("textbox", name="Question")
    field.fill(FLIGHT_QUESTION)
    field.press("Enter")
    page.locator(".log .trouble").wait_for()
    expect(field).to_have_value(FLIGHT_QUESTION)
    page.get_by_role("combobox", name="Model").select_option(NO_MODEL)
    page.get_by_role("alert").get_by_text("cannot be used").wait_for(state="hidden")
    expect(ask(page, FLIGHT_QUESTION).locator(".path")).to_have_text("Settings › Wi-Fi › Flight mode")


def test_what_stands_in_the_field_is_asked_though_the_server_was_told_of_other_words(
    open_page: Open, sample_page: str
) -> None:
    page = open_page(sample_page)
    page.locator("html[data-ready=true]").wait_for(state="attached")
    field = page.get_by_role("textbox", name="Question")
    field.evaluate("(field, words) => { field.value = words; }", FLIGHT_QUESTION)
    field.press("Enter")
    expect(page.locator(".answer .path")).to_have_text("Settings › Wi-Fi › Flight mode")


def test_draft_is_marked_as_not_checked_and_withdrawn_when_it_is_wrong(
    open_page: Open, serve: Serve, sample_index_for_answers: ManualIndex, saying_model: SayingModel
) -> None:
    saying_model.says = ["A loan lasts 900 days in the turbo menu.", TRUE_WORDS]
    saying_model.goes_on.clear()
    options = ("--model", "ollama:saying", "--base-url", saying_model.url, *WRITING)
    page = open_page(serve(sample_index_for_answers, *options))
    field = page.get_by_role("textbox", name="Question")
    field.fill(LOAN_QUESTION)
    field.press("Enter")
    quote = page.locator(".quote")
    quote.get_by_text("21 days").first.wait_for()
    draft = page.locator(".draft")
    draft.get_by_text("A loan lasts 900 days").wait_for()
    expect(draft.get_by_text("Draft, not checked yet")).to_be_visible()
    expect(draft).to_have_attribute("aria-live", "off")
    saying_model.goes_on.set()
    card = page.locator(".answer")
    card.wait_for()
    expect(card.locator(".words")).to_have_text(TRUE_WORDS)
    expect(page.locator(".log")).not_to_contain_text("900")
    expect(quote).to_have_count(0)
    expect(card).to_contain_text("ollama:saying · its words, checked against the manual")


def test_stop_ends_the_answer_and_the_model(
    open_page: Open, serve: Serve, sample_index_for_answers: ManualIndex, saying_model: SayingModel
) -> None:
    saying_model.says = [TRUE_WORDS]
    saying_model.goes_on.clear()
    options = ("--model", "ollama:saying", "--base-url", saying_model.url, *WRITING)
    page = open_page(serve(sample_index_for_answers, *options))
    field = page.get_by_role("textbox", name="Question")
    field.fill(LOAN_QUESTION)
    field.press("Enter")
    page.locator(".draft").get_by_text("A loan ends").wait_for()
    page.get_by_role("button", name="Stop").click()
    page.locator(".log .trouble", has_text="Stopped.").wait_for()
    assert saying_model.left_alone.wait(60)
    saying_model.goes_on.set()
    expect(ask(page, LOAN_QUESTION).locator(".words")).to_have_text(TRUE_WORDS)


def test_leaving_the_page_stops_the_model(
    open_page: Open, serve: Serve, sample_index_for_answers: ManualIndex, saying_model: SayingModel
) -> None:
    saying_model.goes_on.clear()
    options = ("--model", "ollama:saying", "--base-url", saying_model.url, *WRITING)
    patience = {"graphrag_tools.web.serving._SECONDS_TO_RECONNECT": 5.0}  # which is what it takes
    page = open_page(serve(sample_index_for_answers, *options, changed=patience))
    field = page.get_by_role("textbox", name="Question")
    field.fill(LOAN_QUESTION)
    field.press("Enter")
    page.locator(".draft").get_by_text("The manual").wait_for()
    page.close()
    assert saying_model.left_alone.wait(60)


@pytest.mark.gguf
def test_real_small_model_answers_in_the_page(
    open_page: Open, serve: Serve, sample_index_for_answers: ManualIndex, gguf_runtime: object
) -> None:
    options = ("--model", "gguf:smollm2", "--tool-mode", "schema", "--answers", "quoted", "--choices", "1")
    card = ask(open_page(serve(sample_index_for_answers, *options)), FLIGHT_QUESTION)
    expect(card.locator(".path")).to_have_text("Settings › Wi-Fi › Flight mode")
    expect(card).to_contain_text("gguf:smollm2")
    card.locator("summary", has_text="gguf:smollm2").click()
    expect(card.locator("details")).to_contain_text("by the model")


@pytest.mark.ollama
def test_models_are_switched_in_one_conversation(
    open_page: Open, serve: Serve, sample_index_for_answers: ManualIndex, ollama_server: OllamaServer
) -> None:
    options = ("--tool-mode", "schema", "--answers", "quoted", "--choices", "1", "--base-url", ollama_server.base_url)
    models = [f"ollama:{name}" for name in (ollama_server.weak, ollama_server.claims_tools)]
    page = open_page(serve(sample_index_for_answers, "--model", models[0], "--model", models[1], *options))
    expect(ask(page, FLIGHT_QUESTION)).to_contain_text(models[0])
    page.get_by_role("combobox", name="Model").select_option(models[1])
    card = ask(page, "and how do I turn it off?")
    expect(card).to_contain_text(models[1])
    expect(card).to_contain_text("Understood as")
