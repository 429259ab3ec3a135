"""Questions mended by the manual's own spelling, on a manual with codes, linked words and a model's name."""

import pytest

from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.sections import Block, BlockKind, Manual, Section
from graphrag_tools.search.mending import Vocabulary

ENGLISH = frozenset("coffee timber today machine".split())


def _vocabulary() -> Vocabulary:
    texts = {
        "AeroPress KX-40": "",
        "Auto rinse": "From Menu, tap Care > Auto rinse, and choose a time.",
        "Wi-Fi": "Press START/STOP, then choose a 2.4 GHz network by its password.",
        "Codes": "E-01 means an empty tank. E-02 means a blocked valve. H7 is the heater.",
        "Today": "Set up the timer to day or night. The setup takes a minute. The filter is visible.",
    }
    sections = tuple(
        Section(key=title, title=title, blocks=(Block("paragraph", text),) if text else ())
        for title, text in texts.items()
    )
    return Vocabulary.of([build_graph(Manual("kx", "AeroPress KX-40", sections))])


VOCABULARY = _vocabulary()


def _mended(question: str) -> str:
    return VOCABULARY.mended(question, ENGLISH.__contains__).question


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("wifi", "Wi-Fi"),
        ("autorinse", "Auto rinse"),
        ("startstop does nothing", "START/STOP does nothing"),
        ("E02", "E-02"),
        ("what is E 02", "what is E-02"),
        ("forgot my pass word", "forgot my password"),
        ("the fliter is not visable", "the filter is not visible"),
    ],
)
def test_words_are_written_as_the_manual_writes_them(asked: str, meant: str) -> None:
    assert _mended(asked) == meant


@pytest.mark.parametrize(
    "question",
    [
        "can i set up coffee for today",  # "today" is English, "set up" the manual's own
        "is it to day",
        "filters",  # another form of a word of the manual
        "valves leak",
        "timber",  # English, though near "timer"
        "",
    ],
)
def test_what_needs_no_mending_stays(question: str) -> None:
    assert _mended(question) == question


def test_words_that_the_manual_has_more_often_than_their_join_stay_two() -> None:
    text = "Each dive has a site. Sites are listed below dives: a dive, its site, its sites. Run divesites, preflight."
    dives = Section("dives", "Dive sites", (Block("paragraph", text),))
    vocabulary = Vocabulary.of([build_graph(Manual("log", "Log", (dives,)))])
    assert vocabulary.mended("remove dive sites", ENGLISH.__contains__).question == "remove dive sites"
    assert vocabulary.mended("pre flight", ENGLISH.__contains__).question == "preflight"


def test_changes_are_told() -> None:
    assert VOCABULARY.mended("wifi pass word", ENGLISH.__contains__).changes == (
        ("wifi", "Wi-Fi"),
        ("pass word", "password"),
    )


@pytest.mark.parametrize("name", ["AeroPress KX-40", "aeropress kx40", "KX-40", "kx 40"])
def test_device_is_called_so_whatever_its_name(name: str) -> None:
    mended = VOCABULARY.mended(f"How do I rinse the {name}?", ENGLISH.__contains__)
    assert (mended.question, mended.names_device) == ("How do I rinse the device?", True)
    assert mended.identifiers == ()


def test_what_other_titles_without_text_name_is_what_is_asked_about() -> None:
    titles = ("AeroPress KX-40+", "Descale a KX-40", "Air and CO2", "Run it from X11")
    sections = (
        *(Section(key=title, title=title) for title in titles),
        Section("filter", "Filter", (Block("paragraph", "Rinse the filter."),), parent="Descale a KX-40"),
    )
    names = Vocabulary.of([build_graph(Manual("kx", "AeroPress KX-40", sections))]).names
    assert names == {"aeropress kx 40", "kx 40"}
    handbook = Section("book", "The M4b handbook")
    start = Section("start", "Start under X11", (), parent="book")
    assert Vocabulary.of([build_graph(Manual("doc", "doc", (handbook, start)))]).names == {"the m4b handbook", "m4b"}


def test_question_that_is_the_name_alone_stays() -> None:
    assert _mended("AeroPress KX-40") == "AeroPress KX-40"


def test_codes_of_a_listed_series_that_the_manual_lacks_are_told() -> None:
    listed = VOCABULARY.mended("what does E02 mean", ENGLISH.__contains__)
    assert (listed.identifiers, listed.unlisted) == (("e02",), ())
    lacking = VOCABULARY.mended("what does E-09 mean", ENGLISH.__contains__)
    assert (lacking.identifiers, lacking.unlisted) == (("e09",), ("e09",))
    other = VOCABULARY.mended("does it play MP3", ENGLISH.__contains__)
    assert (other.identifiers, other.unlisted) == (("mp3",), ())


def _listing(*rows: str, kind: BlockKind = "table", title: str = "Error codes") -> Vocabulary:
    blocks = tuple(Block(kind, row) for row in rows)
    other = Section("care", "Care", (Block("paragraph", "Rinse it for 30 seconds. After Err 40 wait 5 minutes."),))
    return Vocabulary.of([build_graph(Manual("kx", "Kettle", (Section("list", title, blocks), other)))])


