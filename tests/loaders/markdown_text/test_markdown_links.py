"""Links of Markdown as wikis and notebooks write them, and by labels that the page defines."""

from pathlib import Path

import pytest
from support.page_folders import graph, load


def read(folder: Path, text: str) -> tuple[list[str], list[str]]:
    """Return the texts of a page's section, and the sections that it leads to."""
    pages = {
        "Oven.md": f"# Oven\n\n## Use\n\n{text}\n\n## Clean the door\n\nWipe it.\n",
        "Hot plate.md": "# Hot plate\n\nTurn.\n\n## Child lock\n\nHold it.\n",
        "parts/hob/README.md": "# Gas hob\n\nLight it.\n",
        "parts/gas-hob/README.md": "# Hob of gas\n\nTurn it off.\n",
    }
    found = graph(folder, pages)
    return [block.text for block in found.item("m/oven/use").blocks], [one.name for one in found.see_also("m/oven/use")]


@pytest.mark.parametrize(
    ("text", "shown", "leads"),
    [
        ("See [[#Clean the door|the door]].", ["See the door."], ["Clean the door"]),
        ("See [[#Clean the door]].", ["See Clean the door."], ["Clean the door"]),
        ("See [[Hot plate#Child lock|the lock]].", ["See the lock."], ["Child lock"]),
        ("See [[Hot plate#Use#Child lock]].", ["See Hot plate."], ["Child lock"]),
        ("Wait. ![[Hot plate#^warning]]", ["Wait. Hot plate"], ["Hot plate"]),
        ("Wait. ![[Hot plate.png|200]]", ["Wait."], []),
        ("|A|B|\n|-|-|\n|[[Hot plate\\|plate]]|![[a.png\\|20]]x|", ["A | B", "plate | x"], ["Hot plate"]),
        ("See [[Hot plate|plate]] and [[the plate|Hot-plate]].", ["See plate and the plate."], ["Hot plate"]),
        ("Write [[#]] or [[1]].", ["Write [[#]] or [[1]]."], []),
        ('Send {"c":[[255,0]]} or [["on"]].', ['Send {"c":[[255,0]]} or [["on"]].'], []),
        (
            "See [](<Hot plate.md>) and [](#clean-the-door).",
            ["See Hot plate and Clean the door."],
            ["Hot plate", "Clean the door"],
        ),
        (
            "See [Oven.md](Oven.md), [](gone.md), {doc}`Oven` or [](https://a.example).",
            ["See Oven, gone, Oven or."],
            ["Oven"],
        ),
        (
            'See [Oven.md](Oven.md "mention"), [#lock](Hot%20plate.md#lock "mention") or [it](Oven.md "mention").',
            ["See Oven, Hot plate or it."],
            ["Oven", "Hot plate"],
        ),
        (
            "See [#clean-the-door](Oven.md#clean-the-door), [#use](#use), [gas-hob](parts/gas-hob/), [#3](https://a.example/3).",
            ["See Clean the door, Use, Hob of gas, #3."],
            ["Clean the door", "Hob of gas"],
        ),
        ("[hob](parts/hob/)\n\n[v1.2](v1.2/)\n\nIn [hob](parts/hob/).", ["Gas hob", "v1.2", "In hob."], ["Gas hob"]),
        ("- **[](<Hot plate.md#child-lock>)**: Stays on.", ["Child lock: Stays on."], ["Child lock"]),
    ],
)
def test_links_of_a_notebook_lead_to_pages_and_headings(
    tmp_path: Path, text: str, shown: list[str], leads: list[str]
) -> None:
    assert read(tmp_path, text) == (shown, leads)


def test_links_and_pictures_by_label_within_html_are_no_text(tmp_path: Path) -> None:
    text = (
        "<figure markdown>\n![Front]\n</figure>\n\n<div>\nUse [the plate][p] or [b], not [c].\n</div>\n\n"
        '[front]: a.png\n[p]: Hot%20plate.md "Plate"\n[b]: #clean-the-door'
    )
    assert read(tmp_path, text) == (["Use the plate or b, not [c]."], ["Hot plate", "Clean the door"])


def test_targets_in_angle_brackets_may_have_blanks(tmp_path: Path) -> None:
    files = {"a.md": '# A\n\nSee [mine](<My page.md> "t") and [it](<b (old).md>).\n', "My page.md": "# Mine\n\nText.\n"}
    found = graph(tmp_path, {**files, "b (old).md": "# Old\n\nText.\n"})
    assert found.item("m/a").blocks[0].text == "See mine and it."
    assert sorted(one.name for one in found.see_also("m/a")) == ["Mine", "Old"]


def test_a_name_alone_leads_to_the_only_page_so_called_and_an_unknown_place_to_its_page(tmp_path: Path) -> None:
    pages = {
        "Home.md": "# Home\n\nSee [it](hot-plate#gone), [that](#gone), [lids](lid) and [this](../care/hot-plate).\n",
        "use/care/Hot plate.md": "# Hot plate\n\nTurn.\n",
        "a/lid.md": "# Lid A\n\nTurn.\n",
        "b/lid.md": "# Lid B\n\nTurn.\n",
    }
    assert [one.name for one in graph(tmp_path, pages).see_also("m/home")] == ["Hot plate"]


@pytest.mark.parametrize(
    ("name", "config"),
    [
        ("mkdocs.yml", "site_name: Lamp\nsite_url: https://lamp.example/help/\n"),
        ("docusaurus.config.js", "module.exports = {\n  url: 'https://www.lamp.example',\n  baseUrl: '/help/',\n};\n"),
        ("_config.yml", "url: http://lamp.example\nbaseurl: /help\n"),
    ],
)
def test_full_addresses_of_the_site_itself_lead_to_its_pages(tmp_path: Path, name: str, config: str) -> None:
    links = "https://lamp.example/help/dim#late https://lamp.example/help/gone https://other.example/help/dim".split()
    page = "# Use\n\nSee " + ", ".join(f"[one]({link})" for link in links) + ".\n"
    manual = load(tmp_path, {name: config, "use.md": page, "dim.md": "# Dim\n\nTurn.\n\n## Late\n\nOff.\n"})
    targets = [link.target for section in manual.sections for block in section.blocks for link in block.links]
    assert targets == ["dim.md#late", *links[1:]]
