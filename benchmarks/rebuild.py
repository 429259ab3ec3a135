"""Measure a second build: of an unchanged manual, of one with a changed section, of one more manual, by stage.

Uses the S10 manual where ../shared/data has it, else the sample manual. Seconds in one process, after a build of
something else has loaded all engines; and the command itself, from its start to its end. On a shared machine only the
ratios within one run mean anything.
"""

import dataclasses
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from graphrag_tools import load_manual
from graphrag_tools.embeddings import WordLlamaEmbeddings
from graphrag_tools.index.build import Built, add_manuals, build_index, remove_manuals
from graphrag_tools.manual.sections import Block, Manual

ROOT = Path(__file__).parent.parent
S10 = ROOT.parent / "shared" / "data" / "s10_manual_corpus.json"
COMMAND = Path(sys.executable).parent / "graphrag-tools"
EMBEDDED: list[str] = []


class Counted(WordLlamaEmbeddings):
    """The embedded embeddings, which count the texts they are asked for."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        EMBEDDED.extend(texts)
        return super().embed_documents(texts)


def main() -> None:
    source = f"s10={S10}" if S10.exists() else f"larkfield={ROOT / 'examples' / 'sample_manual'}"
    name, _, path = source.partition("=")
    sample = f"larkfield={ROOT / 'examples' / 'sample_manual'}"
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}; {source}\n")
    embeddings = Counted()
    with tempfile.TemporaryDirectory() as place:
        build_index([sample], Path(place) / "warm", embeddings)
        folder = Path(place) / "index"
        first = timed("first build", lambda report: build_index([source], folder, embeddings, report))
        again = timed("the same again", lambda report: build_index([source], folder, embeddings, report))
        changed = with_changed_section(load_manual(path, name))
        timed("one section changed", lambda report: build_index([changed], folder, embeddings, report))
        extra = f"extra={ROOT / 'examples' / 'sample_manual'}"
        timed("a manual added", lambda report: add_manuals([extra], folder, embeddings, report))
        timed("and removed", lambda report: remove_manuals(["extra"], folder, embeddings, report))
        print(f"\nunchanged: {first / again:.1f} times faster than the first build\n")
        by_command(source, Path(place) / "by-command")


def with_changed_section(manual: Manual) -> Manual:
    """The manual with one word more in one section."""
    at = next(at for at, section in enumerate(manual.sections) if section.blocks)
    section = manual.sections[at]
    block = Block("paragraph", f"{section.blocks[0].text} Indeed.")
    fresh = dataclasses.replace(section, blocks=(block, *section.blocks[1:]))
    return dataclasses.replace(manual, sections=(*manual.sections[:at], fresh, *manual.sections[at + 1 :]))


def timed(title: str, build: Callable[[Callable[[str, int, int], None]], Built]) -> float:
    EMBEDDED.clear()
    ends: dict[str, float] = {}
    began = time.perf_counter()
    manifest = build(lambda stage, _done, _total: ends.__setitem__(stage, time.perf_counter()))
    total = time.perf_counter() - began
    starts = [began, *ends.values()]
    stages = [f"{stage} {end - start:.2f}" for (stage, end), start in zip(ends.items(), starts, strict=False)]
    kept = ", unchanged" if manifest.unchanged else ""
    print(f"| {title}{kept} | {total:.2f} s | {len(EMBEDDED)} texts embedded | {', '.join(stages)} |", flush=True)
    return total


def by_command(source: str, folder: Path) -> None:
    """The command from start to end, in seconds and in seconds of CPU, which other programs disturb less."""
    wall, cpu = [], []
    for _ in range(3):
        began, used = time.perf_counter(), _children_cpu()
        subprocess.run([COMMAND, "build", source, "--index", folder], check=True, capture_output=True)
        wall.append(time.perf_counter() - began)
        cpu.append(_children_cpu() - used)
    for title, seconds in (("", wall), (" of CPU", cpu)):
        again = min(seconds[1:])
        times = f"{seconds[0] / again:.1f} times less"
        print(f"graphrag-tools build: {seconds[0]:.2f} s{title}, again {again:.2f} s{title}: {times}")


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
