from pathlib import Path

import pytest

from graphrag_tools.loaders import load_manual
from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.sections import Block, BlockKind, Manual, Section
from graphrag_tools.manual.taps import tapped_names, taps_in


@pytest.mark.parametrize(
    ("text", "emphasis", "expected"),
    [
        ("From Settings, tap Device care > Battery.", (), ("Settings", "Device care", "Battery")),
        ("From the Reading menu, tap Text > Font for options:", (), ("Reading menu", "Text", "Font")),
        ("From Settings, and then tap Display.", (), ("Settings", "Display")),
        ("Choose Lamps from the Home menu, then tap Add.", ("Lamps", "Add"), ("Home menu", "Lamps", "Add")),
        ("Choose a lamp from the list, then tap Add.", ("Add",), ()),
        ("From Camera, tap Settings for the following options:", (), ("Camera", "Settings")),
        (
            "From Settings, tap Display > Screen timeout, and tap a time limit.",
            ("Display", "Screen timeout"),
            ("Settings", "Display", "Screen timeout"),
        ),
        ("From Settings, tap Search for devices.", ("Search for devices",), ("Settings", "Search for devices")),
        ("Go to Settings > About phone > Status to see it.", (), ("Settings", "About phone", "Status")),
        ("Tap Settings > Sound.", (), ("Settings", "Sound")),
        ("Open Clock > Alarm, then choose.", (), ("Clock", "Alarm")),
        ("Open Clock → Alarm, then choose.", (), ("Clock", "Alarm")),
        ("It is in Clock -› Alarm › Bell.", (), ("Clock", "Alarm", "Bell")),
        ("Open Kettle and go to Clock → Alarm.", (), ("Kettle", "Clock", "Alarm")),
        ("Open Settings, then navigate to the Clock > Alarm.", (), ("Settings", "Clock", "Alarm")),
        ("Open the list and go to Clock > Alarm.", (), ("Clock", "Alarm")),
        ("The list (Radio -> Channels) is short.", (), ("Radio", "Channels")),
        ("It stands in Radio » Channels » Names for now.", (), ("Radio", "Channels", "Names")),
        ("Use Filters ▸ Blur. It is slow > that is all.", (), ("Filters", "Blur")),
        ("See Radio > Bars > Left and Radio > Bars > Right.", (), ("Radio", "Bars", "Left")),
        ("See Radio > Bars and Lists > Left.", (), ("Radio", "Bars and Lists", "Left")),
        ("Click the button, or use Radio=>Sound Levels=>Bass to set it.", (), ("Radio", "Sound Levels", "Bass")),
        ("Under Radio → Sound, choose Volume.", ("Radio → Sound", "Volume"), ("Radio", "Sound", "Volume")),
        ("Under Radio → Sound → choose Volume.", ("Radio", "→ Sound →"), ("Radio", "Sound")),
        ("Under Radio → Sound, choose Save.", ("Radio → Sound", "Save"), ("Radio", "Sound")),
        ("Choose File - Print Preview to see it.", (), ("File", "Print Preview")),
        ("Tap More, Sound, then Volume.", ("More", "Sound", "Volume"), ("More", "Sound", "Volume")),
        ("Set it in Radio->Sound->Bass & treble will follow.", (), ("Radio", "Sound", "Bass & treble")),
        ("Go to Tools>Check Beans and wait.", (), ("Tools", "Check Beans")),
        ("Press the MENU key, then press MDL.", (), ("MENU", "MDL")),
        ("Unter Anzeige > Helligkeit kannst du die Lampe dimmen.", (), ("Anzeige", "Helligkeit")),
        ("Wähle Anzeige > Ton und Licht und drehe am Rad.", (), ("Anzeige", "Ton und Licht")),
        ("Klicke Anzeige > Farbe oder drehe am Rad.", (), ("Anzeige", "Farbe")),
        ("Dans le menu Lampe > Couleur pour la nuit, tournez.", (), ("Lampe", "Couleur")),
        ("Menu Lampe > Couleur", (), ("Lampe", "Couleur")),
        ("Menu > Lampe > Couleur", (), ("Menu", "Lampe", "Couleur")),
        ("En Ajustes > Luz nocturna podrás ver la hora (sin sonido).", (), ("Ajustes", "Luz nocturna")),
        ("En Ajustes > Sonidos (activar)", (), ("Ajustes", "Sonidos")),
        ("「設定」→「音」の順に選びます。", (), ("設定", "音")),
        ("打开设置 > 声音 > 音量，然后转动旋钮。", (), ("设置", "声音", "音量")),
        ("設定 > 音量を開きます。", (), ("設定", "音量")),
        ("設定 > 音量 を開く", ("音量",), ("設定", "音量")),
        ("設定 > 音量 > Echo Pro を開く", ("音量", "Echo Pro"), ("設定", "音量", "Echo Pro")),
        ("点击“设置”->“声音”。", (), ("设置", "声音")),
        ("Выберите «Файл» → «Печать».", (), ("Файл", "Печать")),
        ("Wählen Sie „Datei“ > „Drucken“.", (), ("Datei", "Drucken")),
        ("Allez dans Édition > Effacer.", (), ("Édition", "Effacer")),
        ("Otevřete Nastavení > Zvuk a klepněte na Hlasitost.", (), ("Nastavení", "Zvuk")),
        ("Ga naar Instellingen > Geluid en kies Volume.", (), ("Instellingen", "Geluid")),
        ("Ayarlar > Işık > Renk bölümünü açın ve seçin.", (), ("Ayarlar", "Işık", "Renk")),
        ("Ανοίξτε Ρυθμίσεις > Φως και επιλέξτε.", (), ("Ρυθμίσεις", "Φως")),
        ("Öppna Inställningar > Ljus och välj färg.", (), ("Inställningar", "Ljus")),
        ("Unter Gerät > eigene Töne kannst du sie ändern.", ("Gerät", "eigene Töne"), ("Gerät", "eigene Töne")),
        ("Use the Tools > Check Beans menu option to count them.", (), ("Tools", "Check Beans")),
        ("Use Tools > Empty Cups afterwards.", (), ("Tools", "Empty Cups")),
        ("Use the File > Export menu item before you go on.", (), ("File", "Export")),
        ("The Edit > Preferences dialog opens.", (), ("Edit", "Preferences")),
        ("Track > Insert Time menu", (), ("Track", "Insert Time")),
        ("Desktop > Start menu", (), ("Desktop", "Start menu")),
        ("Setup > LED strip", (), ("Setup", "LED strip")),
        ("Open Tools > Lamp (or Desk > Lamp on a Mac) to dim it.", (), ("Tools", "Lamp")),
        (
            "Open Tools > Lamp (or Desk > Lamp on a Mac).",
            ("Tools > Lamp (or Desk > Lamp on a Mac",),
            ("Tools", "Lamp"),
        ),
        ("Import it (File > Import) in a new profile (File > Switch profile > Add).", (), ("File", "Import")),
        ("Go to (Tools > Lamp) and wait.", (), ("Tools", "Lamp")),
        ("Choose Beans > New Bean from the list. (See Tools > Parts.)", ("Beans > New Bean",), ("Beans", "New Bean")),
        ("Use Tools > Lamp (front) > Sleep.", (), ("Tools", "Lamp (front)", "Sleep")),
    ],
)
def test_the_way_is_cut_after_its_last_name(text: str, emphasis: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert tapped_names(Block("step", text, emphasis=emphasis)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Tap Save.",
        "Die Option »Leise« wird gesetzt. Der Ton bleibt aus (siehe »Ton«).",
        "Go to Settings.",
        "Far from home, nothing happens.",
        "From Settings, tap a network.",
        "Choose Red - the colour of heat.",
        "If a > b, then wait.",
        "Send HEAT T=<Degrees> S=<Seconds> to boil.",
        "Version > 2.0 is needed.",
        "OFF => Heat is off, and on=>off ends it.",
        "Press OK.",
        "Temperatures > 40 are harmful.",
        "From Settings, tap lower case > Battery.",
        "From Settings, tap A name made of far too many words here > Battery.",
        "",
    ],
)
def test_text_that_spells_out_no_way_gives_nothing(text: str) -> None:
    assert tapped_names(Block("step", text)) == ()


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("step", ("Settings", "Battery")),
        ("paragraph", ("Settings", "Battery")),
        ("option", ("Settings", "Battery")),
        ("note", ()),
        ("warning", ()),
        ("table", ()),
        ("heading", ()),
    ],
)
def test_only_steps_paragraphs_and_options_give_a_way(kind: BlockKind, expected: tuple[str, ...]) -> None:
    assert tapped_names(Block(kind, "From Settings, tap Battery.")) == expected


