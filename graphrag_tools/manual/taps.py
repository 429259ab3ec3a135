"""Read the way on the device from text: the names to tap in order, as the text itself spells them out."""

import re
from collections.abc import Iterable, Sequence
from itertools import islice, pairwise, takewhile

from graphrag_tools.manual.sections import Block
from graphrag_tools.manual.tap_names import name_before, names_in
from graphrag_tools.text.characters import ARROWS
from graphrag_tools.text.english.verbs import LEADS_ON, NAMES_FOLLOW, VERBS
from graphrag_tools.text.labels import JOINING_WORDS, PAGE_WORDS, TAP_VERBS, TAP_WORDS, THEN_WORDS

_FROM = re.compile(
    rf"\b[Ff]rom (?:the |a |an |your )?(?P<start>[^,.:;>]{{1,50}}), (?:and )?(?:then )?"
    rf"(?:{LEADS_ON}) (?:the )?(?P<rest>\S.*)"
)
_CHOSEN = re.compile(rf"\b(?:{LEADS_ON}) (?:on )?(?:the )?([^,.:;>]{{1,50}}) $", re.IGNORECASE)
"""Before "from" that says where something is chosen: "Choose Lamps from the menu, then tap Add"."""
_GO_TO = re.compile(
    r"\b(?:[Gg]o to|[Oo]pen|[Nn]avigate to|(?:[Tt]ap|[Ss]elect|[Cc]lick|[Cc]hoose)(?= Settings >)) "
    r"(?P<rest>[^.:;>]{1,100}? > .*)"
)
_AND_GO_TO = re.compile(r"^(?P<first>[^,>]{1,40}?),?(?: and)?(?: then)? (?:go|navigate) to (?:the )?(?=[^>]{1,60} > )")
"""Between what is opened first and the way from there: "Open Kettle and go to Clock > Alarm"."""
_ARROW = re.compile(rf"(?:(?<!\s)\s+)?(?:-{{1,2}}>|-{{0,2}}[{ARROWS}‣]\ufe0f?)\s*|(?<=\w)=>(?=[A-Z])| > ")
"""A ">" without white space around it ends a placeholder ("<name>"), as a rule; "=>" with it is code, or a result."""
_MARK = re.compile(rf"[>{ARROWS}‣]")
"""What each arrow has: to look for it first is some ten times as quick as to look for arrows."""
_TIGHT = re.compile(r"(?<![<\w/.-])([A-Z][a-z]+)>(?=[A-Z][a-z])")
"""Between two words of names it joins them all the same ("Tools>Check Media")."""
_PAGE = re.compile(rf"(?:{PAGE_WORDS})\s*\d+", re.IGNORECASE)
"""Where more is said, and nothing to tap: "The pump is empty. → Page 36"."""
_NO_NAME = re.compile(r"[=<>{}|\\≥≤≅±≠]|\$[({\w]|https?:|\A\W*\Z")
_QUANTITY = re.compile(r"\d+(?:[.,]\d+)?\s?(?:[%°]|[kmµM]?(?:Ω|(?:V|A|W|Hz)\b))")
_LONGEST_WAY = 600  # of which a way is looked for behind each of its arrows, so that thousands of them stay quick
_MOST_ARROWS = 200  # of a text, behind which a way is looked for
_SHORTCUT = re.compile(
    r"\s(?:\((?:(?:[^\s()+]{1,9}\+){1,3}[^\s()]{1,9}|F\d{1,2})\)|(?:Ctrl|Alt|Shift|Cmd|Meta|Strg)(?:\+[^\s()]{1,9}){1,3})$"
)
"""Keys behind a menu's entry, another way to it and no part of its name ("Print (Ctrl+P)", "Print Ctrl+P")."""
_NAMES = r"(?P<names>[A-Z][^\s,.:;]*(?: [^\s,.:;]+){0,8}? %s [A-Z].*)"
_DASHED = re.compile(rf"\b(?:choose|select|open|go to) {_NAMES % '[-–|]'}", re.IGNORECASE)
_SLASHED = re.compile(rf"\b(?:go|navigate) to (?:the )?{_NAMES % '/'}", re.IGNORECASE)
"""A slash joins names only where one goes: what is chosen is one of them ("Select On / Off")."""
_DASH, _SLASH = re.compile(r" [-–|] (?=[A-Z])"), re.compile(r" / (?=[A-Z])")
_PLAIN_NAME = r"[\"“]?[A-Z][\w&+-]*(?: [A-Z&][\w&+-]*){0,3}[\"”]?"
_THEN_NAMES = re.compile(
    rf"\b(?i:open|select|choose|tap|click|go to) (?:the )?(?P<first>{_PLAIN_NAME})"
    rf"(?P<others>(?:,? (?:and )?then (?:the |on )?{_PLAIN_NAME}){{1,9}})(?=[,.;]|$| to )"
)
_VERB = re.compile(rf"(?:{NAMES_FOLLOW})\b", re.IGNORECASE)
_AFTER_THEN = re.compile(rf"then (?:the |on )?({_PLAIN_NAME})")
_LEADS_IN = re.compile(rf"^,? (?:and )?(?:then )?(?:{LEADS_ON}) (?:the |on )?$", re.IGNORECASE)
_THEN = re.compile(rf"^,? (?:and )?then (?:(?:{LEADS_ON}) )?(?:the |on )?$", re.IGNORECASE)
_SAYS_TO_TAP = re.compile(
    rf"\b(?:(?:{NAMES_FOLLOW}) (?:the |on )?|(?:{'|'.join(TAP_VERBS)}) (?:(?:{'|'.join(TAP_WORDS)}) ){{0,3}})$",
    re.IGNORECASE,
)
_KEY = r"(?:\[[^\[\]\n]{1,20}\]|[A-Z][A-Z0-9/+-]{1,11})"
_KEYS = re.compile(
    rf"\b[Pp]ress (?:and release |and hold )?(?:the )?(?P<first>{_KEY})(?: key| button)?"
    rf"(?P<others>(?:,? (?:and )?then (?:press )?(?:the )?{_KEY}(?: key| button)?)+)"
)
_ONE_NAME = re.compile(
    rf"(?:(?:then|and|now) )?(?:{NAMES_FOLLOW}) (?:on )?(?:the )?(?P<name>.+?)(?: menu| tab| page| icon| section)?"
    r"(?: to open (?:it|the .+?))?\.?",
    re.IGNORECASE,
)
_TAPS = re.compile(rf"(?:(?:then|next|now),? )?(?:{LEADS_ON})\b", re.IGNORECASE)
_OPENING = re.compile(r"(?:open|go to|launch|start) ", re.IGNORECASE)
_BRACKETS = str.maketrans("", "", "[]")
_QUOTES = str.maketrans("»«", '""')
_IN_QUOTES = r"[「『【\"“„] ?([^「」『』【】\"“”„>]{1,40}?) ?[」』】\"”“]"
_QUOTED = re.compile(rf"(?<= > ){_IN_QUOTES}|{_IN_QUOTES}(?= > )")
_BRACKETED = re.compile(r"\[[^\[\]>]{1,40}\](?: > \[[^\[\]>]{1,40}\]){1,20}")
"""Names of keys or of what is on the screen, each in brackets: "[MENU] > [LIGHT]"; one alone stands for a name."""
_UNSPACED = r"[\u3040-\u30ff\u3400-\u9fff\w+-]{1,20}?(?: [A-Za-z0-9]{1,15}){0,3}?"
_UNSPACED_WAY = re.compile(
    rf"(?:依次)?(?:打开|进入|点击|点按|选择|前往|在)?(?P<names>{_UNSPACED}(?: > {_UNSPACED}){{1,20}})"
    r"(?= ?[をでにへ](?!$)|[、。，；！）]|から|$)"
)
"""Names joined in a script without spaces, where a particle or a mark ends the last one."""
_POINTED_FROM = re.compile(r"(?:请|請)?(?:参阅|参见|参考|详见|参閱|參見|參閱)|.*(?:を|たい$)")
"""What stands before an arrow and is no entry of a menu: "see chapter X → Y", "who wants to print → Printing"."""
_IN_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_ENDING = frozenset({"ok", "yes", "next", "done", "finish", "save"})
"""What ends a procedure: no way begins with one ("Tap Finish > New")."""
_CONFIRMING = VERBS | _ENDING
_KINDS = ("step", "paragraph", "option")


