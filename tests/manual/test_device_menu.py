"""The ways of all items are the device's menu, each entry with the words that say so."""

from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.device_menu import Tap, device_menu
from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.sections import Block, Manual, Section


def _names(taps: tuple[Tap, ...]) -> list[str]:
    return [tap.name for tap in taps]


def test_ways_that_begin_alike_share_their_entries() -> None:
    brew = Block("step", "Rinse it first. From Menu, tap Brew > Strength.")
    options = (Block("option", "Strong: More beans.", depth=1, name="Strong"),)
    light = Block("step", "From menu, tap Light.")
    sections = (Section("a", "Strength", (brew, *options)), Section("b", "Light", (light,)), Section("c", "Care"))
    [menu] = device_menu(build_graph(Manual("m", "M", sections)).items)
    assert (menu.name, _names(menu.below)) == ("Menu", ["Brew", "Light"])
    [strength] = menu.below[0].below
    assert (strength.said, strength.item) == ("From Menu, tap Brew > Strength.", "m/strength")
    [strong] = strength.below
    assert (strong.name, strong.said, strong.item) == ("Strong", "Strong: More beans.", "m/strength/strong")


def test_every_way_of_the_sample_manual_is_in_its_menu(sample_index: ManualIndex) -> None:
    menu = sample_index.device_menu()
    assert {"Settings", "Library"} <= set(_names(menu))
    for item in sample_index.graph_of("sample-manual/").items:
        level = menu
        for name in item.taps:
            [found] = [tap for tap in level if tap.name.lower() == name.lower()]
            assert found.said
            assert found.item in sample_index
            level = found.below


def test_the_sentence_that_says_the_way_stands_for_an_entry_and_not_the_first_that_names_it() -> None:
    text = Block("paragraph", "Dark mode is easy on the eyes. From Settings, tap Display > Dark mode. Try Dark mode.")
    [settings] = device_menu(build_graph(Manual("m", "M", (Section("a", "Dark mode", (text,)),))).items)
    [dark] = settings.below[0].below
    assert dark.said == "From Settings, tap Display > Dark mode."
