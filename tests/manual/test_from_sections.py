import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.graph import HAS_CHILD, SEE_ALSO, MenuGraph
from graphrag_tools.manual.sections import Block, BlockKind, Link, Manual, Section, lead_ins, nearest_lead_ins
from graphrag_tools.manual.taps import tapped_names


def section(key: str, title: str, *blocks: Block, parent: str | None = None) -> Section:
    return Section(key, title, blocks, parent, anchors=(f"{key}.html",))


def graph_of(*sections: Section) -> MenuGraph:
    return build_graph(Manual("m", "Manual", sections))


def linking(text: str, *links: tuple[str, str]) -> Block:
    return Block("paragraph", text, links=tuple(Link(*link) for link in links))


BATTERY = (
    Block("paragraph", "Save power."),
    Block("step", "From Settings, tap Battery for options:"),
    Block("option", "Usage: See it.", 1, name="Usage"),
    Block("option", "Mode – Set it.", 1, name="Mode"),
    Block("option", "Fast: Go to Top > Fast now.", 2, name="Fast"),
    Block("option", "a choice without a name", 1),
)


def test_named_options_become_children_of_their_section_before_its_sub_sections() -> None:
    graph = graph_of(section("b", "Battery", *BATTERY), section("c", "Care", parent="b"))
    assert [(item.id, item.kind) for item in graph.items] == [
        ("m/battery", "section"),
        ("m/battery/usage", "option"),
        ("m/battery/mode", "option"),
        ("m/battery/fast", "option"),
        ("m/battery/care", "section"),
    ]
    assert [item.name for item in graph.children("m/battery")] == ["Usage", "Mode", "Fast", "Care"]
    battery, usage, mode = (graph.item(found) for found in ("m/battery", "m/battery/usage", "m/battery/mode"))
    assert (battery.blocks, usage.blocks) == (BATTERY, (BATTERY[2],))
    assert (battery.description, usage.description, mode.description) == ("Save power.", "See it.", "Set it.")
    assert graph.option_at("m/battery", 4) == "m/battery/fast"


def test_an_option_is_reached_by_the_way_of_its_lead_in() -> None:
    graph = graph_of(section("b", "Battery", *BATTERY), section("n", "None", Block("option", "A: b", name="A")))
    assert {item.name: item.taps for item in graph.items} == {
        "Battery": ("Settings", "Battery"),
        "Usage": ("Settings", "Battery", "Usage"),
        "Mode": ("Settings", "Battery", "Mode"),
        "Fast": ("Settings", "Battery", "Fast"),
        "None": (),
        "A": (),
    }


@pytest.mark.parametrize(
    ("between", "second", "way"),
    [
        (None, "Tap More > Advanced.", ("Settings", "Wi-Fi", "More", "Advanced")),
        (Block("step", "Wait for the list."), "Tap More > Advanced.", ("Settings", "Wi-Fi", "More", "Advanced")),
        (Block("paragraph", "Or from the list:"), "Tap More > Advanced.", ("More", "Advanced")),
        (None, "From Camera, tap Modes > Pro.", ("Camera", "Modes", "Pro")),
        (None, "Tap Settings > Sound.", ("Settings", "Sound")),
    ],
)
def test_a_step_that_does_not_say_where_it_begins_goes_on_from_the_one_before(
    between: Block | None, second: str, way: tuple[str, ...]
) -> None:
    first = Block("step", "From Settings, tap Wi-Fi, and then turn it on.")
    option = Block("option", "Saved: see them.", 1, name="Saved")
    graph = graph_of(section("w", "W", first, *([between] if between else []), Block("step", second), option))
    assert graph.item("m/w/saved").taps == (*way, "Saved")


WAYS = st.sampled_from(["From Settings, tap Battery.", "From Camera, tap Modes > Pro.", "No way here.", "Tap OK:"])
KINDS = st.sampled_from(("step", "paragraph", "heading", "option", "note"))


