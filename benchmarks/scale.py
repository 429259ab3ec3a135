"""Measure the cost of size: build by stage, bytes and memory, one changed manual, opening, search, names, readers.

Each size is built in a process of its own (its peak memory is that of the build) and read in another. Beside it, in
the same run: plain Chroma similarity search over chunks of 1,000 characters with the same embeddings, and SQLite FTS5
over sections. Times are of this run on this machine, with whatever else it does: ratios and growth are what counts,
and CPU time.

    python -m benchmarks.scale --sections 1000 10000 100000
    python -m benchmarks.scale --sections 100000 --only build changed read
"""

import argparse
import contextlib
import json
import os
import platform
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import chain
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import patch

import numpy as np

from benchmarks.rebuild import with_changed_section
from benchmarks.synthetic_manuals import synthetic_manual, synthetic_manuals
from graphrag_tools import ManualIndex
from graphrag_tools.embeddings import WordLlamaEmbeddings
from graphrag_tools.errors import StoreError
from graphrag_tools.index.build import add_manuals, build_index
from graphrag_tools.manual.keys import manual_of
from graphrag_tools.manual.sections import Manual
from graphrag_tools.search.hybrid import HybridSearch
from graphrag_tools.stores import flat
from graphrag_tools.stores.candidates import BLOCK_CANDIDATES, Asked, SearchedStores
from graphrag_tools.stores.protocols import VectorStore
from graphrag_tools.text.words import content_words
from graphrag_tools.tools.manual_tools import GraphPathTool

QUERIES = 300
READERS = 64
CHUNK_CHARACTERS = 1_000
EMBEDDINGS = "wordllama"
"""Also where better ones are installed: what is measured is the rest."""
GROWING = (
    "build, CPU s",
    "one changed manual, CPU s",
    "search CPU p50 ms",
    "menu path p50 ms",
    "open and first search s",
    "peak MB",
)
GOALS = (
    "goals at 100,000 sections: search p50 5 ms, one manual 2 ms, names 1 and 20 ms, build 240 s and 1.5 GB, open .5 s"
)


