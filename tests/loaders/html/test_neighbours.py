import pytest

from graphrag_tools.loaders.html.blocks import html_blocks


def kinds(html: str) -> list[tuple[str, str]]:
    return [(block.kind, block.name or block.text) for block in html_blocks(html)]


@pytest.mark.parametrize(
    ("row", "of"),
    [
        ("<p><b>Steam:</b> Foams milk.</p><p><b>Cups</b> – How many.</p><p><b>Heat:</b> How hot.</p>", "option"),
        ("<p>Steam: Foams milk.</p><p>Cups: How many.</p><p>Heat: How hot.</p>", "option"),
        ("<ul><li>Steam:. Foams milk.</li><li>Cups: How many.</li><li>Heat: How hot.</li></ul>", "option"),
        ("<ol><li>STEAM: Foams milk.</li><li>CUPS +/-: How many.</li><li>HEAT: How hot.</li></ol>", "option"),
        ("<ol><li>Steam: Foam the milk.</li><li>Cups: Choose.</li><li>Heat: Wait.</li></ol>", "step"),
        ("<p>Steam: Foams milk.</p><p>Cups: How many.</p>", "paragraph"),
        ("<p>Steam: Foams milk.</p><p>Two lie beside.</p><p>Cups: How many.</p><p>Heat: How hot.</p>", "paragraph"),
        ("<p>Figure 1: The lid.</p><p>Figure 2: The jug.</p><p>Figure 3: The cup.</p>", "paragraph"),
        ("<p>Problem: It drips.</p><p>Cause: Lime.</p><p>Solution: Clean it.</p>", "paragraph"),
    ],
)
def test_three_names_in_a_row_that_say_what_they_do_are_options(row: str, of: str) -> None:
    assert {kind for kind, _ in kinds(row)} == {of}


def test_an_options_text_begins_with_its_name_and_a_colon() -> None:
    icons = "<ul><li>Steam:. Foams milk.</li><li>Cups : How many.</li><li>Heat: How hot.</li></ul>"
    assert [block.text for block in html_blocks(icons)] == ["Steam: Foams milk.", "Cups: How many.", "Heat: How hot."]


def test_what_hangs_under_an_option_does_not_end_the_row() -> None:
    nested = "<ul><li>Steam: Foams milk.<ul><li>With care</li></ul></li><li>Cups: Some.</li><li>Heat: Hot.</li></ul>"
    assert kinds(nested) == [("option", "Steam"), ("paragraph", "With care"), ("option", "Cups"), ("option", "Heat")]


def test_bold_sentences_that_are_each_answered_are_headings() -> None:
    asked = [
        "It drips.",
        "Why is the cup cold?",
        "The light that says that the water has boiled goes on and off, on and on.",
    ]
    page = "".join(f"<p><b>{text}</b></p><p>Clean it, and try again.</p>" for text in asked)
    assert [text for kind, text in kinds(page) if kind == "heading"] == asked
    two = "".join(f"<p><b>{text}</b></p><p>Clean it, and try again.</p>" for text in asked[::2])
    assert {kind for kind, _ in kinds(two)} == {"paragraph"}


@pytest.mark.parametrize("item", ["<p>{}</p>", "<ul><li>{}</li></ul>"], ids=["paragraphs", "items"])
@pytest.mark.parametrize(
    "name", ["<em>{}</em>", '<span class="italic">{}</span>', '<span style="font-style:italic">{}</span>']
)
def test_names_in_italics_before_what_they_mean_are_options_in_rows_of_three(item: str, name: str) -> None:
    said = {"Soak: cold": "for an hour", "Boil": "until it rings", "Wipe": "with a cloth"}
    lines = [f"{name.format(one)} — {meaning}." for one, meaning in said.items()]
    written = "<p>It can:</p>" + "".join(item.format(line) for line in lines).replace("</ul><ul>", "")
    blocks = html_blocks(written)
    assert [(block.kind, block.name) for block in blocks[1:]] == [("option", one) for one in said]
    assert blocks[1].text == "Soak: cold: for an hour."
    few = html_blocks(written.replace(lines[1], "Then, once more, <em>wait</em> — an hour."))
    assert "option" not in {block.kind for block in few}


def test_few_words_before_a_dash_are_names_in_rows_of_three() -> None:
    items = ["Soak - in cold water", "Boil (loud) – until it rings", "Wipe — with a cloth, not with wool"]
    html = "".join(f"<li>{item}</li>" for item in items)
    blocks = html_blocks(f"<ul>{html}</ul>")
    assert [(block.kind, block.name) for block in blocks] == [
        ("option", "Soak"),
        ("option", "Boil (loud)"),
        ("option", "Wipe"),
    ]
    long = html.replace("Boil (loud)", "Boil all of what you have soaked")
    for other in (
        long,
        html.replace("Boil (loud) –", "Boil, wait –"),
        html.replace("Boil (loud) –", "Boil-off"),
        html[:50],
    ):
        assert {block.kind for block in html_blocks(f"<ul>{other}</ul>")} <= {"paragraph", "step"}


def test_questions_that_are_counted_with_their_answers_are_headings_and_no_steps() -> None:
    asked = ["Why is it loud?", "Does it switch off?", "Can it be wet?"]
    html = "".join(f"<li>{one}<ul><li>It is dry. Wait.</li><li>Or not.</li></ul></li>" for one in asked)
    blocks = html_blocks(f"<ol>{html}</ol>")
    assert [block.text for block in blocks if block.kind == "heading"] == asked
    assert "step" not in {block.kind for block in blocks}
    steps = html_blocks(f"<ol>{html}<li>Fill it.</li></ol>")
    assert [block.text for block in steps if block.kind == "step"] == [*asked, "Fill it."]
    alone = html_blocks("<ol>" + "".join(f"<li>{one}</li>" for one in asked) + "</ol>")
    assert {block.kind for block in alone} == {"step"}
