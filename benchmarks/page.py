"""Measure the chat page in a real browser: the first paint, and the quote after Enter. No model answers.

python -m benchmarks.page [--index INDEX] [--questions CSV]

Without an index the S10 manual of ../shared/data is built where it is there, else the sample manual. Times are
in milliseconds as the browser tells them; they are a machine's, and no test asks for them.
"""

import argparse
import csv
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from graphrag_tools import ManualIndex

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parent.parent
DATA = ROOT.parent / "shared" / "data"
VISITS = 5
QUESTIONS = 20
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_PROGRAM = "from graphrag_tools.cli.app import main; main()"
_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
# From the key to the answer's card being on the page, by the browser's own clock.
_WATCH = """() => {
    const before = document.querySelectorAll(".answer").length;
    window.answered = new Promise(done => {
        let began = 0;
        document.addEventListener("keydown", event => { if (event.key === "Enter") began = performance.now(); },
            { capture: true, once: true });
        new MutationObserver((_, watcher) => {
            if (document.querySelectorAll(".answer").length === before) return;
            watcher.disconnect();
            done(performance.now() - began);
        }).observe(document.body, { childList: true, subtree: true });
    });
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the chat page in a real browser.")
    parser.add_argument("--index", type=Path)
    parser.add_argument("--questions", type=Path)
    given = parser.parse_args()
    real = DATA.is_dir()
    questions = given.questions or (DATA / "s10_50_questions.csv" if real else ROOT / "examples/sample_questions.csv")
    with questions.open(encoding="utf-8", newline="") as file:
        asked = [row["question"] for row in csv.DictReader(file)][:QUESTIONS]
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as folder:
        index = given.index or Path(folder) / "index"
        if given.index is None:
            source = f"s10={DATA / 's10_manual_corpus.json'}" if real else ROOT / "examples" / "sample_manual"
            ManualIndex.build([source], index).close()
        with served(index) as address, chromium() as browser:
            paints = [first_paint(browser, address) for _ in range(VISITS)]
            quotes = after_enter(browser, address, asked)
    show("First paint", paints)
    show("Quote after Enter", quotes)


@contextmanager
def served(index: Path, *options: str) -> Iterator[str]:
    """Serve the page of an index in a process of its own, and give its address."""
    command = [sys.executable, "-c", _PROGRAM, "web", "--index", str(index), "--port", "0", "--json", *options]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        said = ""
        while server.stdout is not None and not said.endswith("}\n"):
            line = server.stdout.readline()
            if not line:
                raise SystemExit(f"the page of {index} was not served")
            said += line
        yield json.loads(said)["address"]
    finally:
        server.terminate()
        server.wait()


@contextmanager
def chromium() -> "Iterator[Browser]":
    """Start a Chromium without a window: that of CHROMIUM_BINARY, or the first on PATH."""
    from playwright.sync_api import sync_playwright

    found = next(filter(None, [os.environ.get("CHROMIUM_BINARY"), *map(shutil.which, _BROWSERS)]), None)
    if found is None:
        raise SystemExit("no Chromium: set CHROMIUM_BINARY, put one on PATH, or run .ci/install-browser")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


def first_paint(browser: "Browser", address: str) -> float:
    """Return when a new visitor sees the first text or picture."""
    visitor = browser.new_context()
    page = visitor.new_page()
    page.goto(address)
    page.wait_for_function(f"({_PAINT}) !== null")
    paint: float = page.evaluate(_PAINT)
    visitor.close()
    return paint


def after_enter(browser: "Browser", address: str, questions: Sequence[str]) -> list[float]:
    """Return for each question, asked in a conversation of its own, how long after Enter its card stands there."""
    visitor = browser.new_context()
    page = visitor.new_page()
    page.goto(address)
    page.locator("html[data-ready]").wait_for()
    _ask(page, questions[0])  # the first of all waits for what is opened once
    return [_ask(page, question) for question in questions]


def _ask(page: "Page", question: str) -> float:
    page.get_by_role("button", name="New question").click()
    page.locator(".welcome h2").wait_for()
    field = page.get_by_role("textbox", name="Question")
    field.fill(question)
    page.evaluate(_WATCH)
    field.press("Enter")
    passed: float = page.evaluate("window.answered")
    return passed


def show(name: str, times: Sequence[float]) -> None:
    most = sorted(times)[int(0.95 * (len(times) - 1))]
    print(f"{name}: median {statistics.median(times):.0f} ms, 95% within {most:.0f} ms ({len(times)} times)")


if __name__ == "__main__":
    main()