def test_the_first_way_of_several_blocks_counts() -> None:
    blocks = [
        Block("paragraph", "Save power."),
        Block("note", "From Settings, tap Wrong."),
        Block("step", "From Settings, tap Battery."),
        Block("step", "From Settings, tap Display."),
    ]
    assert taps_in(blocks) == ("Settings", "Battery")
    assert taps_in(blocks[:2]) == ()


def test_steps_that_tap_on_take_the_way_to_its_end() -> None:
    steps = [
        Block("step", "From Larkfield App, tap the Home tab.", emphasis=("Larkfield App", "Home")),
        Block("step", "Tap Alarm > Add alarm."),
        Block("step", "Set the time."),
        Block("step", "Tap More > Sound."),
    ]
    assert taps_in(steps) == ("Larkfield App", "Home", "Alarm", "Add alarm")
    assert taps_in([steps[0], Block("note", "Wear it."), steps[1]]) == ("Larkfield App", "Home")
    assert taps_in([steps[0], Block("step", "From Settings, tap Sound.")]) == ("Larkfield App", "Home")


def test_ways_to_different_places_are_not_one() -> None:
    ways = [Block("step", "Desktop: Settings → Security → Sharing"), Block("step", "Phone: Options → Share screen")]
    assert taps_in(ways) == taps_in(ways[:1])


