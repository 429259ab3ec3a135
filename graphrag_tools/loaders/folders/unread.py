"""Say which files of a folder are not read, and refuse a folder most of whose pages are not."""

from collections import Counter
from collections.abc import Sequence

from graphrag_tools.errors import ManualError
from graphrag_tools.loaders.folders.files import NOT_PAGES, FolderFiles, suffix_of
from graphrag_tools.loaders.folders.globs import matches
from graphrag_tools.manual.sections import Skipped

REMEDIES = {
    **dict.fromkeys(
        (".tex", ".texi", ".texinfo", ".txi"), "run makeinfo --html or pandoc and read the folder that it writes"
    ),
    **dict.fromkeys((".org", ".textile", ".wiki", ".mediawiki", ".creole"), "convert with pandoc -t gfm"),
    **dict.fromkeys((".doc", ".rtf"), "save as .docx"),
    **dict.fromkeys((".docx", ".odt", ".pdf"), "build each as a manual of its own, or --include them"),
    **dict.fromkeys((".html", ".htm", ".xhtml"), "read the folder that holds the HTML alone"),
    ".chm": "unpack it (7z x) and read the folder",
    ".epub": "build each as a manual of its own",
}
READ_FORMATS = (
    "Markdown (.md, .mdx, .markdown, .qmd, .mdoc), reStructuredText (.rst), AsciiDoc (.adoc), Mallard (.page), DocBook "
    "(.docbook, .xml), DITA (.dita), man pages (.1 to .9), HTML (.html), Word (.docx), OpenDocument (.odt) or PDF "
    "(.pdf)"
)


def check_unread(files: FolderFiles, read: Sequence[str], left: Sequence[str]) -> list[Skipped]:
    """Report the files that are neither read nor left out on purpose, pages in other formats first.

    Raises:
        ManualError: There is no page to read, or more pages lie there in other formats than in those that are read.
    """
    known = {*read, *left}
    others = [name for name in files.names if name not in known and not matches(name, NOT_PAGES)]
    kinds = Counter(suffix_of(name) or "no suffix" for name in others)
    unread = Counter({kind: count for kind, count in kinds.items() if kind in REMEDIES})
    if not read or unread.total() > len(read):
        raise ManualError(f"{files.folder}: {_refusal(kinds, unread, read, left)}")
    reports = [Skipped(f"{count} {kind} file(s)", f"NOT READ: {REMEDIES[kind]}") for kind, count in unread.items()]
    rest = kinds - unread
    if rest:
        reports.append(Skipped(f"{rest.total()} other file(s)", f"are no pages: {_counted(rest)}"))
    return reports


def _refusal(kinds: Counter[str], unread: Counter[str], read: Sequence[str], left: Sequence[str]) -> str:
    if unread:
        remedy = REMEDIES[unread.most_common(1)[0][0]]
        number = f"{unread.total()} of {unread.total() + len(read)} pages"
        return f"{number} are not read ({_counted(unread)}). To read them, {remedy}."
    if left:
        return f"all {len(left)} pages are left out ({', '.join(left[:3])}); expected at least one that is read."
    found = f"found {_counted(kinds)}" if kinds else "found nothing"
    return f"{found}; expected at least one page: {READ_FORMATS}."


def _counted(kinds: Counter[str]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
