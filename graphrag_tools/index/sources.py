"""Sources of a build, read as manuals that may stand beside each other, and each as a graph."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property, partial
from os import PathLike
from pathlib import Path
from typing import Any

from graphrag_tools.errors import ConfigError, ManualError
from graphrag_tools.index.manifest import ManualInfo
from graphrag_tools.loaders import load_manual
from graphrag_tools.loaders.reading import DEFAULT_READING, Reading
from graphrag_tools.manual.content_hash import content_hash, source_hash
from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.graph import SEE_ALSO, MenuGraph
from graphrag_tools.manual.keys import is_manual_id
from graphrag_tools.manual.sections import Manual
from graphrag_tools.progress import Progress
from graphrag_tools.text.characters import without_halves


@dataclass(frozen=True)
class ReadManual:
    """A manual's graph, which may be read when it is first asked for, and what is to be said of it in index.json."""

    info: ManualInfo
    read: Callable[[], MenuGraph]

    @classmethod
    def of(cls, info: ManualInfo, graph: MenuGraph) -> "ReadManual":
        """Return one whose graph is at hand."""
        return cls(info, partial(_itself, graph))

    @cached_property
    def graph(self) -> MenuGraph:
        """The graph to be stored."""
        return self.read()

    def with_graph(self, graph: MenuGraph) -> "ReadManual":
        """Return the same manual with another graph to be stored."""
        if graph is self.graph:
            return self
        return self.of(self.info.model_copy(update={"stored": content_hash(graph)}), graph)


def _itself(graph: MenuGraph) -> MenuGraph:
    return graph  # by name, so that it can be sent to another process


def read_manuals(
    sources: str | Path | Manual | Iterable[str | Path | Manual],
    report: Progress,
    reading: Reading = DEFAULT_READING,
    known: Sequence[ManualInfo] = (),
) -> list[ReadManual]:
    """Load the sources as `reading` says and make their graphs, in order: of those that are known when asked for.

    `known` is what was said of manuals when they were read before.

    Raises:
        ManualError: A source cannot be read, two have one id, or one has no text.
        ConfigError: No source is given, or what is none.
    """
    # A path that stands alone is not one for each of its letters.
    sources = [sources] if isinstance(sources, str | Path | Manual) else list(sources or ())
    if not sources:
        raise ConfigError("no manual given; expected at least one path.")
    manuals: dict[str, ReadManual] = {}
    before = {info.loaded: info for info in known if info.loaded}
    with _reading_in(min(reading.jobs, len(sources))) as mapped:
        report("read", 0, len(sources))
        for number, (loaded, found) in enumerate(mapped(partial(_read, reading, frozenset(before)), sources), 1):
            read = found if isinstance(found, ReadManual) else _as_before(before[loaded], found)
            info = read.info
            if info.id in manuals:
                raise ManualError(
                    f"{info.source}: a second manual with the id {info.id!r}. Name it: NAME={info.source}"
                )
            manuals[info.id] = read
            report("read", number, len(sources))
    return list(manuals.values())


@contextmanager
def _reading_in(jobs: int) -> Iterator[Callable[..., Iterable[tuple[str, ReadManual | Manual]]]]:
    """Yield what applies a function to sources, in order: in this process, or in some others."""
    if jobs == 1:
        yield map
        return
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    # Not forked: threads of this process may hold locks.
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        try:
            yield pool.map
        except BrokenProcessPool as error:
            raise ManualError(
                "a process that read manuals has ended, for want of memory perhaps. Give fewer jobs; a program that "
                "gives any has to begin under if __name__ == '__main__'."
            ) from error
        finally:
            pool.shutdown(cancel_futures=True)


def _named_source(source: str | Path) -> tuple[str | Path, str | None]:
    """Read "NAME=PATH", which gives a manual its id, where no file has that very name.

    Raises:
        ConfigError: It is no path, or a blank one, which would be the folder that the program happens to run in.
    """
    if not isinstance(source, str | PathLike):
        raise ConfigError(
            f"a manual is a {type(source).__name__}; expected a path, or what load_manual or load_documents returns."
        )
    name, equals, path = str(source).partition("=")
    is_named = bool(equals and name and "/" not in name and not os.path.exists(source))  # noqa: PTH110  # as load_manual
    if not (path if is_named else str(source)).strip():
        raise ConfigError(f"a manual is {str(source)!r}; expected a path.")
    return (path, name) if is_named else (source, None)


def _read(reading: Reading, known: AbstractSet[str], source: str | Path | Manual) -> tuple[str, ReadManual | Manual]:
    """Return a manual's `source_hash`, and the manual with its graph: without it where the hash is a known one."""
    manual = _loaded(reading, source)
    loaded = source_hash(manual)
    if loaded in known:
        return loaded, manual
    graph = build_graph(manual)
    sections = [item for item in graph.items if item.kind == "section"]
    content = content_hash(graph)
    info = ManualInfo(
        id=manual.id,
        title=manual.title,
        language=graph.language,
        sections=len(sections),
        options=len(graph) - len(sections),
        blocks=sum(len(item.blocks) for item in sections),
        sections_with_taps=sum(bool(item.taps) for item in sections),
        see_also=len(graph.edges(SEE_ALSO)),
        unresolved_links=tuple(f"{found.item}: {found.link.target}" for found in graph.unresolved),
        content=content,
        stored=content,
        loaded=loaded,
        **_told(manual),
    )
    return loaded, ReadManual.of(info, graph)


def _as_before(info: ManualInfo, manual: Manual) -> ReadManual:
    """Return a manual of which all is known but where it comes from."""
    same = info.model_copy(update={**_told(manual), "stored": info.content})
    return ReadManual(same, partial(build_graph, manual))


def _told(manual: Manual) -> dict[str, Any]:
    """Return what is to be said of a manual that is not in its graph."""
    return {
        # File names of another system's encoding come with half characters, which no manifest takes.
        "source": without_halves(manual.source),
        "skipped": tuple(without_halves(f"{skipped.where}: {skipped.why}") for skipped in manual.skipped),
        "built": datetime.now(UTC).replace(microsecond=0),
    }


def _loaded(reading: Reading, source: str | Path | Manual) -> Manual:
    files = replace(reading.files, language=reading.language)
    manual = source if isinstance(source, Manual) else load_manual(*_named_source(source), files)
    if not is_manual_id(manual.id):
        raise ManualError(f"{manual.source}: found the manual id {manual.id!r}; expected one that has no '/'.")
    if not any(section.blocks for section in manual.sections):
        raise ManualError(f"{manual.source}: {len(manual.sections)} sections, but no text in any of them.")
    return replace(manual, language=reading.language) if reading.language else manual
