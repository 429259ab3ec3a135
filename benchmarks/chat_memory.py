"""Measure what remembering costs: seconds and bytes of a turn in memory, in SQLite and in PostgreSQL.

python -m benchmarks.chat_memory [postgresql://…]      # an empty database; without one it is left out

Conversations about the sample manual, without a model, in turn about. On a shared machine only the ratios within
one run mean anything.
"""

import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from graphrag_tools import ManualIndex, ask, manual_workflow, open_memory

SAMPLE = Path(__file__).parent.parent / "examples" / "sample_manual"
CONVERSATIONS = 20
QUESTIONS = ("How do I turn on flight mode?", "and how do I turn it off?", "How long can I keep a borrowed book?")


def main(addresses: list[str]) -> None:
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    print(f"{'where':<12} {'turn p50':>10} {'turn p95':>10} {'kB a turn':>10}")
    with tempfile.TemporaryDirectory() as folder:
        index = ManualIndex.build([f"larkfield={SAMPLE}"], Path(folder) / "index")
        file = Path(folder) / "chats.sqlite"
        show("memory", index, None, lambda: 0)
        show("SQLite", index, file, lambda: sum(part.stat().st_size for part in file.parent.glob(f"{file.name}*")))
        for address in addresses:
            show("PostgreSQL", index, address, partial(database_bytes, address))


def show(where: str, index: ManualIndex, place: Path | str | None, size: Callable[[], int]) -> None:
    with open_memory(place) as memory:
        app = manual_workflow(index, checkpointer=memory)
        before, seconds = size(), []
        for number in range(CONVERSATIONS):
            for question in QUESTIONS:
                started = time.perf_counter()
                ask(app, question, {"configurable": {"thread_id": f"benchmark-{number}"}})
                seconds.append(time.perf_counter() - started)
        grown = (size() - before) / len(seconds) / 1000
    middle, late = statistics.median(seconds), statistics.quantiles(seconds, n=20)[-1]
    print(f"{where:<12} {middle * 1000:>7.0f} ms {late * 1000:>7.0f} ms {grown:>10.0f}")


def database_bytes(address: str) -> int:
    import psycopg

    with psycopg.connect(address) as connection:
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    return int(row[0]) if row else 0


if __name__ == "__main__":
    main(sys.argv[1:])
