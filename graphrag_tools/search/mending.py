"""Mending a question: spelled, joined and split as the manual writes it, without the device's own name."""

import functools
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, field_serializer
from rapidfuzz import process
from rapidfuzz.distance import OSA

from graphrag_tools.manual.graph import MenuGraph
from graphrag_tools.search.codes import IDENTIFIER, SPELT_CODE, codes_apart, counts_codes, series_of
from graphrag_tools.search.manual_words import WORD, ManualWords, WordsOfManuals, held_words
from graphrag_tools.text.english.opposites import DERIVING_PREFIXES
from graphrag_tools.text.english.stop_words import STOP_WORDS
from graphrag_tools.text.language import ENGLISH
from graphrag_tools.text.unspaced import UNSPACED
from graphrag_tools.text.words import LINKED, is_stop_word, joined, stem

_FEWEST_OF_SERIES = 2
_SHORTEST_MENDED = 5
_SHORTEST_WITH_TWO_ERRORS = 8
_SHORTEST_NAME_PART = 2
_SHORTEST_BASE = 4
_START = 4
"""So many letters of a name tell it from most others."""
_BETWEEN = re.compile(r"[\s‐‑–-]")
DEVICE = "device"
"""What stands for the device's own name in a mended question."""
Knows = Callable[[str], bool]


class Mended(BaseModel):
    """A question as it is searched for: what was changed in it (before, after), and its codes, lower case and joined.

    `kin` are words that the manual lacks, each with its word that is another form or a part of it: they stand for each
    other where words are compared, and mean something else ("abschicken", "schicken"), so the question keeps its own.
    `names_device` says that it named the device, which is "device" now and no word of what is asked. `unlisted` are
    the codes that the manual lacks though it lists others of their series: E-05 beside E-01 to E-04. `listed` are
    those that it lists in a form of their own ("err10" of "Err 10").
    """

    model_config = ConfigDict(frozen=True)

    question: str
    changes: tuple[tuple[str, str], ...] = ()
    kin: tuple[tuple[str, str], ...] = ()
    names_device: bool = False
    identifiers: tuple[str, ...] = ()
    unlisted: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()

    @property
    def in_words(self) -> str:
        """The question as it is searched for by words: with the manual's kin of the words that it lacks."""
        kin = dict(self.kin)
        return WORD.sub(lambda match: kin.get(match[0], match[0]), self.question) if kin else self.question


