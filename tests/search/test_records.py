"""What of a manual is searched: items that say nothing are no answer, sentences have vectors of their own."""

from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.graph import MenuGraph
from graphrag_tools.manual.keys import RecordKey
from graphrag_tools.manual.sections import Block, Link, Manual, Section
from graphrag_tools.search.records import block_records, passage_records, section_records

SECTIONS = (
    Section("menu", "Menu"),
    Section("sound", "Sound", (Block("paragraph", "Press Up. It gets louder."),), parent="menu"),
    Section("name", "Lamp Two", (Block("paragraph", "Lamp Two"),)),
    Section("bare", "Reset"),
)


def _graph(sections: tuple[Section, ...] = SECTIONS) -> MenuGraph:
    return build_graph(Manual("lamp", "Lamp", sections))


def test_heading_and_repeated_title_are_no_answer() -> None:
    assert [record.key for record in block_records(_graph())] == ["lamp/menu/sound#0", "lamp/reset#0"]
    texts = {record.key: record.text for record in section_records(_graph())}
    assert texts["lamp/menu"] == texts["lamp/lamp-two"] == ""
    assert texts["lamp/menu/sound"].startswith("Sound\nMenu Sound\nPress Up.")


def test_vectors_are_of_blocks_and_their_sentences_under_the_titles_above() -> None:
    assert [(record.key, record.text) for record in passage_records(_graph())] == [
        ("lamp/menu/sound#0", "Menu > Sound: Press Up. It gets louder."),
        ("lamp/menu/sound#0.0", "Sound: Press Up."),
        ("lamp/menu/sound#0.1", "Sound: It gets louder."),
        ("lamp/reset#0", "Reset"),
    ]
    assert RecordKey.parse("lamp/menu/sound#0.1") == RecordKey("lamp/menu/sound", 0, sentence=1)


def test_manual_of_headings_alone_is_searched_by_them() -> None:
    graph = _graph((Section("a", "Sound", (Block("heading", "Sound"),)), Section("b", "Light", parent="a")))
    assert [record.key for record in passage_records(graph)] == ["lamp/sound/light#0"]


def test_linked_words_are_searched_in_one_as_well() -> None:
    graph = _graph((Section("a", "Wi-Fi", (Block("paragraph", "Shows E-04."),)),))
    [record] = block_records(graph)
    assert record.text == "Wi-Fi: Shows E-04. wifi e04"


def test_names_in_one_are_searched_by_their_words() -> None:
    graph = _graph((Section("a", "darkMenuTheme", (Block("paragraph", "Needs PowerPoint and useSystemTheme."),)),))
    [record] = block_records(graph)
    assert record.text == ("darkMenuTheme: Needs PowerPoint and useSystemTheme. dark Menu Theme use System Theme")
    assert [passage.text for passage in passage_records(graph)] == [
        "dark Menu Theme: Needs PowerPoint and useSystemTheme."
    ]


def test_lines_that_only_point_elsewhere_are_no_text_and_a_stub_is_another_name_of_its_target() -> None:
    links = tuple(Link(name, name.lower()) for name in ("Cleaning", "Filters"))
    cleaning = Section("c", "Cleaning", (Block("paragraph", "Wipe it dry."),), anchors=("cleaning",))
    sections = (
        Section("o", "Care", tuple(Block("option", link.text, links=(link,)) for link in links)),
        cleaning,
        Section(
            "f", "Filters", (Block("paragraph", "Rinse it. See also Cleaning.", links=links[:1]),), anchors=("filters",)
        ),
        Section("d", "Descaling", (Block("paragraph", "For more information, see Cleaning.", links=links[:1]),)),
    )
    graph = _graph(sections)
    assert [(record.key, record.text) for record in block_records(graph)] == [
        ("lamp/cleaning#0", "Cleaning: Wipe it dry."),
        ("lamp/filters#0", "Filters: Rinse it. See also Cleaning."),
        ("lamp/cleaning#1", "Descaling"),
    ]
    assert [record.key for record in passage_records(graph)][-1] == "lamp/cleaning#1"
    assert {record.key for record in section_records(graph) if not record.text} == {"lamp/care", "lamp/descaling"}


def test_a_stub_that_points_to_a_section_without_text_has_a_key_of_its_own() -> None:
    link = (Link("Reset", "reset"),)
    sections = (
        Section("r", "Reset", anchors=("reset",)),
        Section("d", "Start anew", (Block("paragraph", "For more information, see Reset.", links=link),)),
    )
    graph = _graph(sections)
    assert [(record.key, record.text) for record in passage_records(graph)] == [
        ("lamp/reset#0", "Reset"),
        ("lamp/reset#1", "Start anew"),
    ]
    assert len({record.key for record in block_records(graph)}) == 2


def test_a_question_right_above_another_is_a_further_name_of_it() -> None:
    faq = Section("q", "Questions")
    sections = (
        faq,
        Section("a", "Is it too loud?", parent="q"),
        Section("b", "Does it beep?", parent="q"),
        Section("c", "Can I turn the sound down?", (Block("paragraph", "Press Down."),), parent="q"),
        Section("d", "Is it safe?", parent="q"),
        Section("e", "Care", (Block("paragraph", "Wipe it."),), parent="q"),
        Section("f", "Filters", (Block("paragraph", "Rinse them."),), parent="q"),
    )
    said = [(record.key, record.text) for record in block_records(_graph(sections))]
    down = "lamp/questions/can-i-turn-the-sound-down"
    assert said == [
        (f"{down}#0", "Can I turn the sound down?: Press Down."),
        ("lamp/questions/is-it-safe#0", "Is it safe?"),
        ("lamp/questions/care#0", "Care: Wipe it."),
        ("lamp/questions/filters#0", "Filters: Rinse them."),
        (f"{down}#1", "Is it too loud?"),
        (f"{down}#2", "Does it beep?"),
    ]


def test_a_line_on_what_the_section_of_the_same_name_is_about_is_another_name_of_it() -> None:
    link = Link("Timer", "timer")
    timer = Section(
        "t", "Timer", (Block("paragraph", "Hold the wheel until the light blinks. " * 4),), anchors=("timer",)
    )
    about = Block("paragraph", "Turns the lamp off by itself. See Timer for details.", links=(link,))
    graph = _graph((Section("list", "What there is"), Section("l", "Timer", (about,), parent="list"), timer))
    assert [record.key for record in block_records(graph)] == ["lamp/timer#0", "lamp/timer#1"]


def test_a_section_that_says_more_than_where_it_points_is_searched() -> None:
    link = Link("Timer", "timer")
    about = Block("paragraph", "Turns the lamp off by itself. See Timer for details.", links=(link,))
    short = Section("t", "Timer", (Block("paragraph", "Hold the wheel."),), anchors=("timer",))
    other = Section(
        "t", "Timers", (Block("paragraph", "Hold the wheel until the light blinks. " * 4),), anchors=("timer",)
    )
    for target in (short, other):
        graph = _graph((Section("l", "Timer", (about,)), target))
        assert "lamp/timer#0" in [record.key for record in block_records(graph)]
