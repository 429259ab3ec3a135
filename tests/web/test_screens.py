"""The screens of a way, and the map of a manual: what is drawn of them, without a browser."""

import itertools
import re

import pytest

from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.device_menu import device_menu
from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.graph import MenuGraph, MenuItem
from graphrag_tools.manual.sections import Block, Manual, Section
from graphrag_tools.web.icicle import HEIGHT, Marks, draw_map, map_bars
from graphrag_tools.web.screens import MOST_ENTRIES, Screen, device_screens, manual_screens


def item(name: str, *taps: str) -> MenuItem:
    said = f"From {taps[0]}, tap {' > '.join(taps[1:])}." if taps else ""
    return MenuItem(f"d/{name}", "d", "section", name, (name,), taps=taps, blocks=(Block("step", said),))


ITEMS = [
    item("Sound", "Settings", "Sound"),
    item("Dark", "Settings", "Display", "Dark"),
    item("Light", "Settings", "Display", "Light"),
]
MENU = device_menu(ITEMS)


def drawn(screens: list[Screen]) -> list[tuple[str, list[str], int | None]]:
    return [(screen.title, [entry.name for entry in screen.entries], screen.pressed) for screen in screens]


def test_each_screen_has_what_is_attested_there_and_what_to_press() -> None:
    screens = device_screens(MENU, ("Settings", "Display", "Dark"), (), "")
    assert drawn(screens) == [
        ("Settings", ["Sound", "Display"], 1),
        ("Display", ["Dark", "Light"], 0),
        ("Dark", [], None),
    ]
    assert screens[1].entries[0].said == "From Settings, tap Display > Dark."
    assert screens[1].entries[0].item == "d/Dark"


def test_options_stand_on_the_last_screen_and_the_chosen_one_is_pressed() -> None:
    option = MenuItem(
        "d/Sound/loud", "d", "option", "Loud", ("Sound", "Loud"), blocks=(Block("option", "Loud: Rings."),)
    )
    (*_, last) = device_screens(MENU, ("Settings", "Sound"), [option], option.id)
    assert (last.title, last.entries[0].name, last.entries[0].said, last.pressed) == (
        "Sound",
        "Loud",
        "Loud: Rings.",
        0,
    )


def test_way_that_the_menu_no_longer_has_is_drawn_all_the_same() -> None:
    assert drawn(device_screens(MENU, ("Apps", "Clock"), (), "")) == [("Apps", ["Clock"], 0), ("Clock", [], None)]
    assert device_screens((), (), (), "") == []


@pytest.fixture(scope="module")
def larkfield(sample_index_for_answers: ManualIndex) -> MenuGraph:
    return sample_index_for_answers.graph_of("larkfield")


def test_where_no_way_is_told_the_manual_itself_is_walked(larkfield: MenuGraph) -> None:
    screens = manual_screens(larkfield, "larkfield/settings/wi-fi")
    assert [screen.title for screen in screens] == [larkfield.title, "Settings", "Wi-Fi"]
    pressed = [screen.entries[screen.pressed].name for screen in screens if screen.pressed is not None]
    assert pressed == ["Settings", "Wi-Fi"]


@pytest.fixture(scope="module")
def huge() -> MenuGraph:
    """A manual of one level, with very many sections."""
    sections = [Section(f"p{number}", f"Part <{number}>", (Block("note", "Oil it."),)) for number in range(20_000)]
    return build_graph(Manual("parts", "Parts", tuple(sections)))


def test_screen_of_a_very_long_level_is_cut_around_what_is_pressed(huge: MenuGraph) -> None:
    (screen,) = manual_screens(huge, huge.roots[15_000].id)
    assert (len(screen.entries), screen.left_out) == (MOST_ENTRIES, 20_000 - MOST_ENTRIES)
    assert screen.pressed is not None
    assert screen.entries[screen.pressed].name == "Part <15000>"


def test_bars_fill_the_map_and_stand_beside_their_parents(larkfield: MenuGraph) -> None:
    bars = map_bars(larkfield)
    roots = [bar for bar in bars.values() if bar.level == 0]
    assert sum(bar.height for bar in roots) == pytest.approx(HEIGHT)
    assert [bar.id for bar in roots] == [root.id for root in larkfield.roots]
    wifi, settings = bars["larkfield/settings/wi-fi"], bars["larkfield/settings"]
    assert settings.top <= wifi.top
    assert wifi.top + wifi.height <= settings.top + settings.height + 0.001
    assert wifi.level == 1
    assert settings.sections > wifi.sections


def test_map_marks_way_and_what_search_found(larkfield: MenuGraph) -> None:
    way = ["larkfield/settings", "larkfield/settings/wi-fi"]
    marks = Marks((*way,), {"larkfield/settings/display": 0.5}, ("larkfield/settings/sound",))
    drawing = draw_map(map_bars(larkfield), marks, "Map")
    marked = re.findall(r'class="bar (way|found)" data-item="([^"]+)"', drawing)
    assert marked == [("found", "larkfield/settings/display"), ("way", way[0]), ("way", way[1])]
    assert 'style="--shade: 0.50"' in drawing
    assert drawing.count('class="arc"') == 1


def test_closest_places_are_numbered_on_the_map_and_led_apart(larkfield: MenuGraph) -> None:
    places = tuple(item.id for item in larkfield.children("larkfield/settings"))[:6]
    drawing = draw_map(map_bars(larkfield), Marks(places=(*places, "larkfield/gone")), "Map")
    numbered = re.findall(r'class="number" data-item="([^"]+)".*?cy="([^"]+)".*?>(\d+)</text>', drawing)
    assert {item: number for item, _, number in numbered} == {item: str(at + 1) for at, item in enumerate(places)}
    heights = [float(height) for _, height, _ in numbered]
    assert all(below - above >= 17 for above, below in itertools.pairwise(heights))
    assert all(0 < height < HEIGHT for height in heights)


def test_map_of_very_many_sections_is_small_and_its_words_are_text(huge: MenuGraph) -> None:
    bars = map_bars(huge)
    way = [huge.roots[7].id]
    drawing = draw_map(bars, Marks((*way,), arcs=("parts/gone",)), 'A "map"')
    assert drawing.count("<rect") == 1  # the way alone: the others are lower than can be seen
    assert "Part &lt;7&gt;" in drawing
    assert "<7>" not in drawing
    assert 'aria-label="A &quot;map&quot;"' in drawing
    assert map_bars(build_graph(Manual("none", "None", ()))) == {}
