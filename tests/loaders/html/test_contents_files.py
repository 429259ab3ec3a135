"""Contents that help systems keep in files of their own."""

import os
from pathlib import Path

import pytest

from graphrag_tools.loaders import load_manual
from graphrag_tools.manual.sections import Manual

BASS = "sub\\b.htm"
PROGRAM = "(function() {{ var toc =  {0}; window.rh.model.publish(rh.consts('KEY'), toc, {{ sync:true }}); }})();"


def written(folder: Path, files: dict[str, str]) -> Manual:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return load_manual(folder, "radio")


def tree(manual: Manual) -> list[tuple[str, str]]:
    titles = {section.key: section.title for section in manual.sections}
    return [(section.title, titles.get(section.parent or "", "")) for section in manual.sections]


def page(title: str) -> str:
    return f"<html><body><h1>{title}</h1><p>All that can be said about {title}.</p></body></html>"


def entry(name: str, local: str = "") -> str:
    target = f'<param name="Local" value="{local}">' if local else ""
    return f'<LI> <OBJECT type="text/sitemap"><param name="Name" value="{name}">{target}</OBJECT>'


def test_the_contents_of_html_help_are_the_tree(tmp_path: Path) -> None:
    below = entry("Tuning", "radio.chm::/sub/a.htm") + entry("Sound") + f"<UL>{entry('Bass', BASS)}</UL>"
    contents = entry("Using", "use.htm") + f"<UL>{below}</UL>" + entry("Care", "care.htm")
    pages = {"care.htm": "Care", "sub/a.htm": "Tuning", "sub/b.htm": "Bass", "use.htm": "Using"}
    manual = written(
        tmp_path,
        {"toc.hhc": f"<HTML><BODY><UL>{contents}</UL></BODY></HTML>"} | {at: page(name) for at, name in pages.items()},
    )
    assert tree(manual) == [("Using", ""), ("Tuning", "Using"), ("Sound", "Using"), ("Bass", "Sound"), ("Care", "")]


def test_contents_of_html_help_are_in_the_encoding_of_the_pages(tmp_path: Path) -> None:
    for name, title in {"a.htm": "Настройка", "b.htm": "Уход", "c.htm": "Звук"}.items():
        markup = f'<meta charset="windows-1251">{page(title)}'
        (tmp_path / name).write_bytes(markup.encode("cp1251"))
    below = f"<UL>{entry('Звук', 'c.htm')}{entry('Уход', 'b.htm')}</UL>"
    contents = f"<HTML><BODY><UL>{entry('Настройка', 'a.htm')}{entry('Радио')}{below}</UL></BODY></HTML>"
    (tmp_path / "toc.hhc").write_bytes(contents.encode("cp1251"))
    assert tree(load_manual(tmp_path, "radio")) == [
        ("Настройка", ""),
        ("Радио", ""),
        ("Звук", "Радио"),
        ("Уход", "Радио"),
    ]


FLARE = {
    "Data/Tocs/Main.js": "define({numchunks:1,prefix:'Main_Chunk',chunkstart:['/Content/A.htm'],"
    "tree:{n:[{i:0,c:0,n:[{i:1,c:0},{i:2,c:0}]},{i:3,c:0}]}});",
    "Data/Tocs/Main_Chunk0.js": "define({'/Content/Z One.htm':{i:[1],t:['Owner\\'s key'],b:['']},"
    "'/Content/A.htm':{i:[2],t:['Aerial'],b:['']},'___':{i:[0],t:['Set\\u0020up'],b:['']},"
    "'/Content/B.htm':{i:[3],t:['Battery'],b:['']}});",
    "Content/A.htm": page("Aerial"),
    "Content/B.htm": page("Battery"),
    "Content/Z One.htm": page("Owner's key"),
}


def test_the_contents_of_flare_are_the_tree(tmp_path: Path) -> None:
    assert tree(written(tmp_path, FLARE)) == [
        ("Set up", ""),
        ("Owner's key", "Set up"),
        ("Aerial", "Set up"),
        ("Battery", ""),
    ]


