"""Of a folder of a site generator, the pages that it publishes are read; what no owner asks about is left out."""

from pathlib import Path

import pytest
from support.page_folders import load, paths_of

from graphrag_tools.errors import ManualError
from graphrag_tools.loaders import FileChoice
from graphrag_tools.loaders.folders.files import choose
from graphrag_tools.manual.from_sections import build_graph


@pytest.mark.parametrize(
    ("config", "text", "content"),
    [
        ("hugo.toml", 'title = "Lamp"', "content"),
        ("config.yaml", "title: Lamp", "content"),
        ("config/_default/hugo.yaml", "contentDir: pages", "pages"),
        ("config/online/hugo.toml", 'title = "Lamp"', "content"),
        ("mkdocs.yml", "site_name: Lamp", "docs"),
        ("mkdocs.yml", "site_name: Lamp\ndocs_dir: manual/en", "manual/en"),
        ("book.toml", '[book]\nsrc = "text"', "text"),
        ("zensical.toml", '[project]\nsite_name = "Lamp"', "docs"),
        ("docusaurus.config.js", "module.exports = {presets: [['x', {blog: {path: './blog'}}]]};", "docs"),
        ("docusaurus.config.ts", "export default {title: 'Lamp'};", "docs"),
        ("_config.yml", "title: Lamp\nsource_dir: source\n", "source"),
        ("nuxt.config.ts", "export default defineNuxtConfig({modules: ['@nuxt/content']})", "content"),
        ("conf.py", 'exclude_patterns = ["tools", "archetypes/default.md"]', "pages"),
        ("hugo.toml", "this is = no toml [", "content"),
    ],
)
def test_pages_beside_the_folder_of_the_generator_are_left_out(
    tmp_path: Path, config: str, text: str, content: str
) -> None:
    files = {
        config: text,
        f"{content}/use.md": "# Use\n\nTurn it.\n",
        f"{content}/care.md": "# Care\n\nWipe it.\n",
        "tools/README.md": "# How to build\n\nRun it.\n",
        "archetypes/default.md": "# {{ .Name }}\n\nDraft.\n",
    }
    manual = load(tmp_path, files)
    assert sorted(paths_of(manual)) == ["Care", "Use"]
    assert any("files of the site itself" in one.why for one in manual.skipped)
    everything = load(tmp_path, {}, FileChoice(include=("**/*.md",)))
    assert any("How to build" in one for one in paths_of(everything))


def test_a_configuration_without_pages_below_its_folder_leaves_nothing_out(tmp_path: Path) -> None:
    assert paths_of(load(tmp_path, {"mkdocs.yml": "", "use.md": "# Use\n\nTurn it.\n"})) == ["Use"]


@pytest.mark.parametrize(
    ("config", "text"),
    [
        ("docusaurus.config.js", "module.exports = {presets: [['classic', {docs: {path: 'tools'}}]]};"),
        ("conf.py", "exclude_patterns = [name for name in names]"),
        ("conf.py", "exclude_patterns = ["),
    ],
)
def test_a_configuration_that_is_a_program_leaves_nothing_out(tmp_path: Path, config: str, text: str) -> None:
    files = {config: text, "docs/use.md": "# Use\n\nTurn it.\n", "tools/care.md": "# Care\n\nWipe it.\n"}
    found = {one.rpartition(" > ")[2] for one in paths_of(load(tmp_path, files))}
    assert {"Use", "Care"} <= found


