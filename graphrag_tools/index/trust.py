"""Remember which files and indexes made by others the user trusts, each with what it held when it was trusted."""

import hashlib
from pathlib import Path

from graphrag_tools.errors import ConfigError
from graphrag_tools.machine.new_files import write_atomically
from graphrag_tools.machine.user_cache import user_cache
from graphrag_tools.stores.place import IndexPlace

_FOLDER = "trusted"


def trust(place: IndexPlace, content: str) -> None:
    """Remember that the user trusts a file or folder as long as it holds this; what it held before is forgotten.

    Raises:
        ConfigError: The user's cache cannot be written.
    """
    try:
        write_atomically(_record(place), _written(place, content))
    except OSError as error:
        raise ConfigError(f"{place}: that you trust it cannot be remembered ({error}).") from error


def is_trusted(place: IndexPlace, content: str) -> bool:
    """Whether the user has trusted this very place with this very content."""
    try:
        return _record(place).read_bytes() == _written(place, content)
    except OSError:
        return False


def _record(place: IndexPlace) -> Path:
    return user_cache(_FOLDER) / hashlib.sha256(str(place.resolve()).encode(errors="surrogateescape")).hexdigest()


def _written(place: IndexPlace, content: str) -> bytes:
    """Return the record of a place: its path, for whoever looks into the folder, and what stands for its content."""
    told = f"{place.resolve()}\n{hashlib.sha256(content.encode()).hexdigest()}\n"
    return told.encode(errors="surrogateescape")
