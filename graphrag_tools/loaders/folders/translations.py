"""Find the translations of pages in a folder: the same file names below folders, or with suffixes, of languages.

So are whatever pages stand in several folders that are called for languages.

A manual is read in one language, because two of them in one index answer each question twice, half of them in words
that its owner does not read.
"""

import posixpath
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet

from graphrag_tools.text.language import ENGLISH, LANGUAGES

_TAG = re.compile(r"([a-z]{2})(?:[-_](?:[a-z]{2}|[a-z]{4}|\d{3})|(?-i:[A-Z]{2}|Hans|Hant|Latn|Cyrl))?", re.IGNORECASE)
_SUFFIX = re.compile(r"(?P<stem>.+)\.(?P<tag>[a-z]{2}(?:[-_][a-z]{2})?)(?P<suffix>\.\w+)", re.IGNORECASE)
_ENDING = re.compile(
    r"(?P<stem>.*?\w)[-_](?P<tag>[a-z]{2}(?:[-_](?:[a-z]{2}|hans|hant))?)(?P<suffix>\.\w+)", re.IGNORECASE
)
"""What a file's name may end in; many words have two letters, so that several languages of one name tell."""
_README = re.compile(r"readme[._-](?P<tag>[a-z]{2}(?:[-_](?:[a-z]{2}|hans|hant))?)\.\w+", re.IGNORECASE)
_OF_COUNTRIES = dict(
    pair.split(":") for pair in "cn:zh cz:cs dk:da gb:en gr:el jp:ja kr:ko se:sv tw:zh ua:uk us:en vn:vi".split()
)
"""Folders that are called by the country and not by its language."""
_UNTRANSLATED = "C"
"""How GNOME and GNU call the folder of the language that all others are translated from."""
_LEAST_SHARED = 0.5
"""Which share of a language's pages have to have their like in another, and how many."""
_FEWEST_SHARED = 2
_FEWEST_BESIDE = 3
"""So many folders of languages beside each other, with as many pages, are translations whatever these are called."""

_FEWEST_REGIONAL, _LANGUAGE_ALONE = 2, len("en")
"""Of folders that name the country too ("zh_CN"), as no other folders do, two are enough."""


def translations(names: Sequence[str], language: str | None) -> dict[str, str]:
    """Return the pages that are translations of others, each with its language as the files say it ("de", "pt-br").

    Read is `language` where it is there, else what is marked by no language, else English, else what has most pages.
    """
    return _of_pages(names, language) | _readmes(names, language)


def _readmes(names: Sequence[str], language: str | None) -> dict[str, str]:
    """Return the translations of a README beside it ("README_fr.md", "README.zh-CN.md"), or it where that is read."""
    plain = {posixpath.dirname(name): name for name in names if re.fullmatch(r"(?:.*/)?readme\.\w+", name.lower())}
    found: dict[str, str] = {}
    for name in names:
        folder, file = posixpath.split(name)
        match = _README.fullmatch(file)
        if not match or folder not in plain or _language(match["tag"]) not in LANGUAGES:
            continue
        if language and _language(match["tag"]) == language:
            found[plain[folder]] = ""
        else:
            found[name] = match["tag"]
    return found


def _of_pages(names: Sequence[str], language: str | None) -> dict[str, str]:
    beside = _folders_beside(names)
    placed = {name: _without_tag(name, beside) for name in names} | _without_endings(names)
    by_plain: dict[str, set[str]] = {}
    for plain, tag in placed.values():
        by_plain.setdefault(plain, set()).add(tag)
    counts = Counter(tag for _, tag in placed.values())
    shared = Counter(tag for plain, tag in placed.values() if len(by_plain[plain]) > 1)
    of_folders = {posixpath.basename(folder) for folder in beside}
    translated = _translated(by_plain.values(), counts, shared) | of_folders
    tags = [tag for tag in counts if tag in translated]
    if not tags:
        return {}
    shared.update({tag: counts[tag] - shared[tag] for tag in of_folders})  # whatever their pages are called
    # A page or two beside folders of all languages, as a README with links to them, are no manual of their own.
    fewest = max(_LEAST_SHARED * shared[tag] if _language(tag) != ENGLISH else shared[tag] for tag in tags)
    read = _read(tags, counts, has_plain=shared[""] >= fewest, language=language)
    others = set(tags) - {read}
    left = {name: tag for name, (_, tag) in placed.items() if tag in others}
    if read:  # the unmarked page is the one of another language where it has a like in this one
        left |= {name: "" for name, (plain, tag) in placed.items() if not tag and read in by_plain[plain]}
    return left


