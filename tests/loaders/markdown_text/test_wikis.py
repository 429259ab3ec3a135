"""Wikis of GitHub: whose pages a sidebar lists, links by words and page, titles by file names, pictures by name."""

from pathlib import Path

from support.page_folders import graph, paths

OWN, OTHER = "https://github.com/kettle/kettle/wiki", "https://github.com/lamp/lamp/wiki"


def test_pages_of_another_wiki_are_none_of_this_one(tmp_path: Path) -> None:
    files = {
        "_Sidebar.md": f"* [Lamp]({OTHER}/Care)\n* [News]({OWN}-news)\n* [Use]({OWN}/Use)\n"
        f"* [Lid]({OWN.replace('kettle', 'Kettle')}/Lid)\n",
        **{f"{name}.md": f"# {name}\n\nText.\n" for name in ("Care", "Lid", "Use")},
    }
    assert paths(graph(tmp_path, files)) == ["Use", "Lid", "Care"]


def test_links_of_a_sidebar_name_the_page_behind_the_words_or_before_them(tmp_path: Path) -> None:
    files = {
        "_Sidebar.md": "* [[Start|Use-it]]\n  * [[Warm|Heat up]]\n* [[Lid|Care of it]]\n* [[Care]]\n",
        "Heat up.md": "# Heat up\n\nText.\n",
        **{f"{name}.md": f"# {name}\n\nSee [[Start|Use-it]].\n" for name in ("Care", "Lid", "Use-it")},
    }
    found = graph(tmp_path, files)
    assert paths(found) == ["Use-it", "Use-it > Heat up", "Lid", "Care"]
    assert [one.name for one in found.see_also("m/care")] == ["Use-it"]


def test_a_page_without_a_title_has_the_name_of_its_file(tmp_path: Path) -> None:
    files = {"Main-Menu.md": "## Clock\n\nSet it.\n", "Home.md": "# Kettle\n\nA kettle.\n"}
    assert paths(graph(tmp_path / "plain", files)) == ["Kettle", "Clock"]
    wiki = graph(tmp_path / "wiki", {**files, "_Footer.md": "Made with joy.\n"})
    assert paths(wiki) == ["Kettle", "Main Menu", "Main Menu > Clock"]
