"""The chat page as it is served, a headless browser that looks at it, and a model that says what it is told to."""

import importlib.util
import json
import multiprocessing
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO
from urllib.parse import urlsplit

import pytest
from support.forks import FORKS, run_command
from support.loopback_servers import QuietHandler, listening
from support.missing import missing
from support.places import REPOSITORY
from support.processes import HANG_SECONDS

from graphrag_tools.index.index import ManualIndex

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext, SpawnContext

    from playwright.sync_api import Browser, BrowserContext, Page

ROOT = REPOSITORY
WRITING = ("--tool-mode", "none", "--answers", "written", "--choices", "1")
"""Leave the model no role but writing, so that nothing is probed."""
_STOP_SECONDS = 20
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# The lists under the address bar are pages of their own, loaded into each new window, as is a spare process for the
# next page: nearly half of what a window takes.
_UNSEEN = (
    "WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup,PreloadTopChromeWebUI,SpareRendererForSitePerProcess"
)
# Chromium heeds the last such list only, so that what Playwright turns off is in ours too.
_OFF_FOR_PLAYWRIGHT = (
    "AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,"
    "LensOverlay,MediaRouter,PaintHolding,ThirdPartyStoragePartitioning,AvoidCorsURLLoaderRestartOnRedirect,"
    "OptimizationHints,NetworkTimeServiceQuerying,AimEnabled,PreconnectToSearch"
)

Serve = Callable[..., str]
Open = Callable[..., "Page"]


class Server:
    """The command in a process of its own, on a free port."""

    def __init__(
        self,
        index: Path,
        *options: object,
        changed: Mapping[str, object] | None = None,
        processes: "ForkServerContext | SpawnContext" = FORKS,
    ) -> None:
        arguments = ["web", "--index", str(index), "--port", "0", "--json", *map(str, options)]
        environment = {name: value for name, value in os.environ.items() if name != "GRAPHRAG_TOOLS_MODEL"}
        self._folder = tempfile.TemporaryDirectory()
        self._said = Path(self._folder.name) / "said"
        self._said.touch()
        printed, printing = processes.Pipe(duplex=False)
        given = (arguments, ROOT, environment, changed or {}, printing, self._said)
        self.process = processes.Process(target=run_command, args=given)
        self.process.start()
        printing.close()
        with printed, open(printed.fileno(), encoding="utf-8", closefd=False) as lines:
            self.address: str = json.loads(self._announcement(lines))["address"]

    def close(self) -> str:
        """Stop it, and return what it said on standard error."""
        self.process.terminate()
        self.process.join(_STOP_SECONDS)
        if self.process.is_alive():
            self.process.kill()
            self.process.join(HANG_SECONDS)
        with self._folder:
            return self._said.read_text(encoding="utf-8")

    def _announcement(self, lines: TextIO) -> str:
        said = ""
        while not said.endswith("}\n"):
            line = lines.readline()
            assert line, f"the page was not served: {self.close()}"
            said += line
        return said


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serve the page of an index with some options until the test is over, and return its address."""
    started: list[Server] = []

    def call(index: ManualIndex, *options: object, changed: Mapping[str, object] | None = None) -> str:
        started.append(Server(index.folder, *options, changed=changed))
        return started[-1].address

    yield call
    said = "".join([server.close() for server in started])
    assert "Traceback" not in said, said


@pytest.fixture(scope="session")
def sample_page(sample_index_for_answers: ManualIndex) -> Iterator[str]:
    """The address of the sample manual's page, without a model; each browser context is a user of its own."""
    # As a user starts it: with nothing imported before.
    server = Server(sample_index_for_answers.folder, processes=multiprocessing.get_context("spawn"))
    yield server.address
    said = server.close()
    assert "Traceback" not in said, said


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """A headless Chromium. For a module at a time: while it runs, no test of this thread can have an event loop."""
    if importlib.util.find_spec("playwright") is None:
        missing("the package playwright, which drives the browser, is not installed")
    found = [os.environ.get("CHROMIUM_BINARY"), *map(shutil.which, _BROWSERS)]
    binary = next((path for path in found if path), None)
    if binary is None:
        missing("no Chromium: set CHROMIUM_BINARY, put it on PATH, or run .ci/install-browser")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        # Without a sandbox of its own, because root in a container may not make one; it sees our pages alone.
        arguments = ["--no-sandbox", f"--disable-features={_UNSEEN},{_OFF_FOR_PLAYWRIGHT}"]
        launched = driver.chromium.launch(executable_path=binary, args=arguments)
        yield launched
        launched.close()


@dataclass
class Seen:
    """What a browser asked for, and what went wrong in it."""

    hosts: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)


