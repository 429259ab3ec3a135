"""Formulas of LaTeX in pages become plain text, in titles too; money and variables of a shell stay."""

from pathlib import Path

import pytest

from graphrag_tools.loaders import load_manual
from graphrag_tools.loaders.formulas import readable_formula, with_formulas_in_words
from graphrag_tools.loaders.html.page import headed_parts


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"\frac{200 \cdot 16}{40} = 80", "(200 · 16)/40 = 80"),
        (r"\dfrac{a}{\dfrac{b}{c}}", "a/(b/c)"),
        (r"T_{max} \leq 90^{\circ}\mathrm{C}", "T_max ≤ 90°C"),
        (r"\text{steps per mm} \times 2", "steps per mm × 2"),
        (r"\alpha \label{eq1}", "α"),
        (r"\broken{", "broken"),
        ("", ""),
    ],
)
def test_a_formula_is_written_as_plain_text(latex: str, expected: str) -> None:
    assert readable_formula(latex) == expected


@pytest.mark.parametrize(
    "text",
    [
        "| Food | $ 7 | $ +2 | $ 4 |",
        "Pay 5 $ or 6 $ a year.",
        "It costs $5 or $6.",
        "From $5-$10, US$5 = AU$8.",
        "Set $HOME/.config and $PATH.",
        "The pattern is $(YEAR)$(MONTH)$(DAY)_$(CODE).",
        "A plan for $4: small. One for $150: large.",
    ],
)
def test_money_and_variables_are_no_formulas(text: str) -> None:
    assert with_formulas_in_words(text) == text


def test_pages_of_markdown_have_formulas_in_words_and_code_as_it_is(tmp_path: Path) -> None:
    text = "# Steps of $E_{1}$\n\n$$\n\\frac{a_1}{b}\n$$\n\nUse $x * y^2$, $ d_{ij} $, `$a_{1}$` or \\\\(z_*\\\\).\n"
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    (section,) = load_manual(tmp_path / "a.md").sections
    assert section.title == "Steps of E_1"
    assert [block.text for block in section.blocks] == ["a_1/b", "Use x * y^2, d_ij, $a_{1}$ or z_*."]


def test_formulas_of_restructured_text_are_in_words(tmp_path: Path) -> None:
    pytest.importorskip("docutils")
    (tmp_path / "a.rst").write_text("A\n=\n\nTurn :math:`x^2 \\times 3`.\n\n.. math:: \\frac{a}{b}\n", encoding="utf-8")
    (section,) = load_manual(tmp_path / "a.rst").sections
    assert [block.text for block in section.blocks] == ["Turn x^2 × 3.", "a/b"]


def test_formulas_of_mathjax_and_katex_are_in_words() -> None:
    html = (
        "<h1>A</h1><p>One <span class='math'>\\(x_1\\)</span>, two <span class='katex'><span><math><mi>y</mi>"
        "<annotation encoding='application/x-tex'>y \\leq 2</annotation></math></span>"
        "<span aria-hidden='true'>y≤2</span></span>.</p>"
    )
    assert [block.text for part in headed_parts(html) for block in part.blocks] == ["One x_1, two y ≤ 2."]
