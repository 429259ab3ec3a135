"""Pages of Jekyll: values of the site's configuration, headings that put the title in, and kramdown's attributes."""

from pathlib import Path

import pytest
from support.page_folders import graph, load, paths

from graphrag_tools.loaders import load_markdown


def read(folder: Path, text: str, config: str) -> list[str]:
    """Return the texts of a page of a site that has a configuration."""
    files = {
        "site/_config.yml": config,
        "site/use.md": f"---\ntitle: Use\n---\n\n{text}\n",
        "_config.yml": "name: Pot\n",
    }
    use = next(one for one in load(folder, files).sections if one.title == "Use")
    return [block.text for block in use.blocks]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Fill the {{ site.name }}.", ["Fill the Kettle 2."]),
        ("Fill {{site.parts.lid.name | escape}} {{- site.version -}}.", ["Fill the lid 1.5."]),
        ("Type `boil {{ site.version }}`.", ["Type boil 1.5."]),
        ("The {{ site.none.name }}{{ site.parts }}{{ site.name.x }}end{{ site.lit }}.", ["The end."]),
        ("Type {% raw %}{{ site.name }}{% endraw %}, then {{ site.name }}.", ["Type {{ site.name }}, then Kettle 2."]),
        ("See [it]({{ site.url }}{{ site.baseurl }}/use).", ["See it."]),
    ],
)
def test_values_of_the_configuration_stand_where_they_are_named(tmp_path: Path, text: str, shown: list[str]) -> None:
    config = "name: Kettle 2\nversion: 1.5\nlit: true\nurl: https://k.example\nparts:\n  lid:\n    name: the lid\n"
    assert read(tmp_path, text, config) == shown


def test_values_of_data_files_stand_where_they_are_named(tmp_path: Path) -> None:
    files = {
        "_config.yml": "name: Pot\n",
        "_data/kettle.yml": "watts: 2000\nlid: {name: cap}\n",
        "_data/parts/base.json": '{"name": "stand"}',
        "use.md": "# Use\n\nIt takes {{ site.data.kettle.watts }} watts; "
        "shut the {{ site.data.kettle.lid.name }} on the {{ site.data.parts.base.name }} "
        "of the {{ site.name }}{{ site.data.none.name }}.\n",
    }
    [block] = load(tmp_path, files).sections[0].blocks
    assert block.text == "It takes 2000 watts; shut the cap on the stand of the Pot."


def test_links_with_the_address_of_the_site_lead_to_its_pages(tmp_path: Path) -> None:
    files = {
        "_config.yml": "url: https://k.example\nbaseurl: /kettle\n",
        "use.md": "# Use\n\nSee [care]({{ site.url }}{{ site.baseurl }}/care).\n",
        "care.md": "# Care\n\nWipe it.\n",
    }
    assert [one.name for one in graph(tmp_path, files).see_also("m/use")] == ["Care"]


def test_a_heading_that_puts_the_title_in_is_the_title(tmp_path: Path) -> None:
    heading = "# {{ page.title }} # {: .no_toc }"
    files = {"a.md": f"---\ntitle: Use\n---\n\n{heading}\n\nFill it.\n\n## Lid ##\n{{: .large, .no_toc}}\n\nLift it.\n"}
    found = graph(tmp_path, files)
    assert paths(found) == ["Use", "Use > Lid"]
    assert [block.text for one in ("m/use", "m/use/lid") for block in found.item(one).blocks] == [
        "Fill it.",
        "Lift it.",
    ]


@pytest.mark.parametrize("attributes", ["{: .wide, .no_toc}", "{:.wide,#top}", "> {: .wide }"])
def test_lines_of_attributes_are_no_text(tmp_path: Path, attributes: str) -> None:
    (tmp_path / "a.md").write_text(
        f"# Home #\n{attributes}\n\nFill it.\n{attributes}\n\nPour {{it}}.\n", encoding="utf-8"
    )
    [section] = load_markdown(tmp_path / "a.md", "m").sections
    assert (section.title, [block.text for block in section.blocks]) == ("Home", ["Fill it.", "Pour {it}."])


def test_only_data_files_that_pages_name_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read_texts: list[str] = []

    def noted(path: Path) -> str:
        read_texts.append(path.name)
        return path.read_text(encoding="utf-8")

    monkeypatch.setattr("graphrag_tools.loaders.sites.jekyll_settings.text_or_nothing", noted)
    files = {
        "_config.yml": "name: Pot\n",
        "_data/kettle.yml": "watts: 2000\n",
        "_data/prices.yml": "now: 30\n",
        "use.md": "# Use\n\nIt takes {{ site.data.kettle.watts }} watts.\n",
    }
    assert load(tmp_path, files).sections[0].blocks[0].text == "It takes 2000 watts."
    assert read_texts == ["kettle.yml"]
