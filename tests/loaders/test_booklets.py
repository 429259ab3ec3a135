"""Files that hold a manual in several languages, one after the other."""

from pathlib import Path

from graphrag_tools.loaders import FileChoice, load_manual

ENGLISH = """
# Before the first use

Read all of this, and keep it with the kettle. Do not use the kettle if the cord or the plug is damaged.

# Boiling

Fill in between 0.5 and 1.7 litres of water, close the lid and press the switch. The kettle turns itself off
when the water boils, which takes about 4 minutes at 230 V.

# Descaling

Mix 250 ml of vinegar with 500 ml of water, let it boil, and wait for 30 minutes before you rinse the kettle.
"""
GERMAN = """
# Vor dem ersten Gebrauch

Lesen Sie alles, und heben Sie es mit dem Kocher auf. Benutzen Sie den Kocher nicht, wenn das Kabel oder der
Stecker beschädigt ist.

# Kochen

Füllen Sie zwischen 0,5 und 1,7 Liter Wasser ein, schließen Sie den Deckel und drücken Sie den Schalter. Der Kocher
schaltet sich selbst aus, wenn das Wasser kocht, was bei 230 V etwa 4 Minuten dauert.

# Entkalken

Mischen Sie 250 ml Essig mit 500 ml Wasser, lassen Sie es kochen, und warten Sie 30 Minuten, bevor Sie spülen.
"""
FRENCH = """
# Avant la première utilisation

Lisez tout ce qui suit et gardez la notice avec la bouilloire. N'utilisez pas la bouilloire si le câble ou la prise
est abîmé.

# Faire bouillir

Versez entre 0,5 et 1,7 litre d'eau, fermez le couvercle et appuyez sur le bouton. La bouilloire s'arrête toute seule
quand l'eau bout, ce qui prend environ 4 minutes avec 230 V.

# Détartrer

Mélangez 250 ml de vinaigre avec 500 ml d'eau, faites bouillir et attendez 30 minutes avant de rincer la bouilloire.
"""
LICENCE = """
# Licence

The software in this kettle comes as it is, without any warranty, and you may copy it as long as you name who wrote
it and say what you have changed. Whoever sold it to you is not liable for what it does or does not do.
"""


def read(folder: Path, text: str, language: str | None = None) -> list[str]:
    file = folder / "kettle.md"
    file.write_text(f"# Torno\n\n{text}")
    return [section.title for section in load_manual(file, choice=FileChoice(language=language)).sections]


def test_of_several_languages_one_is_read(tmp_path: Path) -> None:
    booklet = f"{GERMAN}{ENGLISH}{FRENCH}"
    assert read(tmp_path, booklet) == ["Before the first use", "Boiling", "Descaling"]
    assert read(tmp_path, booklet, "fr") == ["Avant la première utilisation", "Faire bouillir", "Détartrer"]
    assert read(tmp_path, f"{GERMAN}{FRENCH}", "de")[1:] == ["Vor dem ersten Gebrauch", "Kochen", "Entkalken"]


def test_a_cover_in_another_language_than_the_first_part_belongs_to_that(tmp_path: Path) -> None:
    cover = "Der Kocher für Tee und Kaffee, das Gerät für die ganze Familie, die gern zusammen in der Küche sitzt.\n"
    assert read(tmp_path, f"{cover}{ENGLISH}{GERMAN}")[1:] == ["Before the first use", "Boiling", "Descaling"]


def test_what_is_left_is_said(tmp_path: Path) -> None:
    file = tmp_path / "kettle.md"
    file.write_text(f"{ENGLISH}{GERMAN}{FRENCH}")
    told = {one.where: one.why for one in load_manual(file).skipped}["translations"]
    assert told == "de (3 sections), fr (3 sections): en is read, and --language reads another"


def test_a_licence_in_english_is_no_translation_and_the_manual_stays(tmp_path: Path) -> None:
    titles = ["Torno", "Vor dem ersten Gebrauch", "Kochen", "Entkalken", "Licence"]
    assert read(tmp_path, f"{GERMAN}{LICENCE}") == titles


def test_sections_of_the_same_length_with_other_numbers_are_no_translation(tmp_path: Path) -> None:
    other = ENGLISH.replace("0.5", "16").replace("1.7", "25").replace("250", "77").replace("500", "88")
    other = other.replace("230", "12").replace(" 4 ", " 9 ").replace("30", "45")
    assert len(read(tmp_path, f"{GERMAN}{other}")) == 7


def test_languages_that_take_turns_stay(tmp_path: Path) -> None:
    turns = "".join(
        f"\n# {one}\n# {other}" for one, other in zip(GERMAN.split("\n# ")[1:], ENGLISH.split("\n# ")[1:], strict=True)
    )
    assert len(read(tmp_path, turns)) == 7
