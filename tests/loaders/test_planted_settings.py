"""Settings of sites and pages that were made to do harm: what they grow to is bounded, and none ends in a traceback."""

from pathlib import Path

import pytest

from graphrag_tools.errors import ConfigError
from graphrag_tools.loaders import load_manual
from graphrag_tools.loaders.folders.data_files import read_toml, read_yaml
from graphrag_tools.loaders.folders.globs import matches
from graphrag_tools.loaders.pages.front_matter import split_front_matter
from graphrag_tools.manual.sections import Manual

_LONG = "0x" + "f" * 6_000
_DIGITS = "9" * 4_000


def doubled(first: str, more: str, levels: int = 9) -> str:
    """Return YAML in which each key holds nine times what the key before it holds."""
    lines = [f"a: &a {first}"]
    for above, here in zip("abcdefghij"[:levels], "bcdefghijk"[:levels], strict=True):
        lines.append(f"{here}: &{here} {more.format(', '.join([f'*{above}'] * 9))}")
    return "\n".join(lines) + "\n"


BOMBS = [doubled("{x: 1, y: 2}", "{{<<: [{}]}}"), doubled("[one two three]", "[{}]"), "a: &a [*a, *a, *a]\n"]


def loaded(folder: Path, files: dict[str, str]) -> Manual:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return load_manual(folder)


@pytest.mark.timeout(30)
@pytest.mark.parametrize("bomb", BOMBS)
def test_aliases_that_multiply_are_refused(bomb: str) -> None:
    assert read_yaml(bomb) is None
    assert split_front_matter(f"---\ntitle: Lamp\n{bomb}---\nText.").word("title") == "Lamp"


def test_aliases_that_only_repeat_are_read() -> None:
    assert read_yaml("a: &a {x: 1}\nb: {<<: *a, y: 2}\nc: [*a, *a]\n")["b"] == {"x": 1, "y": 2}


@pytest.mark.timeout(30)
@pytest.mark.parametrize("bomb", BOMBS)
def test_site_with_aliases_that_multiply_is_read_without_its_settings(tmp_path: Path, bomb: str) -> None:
    manual = loaded(tmp_path, {"mkdocs.yml": f"{bomb}nav: *a\n", "a.md": "# Lamp\n\nText.\n"})
    assert [section.title for section in manual.sections] == ["Lamp"]


@pytest.mark.parametrize(
    "matter",
    [
        f"---\ntitle: {_LONG}\norder: {_LONG}\ncode: {_LONG}\n---\n",
        f"---\ntitle: {':'.join(['1'] * 20_000)}\n---\n",
        f"---\ntitle: {_DIGITS}\nsidebar_position: {_DIGITS}\n---\n",
        f"+++\ntitle = {_LONG}\nweight = {_LONG}\n+++\n",
        f"+++\nweight = {_DIGITS}\n+++\n",
        f"+++\ntitle = {'9' * 5_000}\n+++\n",
        f"+++\na = {'[' * 3_000}{']' * 3_000}\n+++\n",
    ],
)
def test_number_that_nobody_can_write_out_and_deep_data_leave_the_page_readable(tmp_path: Path, matter: str) -> None:
    manual = loaded(tmp_path, {"a.md": f"{matter}# Lamp\n\nText.\n", "b.md": "# Timer\n\nText.\n"})
    assert {"Lamp", "Timer"} <= {section.title for section in manual.sections}


@pytest.mark.parametrize("value", [_DIGITS, "9" * 5_000, "1e999"])
def test_position_of_a_folder_may_be_any_number(tmp_path: Path, value: str) -> None:
    files = {"g/_category_.json": f'{{"label": "Lamps", "position": {value}}}', "g/a.md": "# Lamp\n\nText.\n"}
    assert "Lamp" in [section.title for section in loaded(tmp_path, {**files, "b.md": "# B\n\nText.\n"}).sections]


def test_config_of_the_program_with_a_long_number_is_an_error_of_its_own(tmp_path: Path) -> None:
    from graphrag_tools.cli.settings import Known, read_config

    file = tmp_path / "graphrag-tools.toml"
    for text in (f"k = {'9' * 5_000}", f"k = {'[' * 3_000}"):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(ConfigError, match="is not TOML"):
            read_config(file, Known({}, {}))


