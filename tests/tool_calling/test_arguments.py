"""Arguments as models write them: under other names, as text, too deep, too many, or not there at all."""

from enum import StrEnum
from typing import Annotated

import pytest
from langchain_core.tools import BaseTool, tool
from pydantic import AfterValidator, Field

from graphrag_tools.tool_calling.arguments import mended_arguments


@pytest.fixture
def search() -> BaseTool:
    @tool
    def find(query: str, k: int = 5, exact: bool = False) -> str:
        """Find something."""
        return f"{query}{k}{exact}"

    return find


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ({"query": "loans"}, {"query": "loans"}),
        ({"Query": "loans", "K": "3"}, {"query": "loans", "k": 3}),
        ({"query": "loans", "k": 4.0, "exact": "yes"}, {"query": "loans", "k": 4, "exact": True}),
        ({"arguments": {"query": "loans"}}, {"query": "loans"}),
        ({"qeury": "loans"}, {"query": "loans"}),
        ({"whatever": "loans"}, {"query": "loans"}),
        ({"query": "loans", "exackt": "yes"}, {"query": "loans", "exact": True}),
        ({0: "loans", 1: "2"}, {"query": "loans", "k": 2}),
        ({0: "fees", "query": "loans"}, {"query": "loans"}),
        ({"query": ["loans"]}, {"query": "loans"}),
        ({"query": {"value": "loans"}}, {"query": "loans"}),
        ({"query": "loans", "k": None, "colour": "red"}, {"query": "loans"}),
    ],
)
def test_arguments_are_brought_to_the_schema(
    search: BaseTool, written: dict[str | int, object], meant: dict[str, object]
) -> None:
    mended = mended_arguments(search, written, {})
    assert (mended.arguments, mended.problems) == (meant, ())


@pytest.mark.parametrize(("written", "meant"), [(0, 1), (-7, 1), ("99", 20), (20.0, 20), (1, 1), (1e300, 20)])
def test_number_is_brought_within_its_bounds(written: object, meant: int) -> None:
    @tool
    def find(k: Annotated[int, Field(ge=1, le=20)]) -> str:
        """Find something."""
        return str(k)

    mended = mended_arguments(find, {"k": written}, {})
    assert (mended.arguments, mended.problems) == ({"k": meant}, ())


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ({"names": ["a"], "more": {"a": 1}}, {"names": ["a"], "more": {"a": 1}}),
        ({"names": '["a", "b"]', "more": '{"a": 1}'}, {"names": ["a", "b"], "more": {"a": 1}}),
        ({"names": "a"}, {"names": ["a"]}),
        ({"names": '{"a": 1}', "more": '["a"]'}, {"names": ['{"a": 1}']}),
        ({"names": "[" * 100_000, "more": "{"}, {"names": ["[" * 100_000]}),
        ({"names": "[1", "more": 7}, {"names": ["[1"]}),
    ],
)
def test_lists_and_objects_are_read_from_text_and_nothing_else_becomes_one(
    written: dict[str | int, object], meant: dict[str, object]
) -> None:
    @tool
    def choose(names: list[str], more: dict[str, int] | None = None) -> str:
        """Choose some."""
        return f"{names}{more}"

    mended = mended_arguments(choose, written, {})
    assert (mended.arguments, mended.problems) == (meant, ())


@pytest.mark.parametrize(
    ("written", "meant"), [("Yes", True), (" no ", False), (1, True), ("0", False), ("maybe", None)]
)
def test_yes_and_no_are_read_and_nothing_else_is(search: BaseTool, written: object, meant: bool | None) -> None:
    mended = mended_arguments(search, {"query": "loans", "exact": written}, {})
    assert mended.arguments == {"query": "loans", **({} if meant is None else {"exact": meant})}


class Season(StrEnum):
    SUMMER = "summer"
    WINTER = "winter"


@pytest.mark.parametrize(
    ("written", "meant"), [("Winter", "winter"), ("summer", "summer"), ("noon", None), (None, None)]
)
def test_types_that_a_schema_names_elsewhere_are_known(written: object, meant: str | None) -> None:
    @tool
    def plan(query: str, season: Season | None = None, other: Season = Season.SUMMER) -> str:
        """Plan something."""
        return f"{query}{season}{other}"

    mended = mended_arguments(plan, {"query": "tyres", "season": written, "other": written}, {})
    assert (mended.arguments.get("season"), mended.arguments.get("other")) == (meant, meant)
    assert mended.problems == ()


def test_what_was_done_is_said(search: BaseTool) -> None:
    assert mended_arguments(search, {"query": "loans"}, {}).notes == ()
    notes = mended_arguments(search, {"qeury": "loans", "colour": "red"}, {}).notes
    assert any("qeury" in note for note in notes)
    assert any("colour" in note and "left out" in note for note in notes)


def test_missing_argument_is_a_problem_unless_something_stands_in(search: BaseTool) -> None:
    assert mended_arguments(search, {}, {}).problems == ("query is missing",)
    assert mended_arguments(search, {}, {"query": "How?"}).arguments == {"query": "How?"}


@pytest.mark.parametrize("value", [{"a": 1}, [1, 2], "", True, None])
def test_value_that_cannot_be_text_is_not_made_text(search: BaseTool, value: object) -> None:
    assert mended_arguments(search, {"query": value}, {}).problems == ("query is missing",)


def test_what_only_the_tools_own_check_refuses_is_a_problem() -> None:
    def checked(text: str) -> str:
        if text != "open sesame":
            raise ValueError("not the word")
        return text

    @tool
    def enter(word: Annotated[str, AfterValidator(checked)]) -> str:
        """Enter with a word."""
        return word

    assert mended_arguments(enter, {"word": "open sesame"}, {}).problems == ()
    [problem] = mended_arguments(enter, {"word": "barley"}, {}).problems
    assert problem.startswith("word: ")
    assert "not the word" in problem


@pytest.mark.parametrize(
    ("written", "meant"), [({}, {}), ({"manual": "none"}, {}), ({"manual": " lamp "}, {"manual": "lamp"})]
)
def test_tool_that_needs_no_argument_is_given_none_of_no_use(
    written: dict[str | int, object], meant: dict[str, object]
) -> None:
    @tool
    def read(manual: str = "all") -> str:
        """Read something."""
        return manual

    mended = mended_arguments(read, written, {})
    assert (mended.arguments, mended.problems) == (meant, ())
