"""Numbers in words, units of measure and words for limits (English)."""

from graphrag_tools.text.words import stem

NUMBER_NAMES = dict(
    zip(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty".split(),
        range(21),
        strict=True,
    )
)
TENS = {name: 10 * (at + 2) for at, name in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split())}
ORDINALS = dict(
    zip("third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(), range(3, 13), strict=True)
)
MULTIPLES = frozenset(
    "half twice thrice dozen double triple quarter hundred hundreds thousand thousands million".split()
)
"""Numbers whose value their place tells; they are compared as words."""
UNITS = {
    name: names.split()[0]
    for names in (
        "second seconds sec secs s",
        "minute minutes min mins",
        "hour hours hr hrs h",
        "day days",
        "week weeks",
        "month months",
        "year years",
        "percent % percentage",
        "KB kilobyte kilobytes",
        "MB megabyte megabytes",
        "GB gigabyte gigabytes",
        "TB terabyte terabytes",
        "mm millimeter millimeters millimetre millimetres",
        "cm centimeter centimeters centimetre centimetres",
        "m meter meters metre metres",
        "km kilometer kilometers kilometre kilometres",
        "inch inches",
        "foot feet ft",
        "gram grams g",
        "kg kilogram kilograms",
        "V volt volts",
        "A amp amps ampere amperes",
        "W watt watts",
        "mA milliampere",
        "mAh",
        "Hz hertz",
        "MHz megahertz",
        "GHz gigahertz",
        "°C celsius",
        "°F fahrenheit",
        "dB decibel decibels",
        "px pixel pixels",
        "dpi",
        "fps",
        "times",
        "am",
        "pm",
        "dollar dollars USD",
        "euro euros EUR",
    )
    for name in names.split()
}
"""How a unit is written, to its first form; those of one letter count only in their own case."""
MODIFIERS = frozenset("more full whole other additional extra further consecutive degrees degree".split())
"""May stand between a number and its unit: "two more hours"."""
BREAKS = frozenset(
    "and or then to when if while until in at from with for by on before after but so is are was were can will "
    "has have it you that which without".split()
)
"""End the phrase that a number begins."""
TIES = frozenset("about around approximately roughly least last every each next first another only just than".split())
"""Stand before a number without being what it counts."""
DEGREES = frozenset({"degree", "degrees"})
ORDINAL_ENDINGS = frozenset({"st", "nd", "rd", "th"})
LIMIT_WORDS = {
    "most": frozenset(map(stem, "most largest longest maximum limit limited within".split())),
    "least": frozenset(map(stem, "least smallest shortest minimum".split())),
}
"""Stems that make a number a limit, wherever they stand in a text."""
