"""Choose the files of a folder that are pages of its manual, and say what is not read and why."""

import os
import posixpath
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from graphrag_tools.errors import ManualError
from graphrag_tools.loaders.folders.globs import OR_BELOW, matches
from graphrag_tools.loaders.folders.translations import translations
from graphrag_tools.loaders.folders.versions import older_versions
from graphrag_tools.loaders.source_file import text_or_nothing
from graphrag_tools.manual.sections import Skipped
from graphrag_tools.text.listing import first_of

NOT_PAGES = (
    "**/node_modules/**",
    "**/{_layouts,_templates,_static,_sources,_build,_site,_book,_data,_sass,_plugins,_drafts}/**",
    "**/{vendor,third_party,xsl,docbook-xsl,docbook-xsl-*}/**",
    "**/src/{pages,components,theme}/**",
    "**/{genindex,genindex-*,py-modindex}.{html,htm,md}",
    "**/404.*",
    "**/search.{html,htm}",
    "**/{whdata,whgdata,whxdata}/**",
    "**/whskin_*.{html,htm}",
    "LANGS.md",
)
"""What site generators keep beside the pages."""
COPIES = {
    "older versions, each to be built by its own folder": ("**/versioned_docs/**",),
    "translations, each to be built by its own folder": ("**/{i18n,_i18n}/**",),
}
"""The same pages once more, where Docusaurus keeps them."""
_GITBOOK, _INCLUDES = ".gitbook", "includes"
PARTIALS = (
    "**/{_includes,_snippets,_partials,_shared,_common}/**",
    f"**/{_GITBOOK}/{_INCLUDES}/**",
    "**/_*.{md,mdx,markdown,mdown,mkd,mdoc,qmd,rst,rest,adoc}",
)
"""Pieces that pages include: they stand where they are used."""
CHANGE_LOGS = "change logs"
RELEASE_NOTES = "release notes"
LICENCES = "licences"
INTERFACES = "chapters on programming interfaces"
PLANS = "plans of developers"
OF_NO_OWNER = {
    CHANGE_LOGS: (
        "**/{change,changes,changelog,change-log,change_log,summary_of_changes}.*",
        "**/{changelog,change-log,change_log}{-,_}*",
        "**/*{-,_}{changelog,change-log,change_log}.*",
        "{history,news}.*",
        "**/{changelog,changelogs}/**",
    ),
    RELEASE_NOTES: (
        "**/{releases,release-notes,release_notes,releasenotes,whats-new,whats_new,whatsnew}.*",
        "**/{releases,release-notes,release_notes,releasenotes,whats-new,whats_new,whatsnew}/**",
        "**/{release-notes,release_notes,releasenotes}{-,_}*",
        "**/*{-,_}{release-notes,release_notes,releasenotes,releases}.*",
    ),
    "blogs": ("**/{blog,blogs,posts,news}/**",),
    "chapters for contributors": (
        "**/{contributing,contribute,contribution,contributor,contributors,code_of_conduct,code-of-conduct,governance}.*",
        "{agents,claude,gemini}.md",
        "**/{claude,gemini,skill}.md",
        "**/{contributing,contribute,contributor,contributors}/**",
        "**/{contributing,contribute,contributor,contributors,how-to-contribute,how_to_contribute}{-,_}*",
        "**/{contributing,contribute,contributor,contributors}{-,_}*/**",
        "**/{how-to-contribute,how_to_contribute}.*",
        "**/{gsoc,google-summer-of-code,google_summer_of_code}.*",
        "**/{gsoc,google-summer-of-code,google_summer_of_code}/**",
        "**/.github/**",
    ),
    "chapters for developers": (
        "**/{dev,devel,developer,developers,development}.*",
        "**/{dev,devel,developer,developers,development}/**",
        "**/{dev,developer,developers,development}{-,_}{guide,guides,docs,documentation,manual,notes,reference}.*",
        "**/{dev,developer,developers,development}{-,_}{guide,guides,docs,documentation,manual,notes,reference}/**",
        "**/for{-,_}developers.*",
        "**/for{-,_}developers/**",
    ),
    "decisions of developers": (
        "**/{superpowers,openspec,adr,adrs,rfcs,design-docs,design_docs}/**",
        "**/{architecture,architectural}{-,_}{decisions,decision-records,decision_records}/**",
        "**/{decision-records,decision_records}/**",
        "**/adr{-,_}[0-9]*",
    ),
    PLANS: ("**/{plan,plans,spec,specs,design,designs,decisions,proposals}/**",),
    INTERFACES: (
        "**/{api,apis,graphql,openapi,swagger,sdk}/**",
        "**/{rest,http,web,json}{-,_,}api.*",
        "**/{rest,http,web,json}{-,_,}api/**",
        "**/api{-,_}{reference,docs,documentation}.*",
        "**/api{-,_}{reference,docs,documentation}/**",
        "**/{api,openapi,swagger}.*",
        "**/{apidoc,apidocs,api-docs,doxygen,javadoc,javadocs,jsdoc,kdoc,phpdoc,pydoc,rustdoc,typedoc}/**",
    ),
    LICENCES: (
        "**/{license,licence,licenses,licences,copying,authors,maintainers}.*",
        "**/{license,licence}{-,_}*",
        "**/{gpl,lgpl,agpl,fdl,gfdl}{,-*}.*",
    ),
}
"""What an owner of the device does not ask about, by the name under which it is said."""
_EXAMPLES = 3
_OF_TWO_MEANINGS = (
    "**/{change,changes,history,news}.*",
    "**/*{-,_}releases.*",
    "**/{license,licence,licenses,licences}.*",
    "**/{license,licence}{-,_}*",
    "**/api.*",
    "**/{plan,plans,spec,specs,design,designs,decisions,proposals}/**",
)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_VERSION_OR_DATE = re.compile(
    r"(?:^[ \t]*(?:#+[ \t]*(?:[^\n]{0,80}?(?<![\w.]))?|[=*+-]+[ \t]*)?|<(?:li|dt)\b[^<>]*>\s*|"
    r"<h\d\b[^<>]*>\s*(?:[^<>]{0,80}?(?<![\w.]))?)(?:\[|\*\*)?(?:(?:version|release)[ \t]*)?(?:v[ \t]*)?"
    rf"(?:\d+\.\d+|\d{{4}}-\d{{2}}-\d{{2}}\b|{_MONTH} \d{{1,2}}, \d{{4}}\b|"
    rf"\d{{1,2}}(?:st|nd|rd|th|\.)? {_MONTH},? \d{{4}}\b)",
    re.IGNORECASE | re.MULTILINE,
)
"""Where a line begins, or anywhere in a heading ("Lamp 4.5", "New stable release v2.12")."""
_DATED_RELEASE = re.compile(
    rf"^#+[^\n]{{0,80}}?\bv?\d+\.\d+[^\n]{{0,20}}?(?:\d{{4}}-\d{{2}}-\d{{2}}|{_MONTH},? (?:\d{{1,2}}, )?\d{{4}})\b",
    re.IGNORECASE | re.MULTILINE,
)
_FEWEST_VERSIONS = 2
_REQUEST = re.compile(
    r"\b(?:GET|POST|PUT|PATCH|DELETE)\b[`*|\s]{1,9}[`\"']?(?:https?:/)?/|\bcurl[ \t][^\n]{0,200}?https?://"
)
"""A request of a programming interface: "GET /lamps"."""
_SOURCE_FILE = re.compile(
    r"(?<![\w/.-])[\w/.-]*\w\.(?:c|cc|cpp|cs|go|h|hpp|java|js|jsx|kt|php|py|rb|rs|sql|swift|ts|tsx|vue)\b"
)
"""A file of a program's source, of which plans for its developers speak: "web/api/monitor.php"."""
_DATED = re.compile(r"(?:^|/)\d{4}-\d{2}-\d{2}[-_][^/]*$")
_FEWEST_SOURCE_FILES = 2
_RIGHTS = re.compile(r"\b(?:copyright|MIT|A?GPL\w*|Apache|BSD|ISC|CC BY)\b|\(c\)|©", re.IGNORECASE)
_FOR_ORDER = re.compile(r"(?:(?<=/)|^)(?:_+|\d+(?:[-_. ]+|(?=[A-Za-z])))(?=\w)")
"""What names of files and folders begin with for the order or for the generator: "05-developers", "_development"."""


