"""Render what a build understood of its manuals, and what looks wrong."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from graphrag_tools.cli.answers import Hanging
from graphrag_tools.cli.wording import all_counted, counted, title_beside
from graphrag_tools.embeddings.providers import way_to_multilingual
from graphrag_tools.text.language import LANGUAGES

if TYPE_CHECKING:
    from graphrag_tools.manual.quality import BuildReport, Suspicion, SuspicionKind

_MOST_LISTED = 10
_NOT_READ = "NOT READ: "
_MEANINGS: "dict[SuspicionKind, tuple[str, str]]" = {
    "no tree": ("section", "No tree: all {count} stand side by side. Were the headings or the hierarchy lost?"),
    "no steps": ("", "No steps and no options at all. Was the structure of its lists lost?"),
    "one parent": ("", "More than half of all sections hang under one. Does a heading have the wrong level?"),
    "giant section": ("very long section", "{count}. Were headings inside missed?"),
    "very deep": ("section", "{count} nested more than 7 deep. Are list items taken for headings?"),
    "empty sections": ("section", "{count} without text and without anything below."),
    "equal paths": ("menu path", "{count} used more than once: only ids tell these sections apart."),
    "equal titles": ("title", "{count} used more than once: such a title alone is not enough to name a section."),
    "long titles": ("title", "{count} of more than 120 characters. Are paragraphs taken for headings?"),
    "broken characters": ("section", "{count} with characters that could not be read. Is the source UTF-8?"),
}
"""What each is of, and what is said of so many."""


def rendered_reports(
    reports: "Sequence[BuildReport]", skipped: Sequence[tuple[str, Sequence[str]]], folder: str
) -> RenderableType:
    """What was understood, manual by manual; `skipped` holds what was left out, by the manual's id."""
    unread = [f"{manual}: {one}" for manual, entries in skipped for one in entries if _NOT_READ in one]
    parts: list[RenderableType] = [*(Text(one, style="bold red") for one in unread)]
    for report in reports:
        parts += _understood(report)
        parts += _listed(f"{report.manual}: links to nothing in the manual", report.links_unresolved)
    for manual, entries in skipped:
        parts += _listed(f"{manual}: skipped", [one for one in entries if _NOT_READ not in one])
    for report in reports:
        for suspicion in report.suspicions:
            parts += _suspicion(report.manual, suspicion)
    return Group(*parts, Text(f"Index: {folder}", style="dim"))


def _understood(report: "BuildReport") -> list[RenderableType]:
    """What was understood of a manual: how much of what, in which language, and what tells the way."""
    title = title_beside(report.manual, report.title)
    read = all_counted((report.sections, "section"), (report.options, "option")) or "nothing"
    names = {"paragraph": "paragraph", "code": "piece of code", "heading": "subheading", "table": "table row"}
    kinds = [(count, names.get(kind, kind)) for kind, count in report.blocks.items() if kind != "option"]
    lines = [f"{LANGUAGES[report.language]}: {all_counted(*kinds) or 'no text'}"]
    if report.sections_with_taps:
        says = "says" if report.sections_with_taps == 1 else "say"
        lines.append(f"{counted(report.sections_with_taps, 'section')} {says} where to tap on the device")
    if report.links_resolved:
        lines.append(f"{counted(report.links_resolved, 'link')} between sections")
    head = Text.assemble((report.manual, "bold"), f"{title}: {read}")
    return [head, *(Hanging("  ", Text(line), "dim") for line in lines)]


def language_not_known(report: "BuildReport", embeddings: str) -> Text:
    """Say that the embeddings of an index do not know a manual's language, and what to do."""
    language = LANGUAGES[report.language]
    return Text(
        f"{report.manual}: {embeddings} does not know {language}: its sections are found by their own words. "
        f"multilingual-e5 finds more: {way_to_multilingual()}",
        style="yellow",
    )


def _suspicion(manual: str, suspicion: "Suspicion") -> list[RenderableType]:
    noun, words = _MEANINGS[suspicion.kind]
    said = words.format(count=counted(suspicion.count, noun))
    return [Text(f"{manual}: {said}", style="yellow"), *_examples(suspicion.examples, suspicion.count)]


def _listed(title: str, entries: Sequence[str]) -> list[RenderableType]:
    if not entries:
        return []
    return [Text(f"{title} ({len(entries)}):", style="yellow"), *_examples(entries[:_MOST_LISTED], len(entries))]


def _examples(shown: Sequence[str], total: int) -> list[RenderableType]:
    """Return a line for each, and one that says how many more there are."""
    more = [f"… and {total - len(shown)} more"] if total > len(shown) else []
    return [Text(f"  {one}", style="dim") for one in (*shown, *more)]