class Vocabulary(BaseModel):
    """How the manuals of an index write their words.

    `words` are lower case, with how often they stand; `joined` tells of words that they link or of short names how
    they are written, by the letters alone ("wifi": "Wi-Fi"), unless more often in one; `names` are what the device is
    called, lower case and folded; `languages` those that the manuals are in; `listed` the codes of series that they
    list in a form of their own, in one ("err10" of "Err 10").
    """

    model_config = ConfigDict(frozen=True)

    words: dict[str, int] = {}
    joined: dict[str, str] = {}
    names: frozenset[str] = frozenset()
    languages: tuple[str, ...] = (ENGLISH,)
    listed: frozenset[str] = frozenset()

    @classmethod
    def of(cls, graphs: Iterable[MenuGraph]) -> "Vocabulary":
        """Return the vocabulary of some manuals."""
        return cls.merged(held_words([ManualWords.of(graph) for graph in graphs]))

    @classmethod
    def merged(cls, manuals: WordsOfManuals, change: "Change | None" = None) -> "Vocabulary":
        """Return the vocabulary of manuals in order: the same, but sooner, where it is told from which they changed."""
        counts = Counter(change.before.words) if change else Counter[str]()
        for gone in change.gone.counts() if change else ():
            counts.subtract(gone)
        for come in (change.come if change else manuals).counts():
            counts.update(come)
        known = {word: count for word, count in sorted(counts.items()) if count}
        linked: dict[str, str] = {}
        linking: Counter[str] = Counter()
        named: dict[str, str] = {}
        names: set[str] = set()
        listed: set[str] = set()
        languages: set[str] = set()
        for manual in manuals.spellings():
            languages.add(manual.language)
            names.update(manual.names)
            listed.update(manual.listed)
            linking.update(manual.linking)
            for first, written in ((linked, manual.linked), (named, manual.named)):
                for key, name in written.items():
                    first.setdefault(key, name)
        return cls(
            words=known,
            joined={key: name for key, name in (named | linked).items() if counts[key] <= linking[key]},
            names=frozenset(names),
            languages=tuple(sorted(languages)),
            listed=frozenset(listed),
        )

    @field_serializer("names", "listed")
    def _in_order(self, words: frozenset[str]) -> list[str]:
        return sorted(words)

    def mended(self, question: str, knows: Knows) -> Mended:
        """Return a question mended; `knows` tells whether a word is English, and so no slip of the manual's words."""
        if not self.words:
            return Mended(question=question)
        nameless = _without_names(question, self._names_in(question))
        text, changes = self._respelled(SPELT_CODE.sub(self._code_as_written, nameless), knows)
        codes = tuple(dict.fromkeys(self._of_one(joined(match)) for match in IDENTIFIER.findall(text)))
        asked = dict.fromkeys((*codes, *filter(self._is_of_codes, codes_apart(text))))
        unlisted = tuple(code for code in asked if not self._has(code) and self._lists_series(code))
        listed = tuple(code for code in asked if code in self.listed)
        return Mended(
            question=text,
            changes=changes,
            kin=self._kin_in(text, knows),
            names_device=nameless != question,
            identifiers=codes,
            unlisted=unlisted,
            listed=listed,
        )

    def as_written(self, text: str) -> str:
        """Return a text with the words that the manuals link or join as they write them ("Wi-Fi" for "wifi")."""
        return WORD.sub(lambda match: self.joined.get(match[0].lower(), match[0]), text)

    def _names_in(self, question: str) -> list[str]:
        """Return the names that may stand in a question, longest first: thousands of manuals have as many names."""
        written = _letters(question)
        starts = {written[at : at + length] for at in range(len(written)) for length in range(1, _START + 1)}
        likely = [named for start in starts for named in self._names_by_start.get(start, ())]
        held = {name for letters, name in likely if letters in written}
        return sorted(held.union(self._names_with_device), key=lambda name: (-len(name), name))

    @functools.cached_property
    def _names_by_start(self) -> dict[str, list[tuple[str, str]]]:
        """The names with their letters, by the first few of these."""
        found: dict[str, list[tuple[str, str]]] = {}
        for name in self.names:
            letters = _letters(name)
            found.setdefault(letters[:_START], []).append((letters, name))
        return found

    @functools.cached_property
    def _names_with_device(self) -> list[str]:
        return [name for name in self.names if DEVICE in name]

    @functools.cached_property
    def _stems_by_start(self) -> dict[str, frozenset[str]]:
        return {}

    def _stems_from(self, start: str) -> frozenset[str]:
        """Return the stems of the words that begin so: to stem all takes longer than a search."""
        found = self._stems_by_start.get(start)
        if found is None:
            words = [word for word in self.words if word.startswith(start)]
            found = frozenset(stem(word, language) for word in words for language in self.languages)
            self._stems_by_start[start] = found
        return found

    @functools.cached_property
    def _long_words(self) -> list[str]:
        return [word for word in self.words if len(word) >= _SHORTEST_MENDED - 1 and word.isalpha()]

    def _has(self, word: str) -> bool:
        return word in self.words or word in self.joined or word in self.listed

    def _kin_in(self, question: str, knows: Knows) -> tuple[tuple[str, str], ...]:
        if self.languages == (ENGLISH,):
            return ()
        lacking = [word for word in dict.fromkeys(WORD.findall(question)) if self._lacks(word.lower(), knows)]
        return tuple((word, kin) for word in lacking if (kin := self._kin(word.lower())))

    def _kin(self, word: str) -> str | None:
        """Return the manual's word that another form or a part of a word is nearest to, None where there is none.

        Languages that inflect and compound more than English put one word into forms that a stemmer keeps apart:
        "aktualisiere" and "aktualisiert", "Sicherung" and "Datensicherung".
        """
        asked = {stem(word, language) for language in self.languages if language != ENGLISH}
        alike = [
            (abs(len(known) - len(word)), -self.words[known], known)
            for known in self._long_words
            if any(_are_kin(root, stem(known, language)) for language in self.languages for root in asked)
            and not self._leads(known)
        ]
        return min(alike)[2] if alike else None

    def _has_stem_of(self, word: str) -> bool:
        # An English stem begins as its word does; one of another language need not.
        stems = self._stems_from(word[:1] if self.languages == (ENGLISH,) else "")
        return any(stem(word, language) in stems for language in self.languages)

    def _is_derived(self, word: str) -> bool:
        """Whether a word is one of the manual's with a prefix: "unpair" where it has "pair"."""
        bases = (word.removeprefix(prefix) for prefix in DERIVING_PREFIXES if word.startswith(prefix))
        return any(len(base) >= _SHORTEST_BASE and self._has_stem_of(base) for base in bases)

    def _leads(self, word: str) -> bool:
        """Whether a word only leads to what is asked, in a language of the manuals."""
        return any(is_stop_word(word, language) for language in self.languages)

    def _code_as_written(self, match: re.Match[str]) -> str:
        """Return a code as the manual writes it: "E 04" in one where it has E-04, "err10" apart as its Err 10."""
        code = joined(match[0])
        if code in self.words or code in self.joined:
            return self.joined.get(code, code)
        series = series_of(code)
        return f"{series} {code.removeprefix(series)}" if code in self.listed else match[0]

    def _of_one(self, code: str) -> str:
        """Return a code as the manual writes it where a question speaks of several: "mp3s" of its "MP3"."""
        one = code.removesuffix("s")
        return one if not self._has(code) and self._has(one) else code

    def _is_of_codes(self, code: str) -> bool:
        series = series_of(code)
        return counts_codes(series) or any(series_of(one) == series for one in self.listed)

    def _lists_series(self, code: str) -> bool:
        series = series_of(code)
        if is_stop_word(series) or code.removeprefix(series) in self.listed:
            return False
        # What begins with digits is mostly a number with its unit, so only what manuals list tells of a code.
        of_series = re.compile(rf"{re.escape(series)}\d+[^\W\d_]{{0,3}}")
        known = set() if series[0] == "0" else {*self.words, *self.joined}
        alike = sum(map(bool, map(of_series.fullmatch, known - self.listed)))
        return alike + sum(series_of(one) == series for one in self.listed) >= _FEWEST_OF_SERIES

    def _respelled(self, question: str, knows: Knows) -> tuple[str, tuple[tuple[str, str], ...]]:
        tokens = list(WORD.finditer(question))
        pieces: list[str] = []
        changes: list[tuple[str, str]] = []
        at = end = 0
        while at < len(tokens):
            token = tokens[at]
            following = tokens[at + 1] if at + 1 < len(tokens) else None
            last, better = token, self._spelled(token.group().lower(), knows)
            if following is not None and question[token.end() : following.start()] == " ":
                pair = self._as_one_word(token.group().lower(), following.group().lower())
                last, better = (following, pair) if pair else (last, better)
            if better is not None:
                pieces += (question[end : token.start()], better)
                changes.append((question[token.start() : last.end()], better))
                end = last.end()
            at += 1 if last is token else 2
        return "".join((*pieces, question[end:])), tuple(changes)

    def _as_one_word(self, first: str, second: str) -> str | None:
        """Return two words as the one that the manual writes, None where it has both of them more often than that."""
        both = first + second
        short = min(len(first), len(second)) < _SHORTEST_NAME_PART
        if short or self._leads(first) or self._leads(second):
            return None
        count, first_count, second_count = (self.words.get(word, 0) for word in (both, first, second))
        if count < min(first_count, second_count):
            return None
        return both if count or (len(both) >= _SHORTEST_MENDED and self._has_stem_of(both)) else None

    def _spelled(self, word: str, knows: Knows) -> str | None:
        """Return one word as the manual writes it, None where it may stay."""
        written = self.joined.get(word)
        if word in self.words:
            return written if written and LINKED.fullmatch(written) else None
        if self._leads(word) or self._has_stem_of(word) or UNSPACED.search(word):
            return None
        if written and (LINKED.fullmatch(written) or not knows(word)):
            return written
        if not self._lacks(word, knows):
            return None
        is_english = self.languages == (ENGLISH,)
        if not is_english and self._kin(word):
            return None
        errors = 2 if is_english and len(word) >= _SHORTEST_WITH_TWO_ERRORS else 1
        near = process.extract(word, self._long_words, scorer=OSA.distance, score_cutoff=errors, limit=None)
        alike = [
            (distance, -self.words[found], found)
            for found, distance, _ in near
            if _same_ends(word, found) and (is_english or _is_plain_slip(word, found))
        ]
        return min(alike)[2] if alike else None

    def _lacks(self, word: str, knows: Knows) -> bool:
        """Whether the manual has no form of a word that is long enough to be one of its own, misspelled or not."""
        if word in self.words or len(word) < _SHORTEST_MENDED or not word.isalpha() or UNSPACED.search(word):
            return False
        return not (self._leads(word) or self._has_stem_of(word) or knows(word) or self._is_derived(word))


