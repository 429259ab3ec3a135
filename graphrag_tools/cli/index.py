"""The commands that build an index and look after it: build, add, remove, list, check."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from graphrag_tools.cli.answers import Hanging
from graphrag_tools.cli.build_report import language_not_known, rendered_reports
from graphrag_tools.cli.completion import known_manuals
from graphrag_tools.cli.nearest import manual_ids
from graphrag_tools.cli.opening import open_index
from graphrag_tools.cli.options import Json
from graphrag_tools.cli.output import print_aside, print_json, print_shown, progress
from graphrag_tools.cli.wording import all_counted, command_line, index_option, title_beside
from graphrag_tools.embeddings.providers import FORMS, embeddings_note, is_english_only
from graphrag_tools.errors import GraphRAGToolsError
from graphrag_tools.stores.place import IndexPlace
from graphrag_tools.stores.vector_stores import VectorStoreName
from graphrag_tools.text.language import ENGLISH
from graphrag_tools.workflow.settings import DEFAULT_INDEX, BaseUrl, Index, PromptsFolder

if TYPE_CHECKING:
    from graphrag_tools.enrichment.texts import ModelWriter
    from graphrag_tools.index.backend import Sizes
    from graphrag_tools.index.build import Built
    from graphrag_tools.index.check import IndexReport
    from graphrag_tools.index.manifest import Manifest
    from graphrag_tools.loaders.reading import Reading

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
        typer.Option(
            help="Leave out files that match; by default change logs, release notes, blogs, contributors' chapters."
        ),
    ] = None

    jobs: Annotated[int, typer.Option(min=1, help="How many manuals to read at once, each in a process.")] = 1

    def checked(self) -> "Reading":
        """Return them as a build takes them. Raises ConfigError for a language that is not known."""
        from graphrag_tools.loaders.folders.files import FileChoice
        from graphrag_tools.loaders.reading import Reading

        files = FileChoice(tuple(self.include or ()), tuple(self.exclude or ()))
        return Reading(self.language, files, self.jobs)


@dataclass(frozen=True, slots=True)
class TextOptions:
    """What models are to write into an index, and what that may cost."""

    describe: Annotated[
        str | None, typer.Option(help="A model that writes what each section is; checked, and never quoted.")
    ] = None
    expand: Annotated[
        str | None,
        typer.Option(help="A model that writes questions that each section answers, for search to find it by."),
    ] = None
    max_minutes: Annotated[
        float | None,
        typer.Option(help="Most minutes for --describe and --expand; the next build goes on where this one stopped."),
    ] = None
    max_items: Annotated[int | None, typer.Option(min=1, help="Most sections to send to each of these models.")] = None
    parallel: Annotated[
        int | None, typer.Option(min=1, help="Calls of these models at once (default: 1; hosted models: 4).")
    ] = None
    base_url: BaseUrl = field(default=None, repr=False)
    prompts: PromptsFolder = None

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
        typer.Argument(help="PDF, HTML, Word, Markdown, …, or folders of them; NAME=PATH gives the manual an id."),
    ],
    index: Index = DEFAULT_INDEX,
    embeddings: Annotated[
        str | None,
        typer.Option(
            help=f"{FORMS}; by default minilm, or multilingual-e5 for manuals in other languages than English, where "
            "they are installed, else wordllama."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Build even if nothing has changed.")] = False,
    wait: Wait = False,
    as_json: Json = False,
    *,
    store_vectors: Annotated[
        VectorStoreName, typer.Option(help="What to keep vectors in: a file, or Chroma (extra chroma).")
    ] = "flat",
    reading: ReadingOptions,
    texts: TextOptions,
) -> None:
    """Read manuals and build an index of them, in place of what it held; what has not changed is not built again."""
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
                vector_store=store_vectors,
                force=force,
                wait=wait,
            )
    except KeyboardInterrupt:
        print_aside("An index that was there before is unchanged.")
        raise
    print_built(built, index, as_json, hint=" --force builds it all the same.")


def add(
    manuals: Annotated[list[str], typer.Argument(help="As for build; NAME=PATH gives the manual an id.")],
    index: Index = DEFAULT_INDEX,
    wait: Wait = False,
    as_json: Json = False,
    *,
    reading: ReadingOptions,
) -> None:
    """Add manuals to the index, or put them in place of those with the same ids; the others stay as they are."""
    from graphrag_tools.index.build import add_manuals

    with progress() as report:
        built = add_manuals(manuals, index, progress=report, reading=reading.checked(), wait=wait)
    print_built(built, index, as_json)


def remove(
    manuals: Annotated[
        list[str], typer.Argument(help="Ids of manuals, as list shows them.", autocompletion=known_manuals)
    ],
    index: Index = DEFAULT_INDEX,
    wait: Wait = False,
    as_json: Json = False,
) -> None:
    """Take manuals out of the index; the others stay as they are."""
    from graphrag_tools.index.backends import open_backend
    from graphrag_tools.index.build import remove_manuals

    gone = manual_ids(manuals, open_backend(index).manifest().manuals)
    with progress() as report:
        built = remove_manuals(gone, index, progress=report, wait=wait)
    print_built(built, index, as_json)


def list_manuals(index: Index = DEFAULT_INDEX, as_json: Json = False) -> None:
    """List the index's manuals with their counts, sources and ages, its embeddings and its size."""
    from graphrag_tools.index.backends import open_backend

    backend = open_backend(index)
    live = backend.manifest()
    sizes = backend.sizes(live)
    if as_json:
        print_json(_listing_document(index, live, sizes))
    else:
        print_shown(_rendered_listing(index, live, sizes))


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


