"""The three LangChain tools over an index, and the toolkit that hands them out."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from functools import partial
from inspect import Parameter, Signature
from typing import Annotated, Any, ClassVar, Literal

from langchain_core.callbacks import CallbackManagerForToolRun
from langchain_core.tools import BaseTool, BaseToolkit, ToolException
from langchain_core.tools.base import ArgsSchema
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SkipValidation,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import SkipJsonSchema
from pydantic.v1 import ValidationError as LegacyValidationError

from graphrag_tools.errors import ConfigError
from graphrag_tools.index.index import ManualIndex, check_is_index
from graphrag_tools.manual.graph import MenuItem
from graphrag_tools.search.hit import Hit
from graphrag_tools.tools import tool_texts
from graphrag_tools.tools.finds import search_sections
from graphrag_tools.tools.items import NoSuchItem, find_item, find_start, manual_named
from graphrag_tools.tools.lookup import (
    DESCRIPTION_TOKENS,
    PATH_TOKENS,
    SEARCH_TOKENS,
    LookupFailed,
    MenuPath,
    bounded,
    is_nothing,
    item_description,
    menu_path,
    shortened,
)

_PREFIX = re.compile(r"(?:[A-Za-z][A-Za-z0-9_-]{0,39})?")
"""What may stand before a tool's name: providers take letters, digits, "_" and "-", 64 characters in all."""


MOST_ARGUMENT_CHARACTERS = 10_000
MOST_HITS = 20


def _of_bearable_length(text: str) -> str:
    """Refuse a text that says nothing, and one whose search would hold a worker for long."""
    if not text:
        raise ValueError(tool_texts.EMPTY)
    if len(text) > MOST_ARGUMENT_CHARACTERS:
        raise ValueError(tool_texts.TOO_LONG.format(length=len(text), most=MOST_ARGUMENT_CHARACTERS))
    return text


BoundedText = Annotated[str, AfterValidator(_of_bearable_length)]
"""A text with limits that no schema shows: servers that decode under one would count 10,000 characters by grammar."""
OptionalText = Annotated[BoundedText | None, WithJsonSchema({"type": "string"})]
"""A text that may be left out. No schema shows null, nor as its default: weak models then send one in each call."""
HitCount = Annotated[int, AfterValidator(lambda count: min(max(count, 1), MOST_HITS))]
"""How many to return: what is out of bounds is brought within them, and no schema shows these."""


def _left_out() -> None:
    return None


