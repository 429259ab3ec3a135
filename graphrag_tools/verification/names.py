"""Names of buttons, menus and settings in an answer: each must stand in the sources, and where they have it."""

import re
from collections.abc import Iterable, Iterator

from graphrag_tools.text.characters import ARROW, unmarked
from graphrag_tools.text.english.fillers import GENERIC_NOUNS, GLUE
from graphrag_tools.text.english.stop_words import STOP_WORDS
from graphrag_tools.text.english.verbs import NAMES_FOLLOW, SUBJECT_VERBS
from graphrag_tools.text.normalise import folded
from graphrag_tools.text.words import stem
from graphrag_tools.verification.draft import Draft
from graphrag_tools.verification.evidence import Evidence, arrowed, stems_of

_SET_OFF = re.compile(
    r"\*\*(?P<bold>[^*\n]{2,400})\*\*|\"(?P<quoted>[^\"\n]{2,2000})\"|(?<!`)`++(?P<code>[^`\n]{2,400})`++"
    r"|(?<![\w*])\*(?P<italic>[^*\n]{2,400})\*(?!\w)|(?<!\w)_(?P<under>[^_\n]{2,400})_(?!\w)"
    r"|(?<!\w)'(?P<single>[^'\n]{2,400})'(?!\w)"
)
_OMISSION = re.compile(r"(?:(?<!\s)\s+)?(?:\[?\.\.\.\]?|\[[^\]]{0,40}\])\s*")
_WORD = re.compile(r"\w+(?:[-'/+]\w+)*")
_START = re.compile(r"[:(\"\[]\s*$")
_COMMAND = re.compile(rf"(?i)\b(?:{NAMES_FOLLOW})(?: on)?\s+(?P<object>[^,.;:!?()\n>]+)")
_OBJECT_END = re.compile(
    r"(?i)(?:(?<!\s)\s+)?\b(?:and|or|then|to|for|in|on|at|from|with|until|by|if|when|while|so|of|that|which|under|as|after|before|"
    r"once|again|off|will|during|is|are|near|next)\b"
)
_PATH_LABEL = re.compile(r"(?i)\b(?:menu path|on the device|path|way)\s*:\s*(?P<way>[^\n.]+)")
_OUR_LABEL = re.compile(
    r"(?im)^[^\w\n]*(?:status|source|sources|model|tool calls|used|question|manual|answer|nearest|verified)\s*:"
)


def unknown_names(draft: Draft, evidence: Evidence) -> Iterator[str]:
    """Yield each name of a draft that the sources do not say: set off in bold or quotes, written with
    capitals inside a sentence, or what is to be tapped, pressed, selected, opened or turned on (English)."""
    seen: set[str] = set()
    commanded = _commanded(draft.lines, evidence)
    for name in (*names_set_off(draft.text), *_capitalised(draft.sentences, evidence), *commanded):
        key = folded(name)
        if key and key not in seen and not evidence.says(name):
            seen.add(key)
            yield name


def names_set_off(text: str) -> Iterator[str]:
    """Yield what stands in bold, italics, quotation marks or backticks; parts of it where words are left out."""
    for match in _SET_OFF.finditer(text):
        whole = next(group for group in match.groups() if group)
        for part in _OMISSION.split(whole):
            # A colon after a bold name belongs to the layout; a way in bold is checked as a way.
            yield from (piece.strip() for piece in ARROW.split(unmarked(part)) if folded(piece))


def misplaced_names(draft: Draft, evidence: Evidence) -> Iterator[str]:
    """Yield each name set off or capitalised that the sources have elsewhere, and another one in its place."""
    for sentence in draft.sentences:
        for clause in re.split(r"[,;:>]\s+|\b(?:and then|then|and)\b", sentence):
            yield from _misplaced(clause, evidence)


def _misplaced(clause: str, evidence: Evidence) -> Iterator[str]:
    names = [name for name in _capitalised((clause,), evidence) if name in evidence.raw and not _leads(name, evidence)]
    for name in names:
        rest = stems_of(clause) - stems_of(name)
        if len(rest) < 3:
            continue
        whole = f" {folded(name)} "
        shared = [(len(rest & one.stems) / len(rest), whole in f" {folded(one.text)} ") for one in evidence.sentences]
        best = max((share for share, _ in shared), default=0.0)
        own = max((share for share, has in shared if has), default=0.0)
        if best >= 0.65 and own < 0.65 * best:
            yield name


