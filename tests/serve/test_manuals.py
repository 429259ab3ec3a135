"""Manuals as models: their names, and what is said of one that there is not."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from langchain_core.messages import HumanMessage
from langgraph.checkpoint.memory import InMemorySaver

from graphrag_tools.errors import ConfigError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.index.manifest import ManualInfo
from graphrag_tools.models.options import ModelOptions
from graphrag_tools.progress import no_progress
from graphrag_tools.serve.manuals import ALL_MANUALS, ManualModel, Manuals
from graphrag_tools.serve.refusals import Refusal
from graphrag_tools.workflow.options import WorkflowOptions


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ManualIndex]:
    """Two manuals of a section each, which say different things of the same wheel."""
    folder = tmp_path_factory.mktemp("two")
    for name, way in (("lamp", "right"), ("reader", "left")):
        text = f"# {name.title()}\n\n## Brightness wheel\n\nTurn the wheel to the {way}.\n"
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    sources = [f"{name}={folder / name}.md" for name in ("lamp", "reader")]
    built = ManualIndex.build(sources, folder / "index")
    yield built
    built.close()


def hold(index: ManualIndex, infos: list[ManualInfo], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let indexes say that they hold these manuals."""
    told = index.manifest.model_copy(update={"manuals": tuple(infos)})
    monkeypatch.setattr(ManualIndex, "manifest", property(lambda _: told))


def test_all_manuals_come_first_and_are_as_new_as_the_newest(
    index: ManualIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    older, newer = (datetime(2026, month, 1, tzinfo=UTC) for month in (3, 9))
    infos = [
        info.model_copy(update={"built": built, "title": info.id.title()})
        for info, built in zip(index.manuals, (older, newer), strict=True)
    ]
    hold(index, infos, monkeypatch)
    assert Manuals(index).models() == [
        ManualModel(ALL_MANUALS, "All manuals", newer, None),
        ManualModel("lamp", "Lamp", older, "lamp"),
        ManualModel("reader", "Reader", newer, "reader"),
    ]


def test_one_manual_on_offer_stands_alone_and_for_all(index: ManualIndex) -> None:
    manuals = Manuals(index, options=WorkflowOptions(manual="reader"))
    assert manuals.only == "reader"
    assert [one.name for one in manuals.models()] == ["reader"]
    assert manuals.named(ALL_MANUALS) == manuals.named("reader") == manuals.named("reader:latest")


def test_index_that_does_not_say_when_a_manual_was_built(index: ManualIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    hold(index, [info.model_copy(update={"built": None}) for info in index.manuals], monkeypatch)
    assert {one.built for one in Manuals(index).models()} == {datetime(2026, 1, 1, tzinfo=UTC)}


@pytest.mark.parametrize(("name", "manual"), [("lamp", "lamp"), ("lamp:latest", "lamp"), (ALL_MANUALS, None)])
def test_model_is_found_by_its_name(name: str, manual: str | None, index: ManualIndex) -> None:
    assert Manuals(index).named(name).manual == manual


@pytest.mark.parametrize("name", ["toaster", "", "lamp:1b", "latest:lamp", "x" * 300])
def test_unknown_model_is_refused_with_those_that_there_are(name: str, index: ManualIndex) -> None:
    with pytest.raises(Refusal) as refused:
        Manuals(index).named(name)
    told = refused.value
    assert (told.status, told.param, told.code) == (404, "model", "model_not_found")
    assert told.message == (
        f"the model {name[:200]!r} does not exist here; the manuals that can be asked are: all-manuals, lamp, reader"
    )


def test_no_more_than_twenty_models_are_named(index: ManualIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    infos = [index.manuals[0].model_copy(update={"id": f"m{at}"}) for at in range(30)]
    hold(index, infos, monkeypatch)
    with pytest.raises(Refusal) as refused:
        Manuals(index).named("toaster")
    assert refused.value.message.endswith(": all-manuals, " + ", ".join(f"m{at}" for at in range(19)))


def test_manual_that_cannot_be_asked_is_said_before_anyone_asks(index: ManualIndex) -> None:
    with pytest.raises(ConfigError, match="toaster"):
        Manuals(index, options=WorkflowOptions(manual="toaster"))


@pytest.mark.parametrize(
    ("manual", "only", "way"), [("lamp", None, "right"), ("reader", None, "left"), (None, "reader", "left")]
)
async def test_question_is_put_to_the_manual_asked(
    manual: str | None, only: str | None, way: str, index: ManualIndex
) -> None:
    manuals = Manuals(index, options=WorkflowOptions(manual=only))
    manuals.memory = InMemorySaver()
    counted: list[Any] = []
    manuals.metrics.count_answer = counted.append  # type: ignore[method-assign]
    question = "Where do I turn the brightness wheel?"
    answers = [await manuals.ask(manual, [HumanMessage(question)]), await manuals.ask_on("a", manual, question)]
    for answer in answers:
        assert f"to the {way}" in answer.sources[0].quote
    assert counted == answers


async def test_threads_of_a_server_are_apart_and_have_a_place_of_their_own(index: ManualIndex) -> None:
    manuals = Manuals(index)
    manuals.memory = memory = InMemorySaver()
    await manuals.ask_on("desk", "lamp", "Where do I turn the brightness wheel?")
    again = await manuals.ask_on("desk", "lamp", "and where is it?")
    other = await manuals.ask_on("shelf", "lamp", "and where is it?")
    assert (again.follow_up, other.follow_up) == (True, False)
    assert set(memory.storage) == {"serve/desk", "serve/shelf"}


async def test_nothing_is_remembered_without_a_memory(index: ManualIndex) -> None:
    with pytest.raises(Refusal, match="no threads are remembered here; expected history, or a server with") as refused:
        await Manuals(index).ask_on("desk", None, "Where is it?")
    assert refused.value.status == 400


def test_models_are_opened_as_the_server_was_told(index: ManualIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []

    class Workflows:
        def __init__(self, *given: Any) -> None:
            told.append(given)

        def of(self, manual: str | None) -> None:
            told.append(manual)

    monkeypatch.setattr("graphrag_tools.serve.manuals.ManualWorkflows", Workflows)
    options, model_options = WorkflowOptions(manual="lamp"), ModelOptions()
    Manuals(index, None, options, model_options, no_progress)
    assert told == [(index, None, options, model_options, no_progress), "lamp"]
