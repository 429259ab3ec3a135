"""An answer for a terminal or a pipe: its state and way first, then its words, its source and where else to look."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.style import Style
from rich.text import Text

from graphrag_tools.cli.wording import command_line, counted, index_option, shown_way, sign
from graphrag_tools.text.catalogue import words_in
from graphrag_tools.text.web_address import is_web_address

if TYPE_CHECKING:
    from graphrag_tools.answer import Answer, Place, Source
    from graphrag_tools.answers.layout import AnswerLine
    from graphrag_tools.index.index import ManualIndex

CODE_STYLE = "green"
_STYLES = {
    "answered": "green",
    "unsure": "yellow",
    "not_in_manual": "yellow",
    "unverified": "red",
    "not_from_manual": "yellow",
}
_SIGNS = {
    "answered": ("✓", "="),
    "unsure": ("?", "?"),
    "not_in_manual": ("∅", "-"),
    "unverified": ("!", "!"),
    "not_from_manual": ("!", "!"),
}
"""Each with a plain one, for an output whose encoding lacks it."""
_LABELLED = re.compile(r"(?i:note)\b|[A-Z]{2,}\b|\w+:")
"""How a note opens that says itself what it is: "TIP You can also", "Tip: you can"."""
_LINE_STYLES = {"heading": "bold", "note": "dim", "warning": "yellow", "code": CODE_STYLE}
_INDENT = "  "
_LEAST_WIDTH = 20


class Hanging:
    """A text beside what leads it: wrapped beside it on a terminal, one line where nobody reads it there.

    What is `spare` follows the text where that takes no further line of the terminal.
    """

    def __init__(self, lead: str, text: Text, style: str = "", spare: str = "") -> None:
        self._lead = Text(lead, style=style)
        self._text = text
        self._whole = Text.assemble(text, (spare, "dim"))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield its lines."""
        if not console.is_terminal:
            yield Text.assemble(self._lead, self._whole, no_wrap=True, overflow="ignore")
            return
        width = max(options.max_width - self._lead.cell_len, _LEAST_WIDTH)
        lead = self._lead
        for line in (self._whole if self._whole.cell_len <= width else self._text).wrap(console, width):
            line.rstrip()
            yield Text.assemble(lead, line)
            lead = Text(" " * self._lead.cell_len)


