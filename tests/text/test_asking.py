"""Questions by their form."""

import time

from graphrag_tools.text.english.asking import thing_to_get_to


def test_question_made_to_be_read_for_ever_is_read() -> None:
    started = time.process_time()
    assert thing_to_get_to("open" + " " * 50_000 + "!x") == thing_to_get_to("open a" + ")" * 50_000 + "a") == ""
    assert time.process_time() - started < 10
