"""What Sphinx writes into some outputs alone: a manual is read as its site shows it."""

from pathlib import Path

import pytest
from support.page_folders import graph, load, paths

from graphrag_tools.loaders.rst.outputs import for_a_site


@pytest.mark.parametrize(
    ("condition", "is_shown"),
    [
        ("html", True),
        ("latex", False),
        ("not latex", True),
        ("not html", False),
        ("html and not epub", True),
        ("latex or epub", False),
        ("(html or text)", True),
        ("html and not epub and not latex", True),
        ("workshop", True),
        ("not workshop", True),
    ],
)
def test_what_a_site_does_not_show_is_left_out(condition: str, *, is_shown: bool) -> None:
    text = f"* Fill it.\n\n  .. only:: {condition}\n\n     Boil it.\n\n       Loud.\n\nStop.\n"
    kept = "\n  Boil it.\n\n    Loud.\n" if is_shown else "\n\n\n\n"
    assert for_a_site(text) == f"* Fill it.\n\n\n{kept}\nStop.\n"


def test_headings_of_a_site_are_sections_and_lists_of_pages_for_print_order_them(tmp_path: Path) -> None:
    index = (
        "Kettle\n======\n\n.. only:: latex\n\n   Print it.\n\n   .. toctree::\n\n      use\n      care\n\n"
        "   .. include:: care.rst\n\n.. only:: html\n\n   Colours\n   -------\n\n   .. only:: not epub\n\n      Red.\n"
    )
    pages = {
        "conf.py": "",
        "index.rst": index,
        "care.rst": "Care\n====\n\nWipe it.\n",
        "use.rst": "Use\n===\n\nFill it.\n",
    }
    assert paths(graph(tmp_path, pages)) == ["Kettle", "Kettle > Colours", "Kettle > Use", "Kettle > Care"]
    manual = load(tmp_path, pages)
    assert [block.text for section in manual.sections for block in section.blocks] == ["Red.", "Fill it.", "Wipe it."]
    assert "damaged" not in str(manual.skipped)
