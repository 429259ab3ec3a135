"""A chat at the command line: which model answers from which manual, and what may be typed beside questions."""

import webbrowser
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from graphrag_tools.cli.nearest import near_words
from graphrag_tools.cli.opening import open_index, open_workflow
from graphrag_tools.cli.options import ShownOptions
from graphrag_tools.cli.output import print_aside, print_shown
from graphrag_tools.cli.wording import counted, shown_way
from graphrag_tools.errors import GraphRAGToolsError
from graphrag_tools.text.web_address import is_web_address

if TYPE_CHECKING:
    from langgraph.graph.state import CompiledStateGraph
    from langgraph.types import Checkpointer

    from graphrag_tools.answer import Answer, Source

_HELP = {
    "/help": "list these",
    "/model [NAME]": "say who answers, or let another model answer",
    "/manual [ID]": "say which manuals there are, or keep to one; /manual all takes all",
    "/map [ITEM]": "show where the last answer, or an item, is in the manual",
    "/read [NUMBER]": "show the whole section of the last answer, or a place that was named; so does its number alone",
    "/open": "open the page that the last answer is from",
    "/quit": "leave; so do an empty line and Ctrl-D",
}
_ALL = "all"
_EXAMPLES = 3
_AROUND = 1


async def earlier_questions(workflow: "CompiledStateGraph[Any, Any, Any, Any]", thread: str) -> list[str]:
    """Return the questions of a remembered conversation, oldest first; none where its memory cannot be read."""
    try:
        state = await workflow.aget_state({"configurable": {"thread_id": thread}})
    except GraphRAGToolsError:
        return []
    return [message.text for message in state.values.get("messages", ()) if message.type == "human"]


