"""Folders of pages as people have them: nested, with front matter, navigation, partials and links of a site."""

from pathlib import Path

import pytest
from support.page_folders import graph, load, paths

from graphrag_tools.errors import ManualError
from graphrag_tools.loaders import load_manual
from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.graph import MenuGraph


def texts(found: MenuGraph, item: str) -> list[str]:
    return [block.text for block in found.item(item).blocks]


def see(found: MenuGraph, item: str) -> list[str]:
    return [one.name for one in found.see_also(item)]


def test_mdx_pages_are_read_without_imports_and_components(tmp_path: Path) -> None:
    page = (
        'import Box from "@theme/Box";\nimport {\n  One,\n  Two,\n} from "./parts";\n\nexport const port = 80;\n\n'
        "# Kettle\n\n<Box kind={{a: 1}}>\n\n1. Fill it.\n2. Press **Boil**.\n\n</Box>\n\n{/* unseen */}\n\n"
        "See <Two />it.\n"
    )
    found = graph(tmp_path, {"kettle.mdx": page, "lid.md": "# Lid\n\nLift it.\n"})
    assert paths(found) == ["Kettle", "Lid"]
    assert [(block.kind, block.text) for block in found.item("m/kettle").blocks] == [
        ("step", "Fill it."),
        ("step", "Press Boil."),
        ("paragraph", "See it."),
    ]


def test_a_title_in_front_matter_stands_above_the_headings(tmp_path: Path) -> None:
    files = {
        "a.md": "---\ntitle: Water\n---\nFill it.\n\n## Filter\nChange it.\n",
        "b.md": '+++\ntitle = "Heat"\n+++\n## Filter\nNone.\n',
        "c.md": "---\ntitle: Of the site\n---\n# Own heading\nText.\n",
        "d.md": "---\ntitle: Watermark\n---\nPuts a picture on it.\n\n# Controls\nText.\n",
    }
    found = graph(tmp_path, files)
    marked = ("Watermark", "Watermark > Controls")
    assert paths(found) == ["Water", "Water > Filter", "Heat", "Heat > Filter", "Own heading", *marked]
    assert texts(found, "m/water") == ["Fill it."]


def test_folders_nest_and_a_folder_without_an_index_is_a_group(tmp_path: Path) -> None:
    files = {
        "README.md": "# Kettle book\nHello.\n",
        "parts/README.md": "# Parts\nAll.\n",
        "parts/lid/index.md": "# Lid\nRound.\n",
        "parts/lid/hinge.md": "# Hinge\nOil it.\n",
        "02-care/2-rust.md": "# Rust\nNo.\n",
        "02-care/10-lime.md": "# Lime\nVinegar.\n",
    }
    assert paths(graph(tmp_path, files)) == [
        "Kettle book",
        "Kettle book > Care",
        "Kettle book > Care > Rust",
        "Kettle book > Care > Lime",
        "Kettle book > Parts",
        "Kettle book > Parts > Lid",
        "Kettle book > Parts > Lid > Hinge",
    ]


def test_positions_labels_and_named_parents_order_the_tree(tmp_path: Path) -> None:
    files = {
        "z/_category_.json": '{"label": "First things", "position": 1}',
        "z/b.md": "---\nsidebar_position: 2\n---\n# B\n",
        "z/c.md": "---\nsidebar_position: 1\n---\n# C\n",
        "a.md": "---\nsidebar_position: 2\n---\n# A\n",
        "d.md": "---\ntitle: D\nparent: A\nnav_order: 3\n---\nText.\n",
    }
    assert paths(graph(tmp_path, files)) == ["First things", "First things > C", "First things > B", "A", "A > D"]


@pytest.mark.parametrize(
    ("config", "text"),
    [
        (
            "mkdocs.yml",
            "nav:\n  - Home: index.md\n  - Use:\n    - use/boil.md\n    - pour:\n      - Pour: use/pour.md\n"
            "markdown_extensions:\n  - x: !!python/name:some.thing\n",
        ),
        (
            "zensical.toml",
            '[project]\nnav = ["index.md", { Use = [\n  "use/boil.md",\n  { "<b>Pour</b>" = "use/pour.md" },\n] }]\n',
        ),
    ],
)
def test_the_nav_of_mkdocs_gives_order_groups_and_titles(tmp_path: Path, config: str, text: str) -> None:
    files = {
        config: text,
        "docs/index.md": "# Kettle\nHello.\n",
        "docs/use/boil.md": "# Boil\nPress.\n",
        "docs/use/pour.md": "## One\na\n\n## Two\nb\n",
        "docs/extra.md": "# Extra\nMore.\n",
    }
    expected = ["Kettle", "Use", "Use > Boil", "Use > Pour", "Use > Pour > One", "Use > Pour > Two", "Extra"]
    assert paths(graph(tmp_path, files)) == expected
    assert paths(build_graph(load_manual(tmp_path / "docs", "m"))) == expected


