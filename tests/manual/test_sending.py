"""What sends to another section for what is asked, and not only for more of it."""

import pytest

from graphrag_tools.manual.pointers import sends_to
from graphrag_tools.manual.sections import Block


@pytest.mark.parametrize(
    ("text", "sends"),
    [
        ("If you forgot the code, see Reset the code on page 9.", True),
        ("For more information, see Reset the code.", False),
        ("The lamp can reset the code by itself.", False),
    ],
)
def test_a_text_sends_to_a_section_for_something_that_it_names(text: str, sends: bool) -> None:
    assert sends_to("Reset the code", Block("paragraph", text)) is sends
