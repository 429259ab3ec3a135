"""Wording of an answer, sentence by sentence: words that the sources lack, length, loops and markup."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from graphrag_tools.text.characters import unmarked
from graphrag_tools.text.english.fillers import GLUE
from graphrag_tools.text.normalise import folded
from graphrag_tools.text.words import all_stems, content_words, is_stop_word, share_known, stem, stems, words
from graphrag_tools.verification.draft import Draft
from graphrag_tools.verification.evidence import Evidence
from graphrag_tools.verification.refusals import refusing_words

MAX_WORDS = 10_000
MIN_WORDS_FROM_SOURCES = 0.8
MIN_SENTENCE_SHARE = 0.5
_MIN_SENTENCE_WORDS = 4
_MAX_TIMES_SOURCE = 1.5
_WORDS_ALLOWED_ANYWAY = 60
_MIN_ECHO_WORDS = 5
_LOOP_WORDS = 6
_MIN_LOOPED_WORDS = 40
_MIN_DISTINCT = 0.5
_TAG = re.compile(r"<[/!?]?[a-zA-Z-][^<>\n]*>|<!--|-->|```|~~")
_LINK = re.compile(
    r"!?\[[^\]\n]{0,500}+\]\((?P<target>[^)\s]{0,2000}+)[^)\n]{0,500}+\)|(?P<url>\b[a-zA-Z][a-zA-Z0-9+.]{1,15}:(?://)?[^\s)>\]\"']+)"
    r"|(?P<host>\b[\w@-]{1,200}+(?:\.[\w-]+){0,20}\.[a-z]{2,}\b(?:/[^\s)>\]\"']*)?)|\[[^\]\n]{1,500}+\](?:\[|:)"
)
_TAKES_UP = re.compile(
    r"^\W*(?:(?:in order )?to|if|when|for|in case|before|after|while|once|as for)\b[^,]*,", re.IGNORECASE
)
_ASKS_WHETHER = re.compile(
    r"^\W*(?:(?:and|but|so|then|ok|okay|hi|hello|please)\W+)*"
    r"(?:(?:is|are|was|were|do|does|did|can|could|will|would|has|have|should|may|must|am)(?:n't|n’t)?|why)\b"
    r"|\bis it true\b|\bwhy (?:is|are|do|does|did|can)\b|\b(?:right|correct|true)\W*$",
    re.IGNORECASE,
)
_ASKS_FOR_MORE = re.compile(r"\b(?:how|where|what|which|when|who)\b", re.IGNORECASE)


def refusals(draft: Draft, evidence: Evidence) -> Iterator[str]:
    """Yield the sentences of a draft that refuse, unless the sources have these words."""
    for sentence in draft.sentences:
        if refusing_words(sentence, evidence.text) is not None:
            yield sentence[:120]


def too_long(draft: Draft, evidence: Evidence) -> str | None:
    """Return what is wrong with a draft's length: out of bounds, far longer than its sources, or going round."""
    spoken = words(draft.text)
    allowed = _MAX_TIMES_SOURCE * len(words(evidence.text)) + _WORDS_ALLOWED_ANYWAY
    if len(spoken) > min(MAX_WORDS, allowed):
        return f"The answer has {len(spoken)} words; at most {min(MAX_WORDS, int(allowed))} are expected."
    if _is_loop(spoken, words(evidence.text)):
        return "The answer repeats itself; say each thing once."
    return None


def words_from_sources(text: str, *sources: str) -> float:
    """Return K-precision (`share_known`), 0 to 1, over all content words of a text; 1 for none."""
    return share_known([stem(word) for word in content_words(text)], all_stems(*sources))


def is_from_part(text: str, part: str, whole: str, question: str) -> bool:
    """Whether a text has words of a part of a whole, and no word of the whole that this part has not.

    A question's own words may be taken up, unless it asks for yes or no: they would claim what was not seen.
    """
    said, shown = stems(text), all_stems(part)
    taken_up = set() if _asks_for_claim(question) else all_stems(question)
    known = said & all_stems(whole)
    return bool(known & shown) and known <= shown | taken_up


def share_from_sources(draft: Draft, evidence: Evidence) -> float:
    """Return K-precision over the words that claim something and are not the question's own, 0 to 1; 1 for none."""
    return share_known(_claiming(content_words(unmarked(draft.text)), evidence), evidence.stems)


