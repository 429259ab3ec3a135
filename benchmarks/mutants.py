"""Measure by a random sample how many changes to a package its tests notice.

`make mutate PACKAGE=verification SAMPLE=25 SEED=1` runs this in the folder that it has filled. mutmut makes all
mutants, the seed draws some, and each meets the quick tests of the files that are named for its own
(tests/index/test_lock.py, test_lock_*.py for index/lock.py); where none is, of the package's files that import from
it, else of the package. What survives them meets all quick tests of the package, as `mutmut run` has it, and both
shares are printed. These tests must pass with no mutant first. Tests elsewhere may notice more, so the shares are lower
bounds; a mutant with which they cannot even be collected met none of them, and is counted apart as not noticed. The
interval is Wilson's, of 95%. Where .ci/install-opensearch has been run and the package's tests ask for an OpenSearch,
one node stands for all runs, and they meet the tests that need it too, but for the one that kills it.

    python -m benchmarks.mutants PACKAGE SAMPLE [SEED]
"""

import json
import os
import random
import resource
import sys
import tomllib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from math import sqrt
from multiprocessing import set_start_method
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from mutmut.__main__ import create_mutants
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.utils.file_utils import copy_also_copy_files, copy_src_dir, setup_source_paths

PROCESSES = 2
CPU_SECONDS = 90
PACKAGE_CPU_SECONDS = 600


def main() -> None:
    package, size = sys.argv[1], int(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    modules = _make_mutants()
    names = sorted(modules)
    sample = random.Random(seed).sample(names, min(size, len(names)))
    options = tomllib.loads(Path("pyproject.toml").read_text())["tool"]["mutmut"]["pytest_add_cli_args"]
    os.chdir("mutants")
    # Programs that the tests start are to run the mutant too.
    os.environ["PYTHONPATH"] = str(Path.cwd())
    set_mutant_under_test("")
    # What the tests import is then there in every fork.
    pytest.main(["--collect-only", "-qq", *options, f"tests/{package}"])
    tests = {name: _tests_of(package, modules[name]) for name in sample}
    with ThreadPoolExecutor(PROCESSES) as pool, _standing_node(package) as node:
        if node:
            options = [option.replace(" or opensearch", "") for option in options]
        print(f"OpenSearch: {'one node for all runs' if node else 'none'}", flush=True)
        _check_they_pass(pool, set(tests.values()), options, CPU_SECONDS)
        fates = dict(_fates(pool, {name: (name, tests[name]) for name in sample}, options, CPU_SECONDS))
        _print(fates, len(names), seed)
        whole = (str(Path("tests", package)),)
        if left := [name for name, fate in fates.items() if fate == "survived" and tests[name] != whole]:
            _check_they_pass(pool, {whole}, options, PACKAGE_CPU_SECONDS)
            fates |= _fates(pool, {name: (name, whole) for name in left}, options, PACKAGE_CPU_SECONDS)
            _print(fates, len(names), seed)


def wilson_interval(successes: int, trials: int, z: float = 1.96) -> tuple[float, float]:
    """Return the interval of a share of at least one trial, by Wilson's score (1927)."""
    share, spread = successes / trials, z * z / trials
    middle = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / trials + spread / (4 * trials)) / (1 + spread)
    return middle - half, middle + half


def _make_mutants() -> dict[str, str]:
    """Write the mutants as `mutmut run` does, and return the file that each is of by its name."""
    set_start_method("fork", force=True)
    Path("mutants").mkdir(exist_ok=True)
    copy_src_dir()
    copy_also_copy_files()
    setup_source_paths()
    create_mutants(PROCESSES)
    return {
        name: path.name.removesuffix(".py.meta")
        for path in Path("mutants").rglob("*.meta")
        for name in json.loads(path.read_text())["exit_code_by_key"]
    }


@contextmanager
def _standing_node(package: str) -> Iterator[bool]:
    """Let one OpenSearch stand for all runs, because each would start its own; say whether it does."""
    sys.path.append("tests")
    from support.opensearch import STANDING_PORT, find_opensearch, running_node

    program = find_opensearch()
    if not program or not any("opensearch: Node" in file.read_text() for file in Path("tests", package).glob("*.py")):
        yield False
        return
    with TemporaryDirectory() as folder, running_node(program, Path(folder)) as node:
        os.environ[STANDING_PORT] = str(node.port)
        yield True


def _tests_of(package: str, module: str) -> tuple[str, ...]:
    folder = Path("tests", package)
    own = sorted([*folder.glob(f"test_{module}.py"), *folder.glob(f"test_{module}_*.py")])
    imported = f"from graphrag_tools.{package}.{module} import "
    found = [file for file in sorted(folder.glob("test_*.py")) if imported in file.read_text(encoding="utf-8")]
    return tuple(map(str, own or found or [folder]))


def _check_they_pass(
    pool: ThreadPoolExecutor, tests: Collection[tuple[str, ...]], options: list[str], seconds: int
) -> None:
    """Exit where tests fail without a mutant, or take too long: they would seem to notice every one."""
    runs = {" ".join(paths): ("", paths) for paths in tests}
    failing = [paths for paths, fate in _fates(pool, runs, options, seconds) if fate != "survived"]
    if failing:
        sys.exit(f"These tests do not pass without a mutant, or take more than {seconds} s: {', '.join(failing)}")


def _fates(
    pool: ThreadPoolExecutor, runs: Mapping[str, tuple[str, tuple[str, ...]]], options: list[str], seconds: int
) -> Iterator[tuple[str, str]]:
    """Yield what became of each run, which is a mutant's name and its tests, by the run's own name."""
    return zip(runs, pool.map(lambda run: _fate(run[0], run[1], options, seconds), runs.values()), strict=True)


def _fate(name: str, tests: Sequence[str], options: list[str], seconds: int) -> str:
    child = os.fork()
    if not child:
        os._exit(_tests_under(name, tests, options, seconds))
    fate = fate_of(os.waitpid(child, 0)[1])
    print(f"    {name or ' '.join(tests)}: {fate}", flush=True)
    return fate


def fate_of(status: int) -> str:
    """Name what a run of pytest says of its mutant, by the status that `os.waitpid` gives of it."""
    if os.WIFSIGNALED(status):
        return "timeout"
    # 2 to 4 are tests that cannot be collected or run, 5 is that there are none.
    return {0: "survived", 1: "killed", 5: "untested"}.get(os.WEXITSTATUS(status), "uncollected")


def _tests_under(name: str, tests: Sequence[str], options: list[str], seconds: int) -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    set_mutant_under_test(name)
    return int(pytest.main(["-x", *options, f"--basetemp=/tmp/mutant-{os.getpid()}", *tests]))


def _print(fates: Mapping[str, str], population: int, seed: int) -> None:
    counts = Counter(fates.values())
    # A run that never ends is noticed too: the time limit of a test fails it.
    noticed = counts["killed"] + counts["timeout"]
    low, high = wilson_interval(noticed, len(fates))
    print(f"{len(fates)} of {population} mutants, seed {seed}: {dict(counts)}")
    print(f"noticed {noticed / len(fates):.2f}, 95% interval {low:.2f} to {high:.2f}")


if __name__ == "__main__":
    main()