def taps_in(blocks: Iterable[Block]) -> tuple[str, ...]:
    """Return the first way that the blocks spell out, as the names to tap in order; () if none does.

    One that a block tells to go ("From X, tap Y", "Go to X > Y") comes before names that are only joined. Where no
    block spells one alone, the first steps of a procedure may: each taps one name ("Open Settings." "Tap Light.").
    """
    known = list(blocks)
    ways = ((at, way) for spelt in (_told_way, tapped_names) for at, block in enumerate(known) if (way := spelt(block)))
    first = next(((at, way) for at, way in ways if way[0].casefold() not in _ENDING), None)
    if first is not None:
        return _gone_on(first[1], known[first[0] :])
    return _way_of_steps(known)


def _gone_on(way: tuple[str, ...], blocks: Sequence[Block]) -> tuple[str, ...]:
    """Return the way of the first of the blocks with what the steps right after it tap on.

    Only where that is a step and says where its way begins: others may be ways to different places.
    """
    first, *others = blocks
    if first.kind == "step" and way == _told_way(first):
        for block in takewhile(lambda block: block.kind == "step" and block.depth == first.depth, others):
            further = way_after(block, way)
            if further[: len(way)] != way:
                break
            way = further
    return way


def _told_way(block: Block) -> tuple[str, ...]:
    if block.kind not in _KINDS:
        return ()
    text, emphasis = _plain(block)
    return _from(text, emphasis) or _going_to(text, emphasis)


