"""The commands that build an index and look after it: build, add, remove, list, check."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from graphrag_tools.cli.options import Json
from graphrag_tools.cli.output import print_aside, print_json, print_shown, progress
from graphrag_tools.embeddings.providers import FORMS, embeddings_note, is_english_only
from graphrag_tools.text.language import ENGLISH, LANGUAGES
from graphrag_tools.workflow.settings import DEFAULT_INDEX, BaseUrl, Index, Prompts

if TYPE_CHECKING:
    from graphrag_tools.enrichment.texts import ModelWriter
    from graphrag_tools.index.build import Built
    from graphrag_tools.index.check import IndexReport
    from graphrag_tools.index.manifest import ManualInfo
    from graphrag_tools.loaders.reading import Reading
    from graphrag_tools.manual.quality import BuildReport, Suspicion, SuspicionKind

Wait = Annotated[bool, typer.Option("--wait", help="Wait for another build of this index to end.")]
_UNCHANGED = "Nothing has changed: the index stays as it is."


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """How the manuals are read."""

    language: Annotated[
        str | None,
        typer.Option(help="Code of the manuals' language (de, fr, ja, …); by default told from the text."),
    ] = None
    include: Annotated[
        list[str] | None, typer.Option(help='Read only files of folders that match, such as "user/**"; repeatable.')
    ] = None
    exclude: Annotated[
        list[str] | None,
        typer.Option(help="Leave these out; change logs, release notes, blogs, contributors' chapters are by default."),
    ] = None

    def checked(self) -> "Reading":
        """Return them as a build takes them. Raises ConfigError for a language that is not known."""
        from graphrag_tools.loaders.pages.files import FileChoice
        from graphrag_tools.loaders.reading import Reading

        files = FileChoice(tuple(self.include or ()), tuple(self.exclude or ()))
        return Reading(self.language, files)


@dataclass(frozen=True, slots=True)
class TextOptions:
    """What models are to write into an index, and what that may cost."""

    describe: Annotated[
        str | None, typer.Option(help="A model that writes what each section is; checked, and never quoted.")
    ] = None
    expand: Annotated[
        str | None, typer.Option(help="A model that writes questions each section answers, to be found by.")
    ] = None
    max_minutes: Annotated[
        float | None, typer.Option(help="Time for both; the next build goes on where this one stopped.")
    ] = None
    max_items: Annotated[
        int | None, typer.Option(min=1, help="Most sections to send to each model, the most visited first.")
    ] = None
    parallel: Annotated[int | None, typer.Option(min=1, help="Calls at once (default: 1; hosted models: 4).")] = None
    base_url: BaseUrl = field(default=None, repr=False)
    prompts: Prompts = None

    def open_writer(self) -> "ModelWriter":
        """Open what writes them into a build; `ModelTexts.open` says what raises."""
        from graphrag_tools.enrichment.texts import ModelTexts

        return ModelTexts(
            describe=self.describe,
            expand=self.expand,
            max_minutes=self.max_minutes,
            max_items=self.max_items,
            parallel=self.parallel,
            prompts=self.prompts,
            base_url=self.base_url,
        ).open()


def build(  # noqa: PLR0913  # the last ones by name only
    manuals: Annotated[
        list[str],
        typer.Argument(
            help="E-manual JSON, Markdown, RST, HTML (or folders of them), PDF, Word, path CSV; NAME=PATH gives its id."
        ),
    ],
    index: Index = DEFAULT_INDEX,
    embeddings: Annotated[
        str | None, typer.Option(help=f"{FORMS}; by default minilm where it is installed, else wordllama.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Build even if nothing has changed.")] = False,
    wait: Wait = False,
    as_json: Json = False,
    *,
    reading: ReadingOptions,
    texts: TextOptions,
) -> None:
    """Read manuals and build an index of them, in place of what the index held; what is unchanged costs nothing."""
    from graphrag_tools.index.build import build_index

    try:
        with progress() as report:
            built = build_index(
                manuals,
                index,
                embeddings,
                report,
                enricher=texts.open_writer(),
                reading=reading.checked(),
                force=force,
                wait=wait,
            )
    except KeyboardInterrupt:
        print_aside("An index that was there before is unchanged.")
        raise
    print_built(built, index, as_json, hint=" --force builds it all the same.")


def add(
    manuals: Annotated[list[str], typer.Argument(help="As for build: paths, NAME=PATH gives the manual its id.")],
    index: Index = DEFAULT_INDEX,
    wait: Wait = False,
    as_json: Json = False,
    *,
    reading: ReadingOptions,
) -> None:
    """Add manuals to the index, each in place of the one with its id; the others stay, and need no source."""
    from graphrag_tools.index.build import add_manuals

    with progress() as report:
        built = add_manuals(manuals, index, progress=report, reading=reading.checked(), wait=wait)
    print_built(built, index, as_json)


def remove(
    manuals: Annotated[list[str], typer.Argument(help="Ids of manuals, as list shows them.")],
    index: Index = DEFAULT_INDEX,
    wait: Wait = False,
    as_json: Json = False,
) -> None:
    """Take manuals out of the index; the others stay, and need no source."""
    from graphrag_tools.index.build import remove_manuals

    with progress() as report:
        built = remove_manuals(manuals, index, progress=report, wait=wait)
    print_built(built, index, as_json)


def list_manuals(index: Index = DEFAULT_INDEX, as_json: Json = False) -> None:
    """List the index's manuals with their counts, sources and ages, its embeddings and its size."""
    found = index_listing(index)
    if as_json:
        print_json(found.document)
    else:
        print_shown(rendered_listing(found))


