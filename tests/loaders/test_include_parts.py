"""Parts of files that includes name."""

from pathlib import Path

from support.page_folders import graph


def test_an_include_takes_the_part_that_it_names(tmp_path: Path) -> None:
    files = {
        "mkdocs.yml": "site_name: L\n",
        "docs/a.md": '# A\n\n{%\n   include-markdown "../parts/cells.md"\n   start="<!--s-->"'
        '\n   end="<!--e-->"\n%}\n\n'
        '--8<-- "parts/hub.md:join"\n\n{{#include ../parts/hub.md:key}}\n\n--8<-- "parts/hub.md:1:1"\n\n'
        '{% include-markdown "../parts/more.md" heading-offset=1 %}\n',
        "parts/cells.md": "no\n<!--s-->Two AAA.<!--e-->\nno\n",
        "parts/hub.md": "The hub.\n<!-- --8<-- [start:join] -->\nJoin it.\n<!-- --8<-- [end:join] -->\n"
        "<!-- ANCHOR: key -->\nHold it.\n<!-- ANCHOR_END: key -->\n",
        "parts/more.md": "# More\n\nLong.\n\n```sh\n# no heading\n```\n",
    }
    found = graph(tmp_path, files)
    assert [item.menu_path for item in found.items if item.kind == "section"] == ["A", "A > More"]
    assert [block.text for block in found.item("m/a").blocks] == ["Two AAA.", "Join it.", "Hold it.", "The hub."]
    assert [block.text for block in found.item("m/a/more").blocks] == ["Long.", "# no heading"]


def test_of_a_partial_in_html_the_text_is_read_however_it_is_indented(tmp_path: Path) -> None:
    files = {
        "_config.yml": "title: Lamp\n",
        "_includes/grid.html": '{%- assign colours = "'
        + "red:1," * 200
        + '" | split: "," -%}\n<div>\n\n    <div\n        class="{% if on %}lit{% endif %}">\n        Two lamps.\n'
        "    </div>\n</div>\n",
        "use.md": '# Use\n\nTurn it.\n\n{% include grid.html\n   page="1"\n   rows=3 %}\n\nWipe it.\n',
    }
    found = graph(tmp_path, files)
    assert [(block.kind, block.text) for block in found.item("m/use").blocks] == [
        ("paragraph", "Turn it."),
        ("paragraph", "Two lamps."),
        ("paragraph", "Wipe it."),
    ]
