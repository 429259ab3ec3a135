"""Verbs of instructions in device manuals (English), by what they ask for. Who needs more adds to the list here."""

from graphrag_tools.text.words import stem


def alternatives(listed: str) -> str:
    """Return listed words as alternatives of a regular expression; "_" stands for a space."""
    return "|".join(listed.split()).replace("_", " ")


PRESSING = "tap touch press click select choose open"
"""Take what stands on a screen or a case as their object: "tap Display"."""
SWITCHING = "toggle enable disable activate deactivate"
_HANDLING = (
    "go turn enter swipe connect copy drag switch hold plug unplug wait release confirm sign start set put pair move "
    "check delete save eject insert remove"
)
NAMES_FOLLOW = (
    alternatives(f"{PRESSING} {SWITCHING} hit launch visit go_to navigate_to") + "|(?:turn|switch) (?:on|off)"
)
"""Come before the name of what is to be used, as alternatives."""
LEADS_ON = alternatives(f"{PRESSING} go_to")
"""Come before the next name of a way on the device: "From Settings, tap Display"."""
NAVIGATING = alternatives(f"{PRESSING} swipe navigate scroll drag launch")
"""Say how to get to a place, where a text is to say what the place is."""
COMMAND_STEMS = frozenset(map(stem, f"{PRESSING} enable disable {_HANDLING}".split()))
"""Begin an instruction, as a step of a procedure does."""
GESTURES = frozenset("drag press swipe tap touch".split())
"""Say what the fingers do, and so nothing of what it is for."""
SUBJECT_VERBS = frozenset(
    "is are was has have lets allows enables makes gives helps will can does saves sets turns keeps mode then".split()
)
"""Come after a subject: a capitalised word before one of them is a name even at the start of a sentence."""
VERBS = frozenset(
    "accept access activate add adjust allow answer apply archive arrange ask assign attach block borrow browse buy "
    "call capture change charge check choose clean clear close configure connect control convert copy create "
    "crop customize cut deactivate decline decrease define delete deny describe detach detect determine disable "
    "disconnect display dismiss download drag draw edit eject empty enable encrypt end enhance enlarge enter erase "
    "expand export fill filter find fit follow format forget forward free get give go group hear hide highlight "
    "identify import improve increase insert install join keep launch learn leave let limit link list listen locate "
    "lock log look lower magnify maintain make manage mark measure merge minimize modify monitor mount move mute "
    "name navigate notify open optimize organize pair pause perform personalize pick pin place play preview prevent "
    "print protect provide purchase put raise read rearrange receive recharge record recover reduce register reject "
    "remove rename repair repeat replace reply report request reset resize resolve respond restart restore restrict "
    "resume return review rotate run save scan schedule search secure see select send set share shop show shut "
    "silence simplify skip snooze sort speak start stop store stream summarize swap swipe switch sync synchronize "
    "take tap test touch track transfer translate turn type undo uninstall unlock unpair update upgrade upload use "
    "verify view visit wake watch wear write zoom".split()
)
"""Begin a title that says what to do: "Change the language"."""
