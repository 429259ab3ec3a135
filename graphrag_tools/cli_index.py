"""The commands that look after an index: add, remove, list, check."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graphrag_tools.cli_options import DEFAULT_INDEX, Index, Json
from graphrag_tools.cli_output import print_aside, print_json, print_shown, progress

if TYPE_CHECKING:
    from graphrag_tools.manifest import Manifest

Wait = Annotated[bool, typer.Option("--wait", help="Wait for another build of this index to end.")]
_UNCHANGED = "Nothing has changed: the index stays as it is."


def add(
    manuals: Annotated[list[str], typer.Argument(help="As for build: paths, NAME=PATH gives the manual its id.")],
    index: Index = DEFAULT_INDEX,
    wait: Wait = False,
    as_json: Json = False,
) -> None:
    """Add manuals to the index, each in place of the one with its id; the others stay, and need no source."""
    from graphrag_tools.building import add_manuals

    with progress() as report:
        manifest = add_manuals(manuals, index, progress=report, wait=wait)
    print_built(manifest, index, as_json)


def remove(
    manuals: Annotated[list[str], typer.Argument(help="Ids of manuals, as list shows them.")],
    index: Index = DEFAULT_INDEX,
    wait: Wait = False,
    as_json: Json = False,
) -> None:
    """Take manuals out of the index; the others stay, and need no source."""
    from graphrag_tools.building import remove_manuals

    with progress() as report:
        manifest = remove_manuals(manuals, index, progress=report, wait=wait)
    print_built(manifest, index, as_json)


def list_manuals(index: Index = DEFAULT_INDEX, as_json: Json = False) -> None:
    """List the index's manuals with their counts, sources and ages, its embeddings and its size."""
    from graphrag_tools.index_listing import index_listing, rendered_listing

    found = index_listing(index)
    if as_json:
        print_json(found.model_dump(mode="json"))
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
    from graphrag_tools.checking import check_index
    from graphrag_tools.index_listing import rendered_check
    from graphrag_tools.index_repair import repair_index

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


def add_index_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command()(add)
    app.command()(remove)
    app.command("list")(list_manuals)
    app.command()(check)


def print_built(manifest: "Manifest", index: Path, as_json: bool, hint: str = "") -> None:
    """Print what an index holds after a build, and what was understood of it; `hint` follows "nothing has changed"."""
    from dataclasses import asdict

    from graphrag_tools.build_report import report_on
    from graphrag_tools.build_report_rendering import rendered_reports
    from graphrag_tools.stored_manuals import stored_manuals

    if manifest.unchanged:
        print_aside(f"{_UNCHANGED}{hint}")
    # Their graphs alone: opening the index would load every engine once more.
    reports = [report_on(manual.graph) for manual in stored_manuals(index, manifest, manifest.manuals)]
    if as_json:
        document = manifest.model_dump(mode="json", exclude={"embeddings": {"fingerprint"}})
        print_json({**document, "understood": [asdict(one) for one in reports]})
    else:
        print_shown(rendered_reports(reports, [(info.id, info.skipped) for info in manifest.manuals], str(index)))
        for told in manifest.model_texts:
            print_shown(told.words)
