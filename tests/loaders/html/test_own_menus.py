from pathlib import Path

from graphrag_tools.loaders import load_manual

MENU = '<p><a href="#fill">[Fill]</a> <a href="#clean">[Clean]</a> [Store]</p>'
TOP = '<p>Keep it dry.<br><a href="#kettle">(top)</a></p>'


def read(tmp_path: Path, below: str) -> list[list[str]]:
    parts = "".join(f'<h2 id="{part.lower()}">{part}</h2>{below}' for part in ("Fill", "Clean", "Store"))
    (tmp_path / "kettle.html").write_text(f'<h1 id="kettle">Kettle</h1><p>It boils.</p>{parts}')
    return [[block.text for block in section.blocks] for section in load_manual(tmp_path / "kettle.html").sections]


def test_menus_of_a_page_s_places_that_stand_at_each_of_them_are_no_text(tmp_path: Path) -> None:
    assert read(tmp_path, MENU + TOP) == [["It boils."], *[["Keep it dry."]] * 3]


def test_sentences_and_links_to_other_pages_stay_though_they_are_repeated(tmp_path: Path) -> None:
    sentence = '<p>Switch it off first, as <a href="#fill">Fill</a> says.</p><p><a href="safety.html#heat">Heat</a></p>'
    texts = ["Switch it off first, as Fill says.", "Heat"]
    assert read(tmp_path, sentence) == [["It boils."], texts, texts, texts]


def test_sentences_that_are_mostly_links_and_steps_called_as_a_menu_stay(tmp_path: Path) -> None:
    sentence = '<p><a href="#fill">Read how to fill it</a> first.</p>'
    assert read(tmp_path, sentence)[1:] == [["Read how to fill it first."]] * 3
    steps = '<p><a href="#kettle">Start</a></p><ol><li>Start</li><li>Wait</li></ol>'
    assert read(tmp_path, steps)[1:] == [["Start", "Wait"]] * 3