@dataclass(frozen=True, slots=True)
class FileChoice:
    """Which files of a folder are read, as globs of their paths below it ("user/**", "draft-*"; case is folded).

    As in .gitignore, a glob without a slash is meant at any depth, and one that names a folder means all that is in it.
    With `include`, only files that match are read, those that defaults leave out among them; what `exclude` matches
    is never read. Of pages and their translations those in `language` are read (translations.py), and of several
    versions the newest (versions.py); with `include` all.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    language: str | None = None

    def leaves_out(self, name: str, below: str) -> str:
        """Return why a file is not read, "" where it is; `below` is its path below the folder that holds all pages."""
        if matches(name, map(meant_glob, self.exclude)):
            return "excluded"
        if matches(name, NOT_PAGES):
            return "files of the site itself"
        if copy := next((kind for kind, globs in COPIES.items() if matches(name, globs)), ""):
            return copy
        if self.include:
            return "" if self.includes(name) else "not included"
        plain = _FOR_ORDER.sub("", below or name)
        return next((kind for kind, globs in OF_NO_OWNER.items() if matches(plain, globs)), "")

    def includes(self, name: str) -> bool:
        """Whether a file is asked for by a glob of its own."""
        return matches(name, map(meant_glob, self.include))

    def names_partial(self, name: str) -> bool:
        """Whether a file that pages include is asked for as a page, by a glob that has the underscore of its name."""
        globs = (glob for glob in self.include if re.search(r"(?:^|[/{,])_", glob))
        return matches(name, map(meant_glob, globs))


EVERYTHING_FOR_OWNERS = FileChoice()
_TRANSLATIONS = "translations ({tag}), which --language reads in place of these"
_OLDER = "an older version ({version}), which --include reads"
_TEMPLATE = re.compile(
    rb"\{%-?\s*(?:extends|block|if|for|include|set|import|macro)\b|<title>\s*\{\{|<%[=@]|<\?php|"
    rb"window\.\$docsify\b|\{\{-?\s*(?:define|block|partial|template|range|with|if|end|\$\w+\s*:=|\.[A-Z(])"
)


@dataclass(frozen=True)
class FolderFiles:
    """The files below a folder, hidden ones and links out of it left out, by path below it."""

    folder: Path
    names: tuple[str, ...]
    outside: tuple[str, ...] = ()

    @cached_property
    def suffixes(self) -> Counter[str]:
        """How many files there are of each suffix."""
        return Counter(suffix_of(name) for name in self.names)


def folder_files(folder: Path) -> FolderFiles:
    """Return the files of a folder and its subfolders in name order."""
    root = folder.resolve()
    names: list[str] = []
    outside: list[str] = []
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") or _holds_includes(Path(place) / name))
        if Path(place).name == _GITBOOK:
            folders[:] = [_INCLUDES]
            continue
        for name in sorted([*files, *(name for name in folders if (Path(place) / name).is_symlink())]):
            path = Path(place) / name
            if name.startswith("."):
                continue
            below = path.relative_to(folder).as_posix()
            if not stays_inside(path, root):
                outside.append(below)
            elif path.is_file():
                names.append(below)
    return FolderFiles(folder, tuple(names), tuple(outside))


def _holds_includes(folder: Path) -> bool:
    """Whether a hidden folder holds the pieces that GitBook's pages include."""
    return folder.name == _GITBOOK and (folder / _INCLUDES).is_dir()


