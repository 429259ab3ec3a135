"""Nothing in the tests waits without an end."""

import ast
from collections.abc import Iterator

import pytest
from support.places import TESTS

_RUNS = ("run", "call", "check_call", "check_output")
_WAITS = ("wait", "communicate", "join")


def endless_waits(code: str) -> Iterator[int]:
    """Yield the lines that wait for a process, a thread or an event without a timeout."""
    tree = ast.parse(code)
    awaited = {id(call) for node in ast.walk(tree) for call in _limited(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.With) and any("subprocess.Popen(" in ast.unparse(item) for item in node.items):
            yield node.lineno  # the end of the block waits
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or id(node) in awaited:
            continue
        has_timeout = any(keyword.arg in ("timeout", None) for keyword in node.keywords)
        runs = node.func.attr in _RUNS and ast.unparse(node.func.value) == "subprocess"
        waits = node.func.attr in _WAITS and not node.args
        if (runs or waits) and not has_timeout:
            yield node.lineno


def _limited(node: ast.AST) -> list[ast.AST]:
    """The calls that asyncio.wait_for or asyncio.timeout gives a limit of its own."""
    is_call = isinstance(node, ast.Call) and ast.unparse(node.func) == "asyncio.wait_for"
    is_block = isinstance(node, ast.AsyncWith) and ast.unparse(node.items[0]).startswith("asyncio.timeout(")
    return list(ast.walk(node)) if is_call or is_block else []


def test_every_wait_has_a_timeout() -> None:
    found = [
        f"{file.relative_to(TESTS)}:{line}"
        for file in sorted(TESTS.rglob("*.py"))
        for line in endless_waits(file.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        "subprocess.run(['true'], check=True)",
        "process.communicate()",
        "process.wait()",
        "thread.join()",
        "with subprocess.Popen(['true']) as process: pass",
    ],
)
def test_wait_without_an_end_is_found(code: str) -> None:
    assert list(endless_waits(code)) == [1]
