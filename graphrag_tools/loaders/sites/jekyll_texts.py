"""Put in the texts that a site of Jekyll keeps apart, by language, as jekyll-multiple-languages-plugin does.

A page then holds no more than keys: `{% t care.title %}` of `_i18n/en.yml`, `{% tf care.md %}` of `_i18n/en/care.md`.
"""

import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graphrag_tools.loaders.folders.data_files import data_of
from graphrag_tools.loaders.folders.paths import is_below, within
from graphrag_tools.loaders.pages.front_matter import FrontMatter, split_front_matter
from graphrag_tools.loaders.sites.jekyll_settings import JEKYLL_CONFIG
from graphrag_tools.loaders.source_file import text_or_nothing

_TAG = re.compile(
    r"\{%-?\s*+(?P<kind>t|tf|translate|translate_file)\s++(?P<key>(?:\{\{[^{}\n]{0,200}\}\}|[^%{}\n]){1,400}+)\s*+%\}"
)
_OF_PAGE = re.compile(r"\{\{-?\s*page\.(\w++)[^{}\n]*+\}\}")
_TITLE = re.compile(r"^(title:[ \t]*)[\"']?([\w-]+(?:\.[\w-]+)+)[\"']?[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class JekyllTexts:
    """The texts of a site in one language: `words` by key, and `files` below its `folder` of the manual's folder."""

    root: Path
    site: str
    folder: str
    files: frozenset[str]
    words: Mapping[str, Any]

    @classmethod
    def of(cls, root: Path, names: Sequence[str], language: str | None) -> "list[JekyllTexts]":
        """Return those of each site of a folder that has some: in the language, else in the one that it names first."""
        known = set(names)
        found: list[JekyllTexts] = []
        for config in filter(JEKYLL_CONFIG.search, names):
            site = posixpath.dirname(config)
            for tag in (language, *_languages(data_of(root / config))):
                file = posixpath.join(site, "_i18n", f"{tag}.yml")
                if file in known:
                    folder = file.removesuffix(".yml")
                    files = frozenset(within(folder, names))
                    found.append(cls(root, site, folder, files, data_of(root / file)))
                    break
        return found

    def put_in(self, name: str, text: str) -> str:
        """Return a page's text with what its keys stand for; a key that stands for nothing is left out."""
        if not is_below(name, self.site):
            return text
        data = split_front_matter(text)
        titled = _TITLE.sub(lambda line: line[1] + (self._word(line[2]) or line[2]), text, count=1)
        return _TAG.sub(lambda tag: self._text(tag["kind"], self._key(tag["key"], name, data)), titled)

    def _key(self, written: str, name: str, data: FrontMatter) -> str:
        place = posixpath.splitext(posixpath.relpath(name, self.site or "."))[0].lstrip("_")
        return _OF_PAGE.sub(lambda value: place if value[1] == "url" else data.word(value[1]), written).strip("\"' \t-")

    def _text(self, kind: str, key: str) -> str:
        if kind in ("t", "translate"):
            return self._word(key)
        file = posixpath.normpath(posixpath.join(self.folder, key))
        return split_front_matter(text_or_nothing(self.root / file)).body if file in self.files else ""

    def _word(self, key: str) -> str:
        value: Any = self.words
        for step in key.split("."):
            value = value.get(step) if isinstance(value, dict) else None
        return value if isinstance(value, str) else ""


def _languages(settings: Mapping[str, Any]) -> list[str]:
    listed = settings.get("languages")
    first = settings.get("default_locale") or settings.get("defaultLang")
    return [*([str(first)] if first else []), *(map(str, listed) if isinstance(listed, list) else []), "en"]
