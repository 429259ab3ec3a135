"""Sources of a build, read as manuals that may stand beside each other, and each as a graph."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from graphrag_tools.errors import ConfigError, ManualError
from graphrag_tools.index.manifest import ManualInfo
from graphrag_tools.loaders import load_manual
from graphrag_tools.loaders.pages.files import FileChoice
from graphrag_tools.loaders.reading import DEFAULT_READING, Reading
from graphrag_tools.manual.content_hash import content_hash
from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.graph import SEE_ALSO, MenuGraph
from graphrag_tools.manual.keys import is_manual_id
from graphrag_tools.manual.sections import Manual
from graphrag_tools.progress import Progress


@dataclass(frozen=True)
class ReadManual:
    """A manual's graph, which may be read when it is first asked for, and what is to be said of it in index.json."""

    info: ManualInfo
    read: Callable[[], MenuGraph]

    @cached_property
    def graph(self) -> MenuGraph:
        """The graph to be stored."""
        return self.read()

    def with_graph(self, graph: MenuGraph) -> "ReadManual":
        """Return the same manual with another graph to be stored."""
        if graph is self.graph:
            return self
        return ReadManual(self.info.model_copy(update={"stored": content_hash(graph)}), lambda: graph)


def read_manuals(
    sources: Sequence[str | Path | Manual], report: Progress, reading: Reading = DEFAULT_READING
) -> list[ReadManual]:
    """Load the sources as `reading` says and make their graphs, in order.

    Raises:
        ManualError: A source cannot be read, two have one id, or one has no text.
        ConfigError: No source is given.
    """
    manuals = _loaded(sources, report, replace(reading.files, language=reading.language))
    language = reading.language
    return [_read(replace(manual, language=language) if language else manual) for manual in manuals]


def _loaded(sources: Sequence[str | Path | Manual], report: Progress, files: FileChoice) -> list[Manual]:
    if not sources:
        raise ConfigError("no manual given; expected at least one path.")
    manuals: list[Manual] = []
    for number, source in enumerate(sources):
        report("read", number, len(sources))
        manual = source if isinstance(source, Manual) else load_manual(*_named_source(source), files)
        if any(manual.id == earlier.id for earlier in manuals):
            raise ManualError(
                f"{manual.source}: a second manual with the id {manual.id!r}. Name it: NAME={manual.source}"
            )
        if not is_manual_id(manual.id):
            raise ManualError(f"{manual.source}: found the manual id {manual.id!r}; expected one that has no '/'.")
        if not any(section.blocks for section in manual.sections):
            raise ManualError(f"{manual.source}: {len(manual.sections)} sections, but no text in any of them.")
        manuals.append(manual)
    report("read", len(sources), len(sources))
    return manuals


def _named_source(source: str | Path) -> tuple[str | Path, str | None]:
    """Read "NAME=PATH", which gives a manual its id, where no file has that very name."""
    name, equals, path = str(source).partition("=")
    if equals and name and "/" not in name and not Path(source).exists():
        return path, name
    return source, None


def _read(manual: Manual) -> ReadManual:
    graph = build_graph(manual)
    sections = [item for item in graph.items if item.kind == "section"]
    content = content_hash(graph)
    info = ManualInfo(
        id=manual.id,
        title=manual.title,
        source=manual.source,
        language=graph.language,
        sections=len(sections),
        options=len(graph) - len(sections),
        blocks=sum(len(item.blocks) for item in sections),
        sections_with_taps=sum(bool(item.taps) for item in sections),
        see_also=len(graph.edges(SEE_ALSO)),
        unresolved_links=tuple(f"{found.item}: {found.link.target}" for found in graph.unresolved),
        skipped=tuple(f"{skipped.where}: {skipped.why}" for skipped in manual.skipped),
        content=content,
        stored=content,
        built=datetime.now(UTC).replace(microsecond=0),
    )
    return ReadManual(info, lambda: graph)
