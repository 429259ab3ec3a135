"""The commands ask and chat, and the answer as a terminal shows it while it is made."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from graphrag_tools.cli.conversation import ChatSession, earlier_questions
from graphrag_tools.cli.line_reading import line_reader
from graphrag_tools.cli.opening import open_index, open_workflow
from graphrag_tools.cli.options import ShownOptions
from graphrag_tools.cli.output import Cleaned, print_answer, print_aside, print_json, rendered_answer
from graphrag_tools.errors import GraphRAGToolsError
from graphrag_tools.text.language import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_core.runnables import RunnableConfig
    from langgraph.checkpoint.base import BaseCheckpointSaver

    from graphrag_tools.answer import Answer
    from graphrag_tools.index.index import ManualIndex
    from graphrag_tools.workflow.streaming import Event


_EXIT_STATUS = {"not_in_manual": 3, "unsure": 4}


def ask(
    question: Annotated[list[str], typer.Argument(help="What you want to know; quotes are not needed.")],
    options: ShownOptions,
    exit_status: Annotated[
        bool, typer.Option("--exit-status", help="Exit with 3 if it is not in the manual, with 4 if unsure.")
    ] = False,
) -> None:
    """Answer one question from the manual."""
    index = open_index(options.index)
    answer = _answer(options, index, " ".join(question))
    print_answer(answer, options.as_json, index, options.verbose)
    if exit_status and (code := _EXIT_STATUS.get(answer.status)):
        raise typer.Exit(code)


def _answer(options: ShownOptions, index: "ManualIndex", question: str) -> "Answer":
    from graphrag_tools.workflow.direct import answer_directly, may_answer_directly

    if may_answer_directly(options.model, options.for_workflow()):
        return answer_directly(index, question, options.for_workflow())
    from graphrag_tools.workflow.graph import aask

    # Awaited, so that Ctrl-C does not wait for the model.
    return asyncio.run(aask(open_workflow(options, index=index), question))


def chat(
    options: ShownOptions,
    remember: Annotated[
        Path | None, typer.Option(help="Remember the chat in this SQLite file, or in PostgreSQL (postgresql://…).")
    ] = None,
    thread: Annotated[str, typer.Option(help="Name of the conversation there.")] = "chat",
    thread_tokens: Annotated[
        int | None,
        typer.Option(min=1, help="Tokens of the conversation to keep; older turns are dropped (default: 16000)."),
    ] = None,
) -> None:
    """Answer questions in a loop, follow-ups too; /help lists what else can be typed, an empty line ends it.

    At a terminal the arrow keys edit and go through earlier questions, Alt-Enter begins another line, Ctrl-C clears the
    line or stops an answer.
    """
    answers: list[Answer] = []
    with asyncio.Runner() as runner, _remembered(runner, remember) as memory:
        talk = ChatSession(options, memory, thread_tokens)
        reader = line_reader(talk.words_to_complete, lambda: runner.run(earlier_questions(talk.workflow, thread)))
        if reader.is_terminal:
            print_aside(talk.banner())
        while line := reader.next_line():
            if command := talk.command_in(line, answers):
                if talk.obey(command, answers):
                    break
                continue
            try:
                answer = _live_answer(runner, talk, line, thread, options.verbose)
            except KeyboardInterrupt:
                print_aside("Stopped. Ask another question, or end with an empty line.")
            except GraphRAGToolsError as error:
                print_aside(f"Error: {error}")
            else:
                answers.append(answer)
                if not options.as_json:
                    print_answer(answer, as_json=False, index=talk.index, verbose=options.verbose, in_chat=True)
    if options.as_json:
        print_json([answer.model_dump(mode="json") for answer in answers])


@contextmanager
def _remembered(runner: asyncio.Runner, file: Path | None) -> "Iterator[BaseCheckpointSaver[str]]":
    """Open the chat's memory for the runner's event loop."""
    from graphrag_tools.conversation.memory import aopen_memory

    opened = AsyncExitStack()
    try:
        yield runner.run(opened.enter_async_context(aopen_memory(file)))
    finally:
        runner.run(opened.aclose())


def _live_answer(runner: asyncio.Runner, talk: ChatSession, question: str, thread: str, verbose: bool) -> "Answer":
    """Return the answer to a question; on a terminal, show on standard error how it is made, and the quote at once.

    The runner turns Ctrl-C into cancelling: the connection to the model's server closes, which stops the model.

    Raises:
        KeyboardInterrupt: It was cancelled.
    """
    from rich.console import Console
    from rich.live import Live

    from graphrag_tools.workflow.streaming import ask_with_events

    shown, console = (
        LiveAnswer(lambda quote: rendered_answer(quote, talk.index), talk.index.language_of(), calls=verbose),
        Console(stderr=True),
    )
    with Live(console=console, transient=True, auto_refresh=console.is_terminal) as live:

        def show(event: "Event") -> None:
            if console.is_terminal:
                live.update(Cleaned(shown.take(event)))

        config: RunnableConfig = {"configurable": {"thread_id": thread}}
        return runner.run(ask_with_events(talk.workflow, question, config, show))


class LiveAnswer:
    """Takes events and says what to show: the quote, the stage, and the draft, marked as not checked yet.

    `calls` adds the tool calls, which say little to those who only ask.
    """

    def __init__(
        self, render: "Callable[[Answer], RenderableType]", language: str = ENGLISH, *, calls: bool = False
    ) -> None:
        from graphrag_tools.workflow.streaming import stage_words

        self._render = render
        self._shows_calls = calls
        self._calls: list[str] = []
        self._words = stage_words(language)
        self._stage = self._words.first
        self._draft = ""
        self._quote: RenderableType | None = None

    def take(self, event: "Event") -> RenderableType:
        """Return what to show after one more event."""
        from graphrag_tools.answer import caller_words
        from graphrag_tools.workflow import streaming

        match event:
            case streaming.StageEnded(stage):
                self._stage = self._words.next.get(stage, self._stage)
            case streaming.ToolCalled(tool, arguments, by) if self._shows_calls:
                self._calls.append(f"{tool}({streaming.first_argument(arguments)!r}){caller_words(by)}")
            case streaming.Quoted(answer):
                self._quote = self._render(answer)
            case streaming.Token(text):
                self._draft += text
            case streaming.DraftRejected(failed):
                self._draft = ""
                self._stage = self._words.again if failed else self._stage
        return self._shown()

    def _shown(self) -> RenderableType:
        lines: list[RenderableType] = [self._quote, Text()] if self._quote else []
        lines += [Text(call, style="dim") for call in self._calls]
        lines.append(Text(f"{self._stage} …", style="dim italic"))
        if self._draft:
            lines.append(Text(f"Draft, not checked yet: {self._draft}", style="dim"))
        return Group(*lines)
