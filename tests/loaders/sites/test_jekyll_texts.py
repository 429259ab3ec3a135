"""Sites of Jekyll that keep their texts apart by language: the pages hold keys, the texts stand where these are."""

from pathlib import Path

from support.page_folders import graph, load, paths

from graphrag_tools.loaders import FileChoice

SITE = {
    "_config.yml": "languages: [en, de]\ncollections:\n  help:\n    output: true\n",
    "_i18n/en.yml": "help:\n  care:\n    title: Clean the lamp\n    intro: Pull the plug first.\n",
    "_i18n/en/help/care.md": "Wipe it with a **dry** cloth.\n\n## Lens\n\nUse a brush.\n",
    "_i18n/de.yml": "help:\n  care:\n    title: Lampe reinigen\n    intro: Zuerst den Stecker ziehen.\n",
    "_i18n/de/help/care.md": "Mit einem trockenen Tuch abwischen.\n",
    "_help/care.md": "---\ntexts: help.care\nlayout: doc\n---\n\n# {% t {{ page.texts }}.title %}\n\n"
    '{% t {{ page.texts }}.intro %}\n\n{% tf {{ page.url | remove_first: "/" }}.md %}\n',
    "_help/box.md": "---\ntitle: help.care.title\n---\n\n"
    "{% translate_file ../../secret.md %}{% translate help.none %}A box.\n",
    "secret.md": "# Secret\n\nNot to be included.\n",
}


def test_texts_stand_where_their_keys_are(tmp_path: Path) -> None:
    assert [one for one in paths(graph(tmp_path, SITE)) if "lamp" in one] == [
        "Help > Clean the lamp",
        "Help > Clean the lamp",
        "Help > Clean the lamp > Lens",
    ]
    care = next(one for one in load(tmp_path, SITE).sections if one.title == "Clean the lamp" and len(one.blocks) > 1)
    assert [block.text for block in care.blocks] == ["Pull the plug first.", "Wipe it with a dry cloth."]


def test_texts_come_in_the_language_that_is_asked_for(tmp_path: Path) -> None:
    sections = load(tmp_path, SITE, FileChoice(language="de")).sections
    assert "Lampe reinigen" in [section.title for section in sections]


def test_keys_name_no_file_outside_of_the_texts(tmp_path: Path) -> None:
    box = [one for one in load(tmp_path, SITE).sections if one.key.startswith("_help/box.md")]
    assert [block.text for one in box for block in one.blocks] == ["A box."]