def test_toml_that_cannot_be_parsed_is_empty() -> None:
    assert read_toml("a = ") == {}
    assert read_toml("a = 1") == {"a": 1}


def test_page_of_a_name_that_no_file_can_have_is_passed_over(tmp_path: Path) -> None:
    nav = f'nav:\n- A: {"n" * 400}\n- B: "a\\0b"\n- C: a.md\n'
    assert loaded(tmp_path, {"mkdocs.yml": nav, "a.md": "# Lamp\n\nText.\n"}).sections


@pytest.mark.timeout(30)
@pytest.mark.parametrize(("suffix", "include"), [("rst", ".. include:: {}\n\n"), ("adoc", "include::{}[]\n\n")])
def test_files_that_include_each_other_a_hundred_times_make_no_page_without_end(
    tmp_path: Path, suffix: str, include: str
) -> None:
    title = "Lamp\n====\n\n" if suffix == "rst" else "= Lamp\n\n"
    pieces = {f"{here}.txt": include.format(f"{there}.txt") * 100 for here, there in zip("abc", "bcd", strict=True)}
    text = {f"index.{suffix}": title + include.format("a.txt") * 100, **pieces, "d.txt": "word " * 2_000 + "\n\n"}
    manual = loaded(tmp_path, text)
    assert sum(len(block.text) for section in manual.sections for block in section.blocks) < 2**19


@pytest.mark.timeout(60)
@pytest.mark.parametrize("include", ['--8<-- "{}.md"\n', "<!--@include: ./{}.md-->\n"])
def test_pages_of_markdown_that_include_each_other_hundreds_of_times_end(tmp_path: Path, include: str) -> None:
    ring = zip("abcd", "bcda", strict=True)
    text = {f"docs/{here}.md": f"# {here}\n\n{include.format(there) * 300}\nText.\n" for here, there in ring}
    manual = loaded(tmp_path, text)
    assert sum(len(block.text) for section in manual.sections for block in section.blocks) < 2**20


@pytest.mark.timeout(30)
@pytest.mark.parametrize("glob", ["**/" * 40 + "x", "*a" * 40 + "b", "**a" * 40 + "b", "{a,aa}" * 40 + "b"])
def test_glob_of_many_stars_takes_no_time(glob: str) -> None:
    assert not matches("a/" * 60 + "a" * 120, [glob])


def test_data_that_nothing_ends_are_no_text_where_the_page_has_nothing_else() -> None:
    page = "---\n# https://example.org/home-page\nlayout: home\nhero:\n  name: Lamp\n"
    assert split_front_matter(page).body == ""
    assert split_front_matter(page).data["hero"] == {"name": "Lamp"}
    for text in ("---\nnote: it is hot\n", "---\nNote: it is hot\nTip: use a cloth\n", f"{page}\nThe lamp is hot.\n"):
        assert split_front_matter(text).data == {}
    split_front_matter("---\n" + "#\n" * 9_900)


@pytest.mark.parametrize(
    ("glob", "name", "is_match"),
    [
        ("**/x*y", "a/x/b/xy", True),
        ("*", "a/b", False),
        ("a/", "a/b/c", True),
        ("**/[]/**?", "a", False),
        ("[z-a]", "b", False),
        ("[!a]", "b", True),
        ("[!a]", "/", False),
        ("?.{md,rst}", "A.RST", True),
        ("a/**?", "a", True),
        ("a/**?", "ab", False),
    ],
)
def test_glob(glob: str, name: str, is_match: bool) -> None:
    assert matches(name, [glob]) is is_match


def test_site_that_excludes_a_glob_of_bare_brackets_is_read(tmp_path: Path) -> None:
    files = {"_config.yml": "exclude: ['[]', '[z-a]', '[']\n", "a.md": "# Lamp\n\nText.\n"}
    assert [section.title for section in loaded(tmp_path, files).sections] == ["Lamp"]
