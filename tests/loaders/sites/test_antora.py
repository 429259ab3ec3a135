"""Antora's components, and what AsciiDoc does before a page is read: attributes, includes, conditions, titles."""

from pathlib import Path

import pytest
from support.page_folders import graph, paths

from graphrag_tools.loaders.sites.antora import resource_path
from graphrag_tools.manual.graph import MenuGraph

DESCRIPTOR = """name: lamp
title: Lamp
version: '2'
nav:
- modules/ROOT/nav.adoc
- modules/photo/partials/nav.adoc
asciidoc:
  attributes:
    product: Glow {page-component-version}@
    build: home
    off: false
"""
SITE = {
    "antora.yml": DESCRIPTOR,
    "README.adoc": "= How to build this site\n\nRun it.\n",
    "modules/ROOT/nav.adoc": "* xref:index.adoc[Start]\n** xref:light.adoc[]\n* {product} and friends\n"
    "** xref:photo:zoom.adoc[Zoom in]\n",
    "modules/photo/partials/nav.adoc": ".Pictures\n* xref:take.adoc[Take one]\n",
    "modules/ROOT/pages/index.adoc": "= Welcome\n\nThe {product} shines. See xref:light.adoc#dim[], "
    "xref:photo:zoom.adoc[] or <<hints>>.\n\n[#hints]\n== Good to know\n\nIt is bright.\n",
    "modules/ROOT/pages/light.adoc": "= Light\n\ninclude::partial$hot.adoc[]\n\n[#dim]\n== Dim {product}\n\nTurn it.\n",
    "modules/ROOT/partials/hot.adoc": "WARNING: The {product} gets hot.\n",
    "modules/photo/pages/zoom.adoc": "= Zoom\n\nPinch. Include is xref:ROOT:index.adoc[home].\n",
    "modules/photo/pages/take.adoc": "= Take a picture\n\nPress kbd:[P].\n",
}


def text_of(found: MenuGraph) -> str:
    return "\n".join(block.text for item in found.items for block in item.blocks)


@pytest.mark.parametrize("below", ["", "docs/"])
def test_a_component_is_read_as_its_navigation_orders_it(tmp_path: Path, below: str) -> None:
    found = graph(tmp_path, {f"{below}{name}": text for name, text in SITE.items()})
    assert paths(found) == [
        "Welcome",
        "Welcome > Good to know",
        "Welcome > Light",
        "Welcome > Light > Dim Glow 2",
        "Glow 2 and friends",
        "Glow 2 and friends > Zoom",
        "Pictures",
        "Pictures > Take a picture",
    ]
    assert found.unresolved == ()


def test_attributes_titles_and_pieces_of_a_component_stand_in_its_pages(tmp_path: Path) -> None:
    found = graph(tmp_path, SITE)
    welcome = found.item("m/welcome")
    assert welcome.blocks[0].text == "The Glow 2 shines. See Dim Glow 2, Zoom or Good to know."
    assert [item.name for item in found.see_also(welcome.id)] == ["Dim Glow 2", "Zoom"]
    warning = found.item("m/welcome/light").blocks[0]
    assert (warning.kind, warning.text) == ("warning", "The Glow 2 gets hot.")


def test_attributes_of_a_playbook_hold_in_each_component(tmp_path: Path) -> None:
    playbook = "asciidoc:\n  attributes:\n    brand: Shine\n    product: Other\n"
    page = "= A\n\n{brand} makes the {product}.\n"
    found = graph(tmp_path, {**SITE, "antora-playbook.yml": playbook, "modules/ROOT/pages/a.adoc": page})
    assert "Shine makes the Glow 2." in text_of(found)


def test_a_component_without_a_list_is_ordered_by_its_usual_one(tmp_path: Path) -> None:
    files = {**SITE, "antora.yml": "name: lamp\nversion: ~\n"}
    assert paths(graph(tmp_path, files))[:2] == ["Welcome", "Welcome > Good to know"]


@pytest.mark.parametrize("descriptor", ["", "- a\n- b\n", "nav: 3\nasciidoc: 4\n", "nav: [gone.adoc]\n", "{broken"])
def test_a_descriptor_that_says_nothing_loses_no_page(tmp_path: Path, descriptor: str) -> None:
    files = {**SITE, "antora.yml": descriptor or "\n\n#\n"}
    assert {"Light", "Zoom", "Take a picture"} <= {one.rpartition(" > ")[2] for one in paths(graph(tmp_path, files))}


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("light.adoc", None),
        ("../care/wipe.adoc#dry", None),
        ("https://example.org/a", None),
        ("photo:zoom.adoc#near", "modules/photo/pages/zoom.adoc#near"),
        ("ROOT:partial$hot.adoc", "modules/ROOT/partials/hot.adoc"),
        ("2.0@lamp:photo:zoom.adoc", "modules/photo/pages/zoom.adoc"),
        ("lamp::index.adoc", "modules/ROOT/pages/index.adoc"),
        ("image$logo.png", None),
    ],
)
def test_a_resource_id_is_a_path(target: str, path: str | None) -> None:
    assert resource_path(target) == path


