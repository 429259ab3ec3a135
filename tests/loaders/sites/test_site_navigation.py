"""The order and levels that sites say in ways of their own: menus of tabs, imported sidebars, a folder a language."""

import json
from pathlib import Path

import pytest
from support.page_folders import graph, paths

from graphrag_tools.loaders.folders.files import FileChoice


def test_the_menu_of_a_tab_gives_groups(tmp_path: Path) -> None:
    menu = [
        {"item": "Kettles", "groups": [{"group": "Daily", "pages": ["z/boil"]}]},
        {"item": "Toasters", "pages": ["a/brown"]},
    ]
    config = json.dumps({"navigation": {"tabs": [{"tab": "Devices", "menu": menu}]}})
    files = {"z/boil.md": "# Boil\n\nPress it.\n", "a/brown.md": "# Brown\n\nPush it.\n", "docs.json": config}
    assert paths(graph(tmp_path, files)) == [
        "Devices",
        "Devices > Kettles",
        "Devices > Kettles > Daily",
        "Devices > Kettles > Daily > Boil",
        "Devices > Toasters",
        "Devices > Toasters > Brown",
    ]


def test_products_of_a_site_give_groups(tmp_path: Path) -> None:
    products = [{"product": "Kettles", "pages": ["z/boil"]}, {"product": "Toasters", "pages": ["a/brown"]}]
    files = {
        "z/boil.md": "# Boil\n\nPress it.\n",
        "a/brown.md": "# Brown\n\nPush it.\n",
        "docs.json": json.dumps({"navigation": {"products": products}}),
    }
    assert paths(graph(tmp_path, files)) == ["Kettles", "Kettles > Boil", "Toasters", "Toasters > Brown"]


ITEMS = "[{ text: 'Use', items: [{ text: 'Boil', link: '/use/boil' }, { text: 'Cool', link: '/care/cool' }] }]"


@pytest.mark.parametrize("site", ["", "docs/", "web/docs/"])
@pytest.mark.parametrize(
    ("config", "sidebar", "text"),
    [
        ('import { sidebar } from "./sidebar"', "sidebar.ts", f"export const sidebar = {ITEMS}"),
        ("import bar from './bars/sidebar.js'", "bars/sidebar.js", f"export default {ITEMS}"),
        ("const bar = require('./sidebar')", "sidebar/index.js", f"module.exports = {ITEMS}"),
        ("import bar from './sidebar'", "sidebar.ts", f"const mySidebar: Item[] = {ITEMS}\nexport default mySidebar"),
    ],
)
def test_a_sidebar_in_a_file_of_its_own_orders_the_pages(
    tmp_path: Path, site: str, config: str, sidebar: str, text: str
) -> None:
    files = {
        f"{site}.vitepress/config.ts": f"{config}\nexport default {{ themeConfig: {{ sidebar: bar }} }}",
        f"{site}.vitepress/{sidebar}": text,
        f"{site}care/cool.md": "# Cool\n\nWait.\n",
        f"{site}use/boil.md": "# Boil\n\nPress it.\n",
    }
    assert paths(graph(tmp_path, files)) == ["Use", "Use > Boil", "Use > Cool"]


def test_a_sidebar_names_what_its_program_defines_above_it(tmp_path: Path) -> None:
    files = {
        ".vitepress/config.mts": "const care = [\n  { text: 'Cool', link: '/care/cool' },\n];\n"
        "const use: Item[] = [{ text: 'Boil', link: '/use/boil' }];\nconst all = [...use, ...care]\n"
        "export default { themeConfig: { sidebar: [{ text: 'Use', items: all }, { text: 'More', items: more }] } }",
        "care/cool.md": "# Cool\n\nWait.\n",
        "use/boil.md": "# Boil\n\nPress it.\n",
    }
    assert paths(graph(tmp_path, files)) == ["Use", "Use > Boil", "Use > Cool"]