def test_what_ends_a_procedure_begins_no_way() -> None:
    ending = Block("step", "Tap Finish > New to train again.")
    assert taps_in([Block("step", "Tap Start."), ending]) == ()
    assert taps_in([ending, Block("paragraph", "From Training, tap Laps.")]) == ("Training", "Laps")


def test_a_megabyte_that_opens_and_never_arrives_gives_nothing() -> None:
    assert tapped_names(Block("paragraph", "open words " * 100_000)) == ()


def test_one_name_after_go_to_is_no_way() -> None:
    assert tapped_names(Block("step", "Go to Settings > the page you want.", emphasis=("Back",))) == ()


def test_names_of_a_choice_are_no_way() -> None:
    assert tapped_names(Block("step", "Choose Red, Green or Blue.", emphasis=("Red", "Green", "Blue"))) == ()
    assert tapped_names(Block("step", "Tap Red and Blue.", emphasis=("Red", "Blue"))) == ()


def test_steps_that_tap_one_name_each_are_a_way_up_to_the_button_that_confirms() -> None:
    steps = [
        Block("step", "Open Radio.", emphasis=("Radio",)),
        Block("step", "Tap Sound.", emphasis=("Sound",)),
        Block("step", "Tap Save.", emphasis=("Save",)),
    ]
    assert taps_in(steps) == ("Radio", "Sound")
    assert taps_in(steps[:1]) == ()
    assert taps_in([steps[0], Block("step", "Turn the knob."), steps[1]]) == ()


def test_a_procedure_that_first_opens_its_place_is_a_way() -> None:
    steps = [
        Block("step", "Open the overview and start typing Sound."),
        Block("step", "Click Sound to open the panel.", emphasis=("Sound",)),
        Block("step", "Select the Output section to open it.", emphasis=("Output",)),
    ]
    assert taps_in(steps) == ("Sound", "Output")
    assert taps_in([Block("step", "Hold the key for two seconds."), *steps[1:]]) == ()


@pytest.mark.parametrize(
    "text",
    [
        "CH1 -> CH8 are free.",
        "See Live TV » Live TV for more.",
    ],
)
def test_names_that_differ_in_a_number_alone_are_a_range(text: str) -> None:
    assert tapped_names(Block("paragraph", text)) == ()


def test_the_page_that_says_more_is_nothing_to_tap() -> None:
    assert taps_in([Block("paragraph", "The pump is empty. → Page 36")]) == ()
    assert taps_in([Block("paragraph", "Die Pumpe ist leer → Seite 36.")]) == ()
    assert taps_in([Block("paragraph", "Select Care → Pump → page 36")]) == ("Care", "Pump")


@pytest.mark.parametrize("text", ["请参阅声音设置 → 音量", "印刷をしたい → 印刷の手順", "PDFを作りたい → PDF出力"])
def test_an_arrow_to_a_chapter_is_no_way(text: str) -> None:
    assert tapped_names(Block("paragraph", text)) == ()


