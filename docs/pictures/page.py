"""Take the pictures of the chat page, each as a visitor sees it: python docs/pictures/page.py

The page is that of the sample manual, without a model, in a Chromium without a window.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from graphrag_tools import ManualIndex

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.page import chromium, served  # noqa: E402  # of this repository, which is no package that is installed

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

DESKTOP, LAPTOP, PHONE = (1440, 900), (1024, 768), (390, 844)
_WAIT = 120_000


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        ManualIndex.build([ROOT / "examples" / "sample_manual"], Path(folder) / "index").close()
        with served(Path(folder) / "index") as address, chromium() as browser:
            for name, (size, scheme, act) in PICTURES.items():
                take(browser, address, name, size, scheme, act)


def take(
    browser: "Browser", address: str, name: str, size: tuple[int, int], scheme: str, act: "Callable[[Page], None]"
) -> None:
    """Take one picture, after what a visitor did."""
    across, down = size
    visitor = browser.new_context(viewport={"width": across, "height": down}, color_scheme=scheme)  # type: ignore[arg-type]
    visitor.set_default_timeout(_WAIT)
    page = visitor.new_page()
    page.goto(address)
    page.locator(".asked button").first.wait_for()
    act(page)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=HERE / f"page-{name}.png")
    visitor.close()


def ask(*questions: str) -> "Callable[[Page], None]":
    def act(page: "Page") -> None:
        for number, question in enumerate(questions):
            field = page.get_by_role("textbox", name="Question")
            field.fill(question)
            field.press("Enter")
            page.locator(".answer").nth(number).wait_for()
        # Beside a doubtful card the map comes after it; on a phone it is there and not seen.
        page.locator(".screens, .map rect").first.wait_for(state="attached")
        page.mouse.move(0, 0)

    return act


def then_view(question: str, view: str) -> "Callable[[Page], None]":
    def act(page: "Page") -> None:
        ask(question)(page)
        page.locator(".path").first.click()
        page.get_by_role("tab", name=view).click()
        page.get_by_role("tabpanel", name=view).wait_for()
        if view == "Map":
            page.locator(".map rect[style*='0.']:not([style*=' 0.00'])").first.wait_for()

    return act


def then_contents(page: "Page") -> None:
    ask("How do I turn on flight mode?")(page)
    page.get_by_role("button", name="Contents", exact=True).click()


PICTURES: "dict[str, tuple[tuple[int, int], str, Callable[[Page], None]]]" = {
    "welcome": (DESKTOP, "light", ask()),
    "answer": (DESKTOP, "light", ask("How do I turn on flight mode?", "and where is it?")),
    "unsure": (DESKTOP, "light", ask("What is the weather in Paris?", "screen")),
    "map": (DESKTOP, "dark", then_view("How do I reset the device?", "Map")),
    "printed": (DESKTOP, "light", then_view("How do I reset the device?", "Page")),
    "laptop": (LAPTOP, "dark", ask("How do I turn on flight mode?")),
    "phone": (PHONE, "dark", ask("How do I turn on flight mode?")),
    "phone-menu": (PHONE, "light", then_view("How do I turn on flight mode?", "Tap by tap")),
    "phone-contents": (PHONE, "light", then_contents),
}


if __name__ == "__main__":
    main()
