"""Draw an answer: its status in words and colour, its way, its words, its source, and what can be done with it."""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from graphrag_tools.answer import Answer, Source, caller_words
from graphrag_tools.answers.layout import AnswerLine, answer_lines, head_words, manual_title_of, names_places, way_of
from graphrag_tools.answers.markdown import as_markdown
from graphrag_tools.errors import GraphRAGToolsError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.graph import SHOWN_SEPARATOR
from graphrag_tools.models.providers import NO_MODEL
from graphrag_tools.text.catalogue import words_in
from graphrag_tools.text.web_address import is_web_address
from graphrag_tools.web.address import PageAddress
from graphrag_tools.web.elements import Words, outside, own_file, part, press
from graphrag_tools.web.ratings import Ratings
from graphrag_tools.web.wide_text import draw_lines, wide

OPEN_IN_MANUAL = "Open in the manual"
_SIGNS = {"answered": "✓", "unsure": "?", "not_in_manual": "∅", "unverified": "!", "not_from_manual": "!"}


@dataclass(frozen=True, slots=True)
class CardOpening:
    """What a card opens beside it: where an answer is from, at one of its taps (from 0), and another place."""

    answer: Callable[[Answer, int | None], None]
    place: Callable[[str], None]
    pages: Mapping[str, str] = field(default_factory=dict)
    """The address of the file that a manual was read from, by the manual's id, where visitors may have it."""
    ratings: Ratings | None = None
    """Where it is kept which answers were useful; without it nobody is asked."""


def draw_answer(answer: Answer, asked: Sequence[str], number: int, opening: CardOpening, index: ManualIndex) -> None:
    """Draw an answer where the caller's slot is, as a turn of its conversation.

    `asked` is its question, after those that it follows up. The index tells which of its lines are steps, options
    and warnings.
    """
    with part("article", classes=f"answer is-{answer.status}", label=f"Answer {number}") as card:
        card.props["data-turn"] = str(number)
        Words("h2", status_words(answer), classes=f"status {answer.status}")
        if answer.understood_as:
            Words("p", f"{words_in(answer.language).understood_as}: {answer.understood_as}", classes="aside")
        _draw_told(answer, opening, index)
        _draw_rest(answer, index)
        for warning in answer.warnings:
            Words("p", f"{words_in(answer.language).note}: {warning}", classes="warning")
        if names_places(answer):
            _draw_closest(answer, opening, index)
        with part("div", classes="foot"):
            _draw_origin(answer, opening, index)
            with part("span", classes="acts"):
                _draw_acts(answer, PageAddress(questions=tuple(asked), manual=answer.manual), index)
                if opening.ratings:
                    _draw_rating(answer, opening.ratings)
        if not names_places(answer):
            _draw_related(answer, opening, index)
        _draw_making(answer)


def draw_quote(quote: Answer, opening: CardOpening, index: ManualIndex) -> None:
    """Draw what the manual itself says where the caller's slot is, while a model works on it."""
    Words("h2", status_words(quote), classes=f"status {quote.status}")
    _draw_told(quote, opening, index)


def _draw_told(answer: Answer, opening: CardOpening, index: ManualIndex) -> None:
    """Draw the way and the words, in a part of their own: the way stays in sight as long as the words are."""
    with part("div", classes="told"):
        _draw_taps(answer, opening)
        _draw_words(answer, index)


def status_words(answer: Answer) -> str:
    """Return the state of an answer in words, behind its sign."""
    words = words_in(answer.language)
    said = {
        "answered": words.answered_status,
        "unsure": words.unsure_status,
        "not_in_manual": words.not_in_manual_status,
        "unverified": words.unverified_status,
        "not_from_manual": words.not_from_manual_status,
    }
    return f"{_SIGNS[answer.status]} {said[answer.status]}"


def _draw_acts(answer: Answer, address: PageAddress, index: ManualIndex) -> None:
    """Draw the buttons that page.js acts on by itself: a browser copies only while it is being clicked."""
    for words, what, said, label in (
        ("Copy", "data-copy", copied_text(answer, index), "Copy this answer"),
        ("Link", "data-link", str(address), "Copy a link to this answer"),
    ):
        button = Words("button", words, classes="quiet")
        button.props["type"] = "button"
        button.props["aria-label"] = label
        button.props[what] = said