def says_nothing(draft: Draft, evidence: Evidence) -> bool:
    """Whether a draft has no word that claims something: "Yes.", "Here you go:", "You can.".

    A name of the manual's claims something, though it be a stop word ("On").
    """
    said = folded(draft.text)
    if any(one.kind == "title" and folded(one.text) == said for one in evidence.sentences):
        return False
    return not _claiming([word for word in words(unmarked(draft.text)) if not is_stop_word(word)], evidence)


def _claiming(said: Iterable[str], evidence: Evidence) -> list[str]:
    """Return the stems of the words that are from the sources, or neither glue nor the question's own."""
    stemmed = map(stem, said)
    return [word for word in stemmed if word in evidence.stems or word not in GLUE | evidence.assumed]


def foreign_sentences(draft: Draft, evidence: Evidence) -> Iterator[str]:
    """Yield each sentence with too few words from the sources: half of four or more, or none of two or more.

    Words that lead through a text ("Follow these steps") do not count.
    """
    known, assumed = evidence.stems, evidence.assumed
    for sentence in draft.sentences:
        spoken = [
            word
            for word in map(stem, content_words(sentence))
            if word not in GLUE and word not in assumed and not word.isdecimal()
        ]
        share = share_known(spoken, known)
        few = len(spoken) >= _MIN_SENTENCE_WORDS and share < MIN_SENTENCE_SHARE
        # Many words that only lead on, and no word of the sources: an echo of the prompt.
        empty = not (known | assumed) & stems(sentence) and len(content_words(sentence)) >= _MIN_ECHO_WORDS
        if few or empty or (len(spoken) >= 2 and not share):
            yield sentence[:120]


def assuming_sentences(draft: Draft, evidence: Evidence) -> Iterator[str]:
    """Yield each sentence that claims what only the question says.

    After a question for yes or no, or for a reason, that is any word of the question that the sources lack ("Is a
    card free?": "It is free."). After others only a sentence without a word of the sources' own: users ask in
    words of theirs, and answers take them up ("To extend a loan, …", "Tap Renew to extend it.").
    """
    asked = all_stems(evidence.question)
    strict = _asks_for_claim(evidence.question)
    for sentence in draft.sentences:
        claimed = stems(_TAKES_UP.sub("", sentence)) - GLUE
        if claimed & evidence.assumed and (strict or not (claimed & evidence.stems) - asked):
            yield sentence[:120]


def _asks_for_claim(question: str) -> bool:
    """Whether a question is for yes or no, or for a reason, so that its words are what an answer claims."""
    return bool(_ASKS_WHETHER.search(question)) and not _ASKS_FOR_MORE.search(question)


def scattered_sentences(draft: Draft, evidence: Evidence) -> Iterator[str]:
    """Yield each sentence made of the sources' words that no few sentences of theirs hold together."""
    for sentence in draft.sentences:
        spoken = {word for word in map(stem, content_words(sentence)) if word not in GLUE and not word.isdecimal()}
        if len(spoken) < _MIN_SENTENCE_WORDS:
            continue
        left = set(spoken)
        for _ in range(2):
            left -= max(
                (one.stems for one in evidence.sentences), key=lambda held: len(left & held), default=frozenset()
            )
        if len(left) > 0.6 * len(spoken):
            yield sentence[:120]


def markup(draft: Draft, evidence: Evidence) -> Iterator[str]:
    """Yield the tags, code fences and link targets that the sources do not have."""
    said = evidence.text.casefold()
    for match in _TAG.finditer(draft.text):
        if match.group(0).casefold() not in said:
            yield match.group(0)[:80]
    for match in _LINK.finditer(draft.text):
        target = match["target"] if match["target"] is not None else match["url"] or match["host"] or match.group(0)
        wanted = target.casefold().rstrip(".,;:")
        if wanted not in evidence.links and (not wanted or wanted not in said):
            yield match.group(0)[:80]


def _is_loop(spoken: list[str], source: list[str]) -> bool:
    """Whether most runs of six words repeat earlier ones, far more than the source's do."""
    runs = _runs(spoken)
    if len(spoken) >= _MIN_LOOPED_WORDS and _distinct(runs) < min(_MIN_DISTINCT, _distinct(_runs(source))):
        return True
    often = Counter(runs)
    in_source = Counter(_runs(source))
    return any(count > 3 and count > in_source[run] + 2 for run, count in often.items())


def _runs(spoken: list[str]) -> list[tuple[str, ...]]:
    return [tuple(spoken[at : at + _LOOP_WORDS]) for at in range(len(spoken) - _LOOP_WORDS + 1)]


def _distinct(runs: list[tuple[str, ...]]) -> float:
    return len(set(runs)) / len(runs) if runs else 1.0
