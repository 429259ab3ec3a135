from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from graphrag_tools.errors import ManualError
from graphrag_tools.loaders import load_manual
from graphrag_tools.loaders.html.bounds import MAX_ATTRIBUTES, MAX_LEVELS
from graphrag_tools.loaders.html.encoding import MAX_PAGE_BYTES
from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.sections import Manual

DEEP = 10_000


def load(folder: Path, markup: str | bytes) -> Manual:
    file = folder / "a.html"
    file.write_bytes(markup if isinstance(markup, bytes) else markup.encode())
    return load_manual(file, "m")


def words(manual: Manual) -> list[str]:
    return [text for section in manual.sections for text in (section.title, *(block.text for block in section.blocks))]


def read_or_refused(folder: Path, markup: str | bytes) -> str:
    """Return the last word that was read, or why nothing was."""
    try:
        return words(load(folder, markup))[-1].split()[-1]
    except ManualError as error:
        return next(why for why in ("no text found", "is empty", "binary data", "another format") if why in str(error))


@pytest.mark.parametrize(
    "tags",
    [
        "<div>",
        "<ul><li>",
        "<b>",
        "<dl><dt>t<dd>",
        "<table><tr><td>",
        "<table><tr><td>a<td>",
        "<div class=note>",
        "<aside><a href=x>",
        "<details><summary>s",
        "<div class=breadcrumb>",
        "<section><h2>t</h2>",
        "<ul><li><img alt=x><b>",
        "<header><section>",
    ],
)
def test_ten_thousand_levels_of_nesting_end_in_text_or_a_clear_error(tmp_path: Path, tags: str) -> None:
    assert read_or_refused(tmp_path, tags * (DEEP // tags.count("<")) + " deep") in ("deep", "no text found")


def test_deeper_nesting_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    with pytest.raises(ManualError, match=r"nested 30,000 levels deep; expected at most 12,000"):
        load(tmp_path, "<div>" * (MAX_LEVELS + 18_000) + "x")
    assert words(load(tmp_path, "<div>x</div>" * (MAX_LEVELS + 1)))


@pytest.mark.parametrize("between", [" ", "/", "=b ", '="b"', "='b' ", '="a > b" '])
def test_element_of_very_many_attributes_is_refused_before_it_is_parsed(tmp_path: Path, between: str) -> None:
    names = [f"a{number}" for number in range(60_000)]
    for before in ("", "<p>don't</p>"):
        with pytest.raises(ManualError, match=r"an element with \d\d,\d{3} attributes; expected at most 20,000"):
            load(tmp_path, f"{before}<p {between.join(names)}>x</p>")
    assert words(load(tmp_path, f"<p {between.join(names[: MAX_ATTRIBUTES // 2])} t='{'a ' * 60_000}'>x</p>"))


def test_markup_in_a_page_of_another_format_has_the_same_bounds(tmp_path: Path) -> None:
    for markup in ("<div>" * (MAX_LEVELS + 1), f"<p {' '.join(f'a{at}' for at in range(60_000))}>"):
        (tmp_path / "a.md").write_text(f"# Lamp\n\n{markup}x\n", encoding="utf-8")
        with pytest.raises(ManualError, match=r"expected at most [12]"):
            load_manual(tmp_path / "a.md")


@pytest.mark.timeout(60)
def test_very_many_rows_of_one_wide_cell_are_text(tmp_path: Path) -> None:
    row = "<tr><td colspan=2>Turn the knob.</td></tr>"
    data = "<tr><td>Red</td><td>Warm</td></tr>"
    manual = load(tmp_path, f"<h1>Lamp</h1><table>{row * 3_000}{data}</table>")
    assert len(words(manual)) == 3_002


def test_a_page_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "a.html").open("wb") as file:
        file.truncate(MAX_PAGE_BYTES + 1)
    with pytest.raises(ManualError, match=r"64 MB; expected a page of at most 64 MB. Split it"):
        load_manual(tmp_path / "a.html")


@pytest.mark.parametrize(
    "markup",
    [
        "<" * 300_000 + "<p>x",
        "<!DOCTYPE [" * 50_000 + "<p>x",
        "<?xml version='1.0'?><html xmlns='x'><p>x" + "<![CDATA[" * 100_000,
        "<?xml version='1.0'?><p>x<a " + "a=b " * 100_000,
        "<p>x" + "<div>Was this page helpful?" * 5_000,
        "<p>x" + "<h2 id=a>t</h2><p id=a>x</p>" * 5_000,
        "<p>x" + "<ul><li>a<li>b</ul>" * 20_000,
        "<p>x<div class=breadcrumb>" + "a > " * 50_000,
        f"<p>x<div {' '.join(f'a{number}=1' for number in range(20_000))}>",
        "<p>x<script type='application/ld+json'>" + "[" * 100_000 + "</script>",
        "<title>" * 10_000 + "x</title><p>x",
    ],
)
def test_large_and_broken_markup_is_read(tmp_path: Path, markup: str) -> None:
    assert "x" in words(load(tmp_path, markup))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("<meta charset=utf-8><p>Café".encode(), "Café"),
        ("<meta charset=utf-8><p>Café".encode("latin-1"), "Café"),
        ("<meta charset=iso-8859-1><p>Café".encode(), "Café"),
        ("<meta charset='latin1'><p>“Café”".encode("cp1252"), "“Café”"),
        ("<meta http-equiv=content-type content='text/html; charset=shift_jis'><p>設定".encode("cp932"), "設定"),
        ("<?xml version='1.0' encoding='koi8-r'?><p>Настройки".encode("koi8-r"), "Настройки"),
        ("<meta charset=rot13><p>Café".encode("cp1252"), "Café"),
        ("<p>Café".encode("utf-8-sig"), "Café"),
        ("<p>Café".encode("utf-16"), "Café"),
        ("<p>Café, Wi-Fi".encode("utf-16-le"), "Café, Wi-Fi"),
        ("<p>Café, Wi-Fi".encode("utf-16-be"), "Café, Wi-Fi"),
        ("<meta charset=utf-16><p>Café".encode(), "Café"),
        ("<p>Ca\0f\0é".encode(), "Café"),
        ("<p>friendâ\x80\x99s".encode(), "friend’s"),
        ("<p>ééééé ".encode() + b"\xff", "ééééé �"),
    ],
)
def test_text_is_read_in_its_encoding_whatever_is_declared(tmp_path: Path, raw: bytes, expected: str) -> None:
    assert words(load(tmp_path, raw))[1:] == [expected]