@pytest.mark.parametrize(
    "script", ["define(run());", "define({tree:{n:[});", "", "define({tree:{n:[{i:{}}]},numchunks:'x'})"]
)
def test_contents_that_are_no_data_change_nothing(tmp_path: Path, script: str) -> None:
    found = tree(written(tmp_path, FLARE | {"Data/Tocs/Main.js": script}))
    assert found == [("Aerial", ""), ("Battery", ""), ("Owner's key", "")]


def test_the_contents_of_robohelp_are_the_tree(tmp_path: Path) -> None:
    files = {
        "whxdata/toc.new.js": '[{"name":"Tanks","type":"book","key":"toc1"},{"name":"Care","url":"care.htm"}]',
        "whxdata/toc1.new.js": '[{"name":"Filling","type":"item","url":"a/fill.htm"}]',
    }
    pages = {"a/fill.htm": page("Filling"), "care.htm": page("Care"), "a/b.htm": page("Other")}
    manual = written(tmp_path, {name: PROGRAM.format(data) for name, data in files.items()} | pages)
    assert tree(manual) == [("Tanks", ""), ("Filling", "Tanks"), ("Care", ""), ("Other", "")]


@pytest.mark.parametrize("data", ['[{"url":"b.html"}]', '["a"]', '[{"name":5}]', "[" * 9_000 + "]" * 9_000, "[1}]"])
def test_contents_of_robohelp_that_are_no_data_change_nothing(tmp_path: Path, data: str) -> None:
    pages = {"a.html": page("A"), "b.html": page("B")}
    manual = written(tmp_path, {"whxdata/toc.new.js": PROGRAM.format(data)} | pages)
    assert tree(manual) == [("A", ""), ("B", "")]


def test_a_list_of_robohelp_that_names_itself_is_read_once(tmp_path: Path) -> None:
    itself = '{"name":"Book","key":"books"},{"name":"B","url":"b.html","key":"toc"}'
    data = f"[{', '.join([itself] * 20)}]"
    files = {f"whxdata/{name}.new.js": PROGRAM.format(data) for name in ("toc", "books")}
    manual = written(tmp_path, files | {"a.html": page("A"), "b.html": page("B")})
    assert {"A", "B"} <= {title for title, _ in tree(manual)}


def test_the_contents_of_older_robohelp_are_the_tree_and_its_own_pages_are_none(tmp_path: Path) -> None:
    lists = {
        "whtdata0": 'aTE(1,2,"Tanks","tanks.htm");\n aTE(1,1,"Filling","a/fill.htm");\n aTE(2,0,"Care","care.htm");\n'
        ' aTE(8,0,"Lights","whtdata1.htm","lights.htm");\n aTE(2,0,"Last","last.htm");\n',
        "whtdata1": 'aTE(2,0,"Other","a/b.htm");\n aTE(8,0,"Again","whtdata0.htm");\n aTE(8,0,"Gone","gone.htm");\n',
    }
    own = {f"whdata/{name}.htm": f"<script>\n{entries}</script>" for name, entries in lists.items()}
    own |= {"whgdata/whlstt0.htm": page("Contents"), "whskin_info.htm": page("System Info")}
    names = {"tanks": "Tanks", "a/fill": "Filling", "care": "Care", "lights": "Lights", "a/b": "Other", "last": "Last"}
    manual = written(tmp_path, own | {f"{name}.htm": page(title) for name, title in names.items()})
    assert tree(manual) == [
        ("Tanks", ""),
        ("Filling", "Tanks"),
        ("Care", "Filling"),
        ("Lights", ""),
        ("Other", "Lights"),
        ("Last", ""),
    ]


@pytest.mark.parametrize("entry", ['1,0,"A",5,"a.html"', '1,"x","B","b.html"', '1,0,"A'])
def test_contents_of_older_robohelp_of_another_form_are_passed_over(tmp_path: Path, entry: str) -> None:
    files = {"whdata/whtdata0.htm": f"aTE({entry});\n", "a.html": page("A"), "b.html": page("B")}
    assert tree(written(tmp_path, files)) == [("A", ""), ("B", "")]