def test_the_summary_of_gitbook_gives_the_tree_and_is_no_page(tmp_path: Path) -> None:
    files = {
        "SUMMARY.md": "# Table of contents\n\n* [Start](README.md)\n\n## Care\n\n"
        "* [Lime](care/lime.md)\n  * [Acid](care/acid.md)\n",
        "README.md": "# Kettle\nHello.\n",
        "care/acid.md": "# Acid\nSour.\n",
        "care/lime.md": "# Lime\nWhite.\n",
    }
    assert paths(graph(tmp_path, files)) == ["Kettle", "Care", "Care > Lime", "Care > Lime > Acid"]


def test_partials_stand_where_pages_use_them(tmp_path: Path) -> None:
    files = {
        "a.mdx": 'import Tools from "./_tools.mdx";\n\n# A\n\n1. First.\n\n   <Tools />\n\n2. Last.\n',
        "b.md": "# B\n\n{% include 'say.md' %}\n",
        "c.md": '# C\n\n--8<-- "_tools.mdx"\n',
        "_tools.mdx": "---\ntitle: no\n---\nTake a `knife`.\n",
        "_includes/say.md": "Say so.\n",
    }
    manual = load(tmp_path, files)
    found = build_graph(manual)
    assert paths(found) == ["A", "B", "C"]
    assert texts(found, "m/a") == ["First.", "Take a knife.", "Last."]
    assert (texts(found, "m/b"), texts(found, "m/c")) == (["Say so."], ["Take a knife."])
    assert ("2 file(s)", "are partials; read where pages include them") in {
        (one.where, one.why) for one in manual.skipped
    }


@pytest.mark.parametrize(
    "files",
    [
        {"faq.rst": "FAQ\n===\n\n.. include:: parts/use.rst\n", "parts/use.rst": "Use\n---\n\nFill it.\n"},
        {"faq.adoc": "= FAQ\n\ninclude::use.adoc[]\n", "use.adoc": "== Use\n\nFill it.\n"},
        {"faq.md": '# FAQ\n\n--8<-- "use.md"\n', "use.md": "## Use\n\nFill it.\n"},
    ],
)
def test_a_page_that_another_includes_stands_there_alone(tmp_path: Path, files: dict[str, str]) -> None:
    manual = load(tmp_path, files)
    assert paths(build_graph(manual)) == ["FAQ", "FAQ > Use"]
    assert ("1 file(s)", "stand in the pages that include them") in {(one.where, one.why) for one in manual.skipped}


def test_pages_that_include_each_other_are_all_read(tmp_path: Path) -> None:
    files = {"a.adoc": "= A\n\nOne.\n\ninclude::b.adoc[]\n", "b.adoc": "= B\n\nTwo.\n\ninclude::a.adoc[]\n"}
    assert {"A", "B"} <= {path.rpartition(" > ")[2] for path in paths(graph(tmp_path, files))}


def test_partials_that_include_each_other_end(tmp_path: Path) -> None:
    files = {
        "a.md": "# A\n\n{% include '_x.md' %}\n",
        "_x.md": "X. {% include '_y.md' %}",
        "_y.md": "Y. {% include '_x.md' %}",
    }
    assert texts(graph(tmp_path, files), "m/a") == ["X. Y."]


def test_links_as_sites_write_them_lead_to_their_pages(tmp_path: Path) -> None:
    files = {
        "docs/index.md": "# Kettle\n[1](/docs/heat) [2](./water) [3](base/) [4](picture.png) "
        "[5](/site/docs/heat/#hot)\n",
        "docs/heat.md": "# Heat {#warm}\n[up](../heat#hot)\n\n## Very hot {#hot}\nOuch.\n",
        "docs/03-water.md": "---\nslug: /wet\n---\n# Water\n[7](/wet#tap) [8](base/index.html) [9][r]\n\n"
        "## Tap\nOpen.\n\n[r]: heat.md#Very-Hot\n",
        "docs/base/index.md": "# Base\n[6](../water#tap)\n",
    }
    found = graph(tmp_path, files)
    assert found.unresolved == ()
    assert "m/heat/very-hot" in found
    assert see(found, "m/base") == ["Tap"]
    assert see(found, "m/water") == ["Base", "Very hot"]