def main() -> None:
    arguments = _arguments()
    if arguments.worker:
        print(json.dumps(WORKERS[arguments.worker](arguments.sections[0], arguments.per_manual, arguments.folder)))
        return
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}; {GOALS}\n")
    rows: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory() as temporary:
        for size in arguments.sections:
            folder = (arguments.keep or Path(temporary)) / str(size)
            row: dict[str, float] = {"sections": size}
            for worker in ("read",) if (folder / "index").exists() else arguments.only:
                row |= _in_process(worker, size, arguments.per_manual, folder)
            if {"build, CPU s", "one changed manual, CPU s"} <= row.keys():
                row["one changed manual, share of a build"] = row["one changed manual, CPU s"] / row["build, CPU s"]
            rows.append(row)
            print(f"{size} sections done", file=sys.stderr)
            print(_table(rows), file=sys.stderr)
    print(_table(rows))
    print(_growth(rows))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sections", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--per-manual", type=int, default=2_000, help="sections in one manual")
    parser.add_argument(
        "--keep", type=Path, help="a folder in which the indexes stay, and are read again if they stand"
    )
    parser.add_argument(
        "--only",
        nargs="+",
        choices=list(WORKERS),
        default=list(WORKERS),
        help="what to measure of indexes made now",
    )
    parser.add_argument("--worker", choices=list(WORKERS), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def _in_process(worker: str, size: int, per_manual: int, folder: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.scale", "--worker", worker, "--folder", str(folder)]
    command += ["--sections", str(size), "--per-manual", str(per_manual)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=Path(__file__).parent.parent)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def build(size: int, per_manual: int, folder: Path) -> dict[str, float]:
    """Build the index; seconds by stage, seconds in all, bytes a section and peak memory in MB."""
    manuals = list(synthetic_manuals(size, per_manual))
    ends: dict[str, float] = {}
    started, worked = time.perf_counter(), time.process_time()
    note = lambda stage, *_: ends.update({stage: time.perf_counter()})  # noqa: E731
    build_index(manuals, folder / "index", EMBEDDINGS, progress=note)
    ended = time.perf_counter()
    starts = [started, *ends.values()]
    stages = {f"build {stage} s": end - begin for (stage, end), begin in zip(ends.items(), starts, strict=False)}
    on_disk = _bytes_in(folder / "index" / "generations")
    return {
        **stages,
        "build check s": ended - list(ends.values())[-1],
        "build s": ended - started,
        "build, CPU s": time.process_time() - worked,
        "sections/s": size / (ended - started),
        "bytes/section": on_disk / size,
        "bytes/section, caches in": _bytes_in(folder / "index") / size,
        "bytes written/section": _bytes_written() / size,
        "peak MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def changed(size: int, per_manual: int, folder: Path) -> dict[str, float]:
    """Change one section of the first manual and build that in; seconds, in a process that begins with it."""
    manual = with_changed_section(synthetic_manual("manual-0", min(per_manual, size), 1))
    started, worked = time.perf_counter(), time.process_time()
    add_manuals([manual], folder / "index")
    return {
        "one changed manual s": time.perf_counter() - started,
        "one changed manual, CPU s": time.process_time() - worked,
        "one changed manual, peak MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _bytes_written() -> int:
    """Return how many bytes this process has handed to the system, 0 where it does not count them."""
    counts = Path("/proc/self/io")
    found = dict(line.split(": ") for line in counts.read_text().splitlines()) if counts.exists() else {}
    return int(found.get("wchar", 0))


def _bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def read(size: int, per_manual: int, folder: Path) -> dict[str, float]:
    """Open the index and ask it what was not asked before; milliseconds, p50 and p95."""
    WordLlamaEmbeddings().embed_query("warm")
    before = time.perf_counter()
    index = ManualIndex.open(folder / "index")
    index.search("first words", 5)
    opened = time.perf_counter() - before
    warming = _questions(size, per_manual, seed=7)
    ids = [hit.item_id for question in warming for hit in index.search(question, 1)]
    questions = _questions(size, per_manual)
    manuals = [manual_of(item) for item in ids] * len(questions)
    tool = GraphPathTool(index=index)
    result = {"open and first search s": opened}
    result |= _percentiles("search", lambda question: index.search(question, 5), questions)
    of_manual = iter(zip(_questions(size, per_manual, seed=11), manuals, strict=False))
    result |= _percentiles("search, one manual", lambda _: index.search(*_in_manual(next(of_manual))), questions)
    result |= _recall(index, questions)
    for stage, run in _stages(index, questions).items():
        result |= _percentiles(f"search: {stage}", run, questions)
    result |= _percentiles("menu path", lambda item: tool.invoke({"item": item}), ids)
    before = time.perf_counter()
    index.resolve(index.item(ids[0]).name)
    result["first look-up by name s"] = time.perf_counter() - before
    result |= _percentiles("look-up by name", lambda item: index.resolve(index.item(item).name), ids)
    result |= _percentiles("near name", lambda item: index.resolve(f"{index.item(item).name[:-1]}x"), ids[:20])
    with ThreadPoolExecutor(READERS) as readers:
        before, used = time.perf_counter(), time.process_time()
        list(readers.map(lambda question: index.search(question, 5), questions * 2))
        result[f"searches/s, {READERS} readers"] = 2 * len(questions) / (time.perf_counter() - before)
        result[f"search CPU ms, {READERS} readers"] = (time.process_time() - used) * 1000 / (2 * len(questions))
    result["reader's peak MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return result


def _in_manual(asked: tuple[str, str]) -> tuple[str, int, str]:
    question, manual = asked
    return question, 5, manual


def _recall(index: ManualIndex, questions: Sequence[str]) -> dict[str, float]:
    """Return which share of the truly nearest the vectors find, ties counted by their cosine."""
    live = index._live()
    vectors = [live.embeddings.embed_query(question) for question in questions[:100]]
    found = [live.stores.vectors.search(vector, 200) for vector in vectors]
    limit, flat.EXACT_ROWS = flat.EXACT_ROWS, sys.maxsize
    exact = [live.stores.vectors.search(vector, 200) for vector in vectors]
    flat.EXACT_ROWS = limit
    shares = {
        k: [
            sum(hit.score >= best[:k][-1].score - 1e-6 for hit in near[:k]) / len(best[:k])
            for near, best in zip(found, exact, strict=True)
        ]
        for k in (10, 200)
    }
    return {f"vectors: recall@{k}": statistics.mean(share) for k, share in shares.items()}


def _stages(index: ManualIndex, questions: Sequence[str]) -> dict[str, Callable[[str], object]]:
    """Return what a search does, stage by stage, as the search itself does it; the last is what Python adds to them."""
    live = index._live()
    stores, search, embeddings = live.stores, live.search, live.embeddings
    asked = {question: _asked(search, question) for question in questions}
    found = {question: search._stores.candidates(asked[question]) for question in questions}

    without_vectors = replace(search._stores, vectors=cast("VectorStore", SimpleNamespace(search=lambda *_: [])))

    def by_words(question: str) -> object:
        return without_vectors.candidates(asked[question])

    def fuse(question: str) -> object:
        with patch.object(SearchedStores, "candidates", lambda *_: found[question]):
            return search.search(question, 5)

    return {
        "mend": index.mended,
        "embed": embeddings.embed_query,
        "words": by_words,
        "vectors": lambda question: stores.vectors.search(asked[question].vector, BLOCK_CANDIDATES),
        "mend, embed, fuse, read hits": fuse,
    }


def _asked(search: HybridSearch, question: str) -> Asked:
    """Return a question as a search asks it of the stores."""
    with patch.object(SearchedStores, "candidates", side_effect=StoreError("asked")) as candidates:
        with contextlib.suppress(StoreError):
            search.search(question, 5)
        asked: Asked = candidates.call_args.args[0]
        return asked


def chroma(size: int, per_manual: int, folder: Path) -> dict[str, float]:
    """Plain similarity search: chunks of 1,000 characters of each section, the four nearest."""
    import chromadb

    embeddings, chunks = WordLlamaEmbeddings(), list(_chunks(synthetic_manuals(size, per_manual)))
    started = time.perf_counter()
    collection: Any = chromadb.PersistentClient(str(folder / "chroma")).create_collection(
        "chunks", embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
    )
    for start in range(0, len(chunks), 5_000):
        batch = chunks[start : start + 5_000]
        ids = [str(start + at) for at in range(len(batch))]
        collection.add(ids=ids, embeddings=np.asarray(embeddings.embed_documents(batch)), documents=batch)
    seconds = time.perf_counter() - started
    questions = _questions(size, per_manual)
    ask = lambda question: collection.query(query_embeddings=[embeddings.embed_query(question)], n_results=4)  # noqa: E731
    return {"plain Chroma: build s": seconds, **_percentiles("plain Chroma", ask, questions)}


def fts5(size: int, per_manual: int, folder: Path) -> dict[str, float]:
    """SQLite's own full text search over sections, the five best by BM25."""
    started = time.perf_counter()
    connection = sqlite3.connect(folder / "fts5.sqlite")
    connection.execute("CREATE VIRTUAL TABLE sections USING fts5(title, body, tokenize='porter')")
    rows = (
        (section.title, "\n".join(block.text for block in section.blocks))
        for manual in synthetic_manuals(size, per_manual)
        for section in manual.sections
    )
    with connection:
        connection.executemany("INSERT INTO sections VALUES (?, ?)", rows)
    seconds = time.perf_counter() - started
    questions = _questions(size, per_manual)
    query = "SELECT rowid FROM sections WHERE sections MATCH ? ORDER BY rank LIMIT 5"

    def ask(question: str) -> object:
        return connection.execute(query, (" OR ".join(content_words(question)) or "the",)).fetchall()

    return {"FTS5: build s": seconds, **_percentiles("FTS5", ask, questions)}


def _chunks(manuals: Iterator[Manual]) -> Iterator[str]:
    for manual in manuals:
        for section in manual.sections:
            text = "\n".join((section.title, *(block.text for block in section.blocks)))
            yield from (text[start : start + CHUNK_CHARACTERS] for start in range(0, len(text), CHUNK_CHARACTERS))


def _questions(size: int, per_manual: int, seed: int = 5) -> list[str]:
    """Return questions of a title and some words of a block, from all manuals in no order; others for another seed."""
    chance = np.random.default_rng(seed)
    chosen = set(chance.choice(size, min(size, QUERIES), replace=False).tolist())
    sections = chain.from_iterable(manual.sections for manual in synthetic_manuals(size, per_manual))
    found = [
        f"How do I {section.title.lower()} {' '.join(section.blocks[0].text.split()[:4])}?"
        for number, section in enumerate(sections)
        if number in chosen
    ]
    return [found[at] for at in chance.permutation(len(found))]


def _percentiles(name: str, run: Callable[[str], object], inputs: Sequence[str]) -> dict[str, float]:
    """Return the wall time, p50 and p95, and the CPU time of all threads, which other programs stretch less."""
    times: list[float] = []
    worked: list[float] = []
    for one in inputs:
        before, used = time.perf_counter(), time.process_time()
        run(one)
        times.append((time.perf_counter() - before) * 1000)
        worked.append((time.process_time() - used) * 1000)
    cuts = statistics.quantiles(times, n=20)
    return {f"{name} p50 ms": cuts[9], f"{name} p95 ms": cuts[18], f"{name} CPU p50 ms": statistics.median(worked)}


def _table(rows: Sequence[dict[str, float]]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    sizes = " | ".join(f"{int(row['sections']):,}" for row in rows)
    lines = [f"| sections | {sizes} |", "|---" * (len(rows) + 1) + "|"]
    for name in names[1:]:
        lines.append(f"| {name} | {' | '.join(_shown(row.get(name)) for row in rows)} |")
    return "\n".join(lines)


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


def _growth(rows: Sequence[dict[str, float]]) -> str:
    """Say by which power of the size the main costs grow, fitted over all sizes: n log n is 1.1 or so."""
    if len(rows) < 2:
        return "- of one size no growth can be told"
    sizes = np.log([row["sections"] for row in rows])
    return "\n".join(
        f"- {name} grows by the power {np.polyfit(sizes, np.log([row[name] for row in rows]), 1)[0]:.2f} of the size"
        for name in GROWING
        if all(name in row for row in rows)
    )


WORKERS: dict[str, Callable[[int, int, Path], dict[str, float]]] = {
    "build": build,
    "changed": changed,
    "read": read,
    "chroma": chroma,
    "fts5": fts5,
}

if __name__ == "__main__":
    main()
