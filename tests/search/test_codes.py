from collections.abc import Callable, Iterable, Sequence

from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.graph import MenuItem
from graphrag_tools.manual.sections import Block, Manual, Section
from graphrag_tools.search.codes import meant_by_codes


def _items(**texts: str) -> dict[str, MenuItem]:
    sections = [Section(title, title.replace("_", " "), (Block("paragraph", text),)) for title, text in texts.items()]
    return {item.id: item for item in build_graph(Manual("oven", "Oven", tuple(sections))).items}


def _reading(items: dict[str, MenuItem]) -> Callable[[Sequence[str]], Iterable[MenuItem]]:
    return lambda some: [items[section] for section in some]


def test_the_entry_of_a_code_is_meant_and_what_mentions_it_by_half() -> None:
    items = _items(
        Codes="E-4: Close the tap.",
        Lock_E4="The door stays shut.",
        Door="Pull the handle. With E4 it stays shut.",
    )
    having = ["oven/codes", "oven/lock-e4", "oven/door"]
    assert meant_by_codes(["e4"], having, _reading(items)) == dict(zip(having, (1.0, 1.0, 0.5), strict=True))
    assert meant_by_codes(["e4", "e5"], ["oven/codes"], _reading(items)) == {"oven/codes": 0.5}


def test_what_many_sections_of_a_manual_have_is_a_name_and_decides_nothing() -> None:
    items = _items(**{f"Part_{number}": "Plays MP3 files." for number in range(6)})
    sections = [f"oven/part-{number}" for number in range(6)]
    assert meant_by_codes(["mp3"], sections, _reading(items)) == {}
    assert meant_by_codes(["mp3"], sections[:5], _reading(items)) == dict.fromkeys(sections[:5], 0.5)
    of_two = {**items, "hob/part-0": items[sections[0]]}
    assert len(meant_by_codes(["mp3"], [*sections[:5], "hob/part-0"], _reading(of_two))) == 6


def test_a_version_decides_nothing() -> None:
    items = _items(Parts="V3 has another pump.")
    assert meant_by_codes(["v3"], ["oven/parts"], _reading(items)) == {}