def check(
    index: Index = DEFAULT_INDEX,
    repair: Annotated[bool, typer.Option("--repair", help="Mend what can be mended without the sources.")] = False,
    as_json: Json = False,
) -> None:
    """Check that the index is whole: files, counts, content, and searches for what is known to be there.

    Exit code 0: it is whole, or was mended. 1: it is damaged, or there is no index. 2: wrong usage.
    """
    from graphrag_tools.index.check import check_index, repair_index

    if repair:
        with progress() as report:
            found = repair_index(index, progress=report)
    else:
        found = check_index(index)
    if as_json:
        print_json({"sound": found.sound, **found.model_dump(mode="json")})
    else:
        print_shown(rendered_check(found))
    if not found.sound:
        raise typer.Exit(1)


def print_built(built: "Built", index: Path, as_json: bool, hint: str = "") -> None:
    """Print what an index holds after a build, and what was understood of it; `hint` follows "nothing has changed"."""
    from dataclasses import asdict

    from graphrag_tools.manual.quality import report_on

    if built.unchanged:
        print_aside(f"{_UNCHANGED}{hint}")
    reports = [report_on(graph) for graph in built.graphs]
    if as_json:
        document = built.model_dump(mode="json", exclude={"embeddings": {"fingerprint"}})
        print_json({**document, "understood": [asdict(one) for one in reports]})
    else:
        print_shown(rendered_reports(reports, [(info.id, info.skipped) for info in built.manuals], str(index)))
        print_shown(f"Embeddings {embeddings_note(built.embeddings.name)}")
        if is_english_only(built.embeddings.name):
            foreign = [report for report in reports if report.language != ENGLISH]
            print_shown(Group(*(_not_understood(report, built.embeddings.name) for report in foreign)))
        for told in built.model_texts:
            print_shown(told.words)


_MOST_LISTED = 10
_NOT_READ = "NOT READ: "
_MEANINGS: "dict[SuspicionKind, str]" = {
    "no tree": "No tree: all {count} sections stand side by side. Were the headings or the hierarchy lost?",
    "no steps": "No steps and no options at all. Was the structure of its lists lost?",
    "one parent": "More than half of all sections hang under one. Does a heading have the wrong level?",
    "giant section": "{count} very long section(s). Were headings inside missed?",
    "very deep": "{count} section(s) deeper than 7 levels. Are list items taken for headings?",
    "empty sections": "{count} section(s) without text and without anything below.",
    "equal paths": "{count} menu path(s) used more than once: only ids tell these sections apart.",
    "equal titles": "{count} title(s) used more than once: a title alone is not enough to name these.",
    "long titles": "{count} title(s) of more than 120 characters. Are paragraphs taken for headings?",
    "broken characters": "{count} section(s) with characters that could not be read. Is the source UTF-8?",
}