def test_sidebars_in_a_folder_of_theirs_are_all_read(tmp_path: Path) -> None:
    files = {
        ".vitepress/config.mts": "import { de, en } from './configs'\nexport default { themeConfig: { sidebar: en } }",
        ".vitepress/configs/index.ts": "export * from './sidebar/index.ts'",
        ".vitepress/configs/sidebar/index.ts": "export * from './de.ts'\nexport * from './en.ts'",
        ".vitepress/configs/sidebar/de.ts": "export const sidebar_DE = [{ text: 'Kochen', link: '/de/use/boil' }]",
        ".vitepress/configs/sidebar/en.ts": f"export const sidebar_EN: any = {{ '/use/': {ITEMS} }}",
        "care/cool.md": "# Cool\n\nWait.\n",
        "use/boil.md": "# Boil\n\nPress it.\n",
    }
    assert paths(graph(tmp_path, files)) == ["Use", "Use > Boil", "Use > Cool"]


def test_a_sidebar_is_found_by_way_of_other_files_and_in_what_a_function_returns(tmp_path: Path) -> None:
    files = {
        "web/.vitepress/config.ts": "import { join } from 'node:path'\nimport theme from './parts/theme'\n",
        "web/.vitepress/parts/theme.ts": "import sidebar from '../bars/sidebar'\nexport default { sidebar }",
        "web/.vitepress/bars/sidebar.ts": "import theme from '../parts/theme'\n"
        f"const sidebar = {{ '/use/': bar() }}\nfunction bar() {{\n  return {ITEMS} }}",
        "web/care/cool.md": "# Cool\n\nWait.\n",
        "web/use/boil.md": "# Boil\n\nPress it.\n",
    }
    assert paths(graph(tmp_path, files)) == ["Use", "Use > Boil", "Use > Cool"]


@pytest.mark.parametrize("linked", [False, True])
def test_a_sidebar_outside_of_the_folder_is_not_read(tmp_path: Path, linked: bool) -> None:
    (tmp_path / "sidebar.js").write_text(f"export default {ITEMS.replace('Use', 'Secret')}", encoding="utf-8")
    manual = tmp_path / "manual"
    (manual / ".vitepress").mkdir(parents=True)
    if linked:
        (manual / ".vitepress" / "sidebar.js").symlink_to(tmp_path / "sidebar.js")
    written = "./sidebar" if linked else "../../sidebar"
    files = {
        ".vitepress/config.js": f"import sidebar from '{written}'\nexport default {{ sidebar }}",
        "care/cool.md": "# Cool\n\nWait.\n",
        "use/boil.md": "# Boil\n\nPress it.\n",
    }
    assert not [path for path in paths(graph(manual, files)) if "Secret" in path]


def test_types_within_a_sidebar_are_no_part_of_its_data(tmp_path: Path) -> None:
    sidebar = (
        "const sidebars: Config = { docs: { Use: ['use/boil', { type: 'link', label: 'Shop' } as LinkItem, "
        "{ type: 'doc' as const, id: 'care/cool', label: 'Press } as shown' }] as Item[] } } satisfies Config;\n"
        "export default sidebars;\n"
    )
    files = {
        "sidebars.ts": sidebar,
        "docs/care/cool.md": "# Cool\n\nWait.\n",
        "docs/use/boil.md": "# Boil\n\nPress it.\n",
    }
    assert paths(graph(tmp_path, files)) == ["Use", "Use > Boil", "Use > Cool"]


CONFIG = """
nav:
  - Home: index.md
  - Use:
      - Water: 02_fill.md
      - Heat: 01_boil.md
plugins:
  - search
  - i18n:
      docs_structure: folder
      build_only_locale: !ENV [ONLY, "en"]
      languages:
        - locale: de
        - locale: en
          default: true
"""


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["Home en", "Use", "Use > Fill en", "Use > Boil en"]),
        ("de", ["Use", "Use > Fill de", "Use > Boil de", "Home de"]),
    ],
)
def test_the_nav_names_the_pages_below_the_folder_of_each_language(
    tmp_path: Path, language: str, expected: list[str]
) -> None:
    files = {"mkdocs.yml": CONFIG}
    for one in ("en", "de"):
        files[f"docs/{one}/index.md"] = f"# Home {one}\n\nHello.\n"
        files[f"docs/{one}/01_boil.md"] = f"# Boil {one}\n\nPress it.\n"
        files[f"docs/{one}/02_fill.md"] = f"# Fill {one}\n\nPour it.\n"
    assert paths(graph(tmp_path, files, FileChoice(language=language))) == expected


