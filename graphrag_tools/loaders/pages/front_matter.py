"""Read front matter: the data that stands before a page's text, as YAML between "---", TOML between "+++" or tags."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from graphrag_tools.loaders.folders.data_files import LONGEST_NUMBER, read_toml, read_yaml
from graphrag_tools.text.characters import ENDS_OF_QUESTIONS
from graphrag_tools.text.normalise import tidy

_YAML = re.compile(
    r"\A(?:\s*(?:---[ \t]*\n){1,2}(?=[\w-]+:[ \t]*\S)|---[ \t]*\n)(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)",
    re.DOTALL | re.MULTILINE,
)
_UNCLOSED = re.compile(r"\A---[ \t]*\n((?:[ \t]*(?:#[^\n]*)?\n)*+[a-z][\w-]*:.*)", re.DOTALL)
_MOST_UNCLOSED = 20_000
_FEWEST_UNCLOSED = 2
_TOML = re.compile(r"\A\s*\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TAGGED = re.compile(
    r"\A\s*<properties\b(?:[^<>]{0,4000}/>|[^<>]*>(?:(?!</properties>).){0,4000}</properties>)", re.DOTALL
)
"""Data as elements, which no page shows: "<properties><page><title>…", "<properties pageTitle="…" />"."""
_PLAIN_LINE = re.compile(r"^(\w[\w-]*):[ \t]*(.*)$", re.MULTILINE)
_ABOUT_THE_PAGE = frozenset(
    "title linktitle titletemplate sidebar_label sidebar sidebartitle og twitter social html keywords tags categories "
    "category layout author authors contrib image cover resources prev next footer "
    "images slug permalink date lastmod head hero seo parent grand_parent redirect_from redirects aliases template "
    "canonical description abstract meta_description metadata og license licence copyright contributors project "
    "related search".split()
)
"""Keys, or the first words of keys ("license_abbr")."""
_DESCRIPTIONS = ("description", "abstract", "summary")
_NAMES = ("tag", "name", "term", "title", "option", "key", "question")
_MEANINGS = ("description", "definition", "desc", "text", "answer", "brief", "summary", "details")
_CODES = ("code", "codes", "command", "commands", "shortcut", "shortcuts", "model", "models")
"""What the subject is called by machines; short, and yet what people ask by."""
_MAY_BE_DRAFT = re.compile(r"^(?:draft|published)\b", re.MULTILINE | re.IGNORECASE)
_NO_TEXT = re.compile(r"^(?:import|export)[ \t][^\n]*$|<!--.*?-->", re.MULTILINE | re.DOTALL)
"""Lines of a page of MDX, and comments."""
_MOST_OF_NO_TEXT = 4000
_MOST_TEXTS = 200
_MIN_WORDS = 3
_NAMES_ALONE = re.compile(r"[^\s,]+(?: [^\s,]+)?(?:, ?[^\s,]+(?: [^\s,]+)?)+")
"""A list of names in place of a sentence: "lamp, jug 2, 1.x"."""


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What stands before a page's text, by key in lower case, and the text after it."""

    data: dict[str, Any] = field(default_factory=dict)
    body: str = ""

    def word(self, *keys: str) -> str:
        """Return the first of these values that is a text or a number, tidied; "" where none is."""
        values = (self.data.get(key) for key in keys)
        return next((tidy(str(value)) for value in values if _is_word(value)), "")

    def number(self, *keys: str) -> float | None:
        """Return the first of these values that is a number."""
        for key in keys:
            value = self.data.get(key)
            if isinstance(value, int | float) and not isinstance(value, bool) and _is_word(value):
                return float(value)
            if isinstance(value, str) and re.fullmatch(r"-?\d+(?:\.\d+)?", value.strip()):
                return float(value)
        return None

    def below(self, key: str) -> "FrontMatter":
        """Return the mapping that stands under a key, as data of its own."""
        value = self.data.get(key)
        return FrontMatter(_lowered(value)) if isinstance(value, dict) else FrontMatter()


def _is_word(value: Any) -> bool:
    """Whether data are a text or a number; Python writes no number out that has thousands of digits."""
    return isinstance(value, str | float) or (isinstance(value, int) and value.bit_length() <= LONGEST_NUMBER)


