"""What the contracts' property tests have in common: how their examples are drawn, and from which texts."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

ANY_TEXT = st.text(st.characters(codec="utf-8"), max_size=40)
FOR_EVERY_STORE = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[
        # One place serves all examples of a test: to empty an engine for each would take most of the time.
        HealthCheck.function_scoped_fixture,
        # A contract is one class that the tests of several stores share, in one process; each hands in its own store.
        HealthCheck.differing_executors,
    ],
)
