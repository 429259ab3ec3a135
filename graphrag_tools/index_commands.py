"""The commands that look after an index: add, remove, list, check."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graphrag_tools.cli_options import DEFAULT_INDEX, Index, Json
from graphrag_tools.terminal import print_aside, print_json, print_shown

if TYPE_CHECKING:
    from graphrag_tools.manifest import Manifest

Wait = Annotated[bool, typer.Option("--wait", help="Wait for another build of this index to end.")]
UNCHANGED = "Nothing has changed: the index stays as it is. --force builds it all the same."
_STILL = "Nothing has changed: the index stays as it is."


def add(
    manuals: Annotated[list[str], typer.Argument(help="As for build: paths, NAME=PATH gives the manual its id.")],
    index: Index = DEFAULT_INDEX,
    wait: Wait = False,
    as_json: Json = False,
) -> None:
    """Add manuals to the index, each in place of the one with its id; the others stay, and need no source."""
    from graphrag_tools.building import add_manuals
    from graphrag_tools.terminal_progress import terminal_progress

    with terminal_progress() as report:
        manifest = add_manuals(manuals, index, progress=report, wait=wait)
    _print_manuals(manifest, index, as_json)


def remove(
    manuals: Annotated[list[str], typer.Argument(help="Ids of manuals, as list shows them.")],
    index: Index = DEFAULT_INDEX,
    wait: Wait = False,
    as_json: Json = False,
) -> None:
    """Take manuals out of the index; the others stay, and need no source."""
    from graphrag_tools.building import remove_manuals
    from graphrag_tools.terminal_progress import terminal_progress

    with terminal_progress() as report:
        manifest = remove_manuals(manuals, index, progress=report, wait=wait)
    _print_manuals(manifest, index, as_json)


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
    from graphrag_tools.terminal_progress import terminal_progress

    if repair:
        with terminal_progress() as report:
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


def _print_manuals(manifest: "Manifest", index: Path, as_json: bool) -> None:
    from graphrag_tools.rendering import rendered_manuals

    if manifest.unchanged:
        print_aside(_STILL)
    if as_json:
        print_json(manifest.model_dump(mode="json", exclude={"embeddings": {"fingerprint"}}))
    else:
        print_shown(rendered_manuals(manifest.manuals, str(index)))