def tapped_names(block: Block) -> tuple[str, ...]:
    """Return the names to tap that one block's text gives, its bold runs deciding where a name ends.

    A way is "From X, tap Y > Z …", "Go to Y > Z …", names joined by an arrow of any kind, menus joined by dashes after
    "choose", bold names or keys with "then" between them; text that says nothing of the kind gives ().
    """
    if block.kind not in _KINDS:
        return ()
    text, emphasis = _plain(block)
    return (
        _told_way(block)
        or _chain(text, emphasis)
        or _dashed(text)
        or _bold_in_a_row(block.text, block.emphasis)
        or _keys(text)
        or _with_then(text)
    )


def way_after(block: Block, before: tuple[str, ...]) -> tuple[str, ...]:
    """Return the way that a block's text gives, gone on with from that of the step before it.

    "Tap More options > Advanced." after "From Settings, tap Wi-Fi." begins at Settings; what says where it begins, or
    names what is on the way already, does not go on.
    """
    names = tapped_names(block)
    if not (names and before) or block.kind != "step" or not _TAPS.match(block.text) or names == _told_way(block):
        return names
    known = {name.casefold() for name in before}
    return (*before, *names) if known.isdisjoint(map(str.casefold, names)) else names


def way_of_name(block: Block) -> tuple[str, ...]:
    """Return the way that an option's name is ("File > Print (Ctrl+P): Prints it."), () where it is none."""
    if block.kind != "option" or not _MARK.search(block.name):
        return ()
    names = tuple(name.strip() for name in _ARROW.split(_SHORTCUT.sub("", block.name)))
    return names if len(names) > 1 and all(name[:1].isupper() for name in names) else ()