@pytest.mark.parametrize(
    ("config", "text", "content"),
    [
        ("docs/astro.config.mjs", "export default {integrations: []};", "docs/src/content/docs"),
        ("website/docusaurus.config.js", "module.exports = {title: 'Lamp'};", "website/docs"),
        ("website/docusaurus.config.js", "module.exports = {docs: {path: '../manual'}};", "manual"),
        ("mkdocs/mkdocs.yml", "docs_dir: ../manual", "manual"),
        ("docs/.vitepress/config.mts", "export default defineConfig({title: 'Lamp'})", "docs"),
        ("docs/.vitepress/config.js", "export default { srcDir: './pages' }", "docs/pages"),
        ("docs/.vuepress/config.js", "module.exports = {title: 'Lamp'}", "docs"),
    ],
)
def test_a_repository_around_a_site_gives_the_pages_of_the_site(
    tmp_path: Path, config: str, text: str, content: str
) -> None:
    files = {
        config: text,
        "README.md": "# Repository\n\nRun make.\n",
        "case/README.md": "# Case\n\nPrint it.\n",
        f"{content}/use.md": "# Use\n\nTurn it.\n",
        f"{content}/basics/off.md": "---\ntitle: Off\n---\n\nPress the wheel.\n",
    }
    manual = load(tmp_path, files)
    assert paths_of(manual) in (["Basics", "Basics > Off", "Use"], ["Use", "Basics", "Basics > Off"])
    assert any("README.md, case/README.md" in one.why for one in manual.skipped)


@pytest.mark.parametrize(
    ("config", "index"),
    [("docs/source/conf.py", "docs/source/index.rst"), ("docs/.vitepress/config.ts", "docs/index.md")],
)
def test_policies_around_the_site_of_a_repository_are_left_out(tmp_path: Path, config: str, index: str) -> None:
    folder = index.rpartition("/")[0]
    files = {
        config: "project = 'Lamp'",
        index: "Lamp\n====\n\nA lamp.\n",
        f"{folder}/use.md": "# Use\n\nTurn it.\n",
        f"{folder}/more/heat.md": "# Heat\n\nIt warms.\n",
        "SECURITY.md": "# Reporting a vulnerability\n\nWrite to us.\n",
        "firmware/README.md": "# Firmware\n\nRun make.\n",
        "server/templates/login.html": "<h1>Firmware login</h1><p>Enter your name, please.</p>",
    }
    found = " ".join(paths_of(load(tmp_path, files)))
    assert "Heat" in found
    assert "vulnerability" not in found
    assert "Firmware" not in found


def test_readmes_beside_a_site_with_few_of_the_pages_are_read(tmp_path: Path) -> None:
    readmes = {f"{one}/README.md": f"# {one}\n\nHold it.\n" for one in ("Lamp", "Fan", "Bell")}
    site = {"website/docusaurus.config.js": "module.exports = {title: 'Club'};", "website/docs/us.md": "# Us\n\nWe.\n"}
    assert {"Lamp", "Fan", "Bell"} <= set(paths_of(load(tmp_path, {**readmes, **site})))


@pytest.mark.parametrize(("config", "folder"), [("_config.yml", ""), ("mkdocs.yml", "docs/"), ("book.toml", "src/")])
def test_pages_of_a_generator_are_read_beside_more_html(tmp_path: Path, config: str, folder: str) -> None:
    pages = {f"{folder}use/part-{at}.md": f"# Part {at}\n\nTurn the wheel {at} times.\n" for at in range(4)}
    html = {f"{folder}extra/{at}.html": f"<h1>Extra {at}</h1><p>Hold the ring {at} seconds.</p>" for at in range(9)}
    found = paths_of(load(tmp_path, {config: "", **pages, **html}))
    assert {"Use > Part 3", "Extra > Extra 8"} <= set(found)


def test_html_below_front_matter_is_a_page_of_a_generator(tmp_path: Path) -> None:
    files = {
        "source/index.html": "---\ntitle: Lamp\n---\n<p>A lamp.</p>\n",
        "source/more.html": "<h1>More</h1>\n```\na\nb\n```\n",
        "source/use/index.html": "---\ntitle: Use it\nlayout: docs\n---\n<p>Turn it.</p>\n<h2>By code</h2>\n"
        "``` ini\n[Lamp]\nLight={{ on }} <1>\n```\n",
    }
    manual = load(tmp_path, files)
    assert paths_of(manual) == ["Lamp", "More", "Use it", "Use it > By code"]
    assert [(one.kind, one.text) for one in manual.sections[1].blocks] == [("code", "a\nb")]
    assert [(one.kind, one.text) for one in manual.sections[3].blocks] == [("code", "[Lamp]\nLight={{ on }} <1>")]