@settings(deadline=None)
@given(st.lists(st.tuples(KINDS, st.integers(0, 3), WAYS), max_size=12))
def test_the_way_to_an_option_is_that_of_its_nearest_lead_in(drawn: list[tuple[BlockKind, int, str]]) -> None:
    blocks = [Block(kind, text, depth, name="X" if kind == "option" else "") for kind, depth, text in drawn]
    options = [item for item in graph_of(section("a", "A", *blocks)).items if item.kind == "option"]
    positions = [at for at, block in enumerate(blocks) if block.kind == "option"]
    for option, position in zip(options, positions, strict=True):
        ways = (tapped_names(blocks[above]) for above in lead_ins(nearest_lead_ins(blocks), position))
        way = next((names for names in ways if names), ())
        assert option.taps == ((*way, "X") if way else ())


def test_repeated_paths_are_numbered_in_reading_order() -> None:
    option = Block("option", "Sound: x", name="Sound")
    graph = graph_of(
        section("a", "Settings", option, option),
        section("b", "Sound", parent="a"),
        section("c", "Settings"),
        section("d", "Sound", parent="c"),
        section("e", "SETTINGS!"),
    )
    assert {item.id for item in graph.items} == {
        "m/settings",
        "m/settings/sound",
        "m/settings/sound~2",
        "m/settings/sound~3",
        "m/settings~2",
        "m/settings~2/sound",
        "m/settings~3",
    }
    assert graph.item("m/settings/sound").kind == "section"
    assert graph.item("m/settings~2/sound").path == ("Settings", "Sound")


@pytest.mark.parametrize("title", ["A > B", '"quoted"', "🔋", "הגדרות", "a/b~2", "\\>", "'; --", "<b>", "x" * 5_000])
def test_a_strange_title_keeps_its_path_and_has_an_id_of_its_own(title: str) -> None:
    graph = graph_of(section("a", title), section("b", title, parent="a"), section("c", title))
    assert [item.path for item in graph.items] == [(title,), (title, title), (title,)]
    assert len({item.id for item in graph.items}) == 3


def test_links_become_see_also_edges_once_and_never_to_the_section_itself() -> None:
    graph = graph_of(
        section("a", "A", linking("to b and b", ("b", "b.html"), ("b", "b.html")), linking("me", ("me", "a.html"))),
        section("b", "B", linking("out", ("out", "https://x.org"), ("mail", "mailto:x@x.org"), ("gone", "gone.html"))),
    )
    assert graph.edges(SEE_ALSO) == [("m/a", "m/b")]
    assert [(found.item, found.link.target) for found in graph.unresolved] == [("m/b", "gone.html")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("See Quick panel.", ["m/quick-panel"]),
        ("For more, see also “Quick PANEL” now", ["m/quick-panel"]),
        ("See Quick panel settings.", []),
        ("See Twice.", []),
        ("Oversee Quick panel.", []),
        ("see quick panel.", []),
        ("If it is lost, see Quick panel on page 97.", ["m/quick-panel"]),
        ("If it is lost, see Quick panel (page 97).", ["m/quick-panel"]),
        ("Den Rest siehe Kapitel „Quick panel“.", ["m/quick-panel"]),
        ("Voir aussi Quick panel, page 97.", ["m/quick-panel"]),
        ("See Quick panels on page 97.", []),
        ("Take one of the same kind (vedere § 7.1.2).", ["m/7-1-2-fuses"]),
        ("See chapter 7.1.2 for it.", ["m/7-1-2-fuses"]),
        ("See chapter 7.1 for it.", []),
        ("Version 7.1.2 has it.", []),
    ],
)
def test_a_section_named_in_words_is_seen_where_one_has_that_title(text: str, found: list[str]) -> None:
    titles = [section("q", "Quick panel"), section("t", "Twice"), section("u", "Twice"), section("f", "7.1.2. Fuses")]
    graph = graph_of(section("a", "A", Block("paragraph", text)), *titles)
    assert [item.id for item in graph.see_also("m/a")] == found


def test_a_table_of_contents_is_left_out_where_the_tree_says_the_same() -> None:
    contents = linking("Child", ("Child", "c.html"))
    elsewhere = linking("Other", ("Other", "o.html"))
    sections = (section("a", "A", contents, elsewhere), section("c", "C", parent="a"), section("o", "O"))
    graph = graph_of(*sections)
    assert graph.item("m/a").blocks == (elsewhere,)
    assert (graph.edges(HAS_CHILD), graph.edges(SEE_ALSO)) == ([("m/a", "m/a/c")], [("m/a", "m/o")])


