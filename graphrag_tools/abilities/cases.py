"""Easy cases of the probe, which show what a model can do at all: about a coffee machine invented for this."""

from collections.abc import Sequence
from dataclasses import dataclass

from graphrag_tools.manual.graph import MenuItem


@dataclass(frozen=True, slots=True)
class CallCase:
    """A question for a tool call; the call fits if its arguments name one of the words."""

    question: str
    words: tuple[str, ...]
    searched: bool
    """Whether the call comes after a search, with its results before the model."""


@dataclass(frozen=True, slots=True)
class ChoiceCase:
    """A question, the id of the one candidate that answers it ("" for none), and the order in which they are shown."""

    question: str
    right: str
    items: tuple[MenuItem, ...]


@dataclass(frozen=True, slots=True)
class WritingCase:
    """A question to be answered from a text, and the words that an answer must and must not have.

    Of a question that the text does not answer there are none.
    """

    question: str
    menu_path: str
    text: str
    words: tuple[str, ...]
    not_words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FollowUpCase:
    """A follow-up question, and the words that it must and must not have once it stands alone."""

    earlier: str
    item: str
    question: str
    words: tuple[str, ...]
    not_words: tuple[str, ...] = ()


def _item(identifier: str, path: str, description: str) -> MenuItem:
    titles = tuple(path.split(" > "))
    return MenuItem(f"brewer/{identifier}", "brewer", "section", titles[-1], titles, description)


ITEMS = (
    _item("drinks/strength", "Drinks > Strength", "Make the coffee stronger or milder, in five steps."),
    _item("drinks/cup-size", "Drinks > Cup size", "Choose how much coffee runs into the cup, from 40 to 250 ml."),
    _item(
        "settings/water-hardness", "Settings > Water hardness", "Enter how hard your water is: 1 is soft, 4 is hard."
    ),
    _item("care/descaling", "Care > Descaling", "Remove limescale from the pipes with a descaler."),
    _item("settings/auto-off", "Settings > Auto off", "Let the machine switch itself off when nobody uses it."),
)
CALLS = (
    CallCase("How do I make the coffee stronger?", ("strong", "strength"), searched=False),
    CallCase("How do I remove limescale?", ("descaling", "limescale"), searched=True),
    CallCase("Where in the menu is the water hardness?", ("hardness",), searched=True),
)
SCHEMA_QUESTIONS = ("How do I fill a large mug?", "What is the warranty on a boat?")
_CHOICES = (
    ("My espresso tastes weak. What do I change?", "drinks/strength"),
    ("How do I fill a large mug to the top?", "drinks/cup-size"),
    ("Where do I enter the result of my water test strip?", "settings/water-hardness"),
    ("How do I get rid of limescale in the machine?", "care/descaling"),
    ("Can it turn itself off when I forget it?", "settings/auto-off"),
)


def choice_cases() -> list[ChoiceCase]:
    """Return the questions; over all of them the right item is once in each of the five places."""
    cases: list[ChoiceCase] = []
    for place, (question, right) in enumerate(_CHOICES):
        only = next(item for item in ITEMS if item.id == f"brewer/{right}")
        others = [item for item in ITEMS if item is not only]
        cases.append(ChoiceCase(question, only.id, (*others[:place], only, *others[place:])))
    return cases


_DESCALING = (
    "Descale the machine every 3 months. Descaling takes 25 minutes.\n"
    "Fill the tank with 0.5 liters of descaler.\nFrom Care, press Descaling.\n"
    "Place a bowl under the spout, and then press Start."
)
_LIGHTS = (
    "The light on the front tells you what the machine needs.\nSteady red: The water tank is empty.\n"
    "Blinking red: The drip tray is full.\nBlue: The machine is heating."
)
_WARMER = (
    "The plate on top of the machine keeps up to 6 cups warm.\nFrom Settings, press Cup warmer, and then press On.\n"
    "The plate is warm after 10 minutes."
)
WRITING = (
    WritingCase("How do I descale the machine?", "Care > Descaling", _DESCALING, ("tank", "bowl", "start")),
    WritingCase("What does the blinking red light mean?", "Help > Lights", _LIGHTS, ("drip", "tray", "full")),
    WritingCase("How many cups can I keep warm at once?", "Settings > Cup warmer", _WARMER, ("6",)),
    WritingCase("Which app starts the machine from my phone?", "Settings > Cup warmer", _WARMER, ()),
    WritingCase("How long does descaling take?", "Care > Descaling", _DESCALING, ("25", "minutes")),
)
FOLLOW_UPS = (
    FollowUpCase(
        "How do I turn on the cup warmer?",
        "Settings > Cup warmer",
        "And how do I turn it off?",
        ("cup", "warmer", "off"),
        ("on",),
    ),
    FollowUpCase(
        "How often should I descale the machine?",
        "Care > Descaling",
        "How long does that take?",
        ("descale", "long", "take"),
        ("often",),
    ),
    FollowUpCase(
        "How do I make my coffee stronger?",
        "Drinks > Strength",
        "Where do I find the serial number?",
        ("serial", "number"),
        ("strength", "stronger", "drinks"),
    ),
)
FRAME_WORDS = ("machine", "coffee", "device", "setting", "function", "feature", "process")
"""Words that a stand-alone question may have beside those of the conversation: they change nothing."""


def search_result(items: Sequence[MenuItem]) -> str:
    """Return the items as search_manual would."""
    return "\n".join(
        f"{number}. {item.menu_path} (id {item.id}): {item.description}" for number, item in enumerate(items, start=1)
    )
