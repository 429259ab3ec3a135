"""Draw an answer: its status in words and colour, its way, its words, its source, and what can be done with it."""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from graphrag_tools.answer import Answer, Source, caller_words
from graphrag_tools.answers.layout import answer_lines, head_words, names_places, way_of
from graphrag_tools.errors import GraphRAGToolsError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.graph import PATH_SEPARATOR
from graphrag_tools.text.catalogue import words_in
from graphrag_tools.text.web_address import is_web_address
from graphrag_tools.web.address import Address
from graphrag_tools.web.elements import Words, outside, own_file, part, press
from graphrag_tools.web.ratings import Ratings

_SIGNS = {"answered": "✓", "unsure": "?", "not_in_manual": "∅", "unverified": "!", "not_from_manual": "!"}


@dataclass(frozen=True, slots=True)
class Opening:
    """What a card opens beside it: where an answer is from, at one of its taps (from 0), and another place."""

    answer: Callable[[Answer, int | None], None]
    place: Callable[[str], None]
    pages: Mapping[str, str] = field(default_factory=dict)
    """The address of the file that a manual was read from, by the manual's id, where visitors may have it."""
    ratings: Ratings | None = None
    """Where it is kept which answers were useful; without it nobody is asked."""


def draw_answer(answer: Answer, asked: Sequence[str], number: int, opening: Opening, index: ManualIndex) -> None:
    """Draw an answer where the caller's slot is, as a turn of its conversation.

    `asked` is its question, after those that it follows up. The index tells which of its lines are steps, options
    and warnings.
    """
    with part("article", classes=f"answer is-{answer.status}", label=f"Answer {number}") as card:
        card.props["data-turn"] = str(number)
        Words("h2", status_words(answer), classes=f"status {answer.status}")
        if answer.understood_as:
            Words("p", f"{words_in(answer.language).understood_as}: {answer.understood_as}", classes="aside")
        _draw_taps(answer, opening)
        _draw_words(answer, index)
        _draw_rest(answer, index)
        _draw_place(answer, opening, index)
        _draw_alternatives(answer, opening)
        for source in answer.sources:
            _draw_source(source, words_in(answer.language).source, opening, index)
        for warning in answer.warnings:
            Words("p", f"{words_in(answer.language).note}: {warning}", classes="warning")
        with part("p", classes="foot"):
            Words("span", cost_words(answer), classes="aside")
            with part("span", classes="acts"):
                _draw_acts(answer, Address(questions=tuple(asked), manual=answer.manual))
                if opening.ratings:
                    _draw_rating(answer, opening.ratings)
        _draw_calls(answer)


def draw_quote(quote: Answer, opening: Opening, index: ManualIndex) -> None:
    """Draw what the manual itself says where the caller's slot is, while a model works on it."""
    Words("h2", status_words(quote), classes=f"status {quote.status}")
    _draw_taps(quote, opening)
    _draw_words(quote, index)


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


def _draw_acts(answer: Answer, address: Address) -> None:
    """Draw the buttons that page.js acts on by itself: a browser copies only while it is being clicked."""
    for words, what, said, label in (
        ("Copy", "data-copy", copied_text(answer), "Copy this answer"),
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
    for line in answer_lines(answer, index):
        kind = f"said {line.kind}{' listed' if line.is_listed else ''}{' numbered' if line.number else ''}"
        with part("pre" if line.kind == "code" else "p", classes=kind) as drawn:
            drawn.style(f"--depth: {line.depth}; --number: '{line.number}.'")
            if line.name:
                Words("b", f"{line.name}: ")
            Words("span", line.text)


def copied_text(answer: Answer) -> str:
    """Return what Copy takes: the way, the words and where they are from."""
    ways = [PATH_SEPARATOR.join(way_of(answer))] if way_of(answer) else []
    sources = [
        f"{words_in(answer.language).from_the_manual}: {PATH_SEPARATOR.join(source.path)}"
        f"{f', page {source.page}' if source.page is not None else ''}{f', {source.url}' if source.url else ''}"
        for source in answer.sources
    ]
    return "\n\n".join(filter(None, ("\n".join(ways), answer.text, "\n".join(sources))))


def cost_words(answer: Answer) -> str:
    """Return who said it and how long that took: "gguf:smollm2 · quoted from the manual · 1.2 s"."""
    origins = {"written": "its words, checked against the manual", "quoted": "the manual's own words"}
    how = () if answer.status in ("unsure", "not_in_manual", "not_from_manual") else (origins[answer.mode],)
    model = "no model" if answer.model == "none" else answer.model
    return " · ".join((model, *how, f"{answer.usage.seconds:.1f} s"))


def _draw_taps(answer: Answer, opening: Opening) -> None:
    if not answer.taps:
        return
    with part("div", classes="on-device"):
        Words("p", words_in(answer.language).on_the_device, classes="lab")
        with part("p", classes="taps"):
            for at, name in enumerate(answer.taps):
                if at:
                    Words("span", PATH_SEPARATOR, classes="between")
                shown = functools.partial(opening.answer, answer, at)
                press(name, shown, classes="chip", label=f"{name}. Show its screen")


def _draw_place(answer: Answer, opening: Opening, index: ManualIndex) -> None:
    if answer.menu_path:
        path = PATH_SEPARATOR.join(answer.menu_path)
        with part("p", classes="way"):
            Words("span", words_in(answer.language).menu_path, classes="name")
            shown = functools.partial(opening.answer, answer, None)
            press(path, shown, classes="path", label=f"Menu path: {path}. Show it in the menu")
    if answer.manual:
        with part("p", classes="way"):
            Words("span", "Manual", classes="name")
            Words("span", _title_of(answer.manual, index))


def _title_of(manual: str, index: ManualIndex) -> str:
    return next((info.title for info in index.manuals if info.id == manual), manual)


def _draw_alternatives(answer: Answer, opening: Opening) -> None:
    if not answer.alternatives:
        return
    with part("div", classes="places"):
        if label := _label_of_places(answer):
            Words("span", label, classes="lab")
        for place in answer.alternatives:
            path = PATH_SEPARATOR.join(place.path)
            shown = functools.partial(opening.place, place.id)
            press(path, shown, classes="place", label=f"{path}. Show it in the menu")


def _label_of_places(answer: Answer) -> str:
    """Return what stands before the places; nothing where the words above them lead to them."""
    words = words_in(answer.language)
    if answer.status in ("answered", "unverified"):
        return words.see_also
    return "" if answer.status == "unsure" else words.nearest


def _draw_source(source: Source, name: str, opening: Opening, index: ManualIndex) -> None:
    page = f", page {source.page}" if source.page is not None else ""
    file = opening.pages.get(index.graph_of(source.id).manual_id, "") if page and source.id in index else ""
    with part("p", classes="way"):
        Words("span", name, classes="name")
        if is_web_address(source.url):
            outside(f"{source.title}{page} ↗", source.url)
        elif file:
            own_file(f"{source.title}{page} ↗", f"{file}#page={source.page}")
        else:
            Words("span", f"{source.title}{page}")


def _draw_calls(answer: Answer) -> None:
    if not answer.trace:
        return
    with part("details"):
        Words("summary", f"Tool calls: {len(answer.trace)}")
        with part("ul"):
            for call in answer.trace:
                given = ", ".join(f"{name}: {value}" for name, value in call.arguments.items() if value is not None)
                Words("li", f"{call.tool} ({given}){caller_words(call.by)}{'' if call.valid else ', failed'}")
