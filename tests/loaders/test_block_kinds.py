from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphrag_tools.loaders import load_manual
from graphrag_tools.loaders.block_kinds import is_heading, note_kind, option_name, plain_blocks, plain_option_name
from graphrag_tools.text.normalise import tidy


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("NOTE  Some apps differ.", "note"),
        ("Tip: Slide a finger.", "note"),
        ("Important! Read this.", "note"),
        ("Notes – two of them", "note"),
        ("WARNING Hot surface.", "warning"),
        ("Caution: Do not bend.", "warning"),
        ("Danger.", "warning"),
        ("Notebook: a paper thing", None),
        ("Noted: yes", None),
        ("Tipping is optional.", None),
        ("A note: no", None),
        ("Warning time – seconds before the end", None),
        ("Tip the jug until the water is out.", None),
        ("Note that it is hot.", "note"),
        ("", None),
        ("ACHTUNG Heiße Fläche.", "warning"),
        ("注意 触らないでください。", "warning"),
        ("ヒント　充電します。", "note"),
        ("注意事項を読みます。", None),
        ("주의 깊게 읽으세요.", None),
        ("Achtung: heiße Fläche.", "warning"),
        ("⚠ WARNUNG", "warning"),
        ("Hinweis 2: Der Akku ist leer.", "note"),
        ("Wichtig ist, dass der Deckel zu ist.", None),
        ("Hinweisschilder: siehe Anhang", None),
        ("¡Atención! No abra la tapa.", "warning"),
        ("Nota: el parámetro es el mismo.", "note"),
        ("Notar: no es una nota", None),
        ("À noter : le voyant clignote.", "note"),
        ("MISE EN GARDE Ne pas ouvrir.", "warning"),
        ("Mise en garde sans plus de mots", None),
        ("Внимание! Горячо.", "warning"),
        ("Pastaba: išjunkite maitinimą.", "note"),
        ("【注意】ふたを開けないでください。", "warning"),
        ("注意：请勿打开。", "warning"),
        ("注意しながら開けます。", None),
        ("※ 電源を切ってください。", "note"),
        ("Attention to detail matters", None),
        ("⚠ ふたを開けないでください。", "warning"),
        ("⚠️⚠️ Hot! Do not touch.", "warning"),
        ("⚠ Signal lost", None),
        ("💡 Hinweis: Der Akku ist leer.", "note"),
        ("💡 Boil half as much and save half the time", "note"),
    ],
)
def test_a_label_at_the_start_makes_a_note_or_a_warning(text: str, kind: str | None) -> None:
    assert note_kind(text) == kind


@pytest.mark.parametrize(
    ("text", "emphasis", "name"),
    [
        ("Volume: Set it.", ("Volume",), "Volume"),
        ("Volume: Set it.", ("Volume:",), "Volume"),
        ("Volume – Set it.", ("Volume",), "Volume"),
        ("Volume : Set it.", ("Volume",), "Volume"),
        ("Open...: Opens it.", ("Open...",), "Open..."),
        ("Open... - Opens it.", ("Open...",), "Open..."),
        ("Done. It is on.", ("Done.",), ""),
        ("Tap Volume: now.", ("Volume",), ""),
        ("Volume is loud.", ("Volume",), ""),
        ("Volume: Set it.", (), ""),
        (": odd", (":",), ""),
        ("音量：音の大きさ", ("音量",), "音量"),
        ("全屏： 切换", ("全屏：",), "全屏"),
    ],
)
def test_bold_words_before_a_colon_name_an_option(text: str, emphasis: tuple[str, ...], name: str) -> None:
    assert option_name(text, emphasis) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Battery usage: View power usage by app.", "Battery usage"),
        ("5 GHz band: Use it.", "5 GHz band"),
        ("Battery usage:", ""),
        ("battery usage: view", ""),
        ("Note: Some apps differ.", ""),
        ("One two three four five six seven eight nine: too many words", ""),
        ("Tap OK. Then: wait", ""),
        ("See http://example.org", ""),
    ],
)
def test_unmarked_text_names_an_option_before_a_colon(text: str, name: str) -> None:
    assert plain_option_name(text) == name


@pytest.mark.parametrize(
    ("text", "emphasis", "expected"),
    [
        ("Pictures", ("Pictures",), True),
        ("Pictures here", ("Pictures",), False),
        ("Pictures", (), False),
        ("x" * 81, ("x" * 81,), False),
    ],
)
def test_one_short_bold_run_alone_is_a_heading(text: str, emphasis: tuple[str, ...], expected: bool) -> None:
    assert is_heading(text, emphasis) is expected


def test_plain_text_becomes_steps_options_notes_and_paragraphs() -> None:
    blocks = plain_blocks(
        [
            "Save power. From Settings, tap Battery for the following options:",
            "Battery usage: View power usage.",
            "Power mode: Choose one.",
            "NOTE Options vary. By country.",
            "Closing words.",
            "Alone: no lead-in here.",
        ]
    )
    assert [(block.kind, block.depth, block.name) for block in blocks] == [
        ("paragraph", 0, ""),
        ("step", 0, ""),
        ("option", 1, "Battery usage"),
        ("option", 1, "Power mode"),
        ("note", 0, ""),
        ("paragraph", 0, ""),
        ("option", 0, "Alone"),
    ]


@settings(deadline=None)
@given(st.lists(st.text()))
def test_plain_blocks_are_tidy_and_lose_no_character(fragments: list[str]) -> None:
    blocks = plain_blocks(fragments)
    assert all(block.text and tidy(block.text) == block.text for block in blocks)
    assert "".join("".join(block.text.split()) for block in blocks) == "".join("".join(fragments).split())


@pytest.mark.parametrize(
    ("label", "kind"),
    [("Caution:", "warning"), ("WARNING", "warning"), ("Achtung!", "warning"), ("💡 Hinweis:", "note")],
)
def test_label_alone_in_its_paragraph_belongs_to_the_paragraph_below(tmp_path: Path, label: str, kind: str) -> None:
    (tmp_path / "kettle.md").write_text(f"# Kettle\n\n{label}\n\nNever open the **lid** while it boils.\n\nFill it.\n")
    section = load_manual(tmp_path / "kettle.md").sections[0]
    assert [(block.kind, block.text) for block in section.blocks] == [
        (kind, f"{label.rstrip(':!')}: Never open the lid while it boils."),
        ("paragraph", "Fill it."),
    ]
    assert section.blocks[0].emphasis == ("lid",)


@pytest.mark.parametrize("below", ["- Never open it.\n- Never drop it.", "## Lid", "Error"])
def test_label_of_a_list_or_of_nothing_stays_alone(tmp_path: Path, below: str) -> None:
    (tmp_path / "kettle.md").write_text(f"# Kettle\n\nNotes:\n\n{below}\n")
    assert load_manual(tmp_path / "kettle.md").sections[0].blocks[0].text == "Notes:"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("คำเตือน: อย่าปิดโคมไฟ", "warning"),
        ("หมายเหตุ: โคมไฟสว่าง", "note"),
        ("تحذير: لا تطفئ المصباح", "warning"),
        ("אזהרה: אין לכבות", "warning"),
        ("שימו לב: המנורה חמה", "note"),
        ("चेतावनी: लैंप बंद न करें", "warning"),
        ("Cảnh báo: Không tắt đèn", "warning"),
        ("Lưu ý: Đèn nóng", "note"),
        ("Upozorenje: ne gasite", "warning"),
    ],
)
def test_labels_whose_letters_bear_signs_are_known(text: str, kind: str) -> None:
    assert note_kind(text) == kind
