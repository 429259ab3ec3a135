"""Leave out the HTML and the documents of a folder that say once more what its pages in source form say."""

import re
from collections.abc import Callable, Iterator, Sequence

from graphrag_tools.loaders.html.site import HTML_SUFFIXES
from graphrag_tools.loaders.pages.documents import DOCUMENT_SUFFIXES
from graphrag_tools.loaders.pages.files import left_out, suffix_of
from graphrag_tools.loaders.pages.page import SourcePage
from graphrag_tools.manual.sections import Skipped

_WORD = re.compile(r"\w+")
_LENGTH = 4
_FEWEST = 5
_LEAST_SHARE = 0.6
"""Of the runs of four words of an export; what repeats a page in part has most of its own."""


def without_exports(
    pages: Sequence[SourcePage], is_asked_for: Callable[[str], bool]
) -> tuple[list[SourcePage], list[Skipped]]:
    """Return the pages without exports of others, and a report of those; one that is asked for by name stays.

    A manual that lies there as Markdown and as the PDF made of it would answer each question twice.
    """
    made = [page for page in pages if suffix_of(page.name) in HTML_SUFFIXES | DOCUMENT_SUFFIXES]
    if not made or len(made) == len(pages):
        return list(pages), []
    names = {page.name for page in made}
    said = {run for page in pages if page.name not in names for run in _runs(page)}
    exports = [page.name for page in made if not is_asked_for(page.name) and _share(page, said) >= _LEAST_SHARE]
    reports = left_out([(name, "exports of pages that are read") for name in exports])
    return [page for page in pages if page.name not in exports], reports


def _share(page: SourcePage, said: set[int]) -> float:
    own = set(_runs(page))
    return len(own & said) / len(own) if len(own) >= _FEWEST else 0


def _runs(page: SourcePage) -> Iterator[int]:
    """Yield each run of words of a page, as a number."""
    for part in page.parts:
        words = [word for text in (part.title, *(one.text for one in part.blocks)) for word in _WORD.findall(text)]
        folded = [word.casefold() for word in words]
        yield from (hash(tuple(folded[at : at + _LENGTH])) for at in range(len(folded) - _LENGTH + 1))
