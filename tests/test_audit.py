"""The audit of required packages: holes fail it, a service that cannot be reached is said and does not."""

import json
import subprocess
import sys

import pytest
from support.places import REPOSITORY
from support.processes import HANG_SECONDS

CLEAN = {"name": "clean", "version": "1.0", "vulns": []}
HOLED = {"name": "holed", "version": "1.0", "vulns": [{"id": "CVE-1", "fix_versions": ["1.1"]}]}
SKIPPED = {"name": "unknown", "skip_reason": "Dependency not found"}


def audited(printed: object = None, errors: str = "", code: int = 0) -> tuple[int, str]:
    """Run it with a program in place of pip-audit that prints this and ends so."""
    text = "" if printed is None else json.dumps({"dependencies": printed})
    stand_in = f"import sys; print({text!r}); print({errors!r}, file=sys.stderr); sys.exit({code})"
    command = [sys.executable, str(REPOSITORY / ".ci" / "audit"), sys.executable, "-c", stand_in]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=HANG_SECONDS)
    return ended.returncode, ended.stdout


def test_known_holes_fail_it_and_are_named() -> None:
    code, said = audited([CLEAN, HOLED], code=1)
    assert code == 1
    assert "holed 1.0: CVE-1, mended in 1.1" in said
    assert "2 of 2 packages audited, 1 known holes." in said


def test_what_the_service_does_not_know_is_said() -> None:
    code, said = audited([CLEAN, SKIPPED])
    assert (code, "1 of 2 packages audited, 0 known holes; the service knows nothing of the other 1." in said) == (
        0,
        True,
    )


@pytest.mark.parametrize(
    "errors", ["requests.exceptions.ConnectionError: no name", "ServiceError: 503", "Could not connect to PyPI's feed"]
)
def test_a_service_that_cannot_be_reached_is_said_and_fails_nothing(errors: str) -> None:
    code, said = audited(errors=f"Traceback:\n{errors}", code=1)
    assert code == 0
    assert f"nothing was audited, because the advisory service cannot be reached ({errors})" in said


def test_another_failure_fails_it() -> None:
    code, said = audited(errors="error: no such file: requirements.lock", code=2)
    assert code == 1
    assert "pip-audit failed: error: no such file: requirements.lock" in said
