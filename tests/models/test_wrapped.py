"""Chat models with something of LangChain's around them."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from conftest import Recorder, opened
from langchain.chat_models import init_chat_model
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_core.runnables import ConfigurableField, Runnable
from langchain_ollama import ChatOllama
from langchain_openai import ChatOpenAI
from pydantic import Field
from support.scripted_models import ScriptedChatModel, calling, saying

from graphrag_tools.agent.agent import manual_agent
from graphrag_tools.errors import ConfigError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.models.wrapped import WrappedChatModel
from graphrag_tools.workflow.graph import WorkflowOptions, manual_workflow

ASKED: dict[str, Any] = {"messages": [("user", "How long can I keep a borrowed book?")]}
LOANS = "larkfield/library/loans"
GOOD = "A loan ends after 21 days."
REPLIES = (calling("describe_menu_item", item=LOANS), saying(GOOD))
CALL = '{"call": {"tool": "describe_menu_item", "item": "larkfield/library/loans"}}'
FIELD = ConfigurableField(id="which")


class Noting(ScriptedChatModel):
    """Keeps what each call was given beside messages, and binds tools as providers' models do."""

    given: list[dict[str, Any]] = Field(default_factory=list)
    temperature: float = 0.0

    def bind_tools(self, tools: Any, **kwargs: Any) -> Runnable[Any, AIMessage]:
        return self.bind(tools=[tool.name for tool in tools])

    def _generate(
        self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **kw: Any
    ) -> ChatResult:
        self.given.append({"stop": stop, "temperature": self.temperature, **kw})
        return super()._generate(messages, stop, run_manager)


class Streaming(Noting):
    def _stream(
        self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **kwargs: Any
    ) -> Iterator[ChatGenerationChunk]:
        message = self._generate(messages).generations[0].message
        yield ChatGenerationChunk(message=AIMessageChunk(**message.model_dump(exclude={"type"})))


@pytest.fixture
def ollama_recorder(recorder: Recorder) -> Recorder:
    said = {"message": {"role": "assistant", "content": CALL}, "done": True, "done_reason": "stop"}
    recorder.answers = {"/api/chat": (200, json.dumps(said))}
    return recorder


Wrap = Callable[[BaseChatModel], Any]
WRAPPINGS: dict[str, Wrap] = {
    "bind": lambda model: model.bind(stop=["###"]),
    "with_config": lambda model: model.with_config(tags=["mine"]),
    "configurable_fields": lambda model: model.configurable_fields(temperature=FIELD),
    "configurable_alternatives": lambda model: model.configurable_alternatives(FIELD, other=saying),  # type: ignore[arg-type]
    "with_fallbacks": lambda model: Noting(ConnectionError("down"), ConnectionError("down")).with_fallbacks([model]),
    "with_retry": lambda model: model.with_retry(),
    "several": lambda model: model.bind(stop=["###"]).with_retry().with_config(tags=["mine"]),
}


@pytest.mark.parametrize("mode", ["native", "schema", "agent"])
@pytest.mark.parametrize("wrap", WRAPPINGS.values(), ids=WRAPPINGS)
async def test_model_works_as_without_its_wrapping(
    wrap: Wrap, mode: Any, sample_index_for_answers: ManualIndex
) -> None:
    first = saying(CALL) if mode == "schema" else REPLIES[0]
    model = Noting(*(2 * (first, REPLIES[1])))
    if mode == "agent":
        app = manual_agent(sample_index_for_answers, wrap(model))
    else:
        options = WorkflowOptions(tool_mode=mode, answers="written", choices=3)
        app = manual_workflow(sample_index_for_answers, wrap(model), options=options)
    answers = [app.invoke(ASKED)["answer"], (await app.ainvoke(ASKED))["answer"]]
    assert [(answer.text, answer.model) for answer in answers] == [(GOOD, "custom:Noting")] * 2
    assert model.left == 0


def test_what_is_bound_reaches_the_model_beside_the_tools(sample_index_for_answers: ManualIndex) -> None:
    model = Noting(*REPLIES, given=[])  # type: ignore[arg-type]
    manual_agent(sample_index_for_answers, model.bind(stop=["###"])).invoke(ASKED)
    assert [given["stop"] for given in model.given] == [["###"]] * 2
    assert model.given[0]["tools"] == ["search_manual", "get_menu_path", "describe_menu_item"]


def test_what_a_run_configures_reaches_the_model(
    ollama_recorder: Recorder, sample_index_for_answers: ManualIndex
) -> None:
    model = ChatOllama(model="toy", base_url=ollama_recorder.url).configurable_fields(temperature=FIELD)
    options = WorkflowOptions(tool_mode="schema", answers="quoted")
    app = manual_workflow(sample_index_for_answers, model, options=options)  # type: ignore[arg-type]
    for given in (0.5, 0.7):
        app.invoke(ASKED, {"configurable": {"which": given}})
        assert ollama_recorder.bodies["/api/chat"]["options"]["temperature"] == given


async def test_drafts_are_told_once_and_traces_show_one_run(sample_index_for_answers: ManualIndex) -> None:
    options = WorkflowOptions(tool_mode="native", answers="written")
    model = Streaming(*REPLIES).with_retry()
    app = manual_workflow(sample_index_for_answers, model, options=options)  # type: ignore[arg-type]
    drafts = [event["text"] for event in app.stream(ASKED, stream_mode="custom") if "text" in event]
    assert "".join(drafts) == GOOD
    model = Streaming(*REPLIES).with_retry()
    app = manual_workflow(sample_index_for_answers, model, options=options)  # type: ignore[arg-type]
    events = [event async for event in app.astream_events(ASKED, version="v2")]
    runs = [event["name"] for event in events if event["event"] == "on_chat_model_start"]
    assert runs == ["Streaming", "Streaming"]


def test_ollama_within_a_wrapping_keeps_prompts_whole(recorder: Recorder) -> None:
    chat = opened(ChatOllama(model="any", base_url=recorder.url).with_retry()).chat  # type: ignore[arg-type]
    assert isinstance(chat, WrappedChatModel)
    assert "transport" in chat.inner.sync_client_kwargs
    assert chat.wrapped.bound is chat.inner


def test_configurable_model_of_langchain_is_taken_as_it_is_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    model = init_chat_model("openai:gpt-5-mini", configurable_fields=("model",))
    assert opened(model).name == "custom:gpt-5-mini"  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="the configurable model cannot be opened as it is"):
        opened(init_chat_model(configurable_fields=("model", "model_provider")))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (lambda model: model.with_structured_output({"title": "x"}), "expected a string"),
        (lambda model: model | saying, "expected a string"),
        (lambda model: ScriptedChatModel, "expected a string"),
        (lambda model: model.with_fallbacks([ChatOpenAI(model="x", api_key="x")]), "several kinds"),  # type: ignore[arg-type]
    ],
)
def test_what_is_no_chat_model_is_refused_in_words(given: Wrap, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        opened(given(ScriptedChatModel()))