def test_damaged_characters_are_counted(tmp_path: Path) -> None:
    found = load(tmp_path, "<p>ééééé ".encode() + b"\xff").skipped
    assert [report.why for report in found] == ['1 characters are damaged; kept as "�"']


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "the file is empty"),
        (b"\0\0 \n", "the file is empty"),
        (bytes(range(256)) * 20, "holds binary data"),
        (b"<frameset><frame src=a.html></frameset>", "frames only"),
        (b"<script>document.write('<p>run</p>')</script><p hidden>x", "no text found"),
        (b"<!-- <p>x</p> -->", "no text found"),
    ],
)
def test_a_page_without_text_is_refused_with_the_reason(tmp_path: Path, raw: bytes, why: str) -> None:
    with pytest.raises(ManualError, match=why):
        load(tmp_path, raw)


def test_entities_of_a_doctype_are_not_expanded(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    html = f'<?xml version="1.0"?>{bomb}<html xmlns="http://www.w3.org/1999/xhtml"><h1>T</h1><p>&b; &f; end</p></html>'
    assert words(load(tmp_path, html)) == ["T", "&b; &f; end"]


def test_xhtml_is_read_by_its_own_rules(tmp_path: Path) -> None:
    html = (
        '<?xml version="1.0"?><x:html xmlns:x="http://www.w3.org/1999/xhtml" xmlns="y"><x:head><x:title/></x:head>'
        '<x:body><x:script src="s.js"/><x:h1>T</x:h1><x:p><x:a id="z"/>One<x:br/>two <![CDATA[< three]]></x:p></x:body>'
        "</x:html>"
    )
    assert words(load(tmp_path, html)) == ["T", "One", "two < three"]


def test_nothing_outside_the_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret.html").write_text("<p>Secret", encoding="utf-8")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "s.html").write_text("<p>Secret", encoding="utf-8")
    site = tmp_path / "site"
    site.mkdir()
    link = "<a href=../secret.html>x</a><iframe src=../secret.html></iframe><link rel=import href=../secret.html>"
    (site / "a.html").write_text(f"<h1>A</h1><p>Text {link}", encoding="utf-8")
    (site / "b.html").symlink_to(tmp_path / "secret.html")
    (site / "c").symlink_to(tmp_path / "secrets")
    (site / "d.html").symlink_to(site / "d.html")
    manual = load_manual(site, "m")
    assert words(manual) == ["A", "Text x"]
    reasons = {report.where: report.why for report in manual.skipped}
    assert reasons["b.html"] == reasons["c"] == "is a link to outside the folder"
    assert "d.html" in reasons


def test_a_page_that_cannot_be_read_is_reported_and_the_rest_loads(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<p>Text", encoding="utf-8")
    (tmp_path / "b.html").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "c.html").write_text("<frameset><frame src=a.html></frameset>", encoding="utf-8")
    (tmp_path / "d.html").write_text("<title>D</title>", encoding="utf-8")
    manual = load_manual(tmp_path, "m")
    assert words(manual) == ["A", "Text"]
    reasons = {report.where: report.why for report in manual.skipped}
    assert "binary data" in reasons["b.html"]
    assert "frames only" in reasons["c.html"]
    assert reasons["d.html"] == "no text"


PIECES = st.sampled_from(
    [
        *(f"<{tag}>" for tag in "h1 h2 h3 p ul ol li dl dt dd nav header main aside form table tr td a b".split()),
        *(f"</{tag}>" for tag in "h1 h2 p ul ol li dl nav header main form table b".split()),
        *(
            "<a href=b.html>",
            "<a href='a.html#x'>",
            "<a href='../../x'>",
            "<a href='http://[x'>",
            "<p id=x>",
            "<h2 id=x>",
        ),
        *("<nav><ul><li><a href=b.html>B<ul><li><a href=a.html>A</a></ul></ul></nav>", "<base href='http://[y/'>"),
        *("<div class=breadcrumb>Home > ", "<p class=admonition-title>Note", "<div class=note>", "<div hidden>"),
        *("<link rel=canonical href=https://x.org/>", "<frameset>", "<title>", "<base href=b/>", "<img alt=i>"),
        *(
            "Text",
            "Name: what",
            "Settings",
            " ",
            "Was this page helpful?",
            "\N{NO-BREAK SPACE}",
            "<!--",
            "<details><summary>",
        ),
    ]
)
SOUP = st.lists(PIECES | st.text(max_size=5), max_size=20).map("".join)


@settings(
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)
@given(st.dictionaries(st.sampled_from(["a.html", "b.html", "c/index.html", "c/d.htm"]), SOUP, min_size=1))
def test_any_folder_of_tag_soup_gives_a_tree_or_a_clear_error(tmp_path: Path, pages: dict[str, str]) -> None:
    (tmp_path / "c").mkdir(exist_ok=True)
    for name in ("a.html", "b.html", "c/index.html", "c/d.htm"):
        (tmp_path / name).write_text(pages.get(name, ""), encoding="utf-8", errors="replace")
    try:
        manual = load_manual(tmp_path, "m")
    except ManualError as error:
        refusal = str(error)
        assume("no text found" not in refusal)
        raise
    keys = [section.key for section in manual.sections]
    assert len(set(keys)) == len(keys)
    assert all(section.title for section in manual.sections)
    assert all(section.parent is None or section.parent in keys[:at] for at, section in enumerate(manual.sections))
    assert len([item for item in build_graph(manual).items if item.kind == "section"]) == len(keys)


@settings(
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(tmp_path: Path, raw: bytes) -> None:
    assert read_or_refused(tmp_path, raw)
