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


def test_includes_of_further_tools_take_what_they_name(tmp_path: Path) -> None:
    files = {
        "docs/a.mdx": 'import Lid, {toc as lidToc} from "./_lid.mdx";\n\n# A\n\n<Lid size="wide" />\n\n'
        '<Snippet file="cord.md" />\n',
        "docs/_lid.mdx": "Close the {props.size} lid.\n",
        "docs/b.md": '# B\n\n{{% include "parts/cord.md" %}}\n\n{{< readfile file="/parts/cord.md" >}}\n',
        "docs/c.md": '# C\n\n1. Open.\n\n    --8<-- "parts/cord.md"\n\n2. Shut.\n\n'
        "--8<--\nparts/cord.md\n; parts/no.md\n--8<--\n",
        "docs/d.md": "# D\n\n<!-- @include: ./parts/ways.md#two -->\n\n<!--@include: ./parts/ways.md{5,} -->\n\n"
        "```{include} parts/ways.md\n:start-line: 4\n```\n",
        "docs/e.adoc": "= E\n\ninclude::parts/ways.md[lines=1..1;5]\n",
        "docs/parts/cord.md": "Keep the cord dry.\n",
        "docs/parts/ways.md": "One.\n<!-- #region two -->\nTwo.\n<!-- #endregion -->\nThree.\n",
    }
    found = graph(tmp_path, files)
    blocks = {
        item.name: [(block.depth, block.text) for block in item.blocks]
        for item in found.items
        if item.kind == "section"
    }
    cord = "Keep the cord dry."
    assert blocks["A"] == [(0, "Close the wide lid."), (0, cord)]
    assert blocks["B"] == [(0, cord), (0, cord)]
    assert blocks["C"] == [(0, "Open."), (1, cord), (0, "Shut."), (0, cord)]
    assert blocks["D"] == [(0, "Two."), (0, "Three."), (0, "Three.")]
    assert blocks["E"] == [(0, "One. Three.")]


def test_pieces_that_gitbook_keeps_in_a_hidden_folder_stand_where_they_are_included(tmp_path: Path) -> None:
    files = {
        "README.md": '# Lamp\n\n{% include ".gitbook/includes/lid.md" %}\n',
        ".gitbook/includes/lid.md": '---\ntitle: Lid\n---\n\n{% hint style="danger" %}\nHot lid.\n{% endhint %}\n',
        ".gitbook/more/no.md": "# No\n",
    }
    found = graph(tmp_path, files)
    assert [(item.name, [block.text for block in item.blocks]) for item in found.items] == [("Lamp", ["Hot lid."])]


def test_files_that_pages_show_as_code_are_code(tmp_path: Path) -> None:
    files = {
        "a.md": '# A\n\n1. Run:\n\n    ```sh\n    --8<-- "run.sh:2:2"\n    ```\n\n'
        "```{literalinclude} run.sh\n:lines: 2-3\n```\n\n"
        "<<< @/run.sh{3}\n\n```\n{{#include gone.sh}}\n```\n",
        "b.rst": "B\n=\n\n.. literalinclude:: run.sh\n   :language: sh\n   :lines: 2-\n\nDone.\n",
        "run.sh": "#!/bin/sh\nup\nhigher\n",
    }
    found = graph(tmp_path, files)
    blocks = {item.name: [(block.kind, block.text) for block in item.blocks] for item in found.items}
    assert blocks["A"] == [
        ("step", "Run:"),
        ("code", "up"),
        ("code", "up\nhigher"),
        ("code", "higher"),
        ("code", "{{#include gone.sh}}"),
    ]
    assert blocks["B"] == [("code", "up\nhigher"), ("paragraph", "Done.")]
