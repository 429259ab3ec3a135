"""Draw an answer: its words, its status in words and colour, its path, its source, its cost; and a draft of one."""

import functools
from collections.abc import Callable

from nicegui import ui

from graphrag_tools.answer import Answer, Place, Source
from graphrag_tools.answers.layout import answer_lines, head_words, names_places, way_of
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.manual.graph import PATH_SEPARATOR
from graphrag_tools.text.catalogue import words_in
from graphrag_tools.text.language import ENGLISH
from graphrag_tools.text.web_address import is_web_address
from graphrag_tools.web.elements import Words, outside, part, press
from graphrag_tools.workflow.streaming import (
    DraftRejected,
    Event,
    StageEnded,
    Token,
    ToolCalled,
    first_argument,
    stage_words,
)

_SIGNS = {"answered": "✓", "unsure": "?", "not_in_manual": "∅", "unverified": "!", "not_from_manual": "!"}
ShowAnswer = Callable[[Answer], None]


def draw_answer(answer: Answer, show: ShowAnswer, index: ManualIndex | None = None) -> None:
    """Draw an answer where the caller's slot is; its path calls `show`.

    The index tells which of its lines are steps, options and warnings.
    """
    with part("article", classes=f"answer is-{answer.status}", label="Answer"):
        Words("p", status_words(answer), classes=f"status {answer.status}")
        if answer.understood_as:
            Words("p", f"{words_in(answer.language).understood_as}: {answer.understood_as}", classes="aside")
        _draw_taps(answer)
        _draw_words(answer, index)
        _draw_rest(answer, index)
        _draw_place(answer, show)
        _draw_alternatives(answer, show)
        for source in answer.sources:
            _draw_source(source, words_in(answer.language).source)
        for warning in answer.warnings:
            Words("p", f"{words_in(answer.language).note}: {warning}", classes="warning")
        with part("p", classes="foot"):
            Words("span", cost_words(answer), classes="aside")
            press("Copy", lambda: ui.clipboard.write(copied_text(answer)), classes="quiet", label="Copy this answer")
        _draw_calls(answer)


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


def _draw_words(answer: Answer, index: ManualIndex | None) -> None:
    """Draw an answer's text line by line; the places that it names are drawn as what can be pressed."""
    if answer.status not in ("answered", "unverified") and names_places(answer):
        Words("div", head_words(answer), classes="words")
        return
    with part("div", classes="words"):
        _draw_lines(answer, index)


def _draw_rest(answer: Answer, index: ManualIndex | None) -> None:
    """Draw what else the section says, folded away."""
    if not answer.more:
        return
    with part("details"):
        Words("summary", f"Show all: {len(answer.more.split())} more words")
        with part("div"):
            _draw_lines(answer.model_copy(update={"text": answer.more}), index)


def _draw_lines(answer: Answer, index: ManualIndex | None) -> None:
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


def _draw_taps(answer: Answer) -> None:
    if answer.taps:
        with part("p", classes="way"):
            Words("span", words_in(answer.language).on_the_device, classes="name")
            Words("span", PATH_SEPARATOR.join(answer.taps), classes="taps")


def _draw_place(answer: Answer, show: ShowAnswer) -> None:
    if answer.menu_path:
        path = PATH_SEPARATOR.join(answer.menu_path)
        with part("p", classes="way"):
            Words("span", words_in(answer.language).menu_path, classes="name")
            press(path, lambda: show(answer), classes="path", label=f"Menu path: {path}. Show it in the menu")
    if answer.manual:
        with part("p", classes="way"):
            Words("span", "Manual", classes="name")
            Words("span", answer.manual)


def _draw_alternatives(answer: Answer, show: ShowAnswer) -> None:
    if not answer.alternatives:
        return
    words = words_in(answer.language)
    with part("p", classes="way"):
        Words("span", words.see_also if answer.status == "answered" else words.places, classes="name")
        for place in answer.alternatives:
            path = PATH_SEPARATOR.join(place.path)
            shown = functools.partial(_show_place, place, show)
            press(path, shown, classes="place", label=f"{path}. Show it in the menu")


def _show_place(place: Place, show: ShowAnswer) -> None:
    source = Source(id=place.id, title=place.title, path=place.path)
    show(Answer(text="", status="answered", sources=(source,)))


def _draw_source(source: Source, name: str) -> None:
    with part("p", classes="way"):
        Words("span", name, classes="name")
        if is_web_address(source.url):
            outside(source.title, source.url)
        else:
            Words("span", f"{source.title}, page {source.page}" if source.page is not None else source.title)


def _draw_calls(answer: Answer) -> None:
    if not answer.trace:
        return
    with part("details"):
        Words("summary", f"Tool calls: {len(answer.trace)}")
        with part("ul"):
            for call in answer.trace:
                given = ", ".join(f"{name}: {value}" for name, value in call.arguments.items() if value is not None)
                Words("li", f"{call.tool} ({given}), by the {call.by}{'' if call.valid else ', failed'}")


class DraftCard:
    """Takes the events of streaming.py; `status` is the live region that says the stage."""

    def __init__(self, status: Words, language: str = ENGLISH) -> None:
        """Draw an empty draft where the caller's slot is."""
        self._status = status
        self.stages = stage_words(language)
        self._draft = ""
        # A screen reader that read each token out would never come to an end.
        with part("div", classes="draft") as self._box:
            self._box.props["aria-live"] = "off"
            self._stage = Words("p", "", classes="aside")
            self._mark = Words("p", "Draft, not checked yet", classes="status unverified")
            self._words = Words("div", "", classes="words")
        self._mark.visible = False
        self.show_stage(self.stages.first)

    def show_stage(self, stage: str) -> None:
        """Show what is going on."""
        self._stage.text = f"{stage} …"
        self._status.text = f"{stage} …"

    def take(self, event: Event) -> None:
        """Show one more event."""
        match event:
            case StageEnded(stage) if stage in self.stages.next:
                self.show_stage(self.stages.next[stage])
            case ToolCalled(tool, arguments, by):
                self._stage.text = f"{tool} ({first_argument(arguments)}), called by the {by}"
            case Token(text):
                self._write(self._draft + text)
            case DraftRejected(failed):
                self._write("")
                if failed:
                    self.show_stage(self.stages.again)

    @property
    def is_gone(self) -> bool:
        """Whether the page shows something else by now."""
        return self._box.is_deleted

    def remove(self) -> None:
        """Take the draft off the page."""
        self._box.delete()
        self._status.text = ""

    def _write(self, draft: str) -> None:
        self._draft = draft
        self._words.text = draft
        self._mark.visible = bool(draft)
