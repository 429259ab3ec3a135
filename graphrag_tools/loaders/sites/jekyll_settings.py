"""Put in the values that pages of Jekyll take from their site: `{{ site.name }}` of its configuration `_config.yml`,
`{{ site.data.lamp.watts }}` of its data file `_data/lamp.yml`.
"""

import posixpath
import re
from collections.abc import Mapping, Sequence, Set
from pathlib import Path
from typing import Any

from graphrag_tools.loaders.folders.data_files import data_of, mapping, read_yaml
from graphrag_tools.loaders.folders.paths import nearest_folder
from graphrag_tools.loaders.markdown_text.captures import RAW, RAW_END
from graphrag_tools.loaders.pages.front_matter import FrontMatter, split_front_matter
from graphrag_tools.loaders.source_file import text_or_nothing
from graphrag_tools.text.spans import spans

JEKYLL_CONFIG = re.compile(r"(?:^|/)_config\.ya?ml$")
_DATA = re.compile(r"_data/(?P<keys>[^/]+(?:/[^/]+){0,8})\.(?:ya?ml|json)$")
_DATA_USED = re.compile(r"site\.data\.([\w-]+)")
_SETTING = re.compile(r"\{\{-?[ \t]*+site\.(?P<keys>[\w-]++(?:\.[\w-]++)*+)[ \t]*+(?:\|[^{}\n]{0,200})?-?\}\}")
_ADDRESSES = frozenset({"url", "baseurl"})
"""With these before it, a link to a page of the site would lead out of the manual."""


def with_settings_filled(root: Path, names: Sequence[str], texts: Mapping[str, str]) -> dict[str, str]:
    """Return the texts of a folder's pages with the values of the nearest configuration around each page.

    A name that has no text or number there is left as it is; so is what Liquid is told not to read (`{% raw %}`), and
    front matter, which it does not.
    """
    if not any("site." in text for text in texts.values()):
        return dict(texts)
    configs = {posixpath.dirname(name): data_of(root / name) for name in filter(JEKYLL_CONFIG.search, names)}
    if used := {key for text in texts.values() for key in _DATA_USED.findall(text)}:
        configs = {
            folder: {**settings, "data": _data(root, folder, names, used)} for folder, settings in configs.items()
        }
    return {name: _filled(text, configs.get(nearest_folder(name, configs) or "", {})) for name, text in texts.items()}


def _data(root: Path, folder: str, names: Sequence[str], used: Set[str]) -> dict[str, Any]:
    """Return what the data files of a site hold, by their folders and names; of those whose first one is used."""
    data: dict[str, Any] = {}
    for name in names:
        if not (found := _DATA.fullmatch(posixpath.relpath(name, folder or "."))):
            continue
        *above, last = found["keys"].split("/")
        if (above or [last])[0] not in used:
            continue
        holder = data
        for key in above:
            holder = mapping(holder.setdefault(key, {}))
        holder[last] = read_yaml(text_or_nothing(root / name))
    return data


def _filled(text: str, settings: Mapping[str, Any]) -> str:
    if not settings or "site." not in text:
        return text
    start = at = len(text) - len(split_front_matter(text).body)
    kept = [text[:start]]
    for raw in spans(text, RAW, RAW_END):
        if raw.start >= start:
            kept += [_with_values(text[at : raw.start], settings), raw.whole]
            at = raw.end
    return "".join((*kept, _with_values(text[at:], settings)))


def _with_values(text: str, settings: Mapping[str, Any]) -> str:
    return _SETTING.sub(lambda tag: _value(settings, tag["keys"]) or tag[0], text)


def _value(settings: Mapping[str, Any], keys: str) -> str:
    """Return the text or number that stands under keys, "" where there is none."""
    *above, last = keys.split(".")
    holder: Any = settings
    for key in above:
        holder = holder.get(key) if isinstance(holder, dict) else None
    if not isinstance(holder, dict) or keys in _ADDRESSES or isinstance(holder.get(last), bool):
        return ""
    return FrontMatter(holder).word(last)