def _leads(name: str, evidence: Evidence) -> bool:
    """Whether a name only leads to the place: a title above it; or is no name."""
    return folded(name) in STOP_WORDS or any(f" {folded(name)} " in f" {title} " for title in evidence.titles)


def _capitalised(spoken: Iterable[str], evidence: Evidence) -> Iterator[str]:
    known = evidence.stems
    for sentence in spoken:
        for piece in ARROW.split(unmarked(sentence)):
            yield from _names_in(piece, known, evidence)


def _names_in(piece: str, known: frozenset[str], evidence: Evidence) -> Iterator[str]:
    """Yield the runs of capitalised words, the first word of the piece only where it cannot be a plain word."""
    for run in _runs(piece):
        before = piece[: run[0].start()]
        starts = not before.strip(" \"'") or _START.search(before) is not None
        words = [match.group(0) for match in run]
        if starts and not evidence.says(" ".join(words)):
            following = _WORD.search(piece, run[-1].end())
            if len(words) == 1 and not (following and following.group(0).lower() in SUBJECT_VERBS):
                continue
            listed = len(words) == 1 and following is not None and following.group(0) == "then"
            if len(words) > 1 or (_is_plain_word(words[0], known) and not listed):
                words = words[1:]
        name = " ".join(_without_generic(words))
        if name and name != "I":
            yield name


def _runs(piece: str) -> Iterator[list[re.Match[str]]]:
    run: list[re.Match[str]] = []
    for match in _WORD.finditer(piece):
        adjoins = bool(run) and piece[run[-1].end() : match.start()] == " "
        capital = match.group(0)[0].isupper() or (adjoins and match.group(0)[0].isdigit())
        if run and not (capital and adjoins):
            yield run
            run = []
        if capital:
            run.append(match)
    if run:
        yield run


def _is_plain_word(word: str, known: frozenset[str]) -> bool:
    lower = word.lower().split("'")[0]
    return lower in STOP_WORDS or stem(lower) in GLUE or stem(lower) in known


def _without_generic(words: list[str]) -> list[str]:
    kept = list(words)
    while len(kept) > 1 and kept[-1].lower() in GENERIC_NOUNS:
        kept.pop()
    return kept


def _commanded(lines: Iterable[str], evidence: Evidence) -> Iterator[str]:
    """Yield the words after a command that nothing in the sources or plain English accounts for."""
    known = evidence.stems
    for line in lines:
        for match in _COMMAND.finditer(line):
            phrase = match["object"]
            end = _OBJECT_END.search(phrase)
            spoken = _WORD.findall(phrase[: end.start()] if end else phrase)[:4]
            if any(not _is_plain_word(piece, known) for word in spoken for piece in re.split(r"[-'/+]", word) if piece):
                yield " ".join(spoken)


def invented_ways(draft: Draft, evidence: Evidence) -> Iterator[str]:
    """Return each "A > B > C" of a draft that neither the graph nor the sources give."""
    return (sentence[:120] for sentence in draft.sentences if not _is_known(sentence, evidence))


def false_labels(draft: Draft, evidence: Evidence) -> Iterator[str]:
    """Yield the lines that look as if the program had written them: a menu path that is not so, a status."""
    for match in _PATH_LABEL.finditer(draft.text):
        way = arrowed(match["way"].replace("*", "").strip())
        if way and way not in evidence.menu_paths and f" {way} " not in "".join(evidence.ways):
            yield match.group(0)[:120]
    for match in _OUR_LABEL.finditer(draft.text):
        label = folded(match.group(0))
        if not any(line.startswith(f" {label} ") for line in evidence.lines):
            yield match.group(0).strip()


def _is_known(sentence: str, evidence: Evidence) -> bool:
    """Whether the sources give the way that a sentence goes, or it goes none."""
    pieces = ARROW.split(sentence)
    if len(pieces) < 2:
        return True
    middle = [folded(piece) for piece in pieces[1:-1]]
    first, last = folded(pieces[0]).split(), folded(pieces[-1]).split()
    # Where the first name starts and the last one ends is not marked: one word of each is certain.
    certain = " > ".join([*first[-1:], *middle, *last[:1]])
    return any(f" {certain} " in way for way in evidence.ways)
