"""On and off are told apart, however they are said."""

import pytest

from graphrag_tools.text.english.switching import switched_states


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("How do I turn on the fan?", {"on"}),
        ("Switch the night light off.", {"off"}),
        ("Turn it on or off.", {"on", "off"}),
        ("Disable the alarm.", {"off"}),
        ("The cup stands on the plate.", set()),
        ("", set()),
    ],
)
def test_states_that_a_text_speaks_of(text: str, states: set[str]) -> None:
    assert switched_states(text) == states
