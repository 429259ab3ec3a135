"""The folder of the user's cache, and files in it that are written whole or not at all."""

import contextlib
import os
import tempfile
from pathlib import Path

CACHE_VARIABLE = "GRAPHRAG_TOOLS_CACHE"


def user_cache(name: str) -> Path:
    """Return a folder of this name in GRAPHRAG_TOOLS_CACHE, else in the user's cache; it need not exist."""
    from platformdirs import user_cache_path

    return Path(os.environ.get(CACHE_VARIABLE) or user_cache_path("graphrag-tools")).expanduser() / name


def write_atomically(file: Path, content: bytes) -> None:
    """Put a file in place of an old one in one step; two processes may do so at once.

    Raises:
        OSError: The folder cannot be made or written; nothing is left behind.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, suffix=".new")
    fresh = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        fresh.replace(file)
    except OSError:
        with contextlib.suppress(OSError):
            fresh.unlink()
        raise