def test_names_that_are_links_to_sections_are_no_options_where_all_of_them_are() -> None:
    def option(name: str, target: str) -> Block:
        return Block("option", f"{name}: All about it.", name=name, links=(Link(name, target),))

    linked = (option("Light", "light.html"), option("Heat", "heat.html"))
    below = (section("light", "Light"), section("heat", "Heat"))
    found = graph_of(section("more", "Read on", *linked), *below)
    assert [(block.kind, block.text) for block in found.item("m/read-on").blocks] == [
        ("paragraph", "Light: All about it."),
        ("paragraph", "Heat: All about it."),
    ]
    assert [one.name for one in found.see_also("m/read-on")] == ["Light", "Heat"]
    for others in ((linked[0], Block("option", "Sound: Beeps.", name="Sound")), (linked[0],), (option("A", "x"),) * 2):
        kept = graph_of(section("more", "Read on", *others), *below)
        assert [block.kind for block in kept.item("m/read-on").blocks] == ["option"] * len(others)


def test_a_section_is_described_by_its_first_paragraph_else_by_its_first_block() -> None:
    note, step = Block("note", "Note: Careful."), Block("step", "Tap OK.")
    graph = graph_of(section("a", "A", note, Block("paragraph", "What it is.")), section("b", "B", step, note))
    assert [item.description for item in graph.items] == ["What it is.", "Tap OK."]


def test_a_long_description_is_cut_at_a_word_and_marked() -> None:
    graph = graph_of(section("a", "A", Block("paragraph", "word " * 100)), section("b", "B"))
    assert graph.item("m/a").description == "word " * 59 + "word …"
    assert graph.item("m/b").description == ""


TITLES = st.sampled_from(["A", "a", "A ~2", "A/A", "🔋", "??", "הגדרות", "item"]) | st.text(min_size=1, max_size=6)


@st.composite
def manuals(draw: st.DrawFn) -> Manual:
    sections: list[Section] = []
    for number, title in enumerate(draw(st.lists(TITLES, min_size=1, max_size=15))):
        parent = draw(st.none() | st.sampled_from([found.key for found in sections])) if sections else None
        options = [Block("option", f"{name}: x", name=name) for name in draw(st.lists(TITLES, max_size=3))]
        sections.append(Section(str(number), title, tuple(options), parent))
    return Manual("m", "M", tuple(sections))


@settings(deadline=None)
@given(manuals())
def test_ids_are_unique_and_the_same_in_every_build(manual: Manual) -> None:
    first, second = build_graph(manual), build_graph(manual)
    assert [item.id for item in first.items] == [item.id for item in second.items]
    assert first.items == second.items
    assert len(first) == sum(1 + len(section.blocks) for section in manual.sections)
    for item in first.items:
        assert item.path == tuple(above.name for above in first.ancestors(item.id))


def test_a_section_of_a_hundred_thousand_options_is_built() -> None:
    names = (f"Option {number}" for number in itertools.count())
    options = [Block("option", f"{name}: Set it.", 1, name=name) for name in itertools.islice(names, 100_000)]
    graph = graph_of(section("a", "A", BATTERY[1], *options))
    assert graph.item("m/a/option-99999").taps == ("Settings", "Battery", "Option 99999")


def test_the_language_is_told_from_the_sentences_of_all_parts_and_not_from_a_list_of_names() -> None:
    korean = Block("paragraph", "기기를 켜려면 전원 버튼을 길게 누르세요. " * 60)
    names = Block("table", "スイッチ | ランプ | スピーカー | キーボード\n" * 300)
    english = Block("paragraph", "This part of the manual is not translated yet, and you read it as it is. " * 400)
    german = Block(
        "paragraph", "Drücken Sie die Taste, bis die Lampe leuchtet, und warten Sie dann eine Minute. " * 300
    )
    translated = [Section(f"{at}", "Teil", (german,)) for at in range(40)]
    mixed = [*(Section(f"e{at}", "Part", (english,)) for at in range(7)), *translated]
    assert build_graph(Manual("m", "M", (Section("a", "목록", (names, korean)),))).language == "ko"
    assert build_graph(Manual("m", "M", tuple(mixed))).language == "de"


def test_the_language_of_few_long_texts_is_told_from_their_sentences() -> None:
    german = Block("paragraph", "Drücken Sie die Taste, bis die Lampe leuchtet, und warten Sie dann. " * 7_000)
    assert graph_of(section("a", "A", german)).language == "de"
