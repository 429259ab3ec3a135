import pytest
from selectolax.lexbor import LexborHTMLParser

from graphrag_tools.loaders.html.boilerplate import find_boilerplate
from graphrag_tools.loaders.html.page import read_page


def left_out(markup: str) -> dict[str, int]:
    page = read_page("a.html", f"<h1>Title</h1><p>Text.</p>{markup}")
    return dict(page.dropped or {})


def kept(markup: str) -> list[str]:
    page = read_page("a.html", markup)
    return [
        text for section in page.sections for text in (section.title, *(block.text for block in section.blocks)) if text
    ]


@pytest.mark.parametrize(
    ("markup", "kind"),
    [
        ("<nav><a href=b>B</a></nav>", "navigation"),
        ("<div role=navigation>x</div>", "navigation"),
        ("<div class='side-menu'><a href=a>One</a> <a href=b>Two</a></div>", "navigation"),
        ("<aside><a href=a>One</a> <a href=b>Two</a></aside>", "navigation"),
        ("<ul class=pagination><li><a href=a>Previous</a><li><a href=b>Next</a></ul>", "navigation"),
        ("<p class=MsoToc1><a href=#b>Filling</a> 3</p>", "navigation"),
        ("<header>Brand</header>", "header"),
        ("<footer>© 2026</footer>", "footer"),
        ("<div role=contentinfo>© 2026</div>", "footer"),
        ("<div id=cookieConsent>We use cookies</div>", "cookie banner"),
        ("<section class='cookie-notice'>We use cookies</section>", "cookie banner"),
        ("<form><label>Search</label><input></form>", "form"),
        ("<select><option>English</select>", "form"),
        ("<dialog>Subscribe</dialog>", "dialog"),
        ("<button>Copy</button>", "button"),
        ("<p hidden>x</p>", "hidden element"),
        ("<div style='color: red; DISPLAY : none'>x</div>", "hidden element"),
        ("<span aria-hidden=true>›</span>", "hidden element"),
        ("<a href=#main>Skip to main content</a>", "skip link"),
        ("<h2>T<a href=#t>¶</a></h2>", "link to itself"),
        ("<div><p>Was this article helpful?</p><p>Yes No</p></div>", "feedback question"),
        ("<div>Did this answer your question? <a href=y>Yes</a></div>", "feedback question"),
        ("<script>x</script>", "script or style"),
    ],
)
def test_boilerplate_is_left_out_and_counted_by_kind(markup: str, kind: str) -> None:
    assert left_out(markup) == {kind: 1}


@pytest.mark.parametrize(
    "markup",
    [
        "<header><h1>Only title</h1></header><p>x</p>",
        "<article><header><p>Lead.</p></header><footer>Source.</footer></article>",
        "<form><h1>A page in a form</h1><p>x</p></form>",
        f"<form><p>{'Text of a page. ' * 50}</p></form>",
        "<p>Press <button>OK</button>.</p>",
        "<h2><button>Opens the section</button></h2><p>x</p>",
        "<section id='clear-cookies'><h2>Cookies</h2><p>Clear them.</p></section>",
        "<div class='menu'><h1>Menu</h1><p>The menu has a search field.</p></div>",
        "<div class='accordion-panel' style='display:none'>Unfolds.</div>",
        "<button aria-controls=more>More</button><div id=more hidden>Unfolds.</div>",
        "<details><div hidden>Unfolds.</div></details>",
        "<aside>Batteries age.</aside>",
        "<p>Was this helpful? Our support team asks you that at the end of every call, and keeps what you answer.</p>",
        "<p>Skip to main content with the Tab key.</p>",
        "<div id='feedback'>Choose how strongly the device vibrates.</div>",
    ],
)
def test_content_that_looks_like_boilerplate_is_kept(markup: str) -> None:
    body = LexborHTMLParser(markup).body
    assert body is not None
    words = body.text(separator=" ").replace(" .", ".").split()
    assert " ".join(kept(markup)).split() == [word for word in words if word != "More"]


def test_words_of_what_is_left_out_are_counted_once() -> None:
    page = read_page("a.html", "<h1>T</h1><footer><nav>one two</nav> three</footer>")
    assert page.dropped == {"footer": 1}
    assert page.dropped_words == {"footer": 3}


def test_a_page_of_nothing_else_is_all_boilerplate() -> None:
    body = LexborHTMLParser("<nav>x</nav><footer>y</footer>").body
    assert body is not None
    assert sorted(find_boilerplate(body).elements.values()) == ["footer", "navigation"]


def test_alternatives_of_which_a_script_shows_one_are_all_kept() -> None:
    markup = (
        "<p>Open <span hidden id=windows_1>File - Options</span><span hidden id=mac_1>App - Settings</span> - Bell.</p>"
        "<div style='display:none' data-os=android>Swipe down.</div> "
        "<div style='display:none' data-os=ios>Swipe up.</div>"
        "<p>Press <span><span class=MAC id=MACx hidden>Cmd</span><span id=defaultx hidden>Ctrl</span></span>+Q.</p>"
        "<p data-os=win>Run it.</p><p data-os=mac hidden>Drag it.</p>"
    )
    assert kept(markup) == [
        "Open File - Options / App - Settings - Bell.",
        "Swipe down.",
        "Swipe up.",
        "Press Cmd / Ctrl+Q.",
        "Run it.",
        "Drag it.",
    ]


@pytest.mark.parametrize(
    "markup",
    [
        "<div hidden class=windows>One system alone.</div>",
        "<div hidden class=modal>Sign in</div><div hidden class=modal>Sign up</div>",
        "<p>Press <span hidden class=mac>Option</span> or <span hidden class=windows>Alt</span></p>",
    ],
)
def test_hidden_elements_that_are_no_alternatives_are_left_out(markup: str) -> None:
    assert "hidden element" in left_out(markup)
