"""Tell the kind of block that a piece of text is from its words and its bold runs."""

import re
from collections.abc import Iterable
from dataclasses import replace

from graphrag_tools.manual.sections import Block, BlockKind
from graphrag_tools.text.characters import ENDS_OF_STATEMENTS
from graphrag_tools.text.english.verbs import VERBS
from graphrag_tools.text.labels import labelled_kind
from graphrag_tools.text.normalise import sentences, tidy

_LABEL = re.compile(r"(note|tip|important|warning|caution|danger)s?\b(?=[\s:.!–—-]|$)", re.IGNORECASE)
_ONLY_A_LABEL = re.compile(r"\W*(?:[^\W\d_]*[^\W\d_s]|hinweis|obs|megjegyzés|fontos)\W*", re.IGNORECASE)
"""One word and no plural: "Notes" have a list below them, "Hinweis" is one."""
BULLET = re.compile(r"\s*(?:[•◦▪‣●○■□☐➢➤❑·]\s*|[*–-]\s+)(?=\S)")
"""A bullet that somebody typed."""
TIGHT_TEXT = r"(?:[^\W\d_a-zºª\u3040-\ud7af](?:[^\W\d_]|[ ])|[\u3040-\ud7af「『【“《])"
"""What follows the number of a step at once, "1.Open it": a word with a capital, or the scripts of East Asia."""
_SUBJECT = re.compile(r"(?:\S+\s)?(?:\S*[^\WS]S|ON|FOR|OF|AND|ABOUT)\b")
"""What titles in capitals begin with: "WARNING SIGNS", "CAUTIONS FOR USE"."""
_SAYS_MORE = re.compile(r"[:：–—-]")
_GOES_ON = re.compile(r"\s[a-z]")
_TO_BE_NOTED = re.compile(
    r"Note (?:down|the|your|their|its|any|each|which|what|why|how|where|when)\b(?! following)", re.IGNORECASE
)
_WARNING_LABELS = frozenset({"warning", "caution", "danger"})
_PLAIN_OPTION = re.compile(r"(?P<name>[^\s.:;!?][^.:;!?]{0,59}?)\s?:\.?\s+\S")
_PLAIN_STEP = re.compile(r"(?:From|Go to|Tap|Touch|Select|Press|Open|Swipe|Drag|Click)\b")
_IN_PARENTHESES = re.compile(r"\([^()]{1,60}\)\s?(?:[:：–—]|- )")
"""What people say of a setting before what it does: "(optional, a number):"."""
_QUOTED_NAME = re.compile(r"[\"'“‘](?P<name>[^\"'“”‘’]{1,60})[\"'”’](?=\s?(?:[:：–—]|- ))")
_ONE_STOP = re.compile(r"(?<!\.)\.$")
_MAX_OPTION_WORDS = 8
_MAX_HEADING_LENGTH = 80
_INNER_END = re.compile(r"[.!?]\s+(?=[^\W\d_a-z])")
_FEWEST_WORDS = 5
_MANY_WORDS = 12
_TEXT_ENDS = (*ENDS_OF_STATEMENTS, "?", ":", "？", "：")
_MAX_CAPTION_WORDS = 12


def note_kind(text: str) -> BlockKind | None:
    """Return "warning" or "note" where text opens with such a label ("TIP  Some apps…", "Achtung: …"), else None."""
    label = _LABEL.match(text)
    if label is None:
        return labelled_kind(text)
    word = label[0]
    if label[1].lower() != "note" and not word.isupper() and _GOES_ON.match(text, label.end()):
        return None  # "Warning time – seconds before the end"
    return "warning" if label[1].lower() in _WARNING_LABELS else "note"


def is_to_be_noted(item: str) -> bool:
    """Whether an item of a list asks to write something down ("Note the number"), and is no note."""
    return _TO_BE_NOTED.match(item) is not None


