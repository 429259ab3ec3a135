"""Every command and every Python block of the README and the pages runs, or says in a comment before it why not.

`<!-- not run: because … -->` stands before a block that no test can run here. Commands run in this process, in a folder
with a manual of each name that the pages use; models and embeddings that need a server are left at `none` and
`wordllama`, servers go as far as their address, and of many questions one is asked. Of other programs there is a check
that what they are given exists.
"""

import importlib.util
import io
import os
import re
import shlex
import shutil
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pytest
from langchain_core.documents import Document
from support.cli_fixtures import Run
from support.pdf_files import drawn
from support.places import REPOSITORY, SAMPLE_MANUAL

from graphrag_tools.index.index import ManualIndex
from graphrag_tools.workflow.graph import ask, manual_workflow

GENERATED = {"s10-report.md"}
"""Written by a program, `eval --out`."""
PAGES = [
    page
    for page in (REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").rglob("*.md")))
    if page.name not in GENERATED
]
_NOT_RUN = re.compile(r"<!-- not run: \w.{9,} -->")
_COMMAND = re.compile(
    r"(?:\$ )?(?:graphrag-tools|pip|git|make|ollama|docker|curl|rsync|createdb|export|python|\.ci/\w+) ?"
)
_MODELS = re.compile(r"(?:ollama|openai|gguf):\S+|llama3\.2:3b|qwen3:8b")
_GERMAN = "# Anzeige\n\nTippen Sie auf Einstellungen > Anzeige und schalten Sie den Nachtmodus mit dem Schalter ein.\n"
_PHONE = '{"1": {"title": "Display", "text": "From Settings, tap Display and choose a font size."}}'


@dataclass(frozen=True)
class Block:
    """A block of code on a page: what it is written in ("" where it is indented), and why it is not run, if so."""

    page: str
    language: str
    text: str
    not_run: bool

    @property
    def is_shell(self) -> bool:
        return self.language == "sh" or (not self.language and _COMMAND.match(self.text) is not None)


def blocks_of(text: str, page: str = "page.md") -> Iterator[Block]:
    """Yield the fenced blocks of a page, and those that are indented by four spaces after a blank line."""
    lines = text.splitlines()
    at = 0
    while at < len(lines):
        start = at
        if fence := re.match(r"```(\w+)?", lines[at]):
            language, at = fence[1] or "other", at + 1
            held = _taken(lines, at, lambda line: not line.startswith("```"))
        elif lines[at].startswith("    ") and not (at and lines[at - 1]):
            language = ""
            held = _taken(lines, at, lambda line: not line or line.startswith("    "))
        else:
            at += 1
            continue
        at += len(held) + bool(language)
        before = next((line for line in reversed(lines[:start]) if line), "")
        code = "\n".join(held) if language else "\n".join(line[4:] for line in held).strip("\n")
        yield Block(page, language, code, _NOT_RUN.fullmatch(before) is not None)


def _taken(lines: list[str], start: int, belongs: Callable[[str], bool]) -> list[str]:
    end = next((at for at in range(start, len(lines)) if not belongs(lines[at])), len(lines))
    return lines[start:end]


BLOCKS = [block for page in PAGES for block in blocks_of(page.read_text("utf-8"), str(page.relative_to(REPOSITORY)))]
RUN = [block for block in BLOCKS if not (block.not_run or (block.page == "README.md" and block.language))]
"""Those of the README that have a language run in test_readme.py."""
SHELL = [block for block in RUN if block.is_shell]
PYTHON = [block for block in RUN if block.language == "python"]


def _name(block: Block) -> str:
    return f"{block.page}: {block.text.splitlines()[0][:40]}"


@pytest.fixture(scope="module")
def workplace(sample_index: ManualIndex, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the manuals, the indexes and the files that the pages name."""
    folder = tmp_path_factory.mktemp("pages")
    texts = {
        "handbuch.md": _GERMAN,
        "phone.json": _PHONE,
        "manual.md": "# Battery\n\nCharge the battery for two hours.\n",
        "watch-folder/watch.html": "<h1>Strap</h1><p>Close the strap.</p>",
        "repo/docs/user/start.md": "# Start\n\nPress the button.\n",
        "repo/docs/setup/network.md": "# Network\n\nEnter the address.\n",
        "oven.md": "# Timer\n\nTap Timer to set the timer of the oven.\n",
        "graphrag-tools.toml": 'tool-mode = "schema"\n',
    }
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    shutil.copytree(SAMPLE_MANUAL, folder / "examples" / "sample_manual")
    shutil.copy(REPOSITORY / "examples" / "sample_questions.csv", folder / "q.csv")
    drawn(folder / "my-manual.pdf", lambda sheet: sheet.lines(["Ringtone", "Tap Ringtone to change the ringtone."]))
    for name in ("manual-index", "my-index"):
        shutil.copytree(sample_index.folder, folder / name)
    ManualIndex.build([f"oven={folder / 'oven.md'}"], folder / "oven-index", embeddings="wordllama").close()
    return folder


@pytest.fixture
def here(workplace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it as the current folder, without what the environment would set."""
    monkeypatch.chdir(shutil.copytree(workplace, tmp_path / "here"))
    for name in [name for name in os.environ if name.startswith("GRAPHRAG_TOOLS_") and not name.endswith("_CACHE")]:
        monkeypatch.delenv(name)
    return tmp_path / "here"


def _served(*_: object) -> NoReturn:
    """End a server where it would begin to listen."""
    raise SystemExit(0)


@pytest.mark.parametrize("block", SHELL, ids=_name)
def test_commands_of_the_pages_run(block: Block, here: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphrag_tools.http_server.listening.listen", _served)
    monkeypatch.setattr("graphrag_tools.web.serving.listen", _served)
    for line, shown in _with_output(block.text):
        program, *arguments = shlex.split(line, comments=True)
        if program != "graphrag-tools":
            _check_other(program, arguments)
            continue
        monkeypatch.setattr("sys.stdin", io.StringIO(""))
        outcome = run(*_made_small(arguments))
        assert outcome.code == 0, (line, outcome.err)
        for said in filter(None, shown):
            assert said in outcome.out, line


def _with_output(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each command with the lines that the page shows as its output, where commands have a `$` before them."""
    lines = text.replace("\\\n", " ").splitlines()
    if not text.startswith("$ "):
        yield from ((line, []) for line in lines if line)
        return
    starts = [at for at, line in enumerate(lines) if line.startswith("$ ")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield lines[start][2:], lines[start + 1 : end]


def _made_small(arguments: list[str]) -> list[str]:
    """Return arguments without models and embeddings that need a server, a file or a key, and with one question."""
    stand_ins = {"--embeddings": "wordllama", "-n": "1", "--limit": "1"}
    small = [
        _MODELS.sub("none", argument).replace("my-manual.pdf", "manual.md")  # a PDF is read in a process of its own
        if option not in stand_ins
        else stand_ins[option]
        for option, argument in zip(["", *arguments], arguments, strict=False)
    ]
    return [*small, "--limit", "1"] if arguments[0] == "eval" and "--limit" not in small else small


def _check_other(program: str, arguments: list[str]) -> None:
    """Check that what another program is given is there: an extra, a target, a module, a file. It is not run."""
    if program == "pip":
        project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
        for extra in re.findall(r"\[([\w,-]+)\]", " ".join(arguments)):
            assert set(extra.split(",")) <= set(project["optional-dependencies"]), arguments
    elif program == "make":
        assert re.search(rf"^{arguments[0]}:", (REPOSITORY / "Makefile").read_text("utf-8"), re.M), arguments
    elif program == "python":
        where = (
            importlib.util.find_spec(arguments[1]) if arguments[0] == "-m" else (REPOSITORY / arguments[0]).is_file()
        )
        assert where, arguments
    elif program == "docker":
        assert (REPOSITORY / arguments[arguments.index("-f") + 1]).is_file(), arguments
    elif program.startswith(".ci/"):
        assert (REPOSITORY / program).is_file()
    else:
        assert _COMMAND.match(program), f"{program} is neither this project's nor known not to be"


@pytest.mark.parametrize("block", PYTHON, ids=_name)
def test_python_of_the_pages_runs(block: Block, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "no key, and nothing is sent")
    names = _names_of_the_text()
    code = re.sub(r'"ollama:[^"]+"', '"none"', block.text)
    exec(compile(code, block.page, "exec"), names)


def _names_of_the_text() -> dict[str, Any]:
    """What the text around a block has before it: a workflow, a question, a loader and a provider of spans."""
    from opentelemetry.sdk.trace import TracerProvider

    class Loader:
        def load(self) -> list[Document]:
            return [Document("Tap Ringtone to change it.", metadata={"Header 1": "Ringtone"})]

    class MyVectorStore:
        """Stands for a store of the reader's own."""

    return {
        "__name__": "page",
        "pytest": pytest,
        "ask": ask,
        "app": manual_workflow(ManualIndex.open("oven-index"), model="none"),
        "asked": {"messages": [("user", "How do I set the timer?")]},
        "loader": Loader(),
        "my_provider": TracerProvider(),
        "ManualIndex": ManualIndex,
        "MyVectorStore": MyVectorStore,
    }


def test_most_blocks_are_run_and_the_rest_says_why_not() -> None:
    left = [block for block in BLOCKS if block.not_run]
    assert len(SHELL) >= 25
    assert len(PYTHON) >= 8
    assert len(left) <= 9, [_name(block) for block in left]


def test_blocks_are_found_with_their_reasons() -> None:
    text = (
        "Text\n\n    graphrag-tools demo\n\n    more\n\n<!-- not run: needs a node of its own -->\n```python\n"
        "a = 1\n```\n- a list\n    with a second line\n"
    )
    first, second = blocks_of(text)
    assert (first.text, first.language, first.is_shell, first.not_run) == (
        "graphrag-tools demo\n\nmore",
        "",
        True,
        False,
    )
    assert (second.text, second.language, second.is_shell, second.not_run) == ("a = 1", "python", False, True)
