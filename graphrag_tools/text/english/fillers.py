"""English words that name no subject: of handling a device, of measure, of framing a question, of courtesy."""

from graphrag_tools.text.words import stem

# Verbs that need an object, which a follow-up leaves to the question before: "How do I rename it?". Verbs that
# can do without one (charge, print, search, zoom) name a subject.
_OPERATIONS = (
    "activate add adjust alter cancel change check choose clear close configure customize deactivate decrease delete "
    "disable discard edit enable enlarge erase extend hide increase keep lengthen lower make manage modify off on "
    "open press prolong put raise reduce remove rename renew replace reset reverse revert rid select set setting "
    "shorten show start stop switch take tap toggle turn undo unpair use view"
)
_FRAMING = (
    "able actually again already also always another anyway around away back become differently different do "
    "done else even ever exactly find fine gets get give go got happen help here instead know let like look mean "
    "need next normal now ok okay option other otherwise please possible possibly problem really right same say see "
    "sense still sure tell thing think together try understand useful want way well work worth wrong yes yet"
)
_PREPOSITIONS = (
    "across after against along although among because before below beside besides between beyond during except inside "
    "near outside per rather since though through toward towards under unless until upon via while within without"
)
_MEASURES = (
    "big bigger biggest cheap daily each early every expensive far fast faster few fewer half heavy high higher hour "
    "hundred large larger largest late later least less little long longer longest low many max maximum min minimum "
    "minute month monthly much often once only percent quick quickly rarely second several short shorter slow slower "
    "small smaller smallest soon tall thick thin thousand twice week weekly wide year day "
    "one two three four five six seven eight nine ten twelve"
)
_MEASURE_NOUNS = (
    "amount capacity count distance duration height length limit number range size speed time total weight width"
)


def _stems(listed: str) -> frozenset[str]:
    return frozenset(stem(word) for word in listed.split())


OPERATION_STEMS = _stems(_OPERATIONS)
"""What is done to a thing; a question that is put in other words has to keep them."""
FRAMING_STEMS = _stems(_FRAMING) | _stems(_PREPOSITIONS)
"""What a question may have more or less of and still ask the same."""
MEASURE_STEMS = _stems(_MEASURES)
MEASURE_NOUNS = tuple(_MEASURE_NOUNS.split())
"""Ask for a figure ("Is there a limit?"), or name a subject ("How do I set the time?"): the words around tell."""
DEVICE_NOUNS = tuple(
    "phone device tablet tv watch reader computer laptop unit machine product model camera manual guide".split()
)
"""What "this" before them points at is the thing in the hand, not what was talked of."""
DEVICE_STEMS = frozenset(map(stem, DEVICE_NOUNS))
HANDLING_STEMS = OPERATION_STEMS | FRAMING_STEMS | MEASURE_STEMS
"""All that name no subject, wherever they stand."""
COURTESIES = (
    "thanks|thank you|thx|cheers|(?:hello|hi|hey)(?: there)?|bye|goodbye|good (?:morning|day|evening|night)|great|nice|"
    "cool|perfect|super|wonderful|excellent|very much|so much|a lot|i see|got it|understood|that helps?|that helped|"
    "it works?|it worked|ok|okay|alright|all right|yes|no|sure|fine|good|well done|never mind|sorry|please|"
    "for (?:your|the) help|very helpful|(?:how|who|what) are you(?: doing)?|are you there|where are you from|"
    "what can you do|how(?:['’]s| is) it going|what(?:['’]s| is) (?:up|your name)"
)
"""What says thanks or hello, or is asked of who answers, as alternatives of a regular expression."""
GLUE = frozenset(
    map(
        stem,
        "above according after although also already always answer appear appropriate available back because "
        "begin below button called change choose chosen click complete confirm correct current desired device "
        "display done easily either enter entry existing feature final finally find finish first follow "
        "following go good have help here hit hope however icon instead item just keep key know last later "
        "let lets like list listed look main make manual many mean mention menu name named navigate necessary "
        "need new next note now number ok okay one open option order particular perform please possible "
        "preferred press problem procedure process provide question reach ready refer result return right "
        "same screen second section see select selected set setting settings show shown sign simple simply "
        "single start state step steps sure switch symbol tab take tap third tip touch try two type under use "
        "used user using via view want way when whether wish within without yes".split(),
    )
)
GENERIC_NOUNS = frozenset(
    "menu screen option button app page tab section switch panel icon key setting feature mode".split()
)
"""May follow a name that does not have them: "the Display menu"."""