@pytest.fixture
def open_page(browser: "Browser", serve: Serve) -> Iterator[Open]:
    """Open an address as a new user; afterwards, no script has failed and nothing was asked of another machine."""
    del serve  # asked for, so that its servers end after the pages have left them
    seen = Seen()
    users: list[BrowserContext] = []

    def call(address: str, **settings: Any) -> "Page":
        user = browser.new_context(**settings)
        users.append(user)
        user.set_default_timeout(HANG_SECONDS * 1000)
        page = user.new_page()
        watch(page, seen)
        page.goto(address)
        page.get_by_role("textbox", name="Question").wait_for()
        return page

    yield call
    for user in users:
        user.close()
    assert seen.errors == []
    assert seen.hosts == ({"127.0.0.1"} if users else set())


def watch(page: "Page", seen: Seen) -> None:
    """Keep the hosts of a page's requests and sockets, and its errors."""
    page.on("request", lambda request: _note_host(request.url, seen))
    page.on("websocket", lambda socket: _note_host(socket.url, seen))
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    page.on("console", lambda said: seen.errors.append(said.text) if said.type == "error" else None)


def _note_host(url: str, seen: Seen) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("data", "blob"):
        seen.hosts.add(parts.hostname or url)


def violations(page: "Page") -> list[str]:
    """What axe-core finds, all its rules on."""
    # Here, because the page is tested without it too.
    from axe_playwright_python.sync_playwright import Axe

    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html'][:150]}" for one in found for node in one["nodes"]]


def expect(what: Any) -> Any:
    """Return Playwright's assertions, which wait for what they expect: a page follows its server a moment later."""
    from playwright.sync_api import expect

    expect.set_options(timeout=HANG_SECONDS * 1000)
    return expect(what)


def comes_to(page: "Page", script: str, value: object) -> None:
    """Wait until an expression of the page has a value."""
    wanted = json.dumps(json.dumps(value, separators=(",", ":"), ensure_ascii=False))
    page.wait_for_function(f"JSON.stringify({script}) === {wanted}")


def ask(page: "Page", question: str) -> "Any":
    """Ask in the page as a user does, and return the answer's card once it is there."""
    cards = page.locator(".answer")
    before = cards.count()
    # What is asked before the page has its server is kept for Retry, not sent.
    page.locator("html[data-ready=true]").wait_for(state="attached")
    field = page.get_by_role("textbox", name="Question")
    field.fill(question)
    # Not the button, because it moves when a notice below it goes, and a click on what moves away is none.
    field.press("Enter")
    cards.nth(before).wait_for()
    return cards.nth(before)


@dataclass
class SayingModel:
    """What answers as Ollama does, with what it is told to say; it waits before the last word while it is held."""

    url: str = ""
    says: list[str] = field(default_factory=list)
    """What it says, one after the other; the last one again and again."""
    goes_on: threading.Event = field(default_factory=threading.Event)
    left_alone: threading.Event = field(default_factory=threading.Event)
    """Set once a caller has gone in the middle of an answer."""
    asked: threading.Event = field(default_factory=threading.Event)
    """Set once a caller waits for words."""

    def next_words(self) -> list[str]:
        said = self.says.pop(0) if len(self.says) > 1 else self.says[0]
        return [f"{word} " for word in said.split(" ")]


@pytest.fixture
def saying_model() -> Iterator[SayingModel]:
    with served_saying_model() as model:
        yield model


@contextmanager
def served_saying_model() -> Iterator[SayingModel]:
    """A model that says what it is told to, on a port of its own."""
    model = SayingModel(says=["The manual does not say."])
    model.goes_on.set()

    class Handler(QuietHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            self.send_response(200)
            self.send_header("content-type", "application/x-ndjson")
            self.end_headers()
            if self.path == "/api/show":
                self._say(capabilities=["completion"], model_info={})
                return
            model.asked.set()
            *words, last = model.next_words()
            try:
                for word in words:
                    self._say(message={"role": "assistant", "content": word}, done=False)
                while not model.goes_on.wait(0.1):
                    self._say(message={"role": "assistant", "content": ""}, done=False)
                self._say(message={"role": "assistant", "content": last}, done=True, done_reason="stop")
            except OSError:
                model.left_alone.set()

        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self._say(models=[{"model": "saying:latest", "digest": "0" * 64, "size": 1}])

        def _say(self, **fields: Any) -> None:
            said = {"model": "saying", "created_at": "2026-11-24T00:00:00Z", **fields}
            self.wfile.write(json.dumps(said).encode() + b"\n")
            self.wfile.flush()

    with listening(Handler) as model.url:
        yield model
        model.goes_on.set()