def with_labels_before_texts(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Return the blocks, a label that is alone in its paragraph ("Caution:") joined to the paragraph below it."""
    joined: list[Block] = []
    for block in blocks:
        label = joined[-1] if joined else None
        if (
            label is not None
            and label.kind in ("note", "warning")
            and is_label(label.text)
            and block.kind == "paragraph"
            and block.depth >= label.depth
            and (block.text.endswith(ENDS_OF_STATEMENTS) or len(block.text.split()) >= _FEWEST_WORDS)
        ):
            text = f"{label.text.rstrip(' :.!')}: {block.text}"
            joined[-1] = replace(label, text=text, emphasis=block.emphasis, links=(*label.links, *block.links))
        else:
            joined.append(block)
    return tuple(joined)


def is_label(text: str) -> bool:
    """Whether a text is but the label of the note below it ("Caution:"), the danger too ("WARNING BURN RISK")."""
    if _ONLY_A_LABEL.fullmatch(text):
        return note_kind(text) is not None
    names_danger = (
        text.isupper() and 1 < len(text.split()) <= _MAX_OPTION_WORDS and not text.endswith(ENDS_OF_STATEMENTS)
    )
    return names_danger and not (_SAYS_MORE.search(text) or _SUBJECT.match(text)) and note_kind(text) == "warning"


def ends_as_sentence(name: str) -> bool:
    """Whether what stands for a name ends as a sentence does; entries of menus end with three dots ("Open...")."""
    return name.endswith("?") or _ONE_STOP.search(name) is not None


def option_name(text: str, emphasis: tuple[str, ...]) -> str:
    """Return the setting that "**Name**: what it does" or "**Name** (what kind) - what it does" names, else ""."""
    if not emphasis:
        return ""
    name = _ONE_STOP.sub("", emphasis[0].rstrip(" :：–—"))
    rest = text[len(name) :].lstrip(" .") if name and text.startswith(name) else ""
    return name if rest.startswith((":", "：", "–", "—", "- ")) or _IN_PARENTHESES.match(rest) else ""


def with_bare_name(text: str, emphasis: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Return an item's text and bold runs, quotes around the name that it begins with taken for bold.

    >>> with_bare_name("'Focal length' - in millimetres", ())
    ('Focal length - in millimetres', ('Focal length',))
    """
    quoted = _QUOTED_NAME.match(text)
    return (quoted["name"] + text[quoted.end() :], (quoted["name"], *emphasis)) if quoted else (text, emphasis)


def plain_option_name(text: str) -> str:
    """Return the setting that unmarked text names ("Battery usage: View power usage."), or ""."""
    match = _PLAIN_OPTION.match(text)
    if match is None or note_kind(text) or len(match["name"].split()) > _MAX_OPTION_WORDS:
        return ""
    return match["name"] if match["name"][0].isupper() or match["name"][0].isdigit() else ""


def is_heading(text: str, emphasis: tuple[str, ...]) -> bool:
    """Whether the text is one short bold run, no sentence, and nothing else: the name of the group that follows."""
    return (
        len(emphasis) == 1
        and emphasis[0] == text
        and len(text) <= _MAX_HEADING_LENGTH
        and not text.endswith(ENDS_OF_STATEMENTS)
    )


def has_inner_sentence(text: str) -> bool:
    """Whether a whole sentence stands in a text before others; "Safety. What to know" is none."""
    return any(len(sentence.split()) >= _FEWEST_WORDS for sentence in _INNER_END.split(text)[:-1])


def is_running_text(title: str, *, alone: bool) -> bool:
    """Whether a title is a sentence and names no place, as where a paragraph was given a heading's style.

    One that is `alone`, nothing being said below it, need not be long: what it says is the text.
    """
    fewest = _FEWEST_WORDS if alone else _MANY_WORDS
    return len(title.split()) >= fewest and (title.endswith((".", "。")) or has_inner_sentence(title))


def names_picture(caption: str) -> bool:
    """Whether a picture's caption says nothing without the picture, which is not shown: a few words, no sentence."""
    return not _ends_in_mark(caption) and len(caption.split()) <= _MAX_CAPTION_WORDS


def is_mere_name(item: str) -> bool:
    """Whether a lone item of a list says nothing to do: a few words, no sentence, and none of them an order's verb."""
    words = item.casefold().split()
    return not _ends_in_mark(item) and len(words) <= _FEWEST_WORDS and VERBS.isdisjoint(words[:2])


def _ends_in_mark(text: str) -> bool:
    """Whether a text ends as sentences, questions and what leads to something do."""
    return text.rstrip('"”’»)）').endswith(_TEXT_ENDS)


def plain_blocks(fragments: list[str]) -> tuple[Block, ...]:
    """Turn text without structure into blocks: options and notes as they stand, the rest by sentence."""
    blocks: list[Block] = []
    for fragment in map(tidy, fragments):
        kind = note_kind(fragment)
        name = plain_option_name(fragment)
        if kind:
            blocks.append(Block(kind, fragment))
        elif name:
            blocks.append(Block("option", fragment, depth=1 if _under_lead_in(blocks) else 0, name=name))
        else:
            blocks.extend(Block(_plain_kind(piece), piece) for piece in sentences(fragment))
    return tuple(blocks)


def _plain_kind(sentence: str) -> BlockKind:
    return "step" if _PLAIN_STEP.match(sentence) else "paragraph"


def _under_lead_in(blocks: list[Block]) -> bool:
    last = next((block for block in reversed(blocks) if block.kind != "option"), None)
    return last is not None and last.text.endswith(":")
