from pathlib import Path

import pytest

from graphrag_tools.errors import ConfigError
from graphrag_tools.index import ManualIndex
from graphrag_tools.loaders.reading import Reading
from graphrag_tools.search.confidence import Thresholds

OVEN = """# Ofen
## Vorwort
Ich schreibe dies, weil ich mich freue, dass ich diesen Ofen bauen durfte.
Wie ich das gemacht habe, weiß ich selbst nicht.
## Reinigung
Man wischt das Gehäuse mit einem feuchten Tuch ab. Die Scheibe reinigt man mit Essig.
## Beleuchtung
Das Licht geht an, wenn man die Tür öffnet, und es geht nach einer Minute wieder aus.
"""
KETTLE = """# 水壶
## 加热
按下底部的开关，水开始升温。
## 清洗
每周用柠檬酸清洗内胆一次。
## 保修
自购买之日起保修两年。
"""
KETTLE_IN_JAPANESE = """# 電気ポット
## 加熱
底のスイッチを押すと、お湯が沸きます。
## 掃除
週に一度、クエン酸で内側を洗ってください。
## 保証
お買い上げの日から二年間保証します。
"""


@pytest.fixture
def built(tmp_path: Path) -> ManualIndex:
    sources = []
    for name, text in (("ofen", OVEN), ("kettle", KETTLE), ("pot", KETTLE_IN_JAPANESE)):
        sources.append(tmp_path / f"{name}.md")
        sources[-1].write_text(text, encoding="utf-8")
    english = tmp_path / "lamp.md"
    english.write_text("# Lamp\n## Cleaning\nWipe the shade.\n## Bulb\nTurn the bulb to the left to take it out.\n")
    return ManualIndex.build([*sources, english], tmp_path / "index", embeddings="wordllama")


def test_manual_has_the_language_that_its_text_is_in(built: ManualIndex) -> None:
    found = {info.id: info.language for info in built.manuals}
    assert found == {"ofen": "de", "kettle": "zh", "pot": "ja", "lamp": "en"}
    assert built.graph_of("ofen/ofen").language == "de"


@pytest.mark.parametrize(
    ("manual", "question", "expected"),
    [
        ("ofen", "Wie mache ich meine Scheibe sauber?", "ofen/ofen/reinigung"),
        ("ofen", "Wann gehen die Lichter aus?", "ofen/ofen/beleuchtung"),
        ("kettle", "怎么清洗？", "kettle/水壶/清洗"),
        ("kettle", "保修多久？", "kettle/水壶/保修"),
        ("pot", "どうやって洗うのですか？", "pot/電気ポット/掃除"),
        ("pot", "保証はありますか？", "pot/電気ポット/保証"),
        ("lamp", "How do I take out the bulb?", "lamp/lamp/bulb"),
    ],
)
def test_question_is_found_in_its_manual_and_in_all_together(
    built: ManualIndex, manual: str, question: str, expected: str
) -> None:
    assert built.search(question, 1, manual)[0].section_id == expected
    assert built.search(question, 1)[0].section_id == expected


@pytest.mark.parametrize(
    ("manual", "question"),
    [
        ("ofen", "Wie bekomme ich eine neue Waschmaschine?"),
        ("kettle", "怎么连接网络？"),
        ("pot", "ネットワークの接続は？"),
    ],
)
def test_question_that_shares_only_function_words_is_not_in_the_manual(
    built: ManualIndex, manual: str, question: str
) -> None:
    found = built.search(question, 1, manual)
    assert Thresholds().standing(built.confidence(found)) == "not_in_manual"


def test_question_in_the_words_of_a_section_is_answered(built: ManualIndex) -> None:
    for manual, question in (("ofen", "Wie wird die Scheibe gereinigt?"), ("kettle", "保修多久？")):
        assert Thresholds().standing(built.confidence(built.search(question, 1, manual))) == "answered", question


def test_other_form_of_a_word_of_the_manual_is_searched_for_and_leaves_the_question_as_it_is(
    built: ManualIndex,
) -> None:
    mended = built.mended("Wie wische ich die Ofenscheibe?")
    assert (mended.question, mended.changes) == ("Wie wische ich die Ofenscheibe?", ())
    assert mended.kin == (("wische", "wischt"), ("Ofenscheibe", "scheibe"))
    assert mended.in_words == "Wie wischt ich die scheibe?"


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("Gehuäse", "gehäuse"),
        ("Geehäuse", "gehäuse"),
        ("Gehäse", "gehäuse"),
        # Words of the language, which nothing here knows, one or two letters from another of the manual.
        ("Belichtung", "Belichtung"),
        ("Reizigung", "Reizigung"),
    ],
)
def test_only_a_letter_lost_doubled_or_swapped_is_a_slip_where_nothing_knows_the_language(
    built: ManualIndex, asked: str, meant: str
) -> None:
    assert built.mended(asked).question == meant


def test_a_function_word_is_no_part_of_another_word(tmp_path: Path) -> None:
    source = tmp_path / "album.md"
    source.write_text(
        "# Album\n## Ansehen\nMan wischt durch die Bilder, und durch das Album geht man mit dem Rad der Maus.\n",
        encoding="utf-8",
    )
    built = ManualIndex.build([source], tmp_path / "index", embeddings="wordllama", reading=Reading(language="de"))
    assert built.mended("durchblättern").kin == ()


def test_idf_knows_the_stems_of_every_language(built: ManualIndex) -> None:
    assert built.idf("scheib") < built.idf("unbekannt")
    assert built.idf("清洗") < built.idf("无关")


def test_language_can_be_set(tmp_path: Path) -> None:
    source = tmp_path / "ofen.md"
    source.write_text("# Ofen\n## Tür\nDie Tür zu.\n", encoding="utf-8")
    told = ManualIndex.build([source], tmp_path / "index", embeddings="wordllama")
    assert told.manuals[0].language == "en"
    told.close()
    given = ManualIndex.build([source], tmp_path / "index", embeddings="wordllama", reading=Reading(language="de"))
    assert given.manuals[0].language == "de"
    with pytest.raises(ConfigError, match="language 'xx': not known; expected one of en, ar"):
        Reading(language="xx")