@pytest.mark.parametrize("around", ["", "docs/", "source/docs/en/latest/", "website/docs/2.x/"])
def test_the_home_page_stands_beside_the_others_however_deep_the_site_lies(tmp_path: Path, around: str) -> None:
    files = {
        f"{around}index.md": "# Welcome\nHello.\n",
        f"{around}base.md": "# Base\nPlug it in.\n",
        f"{around}heat/index.md": "# Heat\nWarm.\n",
        f"{around}heat/tea.md": "# Tea\nGreen.\n",
        "CHANGELOG.md": "# 1.0\nFirst.\n",
    }
    assert paths(graph(tmp_path, files)) == ["Welcome", "Base", "Heat", "Heat > Tea"]


def test_the_only_chapter_of_a_folder_keeps_its_page_above_its_own(tmp_path: Path) -> None:
    files = {"about.md": "# About\nText.\n", "heat/index.md": "# Heat\nWarm.\n", "heat/tea.md": "# Tea\nGreen.\n"}
    assert paths(graph(tmp_path, files)) == ["About", "Heat", "Heat > Tea"]


def test_anchors_whose_letters_the_generator_wrote_without_accents_are_found(tmp_path: Path) -> None:
    files = {
        "a.md": "# Suche\n[1](b.md#apps-und-gerate)\n\n## Übersicht\nAlle.\n",
        "b.md": "# Konto\n[2](a.md#ubersicht)\n\n## Apps und Geräte\nDeine.\n",
    }
    found = graph(tmp_path, files)
    assert found.unresolved == ()
    assert (see(found, "m/suche"), see(found, "m/konto")) == (["Apps und Geräte"], ["Übersicht"])


def test_copies_of_the_pages_and_texts_of_licences_are_left_out_as_what_they_are(tmp_path: Path) -> None:
    files = {
        "docs/use.md": "# Use\nBoil.\n",
        "docs/licence-key.md": "# Licence key\nType the key of your kettle.\n",
        "docs/license-cc-by-4.0.md": "# CC BY 4.0\nBy using this you accept the CC BY licence.\n",
        "versioned_docs/version-1.0/use.md": "# Use\nWait.\n",
        "i18n/de/use.md": "# Nutzen\nKochen.\n",
    }
    manual = load(tmp_path, files)
    assert [section.title for section in manual.sections] == ["Licence key", "Use"]
    assert sorted(one.why for one in manual.skipped) == [
        "left out: licences (docs/license-cc-by-4.0.md)",
        "left out: older versions, each to be built by its own folder (versioned_docs/version-1.0/use.md)",
        "left out: translations, each to be built by its own folder (i18n/de/use.md)",
    ]


def test_change_logs_blogs_and_chapters_for_developers_are_left_out_and_said(tmp_path: Path) -> None:
    files = {
        "use.md": "# Use\nBoil.\n",
        "CHANGELOG.md": "# 2.0\nFaster.\n",
        "blog/2020-01-01-hello.md": "# Hello\nNews.\n",
        "development/style.md": "# Style\nTabs.\n",
    }
    manual = load(tmp_path, files)
    assert [section.title for section in manual.sections] == ["Use"]
    assert [one.why for one in manual.skipped] == [
        "left out: change logs (CHANGELOG.md)",
        "left out: blogs (blog/2020-01-01-hello.md)",
        "left out: chapters for developers (development/style.md)",
    ]


def test_a_folder_most_of_whose_pages_are_in_another_format_is_refused(tmp_path: Path) -> None:
    files = {"a.md": "# A\n", "b.textile": "h1. B", "c.textile": "h1. C"}
    with pytest.raises(
        ManualError, match=r"2 of 3 pages are not read \(2 \.textile\)\. To read them, convert with pandoc"
    ):
        load(tmp_path, files)
    (tmp_path / "c.textile").unlink()
    assert ("1 .textile file(s)", "NOT READ: convert with pandoc -t gfm") in {
        (one.where, one.why) for one in load_manual(tmp_path).skipped
    }