def suffix_of(name: str) -> str:
    """Return the suffix of a file's name in lower case, with its dot."""
    return PurePosixPath(name).suffix.lower()


def meant_glob(written: str) -> str:
    """Return a glob as a user means it, in the form of `matches`."""
    path = written.strip().replace("\\", "/").removeprefix("./")
    at_any_depth = "/" not in path.rstrip("/")
    bare = path.strip("/")
    place = f"**/{bare}" if at_any_depth and not path.startswith("/") else bare
    return place if place.endswith("**") else f"{place}{OR_BELOW}"


def choose(names: Sequence[str], choice: FileChoice, folder: Path) -> tuple[list[str], list[Skipped]]:
    """Return the pages of a folder to read, and reports of those left out, and of globs that match none of them.

    Folders around all pages are passed over by the defaults, and where they would leave nothing they do not hold: a
    folder that is nothing but release notes is meant. A page whose name may mean something else ("news", "history",
    "licences", "api", "specs/…") is left out only if it lists versions or dates, speaks of rights, has requests, or is
    dated or names files of source code.
    """
    around = posixpath.commonpath([posixpath.dirname(name) for name in names]) if names else ""
    start = len(around) + 1 if around else 0
    reasons = {name: choice.leaves_out(name, name[start:]) for name in names}
    for name, why in reasons.items():
        if matches(name, _OF_TWO_MEANINGS) and not _is_meant(why, folder / name):
            reasons[name] = ""
    if all(reasons.values()) and not (choice.include or choice.exclude):
        reasons = dict.fromkeys(names, "")
    if not choice.include:
        in_others = translations([name for name, why in reasons.items() if not why], choice.language)
        reasons |= {name: _TRANSLATIONS.format(tag=tag or "the site's own language") for name, tag in in_others.items()}
        older = older_versions([name for name, why in reasons.items() if not why])
        reasons |= {name: _OLDER.format(version=version) for name, version in older.items()}
    kept = [name for name, why in reasons.items() if not why]
    asked = (*choice.include, *choice.exclude)
    if names and asked and not kept:
        raise ManualError(
            f"include {list(choice.include)} and exclude {list(choice.exclude)} leave none of {len(names)} pages "
            f"({first_of(names, _EXAMPLES)}); expected at least one that is read."
        )
    idle = [glob for glob in asked if not any(matches(name, [meant_glob(glob)]) for name in names)]
    return kept, [Skipped(glob, "matches no page") for glob in idle] + left_out(
        [(name, why) for name, why in reasons.items() if why]
    )