def rendered_reports(
    reports: "Sequence[BuildReport]", skipped: Sequence[tuple[str, Sequence[str]]], folder: str
) -> RenderableType:
    """What was understood, manual by manual; `skipped` holds what was left out, by the manual's id."""
    unread = [f"{manual}: {one}" for manual, entries in skipped for one in entries if _NOT_READ in one]
    parts: list[RenderableType] = [*(Text(one, style="bold red") for one in unread), _table(reports)]
    for report in reports:
        parts.append(_blocks(report))
        parts += _listed(f"{report.manual}: links that lead nowhere", report.links_unresolved)
    for manual, entries in skipped:
        parts += _listed(f"{manual}: skipped", [one for one in entries if _NOT_READ not in one])
    for report in reports:
        for suspicion in report.suspicions:
            parts += _suspicion(report.manual, suspicion)
    return Group(*parts, Text(f"Index: {folder}", style="dim"))


def _table(reports: "Sequence[BuildReport]") -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("manual", overflow="fold")
    for heading in ("sections", "levels", "options", "with taps", "see also", "links", "leading nowhere"):
        table.add_column(heading, justify="right")
    for report in reports:
        counts = (report.sections, report.levels, report.options, report.sections_with_taps, report.see_also)
        links = (report.links_resolved, len(report.links_unresolved))
        table.add_row(Text(report.manual), *map(str, (*counts, *links)))
    return table


def _blocks(report: "BuildReport") -> Text:
    counted = ((number, "code block" if kind == "code" else kind) for kind, number in report.blocks.items())
    kinds = ", ".join(f"{number} {kind}{'' if number == 1 else 's'}" for number, kind in counted)
    language, blocks = LANGUAGES[report.language], sum(report.blocks.values())
    return Text(f"{report.manual}: {language}, {blocks} blocks: {kinds or 'none'}", style="dim")


def _not_understood(report: "BuildReport", embeddings: str) -> Text:
    language = LANGUAGES[report.language]
    return Text(
        f"{report.manual}: {embeddings} does not know {language}: its sections are found by their own words. "
        "Multilingual embeddings find more, such as --embeddings ollama:bge-m3",
        style="yellow",
    )


def _suspicion(manual: str, suspicion: "Suspicion") -> list[RenderableType]:
    said = _MEANINGS[suspicion.kind].format(count=suspicion.count)
    left = suspicion.count - len(suspicion.examples)
    examples = [Text(f"  {example}", style="dim") for example in suspicion.examples]
    more = [Text(f"  … and {left} more", style="dim")] if left else []
    return [Text(f"{manual}: {said}", style="yellow"), *examples, *more]


def _listed(title: str, entries: Sequence[str]) -> list[RenderableType]:
    if not entries:
        return []
    left = len(entries) - _MOST_LISTED
    shown = [Text(f"  {entry}", style="dim") for entry in entries[:_MOST_LISTED]]
    more = [Text(f"  … and {left} more", style="dim")] if left > 0 else []
    return [Text(f"{title} ({len(entries)}):", style="yellow"), *shown, *more]


_KILO = 1_000


@dataclass(frozen=True, slots=True)
class IndexListing:
    """An index: its manuals, embeddings, and sizes in bytes of its live generation, cache and all together."""

    folder: str
    generation: int
    manuals: "tuple[ManualInfo, ...]"
    embeddings: str
    dimension: int
    generation_bytes: int
    cache_bytes: int
    total_bytes: int

    @property
    def document(self) -> dict[str, Any]:
        """The same as plain data."""
        known = {one.name: getattr(self, one.name) for one in fields(self)}
        return {**known, "manuals": [info.model_dump(mode="json") for info in self.manuals]}


def index_listing(folder: Path) -> IndexListing:
    """Return what an index holds, from index.json and the files' sizes; no store is opened.

    Raises:
        IndexNotFound: There is no index.
        IndexMismatch: It is of a newer format.
    """
    from graphrag_tools.index.manifest import CACHE_NAME, generation_folder, read_manifest

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


def rendered_check(report: "IndexReport") -> RenderableType:
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
