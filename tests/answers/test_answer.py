from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage

from graphrag_tools.answers.answer import (
    quote_item,
    quoted_answer,
    quoted_as,
    refusal,
    unsure_answer,
    with_alternatives,
    written_answer,
)
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.models.steps import was_cut
from graphrag_tools.search.hit import Hit

QUESTION = "How much power has each activity used?"
BATTERY = "larkfield/settings/battery"
USAGE = f"{BATTERY}/battery-usage"


def test_quoted_answer_is_the_quote_with_its_path_and_source(sample_index_for_answers: ManualIndex) -> None:
    quote = quote_item(QUESTION, BATTERY, sample_index_for_answers)
    answer = quoted_answer(quote, sample_index_for_answers)
    assert (answer.text, answer.status, answer.mode) == (quote.text, "answered", "quoted")
    assert answer.menu_path == ("Settings", "Battery", "Battery usage")
    assert answer.taps == ("Settings", "Battery", "Battery usage")
    [source] = answer.sources
    assert (source.id, source.title, source.path) == (USAGE, "Battery usage", answer.menu_path)
    assert source.quote.splitlines() == [block.text for block in quote.blocks]
    assert answer.warnings == ()


def test_a_quote_that_leads_to_long_sections_goes_on_with_the_one_that_search_found(tmp_path: Path) -> None:
    page = tmp_path / "lamp.md"
    steps = "\n".join(
        f"{number}. Turn the ring by {number} marks and wait until it clicks twice." for number in range(1, 9)
    )
    page.write_text(
        f"# Lamp\n\n## Cleaning\n\nClean it once a year.\n\n### Emptying the tank\n\nDo this first.\n\n{steps}\n\n"
        f"### Cleaning the shade\n\nDo this then.\n\n{steps}\n\n## Trouble\n\n### It smells\n\n"
        "Pull the plug at once and let it cool. Then see Emptying the tank on page 4.\n\n## Else\n\nNothing at all.\n"
    )
    with closing(ManualIndex.build([page], tmp_path / "index", embeddings="wordllama")) as index:
        [cleaning, emptying, smells] = (
            next(item for item in index.sections() if item.name == name)
            for name in ("Cleaning", "Emptying the tank", "It smells")
        )
        found = [Hit(item_id=emptying.id, section_id=emptying.id, score=1, cosine=1, blocks=(1,))]
        answer = quoted_answer(quote_item("clean it how often and how", cleaning.id, index, found), index)
        assert [source.title for source in answer.sources] == ["Cleaning", "Emptying the tank"]
        assert answer.text.startswith(
            "Clean it once a year.\n- Emptying the tank\n  - Do this first.\n  - Turn the ring by 1"
        )
        assert answer.text.endswith("\n- Cleaning the shade")
        alone = quoted_answer(quote_item("clean it how often and how", cleaning.id, index), index)
        assert alone.text == "Clean it once a year.\n- Emptying the tank\n- Cleaning the shade"
        sent = [Hit(item_id=smells.id, section_id=smells.id, score=1, cosine=1, blocks=(0,)), *found]
        answer = quoted_answer(quote_item("it smells", smells.id, index, sent), index)
        assert answer.text.partition("\n")[2].startswith("- Emptying the tank\n  - Do this first.")
        assert [source.title for source in answer.sources] == ["It smells", "Emptying the tank"]


def test_words_that_were_joined_still_tell_options_apart(tmp_path: Path) -> None:
    page = tmp_path / "band.md"
    rates = [f"- **{name}**: {says}" for name, says in (("Heart alert", "A sound."), ("Steps", "How many a day."))]
    page.write_text(
        "# Band\n\n## Health\n\nTap it for these:\n\n" + "\n".join(rates) + "\n\n## Beats\n\nHeartbeats heartbeats.\n"
    )
    with closing(ManualIndex.build([page], tmp_path / "index", embeddings="wordllama")) as index:
        assert index.mended("sound for my heart beats").changes == (("heart beats", "heartbeats"),)
        health = next(item for item in index.sections() if item.name == "Health")
        assert quote_item("my heart beats", health.id, index).item.name == "Heart alert"


def test_a_slip_of_the_question_does_not_hide_the_option_that_it_asks_for(
    sample_index_for_answers: ManualIndex,
) -> None:
    assert quote_item("powr of each activty", BATTERY, sample_index_for_answers).item.id == USAGE


