"""Keep a config file that was merely found to harmless settings, until the user trusts it by a command."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_origin

import typer

from graphrag_tools.errors import ConfigError
from graphrag_tools.index.trust import is_trusted, trust
from graphrag_tools.stores.place import StoreAddress, place_of

if TYPE_CHECKING:
    from graphrag_tools.cli.settings import Setting

_HARMLESS_WORDS = frozenset({"index", "manual", "thread", "start", "way", "require", "questions", "unanswerable"})
_MODELS = frozenset({"model", "escalate-to", "describe", "expand"})
_WRITTEN = frozenset({"out", "folder"})
_BUILDERS = frozenset({"build", "add", "remove"})
"""The commands that write where --index says."""
_COSTS = frozenset({"escalate-calls", "escalate-tokens"})
_HARMLESS_TYPES = (bool, int, float)


def check_found_config(
    file: Path, text: str, command: str, settings: Iterable["Setting"], values: Mapping[str, Any]
) -> None:
    """Refuse what a file that nobody has named would set for a command, unless the user trusts the file as it is.

    Numbers, switches and fixed choices are harmless, and so are names of manuals, of models that run here, and files
    to write within the file's own folder. Where questions and keys go, who may call, and what models are told is not.

    Raises:
        ConfigError: The file sets such an option.
    """
    refused = [
        setting.key
        for setting in settings
        if setting.name in values and not _is_harmless(setting, values[setting.name], command, file.parent)
    ]
    if refused and not is_trusted(file, text):
        raise ConfigError(
            f"{file} was found in the current folder and sets {', '.join(refused)} for {command}, which a file that "
            f"you have not named may not. Read it; if you trust it: graphrag-tools trust {file.parent}, or give it "
            f"each time: graphrag-tools --config {file} {command} …"
        )


def _is_harmless(setting: "Setting", value: Any, command: str, folder: Path) -> bool:
    values = value if isinstance(value, list) else [value]
    if setting.key in _COSTS:
        return False
    if setting.key == "index" and any(isinstance(place_of(one), StoreAddress) for one in values):
        return False
    if setting.key in _WRITTEN or (setting.key == "index" and command in _BUILDERS):
        return all(Path(one).resolve().is_relative_to(folder.resolve()) for one in values)
    if setting.key in _MODELS:
        return all(_runs_here(one) for one in values)
    if setting.key == "embeddings":
        from graphrag_tools.embeddings.providers import is_local

        return is_local(value)
    return setting.key in _HARMLESS_WORDS or _is_number_or_choice(setting.takes)


def _runs_here(model: str) -> bool:
    from graphrag_tools.models.providers import is_free

    return is_free(model)


def _is_number_or_choice(takes: Any) -> bool:
    kind = get_args(takes)[0] if get_origin(takes) is Annotated else takes
    return get_origin(kind) is Literal or kind in _HARMLESS_TYPES


def trust_folder(
    folder: Annotated[
        Path,
        typer.Argument(help="An index, or a folder with a graphrag-tools.toml.", parser=place_of, metavar="folder"),
    ] = Path(),
) -> None:
    """Allow the config file or the index in a folder to name servers, hosted models and files, as it does now.

    Read the file first. When it changes, or the index names other embeddings, you are asked again.
    """
    from graphrag_tools.cli.output import print_aside
    from graphrag_tools.cli.settings import find_config, text_of
    from graphrag_tools.errors import IndexNotFound
    from graphrag_tools.index.backends import open_backend

    place = place_of(folder)
    file = find_config(place) if isinstance(place, Path) else None
    if file is not None:
        trust(file, text_of(file))
        print_aside(f"Trusted as it now is: {file}.")
    try:
        name = open_backend(place).manifest().embeddings.name
    except IndexNotFound as error:
        if file is None:
            raise ConfigError(f"{place}: neither a graphrag-tools.toml nor an index is there to be trusted.") from error
    else:
        trust(place, name)
        print_aside(f"Trusted to use the embeddings {name}: the index in {place}.")
