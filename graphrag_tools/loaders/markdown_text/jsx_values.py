"""Take what components of JSX are given in braces out of their tags: programs, and whole markup as a value."""

import re
from collections.abc import Mapping

_OPENING = re.compile(r"<[A-Za-z][\w.-]*(?=[\s])")
_BRACED = re.compile(r"(?:(?<!\s)\s+)?(?:(?<![\w:.-])[\w:.-]++\s*+=\s*+(?=\{)|(?=\{\s*\.\.\.))")
_PLAIN = re.compile(r"\{\s*(?:\"[^\"{}]*\"|'[^'{}]*'|`[^`{}]*`)\s*\}")
_LABELLED = re.compile(
    r"\blabel\s*:\s*(?P<label>\"[^\"]*\"|'[^']*'|\([\s\S]{0,600}?\)|<[\s\S]{0,600}?>)\s*,\s*value\s*:\s*[\"'](?P<value>[^\"']+)[\"']"
)
_VALUED = re.compile(r"\bvalue\s*:\s*[\"'](?P<value>[^\"']+)[\"']\s*,\s*label\s*:\s*(?P<label>\"[^\"]*\"|'[^']*')")
_MARKUP = re.compile(r"<[^<>]{0,300}>|\{[^{}]{0,300}\}")
_LONGEST_TAG = 10_000
_MOST_FAILURES = 100
"""Tags without an end, after which a page is taken as it is: each may be looked through to its greatest length."""
_BRACE_OR_QUOTE = re.compile(r"[{}]|\"[^\"\n{}]*\"|'[^'\n]*'|`[^`]*`")


def without_braced_values(text: str) -> str:
    """Return Markdown in whose tags braces hold but plain texts; what is no whole tag stays as it is."""
    pieces: list[str] = []
    at = failures = 0
    for opening in _OPENING.finditer(text):
        if opening.start() < at or failures > _MOST_FAILURES:
            continue
        end = _tag_end(text, opening.end())
        failures += end < 0
        if end < 0 or "{" not in text[opening.end() : end]:
            continue
        pieces += (text[at : opening.end()], _plain_attributes(text[opening.end() : end]))
        at = end
    return "".join((*pieces, text[at:]))


def tab_labels(text: str) -> Mapping[str, str]:
    """Return what the tabs of a page are called by their values, where their group says it for them."""
    found = {match["value"]: match["label"] for match in (*_LABELLED.finditer(text), *_VALUED.finditer(text))}
    bare = {value: " ".join(_MARKUP.sub(" ", label.strip("\"'()")).split()) for value, label in found.items()}
    return {value: label for value, label in bare.items() if label}


def _plain_attributes(attributes: str) -> str:
    """Return attributes without those whose value is in braces and no plain text."""
    pieces: list[str] = []
    at = 0
    while braced := _BRACED.search(attributes, at):
        end = _brace_end(attributes, braced.end(), len(attributes))
        if end < 0:
            break
        keep = braced.start() if not _PLAIN.fullmatch(attributes, braced.end(), end) else end
        pieces.append(attributes[at:keep])
        at = end
    return "".join((*pieces, attributes[at:]))


def _tag_end(text: str, at: int) -> int:
    """Return where the ">" is that ends a tag, -1 where there is none: another tag begins, or it is too long."""
    limit = min(len(text), at + _LONGEST_TAG)
    while at < limit:
        sign = text[at]
        if sign == ">":
            return at
        if sign == "<":
            return -1
        if sign == "{":
            at = _brace_end(text, at, limit)
        elif sign in "\"'":
            at = text.find(sign, at + 1, limit) + 1
        else:
            at += 1
        if at <= 0:
            return -1
    return -1


def _brace_end(text: str, at: int, limit: int) -> int:
    """Return the position behind the brace that closes the one here, -1 where none does; quotes hide braces."""
    depth = 0
    for sign in _BRACE_OR_QUOTE.finditer(text, at, limit):
        depth += {"{": 1, "}": -1}.get(sign[0], 0)
        if not depth:
            return sign.end()
    return -1
