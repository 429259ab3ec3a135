"""An answer as a person reads it: on a terminal wrapped with a link, in a pipe whole lines and the address."""

import io

import pytest
from rich.console import Console
from support.cli_fixtures import Run

from graphrag_tools.answer import Answer, Place, Source, ToolCallRecord
from graphrag_tools.answers.layout import AnswerLine
from graphrag_tools.cli.answers import shown_line
from graphrag_tools.cli.output import rendered_answer
from graphrag_tools.index.index import ManualIndex

ADDRESS = "https://example.org/manuals/" + "very-long-name-" * 8 + "page.html#lid"
SOURCE = Source(id="pump/lid", title="Lid", path=("Care", "Lid"), url=ADDRESS, page=12)
PLACES = tuple(Place(id=f"pump/{name}", title=name, path=("Care", name)) for name in ("Seal", "Tank"))
QUOTED = Answer(
    text="Wipe the lid with a soft cloth that is neither wet nor hot, and let it dry for at least one whole day.",
    status="answered",
    menu_path=("Care", "Lid"),
    taps=("Settings", "Care"),
    sources=(SOURCE,),
    alternatives=PLACES,
    confidence=0.9,
    trace=(ToolCallRecord(tool="search_manual", arguments={}, by="workflow", valid=True, result=""),),
)


def shown(answer: Answer, *, terminal: bool = False, verbose: bool = False, width: int = 60) -> str:
    out = io.StringIO()
    color = "standard" if terminal else None
    console = Console(file=out, width=width, force_terminal=terminal, color_system=color, highlight=False)  # type: ignore[arg-type]
    console.print(rendered_answer(answer, verbose=verbose), soft_wrap=not terminal)
    return out.getvalue()


def test_in_a_pipe_every_line_is_whole_and_the_address_stands_plain() -> None:
    assert shown(QUOTED).splitlines() == [
        "✓ Settings › Care",
        "",
        QUOTED.text,
        "",
        f"From the manual: Care › Lid, page 12, {ADDRESS}",
        "See also: Care › Seal",
        "          Care › Tank",
    ]


def test_on_a_terminal_the_source_is_a_link_and_lines_are_wrapped() -> None:
    text = shown(QUOTED, terminal=True)
    assert f";{ADDRESS}\x1b\\Care › Lid, page 12\x1b]8;;\x1b\\" in text
    assert ", https" not in text
    assert QUOTED.text not in text


@pytest.mark.parametrize("address", ["javascript:alert(1)", "https://a b\x1b]8;;", "file:///etc/passwd"])
def test_no_other_address_becomes_a_link(address: str) -> None:
    source = SOURCE.model_copy(update={"url": address})
    assert "\x1b]8" not in shown(QUOTED.model_copy(update={"sources": (source,)}), terminal=True).replace(address, "")


def test_models_calls_and_cost_are_for_verbose_alone() -> None:
    for word in ("search_manual", "confidence", "model", "tokens", "pump/lid"):
        assert word not in shown(QUOTED)
        assert word in shown(QUOTED, verbose=True)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Some lamps differ.", "Note: Some lamps differ."),
        ("TIP You can dim it too.", "TIP You can dim it too."),
        ("Tip: You can dim it too.", "Tip: You can dim it too."),
        ("Notes are kept for a year.", "Note: Notes are kept for a year."),
    ],
)
def test_a_note_is_called_one_unless_it_says_itself_what_it_is(text: str, line: str) -> None:
    console = Console(file=io.StringIO(), width=60)
    console.print(shown_line(AnswerLine("note", text)))
    assert console.file.getvalue().strip() == line  # type: ignore[attr-defined]


def test_without_a_way_on_the_device_the_place_in_the_manual_is_named_as_such() -> None:
    assert shown(QUOTED.model_copy(update={"taps": ()})).startswith("✓ In the manual: Care › Lid\n")