def test_unknown_item_is_a_key_error(sample_index_for_answers: ManualIndex) -> None:
    with pytest.raises(KeyError):
        quote_item(QUESTION, "larkfield/nowhere", sample_index_for_answers)


def test_section_without_text_answers_with_what_is_below(kettle_index: ManualIndex) -> None:
    answer = quoted_answer(quote_item("heat", "kettle/heat", kettle_index), kettle_index)
    assert (answer.text, answer.sources[0].quote) == ("Modes\nLamp colours", "Modes\nLamp colours")
    assert answer.menu_path == ("Heat",)


def test_section_without_anything_answers_with_its_title(kettle_index: ManualIndex) -> None:
    answer = quoted_answer(quote_item("descaling", "kettle/descaling", kettle_index), kettle_index)
    assert (answer.text, answer.menu_path) == ("Descaling", ("Descaling",))


def test_long_quote_warns_that_it_was_cut(kettle_index: ManualIndex) -> None:
    answer = quoted_answer(quote_item("lamp", "kettle/heat/lamp-colours", kettle_index), kettle_index)
    assert answer.warnings == ("The answer was cut for its length.",)


def test_written_answer_keeps_path_and_sources(sample_index_for_answers: ManualIndex) -> None:
    quote = quote_item(QUESTION, BATTERY, sample_index_for_answers)
    answer = written_answer("See Battery usage.", quote, sample_index_for_answers, "custom:m")
    base = quoted_answer(quote, sample_index_for_answers)
    assert (answer.text, answer.mode, answer.model) == ("See Battery usage.", "written", "custom:m")
    assert (answer.menu_path, answer.sources) == (base.menu_path, base.sources)


@pytest.mark.parametrize("copied", ["=====\nAmber.\n=====", "Amber.\n\n---\n", "\n***\nAmber."])
def test_written_answer_loses_lines_without_a_word_around_it(copied: str, kettle_index: ManualIndex) -> None:
    quote = quote_item("lamp", "kettle/heat/lamp-colours", kettle_index)
    assert written_answer(copied, quote, kettle_index, "m").text == "Amber."


def test_written_answer_keeps_lines_without_a_word_within_it_and_code(kettle_index: ManualIndex) -> None:
    quote = quote_item("lamp", "kettle/heat/lamp-colours", kettle_index)
    text = "Type:\n\n```\nlamp on\n```"
    assert written_answer(text, quote, kettle_index, "m").text == text


def test_written_answer_warns_only_of_its_own_cut(kettle_index: ManualIndex) -> None:
    quote = quote_item("lamp", "kettle/heat/lamp-colours", kettle_index)
    assert quote.cut
    assert written_answer("Amber.", quote, kettle_index, "m").warnings == ()
    assert written_answer("Amber.", quote, kettle_index, "m", cut=True).warnings == (
        "The answer was cut for its length.",
    )


def test_refusal_names_the_three_nearest(sample_index_for_answers: ManualIndex) -> None:
    hits = sample_index_for_answers.search("battery", 5)
    answer = refusal(hits, sample_index_for_answers)
    nearest = [sample_index_for_answers.item(hit.section_id).menu_path for hit in hits]
    assert answer.text == f"The manual does not say. Nearest: {'; '.join(nearest[:3])}."
    assert (answer.status, answer.menu_path, answer.sources) == ("not_in_manual", (), ())
    assert refusal([], sample_index_for_answers).text == "The manual does not say."


@pytest.mark.parametrize(
    ("metadata", "cut"),
    [
        ({"done_reason": "length"}, True),
        ({"finish_reason": "length"}, True),
        ({"stop_reason": "max_tokens"}, True),
        ({"finish_reason": "MAX_TOKENS"}, True),
        ({"stopReason": "max_tokens"}, True),
        ({"incomplete_details": {"reason": "max_output_tokens"}}, True),
        ({"incomplete_details": None, "finish_reason": "length"}, True),
        ({"done_reason": "stop"}, False),
        ({}, False),
    ],
)
def test_cut_reply_is_noticed(metadata: dict[str, Any], cut: bool) -> None:
    assert was_cut(AIMessage("…", response_metadata=metadata)) is cut


def test_unsure_answer_only_names_the_five_closest_places(sample_index_for_answers: ManualIndex) -> None:
    hits = sample_index_for_answers.search(QUESTION, 7)
    answer = unsure_answer(hits, sample_index_for_answers)
    assert (answer.status, answer.menu_path, answer.sources) == ("unsure", (), ())
    paths = [sample_index_for_answers.item(hit.section_id).menu_path for hit in hits[:5]]
    assert answer.text.splitlines()[1:] == [f"- {path}" for path in paths]
    assert [place.id for place in answer.alternatives] == [hit.item_id for hit in hits[:5]]


