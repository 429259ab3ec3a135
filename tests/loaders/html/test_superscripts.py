"""Raised characters: they are no part of the number or name that they stand at."""

from pathlib import Path

import pytest

from graphrag_tools.loaders import load_markdown
from graphrag_tools.loaders.html.page import read_page


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("Of the X7000<sup>1</sup> only.", "Of the X7000¹ only."),
        ("10<sup>-2</sup> m<SUP>2</SUP>, H<sub>2</sub>O", "10⁻² m², H2O"),
        ("X7000<sup>1, 3</sup> and <b>X8</b><sup>a</sup>", "X7000¹, ³ and X8ª"),
        ("X7<sup><a href='https://a.example'>2</a></sup> and 2<sup>n</sup>", "X7² and 2ⁿ"),
        ("X7000<sup>2b</sup> and <b>X8<sup>EU only</sup></b>.", "X7000 (2b) and X8 (EU only)."),
        (
            "The 1<sup>st</sup> Lamp<sup>TM</sup>, Jug<sup>®</sup>, Pot<sup>*</sup>, X7<sup>[1]</sup>, X<sup>(2)</sup>",
            None,
        ),
        ("<sup>Small print of 2 lines.</sup>", None),
        ("Fill it. <sup>Not 2 cups</sup>", None),
    ],
)
def test_raised_characters_stay_apart(html: str, shown: str | None) -> None:
    plain = html.replace("<sup>", "").replace("</sup>", "")
    [section] = read_page("a.html", f"<h1>Lamp</h1><p>{html}</p>").sections
    assert [block.text for block in section.blocks] == [shown or plain]


def test_raised_characters_of_markdown_and_of_titles_stay_apart(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# X7000<sup>1</sup>\n\n- Lights 3 m<sup>2</sup>.\n", encoding="utf-8")
    [section] = load_markdown(tmp_path / "a.md", "m").sections
    assert (section.title, [block.text for block in section.blocks]) == ("X7000¹", ["Lights 3 m²."])
