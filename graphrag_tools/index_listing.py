"""What an index holds, as the commands list and check show it."""

from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from graphrag_tools.checking import IndexReport
from graphrag_tools.manifest import CACHE_NAME, ManualInfo, generation_folder, read_manifest

_KILO = 1_000


class IndexListing(BaseModel):
    """An index: its manuals, embeddings, and sizes in bytes of its live generation, cache and all together."""

    model_config = ConfigDict(frozen=True)

    folder: str
    generation: int
    manuals: tuple[ManualInfo, ...]
    embeddings: str
    dimension: int
    generation_bytes: int
    cache_bytes: int
    total_bytes: int


def index_listing(folder: Path) -> IndexListing:
    """Return what an index holds, from index.json and the files' sizes; no store is opened.

    Raises:
        IndexNotFound: There is no index.
        IndexMismatch: It is of a newer format.
    """
    live = read_manifest(folder)
    return IndexListing(
        folder=str(folder),
        generation=live.generation,
        manuals=live.manuals,
        embeddings=live.embeddings.name,
        dimension=live.embeddings.dimension,
        generation_bytes=_bytes_in(generation_folder(folder, live.generation)),
        cache_bytes=sum(path.stat().st_size for path in folder.glob(f"{CACHE_NAME}*")),
        total_bytes=_bytes_in(folder),
    )


def rendered_listing(listing: IndexListing) -> RenderableType:
    """A row per manual, and a line about the whole index."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("manual", no_wrap=True)
    for heading in ("sections", "options", "blocks", "age"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("source", overflow="fold")
    now = datetime.now(UTC)
    for info in listing.manuals:
        counts = map(str, (info.sections, info.options, info.blocks))
        table.add_row(Text(info.id), *counts, _age(info.built, now), Text(info.source))
    sizes = f"{_size(listing.generation_bytes)}, with cache and the generation before {_size(listing.total_bytes)}"
    about = f"generation {listing.generation}, {listing.embeddings} ({listing.dimension} dimensions), {sizes}"
    return Group(table, Text(f"Index: {listing.folder}, {about}", style="dim"))


def rendered_check(report: IndexReport) -> RenderableType:
    """What a check found, a line each, and what to do about it."""
    held = (
        f"{len(report.manuals)} manuals, {report.sections} sections, {report.options} options, {report.blocks} blocks"
    )
    lines = [Text(f"Repaired: {done}.", style="green") for done in report.repaired]
    lines += [Text(f"Damaged: {damage}", style="red") for damage in report.damage]
    lines += [Text(f"Not checked: {note}", style="yellow") for note in report.notes]
    if report.unreferenced:
        numbers = ", ".join(map(str, report.unreferenced))
        lines.append(Text(f"Left over: generations {numbers}. check --repair removes them.", style="yellow"))
    if report.sound:
        lines.append(Text(f"The index is whole: generation {report.generation}, {held}.", style="green"))
    elif not report.repaired:
        lines.append(Text("Try check --repair; where that does not help, build the index again."))
    return Group(*lines)


def _bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _size(count: int) -> str:
    size = float(count)
    for unit in ("B", "kB", "MB"):
        if size < _KILO:
            return f"{size:.0f} {unit}"
        size /= _KILO
    return f"{size:.1f} GB"


def _age(built: datetime | None, now: datetime) -> str:
    if built is None:
        return "?"
    seconds = max(0, int((now - built).total_seconds()))
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= length:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"
