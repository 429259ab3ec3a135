from collections.abc import Callable
from pathlib import Path

import pytest
from support import html_sites
from support.html_sites import SAMPLE, write_breadcrumb_site, write_menu_site
from support.page_folders import paths_of

from graphrag_tools.errors import ManualError
from graphrag_tools.loaders import load_manual
from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.graph import MenuGraph
from graphrag_tools.manual.sections import Manual


def load(folder: Path, pages: dict[str, str]) -> Manual:
    for name, text in pages.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return load_manual(folder, "m")


def reports(manual: Manual) -> dict[str, str]:
    return {skipped.where: skipped.why for skipped in manual.skipped}


def page(title: str, *, around: str = "", text: str = "Text.") -> str:
    return f"{around}<h1>{title}</h1><p>{text} {title}</p>"


def contents(graph: MenuGraph) -> dict[tuple[str, ...], object]:
    return {
        item.path: (item.kind, item.taps, [(block.kind, block.depth, block.name, block.text) for block in item.blocks])
        for item in graph.items
    }


@pytest.mark.parametrize("write", [write_menu_site, write_breadcrumb_site])
def test_a_help_site_gives_the_tree_of_the_markdown_it_was_made_of(
    tmp_path: Path, write: Callable[[Path], None]
) -> None:
    write(tmp_path)
    site, markdown = build_graph(load_manual(tmp_path, "m")), build_graph(load_manual(SAMPLE, "m"))
    assert contents(site) == contents(markdown)
    assert len(site.edges("SEE_ALSO")) == len(markdown.edges("SEE_ALSO"))


def test_a_menu_gives_the_reading_order_whatever_the_files_are_called(tmp_path: Path) -> None:
    write_menu_site(tmp_path)
    assert paths_of(load_manual(tmp_path, "m")) == paths_of(load_manual(SAMPLE, "m"))


def test_what_is_left_out_of_a_site_is_counted(tmp_path: Path) -> None:
    write_breadcrumb_site(tmp_path)
    found = reports(load_manual(tmp_path, "m"))
    assert found["69 of 69 pages"] == "repeat 'Larkfield Page 7, software version 4'; left out"
    assert "70 footer (140 words)" in found["boilerplate"]
    assert "69 hidden element (138 words)" in found["boilerplate"]
    assert found["index.html"] == "no text"


