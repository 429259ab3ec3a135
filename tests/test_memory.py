import sys
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from graphrag_tools.errors import ConfigError, StoreError
from graphrag_tools.index import ManualIndex
from graphrag_tools.memory import open_memory
from graphrag_tools.workflow import ask, manual_workflow

THREAD: Any = {"configurable": {"thread_id": "kitchen"}}


def test_without_a_file_threads_live_in_memory() -> None:
    with open_memory() as memory:
        assert isinstance(memory, InMemorySaver)


def test_thread_goes_on_after_the_program_ended(sample_index_for_answers: ManualIndex, tmp_path: Path) -> None:
    file = tmp_path / "chat.sqlite"
    with open_memory(file) as memory:
        ask(manual_workflow(sample_index_for_answers, checkpointer=memory), "How do I turn on flight mode?", THREAD)
    with open_memory(file) as memory:
        app = manual_workflow(sample_index_for_answers, checkpointer=memory)
        answer = ask(app, "and how do I turn it off?", THREAD)
        other = ask(app, "and how do I turn it off?", {"configurable": {"thread_id": "hall"}})
    assert (answer.question, answer.follow_up) == ("and how do I turn it off? (Flight mode)", True)
    assert answer.menu_path == ("Settings", "Wi-Fi", "Flight mode")
    assert (other.question, other.follow_up) == ("and how do I turn it off?", False)


def test_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("buy milk\n" * 200, encoding="utf-8")
    said = r"notes\.txt: cannot remember the chat there .* Expected a new file"
    with pytest.raises(StoreError, match=said), open_memory(file):
        pass
    assert file.read_text(encoding="utf-8").startswith("buy milk")


def test_folder_that_is_missing_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot remember the chat there"), open_memory(tmp_path / "no" / "chat"):
        pass


def test_missing_package_names_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "langgraph.checkpoint.sqlite", None)
    with pytest.raises(ConfigError, match=r"pip install 'graphrag-tools\[sqlite\]'"), open_memory(tmp_path / "chat"):
        pass
