"""Boxes that are written as if they were code: of mdBook's and Obsidian's plugins, and of a theme for Jekyll."""

from pathlib import Path

import pytest

from graphrag_tools.loaders import load_markdown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('```admonish danger "Lid"\nHot.\n```', [("warning", "Lid: Hot.")]),
        ('```admonish title="Lid", collapsible=true\nRound.\n```', [("note", "Lid: Round.")]),
        ("```ad-tip\nPull.\n```\n\n```admonish\nSo.\n```", [("note", "Pull."), ("note", "So.")]),
        (
            "1. Go.\n   ```admonish warning\n   Wet.\n   ```\n2. On.",
            [("step", "Go."), ("warning", "Wet."), ("step", "On.")],
        ),
        (
            "```warning\n**Hot** for long.\n```\n\n```note Lid\nPull.\n```",
            [("warning", "Hot for long."), ("note", "Lid: Pull.")],
        ),
        ("```notes.py\nx = 1\n```", [("code", "x = 1")]),
        ("```admonished\nx\n```", [("code", "x")]),
    ],
)
def test_a_box_in_a_fence_is_a_note_or_a_warning(tmp_path: Path, text: str, expected: list[tuple[str, str]]) -> None:
    (tmp_path / "a.md").write_text(f"# A\n\n{text}\n", encoding="utf-8")
    sections = load_markdown(tmp_path / "a.md", "m").sections
    assert [(block.kind, block.text) for section in sections for block in section.blocks] == expected
