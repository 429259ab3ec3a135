"""Leave out what says once more what the pages of a folder say: HTML and documents made of them, and copies."""

import re
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet

from graphrag_tools.loaders.folders.files import left_out, suffix_of
from graphrag_tools.loaders.html.site import HTML_SUFFIXES
from graphrag_tools.loaders.pages.documents import DOCUMENT_SUFFIXES
from graphrag_tools.loaders.pages.page import SourcePage
from graphrag_tools.manual.sections import Skipped

_EXPORT = "exports of pages that are read"
_COPY = "copies of pages that the navigation places"
_WORD = re.compile(r"\w+")
_LENGTH = 4
_FEWEST = 5
_LEAST_SHARE = 0.6
"""Of the runs of four words of an export; what repeats a page in part has most of its own."""
_WHOLE = 0.98
"""Of those of a copy in another folder, whose links and addresses may differ."""


def without_exports(
    pages: Sequence[SourcePage], is_asked_for: Callable[[str], bool], placed: AbstractSet[str]
) -> tuple[list[SourcePage], list[Skipped]]:
    """Return the pages without those that repeat others, and reports of these; one that is asked for by name stays.

    A manual that lies there as Markdown and as the PDF made of it would answer each question twice, and so would a page
    that was moved and left behind as well, or a folder that a site was copied to. Beside what the navigation places
    (`placed`), a page called as another without a word of its own is such, and where it places most, any with few.
    """
    made = {page.name for page in pages if suffix_of(page.name) in HTML_SUFFIXES | DOCUMENT_SUFFIXES}
    made = made if len(made) < len(pages) else set()
    left_behind = {page.name for page in pages} - made - placed if placed else set()
    if not (made or left_behind):
        return list(pages), []
    said = {run for page in pages if page.name not in made | left_behind for run in _runs(page)}
    doubtful = {page.name: set(_runs(page)) for page in pages if page.name in made | left_behind}
    doubtful = {name: own for name, own in doubtful.items() if not is_asked_for(name)}
    whole: set[str] = set()
    also_said = set(said)
    files = {_file(page.name) for page in pages if page.name not in doubtful}
    for name, own in sorted(doubtful.items(), key=lambda one: one[0].count("/")):
        if _file(name) in files and _share(own, also_said) >= _WHOLE:
            whole.add(name)
        elif name in left_behind:
            files.add(_file(name))
            also_said |= own
    places_most = 2 * len(placed) >= len(pages) - len(whole)
    repeated = [
        name
        for name, own in doubtful.items()
        if name in whole or ((name in made or places_most) and _share(own, said) >= _LEAST_SHARE)
    ]
    reports = left_out([(name, _EXPORT if name in made else _COPY) for name in repeated])
    return [page for page in pages if page.name not in repeated], reports


def _file(name: str) -> str:
    return name.rpartition("/")[2]


def _share(own: set[int], said: set[int]) -> float:
    return len(own & said) / len(own) if len(own) >= _FEWEST else 0


def _runs(page: SourcePage) -> Iterator[int]:
    """Yield each run of words of a page, as a number."""
    for part in page.parts:
        words = [word for text in (part.title, *(one.text for one in part.blocks)) for word in _WORD.findall(text)]
        folded = [word.casefold() for word in words]
        yield from (hash(tuple(folded[at : at + _LENGTH])) for at in range(len(folded) - _LENGTH + 1))
