"""The detector of invented paths and items: it catches what does not exist and leaves the rest alone."""

import pytest

from graphrag_tools.answer import Answer, Source, ToolCallRecord
from graphrag_tools.evaluation.invented import ManualNames, invented_names
from graphrag_tools.index.index import ManualIndex


@pytest.fixture(scope="module")
def names(sample_index: ManualIndex) -> ManualNames:
    return ManualNames(sample_index)


def _found(text: str, names: ManualNames, question: str = "") -> tuple[str, ...]:
    return invented_names(Answer(text=text, status="answered", mode="written"), question, names)


@pytest.mark.parametrize(
    "text",
    [
        "Open Settings and tap Turbo Mode.",
        "Tap **Quantum Settings**, and then tap Done.",
        "Select “Warp drive” from the list.",
        'Press the "hyper" button.',
        "Go to Settings > Hyper > Warp.",
        "From Settings, tap Display → Night Vision Pro.",
        "Settings > Battery > Wireless Charging Pad",
        "TAP Turbo Mode",
        "1. Open the Google Play Store app.",
        "Turn on Ultra Saver and Flight mode.",
    ],
)
def test_what_exists_nowhere_is_found(text: str, names: ManualNames) -> None:
    assert len(_found(text, names)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "From Settings, tap Display > Front light.",
        "Settings > Front light",
        "Go to **Settings** > **Display** > **Front light** and tap Schedule.",
        "Settings > Display > tap Front light",
        "settings → display → front light",
        "Turn on Wi-Fi and Bluetooth.",
        "Tap Settings, And Then Select Display.",
        "Press and hold the Power button.",
        "Tap OK. Press Home.",
        "Tap the gear icon and choose what you like.",
        "If the battery is > 20%, open it.",
        "Use <b>bold</b> words and <i>others</i>.",
        "> Quoted: the device is full.",
        "Turbo Mode is a nice name that no instruction asks for.",
        "Tippen Sie auf Einstellungen.",
        "設定を開く",
    ],
)
def test_what_exists_or_may_exist_is_left_alone(text: str, names: ManualNames) -> None:
    assert _found(text, names) == ()


def test_a_name_from_the_question_is_the_askers(names: ManualNames) -> None:
    assert _found("Open TikTok.", names) == ("TikTok",)
    assert _found("Open TikTok.", names, "How do I use TikTok?") == ()


def test_every_section_quoted_as_it_stands_names_nothing_invented(
    two_manuals_index: ManualIndex, sample_index: ManualIndex
) -> None:
    for index in (two_manuals_index, sample_index):
        known = ManualNames(index)
        for info in index.manuals:
            for item in index.graph_of(info.id).items:
                text = "\n".join(block.text for block in item.blocks)
                answer = Answer(text=text, status="answered", menu_path=item.path)
                assert invented_names(answer, "", known) == ()


def test_every_section_of_a_real_manual_names_nothing_invented(s10_index: ManualIndex) -> None:
    known = ManualNames(s10_index)
    for item in s10_index.graph_of("s10").items:
        text = "\n".join(block.text for block in item.blocks)
        assert invented_names(Answer(text=text, status="answered", menu_path=item.path), "", known) == ()


def _call(item: str, by: str = "model", tool: str = "describe_menu_item") -> Answer:
    call = ToolCallRecord(tool=tool, arguments={"item": item}, by=by, valid=False, result="")  # type: ignore[arg-type]
    return Answer(text="x", status="answered", trace=(call,))


def test_an_item_that_a_call_names_must_exist(names: ManualNames) -> None:
    assert invented_names(_call("Hyperdrive console"), "", names) == ("Hyperdrive console",)
    assert invented_names(_call("sample-manual/settings/nothing-at-all"), "", names) != ()
    for known in ("sample-manual/settings/display", "Settings > Display", "display", "Disply", "Notifications"):
        assert invented_names(_call(known), "", names) == ()


def test_calls_by_the_workflow_and_searches_name_no_item(names: ManualNames) -> None:
    assert invented_names(_call("Hyperdrive console", by="workflow"), "", names) == ()
    assert invented_names(_call("Hyperdrive console", tool="search_manual"), "", names) == ()


def test_a_menu_path_beside_the_text_must_exist(names: ManualNames) -> None:
    source = Source(id="x", title="Warp", path=("Settings", "Warp"))
    answer = Answer(text="x", status="answered", menu_path=("Settings", "Hyper"), sources=(source,))
    assert invented_names(answer, "", names) == ("Settings > Hyper", "Settings > Warp")


def test_each_invention_is_named_once(names: ManualNames) -> None:
    assert _found("Tap Turbo Mode. Then tap Turbo Mode.", names) == ("Turbo Mode",)