def test_what_front_matter_says_of_the_page_under_longer_keys_is_no_text(tmp_path: Path) -> None:
    about = "Title: Wick\nLicense_Abbr: CC BY-SA 4.0\nauthor-of-page: Ann of Lamps\nProject: The Lamp Project\n"
    about += "html_title: Trim it - Lamps\nsocial:\n  cards:\n    title: Wicks to trim\ncover: ../A wick, lit.JPG\n"
    about += "summary: Learn how a wick is trimmed.\nnext:\n  text: How to fill it\n"
    matter = f"{about}use: Trim it now.\n"
    assert texts(graph(tmp_path, {"wick.md": f"---\n{matter}---\n# Wick\n"}), "m/wick") == ["Trim it now."]


def test_a_value_of_the_pages_data_stands_where_the_page_puts_it_in(tmp_path: Path) -> None:
    page = "---\ntitle: Wick\ndescription: Trim it now.\n---\n# Wick\n\n"
    pages = {"a.md": f"{page}*{{frontMatter.description}}*\n", "b.md": f"{page}Now: {{{{ $frontmatter.title }}}}\n"}
    found = graph(tmp_path, pages)
    assert [texts(found, item) for item in ("m/wick", "m/wick~2")] == [["Trim it now."], ["Now: Wick"]]


def test_a_page_that_is_all_front_matter_is_a_section_with_its_texts(tmp_path: Path) -> None:
    page = (
        "---\ntitle: Boil water\nlayout: code of the site\nbrief: Heats the water to a hundred degrees.\n"
        "parameters:\n  - tag: T\n    description: Temperature to reach.\n---\n"
    )
    found = graph(
        tmp_path, {"b1.md": page, "b2.md": "---\ntitle: Nothing\n---\n", "b3.md": "---\nbad: [\ntitle: Odd\n---\nx\n"}
    )
    assert paths(found) == ["Boil water", "Nothing", "Odd"]
    assert [(block.kind, block.text) for block in found.item("m/boil-water").blocks] == [
        ("paragraph", "Heats the water to a hundred degrees."),
        ("option", "T: Temperature to reach."),
    ]


_SIDEBARS = """// @ts-check
import type { SidebarsConfig } from "@docusaurus/plugin-content-docs";

/** What stands at the left. */
const sidebars: SidebarsConfig = {
  docs: [
    'start', // the first page
    {type: "category", label: "Water & heat", items: ["heat", {type: 'doc', id: "water", label: 'Water'}]},
    {"Care": ["lid"]},
    {type: "link", label: "Shop", href: "https://example.org/shop"},
  ],
};
export default sidebars;
"""


@pytest.mark.parametrize("below", ["", "docs"])
def test_sidebars_of_docusaurus_give_order_and_groups(tmp_path: Path, below: str) -> None:
    pages = {f"docs/{name}.md": f"# {name.title()}\n\nText.\n" for name in ("heat", "lid", "start", "water")}
    load(tmp_path, {**pages, "sidebars.ts": _SIDEBARS})
    found = build_graph(load_manual(tmp_path / below, "m"))
    assert paths(found) == [
        "Start",
        "Water & heat",
        "Water & heat > Heat",
        "Water & heat > Water",
        "Care",
        "Care > Lid",
    ]


def test_sidebars_may_be_called_as_the_configuration_says(tmp_path: Path) -> None:
    files = {
        "docusaurus.config.js": "x = {docs: {sidebarPath: require.resolve('./menu/order.js')}};",
        "menu/order.js": "module.exports = {docs: ['b', 'a']};",
        "docs/a.md": "# A\n\nText.\n",
        "docs/b.md": "# B\n\nText.\n",
    }
    assert paths(graph(tmp_path, files)) == ["B", "A"]


def test_sidebars_outside_of_the_folder_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "order.js").write_text("module.exports = {docs: ['b', 'a']};")
    files = {
        "docusaurus.config.js": "x = {docs: {sidebarPath: '../order.js'}};",
        "docs/a.md": "# A\n\nText.\n",
        "docs/b.md": "# B\n\nText.\n",
    }
    assert paths(graph(tmp_path / "site", files)) == ["A", "B"]


