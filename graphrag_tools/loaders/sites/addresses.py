"""Read under which addresses a site is published, as the configuration of its generator says."""

import posixpath
import re
from collections.abc import Iterable
from pathlib import Path

from graphrag_tools.loaders.source_file import text_or_nothing

_CONFIGURATION = re.compile(
    r"(?:mkdocs|zensical|_config|hugo|config|[\w-]*playbook|site|docusaurus\.config|astro\.config|conf)"
    r"\.(?:ya?ml|toml|m?[jt]s|py)"
)
_ADDRESS = re.compile(
    r"^[ \t]*(?:site_url|url|baseURL|html_baseurl|site)[ \t]*[:=][ \t]*[\"'`]?https?://(?:www\.)?([^\s\"'`,#]{1,500})",
    re.MULTILINE,
)
_SCHEME = re.compile(r"https?://(?:www\.)?", re.IGNORECASE)
_OF_OTHERS = ("github.com/", "gitlab.com/")


def site_addresses(folder: Path, names: Iterable[str]) -> tuple[str, ...]:
    """Return the addresses that files of the folder and beside it give, without scheme; `names` are those below it."""
    within = [folder / name for name in names if _CONFIGURATION.fullmatch(posixpath.basename(name))]
    beside = [file for file in sorted(folder.resolve().parent.glob("*.*")) if _CONFIGURATION.fullmatch(file.name)]
    found = (_ADDRESS.search(text_or_nothing(file)) for file in (*within, *beside))
    sites = (match[1].rstrip("/") for match in found if match)
    return tuple(dict.fromkeys(site for site in sites if not f"{site}/".startswith(_OF_OTHERS)))


def path_on_site(address: str, sites: Iterable[str]) -> str:
    """Return the path of a web address below one of the sites, beginning with "/"; "" for one of another site.

    >>> path_on_site("https://www.lamp.example/help/dim#late", ("lamp.example/help",))
    '/dim#late'
    """
    bare = _SCHEME.sub("", address, count=1)
    site = next((one for one in sites if bare == one or bare.startswith(f"{one}/")), None)
    return "" if site is None else bare[len(site) :] or "/"
