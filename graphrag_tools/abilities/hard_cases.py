"""Hard cases of the probe: real neighbours, five plausible places, no answer there. They show who beats the search."""

from graphrag_tools.abilities.cases import ChoiceCase, WritingCase
from graphrag_tools.manual.graph import MenuItem

SECTIONS = {
    "Drinks > Strength": "Set how many beans are ground for a cup, in five steps.",
    "Drinks > Cup size": "Set how much coffee runs into the cup, from 40 to 250 ml.",
    "Drinks > Brewing temperature": "Set how warm the water is when it meets the coffee: low, medium or high.",
    "Drinks > Grind size": "Turn the wheel in the bean hopper. The finer the powder, the slower it flows.",
    "Drinks > Two cups": "Press the button twice to fill two cups side by side.",
    "Drinks > Milk foam": "Set how much air goes into the milk: the more, the firmer.",
    "Water > Water tank": (
        "Fill the tank up to the mark. The float in it must move freely, or the machine takes it for empty."
    ),
    "Water > Water hardness": (
        "Enter the result of the test strip. It decides how often the machine asks to be descaled."
    ),
    "Water > Water filter": "Put in a filter cartridge and change it every two months.",
    "Care > Descaling": "Remove limescale from the pipes with descaler. It takes 25 minutes.",
    "Care > Rinsing": "Rinse the pipes with hot water when the machine is switched on and off.",
    "Care > Cleaning the milk tube": "Suck warm water with cleaner through the tube once a week.",
    "Care > Cleaning the brew group": "Take out the brew group and hold it under running water.",
    "Settings > Switching off": "Choose after how many minutes without use the machine switches itself off.",
    "Settings > Switching on": "Choose a time at which the machine switches itself on and heats up.",
    "Settings > Energy saver": ("The machine keeps less warm between two drinks, and is ready a little later."),
    "Settings > Key tones": "Turn on or off the tone that sounds at each press.",
    "Settings > Signals": "Turn on or off the tone that sounds when the coffee is ready or the tank is empty.",
    "Settings > Brightness": "Set how bright the display is.",
    "Settings > Clock": "Set the time of day and the form it is shown in.",
    "Settings > Child lock": "Hold two buttons for three seconds to lock all of them.",
    "Settings > Factory settings": ("Put all that was set and saved back to what it was when the machine was new."),
    "Help > Lights": (
        "The light at the front is red when the tank is empty, blue while the machine heats, and blinks when the tray "
        "is full."
    ),
    "Help > Messages": "The messages on the display, and what to do about each.",
}
"""A manual of the coffee machine, its sections by menu path."""
_CHOICES = (
    (
        "My coffee is never really hot.",
        "Brewing temperature",
        "Brewing temperature|Energy saver|Rinsing|Lights|Signals",
    ),
    (
        "It always turns off before I have my second cup.",
        "Switching off",
        "Signals|Switching off|Switching on|Energy saver|Two cups",
    ),
    (
        "How do I brew from my phone?",
        "",
        "Cleaning the brew group|Grind size|Brewing temperature|Cup size|Water filter",
    ),
    (
        "The coffee only drips out, drop by drop.",
        "Grind size",
        "Grind size|Cleaning the brew group|Water tank|Cup size|Strength",
    ),
    (
        "It beeps whenever I touch a button. I want it quiet.",
        "Key tones",
        "Signals|Key tones|Switching off|Brightness|Switching on",
    ),
    ("How do I keep the cups warm?", "", "Energy saver|Two cups|Brewing temperature|Rinsing|Cup size"),
    (
        "It makes a noise and hot water comes out before my first coffee.",
        "Rinsing",
        "Brewing temperature|Signals|Rinsing|Energy saver|Cleaning the brew group",
    ),
    (
        "My wife and I want our coffee at the same time.",
        "Two cups",
        "Two cups|Energy saver|Signals|Brewing temperature|Strength",
    ),
    ("Can I put instant powder into it?", "", "Grind size|Milk foam|Water tank|Cleaning the milk tube|Descaling"),
    (
        "We moved, and the water here is different.",
        "Water hardness",
        "Water tank|Water filter|Water hardness|Cleaning the brew group|Descaling",
    ),
    ("The light flashes, what does it want?", "Lights", "Lights|Brightness|Messages|Signals|Water tank"),
    (
        "It smells of old milk.",
        "Cleaning the milk tube",
        "Milk foam|Cleaning the milk tube|Rinsing|Descaling|Cleaning the brew group",
    ),
)
"""Each question, the section that answers it ("" for none of them), and the five that search finds, in its order."""


def hard_choices() -> list[ChoiceCase]:
    """Return the questions with what search finds; the right place of one without an answer is ""."""
    items = {item.name: item for item in map(_item, SECTIONS)}
    return [
        ChoiceCase(question, items[right].id if right else "", tuple(items[name] for name in found.split("|")))
        for question, right, found in _CHOICES
    ]


def _item(path: str) -> MenuItem:
    titles = tuple(path.split(" > "))
    identifier = "/".join(["brewer", *titles]).lower().replace(" ", "-")
    return MenuItem(identifier, "brewer", "section", titles[-1], titles, SECTIONS[path])


_LIGHTS = (
    "The light on the front tells you what the machine needs.\nSteady red: The water tank is empty.\n"
    "Blinking red: The drip tray is full.\nBlue: The machine is heating.\nBlinking blue: The machine is being rinsed."
)
_CARE = (
    "Rinse the machine every day: it takes 2 minutes. Descale it every 3 months: it takes 25 minutes.\n"
    "Change the filter every 2 months, but before you descale the machine take it out.\n"
    "Do not use vinegar: it damages the seals."
)
_CUPS = (
    "The plate on top of the machine keeps up to 6 cups warm.\nFrom Settings, press Cup warmer, and then press On.\n"
    "The plate is warm after 10 minutes, and turns itself off after 2 hours."
)
HARD_WRITING = (
    WritingCase("What does the steady blue light mean?", "Help > Lights", _LIGHTS, ("heating",), ("rinsed", "tank")),
    WritingCase("How often do I have to descale it?", "Care > Schedule", _CARE, ("3", "months"), ("25", "2")),
    WritingCase("When does the plate turn itself off?", "Settings > Cup warmer", _CUPS, ("2", "hours"), ("10",)),
    WritingCase("How many cups can it brew at once?", "Settings > Cup warmer", _CUPS, ()),
    WritingCase("How long does it take to change the filter?", "Care > Schedule", _CARE, ()),
    WritingCase("What does the green light mean?", "Help > Lights", _LIGHTS, ()),
)
