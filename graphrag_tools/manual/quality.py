"""Quality of a manual's graph: how much was understood of each kind, and what looks wrong."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from graphrag_tools.manual.graph import SEE_ALSO, MenuGraph, MenuItem
from graphrag_tools.manual.sections import BlockKind, characters_in, is_external
from graphrag_tools.text.characters import CHARACTERS_PER_TOKEN

SuspicionKind = Literal[
    "no tree",
    "no steps",
    "one parent",
    "giant section",
    "very deep",
    "empty sections",
    "equal paths",
    "equal titles",
    "long titles",
    "broken characters",
]
_MOST_EXAMPLES = 3
_ENOUGH_SECTIONS = 10
"""Below that, no share of the sections says anything."""
_CONTEXT_CHARACTERS = 8_192 * CHARACTERS_PER_TOKEN
"""What a local model's usual context holds."""
_USUAL_LEVELS = 7
_TITLE_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A sign that a manual was not understood as its reader would: how many places, and up to three of them."""

    kind: SuspicionKind
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What one manual came to. `language` is a code (`LANGUAGES`), `levels` the depth of the tree, 0 where it is empty.

    `links_resolved` leaves out those of a table of contents, which the graph has as its tree.
    """

    manual: str
    title: str
    language: str
    sections: int
    levels: int
    options: int
    sections_with_taps: int
    links_resolved: int
    links_unresolved: tuple[str, ...]
    links_external: int
    see_also: int
    blocks: dict[BlockKind, int]
    suspicions: tuple[Suspicion, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    """What the checks look at."""

    graph: MenuGraph
    sections: Sequence[MenuItem]


def report_on(graph: MenuGraph) -> BuildReport:
    """Return what is in a manual's graph, and what is suspicious about it, the gravest first."""
    sections = [item for item in graph.items if item.kind == "section"]
    links = [link for item in sections for block in item.blocks for link in block.links]
    external = sum(is_external(link.target) for link in links)
    counts = Counter(block.kind for item in sections for block in item.blocks)
    return BuildReport(
        manual=graph.manual_id,
        title=graph.title,
        language=graph.language,
        sections=len(sections),
        levels=max((len(item.path) for item in sections), default=0),
        options=len(graph) - len(sections),
        sections_with_taps=sum(bool(item.taps) for item in sections),
        links_resolved=max(0, len(links) - external - len(graph.unresolved)),
        links_unresolved=tuple(f"{found.item}: {found.link.target}" for found in graph.unresolved),
        links_external=external,
        see_also=len(graph.edges(SEE_ALSO)),
        blocks={kind: counts[kind] for kind in get_args(BlockKind) if counts[kind]},
        suspicions=tuple(_suspicions(_Read(graph, sections))),
    )


def _suspicions(read: _Read) -> Iterable[Suspicion]:
    for kind, found in _CHECKS.items():
        if places := found(read):
            yield Suspicion(kind, len(places), tuple(places[:_MOST_EXAMPLES]))


def _no_tree(read: _Read) -> list[str]:
    flat = len(read.sections) >= _ENOUGH_SECTIONS and all(len(item.path) == 1 for item in read.sections)
    return [item.name for item in read.sections] if flat else []


def _no_steps(read: _Read) -> list[str]:
    has_steps = any(block.kind in ("step", "option") for item in read.sections for block in item.blocks)
    return [] if has_steps else [read.graph.manual_id]


def _one_parent(read: _Read) -> list[str]:
    """The parent of more than half of the sections, where it has siblings or is not the manual's one root."""
    below = Counter(above.id for item in read.sections if (above := read.graph.parent(item.id)) is not None)
    roots = [item.id for item in read.sections if len(item.path) == 1]
    return [
        f"{parent} ({number} of {len(read.sections)})"
        for parent, number in below.most_common(1)
        if len(read.sections) >= _ENOUGH_SECTIONS and number > len(read.sections) / 2 and roots != [parent]
    ]


def _giants(read: _Read) -> list[str]:
    """Sections longer than a context, and one that has more than half of a manual's text."""
    sizes = {item.id: characters_in(item.blocks) for item in read.sections}
    total = sum(sizes.values())
    dominant = total / 2 if len(read.sections) >= _ENOUGH_SECTIONS or total > _CONTEXT_CHARACTERS else total
    found = [item_id for item_id, size in sizes.items() if size > min(_CONTEXT_CHARACTERS, dominant)]
    return [f"{item_id} ({sizes[item_id]:,} characters)" for item_id in found]


def _very_deep(read: _Read) -> list[str]:
    deep = [item for item in read.sections if len(item.path) > _USUAL_LEVELS]
    return [f"{item.id} ({len(item.path)} levels)" for item in sorted(deep, key=lambda item: -len(item.path))]


def _empty(read: _Read) -> list[str]:
    return [item.id for item in read.sections if not item.blocks and not read.graph.children(item.id)]


def _equal_paths(read: _Read) -> list[str]:
    return _repeated(item.menu_path for item in read.sections)


def _equal_titles(read: _Read) -> list[str]:
    return _repeated(item.name for item in read.sections)


def _long_titles(read: _Read) -> list[str]:
    return [item.id for item in read.sections if len(item.name) > _TITLE_CHARACTERS]


def _broken_characters(read: _Read) -> list[str]:
    return [item.id for item in read.sections if any("\ufffd" in text for text in (item.name, *_texts(item)))]


def _texts(item: MenuItem) -> Iterable[str]:
    return (block.text for block in item.blocks)


def _repeated(names: Iterable[str]) -> list[str]:
    counts = Counter(names)
    return [f"{name} ({number} times)" for name, number in counts.most_common() if number > 1]


_CHECKS: dict[SuspicionKind, Callable[[_Read], list[str]]] = {
    "no tree": _no_tree,
    "no steps": _no_steps,
    "one parent": _one_parent,
    "giant section": _giants,
    "very deep": _very_deep,
    "empty sections": _empty,
    "equal paths": _equal_paths,
    "equal titles": _equal_titles,
    "long titles": _long_titles,
    "broken characters": _broken_characters,
}
