"""Translations in a folder of pages: a manual is read in one language, the others are said."""

from pathlib import Path

import pytest
from support.page_folders import graph, paths

from graphrag_tools.loaders import load_manual
from graphrag_tools.loaders.folders.files import FileChoice
from graphrag_tools.loaders.folders.translations import translations


@pytest.mark.parametrize(
    ("names", "language", "left"),
    [
        (["a.md", "b.md", "de/a.md", "de/b.md"], None, {"de/a.md": "de", "de/b.md": "de"}),
        (["a.md", "b.md", "de/a.md", "de/b.md"], "de", {"a.md": "", "b.md": ""}),
        (["en/a.md", "en/b.md", "pt-br/a.md", "pt-br/b.md"], None, {"pt-br/a.md": "pt-br", "pt-br/b.md": "pt-br"}),
        (["fr/a.md", "fr/b.md", "de/a.md", "de/b.md", "de/c.md"], None, {"fr/a.md": "fr", "fr/b.md": "fr"}),
        (["a.md", "a.fr.md", "b.md", "b.fr.md"], None, {"a.fr.md": "fr", "b.fr.md": "fr"}),
        (["index.md", "it/index.md", "it/mail.md", "it/disk.md"], None, {}),
        (
            ["a.md", "en/a.md", "en/b.md", "en/c.md", "tr/a.md", "tr/b.md", "tr/c.md"],
            None,
            {"a.md": "", "tr/a.md": "tr", "tr/b.md": "tr", "tr/c.md": "tr"},
        ),
        (
            [f"en/{at}.md" for at in range(9)] + ["de/0.md", "de/1.md"],
            None,
            {"de/0.md": "de", "de/1.md": "de"},
        ),
        (["a.md", "b.md"], "de", {}),
        (
            ["a.md", "a_en.md", "en_US/b.md", "en_US/c.md", "zh_CN/d.md", "zh_CN/e.md"],
            None,
            {"zh_CN/d.md": "zh_CN", "zh_CN/e.md": "zh_CN"},
        ),
        (["en/b.md", "en/c.md", "is/d.md", "is/e.md"], None, {}),
        (
            ["a.html", "a_en.html", "b_en.html", "b_fr.html", "old/a_es.html", "old/a_fr.html"],
            None,
            {"a.html": "", "b_fr.html": "fr", "old/a_es.html": "es", "old/a_fr.html": "fr"},
        ),
        (
            ["a.md", "x/README.md", "x/README-ja.md", "x/README_zh-CN.md", "x/README-de.md"],
            None,
            {"x/README-ja.md": "ja", "x/README_zh-CN.md": "zh-CN", "x/README-de.md": "de"},
        ),
        (
            ["README.md", "README_fr.md", "README.zh-CN.md", "README_it_works.md", "b.md"],
            "fr",
            {
                "README.md": "",
                "README.zh-CN.md": "zh-CN",
            },
        ),
        (["README.md", "README_fr.md", "b.md"], None, {"README_fr.md": "fr"}),
        (["set_it.md", "set.md", "plug-in.md", "turn_it.md", "turn.md"], None, {}),
        (
            ["en/a.md", "en/b.md", "zhHans/a.md", "zhHans/b.md"],
            None,
            {"zhHans/a.md": "zhHans", "zhHans/b.md": "zhHans"},
        ),
        (["en/a.md", "en/b.md", "ptBR/a.md", "ptBR/b.md"], None, {"ptBR/a.md": "ptBR", "ptBR/b.md": "ptBR"}),
        (["a.md", "b.md", "deck/a.md", "deck/b.md"], None, {}),
        (["de/a.md", "de/b.md"], None, {}),
        (["a.md", "b.md", "jp/a.md", "jp/b.md"], None, {"jp/a.md": "jp", "jp/b.md": "jp"}),
        (["a.md", "b.md", "cn/a.md", "cn/b.md"], "zh", {"a.md": "", "b.md": ""}),
        (
            ["us/a.md", "us/b.md", "jp/a.md", "jp/b.md", "jp/c.md"],
            None,
            {"jp/a.md": "jp", "jp/b.md": "jp", "jp/c.md": "jp"},
        ),
        # Names that are translated too: what three folders are called for tells.
        (
            ["x.md", "en/lid.md", "en/cup.md", "de/deckel.md", "de/tasse.md", "fr/tasse.md", "fr/bol.md", "fr/eau.md"],
            None,
            {"de/deckel.md": "de", "de/tasse.md": "de", "fr/tasse.md": "fr", "fr/bol.md": "fr", "fr/eau.md": "fr"},
        ),
        (
            ["docs/en/lid.md", "docs/en/cup.md", "docs/de/a.md", "docs/de/b.md", "docs/it/c.md", "docs/it/d.md"],
            "it",
            {"docs/en/lid.md": "en", "docs/en/cup.md": "en", "docs/de/a.md": "de", "docs/de/b.md": "de"},
        ),
        (
            [f"{tag}/{tag}{at}.md" for tag in ("en", "de", "fr", "bn") for at in range(2)] + ["my/one.md"],
            "fr",
            {f"{tag}/{tag}{at}.md": tag for tag in ("en", "de", "bn") for at in range(2)},
        ),
        (["it/mail.md", "it/disk.md", "no/cup.md", "no/lid.md"], None, {}),
        (["it/mail.md", "it/disk.md", "a/no/cup.md", "a/no/lid.md", "b/he/x.md", "b/he/y.md"], None, {}),
    ],
)
def test_pages_in_other_languages_are_told_from_pages(
    names: list[str], language: str | None, left: dict[str, str]
) -> None:
    assert translations(names, language) == left


def test_a_folder_is_read_in_one_language(tmp_path: Path) -> None:
    for folder, word in (("", "Kettle"), ("de/", "Kocher")):
        for name in ("fill", "boil"):
            file = tmp_path / f"{folder}{name}.md"
            file.parent.mkdir(exist_ok=True)
            file.write_text(f"# {word} {name}\n\nText.\n", encoding="utf-8")
    manual = load_manual(tmp_path, "m")
    assert [section.title for section in manual.sections] == ["Kettle boil", "Kettle fill"]
    assert "translations (de), which --language reads" in manual.skipped[0].why
    german = load_manual(tmp_path, "m", FileChoice(language="de"))
    assert [section.title for section in german.sections] == ["Kocher boil", "Kocher fill"]


def test_an_index_in_a_language_is_the_page_of_its_folder_and_links_lead_to_it(tmp_path: Path) -> None:
    files = {
        "_index.en.md": "---\ntitle: Toaster\n---\nHello.\n",
        "_index.de.md": "---\ntitle: Toaster\n---\nHallo.\n",
        "slots/_index.en.md": "---\ntitle: Two slots\n---\nTwo.\n",
        "slots/_index.de.md": "---\ntitle: Zwei\n---\nSiehe.\n",
        "slots/crumbs.en.md": "# The tray\nPull it.\n\n## Wash\nAs [the cord](/docs/en/cord/).\n",
        "cord/_index.en.md": "---\ntitle: Cord\n---\nWipe it.\n",
        "slots/crumbs.de.md": "# Lade\nZiehen.\n",
    }
    found = graph(tmp_path, files)
    assert paths(found) == ["Toaster", "Cord", "Two slots", "Two slots > The tray", "Two slots > The tray > Wash"]
    assert [one.name for one in found.see_also("m/two-slots/the-tray/wash")] == ["Cord"]
