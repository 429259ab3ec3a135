import pytest

from graphrag_tools.text.language import LANGUAGES, identified_language, stem, stop_words
from graphrag_tools.text.normalise import sentences
from graphrag_tools.text.words import content_words, is_stop_word, stems, words

GERMAN = (
    "Der Ofen heizt auf die Temperatur, die Sie am linken Knopf eingestellt haben. Wenn das rote Licht aus ist, können "
    "Sie das Blech in den Ofen schieben und die Tür mit der Hand schließen."
)
FRENCH = (
    "Le four chauffe à la température que vous avez choisie avec le bouton de gauche. Quand le voyant rouge est "
    "éteint, vous pouvez mettre la plaque dans le four et fermer la porte avec la main."
)
SPANISH = (
    "El horno se calienta hasta la temperatura que usted ha elegido con el botón de la izquierda. Cuando la luz roja "
    "se apaga, puede meter la bandeja en el horno y cerrar la puerta con la mano."
)
ENGLISH = (
    "The oven heats up to the temperature that you have chosen with the left knob. When the red light is off, you can "
    "put the tray into the oven and close the door by hand."
)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", ENGLISH),
        ("de", GERMAN),
        ("fr", FRENCH),
        ("es", SPANISH),
        ("ja", "左のつまみで温度を選びます。赤いランプが消えたら、天板を入れて扉を閉めます。"),
        ("zh", "用左边的旋钮选择温度。红灯熄灭后，把烤盘放进烤箱。"),
        ("ko", "왼쪽 손잡이로 온도를 고릅니다. 빨간 불이 꺼지면 문을 닫습니다."),
        ("th", "เลือกอุณหภูมิด้วยปุ่มด้านซ้าย เมื่อไฟสีแดงดับให้ปิดประตู"),
    ],
)
def test_language_of_a_text_is_identified(code: str, text: str) -> None:
    assert identified_language(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "E-01 E-02",
        "Menü Ofen",
        " ".join(f"M{number} spindle G{number} coolant" for number in range(30)),
        "OK MENU MDL SW1 SW2 LED USB RST GND VCC " * 5,
    ],
)
def test_text_that_says_too_little_counts_as_english(text: str) -> None:
    assert identified_language(text) == "en"


def test_english_manual_with_some_words_of_another_script_stays_english() -> None:
    assert identified_language(f"{ENGLISH} 言語: 日本語, 中文, 한국어.") == "en"


def test_every_language_has_a_name_and_can_be_asked_for_stems_and_stop_words() -> None:
    for code in LANGUAGES:
        assert stem("", code) == ""
        assert isinstance(stop_words(code), frozenset)
    assert all(stop_words(code) for code in ("de", "fr", "es", "it", "pt", "nl", "pl", "ru", "zh", "th"))


def test_function_words_of_a_language_say_nothing_of_the_subject() -> None:
    assert content_words("Wie stelle ich meine Uhr?", "de") == ["stelle", "uhr"]
    assert content_words("Comment est-ce que je règle l’heure ?", "fr") == ["règle", "heure"]
    assert content_words("怎么设置时间？", "zh") == ["设置", "置时", "时间"]
    assert content_words("時刻はどこで設定しますか？", "ja") == ["時刻", "設定"]


def test_form_of_a_function_word_is_one() -> None:
    assert is_stop_word("mache", "de")
    assert not is_stop_word("mache")


def test_words_are_stemmed_by_their_language() -> None:
    assert stems("Geräte", "de") == stems("Gerät", "de")
    assert stems("les batteries", "fr") == stems("la batterie", "fr")


def test_question_of_function_words_alone_keeps_them() -> None:
    assert content_words("怎么", "zh") == ["怎么"]
    assert content_words("Wie ist das?", "de") == ["wie", "ist", "das"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("打开usb调试", ["打开", "usb", "调试"]),
        ("温度计", ["温度", "度计"]),
        ("灯", ["灯"]),
        ("テレビを消す", ["テレ", "レビ", "を", "消", "す"]),
        ("HDMI端子", ["hdmi", "端子"]),
        ("เปิดไฟ", ["เปิ", "ปิด", "ิดไ", "ดไฟ"]),
        ("बैटरी चार्ज", ["बैटरी", "चार्ज"]),
        ("e\u0301cran", ["\u00e9cran"]),
    ],
)
def test_scripts_without_spaces_are_cut_into_grams_and_marks_stay_with_their_words(
    text: str, expected: list[str]
) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("电源打开。等待三秒！完成", ["电源打开。", "等待三秒！", "完成"]),
        ("「はい。」と押す。次へ。", ["「はい。」と押す。", "次へ。"]),
        ("Öffnen Sie das Menü. Ändern Sie den Wert.", ["Öffnen Sie das Menü.", "Ändern Sie den Wert."]),
        ("Нажмите кнопку. Откройте меню.", ["Нажмите кнопку.", "Откройте меню."]),
        ("बटन दबाएँ। मेनू खोलें।", ["बटन दबाएँ।", "मेनू खोलें।"]),
        ("Press it. ok, e.g. twice. Then wait.", ["Press it. ok, e.g. twice.", "Then wait."]),
    ],
)
def test_sentences_end_as_their_script_ends_them(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize(
    ("question", "language", "left"),
    [
        ("Gibt es einen Timer, und wofür ist er da?", "de", ["timer"]),
        ("Ich möchte bitte den Timer", "de", ["timer"]),
        ("Combien de minuteurs puis-je avoir, s'il vous plaît ?", "fr", ["minuteurs"]),
        ("Quisiera poner el temporizador, por favor", "es", ["temporizador"]),
        ("Vorrei un timer, come faccio?", "it", ["timer"]),
    ],
)
def test_what_only_asks_is_no_word_of_the_question(question: str, language: str, left: list[str]) -> None:
    assert content_words(question, language) == left
