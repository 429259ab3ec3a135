"""What build shows of each manual it read: a table, what it could not use, and what looks wrong."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from graphrag_tools.build_report import BuildReport, Suspicion, SuspicionKind

_MOST_LISTED = 10
_MEANINGS: dict[SuspicionKind, str] = {
    "no tree": "No tree: all {count} sections stand side by side. Were the headings or the hierarchy lost?",
    "no steps": "No steps and no options at all. Was the structure of its lists lost?",
    "one parent": "More than half of all sections hang under one. Does a heading have the wrong level?",
    "giant section": "{count} very long section(s). Were headings inside missed?",
    "very deep": "{count} section(s) deeper than 7 levels. Are list items taken for headings?",
    "empty sections": "{count} section(s) without text and without anything below.",
    "equal paths": "{count} menu path(s) used more than once: only ids tell these sections apart.",
    "equal titles": "{count} title(s) used more than once: a title alone is not enough to name these.",
    "long titles": "{count} title(s) of more than 120 characters. Are paragraphs taken for headings?",
    "broken characters": "{count} section(s) with characters that could not be read. Is the source UTF-8?",
}


def rendered_reports(
    reports: Sequence[BuildReport], skipped: Sequence[tuple[str, Sequence[str]]], folder: str
) -> RenderableType:
    """What was understood, manual by manual; `skipped` holds what was left out, by the manual's id."""
    parts: list[RenderableType] = [_table(reports)]
    for report in reports:
        parts.append(_blocks(report))
        parts += _listed(f"{report.manual}: links that lead nowhere", report.links_unresolved)
    for manual, entries in skipped:
        parts += _listed(f"{manual}: skipped", entries)
    for report in reports:
        for suspicion in report.suspicions:
            parts += _suspicion(report.manual, suspicion)
    return Group(*parts, Text(f"Index: {folder}", style="dim"))


def _table(reports: Sequence[BuildReport]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("manual", overflow="fold")
    for heading in ("sections", "levels", "options", "with taps", "see also", "links", "leading nowhere"):
        table.add_column(heading, justify="right")
    for report in reports:
        counts = (report.sections, report.levels, report.options, report.sections_with_taps, report.see_also)
        links = (report.links_resolved, len(report.links_unresolved))
        table.add_row(Text(report.manual), *map(str, (*counts, *links)))
    return table


def _blocks(report: BuildReport) -> Text:
    kinds = ", ".join(f"{number} {kind}{'' if number == 1 else 's'}" for kind, number in report.blocks.items())
    return Text(f"{report.manual}: {sum(report.blocks.values())} blocks: {kinds or 'none'}", style="dim")


def _suspicion(manual: str, suspicion: Suspicion) -> list[RenderableType]:
    said = _MEANINGS[suspicion.kind].format(count=suspicion.count)
    left = suspicion.count - len(suspicion.examples)
    examples = [Text(f"  {example}", style="dim") for example in suspicion.examples]
    more = [Text(f"  … and {left} more", style="dim")] if left else []
    return [Text(f"{manual}: {said}", style="yellow"), *examples, *more]


def _listed(title: str, entries: Sequence[str]) -> list[RenderableType]:
    if not entries:
        return []
    left = len(entries) - _MOST_LISTED
    shown = [Text(f"  {entry}", style="dim") for entry in entries[:_MOST_LISTED]]
    more = [Text(f"  … and {left} more", style="dim")] if left > 0 else []
    return [Text(f"{title} ({len(entries)}):", style="yellow"), *shown, *more]
