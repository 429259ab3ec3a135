"""The command that asks every size of model: its samples, and where its tables go."""

from pathlib import Path

import pytest

from benchmarks.ladder import groups, put


def test_larger_sample_holds_the_smaller_one() -> None:
    def asked(n: int) -> set[str]:
        drawn = [one for sets in groups(None, n).values() for one in sets]
        return {question.text for one in drawn for question in one.questions}

    assert len(asked(4)) == 4
    assert asked(4) < asked(12)
    assert asked(12) == asked(12)


def test_table_stands_between_its_marks_and_nowhere_else(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("Before.\n<!-- ladder -->\nold\n<!-- /ladder -->\nAfter.\n", encoding="utf-8")
    for table in ("| a |", "| b |"):
        put(page, table)
        assert page.read_text(encoding="utf-8") == f"Before.\n<!-- ladder -->\n{table}\n<!-- /ladder -->\nAfter.\n"
    page.write_text("Before.\n<!-- ladder -->\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="has no"):
        put(page, "| c |")
    assert page.read_text(encoding="utf-8") == "Before.\n<!-- ladder -->\n"