def _plain(block: Block) -> tuple[str, tuple[str, ...]]:
    """Return a block's text and its bold runs with every arrow as ">"; Japanese quotes around names are bold.

    So is a link that holds a way; the arrow that a link ends with only points ahead ("More ›").
    """
    if not _MARK.search(block.text):
        return block.text, _parted(block.emphasis)
    # Where names are quoted by »…« or «…» neither mark is an arrow.
    written = block.text.translate(_QUOTES) if "«" in block.text else block.text
    linked = tuple(link.text for link in block.links if _MARK.search(link.text))
    for pointing in (link for link in linked if _MARK.fullmatch(link[-1])):
        written = written.replace(pointing, pointing[:-1].rstrip())
    text = _ARROW.sub(" > ", _TIGHT.sub(r"\1 > ", written))
    quoted = tuple(one or other for one, other in _QUOTED.findall(text))
    keys = tuple(way.translate(_BRACKETS) for way in _BRACKETED.findall(text))
    bare = _BRACKETED.sub(lambda way: way[0].translate(_BRACKETS), _QUOTED.sub(r"\1\2", text))
    return bare, (*_parted((*block.emphasis, *linked, *keys)), *quoted)


def _parted(emphasis: Sequence[str]) -> tuple[str, ...]:
    bolds = (_SHORTCUT.sub("", _TIGHT.sub(r"\1 > ", bold)) for bold in emphasis)
    return tuple(name for bold in bolds for name in _ARROW.split(bold) if name)


def _from(text: str, emphasis: Sequence[str]) -> tuple[str, ...]:
    match = _FROM.search(text) if "rom " in text else None
    names = names_in(match["rest"], emphasis) if match else ()
    if match is None or not names:
        return ()
    chosen = _CHOSEN.findall(text[: match.start()])
    return (match["start"].strip(), *chosen, *names) if set(chosen) <= set(emphasis) else ()


def _going_to(text: str, emphasis: Sequence[str]) -> tuple[str, ...]:
    match = _GO_TO.search(text) if " > " in text else None
    names = names_in(_AND_GO_TO.sub(r"\g<first> > ", match["rest"]), emphasis) if match else ()
    return names if len(names) > 1 else ()


def _chain(text: str, emphasis: Sequence[str]) -> tuple[str, ...]:
    """Return the first chain of names joined by arrows, wherever it stands in the text."""
    start = 0
    for arrow in islice(re.finditer(" > ", text), _MOST_ARROWS):
        at = arrow.start()
        begin = max(text.rfind(mark, start, at) for mark in (". ", "; ", ": ", "! ", "? "))
        first = name_before(text[max(begin + 1, start, at - 80) : at].lstrip(), emphasis)
        names = names_in(f"{first}{text[at : at + _LONGEST_WAY]}", emphasis) if first else ()
        # An answer is pointed to: "No power? → Charge it".
        leads = first not in emphasis and (first.endswith("?") or _POINTED_FROM.match(first))
        if names and _PAGE.fullmatch(names[-1]):
            names = names[:-1]
        is_way = not (
            leads or any(map(_NO_NAME.search, names)) or _is_range(names) or _is_legend(names, text, emphasis)
        )
        if len(names) > 1 and is_way:
            whole = _unspaced(text)  # begins before the bold ones, with a name that no capital shows
            return whole if whole[-len(names) :] == names else (*names, *_continued(text, names[-1], emphasis))
        start = arrow.end()
    return _unspaced(text)


def _unspaced(text: str) -> tuple[str, ...]:
    match = _UNSPACED_WAY.search(text) if " > " in text and _IN_UNSPACED.search(text) else None
    names = tuple(match["names"].split(" > ")) if match else ()
    return () if not names or _is_range(names) or _POINTED_FROM.match(names[0]) else names


def _is_legend(names: Sequence[str], text: str, emphasis: Sequence[str]) -> bool:
    """Whether a text begins with a bold name and an arrow to what it means ("**Lim** → The lowest limit")."""
    if len(names) != 2:
        return False
    first, meaning = names
    return text.startswith(f"{first} > ") and first in emphasis and meaning not in emphasis