def print_built(built: "Built", index: IndexPlace, as_json: bool, hint: str = "") -> None:
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
            for report in foreign:
                print_shown(language_not_known(report, built.embeddings.name))
        for told in built.model_texts:
            print_shown(told.words)
        print_shown(_next_step(index, [info.id for info in built.manuals]))


def _next_step(folder: IndexPlace, manuals: Sequence[str]) -> str:
    """Return what to do after a build: ask a question that was tried and is answered, where one is found."""
    from graphrag_tools.answers.hint import answered_questions

    try:
        opened = open_index(folder)
        question = next((question for one in manuals for question, _ in answered_questions(opened, one)), "")
        opened.close()
    except GraphRAGToolsError:
        question = ""
    command = f'ask "{question}"' if question else "chat"
    return f"Next: {command_line(f'{command}{index_option(folder)}')}"


_KILO = 1_000


def _listing_document(place: IndexPlace, live: "Manifest", sizes: "Sizes") -> dict[str, Any]:
    """An index as plain data: its manuals, its embeddings, and the bytes of what is live, of its cache and of all."""
    return {
        "folder": str(place),
        "generation": live.generation,
        "manuals": [info.model_dump(mode="json") for info in live.manuals],
        "embeddings": live.embeddings.name,
        "dimension": live.embeddings.dimension,
        "generation_bytes": sizes.generation,
        "cache_bytes": sizes.cache,
        "total_bytes": sizes.total,
    }


def _rendered_listing(place: IndexPlace, live: "Manifest", sizes: "Sizes") -> RenderableType:
    """Two lines per manual, what it holds and where it is from, and one about the whole index."""
    now = datetime.now(UTC)
    lines: list[RenderableType] = []
    for info in live.manuals:
        held = all_counted((info.sections, "section"), (info.options, "option")) or "nothing"
        lines.append(Hanging("", Text.assemble((info.id, "bold"), f"{title_beside(info.id, info.title)}: {held}")))
        built = f"built {_age(info.built, now)} ago " if info.built else ""
        lines.append(Hanging("  ", Text(f"{built}from {info.source}", style="dim")))
    room = f"{_size(sizes.generation)} in use, {_size(sizes.total)} in all"
    about = f"embeddings {live.embeddings.name} ({live.embeddings.dimension} dimensions), {room}"
    return Group(*lines, Hanging("", Text(f"Index: {place}, {about}", style="dim")))


def rendered_check(report: "IndexReport") -> RenderableType:
    """What a check found, a line each, and what to do about it."""
    held = all_counted((len(report.manuals), "manual"), (report.sections, "section"), (report.options, "option"))
    lines = [Text(f"Repaired: {done}.", style="green") for done in report.repaired]
    lines += [Text(f"Damaged: {damage}", style="red") for damage in report.damage]
    lines += [Text(f"Not checked: {note}", style="yellow") for note in report.notes]
    if report.unreferenced:
        numbers = ", ".join(map(str, report.unreferenced))
        lines.append(Text(f"Left over of earlier builds: {numbers}. check --repair removes them.", style="yellow"))
    if report.sound:
        lines.append(Text(f"The index is whole: {held}.", style="green"))
    elif not report.repaired:
        lines.append(Text("Try check --repair; where that does not help, build the index again."))
    return Group(*lines)


def _size(count: int) -> str:
    size = float(count)
    for unit in ("B", "kB", "MB"):
        if size < _KILO:
            return f"{size:.0f} {unit}"
        size /= _KILO
    return f"{size:.1f} GB"


def _age(built: datetime, now: datetime) -> str:
    seconds = max(0, int((now - built).total_seconds()))
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= length:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"