def test_options_that_are_entries_of_a_menu_are_ways_of_their_own_and_none_of_the_section() -> None:
    names = ("File > Print (Ctrl+P)", "File > Close (Ctrl+F4)")
    entries = tuple(Block("option", f"{name}: Does it.", name=name, emphasis=(name,)) for name in names)
    found = build_graph(Manual("m", "M", (Section("a", "The File menu", blocks=entries),)))
    assert [item.taps for item in found.items] == [(), ("File", "Print"), ("File", "Close")]
    lone = build_graph(Manual("m", "M", (Section("a", "The File menu", blocks=entries[:1]),)))
    assert [item.taps for item in lone.items] == [("File", "Print"), ("File", "Print")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Go to Settings / Light / Sleep and wait.", ("Settings", "Light", "Sleep")),
        ("Select On / Off.", ()),
        ("Open Oven - Settings / Tools - Sleep.", ("Oven", "Settings / Tools", "Sleep")),
        ("From the bar choose File | Print | Setup.", ("File", "Print", "Setup")),
        ("Open Settings, then Light, and then sleep.", ("Settings", "Light")),
        ("Open Settings, then Light, and then Sleep Mode.", ("Settings", "Light", "Sleep Mode")),
        ("Choose “Settings”, then “Light” to dim it.", ("Settings", "Light")),
        ("Click Save, then Close it.", ()),
        ("Tap Start, then Press OK.", ()),
    ],
)
def test_names_joined_by_slashes_bars_and_then_are_a_way(text: str, expected: tuple[str, ...]) -> None:
    assert tapped_names(Block("paragraph", text)) == expected


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("Öffne Gerät und dann Licht.", ("Gerät", "Licht"), ("Gerät", "Licht")),
        ("Öffnen Sie Gerät und tippen Sie dann auf Licht.", ("Gerät", "Licht"), ("Gerät", "Licht")),
        ("Ouvrez Lampe puis Couleur.", ("Lampe", "Couleur"), ("Lampe", "Couleur")),
        ("Abra Ajustes y luego Luz.", ("Ajustes", "Luz"), ("Ajustes", "Luz")),
        ("Tippe auf Rot und auf Blau.", ("Rot", "Blau"), ()),
        ("Rot und dann Blau leuchten.", ("Rot", "Blau"), ()),
        ("Öffne Gerät, warte eine Minute und dann Licht.", ("Gerät", "Licht"), ()),
    ],
)
def test_bold_names_with_a_then_of_another_language_between_them_are_a_way(
    text: str, names: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert tapped_names(Block("step", text, emphasis=names)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "明るさ → 明るさ、緑色",
        "Kein Licht? → Stecker prüfen",
        "Lampe → , «Jetzt an» wählen",
        "The lamp dims at Load > 10 A.",
        "Use Load > ↓ here.",
    ],
)
def test_what_an_arrow_only_points_to_is_no_way(text: str) -> None:
    assert tapped_names(Block("step", text)) == ()


def test_an_arrow_from_a_bold_name_to_what_it_means_is_no_way() -> None:
    assert tapped_names(Block("paragraph", "Lim → Lowest limit", emphasis=("Lim",))) == ()
    assert tapped_names(Block("paragraph", "Set → Limit", emphasis=("Set", "Limit"))) == ("Set", "Limit")


def test_a_link_or_an_italic_run_with_an_arrow_is_a_whole_way(tmp_path: Path) -> None:
    source = tmp_path / "a.md"
    source.write_text(
        "# Lampe\n\n## Farbe\n\nWenn du [Anzeige > Farbe](b.md) änderst, wird es bunt.\n\n"
        "## Zeit\n\nWenn du zu *Anzeige > Zeit* gehst, wird es hell.\n\n"
        "## Mehr\n\nLies dazu [Fragen ›](c.md) [Antworten ›](d.md)\n",
        encoding="utf-8",
    )
    graph = build_graph(load_manual(source, "m"))
    assert [item.taps for item in graph.items[1:]] == [("Anzeige", "Farbe"), ("Anzeige", "Zeit"), ()]


def test_what_a_program_puts_in_place_of_a_name_is_no_name() -> None:
    assert taps_in([Block("paragraph", "Add File name ⇒ $(FILE_NAME) in the box ⇒ prints the name.")]) == ()
    assert taps_in([Block("paragraph", "Open File ⇒ Name in the box.")]) == ("File", "Name")


@pytest.mark.parametrize(
    ("text", "emphasis", "expected"),
    [
        ("Use File > Save or File > Save As.", (), ("File", "Save")),
        ("Go to Tools › Night light oder Apps › Sleep.", (), ("Tools", "Night light")),
        ("Choose Lamp -> About or Lamp -> Sell.", ("Lamp -> About", "Lamp -> Sell"), ("Lamp", "About")),
        (
            "Open Settings > Lost or Found > Report.",
            ("Settings", "Lost or Found", "Report"),
            ("Settings", "Lost or Found", "Report"),
        ),
        ('Select "Tools > Lamp > Night", and then "Tools > Save".', (), ("Tools", "Lamp", "Night")),
        ("Dans l’appli : Fichier > Lampe et ouvrir la liste.", (), ("Fichier", "Lampe")),
        ("It is in ‘Settings > Lamp timer’ of the menu.", (), ("Settings", "Lamp timer")),
        ("Use Settings > Lamp time, and Settings > Off.", (), ("Settings", "Lamp time")),
        ("Press [MENU] > [SET UP] > [OK].", (), ("MENU", "SET UP", "OK")),
        ("Find it under Devices > [Hub ID] > Details.", (), ("Devices", "[Hub ID]", "Details")),
        ("Go to Tools ➡️ Night ➡️ Start.", (), ("Tools", "Night", "Start")),
        ("依次点击设置 > 灯光 > 睡眠。", (), ("设置", "灯光", "睡眠")),
    ],
)
def test_a_way_ends_before_another_one_and_begins_with_its_first_name(
    text: str, emphasis: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert tapped_names(Block("paragraph", text, emphasis=emphasis)) == expected