class ChatSession:
    """Who answers, from which manual, and the commands that change that; one memory for all of it."""

    def __init__(self, options: ShownOptions, memory: "Checkpointer", thread_tokens: int | None) -> None:
        self.index = open_index(options.index)
        self._options = options
        self._memory = memory
        self._thread_tokens = thread_tokens
        self.workflow = self._opened(options)
        self._commands: dict[str, Callable[[str, Sequence[Answer]], None]] = {
            "/help": self._help,
            "/model": self._model,
            "/manual": self._manual,
            "/map": self._map,
            "/read": self._read,
            "/open": self._open,
        }

    def banner(self) -> str:
        """Return what is shown first: manual, model, questions that are answered, and how to go on."""
        from graphrag_tools.answers.hint import answered_questions

        kept = self.index.manifest.manuals_within(self._options.manual)
        questions = (question for info in kept for question, _ in answered_questions(self.index, info.id))
        titles = ", ".join(info.title for info in kept[:_EXAMPLES]) + (" and others" if len(kept) > _EXAMPLES else "")
        lines = [f"{titles}: {self._who()}."]
        lines += [f"  {question}" for question in islice(questions, _EXAMPLES)]
        return "\n".join((*lines, "/help lists what else can be typed; an empty line ends."))

    def command_in(self, line: str, answers: "Sequence[Answer]") -> str:
        """Return the command that a line is, empty for a question; the number of a place just named reads it."""
        from graphrag_tools.answers.layout import names_places

        is_number = line.isdecimal() and bool(answers) and names_places(answers[-1])
        return f"/read {line}" if is_number else line if line.startswith("/") else ""

    def obey(self, line: str, answers: "Sequence[Answer]") -> bool:
        """Do what a line that begins with "/" says, of the answers so far; whether the chat is to end."""
        name, _, rest = line.partition(" ")
        if name == "/quit":
            return True
        command = self._commands.get(name)
        if command is None:
            near = near_words(name, [*self._commands, "/quit"])
            print_aside(f"There is no {name}.{f' Did you mean {near}?' if near else ''} /help lists what there is.")
            return False
        try:
            command(rest.strip(), answers)
        except GraphRAGToolsError as error:
            print_aside(f"Error: {error}")
        return False

    def words_to_complete(self, typed: str) -> Sequence[str]:
        """Return the lines that a typed beginning may become: commands, and what they take."""
        name, blank, rest = typed.partition(" ")
        if not blank:
            return [one.partition(" ")[0] for one in _HELP if typed.startswith("/") and one.startswith(name)]
        values = self._values(name)
        return [f"{name} {value}" for value in values if value.lower().startswith(rest.strip().lower())]

    def _values(self, command: str) -> Iterator[str]:
        if command == "/manual":
            yield from (*(info.id for info in self.index.manuals), _ALL)
        elif command == "/map":
            yield from (item.id for item in self.index.sections(self._options.manual))
        elif command == "/model":
            yield from ("none", "gguf:smollm2")

    def _opened(self, options: ShownOptions) -> "CompiledStateGraph[Any, Any, Any, Any]":
        return open_workflow(options, self._memory, self._thread_tokens, self.index)

    def _who(self) -> str:
        model = self._options.model
        return "answers in the manual's own words, without a model" if model == "none" else f"answered by {model}"

    def _take(self, options: ShownOptions) -> None:
        self.workflow = self._opened(options)
        self._options = options

    def _help(self, _rest: str, _answers: "Sequence[Answer]") -> None:
        print_aside("\n".join(f"{command:<14} {what}" for command, what in _HELP.items()))

    def _model(self, name: str, _answers: "Sequence[Answer]") -> None:
        if name:
            self._take(replace(self._options, model=name))
        print_aside(f"Now: {self._who()}." if name else f"{self._who().capitalize()}. /model NAME takes another.")

    def _manual(self, name: str, _answers: "Sequence[Answer]") -> None:
        if name:
            kept = None if name == _ALL else name
            self.index.check_manual(kept)
            self._take(replace(self._options, manual=kept))
        known = [info.id if info.title == info.id else f"{info.id} ({info.title})" for info in self.index.manuals]
        print_aside(f"Answers are from {self._options.manual or 'all manuals'}. There are: {', '.join(known)}.")

    def _map(self, item: str, answers: "Sequence[Answer]") -> None:
        from graphrag_tools.cli.graph import graphs_named, rendered_tree
        from graphrag_tools.manual.tree import tree_view

        source = _last_source(answers)
        wanted = item or (source.id if source else None)
        for graph, item_id in graphs_named(self.index, wanted, self._options.manual):
            if item_id:
                print_shown(shown_way([one.name for one in graph.ancestors(item_id)]))
            view = tree_view(graph, item_id, depth=_AROUND, options=False, own_options=item_id is not None)
            print_shown(rendered_tree(graph, view, with_cuts=False))

    def _read(self, number: str, answers: "Sequence[Answer]") -> None:
        from graphrag_tools.cli.output import rendered_item

        places = answers[-1].alternatives if answers else ()
        source = _last_source(answers)
        if not number and source:
            wanted = source.id
        elif number.isdecimal() and 1 <= int(number) <= len(places):
            wanted = places[int(number) - 1].id
        else:
            print_aside(f"/read takes a number of a place; the last answer names {counted(len(places), 'place')}.")
            return
        item = self.index.item(wanted)
        below = self.index.graph_of(item.id).children(item.id)
        print_shown(rendered_item(item, [child.name for child in below if child.kind == "section"], []))

    def _open(self, _rest: str, answers: "Sequence[Answer]") -> None:
        source = _last_source(answers)
        if source is None:
            print_aside("There is no answer yet that has a source.")
        elif is_web_address(source.url):
            print_shown(source.url)
            webbrowser.open(source.url)
        else:
            where = f"page {source.page}" if source.page is not None else "no address of its own"
            print_aside(f"{shown_way(source.path)}: {where} in the manual's file. /map shows what is around it.")


def _last_source(answers: "Sequence[Answer]") -> "Source | None":
    """Return the source of the last answer that has one: doubt in between does not take it away."""
    return next((answer.sources[0] for answer in reversed(answers) if answer.sources), None)