@pytest.mark.parametrize(
    ("entries", "known", "lacking"),
    [
        (("Err 10: No water.", "Err 20: No power."), "Err 20", "Err 30"),
        (("Err 10: No water.", "Err 20: No power."), "err10", "ERR-30"),
        (("E:04 | No water", "E:05 | No power"), "E:04", "E:07"),
        (('"E:30 / -80" | No water', '"E:60 / -2B" | No power'), "E:60", "E:50"),
        (("H.04 | No water", "H.05 | No power"), "H.05", "H.06"),
        (("ERR_04 | No water", "ERR_05 | No power"), "ERR_04", "ERR_06"),
        (("4E | No water", "5E | No power"), "5E", "6E"),
        (("0x8004 | No water", "0x8005 | No power"), "0x8005", "0x8006"),
        (("C-04-3 | No water", "C-05-3 | No power"), "C-04-3", "C-06-3"),
        (("Code | Meaning", "04 | No water", "05 | No power"), "error 04", "error 06"),
        (("Code | Meaning", "04 | No water", "05 | No power"), "code 05", "code 7"),
    ],
)
def test_codes_that_a_manual_lists_in_any_form_are_told_from_those_that_it_lacks(
    entries: tuple[str, ...], known: str, lacking: str
) -> None:
    vocabulary = _listing(*entries)
    assert vocabulary.mended(f"The display shows {known}.", ENGLISH.__contains__).unlisted == ()
    asked = vocabulary.mended(f"What does {lacking} mean?", ENGLISH.__contains__)
    assert len(asked.unlisted) == 1


@pytest.mark.parametrize(
    "question",
    ["How long is 45 minutes?", "Does it stop in 3 steps?", "Err 40", "Err 1.5", "Is 6E a code?", "pin 7 of the plug"],
)
def test_numbers_are_no_codes_of_what_is_listed_otherwise(question: str) -> None:
    vocabulary = _listing("Err 10: No water.", "Err 20: No power.", "IN1: The left pin.", "IN2: The right pin.")
    assert vocabulary.mended(question, ENGLISH.__contains__).unlisted == ()
    parts = _listing("1 | Lid", "2 | Handle", "16 | Plug", title="Parts")
    assert parts.mended(question, ENGLISH.__contains__).unlisted == ()


@pytest.mark.parametrize(
    ("entries", "title", "question"),
    [
        (("Android 13: Open the settings.", "Android 14: Open the apps."), "Install", "my phone is on android 15"),
        (("Java 8 | supported", "Java 11 | supported"), "Requirements", "does it run on java 6"),
        (("Pin 1: Ground", "Pin 2: Power"), "Connector", "what is on pin 16"),
        (("100m | Indoors", "300m | Outdoors"), "Range", "turn around by itself at 500m"),
    ],
)
def test_numbers_of_names_and_measures_that_a_manual_lacks_are_no_codes(
    entries: tuple[str, ...], title: str, question: str
) -> None:
    assert _listing(*entries, title=title).mended(question, ENGLISH.__contains__).unlisted == ()


def test_a_code_written_in_one_is_searched_for_as_the_manual_writes_it() -> None:
    vocabulary = _listing("Err 10: No water.", "Err 20: No power.")
    assert vocabulary.mended("ERR-20 appears", ENGLISH.__contains__).question == "err 20 appears"


def test_several_of_a_code_are_the_one_that_the_manual_has() -> None:
    several = VOCABULARY.mended("what are the E02s about", ENGLISH.__contains__)
    assert (several.identifiers, several.unlisted) == (("e02",), ())


def test_vocabulary_comes_back_as_it_was_written() -> None:
    assert Vocabulary.model_validate_json(VOCABULARY.model_dump_json()) == VOCABULARY


def test_without_a_vocabulary_nothing_is_mended() -> None:
    assert Vocabulary().mended("wifi E-09", ENGLISH.__contains__).question == "wifi E-09"


def test_of_two_spellings_in_one_manual_the_more_frequent_is_searched_for() -> None:
    texts = ("Turn on Wi-Fi.", "Choose Wi-Fi.", "Make a wifi call.")
    sections = tuple(Section(text, text.split()[0], blocks=(Block("paragraph", text),)) for text in texts)
    vocabulary = Vocabulary.of([build_graph(Manual("m", "Phone", sections))])
    assert vocabulary.mended("wifi", ENGLISH.__contains__).question == "Wi-Fi"


def test_word_with_a_prefix_is_no_slip_of_another() -> None:
    sections = (Section("a", "Block a number", blocks=(Block("paragraph", "Unlock the phone, then block it."),)),)
    vocabulary = Vocabulary.of([build_graph(Manual("m", "Phone", sections))])
    assert vocabulary.mended("unblock", ENGLISH.__contains__).question == "unblock"
    assert vocabulary.mended("unlokc", ENGLISH.__contains__).question == "unlock"


def test_a_device_is_known_among_thousands_however_its_name_is_joined() -> None:
    names = frozenset({"wheel", *(f"lamp model x{number}" for number in range(3_000))})
    many = Vocabulary(words={"dim": 1, "wheel": 1}, names=names)
    for question in ("Dim my Lamp Model X77", "dim my lamp-model x77", "dim my LampModelX77"):
        assert many.mended(question, lambda _word: True).question.lower() == "dim my device"
    assert not many.mended("dim the lamp model", lambda _word: True).names_device


def test_names_of_any_length_and_any_place_are_found() -> None:
    names = {"q", "tv", "q8x", "fold", "galaxy fold", "wi-fi box", "my device"}
    many = Vocabulary(words={"dim": 1, "wheel": 1}, names=frozenset(names))
    for name in names:
        assert many.mended(f"dim the wheel of my {name} now", lambda _word: True).names_device, name
        assert many.mended(f"{name.upper()}: dim the wheel", lambda _word: True).names_device, name
    assert not many.mended("dim the wheel of the clock", lambda _word: True).names_device


def test_word_with_the_stem_of_one_of_the_manual_stays_whatever_it_begins_with() -> None:
    words = dict.fromkeys(["dimming", "dimmer", "lying", "brightness"], 1)
    many = Vocabulary(words=words)
    for word in ("dimmed", "lies", "brightnesses"):
        assert many.mended(f"it {word}", lambda _word: False).changes == (), word
