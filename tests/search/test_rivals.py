"""Sections that say the same, as pages of like devices do, are no rivals of each other."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from graphrag_tools import ManualIndex
from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.graph import MenuItem
from graphrag_tools.manual.sections import Block, Manual, Section
from graphrag_tools.search.rivals import figures_of_first, say_the_same

JOINING = (
    "Open the settings of your phone, choose the network whose name stands on the back, and type the password below it."
)


def device(name: str, title: str, text: str) -> list[Section]:
    own = (Block("paragraph", text),) if text else ()
    return [Section(name, name), Section(f"{name}-{title}", title, own, parent=name)]


def items(*sections: Sequence[Section]) -> list[MenuItem]:
    graph = build_graph(Manual("m", "M", tuple(section for pair in sections for section in pair)))
    return [item for item in graph.items if len(item.path) > 1 and item.kind == "section"]


@pytest.mark.parametrize(
    ("title", "text", "same"),
    [
        ("Joining", JOINING, True),
        ("Joining", JOINING.replace("phone", "tablet"), True),
        ("Leaving", JOINING, False),
        ("Joining", f"{JOINING} Wait for 10 seconds.", False),
        ("Joining", "Hold the wheel until the ring turns white.", False),
    ],
)
def test_sections_of_one_title_and_text_say_the_same(title: str, text: str, *, same: bool) -> None:
    one, other = items(device("Small", "Joining", JOINING), device("Large", title, text))
    assert say_the_same(one, other) == same


def test_headings_without_text_say_nothing() -> None:
    one, other = items(device("Small", "Joining", ""), device("Large", "Joining", ""))
    assert not say_the_same(one, other)


def test_same_text_on_many_devices_pages_leaves_the_answer_sure(tmp_path: Path) -> None:
    fan = [Section("fan", "Fan"), Section("fan-noise", "Noise", (Block("paragraph", "Clean the fan."),), parent="fan")]

    def confidence(folder: str, devices: int) -> float:
        pages = [device(f"Lamp {chr(65 + number)}", "Joining", JOINING) for number in range(devices)]
        manual = Manual("lamps", "Lamps", tuple(section for pair in [*pages, fan] for section in pair))
        index = ManualIndex.build([manual], tmp_path / folder, embeddings="minilm")
        sure = index.search("how do i join the wireless network")[0].confidence
        index.close()
        return sure

    assert confidence("many", 12) == pytest.approx(confidence("one", 1), abs=0.05)


@pytest.mark.parametrize(("sections", "background"), [(3, 0.235), (10, 0.2), (20, 0.15), (40, 0.05), (60, 0.05)])
def test_the_background_of_a_manual_with_few_sections_is_near_the_usual_one(sections: int, background: float) -> None:
    graph = build_graph(Manual("m", "M", tuple(Section(f"s{number}", f"S{number}") for number in range(sections))))
    names = [item.id for item in graph.items if item.kind == "section" and len(item.path) == 1]
    cosines = dict.fromkeys(names, 0.05) | {names[0]: 0.6}
    figures = figures_of_first(names, dict.fromkeys(names, 1.0), names, cosines, graph.item)
    assert figures.cosine - figures.lead == pytest.approx(background)