def test_html_without_a_generator_stays_a_saved_site(tmp_path: Path) -> None:
    pages = {f"use/part-{at}.md": f"# Part {at}\n\nTurn the wheel {at} times.\n" for at in range(4)}
    html = {f"extra/{at}.html": f"<h1>Extra {at}</h1><p>Hold the ring {at} seconds.</p>" for at in range(9)}
    manual = load(tmp_path, {**pages, **html})
    assert "4 .md file(s)" in [one.where for one in manual.skipped]


@pytest.mark.parametrize("name", ["404.qmd", "docs/404.rst", "404.mdx"])
def test_the_page_for_addresses_that_do_not_exist_is_left_out(tmp_path: Path, name: str) -> None:
    text = "Not found\n=========\n\nTry the search.\n"
    assert paths_of(load(tmp_path, {name: text, "use.md": "# Use\n\nTurn it.\n"})) == ["Use"]


def test_the_list_of_languages_of_gitbook_is_no_page(tmp_path: Path) -> None:
    files = {"LANGS.md": "* [English](en/)\n", "en/use.md": "# Use\n\nTurn it.\n", "en/heat.md": "# Heat\n\nWait.\n"}
    assert "LANGS" not in " ".join(paths_of(load(tmp_path, files))).upper()


def test_folders_of_a_language_and_country_are_no_levels(tmp_path: Path) -> None:
    names = [f"{one}/{tag}/use.md" for one in ("lamp", "fan") for tag in ("fr_FR", "de_DE")]
    manual = load(tmp_path, dict.fromkeys(names, "# Use\n\nTurn it.\n"), FileChoice(language="fr"))
    assert paths_of(manual) == ["Fan", "Fan > Use", "Lamp", "Lamp > Use"]


def test_folders_on_the_way_to_the_pages_are_no_levels(tmp_path: Path) -> None:
    files = {
        "README.md": "# Lamp\n\nA lamp.\n",
        "src/content/docs/use.md": "# Use\n\nTurn it.\n",
        "source/heat.md": "# Heat\n\nIt warms.\n",
    }
    assert paths_of(load(tmp_path, files)) == ["Lamp", "Lamp > Source", "Lamp > Source > Heat", "Lamp > Use"]


def test_a_language_below_the_name_of_a_guide_is_no_level(tmp_path: Path) -> None:
    names = ("guide/en/use.md", "guide/en/care/wipe.md", "parts/bulb.md", "club/en/us.md", "club/pt/we.md")
    files = {name: f"# {name.rpartition('/')[2][:-3].title()}\n\nText.\n" for name in names}
    assert paths_of(load(tmp_path, files)) == [
        *("Club", "Club > En", "Club > En > Us", "Club > Pt", "Club > Pt > We"),
        *("Guide", "Guide > Use", "Guide > Care", "Guide > Care > Wipe", "Parts", "Parts > Bulb"),
    ]


@pytest.mark.parametrize("title", ["On", "off", "Yes", "No"])
def test_a_title_that_yaml_takes_for_a_truth_stays_as_it_is_written(tmp_path: Path, title: str) -> None:
    manual = load(tmp_path, {"a.md": f"---\ntitle: {title}\n---\n\nPress it.\n", "b.md": "# B\n\nHold it.\n"})
    assert title in paths_of(manual)


def test_jekyll_publishes_its_collections_and_not_what_it_excludes(tmp_path: Path) -> None:
    config = "collections:\n  guides:\n    output: true\nexclude: [drafts, notes.md]\n"
    pages = ("_guides/use", "_tmp/old", "drafts/new", "notes", "care")
    files = {f"{name}.md": f"# {name.rpartition('/')[2].title()}\n\nText.\n" for name in pages}
    assert sorted(paths_of(load(tmp_path, {"_config.yml": config, **files}))) == ["Care", "Guides", "Guides > Use"]


