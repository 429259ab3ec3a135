"""Tabs of pages that generators wrote: the name of each stands before what it shows."""

from pathlib import Path

import pytest

from graphrag_tools.loaders import load_manual

_PANELS = "<div{}><ol><li>Run it.</li></ol></div><div{}><p>Drag it.</p></div>"


@pytest.mark.parametrize(
    "tabs",
    [
        '<div class="tabbed-set"><input type=radio><input type=radio><div class="tabbed-labels"><label>Win</label>'
        f'<label>Mac</label></div><div class="tabbed-content">{_PANELS.format("", "")}</div></div>',
        '<div><ul role="tablist" class="tabs"><li role="tab">Win</li><li role="tab">Mac</li></ul>'
        f"<div>{_PANELS.format(' role=tabpanel', ' role=tabpanel hidden')}</div></div>",
        '<div class="sphinx-tabs"><div role="tablist"><button aria-controls="p-1" role="tab">Win</button>'
        '<button aria-controls="p-2" role="tab">Mac</button></div>'
        f"{_PANELS.format(' id=p-1 role=tabpanel', ' id=p-2 role=tabpanel hidden')}</div>",
        '<ul class="nav nav-tabs"><li><a href="#p-1">Win</a></li><li><a href="#p-2">Mac</a></li></ul>'
        f'<div class="tab-content">{_PANELS.format(" id=p-1", " id=p-2")}</div>',
        '<div><div class="wrap"><ul role="tablist"><li><a role="tab">Win</a></li><li><a role="tab">Mac</a></li></ul>'
        f"</div>{_PANELS.format(' role=tabpanel', ' role=tabpanel hidden')}</div>",
        '<div class="sd-tab-set"><input type=radio><label class="sd-tab-label">Win</label><div><ol><li>Run it.</ol>'
        '</div><label class="sd-tab-label">Mac</label><div><p>Drag it.</p></div></div>',
    ],
)
def test_the_name_of_a_tab_heads_what_it_shows(tmp_path: Path, tabs: str) -> None:
    (tmp_path / "a.html").write_text(f"<main><h1>A</h1><p>Get it.</p>{tabs}</main>", encoding="utf-8")
    [section] = load_manual(tmp_path / "a.html").sections
    assert [(block.kind, block.text) for block in section.blocks] == [
        ("paragraph", "Get it."),
        ("heading", "Win"),
        ("step", "Run it."),
        ("heading", "Mac"),
        ("paragraph", "Drag it."),
    ]


def test_a_row_of_tabs_without_what_they_show_stays_text(tmp_path: Path) -> None:
    text = '<h1>A</h1><div role="tablist"><span role="tab">One</span> <span role="tab">Two</span></div><p>Go.</p>'
    (tmp_path / "a.html").write_text(text, encoding="utf-8")
    [section] = load_manual(tmp_path / "a.html").sections
    assert [block.text for block in section.blocks] == ["One Two", "Go."]