def _draw_rating(answer: Answer, ratings: Ratings) -> None:
    """Draw the buttons that say whether an answer was of use; what claims nothing can only have been of none."""
    buttons: list[Words] = []
    heard = Words("span", "", classes="aside")
    heard.props["role"] = "status"

    def rate(useful: bool) -> None:
        try:
            ratings.keep(answer, useful=useful)
        except GraphRAGToolsError as error:
            heard.text = str(error)
            return
        heard.text = "Thank you"
        for button in buttons:
            button.delete()

    for words, useful in (("Useful", True), ("Not useful", False)):
        if not useful or answer.status == "answered":
            buttons.append(press(words, functools.partial(rate, useful), classes="quiet"))


def _draw_words(answer: Answer, index: ManualIndex) -> None:
    """Draw an answer's text line by line; the places that it names are drawn as what can be pressed."""
    if names_places(answer):
        said, head = words_in(answer.language), head_words(answer)
        if head not in (said.unsure, said.refused):  # which the heading says
            Words("div", head, classes="words")
        return
    with part("div", classes="words"):
        _draw_lines(answer, index)


def _draw_rest(answer: Answer, index: ManualIndex) -> None:
    """Draw what else the section says, folded away."""
    if not answer.more:
        return
    with part("details"):
        Words("summary", f"Show all: {len(answer.more.split())} more words")
        with part("div"):
            _draw_lines(answer.model_copy(update={"text": answer.more}), index)


def _draw_lines(answer: Answer, index: ManualIndex) -> None:
    lines = answer_lines(answer, index)
    draw_lines(lines, lambda at: _draw_line(lines[at]))


def _draw_line(line: AnswerLine) -> None:
    if line.kind == "code":
        with wide("pre", "Code"):
            Words("code", line.text)
        return
    kind = f"said {line.kind}{' listed' if line.is_listed else ''}{' numbered' if line.number else ''}"
    with part("p", classes=kind).style(f"--depth: {line.depth}; --number: '{line.number}.'"):
        if line.name:
            Words("b", f"{line.name}: ")
        Words("span", line.text)


def copied_text(answer: Answer, index: ManualIndex | None = None) -> str:
    """Return what Copy takes: the way, the words in Markdown and where they are from."""
    ways = [SHOWN_SEPARATOR.join(way_of(answer))] if way_of(answer) else []
    sources = [
        f"{words_in(answer.language).from_the_manual}: {SHOWN_SEPARATOR.join(source.path)}"
        f"{f', page {source.page}' if source.page is not None else ''}{f', {source.url}' if source.url else ''}"
        for source in answer.sources
    ]
    return "\n\n".join(filter(None, ("\n".join(ways), as_markdown(answer_lines(answer, index)), "\n".join(sources))))


def cost_words(answer: Answer) -> str:
    """Return who said it and how long that took: "gguf:smollm2 · quoted from the manual · 1.2 s"."""
    origins = {"written": "its words, checked against the manual", "quoted": "the manual's own words"}
    how = () if answer.status in ("unsure", "not_in_manual", "not_from_manual") else (origins[answer.mode],)
    model = "no model" if answer.model == NO_MODEL else answer.model
    seconds = f"{answer.usage.seconds:.1f}"
    return " · ".join((model, *how, f"{'under 0.1' if seconds == '0.0' else seconds}\N{NO-BREAK SPACE}s"))


def _draw_taps(answer: Answer, opening: CardOpening) -> None:
    if not answer.taps:
        return
    with part("div", classes="on-device"):
        Words("p", words_in(answer.language).on_the_device, classes="lab")
        with part("p", classes="taps"):
            last = len(answer.taps) - 1
            for at, name in enumerate(answer.taps):
                # What stands between two taps stays on the line of the first: a line never begins with it.
                with part("span", classes="tap"):
                    shown = functools.partial(opening.answer, answer, at)
                    press(name, shown, classes="chip", label=f"{name}. Show its screen")
                    if at < last:
                        Words("span", SHOWN_SEPARATOR, classes="between")
                Words("wbr")