def test_a_written_answer_says_by_whom_and_that_it_was_checked() -> None:
    written = QUOTED.model_copy(update={"mode": "written", "model": "ollama:x"})
    assert "Written by ollama:x, checked against the manual: " in shown(written)
    wrong = written.model_copy(update={"status": "unverified", "warnings": ("No such button.",)})
    assert shown(wrong).startswith("! Not verified. Settings › Care\n")
    assert "checked" not in shown(wrong)
    assert "! No such button." in shown(wrong)


def test_unsure_and_not_in_the_manual_number_the_places_and_claim_nothing() -> None:
    unsure = Answer(text="Not sure. The closest places:\n- Care > Seal\n- Care > Tank", status="unsure")
    unsure = unsure.model_copy(update={"alternatives": PLACES})
    assert shown(unsure) == "? Not sure. The closest places:\n  1. Care › Seal\n  2. Care › Tank\n"
    mended = unsure.model_copy(update={"understood_as": "seal"})
    assert shown(mended) == f"{shown(unsure)}Understood as: seal\n"
    refused = Answer(text="The manual does not say.", status="not_in_manual")
    assert shown(refused) == "∅ The manual does not say.\n"
    nearest = refused.model_copy(update={"text": f"{refused.text} Nearest: Care > Seal.", "alternatives": PLACES[:1]})
    assert shown(nearest) == "∅ The manual does not say. Nearest:\n  1. Care › Seal\n"


def test_a_place_keeps_its_line_of_a_terminal_and_the_way_on_the_device_as_far_as_it_fits() -> None:
    long, short = (
        place.model_copy(update={"taps": taps}) for place, taps in zip(PLACES, (("Menu",) * 9, ("Tank",)), strict=True)
    )
    unsure = Answer(text="Not sure. The closest places:\n- Care > Seal\n- Care > Tank", status="unsure")
    unsure = unsure.model_copy(update={"alternatives": (long, short)})
    assert shown(unsure, terminal=True, width=40).splitlines()[1:] == [
        "  1. Care › Seal",
        "  2. Care › Tank\x1b[2m (on the device: Tank)\x1b[0m",
    ]
    assert "  1. Care › Seal (on the device: Menu › Menu ›" in shown(unsure)
    assert "  2. Care › Tank (am Gerät: Tank)" in shown(unsure.model_copy(update={"language": "de"}))


def test_an_output_without_the_signs_gets_plain_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    assert shown(QUOTED).startswith("= Settings > Care\n")


def test_ask_needs_no_quotes(run: Run, sample_index_for_answers: ManualIndex) -> None:
    folder = sample_index_for_answers.folder
    outcome = run("ask", "how", "do", "i", "turn", "on", "flight", "mode", "--index", folder)
    assert outcome.out.startswith("✓ Settings › Wi-Fi › Flight mode\n")


@pytest.mark.parametrize(
    ("question", "code"),
    [("How do I turn on flight mode?", 0), ("Who won the world cup?", 3), ("my books vanished", 4)],
)
def test_exit_status_tells_the_state_where_it_is_wanted(
    question: str, code: int, run: Run, sample_index_for_answers: ManualIndex
) -> None:
    asked = ("ask", question, "--index", sample_index_for_answers.folder)
    assert run(*asked).code == 0
    outcome = run(*asked, "--exit-status")
    assert outcome.code == code
    assert outcome.out == run(*asked).out
    assert all(line == line.rstrip() for line in outcome.out.splitlines())


def test_a_place_is_read_by_the_command_that_is_named(run: Run, sample_index_for_answers: ManualIndex) -> None:
    refused = run("ask", "Who won the world cup?", "--index", sample_index_for_answers.folder).out
    command = refused.splitlines()[-1].removeprefix("Read one: graphrag-tools ")
    assert run(*command.split()).code == 0


def test_of_a_long_text_the_answer_says_once_how_to_read_the_rest(sample_index_for_answers: ManualIndex) -> None:
    longer = QUOTED.model_copy(update={"more": "Dry the seal."})
    assert "\n(3 more words: graphrag-tools describe pump/lid)\n" in shown(longer)
    out = io.StringIO()
    Console(file=out, width=500).print(rendered_answer(longer, sample_index_for_answers))
    assert out.getvalue().count("describe pump/lid --index ") == 1
    assert "Dry the seal." not in out.getvalue()