def split_front_matter(text: str) -> FrontMatter:
    """Divide a page into its data and its text; data that cannot be parsed gives its plain "key: value" lines."""
    if match := _YAML.match(text):
        data = read_yaml(match[1])
        if data is None:
            data = {key: value.strip(" \t").strip("\"'") for key, value in _PLAIN_LINE.findall(match[1])}
        return FrontMatter(_lowered(data), text[match.end() :])
    if match := _TOML.match(text):
        return FrontMatter(_lowered(read_toml(match[1])), text[match.end() :])
    if data := _unclosed(text):
        return FrontMatter(_lowered(data))
    return FrontMatter({}, _TAGGED.sub("", text, count=1))


def _unclosed(text: str) -> dict[str, Any]:
    """Return the data of a page that has nothing else, though no "---" ends them; {} for any other page."""
    match = _UNCLOSED.match(text) if len(text) <= _MOST_UNCLOSED else None
    data = read_yaml(match[1]) if match else None
    if not isinstance(data, dict) or len(data) < _FEWEST_UNCLOSED:
        return {}
    return data if all(isinstance(key, str) and key.islower() for key in data) else {}


def is_draft(text: str) -> bool:
    """Whether a page's data keep it from being published yet: "draft = true", and Jekyll's "published: false"."""
    if not _MAY_BE_DRAFT.search(text):
        return False
    data = split_front_matter(text).data
    return str(data.get("draft")).lower() == "true" or str(data.get("published")).lower() == "false"


def text_of(matter: FrontMatter) -> str:
    """Return what the data say about the page's subject, as Markdown: sentences, and terms with their meaning.

    Data about the page itself (layout, keywords, …) are left out; the description is taken only where the page has no
    text of its own, because elsewhere it repeats the first paragraph for search engines.
    """
    lines: list[str] = []
    for key, value in matter.data.items():
        is_about_page = not _ABOUT_THE_PAGE.isdisjoint((key, re.split("[_:-]", key)[0]))
        if not _has_no_text(matter.body) if key in _DESCRIPTIONS else is_about_page:
            continue
        for line in (*_codes(key, value), *_lines(value)):
            if len(lines) >= _MOST_TEXTS:
                return "\n\n".join(lines)
            lines.append(line)
    return "\n\n".join(lines)


def _has_no_text(body: str) -> bool:
    return not body.strip() or (len(body) <= _MOST_OF_NO_TEXT and not _NO_TEXT.sub("", body).strip())


def _codes(key: str, value: Any) -> list[str]:
    words = [str(one) for one in (value if isinstance(value, list) else [value]) if _is_word(one)]
    short = [word for word in words if 0 < len(word.split()) < _MIN_WORDS]
    return [f"{key.capitalize()}: {', '.join(short)}"] if key in _CODES and short else []


def _lines(value: Any, depth: int = 0) -> Iterator[str]:
    if isinstance(value, str):
        if len(value.split()) >= _MIN_WORDS and "://" not in value and not _NAMES_ALONE.fullmatch(value.strip()):
            yield value.strip()
    elif isinstance(value, list) and depth < 4:
        for one in value:
            yield from _lines(one, depth + 1)
    elif isinstance(value, dict) and depth < 4:
        name = next((str(value[key]) for key in _NAMES if _is_word(value.get(key))), "")
        meaning = next((str(value[key]) for key in _MEANINGS if isinstance(value.get(key), str)), "")
        if name and meaning:
            asks = name.endswith(ENDS_OF_QUESTIONS)
            yield f"**{name}** {tidy(meaning)}" if asks else f"- **{name}**: {tidy(meaning)}"
        for key, inner in value.items():
            if key == "code" and isinstance(inner, str):
                yield f"```\n{inner.rstrip()}\n```"
            elif not (name and meaning and key in (*_NAMES, *_MEANINGS)):
                yield from _lines(inner, depth + 1)


def _lowered(data: Any) -> dict[str, Any]:
    return {str(key).lower(): value for key, value in data.items()} if isinstance(data, dict) else {}