@pytest.mark.parametrize(
    "text", ["module.exports = {docs: [...others]};", "module.exports = make();", "x = {", "", "a = {b: [{type: doc}]}"]
)
def test_sidebars_that_are_no_data_leave_the_order_to_the_folders(tmp_path: Path, text: str) -> None:
    found = graph(tmp_path, {"docs/b.md": "# B\n\nText.\n", "docs/a.md": "# A\n\nText.\n", "sidebars.js": text})
    assert paths(found) == ["A", "B"]


def test_word_documents_and_pdfs_lie_among_the_pages(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    pytest.importorskip("mammoth")
    pytest.importorskip("pypdfium2")
    document = docx.Document()
    for level, title in ((1, "Kettle"), (2, "Lid"), (1, "Base")):
        document.add_heading(title, level)
        document.add_paragraph(f"Text of the {title}.")
    (tmp_path / "parts").mkdir()
    document.save(str(tmp_path / "parts" / "02-hardware.docx"))
    for folder in ("assets", "parts/_media", "datasheets"):
        (tmp_path / folder).mkdir()
        document.save(str(tmp_path / folder / "form.docx"))
    manual = load(tmp_path, {"parts/01-use.md": "# Use\n\nText.\n", "parts/broken.pdf": "%PDF-1.4 no more"})
    assert paths(build_graph(manual)) == [
        "Use",
        "Hardware",
        "Hardware > Kettle",
        "Hardware > Kettle > Lid",
        "Hardware > Base",
    ]
    assert any(one.where == "parts/broken.pdf" for one in manual.skipped)


def test_the_sidebar_of_a_wiki_orders_its_pages_and_its_links_lead_to_them(tmp_path: Path) -> None:
    files = {
        "_Sidebar.md": "* [[Home]]\n* Care\n  * [[Wipe it|Daily-care]]\n* [[Boil water]]\n",
        "_Footer.md": "Made with joy.\n",
        "Home.md": "# Kettle\n\nBegin with [[Boil water]], [[the care|Daily-care]] or [[Boil-water#Stop|stopping]].\n",
        "Boil-water.md": "Press it. See [[1]](http://a.org) and `[[code]]`. ![[kettle.png]]\n\n## Stop\n\nLift.\n",
        "Daily-care.md": "Wipe it. [[Nowhere]] is no page.\n",
    }
    found = graph(tmp_path, files)
    assert paths(found) == ["Kettle", "Care", "Care > Wipe it", "Boil water", "Boil water > Stop"]
    assert texts(found, "m/kettle") == ["Begin with Boil water, the care or stopping."]
    assert see(found, "m/kettle") == ["Boil water", "Wipe it", "Stop"]
    assert texts(found, "m/boil-water") == ["Press it. See [1] and [[code]]."]
    assert texts(found, "m/care/wipe-it") == ["Wipe it. Nowhere is no page."]


def test_docsify_orders_pages_by_its_sidebar(tmp_path: Path) -> None:
    sidebar = "- [Start](/)\n- Use\n  - [Boil](/use/boil.md)\n  - [Cool](use/cool.md 'Cool it')\n"
    names = ("use/cool", "use/boil", "README")
    files = {f"{name}.md": f"# {name.rpartition('/')[2].title()}\n\nText.\n" for name in names}
    found = paths(graph(tmp_path, {"_sidebar.md": sidebar, **files}))
    assert found == ["Readme", "Use", "Use > Boil", "Use > Cool"]


def test_markup_and_programs_in_the_braces_of_a_tag_are_no_text(tmp_path: Path) -> None:
    page = (
        '# Setup\n\n<Tabs\n  groupId="os"\n  values={[\n    {\n      label: (\n        <>\n          '
        '<Icon icon="mdi:x" style={{ margin: "1rem" }} /> Phone\n        </>\n      ),\n      value: "phone",\n    },\n'
        "    { label: 'Desk > top', value: 'desk' },\n  ]}>\n\n<TabItem value=\"phone\">\n\nTap it.\n\n</TabItem>\n\n"
        '<TabItem value="desk">\n\nClick it.\n\n</TabItem>\n\n</Tabs>\n\n'
        "<Button onClick={() => { if (a > 1) { go(\"a\") } }} {...rest} label={'Go'} />\n\nTurn it if 1 < 2 and {x.\n"
    )
    found = graph(tmp_path, {"a.mdx": page})
    assert texts(found, "m/setup") == ["Phone", "Tap it.", "Desk > top", "Click it.", "Go", "Turn it if 1 < 2 and {x."]


def test_a_link_to_a_file_may_be_written_from_the_folder_of_the_documents(tmp_path: Path) -> None:
    found = graph(
        tmp_path,
        {
            "docs/use/boil.md": "# Boil\n\nSee [the lid](care/lid.md) and [the cup](care/cup.md).\n",
            "docs/care/lid.md": "# Lid\n\nLift it.\n",
        },
    )
    assert [one.link.target for one in found.unresolved] == ["docs/use/care/cup.md"]


def test_tags_that_never_end_are_read_in_time(tmp_path: Path) -> None:
    found = graph(tmp_path, {"a.mdx": "# A\n\n" + "<A {" * 20_000 + "\n\nThe end.\n"})
    assert texts(found, "m/a")[-1] == "The end."


SIDEBAR = (
    "{ text: 'Use', collapsed: true, "
    "items: [{ text: 'Boil water', link: '/use/boil' }, { text: 'Cool', link: '/use/cool#x' }] }"
)


@pytest.mark.parametrize(
    ("config", "text"),
    [
        (
            ".vitepress/config.mts",
            f"import x from 'y'\nexport default define({{ title: `K`, sidebar: [{SIDEBAR},], on() {{ go() }} }})",
        ),
        (
            ".vitepress/config.js",
            f"export default {{ themeConfig: {{ sidebar: {{ '/use/': [ // first\n{SIDEBAR} ] }} }} }}",
        ),
        (
            ".vitepress/config.ts",
            f"export default {{ sidebar: {{ '/': sidebar() }} }}\nfunction sidebar() {{ return [\n{SIDEBAR}] }}",
        ),
        (
            ".vuepress/config.js",
            "module.exports = { sidebar: [{ title: 'Use', children: [['/use/boil', 'Boil water'], '/use/cool'] }] }",
        ),
        (
            "astro.config.mjs",
            "export default d({ p: [s({ sidebar: [{ label: 'Use', items: [{ slug: 'use/boil' }, 'use/cool'] }] })] })",
        ),
        ("docs.json", '{"navigation": {"tabs": [{"tab": "Use", "groups": [{"pages": ["use/boil", "use/cool"]}]}]}}'),
        ("mint.json", '{"navigation": [{"group": "Use", "pages": ["use/boil", "use/cool"]}]}'),
    ],
)
def test_the_sidebar_of_a_configuration_orders_the_pages(tmp_path: Path, config: str, text: str) -> None:
    pages = "src/content/docs/" if config.startswith("astro") else ""
    files = {f"{pages}use/cool.md": "# Cool\n\nWait.\n", f"{pages}use/boil.md": "# Boil\n\nPress it.\n"}
    assert paths(graph(tmp_path, {config: text, **files})) == ["Use", "Use > Boil", "Use > Cool"]


@pytest.mark.parametrize(
    "text", ["sidebar: [", "sidebar: [{ text: f(), items: [...more] }]", "sidebar: {}", "return [{", "", "\0"]
)
def test_a_sidebar_that_is_a_program_loses_no_page(tmp_path: Path, text: str) -> None:
    files = {".vitepress/config.ts": text or " ", "b.md": "# B\n\nTwo.\n", "a.md": "# A\n\nOne.\n"}
    assert paths(graph(tmp_path, files)) == ["A", "B"]


def test_a_generated_part_of_a_sidebar_holds_the_pages_of_its_folder(tmp_path: Path) -> None:
    sidebar = "sidebar: [{ label: 'Care', autogenerate: { directory: 'care' } }, { label: 'Boil', link: '/boil/' }]"
    files = {"care/b.md": "# B\n\nTwo.\n", "care/a.md": "# A\n\nOne.\n", "boil.md": "# Boil\n\nPress it.\n"}
    placed = {f"src/content/docs/{name}": text for name, text in files.items()}
    found = graph(tmp_path, {"astro.config.mjs": f"export default {{ {sidebar} }}", **placed})
    assert paths(found) == ["Care", "Care > A", "Care > B", "Boil"]


def test_a_folder_called_pages_is_no_level(tmp_path: Path) -> None:
    files = {
        "index.md": "# Kettle\n\nIt boils.\n",
        "pages/use/boil.md": "# Boil\n\nPress it.\n",
        "pages/care.md": "# Care\n\nWipe.\n",
    }
    assert set(paths(graph(tmp_path, files))) == {"Kettle", "Use", "Use > Boil", "Care"}