class ToolArguments(BaseModel):
    """Arguments of a tool: one that it does not have is refused, an optional one that is empty is not given."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _leave_out_empty(cls, given: Any) -> Any:
        """Drop optional arguments sent as null, "" or "null", as clients do that always send all of them."""
        if not isinstance(given, dict):
            return given
        optional = {name for name, field in cls.model_fields.items() if not field.is_required()}
        return {name: value for name, value in given.items() if name not in optional or not is_nothing(value)}


class SearchArguments(ToolArguments):
    """Arguments of search_manual."""

    query: BoundedText = Field(description=tool_texts.QUERY_ARGUMENT)
    k: HitCount = Field(default=5, description=tool_texts.K_ARGUMENT)
    manual: OptionalText = Field(default_factory=_left_out, description=tool_texts.MANUAL_ARGUMENT)


class OneManualSearchArguments(SearchArguments):
    """Arguments of search_manual where there is one manual to search: naming it is allowed, and not asked for."""

    manual: SkipJsonSchema[OptionalText] = Field(default_factory=_left_out)


class PathArguments(ToolArguments):
    """Arguments of get_menu_path."""

    item: BoundedText = Field(description=tool_texts.ITEM_ARGUMENT)
    start: OptionalText = Field(default_factory=_left_out, description=tool_texts.START_ARGUMENT)


class DescribeArguments(ToolArguments):
    """Arguments of describe_menu_item."""

    item: BoundedText = Field(description=tool_texts.ITEM_ARGUMENT)


class ManualTool(BaseTool):
    """A tool over an index, whose errors the model reads and can act on. It only reads."""

    role: ClassVar[str]
    """The name that it has without a prefix."""

    index: Annotated[ManualIndex, SkipValidation] = Field(exclude=True, repr=False)
    manual: str | None = Field(default=None, exclude=True)
    """The one manual to keep to; None: all of the index."""
    prefix: str = ""
    """What stands before its name and those of the tools beside it."""
    token_budget: int = 500
    """The most that `content` takes, in tokens of about four characters; what is cut is marked."""
    response_format: Literal["content_and_artifact"] = "content_and_artifact"

    def __init__(self, **fields: object) -> None:
        if prefix := fields.get("prefix"):
            fields = {"name": f"{prefix}{self.role}", **fields}
        super().__init__(**{"handle_tool_error": True, **fields})
        if "handle_validation_error" not in fields:
            self.handle_validation_error = invalid_arguments

    @property
    def args(self) -> dict[str, Any]:
        """The properties of its schema, for wrappers of other frameworks, which may write into them.

        An optional one has a default here, because they take one without for required (pydantic-ai).
        """
        return self._with_defaults(deepcopy(super().args))

    @property
    def func(self) -> Callable[..., str]:
        """A function of its arguments that returns what a model reads, as CrewAI and AutoGen take one of a tool.

        Without it they refuse the tool, or show the model the artifact beside the content.
        """

        schema = self.args_schema
        properties = super().args
        if isinstance(schema, type) and issubclass(schema, BaseModel):
            properties = schema.model_json_schema()["properties"]
        parameters = [_parameter(name, held) for name, held in self._with_defaults(properties).items()]
        signature = Signature(parameters, return_annotation=str)

        def call(*given: Any, **named: Any) -> str:
            return str(self.invoke(signature.bind_partial(*given, **named).arguments))

        call.__name__, call.__doc__ = self.name, self.description
        call.__signature__ = signature  # type: ignore[attr-defined]
        return call

    def reads(self, index: ManualIndex, manual: str | None = None) -> bool:
        """Whether it is a tool over this index, opened once or twice, and not kept to another manual than this one."""
        same = self.index is index or self.index.is_at(index)
        return same and (manual is None or self.manual in (None, manual))

    def _with_defaults(self, properties: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
        """Return the properties of its schema, the optional ones with a default."""
        fields = getattr(self.args_schema, "model_fields", {})
        optional = {name for name, field in fields.items() if not field.is_required()}
        return {name: {"default": None, **held} if name in optional else held for name, held in properties.items()}

    def _item(self, text: str) -> MenuItem:
        return find_item(self.index, text, self.manual)

    def _bounded(self, content: str) -> str:
        return bounded(content, self.token_budget)


def check_names(tools: Sequence[object], index: ManualIndex, manual: str | None) -> None:
    """Raise ConfigError where tools of an index, or of one manual of it, seem to have given way to others.

    Agents keep the last of two of one name.
    """
    plain = [tool for tool in tools if isinstance(tool, BaseTool) and tool.name in _ROLES]
    ours = [tool for tool in plain if isinstance(tool, ManualTool)]
    others = [tool for tool in plain if not isinstance(tool, ManualTool)]
    if ours and (others or not any(isinstance(tool, ManualTool) and tool.reads(index, manual) for tool in tools)):
        of = f"the index {index.folder}" if manual is None else f"the manual {manual}"
        raise ConfigError(
            f"{(others or ours)[0].name} is no tool of {of}, and an agent keeps the last of two "
            "tools of one name; give each ManualToolkit a prefix of its own: ManualToolkit(index=index, "
            "prefix='reader_')."
        )


@contextmanager
def _told_to_the_model() -> Iterator[None]:
    try:
        yield
    except (LookupFailed, NoSuchItem) as error:
        raise ToolException(str(error)) from error


class VectorSearchTool(ManualTool):
    """search_manual: hybrid search; the artifact is a list of `Hit`, best first."""

    role = tool_texts.SEARCH_NAME
    name: str = tool_texts.SEARCH_NAME
    description: str = tool_texts.SEARCH_DESCRIPTION
    args_schema: type[BaseModel] = SearchArguments
    token_budget: int = SEARCH_TOKENS
    quotes: bool = False
    """Whether what fits of the first finds is shown where search is not sure, so that a strong model need not read.

    It counts as read then: a model that repeats whatever it finds first loses the doubt that search has."""

    @property
    def tool_call_schema(self) -> ArgsSchema:
        """What a model is shown of its arguments: no `manual` where there is but one to search."""
        only = self.manual is not None or len(self.index.manuals) <= 1
        if only and self.args_schema is SearchArguments:
            return self.model_copy(update={"args_schema": OneManualSearchArguments}).tool_call_schema
        return super().tool_call_schema

    def _run(
        self,
        query: str,
        k: int = 5,
        manual: str | None = None,
        run_manager: CallbackManagerForToolRun | None = None,
    ) -> tuple[str, list[Hit]]:
        search = partial(_traced_search, self.index, within=run_manager)
        within = self.manual or manual_named(self.index, manual)
        with _told_to_the_model():
            content, hits = search_sections(self.index, query, k, within, search, quotes=self.quotes)
        return self._bounded(content), hits


class GraphPathTool(ManualTool):
    """get_menu_path: from the root, or over the fewest edges from another item; the artifact is a `MenuPath`."""

    role = tool_texts.PATH_NAME
    name: str = tool_texts.PATH_NAME
    description: str = tool_texts.PATH_DESCRIPTION
    args_schema: type[BaseModel] = PathArguments
    token_budget: int = PATH_TOKENS

    def _start(self, text: str) -> MenuItem | None:
        return find_start(self.index, text, self.manual)

    def _run(self, item: str, start: str | None = None) -> tuple[str, MenuPath]:
        with _told_to_the_model():
            content, way = menu_path(self.index, self._item(item), self._start(start) if start is not None else None)
        return self._bounded(content), way


class NodeDescriptionTool(ManualTool):
    """describe_menu_item: what the manual says about an item; the artifact is the `MenuItem`."""

    role = tool_texts.DESCRIBE_NAME
    name: str = tool_texts.DESCRIBE_NAME
    description: str = tool_texts.DESCRIBE_DESCRIPTION
    args_schema: type[BaseModel] = DescribeArguments
    token_budget: int = DESCRIPTION_TOKENS

    def _run(self, item: str) -> tuple[str, MenuItem]:
        with _told_to_the_model():
            found = self._item(item)
        return self._bounded(item_description(self.index, found)), found


def _parameter(name: str, shown: Mapping[str, Any]) -> Parameter:
    """Return an argument of a tool as one of a function."""
    kind = {"string": str, "integer": int}.get(shown.get("type", ""), Any)
    default = shown.get("default", Parameter.empty)
    annotation = kind | None if default is None else kind
    return Parameter(name, Parameter.POSITIONAL_OR_KEYWORD, default=default, annotation=annotation)


_ROLES = frozenset(tool.role for tool in (VectorSearchTool, GraphPathTool, NodeDescriptionTool))


class ManualToolkit(BaseToolkit):
    """The three tools over one index: `ManualToolkit(index=index).get_tools()`.

    With `manual`, the id of one, they find nothing of the others, whatever a call says. A `prefix` stands before their
    names, so that the tools of several indexes can be told apart in one agent: ``reader_`` gives reader_search_manual.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: Annotated[ManualIndex, SkipValidation] = Field(exclude=True, repr=False)

    manual: str | None = None
    prefix: str = ""
    quotes: bool = False
    """Whether `search_manual` shows what fits of its first finds where it is not sure: for strong models alone."""

    def get_tools(self) -> list[BaseTool]:
        """Return search_manual, get_menu_path and describe_menu_item, with the prefix before each name.

        Raises:
            ConfigError: The index has no such manual, or a tool's name may not begin with the prefix.
        """
        check_is_index(self.index)
        self.index.check_manual(self.manual)
        if not _PREFIX.fullmatch(self.prefix):
            raise ConfigError(
                f"prefix is {self.prefix!r}; expected a letter, then letters, digits, '_' or '-', at most 40 in all."
            )
        kept: dict[str, Any] = {"index": self.index, "manual": self.manual, "prefix": self.prefix}
        return [VectorSearchTool(**kept, quotes=self.quotes), GraphPathTool(**kept), NodeDescriptionTool(**kept)]


def invalid_arguments(error: ValidationError | LegacyValidationError) -> str:
    """Return what a model is told of arguments that do not fit a tool."""
    problems = "; ".join(
        f"{'.'.join(shortened(str(part)) for part in found['loc']) or 'arguments'}: "
        f"{found['msg'].removeprefix('Value error, ')}"
        for found in error.errors()
    )
    return tool_texts.INVALID_ARGUMENTS.format(problems=problems)


def _traced_search(
    index: ManualIndex, query: str, k: int, manual: str | None, within: CallbackManagerForToolRun | None
) -> list[Hit]:
    """Search, and tell those who trace the tool's run of a retriever's run within it, with the documents it found."""
    if within is None or not within.handlers:
        return index.search(query, k, manual)
    from graphrag_tools.index.retriever import document_of

    metadata = {"ls_retriever_name": "manual", "ls_embedding_provider": type(index.embeddings).__name__}
    child = within.get_child()
    child.add_metadata(metadata, inherit=False)
    run = child.on_retriever_start({}, query, name="ManualRetriever")
    try:
        hits = index.search(query, k, manual)
    except BaseException as error:
        run.on_retriever_error(error)
        raise
    run.on_retriever_end([document_of(index.item_of(hit), hit) for hit in hits])
    return hits