def test_refusal_names_the_three_nearest_places_in_one_line(sample_index_for_answers: ManualIndex) -> None:
    hits = sample_index_for_answers.search(QUESTION)
    answer = refusal(hits, sample_index_for_answers)
    assert [place.id for place in answer.alternatives] == [hit.item_id for hit in hits[:3]]
    assert answer.text.count(";") == 2
    assert "\n" not in answer.text


def test_alternatives_are_the_next_two_places_beside_the_one_that_answers(
    sample_index_for_answers: ManualIndex,
) -> None:
    hits = sample_index_for_answers.search(QUESTION)
    quote = quote_item(QUESTION, hits[0].item_id, sample_index_for_answers)
    answer = with_alternatives(quoted_answer(quote, sample_index_for_answers), hits, sample_index_for_answers)
    assert [place.id for place in answer.alternatives] == [hit.item_id for hit in hits[1:3]]


def test_section_that_the_answer_refers_to_is_the_first_alternative(tmp_path: Path) -> None:
    pages = {
        "news.md": "# News\n\n## Night look\n\nA calm look for late hours. See [Dim theme](theme.md#dim-theme).\n",
        "theme.md": "# Screen\n\n## Brightness\n\nDrag it.\n\n## Dim theme\n\nTap **Dim**.\n",
        "clock.md": "# Clock\n\n## Night hours\n\nThe look of the clock at night.\n",
    }
    for name, text in pages.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    index = ManualIndex.build([str(tmp_path)], tmp_path / "index", embeddings="wordllama")
    question = "night look"
    hits = index.search(question)
    quote = quote_item(question, hits[0].section_id, index)
    assert quote.section.name == "Night look"
    answer = with_alternatives(quoted_answer(quote, index), hits, index)
    first, second = answer.alternatives
    assert (first.title, second.id) == ("Dim theme", next(hit.item_id for hit in hits[1:] if hit.item_id != first.id))
    index.close()


def test_place_that_says_the_same_of_another_device_is_the_first_alternative(tmp_path: Path) -> None:
    joining = "## Wi-Fi\n\nScan the code on the back to join the network.\n"
    pages = {
        "small.md": f"# Small\n\n{joining}\n## Network code\n\nThe code to join.\n",
        "large.md": f"# Large\n\n{joining}",
    }
    for name, text in pages.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    index = ManualIndex.build([str(tmp_path)], tmp_path / "index", embeddings="wordllama")
    hits = sorted(index.search("Wi-Fi network code"), key=lambda hit: hit.section_id.endswith("wi-fi"))
    answering = hits.pop()
    assert index.item_of(hits[0]).name == "Network code"
    quote = quote_item("wi-fi", answering.section_id, index)
    first, second = with_alternatives(quoted_answer(quote, index), hits, index).alternatives
    assert {first.path, quote.section.path} == {("Small", "Wi-Fi"), ("Large", "Wi-Fi")}
    assert second.title == "Network code"
    index.close()


def test_places_of_one_path_are_listed_once(sample_index_for_answers: ManualIndex) -> None:
    question = "Where can I turn the front light down at night?"
    hits = sample_index_for_answers.search(question)
    quote = quote_item(question, hits[0].section_id, sample_index_for_answers)
    answer = with_alternatives(quoted_answer(quote, sample_index_for_answers), hits, sample_index_for_answers)
    paths = [answer.menu_path, *(place.path for place in answer.alternatives)]
    assert len(paths) == len(set(paths)) == 3


def test_a_sentence_that_leads_to_a_picture_alone_is_a_place_to_look_into(tmp_path: Path) -> None:
    text = "# Lamp\n\n## Time\n\nThe time is set as follows:\n\n![](time.png)\n\n## Light\n\nDo so:\n\n1. Turn it.\n"
    (tmp_path / "lamp.md").write_text(text, encoding="utf-8")
    index = ManualIndex.build([str(tmp_path / "lamp.md")], tmp_path / "index", embeddings="wordllama")
    for question, status in (("set the time", "unsure"), ("turn the light", "answered")):
        hits = index.search(question)
        quote = quote_item(question, hits[0].item_id, index)
        assert quoted_as("answered", quote, hits, index).status == status
    index.close()