@pytest.mark.parametrize("entry", ['{"name":"B","url":1}', '{"name":"B","url":["b.html"]}', '{"name":{}}', "null"])
def test_contents_of_robohelp_of_another_form_are_passed_over(tmp_path: Path, entry: str) -> None:
    files = {"whxdata/toc.new.js": PROGRAM.format(f"[{entry}]"), "a.html": page("A"), "b.html": page("B")}
    assert tree(written(tmp_path, files)) == [("A", ""), ("B", "")]


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "endless", ["'" + "\\'" * 100_000, '"' + '\\"' * 100_000, "a" * 200_000], ids=["'", '"', "word"]
)
def test_contents_of_flare_that_never_end_take_bounded_work(tmp_path: Path, endless: str) -> None:
    found = tree(written(tmp_path, FLARE | {"Data/Tocs/Main.js": f"define({{{endless}}});"}))
    assert found == [("Aerial", ""), ("Battery", ""), ("Owner's key", "")]


def test_contents_of_flare_stay_in_their_folder(tmp_path: Path) -> None:
    (tmp_path / "away0.js").write_text("define({'/Content/A.htm':{i:[0],t:['Elsewhere'],b:['']}});")
    away = {"Data/Tocs/Main.js": "define({numchunks:1,prefix:'../../../away',tree:{n:[{i:0,c:0}]}});"}
    found = tree(written(tmp_path / "site", FLARE | away))
    assert found == [("Aerial", ""), ("Battery", ""), ("Owner's key", "")]


def test_search_bars_and_popups_of_flare_are_no_text(tmp_path: Path) -> None:
    bar = "<form class='search'>" + " " * 900 + "<ul><li><button>All Files</button></li></ul></form>"
    popup = "<a class='MCTextPopup'>IM<span class='MCTextPopupBody popupBody'>Infrastructure Manager</span></a>"
    (section,) = written(
        tmp_path, {"Content/A.htm": f"<body>{bar}<h1>Ask the {popup}</h1><p>He knows.</p></body>"}
    ).sections
    assert (section.title, [block.text for block in section.blocks]) == ("Ask the IM", ["He knows."])


def test_lines_of_japanese_source_text_join_without_a_space(tmp_path: Path) -> None:
    (section,) = written(
        tmp_path, {"a.html": "<h1>予定</h1><p>日付を選択して，\n  編集します。\nSave を\n押す</p>"}
    ).sections
    assert [block.text for block in section.blocks] == ["日付を選択して，編集します。 Save を押す"]


def test_a_pipe_beside_a_file_of_contents_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    os.mkfifo(tmp_path / "x" / "p.htm")
    entries = '<object type="text/sitemap"><param name="Name" value="Bass"><param name="Local" value="b.htm"></object>'
    assert written(tmp_path, {"t.hhc": f"<ul><li>{entries}</ul>", "b.htm": page("Bass")}).sections


def test_the_contents_of_javahelp_are_the_tree(tmp_path: Path) -> None:
    kind = '<?xml version="1.0"?>\n<!DOCTYPE {0} PUBLIC "-//Sun//DTD JavaHelp {0}//EN" "{0}.dtd">\n'
    files = {
        "map.jhm": kind.format("map") + '<map><mapID target="fill" url="html/b.html"/><mapID target="x" url="a.png"/>'
        '<mapID target="care" url="html/a.html"/></map>',
        "en/RadioTOC.xml": kind.format("toc")
        + '<toc><tocitem text="Use"><tocitem text="Filling" target="fill"/></tocitem>'
        '<tocitem text="Care" target="care"/><tocitem text="Gone" target="gone"/></toc>',
        "html/a.html": page("Care"),
        "html/b.html": page("Filling"),
    }
    assert tree(written(tmp_path, files)) == [("Use", ""), ("Filling", "Use"), ("Care", "")]


@pytest.mark.parametrize("data", ["", "<toc", "<menu><topic label='B' href='b.html'/></menu>", "<toc><topic/></toc>"])
def test_contents_of_eclipse_are_the_tree_where_they_are_such(tmp_path: Path, data: str) -> None:
    contents = '<toc label="Radio"><topic label="B" href="b.html"><topic label="A" href="a.html"/></topic></toc>'
    pages = {"a.html": page("A"), "b.html": page("B")}
    assert tree(written(tmp_path / "good", {"toc.xml": contents} | pages)) == [("B", ""), ("A", "B")]
    assert tree(written(tmp_path / "bad", {"toc.xml": data} | pages)) == [("A", ""), ("B", "")]