def _is_range(names: Sequence[str]) -> bool:
    """Whether two names in a row are one, or but for a number ("FM1 -> FM8"), or compared ("Load > 10 A")."""
    bare = [re.sub(r"\d+", "", name).casefold() for name in names]
    is_compared = len(names) == 2 and _QUANTITY.match(names[1]) is not None
    return is_compared or any(one == other for one, other in pairwise(bare))


def _continued(text: str, last: str, emphasis: Sequence[str]) -> tuple[str, ...]:
    """Return the bold name that is chosen right after a way: "Under Settings > Light, choose Sleep"."""
    after = text[text.rfind(last) + len(last) :]
    for name in emphasis:
        before, found, _ = after.partition(name)
        if found and _LEADS_IN.fullmatch(before) and not _confirms(name):
            return (name,)
    return ()


def _dashed(text: str) -> tuple[str, ...]:
    told = ((_DASHED, _DASH, (" - ", " – ", " | ")), (_SLASHED, _SLASH, (" / ",)))
    found = ((pattern.search(text), joint) for pattern, joint, marks in told if any(mark in text for mark in marks))
    match, joint = next(((match, joint) for match, joint in found if match), (None, _DASH))
    names = names_in(joint.sub(" > ", match["names"]), ()) if match else ()
    return names if len(names) > 1 and all(len(name.split()) <= 4 for name in names) else ()


def _bold_in_a_row(text: str, emphasis: Sequence[str]) -> tuple[str, ...]:
    """Return bold names between which stands no more than commas and a "then"."""
    if len(emphasis) < 2:
        return ()
    places: list[tuple[int, int]] = []
    end = 0
    for name in emphasis:
        at = text.find(name, end)
        if at < 0:
            return ()
        end = at + len(name)
        places.append((at, end))
    between = [text[first:second] for (_, first), (second, _) in pairwise(places)]
    run = next((at for at, words in enumerate(between) if words != ", " and not _says_then(words)), len(between))
    said = _SAYS_TO_TAP.search(text[: places[0][0]])
    names = [name for name in emphasis[: run + 1] if not _confirms(name)]
    return tuple(names) if said and run and _says_then(between[run - 1]) and len(names) > 1 else ()


def _says_then(between: str) -> bool:
    """Whether what stands between two names says that the second is tapped after the first, in any language."""
    said = between.removeprefix(",").casefold().split()
    return _THEN.fullmatch(between) is not None or (not THEN_WORDS.isdisjoint(said) and JOINING_WORDS.issuperset(said))


def _with_then(text: str) -> tuple[str, ...]:
    """Return names that only their capitals set apart: "Open Settings, then Light, then Sleep."."""
    match = _THEN_NAMES.search(text) if " then " in text else None
    found = [match["first"], *_AFTER_THEN.findall(match["others"])] if match else []
    names = [name.strip('"“”') for name in found]
    is_told = any(name.partition(" ")[0].casefold() in VERBS or _VERB.match(name) for name in names[1:])
    return () if is_told else tuple(names)


def _keys(text: str) -> tuple[str, ...]:
    match = _KEYS.search(text) if "ress " in text else None
    keys = [match["first"], *re.findall(_KEY, match["others"])] if match else []
    return tuple(key.strip("[]") for key in keys)


def _way_of_steps(blocks: Sequence[Block]) -> tuple[str, ...]:
    steps = [block for block in blocks if block.kind == "step" and block.depth == 0]
    names: list[str] = []
    for at, block in enumerate(steps):
        match = _ONE_NAME.fullmatch(block.text)
        name = match["name"].strip(' "“”') if match else ""
        if match is None or name not in block.emphasis or _confirms(name):
            if at == 0 and _OPENING.match(block.text):
                continue  # where the first name is found
            break
        names.append(name)
    return tuple(names) if len(names) > 1 else ()


def _confirms(name: str) -> bool:
    """Whether a name is that of a button which ends a procedure ("Save"), and so no place."""
    return name.casefold() in _CONFIRMING
