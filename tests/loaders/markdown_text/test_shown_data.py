"""Questions and answers that a page of MDX keeps as data, for a component to show."""

from pathlib import Path

import pytest
from support.markdown_pages import blocks

DATA = """export const faq = {
  lid: [
    { question: "Does the `lid` \\"lock\\"?", answer: 'It\\'s locked at 90 °C.' }, // as ever
    { title: "How is it opened?", content: `
- Press A.
- Press [B](https://b.example).` },
  ],
  lamp: [{ question: "Is it bright?", answer: "Yes: see {x}." }],
};
"""


def read(tmp_path: Path, text: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in blocks(tmp_path, text, "a.mdx")]


def test_data_stand_where_a_component_shows_them_and_not_twice(tmp_path: Path) -> None:
    parts = "Of the lamp:\n\n<Rows rows={faq.lamp} />\n\nMore:\n\n<Rows rows={faq.lid} />"
    assert read(tmp_path, f"{DATA}\n<Structured all={{faq}} />\n\n{parts}\n") == [
        ("paragraph", "Of the lamp:"),
        ("heading", "Is it bright?"),
        ("paragraph", "Yes: see."),
        ("paragraph", "More:"),
        ("heading", 'Does the lid "lock"?'),
        ("paragraph", "It's locked at 90 °C."),
        ("heading", "How is it opened?"),
        ("paragraph", "Press A."),
        ("paragraph", "Press B."),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('<Faq open items={[{ q: "Why?", a: "So." }]} />', [("heading", "Why?"), ("paragraph", "So.")]),
        ('<Tabs values={[{ label: "Gas oven", value: "gas" }]} />', []),
        ("<Faq rows={others} />\n\n<Faq rows={[{ q: ask(), a: <b>So</b> }]} />", []),
    ],
)
def test_data_between_braces_are_shown_where_they_are_plain(
    tmp_path: Path, text: str, expected: list[tuple[str, str]]
) -> None:
    assert read(tmp_path, f"Ask.\n\n{text}\n") == [("paragraph", "Ask."), *expected]
