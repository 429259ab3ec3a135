import os
from pathlib import Path

import pytest

from graphrag_tools.errors import ConfigError
from graphrag_tools.prompts import Prompts

VALUES = {
    "choose": {"question": "Where?", "candidates": "1. A > B: an item"},
    "call": {"question": "Where?"},
    "answer": {"question": "Where?", "menu_path": "A > B", "text": "Tap B."},
    "retry": {"reasons": "The number 7 is not in the manual's text."},
    "system": {},
    "ask_manual": {"question": "Where?", "only": "Search in one manual only."},
    "mcp_instructions": {},
}


@pytest.mark.parametrize("name", VALUES)
def test_shipped_prompt_holds_all_that_it_is_given(name: str) -> None:
    rendered = Prompts().render(name, **VALUES[name])
    assert all(value in rendered for value in VALUES[name].values())
    assert "$" not in rendered
    assert rendered == rendered.strip() != ""


def test_answer_prompt_says_how_to_refuse() -> None:
    assert "NOT IN MANUAL" in Prompts().render("answer", **VALUES["answer"])


def test_question_stands_after_the_items_and_the_task_last() -> None:
    rendered = Prompts().render("choose", **VALUES["choose"])
    _, _, after = rendered.partition(VALUES["choose"]["candidates"])
    assert after.strip().startswith(f"Question: {VALUES['choose']['question']}")
    assert rendered.endswith("Reply with JSON only.")


def test_values_are_taken_as_they_are() -> None:
    rendered = Prompts().render("retry", reasons="It costs $reasons or ${5}, {braces} and 100%.")
    assert "It costs $reasons or ${5}, {braces} and 100%." in rendered


def test_own_folder_wins_and_the_rest_is_shipped(tmp_path: Path) -> None:
    (tmp_path / "retry.md").write_text("\nNein: $reasons — noch einmal.\n", encoding="utf-8")
    prompts = Prompts(tmp_path)
    assert prompts.render("retry", reasons="Grund") == "Nein: Grund — noch einmal."
    assert prompts.render("system") == Prompts().render("system")


def test_edited_prompt_is_read_anew(tmp_path: Path) -> None:
    file = tmp_path / "system.md"
    file.write_text("one", encoding="utf-8")
    prompts = Prompts(str(tmp_path))
    assert prompts.render("system") == "one"
    newer = file.with_name("newer")
    newer.write_text("two", encoding="utf-8")
    stamp = file.stat().st_mtime_ns + 1_000_000_000
    newer.replace(file)
    os.utime(file, ns=(stamp, stamp))
    assert prompts.render("system") == "two"


def test_missing_folder_is_a_config_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nowhere: no such folder of prompts"):
        Prompts(tmp_path / "nowhere")


def test_unknown_prompt_is_a_config_error() -> None:
    with pytest.raises(ConfigError, match=r"prompt 'sing': no sing\.md in "):
        Prompts().render("sing")


@pytest.mark.parametrize(("text", "wrong"), [("Hello $nobody", "nobody"), ("100 $ more", "line 1")])
def test_placeholder_that_nothing_fills_is_a_config_error(tmp_path: Path, text: str, wrong: str) -> None:
    (tmp_path / "retry.md").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=rf"retry\.md: placeholder .*{wrong}.* expected \$reasons\.$"):
        Prompts(tmp_path).render("retry", reasons="")


def test_prompt_that_is_no_text_is_a_config_error(tmp_path: Path) -> None:
    (tmp_path / "system.md").write_bytes(b"caf\xe9")
    with pytest.raises(ConfigError, match=r"system\.md: is not UTF-8 text"):
        Prompts(tmp_path).render("system")
