"""Processes that begin with the package imported, because its imports are most of what a short-lived one takes."""

import importlib
import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path

_STDOUT, _STDERR = 1, 2
FORKS = multiprocessing.get_context("forkserver")
# One list for all, because a process has one such server; none of these starts a thread.
FORKS.set_forkserver_preload(
    [
        "graphrag_tools.index.index",
        "chromadb",
        "tantivy",
        "wordllama",
        "graphrag_tools.cli.app",
        "graphrag_tools.web.serving",
    ]
)


def run_command(
    arguments: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    changed: Mapping[str, object],
    out: Connection,
    errors: Path,
) -> None:
    """Be the command line with these arguments: what it prints goes to a pipe, and standard error to a file.

    `changed` has other values for names of the package ("graphrag_tools.web.serving._SECONDS_TO_RECONNECT").
    """
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    os.dup2(out.fileno(), _STDOUT)
    out.close()
    with errors.open("wb") as file:
        os.dup2(file.fileno(), _STDERR)
    # Those of the process that this one is a copy of remember where they stood in what they wrote to.
    sys.stdout = open(_STDOUT, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(_STDERR, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    for name, value in changed.items():
        module, _, attribute = name.rpartition(".")
        setattr(importlib.import_module(module), attribute, value)
    from graphrag_tools.cli.app import main

    sys.argv = ["graphrag-tools", *arguments]
    main()
