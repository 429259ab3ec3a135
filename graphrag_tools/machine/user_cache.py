"""The folder of the user's cache."""

import os
from pathlib import Path

CACHE_VARIABLE = "GRAPHRAG_TOOLS_CACHE"


def user_cache(name: str) -> Path:
    """Return a folder of this name in GRAPHRAG_TOOLS_CACHE, else in the user's cache; it need not exist."""
    from platformdirs import user_cache_path

    return Path(os.environ.get(CACHE_VARIABLE) or user_cache_path("graphrag-tools")).expanduser() / name