def _translated(alike: Collection[set[str]], counts: Mapping[str, int], shared: Mapping[str, int]) -> set[str]:
    """Return the languages that are translations: enough of their pages have their like in another, or it in them.

    `alike` are the languages in which each page is there, `counts` how many pages each language has, `shared` how many
    of these have their like.
    """
    found = {tag for tag in counts if tag and _are_enough(shared[tag], counts[tag])}
    # The language that is translated may have far more pages, as those of older versions, which no other has.
    found |= {
        other
        for tag in tuple(found)
        for other in counts
        if other and _are_enough(sum({tag, other} <= tags for tags in alike), counts[tag])
    }
    return found | ({tag for tags in alike for tag in tags if len(tags - {""}) >= _FEWEST_BESIDE} - {""})


def _without_endings(names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return files whose names end in a language ("guide_fr.html"), wherever they lie, where others do in another.

    Each comes with the path that it shares with those others, and its language.
    """
    alike: dict[str, dict[str, str]] = {}
    for name in names:
        match = _ENDING.fullmatch(posixpath.basename(name))
        if match and _language(match["tag"]) in LANGUAGES:
            alike.setdefault(match["stem"] + match["suffix"], {})[name] = match["tag"]
    found: dict[str, tuple[str, str]] = {}
    for plain, tags in alike.items():
        if len(set(tags.values())) > 1:
            around = posixpath.commonpath([posixpath.dirname(name) for name in tags])
            found |= {name: (posixpath.join(around, plain), tag) for name, tag in tags.items()}
    return found


def _folders_beside(names: Sequence[str]) -> set[str]:
    """Return the folders of languages that stand beside those of others: names of pages may be translated too.

    Beside several languages that are known, a folder that is called as one, with as many pages, is of another.
    """
    beside: dict[str, dict[str, int]] = {}
    for folder in (
        above for name in names for above in _folders_above(name) if _TAG.fullmatch(posixpath.basename(above))
    ):
        counts = beside.setdefault(posixpath.dirname(folder), {})
        counts[folder] = counts.get(folder, 0) + 1
    found: set[str] = set()
    for counts in beside.values():
        listed = {folder for folder in counts if _is_listed(posixpath.basename(folder))}
        most = max((counts[folder] for folder in listed), default=0)
        alike = {folder for folder, count in counts.items() if _are_enough(count, most)}
        regional = {folder for folder in alike & listed if len(posixpath.basename(folder)) > _LANGUAGE_ALONE}
        if len(alike & listed) >= _FEWEST_BESIDE or len(regional) >= _FEWEST_REGIONAL:
            found |= alike | listed
    return found


def _folders_above(name: str) -> list[str]:
    parts = name.split("/")
    return ["/".join(parts[:at]) for at in range(1, len(parts))]


def _is_listed(folder: str) -> bool:
    match = _TAG.fullmatch(folder)
    return match is not None and _language(match[1]) in LANGUAGES


def _are_enough(shared: int, of: int) -> bool:
    return shared >= max(_FEWEST_SHARED, _LEAST_SHARED * of)


def _read(tags: Sequence[str], counts: dict[str, int], *, has_plain: bool, language: str | None) -> str:
    wanted = [tag for tag in tags if language and _language(tag) == language]
    if wanted:
        return max(wanted, key=lambda tag: counts[tag])
    if has_plain:
        return ""
    english = [tag for tag in tags if _language(tag) == ENGLISH]
    return max(english or tags, key=lambda tag: counts[tag])


def _language(tag: str) -> str:
    code = tag.lower()[:2]
    return _OF_COUNTRIES.get(code, code)


def without_language(name: str) -> tuple[str, str]:
    """Return a path without the language that its file's name has before the suffix, and the language, "" for none.

    >>> without_language("guide/_index.en.md")
    ('guide/_index.md', 'en')
    """
    folder, file = posixpath.split(name)
    if (match := _SUFFIX.fullmatch(file)) and _language(match["tag"]) in LANGUAGES:
        return posixpath.join(folder, match["stem"] + match["suffix"]), match["tag"]
    return name, ""


def _without_tag(name: str, folders: AbstractSet[str]) -> tuple[str, str]:
    """Return a page's path without its language, and the language, "" where it says none."""
    bare, tag = without_language(name)
    if tag:
        return bare, tag
    for folder in _folders_above(name):
        above, own = posixpath.split(folder)
        if folder in folders or own == _UNTRANSLATED or _is_listed(own):
            return posixpath.join(above, name[len(folder) + 1 :]), "" if own == _UNTRANSLATED else own
    return name, ""
