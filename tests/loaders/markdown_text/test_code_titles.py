"""What a piece of code is called, in the ways that dialects of Markdown and reStructuredText say it."""

from pathlib import Path

import pytest

from graphrag_tools.loaders import load_manual


def read(tmp_path: Path, text: str, name: str = "a.md") -> list[tuple[str, int, str]]:
    (tmp_path / name).write_text(text, encoding="utf-8")
    (section,) = load_manual(tmp_path / name, "m").sections
    return [(block.kind, block.depth, block.text) for block in section.blocks]


@pytest.mark.parametrize(
    ("info", "title"),
    [
        ('shell title="Set heat_level to *5*"', "Set heat_level to *5*"),
        ("js title='{lid}.js' {1,3}", "{lid}.js"),
        ('{.yaml filename="lid.yml"}', "lid.yml"),
        ("js:title=src/lid.js", "src/lid.js"),
        ("sh [npm]", "npm"),
        ("ts:line-numbers {1} [lid.config.ts]", "lid.config.ts"),
        ("{code-block} sh\n:caption: Open the lid\n:linenos:", "Open the lid"),
    ],
)
def test_code_stands_below_its_title(tmp_path: Path, info: str, title: str) -> None:
    text = f"# A\n\nDo it.\n```{info}\nlid 5\n```\n"
    assert read(tmp_path, text) == [("paragraph", 0, "Do it."), ("paragraph", 0, title), ("code", 0, "lid 5")]


@pytest.mark.parametrize(
    "info", ["js {1,3} showLineNumbers", "js [1-3]", 'python hl_lines="1 2"', "rust,ignore", "sh copy"]
)
def test_what_else_is_said_of_code_is_no_title(tmp_path: Path, info: str) -> None:
    assert read(tmp_path, f"# A\n\n```{info}\nlid 5\n```\n") == [("code", 0, "lid 5")]


def test_the_title_of_code_in_lists_and_notes_stands_with_it(tmp_path: Path) -> None:
    text = '# A\n\n1. Do:\n   ```yaml title="lid.yml"\n   a:\n     b: 2\n   ```\n2. ```sh title="Go"\n   go\n   ```\n\n'
    assert read(tmp_path, f"{text}> Or:\n> ```sh [npm]\n> npm go\n> ```\n") == [
        ("step", 0, "Do:"),
        ("paragraph", 1, "lid.yml"),
        ("code", 1, "a:\n  b: 2"),
        ("step", 0, "Go"),
        ("code", 1, "go"),
        ("note", 0, "Or:"),
        ("note", 0, "npm"),
        ("code", 1, "npm go"),
    ]


def test_tags_name_code_and_groups_of_code_name_it_by_plain_words(tmp_path: Path) -> None:
    gitbook = '# A\n\n{% code title="lid.yml" overflow="wrap" %}\n```yaml\na: 1\n```\n{% endcode %}\n'
    assert read(tmp_path, gitbook) == [("paragraph", 0, "lid.yml"), ("code", 0, "a: 1")]
    group = "# A\n\n<CodeGroup>\n```sh macOS\nbrew lid\n```\n</CodeGroup>\n\n```sh copy\nlid\n```\n"
    assert read(tmp_path, group, "a.mdx") == [("paragraph", 0, "macOS"), ("code", 0, "brew lid"), ("code", 0, "lid")]