def test_a_page_is_read_by_its_headings_and_a_fragment_like_a_page(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("Before.<h1 id=x>A</h1>1<h3>B</h3>2<h2>C</h2>3", encoding="utf-8")
    manual = load_manual(tmp_path / "a.html", "m")
    assert paths_of(manual) == ["A", "A > B", "A > C"]
    assert [block.text for block in manual.sections[0].blocks] == ["Before.", "1"]
    assert [section.url for section in manual.sections] == ["a.html", "a.html", "a.html"]


def test_a_page_without_headings_is_one_section_named_by_its_title(tmp_path: Path) -> None:
    assert paths_of(load(tmp_path, {"a.html": "<title>Guide</title>Text", "b.HTM": "Other"})) == ["Guide", "B"]


def test_folders_nest_below_their_index_in_natural_order(tmp_path: Path) -> None:
    names = ("index.html", "p10.html", "p9.html", "wifi/INDEX.HTM", "wifi/more/x.html", "sound.html", "sound/y.html")
    manual = load(tmp_path, {name: page(name) for name in names})
    assert sorted(paths_of(manual)) == [
        "index.html",
        "p10.html",
        "p9.html",
        "sound.html",
        "sound.html > sound/y.html",
        "wifi/INDEX.HTM",
        "wifi/INDEX.HTM > wifi/more/x.html",
    ]
    assert paths_of(manual).index("p9.html") < paths_of(manual).index("p10.html")


def test_menus_that_each_show_a_part_are_put_together(tmp_path: Path) -> None:
    def menu(below_a: str = "", below_b: str = "") -> str:
        lines = f"<li><a href=a.html>A</a><ul>{below_a}</ul></li><li><a href=b.html>B</a><ul>{below_b}</ul></li>"
        return f"<nav><h2>Contents</h2><ul>{lines}</ul></nav>"

    in_a = menu("<li><a href=z.html>Z</a></li><li><a href=y.html>Y</a></li>")
    in_b = menu("", "<li>Group<ul><li><a href=x.html>X</a></li></ul></li>")
    pages = {
        "a.html": page("A", around=in_a),
        "b.html": page("B", around=in_b),
        "x.html": page("X", around=in_b),
        "y.html": page("Y", around=in_a),
        "z.html": page("Z", around=in_a),
    }
    assert paths_of(load(tmp_path, pages)) == ["A", "A > Z", "A > Y", "B", "B > Group", "B > Group > X"]


def test_a_contents_page_is_a_menu_and_no_section(tmp_path: Path) -> None:
    toc = "<h1>Contents</h1><ul><li><a href=b.html>B</a><ul><li><a href=a.html>A</a></ul></ul>"
    manual = load(tmp_path, {"toc.html": toc, "a.html": page("A"), "b.html": page("B")})
    assert paths_of(manual) == ["B", "B > A"]
    assert reports(manual)["toc.html"] == "no text"


def test_a_menu_that_leads_in_circles_still_gives_a_tree(tmp_path: Path) -> None:
    def menu(first: str, second: str) -> str:
        inner = f"<ul><li><a href={first}.html>{first}</a></ul>"
        below = f"<ul><li><a href={second}.html>{second}</a>{inner}</ul>"
        return f"<nav><ul><li><a href={first}.html>{first}</a>{below}</ul></nav>"

    manual = load(tmp_path, {"a.html": page("a", around=menu("a", "b")), "b.html": page("b", around=menu("b", "a"))})
    assert paths_of(manual) == ["a", "a > b"]


def test_breadcrumbs_without_links_make_groups_and_data_counts_as_breadcrumbs(tmp_path: Path) -> None:
    data = (
        '<script type="application/ld+json">{"@type": "BreadcrumbList", "itemListElement": ['
        '{"name": "Home", "item": "https://x.example/"}, {"name": "Sound", "item": "https://x.example/sound"},'
        '{"name": "Volume"}]}</script>'
    )
    canonical = '<link rel="canonical" href="https://x.example/sound/">'
    pages = {
        "1.html": page("Wi-Fi", around="<p class=breadcrumb>You are here: <a>Home</a> &gt; Network &gt; Wi-Fi</p>"),
        "2.html": f"<head>{canonical}</head>{page('Sound', around='<p class=breadcrumb>Home / Sound</p>')}",
        "3.html": f"<head>{data}</head>{page('Volume')}",
        "4.html": page("Bluetooth", around="<div class=MCBreadcrumbsBox_0>Home &gt; Network &gt; Bluetooth</div>"),
    }
    manual = load(tmp_path, pages)
    assert paths_of(manual) == ["Network", "Network > Wi-Fi", "Sound", "Sound > Volume", "Network > Bluetooth"]
    assert {section.title: section.url for section in manual.sections}["Sound"] == "https://x.example/sound/"


def test_links_lead_to_pages_and_places_and_a_dead_place_to_its_page(tmp_path: Path) -> None:
    links = (
        "<a href=../b%20c.html>1</a> <a href='../b c.html#y'>2</a> <a href=#gone>3</a> <a href=/d/>4</a>"
        "<a href=javascript:x>5</a>"
    )
    pages = {
        "x/a.html": f"<h1>A</h1><p>{links} <a href=../../../etc/passwd>6</a> <a href=https://x.org>7</a></p>",
        "b c.html": "<h1>B</h1>1<h2><a name=y></a>C</h2>2",
        "d/index.html": page("D"),
    }
    manual = load(tmp_path, pages)
    graph = build_graph(manual)
    assert [item.name for item in graph.see_also("m/a")] == ["B", "C", "D"]
    assert [found.link.target for found in graph.unresolved] == ["../../etc/passwd"]
    assert [link.text for block in graph.item("m/a").blocks for link in block.links] == ["1", "2", "3", "4", "6", "7"]


def test_a_base_is_followed_and_a_shared_canonical_link_counts_for_no_page(tmp_path: Path) -> None:
    canonical = "<link rel=canonical href=https://x.example/>"
    pages = {
        "a/b.html": "<base href='../c/'><h1>B</h1><p><a href=d.html>D</a></p>",
        "c/d.html": f"{canonical}<base href='https://x.example/c/'><h1>D</h1><p><a href=e.html>E</a></p>",
        "c/e.html": f"{canonical}<h1>E</h1><p><a href=https://x.example/>home</a></p>",
    }
    graph = build_graph(load(tmp_path, pages))
    assert [item.name for item in graph.see_also("m/b")] == ["D"]
    assert [item.name for item in graph.see_also("m/d")] == ["E"]
    assert graph.see_also("m/e") == []


def test_pages_of_one_name_and_repeated_ids_are_all_kept(tmp_path: Path) -> None:
    text = "<h1 id=a>Same</h1>1<h2 id=a>Same</h2>2<h2 id=a>Same</h2>3"
    manual = load(tmp_path, {"a.html": text, "b.html": text})
    assert len(manual.sections) == len({section.key for section in manual.sections}) == 6
    assert len({item.id for item in build_graph(manual).items}) == 6


def test_steps_and_warnings_that_all_pages_repeat_are_kept(tmp_path: Path) -> None:
    repeated = "<ol><li>Open Settings.</ol><p class=warning>Hot.</p>"
    pages = {f"{n}.html": f"<p>Brand</p><h1>{n}</h1>{repeated}<p>Own {n}</p><p>Legal</p>" for n in range(4)}
    manual = load(tmp_path, pages)
    assert [block.text for block in manual.sections[0].blocks] == ["Open Settings.", "Hot.", "Own 0"]


def test_sentences_and_labelled_steps_below_the_headings_of_few_pages_are_kept(tmp_path: Path) -> None:
    said = ["Open the app.", "Step 1: Choose {n}", "Step 2: Wait", "Press Done."]
    text = "".join(f"<div>{one}</div>" for one in said)
    pages = {f"{n}.html": f"<p>Lumo help.</p><h1>Way {n}</h1>{text.format(n=n)}<p>© Lumo Inc.</p>" for n in range(4)}
    assert [block.text for block in load(tmp_path, pages).sections[0].blocks] == [
        "Open the app.",
        "Choose 0",
        "Wait",
        "Press Done.",
    ]


def test_pages_that_are_alike_in_all_keep_their_text(tmp_path: Path) -> None:
    manual = load(tmp_path, {f"{n}.html": "<h1>T</h1><p>Coming soon.</p>" for n in range(4)})
    assert [block.text for section in manual.sections for block in section.blocks] == ["Coming soon."] * 4


def test_many_pages_in_source_form_beside_a_site_are_said_to_be_unread(tmp_path: Path) -> None:
    files = {f"{n}.html": page(f"A{n}") for n in range(9)} | {f"more/{n}.md": f"# More {n}" for n in range(4)}
    assert reports(load(tmp_path, files))["4 .md file(s)"].startswith("NOT READ: ")


def test_a_folder_is_read_as_what_it_holds_more_of(tmp_path: Path) -> None:
    files = {"a.html": page("A"), "b.html": page("B"), "readme.md": "# Read me\n\nText.\n", "s.css": "x"}
    manual = load(tmp_path, files)
    assert paths_of(manual) == ["A", "B"]
    assert reports(manual)["1 other files"] == "are no HTML: 1 .md"
    (tmp_path / "c.md").write_text("# C\n\nText.\n", encoding="utf-8")
    assert paths_of(load_manual(tmp_path, "m")) == ["Read me", "A", "B", "C"]


def test_a_site_links_every_page_of_the_sample_site(tmp_path: Path) -> None:
    html_sites.write_menu_site(tmp_path)
    unresolved = build_graph(load_manual(tmp_path, "m")).unresolved
    assert [found.link.target for found in unresolved] == ["gone.html"]


def test_a_folder_without_html_or_text_says_what_it_found(tmp_path: Path) -> None:
    with pytest.raises(ManualError, match=r"no text found in 1 HTML page\(s\) \(no text\)"):
        load(tmp_path, {"a.html": "<nav>x</nav>"})


def test_the_page_above_is_read_from_the_head(tmp_path: Path) -> None:
    def chapter(title: str, up: str, text: str) -> str:
        cells = f'<th>{title}</th><td><a href="index.html">Prev</a></td>'
        bar = f'<div class="navheader"><table><tr>{cells}</tr></table></div>'
        head = f'<title>{title}</title><link rel="home" href="index.html"><link rel="up" href="{up}">'
        return f"<html><head>{head}</head><body>{bar}<h2>{title}</h2><p>{text}</p></body></html>"

    files = {
        "index.html": "<title>Stove</title><h1>Stove</h1>",
        "a1.html": chapter("1. Heat", "index.html", "Warm."),
        "a1x.html": chapter("1.1. Low", "a1.html", "Soups."),
        "b2.html": chapter("2. Care", "index.html", "Wipe."),
    }
    manual = load(tmp_path, files)
    assert paths_of(manual) == ["1. Heat", "1. Heat > 1.1. Low", "2. Care"]
    assert [block.text for section in manual.sections for block in section.blocks] == ["Warm.", "Soups.", "Wipe."]


@pytest.mark.parametrize("names", [("Care", "Heat", "Parts"), ("Care", "Heat")])
def test_a_heading_that_all_pages_begin_with_is_the_name_of_the_site(tmp_path: Path, names: tuple[str, ...]) -> None:
    files = {f"{name}.html": f"<h1>Stove help</h1><h2>{name}</h2><p>About {name}.</p>" for name in names}
    manual = load(tmp_path, {**files, "home.html": "<h1>Stove help</h1><p>Welcome.</p>"})
    assert sorted(paths_of(manual)) == [*names, "Stove help"]
    of_all = f"{len(files) + 1} of {len(files) + 1} pages"
    assert reports(manual)[of_all] == "have the heading 'Stove help'; taken for the site's name"


def test_contents_under_their_title_and_words_in_place_of_a_video_are_no_text(tmp_path: Path) -> None:
    contents = '<p><b>Contents</b></p><dl><dt><span><a href="care.html">1. Care</a></span></dt></dl>'
    files = {
        "index.html": f'<h1>Stove</h1><p>Welcome.</p><div class="toc">{contents}</div>',
        "care.html": "<h1>Care</h1><video src='a.mp4'>Your browser shows no video.</video><p>Wipe it.</p>",
    }
    texts = [block.text for section in load(tmp_path, files).sections for block in section.blocks]
    assert sorted(texts) == ["Welcome.", "Wipe it."]


def test_what_comes_after_a_video_that_nothing_closes_stays(tmp_path: Path) -> None:
    told = "Hold both keys until the light is red, then let them go and wait. " * 4
    page = f"<h1>Stove</h1><p>Welcome.</p><video src='a.mp4'><h2>Reset</h2><p>{told}</p>"
    manual = load(tmp_path, {"index.html": page})
    assert [section.title for section in manual.sections] == ["Stove", "Reset"]
    assert manual.sections[1].blocks[0].text == told.strip()


def test_numbered_steps_that_all_pages_share_stay(tmp_path: Path) -> None:
    names = ("Heat", "Care", "Parts")
    files = {
        f"{name}.html": f"<h1>{name}</h1><p>1. Open it.</p><p>2. See {name}.</p><p>3. Shut it.</p>" for name in names
    }
    manual = load(tmp_path, files)
    assert [(block.kind, block.text) for block in manual.sections[0].blocks] == [
        ("step", "Open it."),
        ("step", "See Care."),
        ("step", "Shut it."),
    ]


def test_parentheses_around_a_picture_are_no_part_of_a_title(tmp_path: Path) -> None:
    sign = '<img src="find.png" alt="magnifier">'
    heads = (
        f"<h1>Search</h1><h2>Find ( {sign} )</h2><p>It looks.</p><h2>{sign}</h2><p>Up.</p><h2>stop ()</h2><p>Ends.</p>"
    )
    manual = load(tmp_path, {"a.html": heads})
    assert [section.title for section in manual.sections] == ["Search", "Find", "magnifier", "stop ()"]
