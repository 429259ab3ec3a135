"""Read lines from whoever types them: with editing and history at a terminal, as they come from a pipe."""

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from graphrag_tools.cli.output import print_aside

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession

_PROMPT = "Question: "
_MARK = "> "
_CONTINUED = ". "


class LineReader(Protocol):
    """Reads one line after another."""

    is_terminal: bool

    def next_line(self) -> str:
        """Return the next line without blanks around it; empty at the end, and where the reader is to stop."""


def line_reader(complete: Callable[[str], Sequence[str]], earlier: Callable[[], Sequence[str]]) -> LineReader:
    """Return a reader of standard input. `complete` takes what is typed and returns the lines that it may become.

    `earlier` returns lines of before, oldest first, to go back to at a terminal.
    """
    if sys.stdin.isatty() and sys.stderr.isatty():
        return _TerminalReader(complete, earlier())
    return _PipeReader()


class _PipeReader:
    is_terminal = False

    def next_line(self) -> str:
        try:
            self._tell(_PROMPT)
            return input().strip()
        except (EOFError, KeyboardInterrupt):
            self._tell("\n")
            return ""

    @staticmethod
    def _tell(words: str) -> None:
        """Say to whoever types, standard error going elsewhere, what no pipe is to read."""
        if sys.stdin.isatty():
            print(words, end="", file=sys.stderr, flush=True)


class _TerminalReader:
    is_terminal = True

    def __init__(self, complete: Callable[[str], Sequence[str]], earlier: Sequence[str]) -> None:
        self._session = _session(complete, earlier)

    def next_line(self) -> str:
        try:
            # Once the prompt is seen the keys are ours: a quick Ctrl-C clears the line and does not end the program.
            with self._session.input.raw_mode():
                print_aside(_PROMPT)
                line = self._session.prompt().strip()
        except (EOFError, KeyboardInterrupt):
            return ""
        # What was edited is taken away with all that it left on the screen; the question stands above its answer.
        print_aside(f"{_MARK}{line}" if line else "")
        return line


def _session(complete: Callable[[str], Sequence[str]], earlier: Sequence[str]) -> "PromptSession[str]":
    """Return a prompt on standard error, because standard output may go elsewhere."""
    from prompt_toolkit import PromptSession
    from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
    from prompt_toolkit.history import InMemoryHistory
    from prompt_toolkit.output import create_output
    from prompt_toolkit.output.vt100 import Vt100_Output

    history = InMemoryHistory()
    for line in earlier:
        history.append_string(line)
    output = create_output(stdout=sys.stderr)
    if isinstance(output, Vt100_Output):
        # Asked where its cursor is, a terminal that does not answer holds the first question up for seconds.
        output.enable_cpr = False
    return PromptSession(
        [("ansicyan", _MARK)],
        history=history,
        output=output,
        key_bindings=_keys(),
        completer=_completer(complete),
        complete_while_typing=False,
        auto_suggest=AutoSuggestFromHistory(),
        enable_history_search=True,
        multiline=False,
        erase_when_done=True,
        prompt_continuation=_CONTINUED,
    )


def _keys() -> Any:
    from prompt_toolkit.key_binding import KeyBindings

    keys = KeyBindings()

    @keys.add("c-c")
    def clear_or_leave(event: Any) -> None:
        if event.current_buffer.text:
            event.current_buffer.reset()
        else:
            event.app.exit(exception=KeyboardInterrupt)

    @keys.add("escape", "enter")
    def begin_a_line(event: Any) -> None:
        event.current_buffer.insert_text("\n")

    return keys


def _completer(complete: Callable[[str], Sequence[str]]) -> Any:
    from prompt_toolkit.completion import Completer, Completion

    class Lines(Completer):
        def get_completions(self, document: Any, complete_event: Any) -> Any:  # noqa: ARG002
            typed = document.text_before_cursor
            for line in complete(typed):
                yield Completion(line, start_position=-len(typed))

    return Lines()