@dataclass(frozen=True, slots=True)
class Change:
    """What an index had before: its vocabulary, the words of manuals that it has no more, and those of new ones.

    A manual that is changed is gone and has come.
    """

    before: Vocabulary
    gone: WordsOfManuals
    come: WordsOfManuals


def _letters(text: str) -> str:
    """Return a text without what may stand between the parts of a name."""
    return _BETWEEN.sub("", text.lower())


def _without_names(question: str, names: Iterable[str]) -> str:
    """Return a question in which the device's names are "device"; a question that is nothing else stays."""
    without = functools.reduce(_without_name, names, question)
    left = {word.lower() for word in WORD.findall(without)} - STOP_WORDS - {DEVICE}
    return without if left else question


def _without_name(question: str, name: str) -> str:
    pattern = f"{_BETWEEN.pattern}*".join(map(re.escape, name.split()))
    return re.sub(rf"\b{pattern}(?![\w+])", DEVICE, question, flags=re.IGNORECASE)


def _are_kin(first: str, second: str) -> bool:
    short, long = sorted((first, second), key=len)
    return len(short) >= _SHORTEST_MENDED and (long.startswith(short) or long.endswith(short))


def _is_plain_slip(typed: str, meant: str) -> bool:
    """Whether a letter is missing, too many or has changed places with the next one.

    Another letter makes another word where a language derives its words by prefixes, and nothing tells whether the
    typed one is a word of it: "abmelden" is no slip of "anmelden".
    """
    return len(typed) != len(meant) or sorted(typed) == sorted(meant)


def _same_ends(typed: str, meant: str) -> bool:
    """Whether two words begin and end alike: other ends make another form of a word, or another word, not a slip."""
    return typed[0] == meant[0] and (typed[-1] == meant[-1] or sorted(typed[-2:]) == sorted(meant[-2:]))