def test_conditions_that_do_not_hold_leave_their_text_out(tmp_path: Path) -> None:
    page = (
        "= A\n:model: mini\n\n"
        'ifeval::["{model}" == "mini"]\nSmall.\nendif::[]\n\n'
        'ifeval::["{model}" == "large"]\nLarge.\nifdef::model[]\nInner.\nendif::[]\nStill large.\nendif::[]\n\n'
        "ifndef::model[No model.]\n\nifdef::model[Some model.]\n\nifdef::backend-pdf[Printed.]\n\n"
        'ifeval::["{unknown}" == "x"]\nKept.\nendif::[]\n\nThe end.\n'
    )
    assert text_of(graph(tmp_path, {"a.adoc": page})).split("\n") == [
        "Small.",
        "Some model.",
        "Printed.",
        "Kept.",
        "The end.",
    ]


def test_a_condition_that_never_ends_takes_no_other_page(tmp_path: Path) -> None:
    files = {"a.adoc": "= A\n\nFirst.\n\nifeval::[1 == 2]\nLost.\n", "b.adoc": "= B\n\nThere.\n"}
    assert text_of(graph(tmp_path, files)) == "First.\nThere."


def test_headings_of_included_chapters_are_as_deep_as_the_book_says(tmp_path: Path) -> None:
    files = {
        "book.adoc": "= Lamp\n\n:part: care\n\ninclude::{part}.adoc[leveloffset=+1]\n",
        "care.adoc": "= Care\n\n== Wipe\n\nDry.\n\n----\n= no heading\n----\n",
    }
    assert paths(graph(tmp_path, files)) == ["Lamp", "Lamp > Care", "Lamp > Care > Wipe"]


def test_only_the_tagged_lines_of_a_file_are_included(tmp_path: Path) -> None:
    files = {
        "a.adoc": "= A\n\n----\ninclude::lamp.conf[tag=night]\n----\n\n----\ninclude::lamp.conf[]\n----\n",
        "lamp.conf": "# tag::day[]\nlight=9\n# end::day[]\n# tag::night[]\nlight=1\n# end::night[]\n",
    }
    assert text_of(graph(tmp_path, files)) == "light=1\nlight=9\nlight=1"


@pytest.mark.parametrize(
    ("tags", "text"),
    [
        ("tags=*", "Open it. Solder it. Close it."),
        ("tags=*;!hard", "Open it. Close it."),
        ("tags=!hard", "Alone. Open it. Close it. The end."),
        ("tags=!*", "Alone. The end."),
        ("tags=**", "Alone. Open it. Solder it. Close it. The end."),
        ("tags=hard", "Solder it."),
        ("", "Alone. Open it. Solder it. Close it. The end."),
    ],
)
def test_what_an_include_leaves_out_of_a_chapter_by_tags_is_not_in_the_book(
    tmp_path: Path, tags: str, text: str
) -> None:
    hard = "// tag::hard[]\nSolder it.\n// end::hard[]"
    chapter = f"Alone.\n// tag::all[]\nOpen it.\n{hard}\nClose it.\n// end::all[]\nThe end."
    files = {"a.adoc": f"= A\n\ninclude::b.adoc[{tags}]\n", "b.adoc": f"{chapter}\n"}
    assert " ".join(text_of(graph(tmp_path, files)).split("\n")) == text


def test_the_name_of_a_picture_is_no_text(tmp_path: Path) -> None:
    page = "= A\n\nOpen it.\n\n.The lid\nimage::lid.png[]\n\n.The first try\n----\nlid --open\n----\n"
    assert text_of(graph(tmp_path, {"a.adoc": page})) == "Open it.\nThe first try\nlid --open"


def test_attributes_go_over_lines_and_into_each_other_without_end(tmp_path: Path) -> None:
    page = (
        "= A\n:name: Glow \\\nLamp\n:full: The {name}\n:loop: {loop}\n\n{full}{nbsp}2 costs {lt} 9 {nothing} {loop}.\n"
    )
    assert text_of(graph(tmp_path, {"a.adoc": page})) == "The Glow Lamp 2 costs < 9 {nothing} {loop}."


def test_pages_are_named_from_the_folder_of_all_pages_of_a_module(tmp_path: Path) -> None:
    pages = {
        "dim/index.adoc": "= Dim\n\nSee xref:dim/night.adoc[], xref:glow/index.adoc[] or xref:./night.adoc[].\n",
        "dim/night.adoc": "= At night\n\nTurn it.\n",
        "glow/index.adoc": "= Glow\n\nPress.\n",
    }
    found = graph(
        tmp_path, {"antora.yml": "name: lamp\n"} | {f"modules/use/pages/{name}": pages[name] for name in pages}
    )
    assert found.unresolved == ()
    linked = [link.target for item in found.items for block in item.blocks for link in block.links]
    assert [target.rpartition("pages/")[2] for target in linked] == [
        "dim/night.adoc",
        "glow/index.adoc",
        "dim/night.adoc",
    ]