def test_templates_of_hugo_and_tags_in_pages_of_html_are_no_text(tmp_path: Path) -> None:
    files = {
        "a.md": "# A\n\nText.\n",
        "layouts/list.html": '{{ define "main" }}<h1>{{ .Title }}</h1>{{ end }}',
        "tool.html": "---\ntitle: Tester\n---\n<p>Press it.</p>\n{% alert warning %}Hot.{% endalert %}\n",
    }
    manual = load(tmp_path, files)
    assert paths_of(manual) == ["A", "Tester"]
    tester = build_graph(manual).item("m/tester")
    assert [(block.kind, block.text) for block in tester.blocks] == [("paragraph", "Press it."), ("warning", "Hot.")]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("05-developers/build.md", "chapters for developers"),
        ("_development/hal.md", "chapters for developers"),
        ("developer-guide/api.md", "chapters for developers"),
        ("developer-reference/how-to-build.md", "chapters for developers"),
        ("how-to/contribute-to-the-manual.md", "chapters for contributors"),
        ("99_contributing.md", "chapters for contributors"),
        ("release-notes-2.1.md", "release notes"),
        ("guide/Whats_New.rst", "release notes"),
        ("CHANGELOG-1.x.md", "change logs"),
        ("history/legacy-changelog.html", "change logs"),
        ("app_release_notes.md", "release notes"),
        ("news/2024/fair.md", "blogs"),
    ],
)
def test_what_no_owner_asks_about_is_left_out_and_said(tmp_path: Path, name: str, kind: str) -> None:
    kept, skipped = choose(["use.md", name], FileChoice(), tmp_path)
    assert kept == ["use.md"]
    assert kind in skipped[0].why