@pytest.mark.parametrize("plugins", ["7", "[i18n]", "[i18n: {docs_structure: folder, languages: 3}]", "{i18n: [1]}"])
def test_a_nav_is_read_whatever_the_plugins_say(tmp_path: Path, plugins: str) -> None:
    files = {
        "mkdocs.yml": f"nav: [b.md, a.md]\nplugins: {plugins}\n",
        "docs/a.md": "# A\n\nOne.\n",
        "docs/b.md": "# B\n\nTwo.\n",
    }
    assert paths(graph(tmp_path, files)) == ["B", "A"]


def test_the_first_of_several_headings_that_says_the_title_is_the_page(tmp_path: Path) -> None:
    files = {
        "SUMMARY.md": "# Summary\n\n- [Filters](filters.md)\n- [Lid](lid.md)\n",
        "filters.md": "# Filters\n\nOf paper.\n\n## Sizes\n\nTwo.\n\n# More about filters\n\nOf steel.\n",
        "lid.md": "# Lid\n\nLift it.\n\n# Seal\n\nWipe it.\n",
    }
    assert paths(graph(tmp_path, files)) == [
        "Filters",
        "Filters > Sizes",
        "Filters > More about filters",
        "Lid",
        "Lid > Seal",
    ]


@pytest.mark.parametrize("title", ["{{ page.title }}", "{{ $frontmatter.title }}", "{{title}}"])
def test_a_heading_that_puts_in_the_title_is_what_the_navigation_calls_the_page(tmp_path: Path, title: str) -> None:
    found = graph(
        tmp_path,
        {
            "SUMMARY.md": "# Summary\n\n- [Filters](f.md)\n- [Lid](lid.md)\n",
            "f.md": f"# {title}\n\nRinse them.\n\n## {title} and bags\n\nEmpty them.\n",
            "lid.md": "# Lid\n\nOpen it.\n",
        },
    )
    assert paths(found)[0] == "Filters"
    assert len(paths(found)) == 3
    assert "Untitled" not in " ".join(paths(found))


def test_a_sidebar_that_is_data_is_followed_beside_one_that_is_generated(tmp_path: Path) -> None:
    generated = "[{ type: 'autogenerated', dirName: 'more' }]"
    files = {
        "sidebars.js": f"module.exports = {{ more: {generated}, use: ['warm', 'cold'] }};",
        "docs/warm.md": "# Warm\nText.\n",
        "docs/cold.md": "# Cold\nText.\n",
        "docs/more/care.md": "# Care\nText.\n",
    }
    assert paths(graph(tmp_path, files)) == ["Warm", "Cold", "More", "More > Care"]


def test_of_several_navigations_the_one_that_places_most_pages_counts(tmp_path: Path) -> None:
    files = {
        "client/mkdocs.yml": "nav:\n  - Client: client.md\n",
        "client/docs/client.md": "# Client\n\nA program.\n",
        "book/src/SUMMARY.md": "# Lamp\n\n- [Use](use.md)\n  - [Heat](heat.md)\n- [Care](care)\n",
        **{f"book/src/{name}.md": f"# {name.title()}\n\nText.\n" for name in ("care", "heat", "use")},
    }
    assert paths(graph(tmp_path, files))[:3] == ["Use", "Use > Heat", "Care"]


@pytest.mark.parametrize("wiki", ["https://github.com/lamp/lamp/wiki", "https://gitlab.com/lamp/lamp/-/wikis"])
def test_a_sidebar_of_a_wiki_names_its_pages_by_their_addresses(tmp_path: Path, wiki: str) -> None:
    files = {
        "_Sidebar.md": f"* [Home]({wiki})\n* [Use it]({wiki}/Use-&-care#on)\n  * [Heat]({wiki}/Heat%20up)\n"
        "* [Forum](https://lamp.example/wiki/Care)\n",
        "Care.md": "# Care\n\nText.\n",
        "Home.md": "# Lamp\n\nText.\n",
        "Heat up.md": "# Heat\n\nText.\n",
        "Use-&-care.md": "# Use\n\nText.\n",
    }
    assert paths(graph(tmp_path, files)) == ["Lamp", "Use", "Use > Heat", "Care"]