def is_template(path: Path) -> bool:
    """Whether an HTML file is a template of a site generator, which has no text of its own."""
    try:
        with path.open("rb") as file:
            start = file.read(8_192)
    except OSError:
        return False
    return _TEMPLATE.search(start) is not None


def _is_meant(why: str, path: Path) -> bool:
    """Whether a page is what its name may say, where that has two meanings."""
    if why == LICENCES:
        return _RIGHTS.search(text_or_nothing(path)) is not None
    if why == INTERFACES:
        return path.stem.lower() != "api" or _REQUEST.search(text_or_nothing(path)) is not None
    if why == PLANS:
        files = set(_SOURCE_FILE.findall(text_or_nothing(path)))
        return _DATED.search(path.as_posix()) is not None or len(files) >= _FEWEST_SOURCE_FILES
    if why not in (CHANGE_LOGS, RELEASE_NOTES):
        return True
    text = text_or_nothing(path)
    return len(_VERSION_OR_DATE.findall(text)) >= _FEWEST_VERSIONS or _DATED_RELEASE.search(text) is not None


def left_out(kinds: Sequence[tuple[str, str]]) -> list[Skipped]:
    """Report files that were left out on purpose, given as name and kind: a line for each kind."""
    counts = Counter(kind for _, kind in kinds)
    return [
        Skipped(
            f"{count} file(s)",
            f"left out: {kind} ({first_of([name for name, one in kinds if one == kind], _EXAMPLES)})",
        )
        for kind, count in counts.items()
    ]


def stays_inside(path: Path, root: Path) -> bool:
    """Whether a file is no link that leads out of a folder."""
    try:
        return not path.is_symlink() or path.resolve().is_relative_to(root)
    except (OSError, RuntimeError):  # a link to itself
        return False
