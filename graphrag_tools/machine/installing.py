"""Word the command that installs an extra from where this package itself came, because its name is in no index."""

import json
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from urllib.parse import urlsplit
from urllib.request import url2pathname

_NAME = "graphrag-tools"


@cache
def install_extra(extra: str) -> str:
    """Return the command that installs an extra.

    It names the clone, archive or repository that pip recorded (direct_url.json, PEP 610); without a record, an index
    had the package, and the name alone is enough. In a clone that was never installed, it is a command for there.
    """
    try:
        recorded = distribution(_NAME).read_text("direct_url.json")
    except PackageNotFoundError:
        return f"pip install '.[{extra}]' (in the clone of {_NAME})"
    return command_for(extra, json.loads(recorded)) if recorded else f"pip install '{_NAME}[{extra}]'"


def command_for(extra: str, origin: dict[str, object]) -> str:
    """Return the command for a package of this origin, a document of PEP 610."""
    match origin:
        case {"url": str(url), "dir_info": {"editable": True}}:
            return f"pip install -e '{_folder(url)}[{extra}]'"
        case {"url": str(url), "dir_info": _}:
            return f"pip install '{_folder(url)}[{extra}]'"
        case {"url": str(url), "vcs_info": {"vcs": str(vcs), "commit_id": str(commit)}}:
            return f"pip install '{_NAME}[{extra}] @ {vcs}+{url}@{commit}'"
        case {"url": str(url)}:
            return f"pip install '{_NAME}[{extra}] @ {url}'"
    return f"pip install '{_NAME}[{extra}]'"


def _folder(url: str) -> str:
    return url2pathname(urlsplit(url).path)