class SourceLine:
    """Whose words an answer has and where they stand: a link to follow on a terminal, else the address itself."""

    def __init__(self, words: str, title: str, address: str) -> None:
        self._words = words
        self._title = title
        self._address = address

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the line."""
        can_link = console.is_terminal and console.color_system is not None and is_web_address(self._address)
        shown = Text(self._title, style=Style(link=self._address) if can_link else "")
        after = f", {self._address}" if self._address and not can_link else ""
        yield Hanging(f"{self._words}: ", Text.assemble(shown, after), "dim")


def shown_answer(
    answer: "Answer", index: "ManualIndex | None", verbose: bool, *, in_chat: bool = False
) -> Iterator[RenderableType]:
    """Yield the lines of an answer; `verbose` adds who answered, what was called and what it cost.

    `in_chat` says what can be typed to read a place: its number, or /read for the whole of what was quoted.
    """
    from graphrag_tools.answers.layout import head_words, names_places

    claims, named = answer.claims_something, names_places(answer)
    understood = [
        Hanging(f"{words_in(answer.language).understood_as}: ", Text(said), "dim")
        for said in [answer.understood_as]
        if said
    ]
    yield _headline(answer, claims)
    if not named:  # places follow at once the colon that they are announced with
        yield from understood
    if claims or answer.status == "not_from_manual":
        yield Text()
        yield from _words(answer, index)
        yield from _more(answer, index, in_chat)
    elif head_words(answer).count("\n"):
        yield Text(head_words(answer).partition("\n")[2])
    if answer.sources and claims:
        yield Text()
        yield from _source_lines(answer)
    if named or claims:
        yield from _places(answer, claims, index, in_chat)
    if named:
        yield from understood
    for warning in answer.warnings:
        yield Hanging("! ", Text(warning), "yellow")
    if verbose:
        yield Text()
        yield from _facts(answer)


def _headline(answer: "Answer", claims: bool) -> RenderableType:
    from graphrag_tools.answers.layout import head_words

    style = _STYLES[answer.status]
    mark = sign(*_SIGNS[answer.status])
    words = words_in(answer.language)
    if answer.status == "not_from_manual":
        return Text(f"{mark} {words.not_from_manual_status}", style=style)
    if not claims:
        first, *hints = head_words(answer).split("\n")
        nearest = f" {words.nearest}:" if answer.status == "not_in_manual" and answer.alternatives else ""
        return Text(first) if hints else Hanging(f"{mark} ", Text(f"{first}{nearest}", style=style), style)
    unverified = f"{words.unverified_status}. " if answer.status == "unverified" else ""
    place = "" if answer.taps else f"{words.in_the_manual}: "
    return Hanging(f"{mark} {unverified}{place}", Text(shown_way(answer.taps or answer.menu_path), style="bold"), style)


def _words(answer: "Answer", index: "ManualIndex | None") -> Iterator[RenderableType]:
    from graphrag_tools.answers.layout import answer_lines

    for at, line in enumerate(answer_lines(answer, index)):
        if at and line.kind == "heading":
            yield Text()
        yield shown_line(line)


def _more(answer: "Answer", index: "ManualIndex | None", in_chat: bool) -> Iterator[RenderableType]:
    """Yield how much else the section says to the question, and how to read it."""
    if answer.more and answer.sources:
        folder = index_option(index.folder) if index is not None else ""
        left = counted(len(answer.more.split()), "more word")
        command = "/read" if in_chat else command_line(f"describe {answer.sources[0].id}{folder}")
        yield _command(f"({left}: ", command, ")")


def shown_line(line: "AnswerLine") -> RenderableType:
    """Return a line of an answer, or of a section, as its kind is read."""
    style = _LINE_STYLES.get(line.kind, "")
    if line.kind == "code":
        return Text(line.text, style=style, no_wrap=True, overflow="ignore")
    bold = f"bold {style}" if line.name else style
    text = Text.assemble((f"{line.name}: " if line.name else "", bold), (line.text, style))
    return Hanging(_INDENT * line.depth + _lead(line), text, style)


def _lead(line: "AnswerLine") -> str:
    if line.number:
        return f"{line.number}. "
    if line.kind == "warning":
        return f"{sign('⚠', '!')} "
    if line.kind == "note" and not _LABELLED.match(line.text):
        return "Note: "
    return f"{sign('•', '-')} " if line.kind == "option" or line.is_listed or line.depth else ""


def _source_lines(answer: "Answer") -> Iterator[RenderableType]:
    """Yield whose words they are and where they stand: a line for each source that is not below another."""
    whose = (
        f"Written by {answer.model}, checked against the manual"
        if answer.mode == "written"
        else words_in(answer.language).from_the_manual
    )
    if answer.status == "unverified":
        whose = "Nearest in the manual"
    of = f" {answer.manual}" if answer.manual else ""
    sources = list(answer.sources)
    while sources:
        first = sources[0]
        rest = [source for source in sources[1:] if source.path[: len(first.path)] != first.path]
        further = len(sources) - 1 - len(rest)
        below = f" and {counted(further, 'section')} below it" if further else ""
        # The way above says it already where the device is ordered as its manual.
        way = first.path if answer.taps and answer.taps != first.path else (first.title,)
        yield SourceLine(f"{whose}{of}", f"{shown_way(way)}{below}{_page(first)}", first.url)
        sources = rest


def _page(source: "Source | Place") -> str:
    return f", page {source.page}" if source.page is not None else ""


def _places(answer: "Answer", claims: bool, index: "ManualIndex | None", in_chat: bool) -> Iterator[RenderableType]:
    from graphrag_tools.answers.layout import manual_title_of

    def named(place: "Place") -> str:
        title = manual_title_of(place.id, index)
        return f"{title}: {shown_way(place.path)}" if title else shown_way(place.path)

    if claims:
        lead = f"{words_in(answer.language).see_also}: "
        for place in answer.alternatives:
            yield Hanging(lead, Text(named(place), style="dim"), "dim")
            lead = " " * len(lead)
        return
    heading = words_in(answer.language).on_the_device
    on_the_device = heading[:1].lower() + heading[1:]
    for number, place in enumerate(answer.alternatives, start=1):
        way = f" ({on_the_device}: {shown_way(place.taps)})" if place.taps and place.taps != place.path else ""
        yield Hanging(f"{_INDENT}{number}. ", Text(named(place)), spare=f"{way}{_page(place)}")
    if in_chat:
        yield Text("To read one, type its number.", style="dim")
    elif index is not None:
        command = command_line(f"describe {answer.alternatives[0].id}{index_option(index.folder)}")
        yield _command("Read one: ", command)


def _command(before: str, command: str, after: str = "") -> Text:
    """Return a line with a command, which only the terminal breaks, so that it is copied in one piece."""
    return Text.assemble((before, "dim"), command, (after, "dim"), no_wrap=True, overflow="ignore")


def _facts(answer: "Answer") -> Iterator[RenderableType]:
    """Yield who answered how, from where and at what cost."""
    from graphrag_tools.answer import caller_words

    usage = answer.usage
    sure = "" if answer.confidence is None else f", confidence {answer.confidence:.2f}"
    claimed = f", {answer.mode}" if answer.claims_something else ""
    calls = ", ".join(
        f"{call.tool}{caller_words(call.by)}{'' if call.valid else ' (invalid)'}" for call in answer.trace
    )
    tokens = f"{usage.prompt_tokens} tokens in, {usage.completion_tokens} out"
    rows = (
        ("Status", f"{answer.status.replace('_', ' ')}{claimed}, model {answer.model}{sure}"),
        ("Menu path", shown_way(answer.menu_path)),
        *(("Source", f"{source.id} {source.url}".strip()) for source in answer.sources),
        ("Tool calls", calls),
        ("Used", f"{counted(usage.model_calls, 'model call')}, {tokens}, {usage.seconds:.2f} s"),
    )
    for label, said in rows:
        if said:
            yield Hanging(f"{label:<12}", Text(said, style="dim"), "dim")
