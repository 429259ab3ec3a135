"""The MCP tool check_answer: what a client's model wrote, held against the manual in code."""

import asyncio
from collections.abc import Mapping
from typing import Any

import mcp_types as protocol
from pydantic import BaseModel, Field

from graphrag_tools.index.index import ManualIndex
from graphrag_tools.search.confidence import Thresholds
from graphrag_tools.tools import tool_texts
from graphrag_tools.tools.items import manual_named
from graphrag_tools.tools.manual_tools import BoundedText, ToolArguments

_HITS = 5


class CheckArguments(ToolArguments):
    """Arguments of check_answer."""

    question: BoundedText = Field(description=tool_texts.QUESTION_ARGUMENT, min_length=1)
    draft: BoundedText = Field(description=tool_texts.DRAFT_ARGUMENT, min_length=1)
    manual: BoundedText | None = Field(default=None, description=tool_texts.MANUAL_ARGUMENT)


class CheckedAnswer(BaseModel):
    """Whether an answer holds against the item that it is nearest to."""

    holds: bool
    problems: list[str] = Field(description="What is wrong with it, a sentence each.")
    item: str = Field(description="Id of the item that it was held against; empty where nothing is near.")
    menu_path: list[str]
    taps: list[str] = Field(description="What to tap on the device, where the manual says it.")
    manual_says: str = Field(description="The manual's own words on the question, from that item.")


class CheckingTool:
    """Checks answers, without any model."""

    name = tool_texts.CHECK_NAME
    description = tool_texts.CHECK_DESCRIPTION
    arguments: type[ToolArguments] = CheckArguments
    result: type[BaseModel] = CheckedAnswer

    def __init__(self, index: ManualIndex, manual: str | None, thresholds: Thresholds) -> None:
        self._index = index
        self._manual = manual
        self._thresholds = thresholds

    async def call(self, given: Mapping[str, Any], _session: object) -> protocol.CallToolResult:
        """Return whether the draft holds.

        Raises:
            ValidationError: The arguments do not fit.
            GraphRAGToolsError: There is no such manual, or the index failed.
        """
        asked = CheckArguments.model_validate(given)
        checked, text = await asyncio.to_thread(self._check, asked)
        return protocol.CallToolResult(
            content=[protocol.TextContent(text=text)], structured_content=checked.model_dump(mode="json")
        )

    def _check(self, asked: CheckArguments) -> tuple[CheckedAnswer, str]:
        """Hold a draft against the section found whose words it has most: two sections mixed are a third thing."""
        from graphrag_tools.answers.answer import quote_item, quoted_answer, written_answer
        from graphrag_tools.verification.answer import problems
        from graphrag_tools.verification.refusals import is_refusal
        from graphrag_tools.verification.wording import words_from_sources

        hits = self._index.search(asked.question, _HITS, self._manual or manual_named(self._index, asked.manual))
        refuses = is_refusal(asked.draft, "", asked.question)
        sure = bool(hits) and self._thresholds.standing(hits[0].confidence) == "answered"
        if not hits or (refuses and not sure):
            return _nothing_near(refuses)
        sections = [self._index.item_of(hit) for hit in hits]
        nearest = sections[0]
        if not refuses:
            nearest = max(sections, key=lambda one: words_from_sources(asked.draft, one.whole_text))
        quote = quote_item(asked.question, nearest.id, self._index, hits)
        if refuses:
            wrong = [tool_texts.DRAFT_OVERLOOKS.format(path=nearest.menu_path)]
        else:
            wrong = problems(written_answer(asked.draft, quote, self._index, ""), asked.question, self._index)
        says = quoted_answer(quote, self._index)
        checked = CheckedAnswer(
            holds=not wrong,
            problems=wrong,
            item=nearest.id,
            menu_path=list(says.menu_path),
            taps=list(says.taps),
            manual_says=says.text,
        )
        return checked, _as_text(checked, nearest.menu_path)


def _nothing_near(refuses: bool) -> tuple[CheckedAnswer, str]:
    wrong = [] if refuses else [tool_texts.NOTHING_TO_CHECK]
    checked = CheckedAnswer(holds=refuses, problems=wrong, item="", menu_path=[], taps=[], manual_says="")
    return checked, tool_texts.DRAFT_REFUSES if refuses else tool_texts.DRAFT_FAILS.format(reasons=wrong[0])


def _as_text(checked: CheckedAnswer, path: str) -> str:
    if checked.holds:
        return tool_texts.DRAFT_HOLDS.format(path=path)
    failed = tool_texts.DRAFT_FAILS.format(reasons="\n".join(f"- {reason}" for reason in checked.problems))
    return f"{failed}\n{tool_texts.INSTEAD.format(path=path, text=checked.manual_says)}"