def test_the_sidebars_and_the_bar_of_quarto_order_its_pages(tmp_path: Path) -> None:
    files = {
        "_quarto.yml": "project: {type: website}\n",
        "_quarto-lamp.yml": "website:\n  navbar:\n    left:\n      - {text: Help, href: help.qmd}\n"
        "      - {text: Start, href: use.qmd}\n"
        "  sidebar:\n    - title: Guides\n      contents:\n        - section: First steps\n          contents:\n"
        "            - use.qmd\n            - {text: Warm it, href: heat.qmd}\n"
        "        - section: care.qmd\n          contents: parts/*.qmd\n    - title: More\n      contents: [faq.qmd]\n",
        "README.md": "# Repository\n\nRun quarto.\n",
        **{f"{name}.qmd": f"# {name.title()}\n\nText.\n" for name in ("care", "faq", "heat", "help", "use")},
        **{f"parts/{name}.qmd": f"# {name.title()}\n\nText.\n" for name in ("lid", "wick")},
    }
    assert paths(graph(tmp_path, files)) == [
        "Guides",
        "Guides > First steps",
        "Guides > First steps > Use",
        "Guides > First steps > Heat",
        "Guides > Care",
        "Guides > Care > Lid",
        "Guides > Care > Wick",
        "More",
        "More > Faq",
        "Help",
    ]


def test_the_parts_and_chapters_of_a_book_of_quarto_are_followed(tmp_path: Path) -> None:
    chapters = "    - index.qmd\n    - part: Use\n      chapters: [warm.qmd, cold.qmd]\n"
    files = {
        "_quarto.yml": f"book:\n  chapters:\n{chapters}  appendices: [a.qmd]\n",
        **{f"{name}.qmd": f"# {name.title()}\n\nText.\n" for name in ("a", "cold", "index", "warm")},
    }
    assert paths(graph(tmp_path, files)) == ["Index", "Use", "Use > Warm", "Use > Cold", "A"]


TOPIC = '<topic id="{name}"><title>{title}</title><body><p>Text.</p></body></topic>'


def test_maps_of_dita_order_and_nest_its_topics(tmp_path: Path) -> None:
    doctype = '<!DOCTYPE map PUBLIC "-//OASIS//DTD DITA Map//EN" "map.dtd">\n'
    lamp = (
        '<map><title>Lamp</title><topicref keyref="use"><mapref href="parts/use.ditamap"/></topicref>'
        '<topichead navtitle="Care"><topicref href="topics/cool.dita#cool"/></topichead>'
        '<topicref href="https://lamp.example/" scope="external"/><topicref href="parts/keys.ditamap" format="ditamap"'
        ' processing-role="resource-only"/><reltable><relrow><relcell><topicref href="topics/heat.dita"/></relcell>'
        "</relrow></reltable></map>"
    )
    use = '<map><topicgroup><topicref href="../topics/wick.dita"/><topicref keyref="heat"/></topicgroup></map>'
    keys = (
        '<map><keydef keys="use on" href="../topics/use.dita"/><keydef keys="heat" href="../topics/heat.dita"/></map>'
    )
    files = {
        "lamp.ditamap": f"{doctype}{lamp}",
        "parts/use.ditamap": f"{doctype}{use}",
        "parts/keys.ditamap": f"{doctype}{keys}",
        **{
            f"topics/{name}.dita": TOPIC.format(name=name, title=name.title())
            for name in ("cool", "heat", "use", "wick")
        },
    }
    found = graph(tmp_path, files)
    assert paths(found) == ["Use", "Use > Wick", "Use > Heat", "Care", "Care > Cool"]


def test_maps_that_take_in_each_other_or_declare_entities_end(tmp_path: Path) -> None:
    each_other = '<mapref href="a.ditamap"/><mapref href="b.ditamap"/>'
    files = {
        "a.ditamap": '<map><mapref href="b.ditamap"/><topicref href="on.dita"/></map>',
        "b.ditamap": f'<map>{each_other * 9}<topicref href="off.dita"/></map>',
        "c.ditamap": '<!DOCTYPE map [<!ENTITY a "&b;">]><map><topicref href="on.dita"/></map>',
        **{f"{name}.dita": TOPIC.format(name=name, title=name.title()) for name in ("off", "on")},
    }
    assert sorted(paths(graph(tmp_path, files))) == ["Off", "On"]