@pytest.mark.parametrize(
    ("name", "text", "is_read"),
    [
        ("news.rst", "Add a news source\n=================\n\nPress Add, then choose a paper.\n", True),
        ("history.md", "# Call history\n\nThe last 20 calls; version 1.1 shows 10.\n", True),
        ("news.md", "# News\n\n## 1.2\n\n- Quicker.\n\n## 1.1\n\n- First.\n", False),
        ("history.html", "<h1>History</h1><h2>v1.2</h2><p>Quicker.</p><h2>v1.1</h2><p>First.</p>", False),
        ("history.html", "<h1>History</h1><h2>Lamp 4.5</h2><p>Quicker.</p><h2>Lamp 4.4</h2><p>First.</p>", False),
        ("news.md", "# News\n\n## May 20, 2026\n\nQuicker.\n\n## 3. May 2026\n\nFirst.\n", False),
        ("news.md", "# News\n\n## New stable version v2.1 (2nd June 2019)\n\nA.\n\n## The lamp 2.0\n\nB.\n", False),
        ("news.md", "# News\n\n## New stable version v2.1 (2nd June 2019)\n\nQuicker.\n", False),
        ("news.md", "# News\n\n## Size 2.1 metres\n\nTaller.\n", True),
        ("history.md", "# History\n\n- Hold 1.5 s to clear.\n- Hold 3.5 s to close.\n", True),
        ("changes.rst", "2026-01-02\n----------\n\nQuicker.\n\n2025-12-01\n----------\n\nFirst.\n", False),
        ("changelog.md", "# What was new\n\nNot much.\n", False),
    ],
)
def test_a_name_of_two_meanings_is_a_change_log_where_it_lists_versions(
    tmp_path: Path, name: str, text: str, is_read: bool
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert (name in choose(["use.md", name], FileChoice(), tmp_path)[0]) is is_read


@pytest.mark.parametrize("name", ["device-settings.md", "2-devices/lamp.md", "change-the-filter.md", "newsletter.md"])
def test_names_that_only_begin_alike_are_read(tmp_path: Path, name: str) -> None:
    assert choose(["use.md", name], FileChoice(), tmp_path)[0] == ["use.md", name]


def test_documents_of_a_site_that_are_downloads_are_no_pages(tmp_path: Path) -> None:
    files = {"conf.py": "", "index.rst": "Lamp\n====\n\nText.\n", "pdf/report.pdf": "%PDF-1.4 none"}
    pytest.importorskip("docutils")
    assert any(one.where == "1 .pdf file(s)" for one in load(tmp_path, files).skipped)


def test_a_pdf_in_a_folder_keeps_its_page_numbers(tmp_path: Path) -> None:
    pytest.importorskip("pypdfium2")
    from support.pdf_files import Sheet, drawn

    def draw(sheet: Sheet) -> None:
        sheet.line("Boiling", size=20)
        sheet.line("Press the switch to boil the water in it.")
        sheet.next_page()
        sheet.line("Cleaning", size=20)
        sheet.line("Wipe the kettle with a damp cloth once a week.")

    (tmp_path / "more").mkdir()
    drawn(tmp_path / "more" / "kettle.pdf", draw)
    manual = load(tmp_path, {"use.md": "# Use\n\nText.\n"})
    pages = {section.title: section.page for section in manual.sections}
    assert pages["Cleaning"] == 2
    assert pages["Use"] is None


NAMES = ["top.md", "user/use.md", "user/deep/x.md", "dev/user.md", "a1.md"]


@pytest.mark.parametrize(
    ("include", "exclude", "kept"),
    [
        ("user", "", ["user/use.md", "user/deep/x.md"]),
        ("user/", "x.md", ["user/use.md"]),
        ("./user/**", "deep", ["user/use.md"]),
        ("user\\**", "", ["user/use.md", "user/deep/x.md"]),
        ("USER/*.md", "", ["user/use.md"]),
        ("*.md", "dev", ["top.md", "user/use.md", "user/deep/x.md", "a1.md"]),
        ("/top.md", "", ["top.md"]),
        ("[a-c]*.md", "", ["a1.md"]),
        ("{top,a1}.md", "", ["top.md", "a1.md"]),
        ("dev/**", "", ["dev/user.md"]),
    ],
)
def test_globs_are_read_as_people_write_them(include: str, exclude: str, kept: list[str]) -> None:
    choice = FileChoice((include,), (exclude,) if exclude else ())
    assert choose(NAMES, choice, Path())[0] == kept


def test_a_glob_that_matches_nothing_is_said(tmp_path: Path) -> None:
    files = {"user/use.md": "# Use\n\nText.\n", "top.md": "# Top\n\nText.\n"}
    manual = load(tmp_path, files, FileChoice(exclude=("top.md", "drafs/**")))
    assert [one.where for one in manual.skipped if one.why == "matches no page"] == ["drafs/**"]
    for choice in (FileChoice(include=("usr/**",)), FileChoice(exclude=("**",))):
        with pytest.raises(ManualError, match=r"leave none of 2 pages \(top.md, user/use.md\)"):
            load(tmp_path, {}, choice)


def test_partials_are_pages_only_where_a_glob_names_them(tmp_path: Path) -> None:
    files = {"user/use.md": "# Use\n\nText.\n", "user/_note.md": "# Note\n\nA piece.\n"}
    assert paths_of(load(tmp_path, files, FileChoice(include=("user/**",)))) == ["Use"]
    assert "Note" in paths_of(load(tmp_path, {}, FileChoice(include=("user/**", "**/_note.md"))))


@pytest.mark.parametrize(
    ("name", "text", "is_read"),
    [
        ("search.md", "# Searching\n\nType a word above the list, and the lamp lights the shelf.\n", True),
        ("agents/agents.md", "# Agents\n\nAn agent turns the lamp on for you.\n", True),
        ("AGENTS.md", "# How to work here\n\nRun the tests.\n", False),
        ("licenses.md", "# Licences\n\nbulb: Copyright (c) Ann, MIT.\n", False),
        ("license.md", "# Licence\n\nEnter the key of your licence under Account.\n", True),
        ("lamp-releases.md", "# All releases\n\n## Release v2.1\n\nBlue.\n\n## Release v2.0\n\nRed.\n", False),
        ("early-releases.md", "# Early releases\n\nTurn on Early releases to get them first.\n", True),
        ("_i18n/fr/index.md", "# La lampe\n\nTournez.\n", False),
    ],
)
def test_names_of_two_meanings_are_judged_by_what_stands_there(
    tmp_path: Path, name: str, text: str, is_read: bool
) -> None:
    manual = load(tmp_path, {"use.md": "# Use\n\nTurn it.\n", name: text})
    assert (text.split("\n", 1)[0].strip("# ") in " ".join(paths_of(manual))) is is_read
