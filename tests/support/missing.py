"""A part that some tests need and that is not here: skipped with the reason, a failure in CI (CI=true)."""

import os
from typing import NoReturn

import pytest


def missing(reason: str) -> NoReturn:
    """Skip the test that asks, or fail it in CI."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason} (a failure and no skip because CI=true)")
    pytest.skip(reason)