def _draw_origin(answer: Answer, opening: CardOpening, index: ManualIndex) -> None:
    """Draw where in the manual an answer stands: its path, and links to what it quotes."""
    with part("div", classes="origin"):
        if answer.menu_path or answer.manual:
            Words("span", words_in(answer.language).in_the_manual, classes="lab")
        if answer.manual:
            Words("span", _title_of(answer.manual, index), classes="aside")
        if answer.menu_path:
            path = SHOWN_SEPARATOR.join(answer.menu_path)
            shown = functools.partial(opening.answer, answer, None)
            press(path, shown, classes="path", label=f"Menu path: {path}. Show it in the menu")
        alone = len(answer.sources) == 1 and answer.sources[0].title == "".join(answer.menu_path[-1:])
        for source in answer.sources:
            _draw_source(source, "" if alone else source.title, opening, index)


def _title_of(manual: str, index: ManualIndex) -> str:
    return next((info.title for info in index.manuals if info.id == manual), manual)


def _draw_closest(answer: Answer, opening: CardOpening, index: ManualIndex) -> None:
    """Draw the places of an answer that claims nothing, numbered as on the map: name first, and where that is."""
    with part("div", classes="places"):
        if answer.status != "unsure":  # whose heading says it
            Words("p", words_in(answer.language).nearest, classes="lab")
        with part("ol", classes="closest"):
            for number, place in enumerate(answer.alternatives, start=1):
                *above, name = place.path
                path = SHOWN_SEPARATOR.join(place.path)
                shown = functools.partial(opening.place, place.id)
                with part("li"), press("", shown, classes="place", label=f"{path}. Show it in the menu") as button:
                    button.props["data-number"] = str(number)
                    Words("b", name)
                    manual = manual_title_of(place.id, index)
                    Words("span", SHOWN_SEPARATOR.join([manual, *above] if manual else above), classes="aside")


def _draw_related(answer: Answer, opening: CardOpening, index: ManualIndex) -> None:
    """Draw the next places to look, after an answer."""
    if not answer.alternatives:
        return
    words = words_in(answer.language)
    with part("div", classes="places others"):
        is_shown = answer.claims_something
        Words("span", words.see_also if is_shown else words.nearest, classes="lab")
        for place in answer.alternatives:
            *above, name = place.path
            path = SHOWN_SEPARATOR.join(place.path)
            shown = functools.partial(opening.place, place.id)
            with press("", shown, classes="place", label=f"{path}. Show it in the menu"):
                Words("span", name)
                around = [name for name in (manual_title_of(place.id, index), *above[-1:]) if name]
                if around:
                    Words("span", SHOWN_SEPARATOR.join(around), classes="aside")


def _draw_source(source: Source, name: str, opening: CardOpening, index: ManualIndex) -> None:
    """Draw a link to where a source stands in the manual itself, or its name and page where nothing can be opened."""
    page = "" if source.page is None else f", page {source.page}" if name else f"Page {source.page}"
    file = opening.pages.get(index.graph_of(source.id).manual_id, "") if page and source.id in index else ""
    said = name + page
    words, heard = f"{said or 'Open'} ↗", f"{OPEN_IN_MANUAL}: {said}" if said else OPEN_IN_MANUAL
    if is_web_address(source.url):
        outside(words, source.url).props["aria-label"] = heard
    elif file:
        own_file(words, f"{file}#page={source.page}").props["aria-label"] = heard
    elif said:
        Words("span", said, classes="aside")


def _draw_making(answer: Answer) -> None:
    """Draw who made an answer and how long that took; folded below it, the calls behind it."""
    if not answer.trace:
        Words("p", cost_words(answer), classes="aside")
        return
    with part("details", classes="making"):
        Words("summary", cost_words(answer))
        Words("p", f"Tool calls: {len(answer.trace)}")
        with part("ul"):
            for call in answer.trace:
                given = ", ".join(f"{name}: {value}" for name, value in call.arguments.items() if value is not None)
                Words("li", f"{call.tool} ({given}){caller_words(call.by)}{'' if call.valid else ', failed'}")
