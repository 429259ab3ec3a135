"""The S10 manual written out as the help site that it came from, then read, indexed and asked as HTML.

Its JSON has the site's fragments of HTML, the page and the anchor of each, and the hierarchy: the pages are put
together again, with a menu of all of them on each, or with breadcrumbs. Needs ../shared/data. No model is used.
"""

import html
import json
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from graphrag_tools import ManualIndex, manual_workflow
from graphrag_tools.evaluation.questions import read_questions
from graphrag_tools.evaluation.report import EvaluationReport, report
from graphrag_tools.evaluation.run import evaluate
from graphrag_tools.loaders import load_manual
from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.graph import SEE_ALSO
from graphrag_tools.manual.sections import Manual
from graphrag_tools.text.normalise import folded

DATA = Path(__file__).parent.parent.parent / "shared" / "data"
CORPUS = DATA / "s10_manual_corpus.json"


@dataclass
class Part:
    """A section of the JSON as the site had it."""

    title: str
    page: str
    anchor: str
    above: list[str]
    markup: str
    below: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"{self.page}#{self.anchor}" if self.anchor else self.page


def main() -> None:
    if not CORPUS.exists():
        sys.exit(f"{CORPUS} is missing: this benchmark needs the S10 manual.")
    parts = read_parts()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        manuals = {"JSON": load_manual(CORPUS, "s10")}
        for layout in ("menu", "breadcrumbs"):
            write_site(parts, folder / layout, layout)
            manuals[f"HTML, {layout}"] = load_manual(folder / layout, "s10")
        print("| read from | sections | paths that the JSON has too | options | taps | links | unresolved |")
        print("|---|---|---|---|---|---|---|")
        for title, manual in manuals.items():
            print(f"| {title} | {' | '.join(shape(manual, manuals['JSON']))} |")
        print("\n| read from | path right | H@1 | H@5 | ROUGE-L P / R / F1 |\n|---|---|---|---|---|")
        for title, manual in manuals.items():
            print(f"| {title} | {figures(measure(manual, folder / title))} |")


def read_parts() -> dict[str, Part]:
    corpus = json.loads(CORPUS.read_text(encoding="utf-8"))
    parts: dict[str, Part] = {}
    for key, section in corpus.items():
        page, _, anchor = section["section_url"].rsplit("/", 1)[-1].partition("#")
        *above, _ = section["section_hierarchy"].split(">")
        parts[key] = Part(section["title"], page, anchor, above, "".join(section["html"]))
        if above:
            parts[above[-1]].below.append(key)
    return parts


def write_site(parts: dict[str, Part], folder: Path, layout: str) -> None:
    folder.mkdir(parents=True)
    pages: dict[str, list[Part]] = {}
    for part in parts.values():
        pages.setdefault(part.page, []).append(part)
    menu = f"<nav><ul>{''.join(line(parts, key) for key, part in parts.items() if not part.above)}</ul></nav>"
    for page, held in pages.items():
        top = held[0]
        crumbs = " &gt; ".join(
            [f'<a href="{parts[key].address}">{html.escape(parts[key].title)}</a>' for key in top.above]
            + [html.escape(top.title)]
        )
        around = menu if layout == "menu" else f'<p class="breadcrumb">{crumbs}</p>'
        document = (
            f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{html.escape(top.title)}</title></head>'
            f"<body>{around}<main>{content(held)}</main></body></html>"
        )
        (folder / page).write_text(document, encoding="utf-8")


def content(held: list[Part]) -> str:
    """The fragments of a page, those left out that one before them holds already."""
    written = ""
    for part in held:
        if not part.anchor or f'id="{part.anchor}"' not in written:
            written += part.markup
    return written


def line(parts: dict[str, Part], key: str) -> str:
    part = parts[key]
    below = "".join(line(parts, child) for child in part.below)
    link = f'<a href="{part.address}">{html.escape(part.title)}</a>'
    return f"<li>{link}{f'<ul>{below}</ul>' if below else ''}</li>"


def shape(manual: Manual, reference: Manual) -> list[str]:
    graph = build_graph(manual)
    sections = [item for item in graph.items if item.kind == "section"]
    paths = {folded(item.menu_path) for item in build_graph(reference).items if item.kind == "section"}
    shared = sum(folded(item.menu_path) in paths for item in sections)
    taps = sum(bool(item.taps) for item in sections)
    counts = (
        len(sections),
        shared,
        len(graph) - len(sections),
        taps,
        len(graph.edges(SEE_ALSO)),
        len(graph.unresolved),
    )
    return [str(count) for count in counts]


def measure(manual: Manual, folder: Path) -> EvaluationReport:
    index = ManualIndex.build([manual], folder)
    questions = read_questions(DATA / "s10_50_questions.csv")
    return report("none", evaluate(manual_workflow(index, "none"), index, questions))


def figures(found: EvaluationReport) -> str:
    rouge = found.rouge_l
    return (
        f"{found.path_right:.2f} | {found.hits_at_1:.2f} | {found.hits_at_5:.2f} | "
        f"{rouge.precision:.2f} / {rouge.recall:.2f} / {rouge.f1:.2f}"
    )


if __name__ == "__main__":
    main()
