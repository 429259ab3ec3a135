"""Pages of PDFs as LangChain's loaders give them: one document a page, plain text."""

from langchain_core.documents import Document

from graphrag_tools.loaders.documents import load_documents
from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.sections import Manual

CONTENTS = """Contents
1 FILLING ............................ 2
1.1 WATER ............................ 2
1.2 BEANS ............................ 3
2 BREWING ............................ 3
2.1 STRENGTH ......................... 4"""
PAGES = (
    CONTENTS,
    "1 Filling\nThe machine needs two things.\n1.1 Water\nFill the tank with cold water.\nChange it every day.",
    "It holds two litres.\n1.2 Beans\nFill in roasted beans.\n2 Brewing\nThis makes the coffee.",
    "2.1 Strength\n1. Turn the dial.\n2. Wait for the light.",
)


def pages(*texts: str, head: str = "Kahvi 3000 user manual\n{number}\n", **metadata: object) -> list[Document]:
    return [
        Document(
            page_content=head.format(number=at + 1) + text, metadata={"source": "kahvi.pdf", "page": at, **metadata}
        )
        for at, text in enumerate(texts)
    ]


def told(manual: Manual) -> list[tuple[str, str]]:
    return [(skipped.where, skipped.why) for skipped in manual.skipped]


def test_pages_are_the_sections_that_their_contents_lists() -> None:
    manual = load_documents(pages(*PAGES), "m")
    assert [(item.path, item.page) for item in build_graph(manual).items] == [
        (("Filling",), 2),
        (("Filling", "Water"), 2),
        (("Filling", "Beans"), 3),
        (("Brewing",), 3),
        (("Brewing", "Strength"), 4),
    ]
    water = next(section for section in manual.sections if section.title == "Water")
    assert " ".join(block.text for block in water.blocks) == (
        "Fill the tank with cold water. Change it every day. It holds two litres."
    )
    strength = manual.sections[-1]
    assert [block.kind for block in strength.blocks] == ["step", "step"]
    assert told(manual) == [
        ("kahvi.pdf: heads and feet", "8 lines that repeat from page to page"),
        ("kahvi.pdf: table of contents", "5 lines: the tree says the same"),
    ]


def test_what_heads_the_contents_is_no_page_of_its_own() -> None:
    manual = load_documents(pages("Kahvi makes coffee.", *PAGES), "m")
    assert [section.title for section in manual.sections][:3] == ["Page 1", "Filling", "Water"]


def test_an_index_and_contents_of_chapters_are_not_taken_for_the_contents() -> None:
    chapter = "1 Filling\n1.1 Water ....... 2\n1.2 Beans ....... 3\nThe machine needs two things.\n1.1 Water\nFill it."
    index = "Index\nBeans ..... 3\nDial ..... 4\nFilling ..... 2\nLight ..... 4\nStrength ..... 4\nWater ..... 2"
    manual = load_documents(pages(CONTENTS, chapter, *PAGES[2:], index), "m")
    assert [section.title for section in manual.sections] == ["Filling", "Water", "Beans", "Brewing", "Strength"]
    assert told(manual)[-1] == (
        "kahvi.pdf: table of contents",
        "13 lines, 8 of them of an index or listed before: the tree says the same",
    )


def test_pages_without_contents_stay_pages_without_running_heads() -> None:
    manual = load_documents(pages(*PAGES[1:], "Anything else is on our site."), "m")
    assert [section.title for section in manual.sections] == ["Page 1", "Page 2", "Page 3", "Page 4"]
    assert not any("Kahvi" in block.text for section in manual.sections for block in section.blocks)


def test_pages_of_markdown_are_the_sections_that_they_mark() -> None:
    texts = (
        "# Kahvi\n\nIt makes coffee.\n\n## **Water**\n\nFill the tank.",
        "Change it every day.\n\n```\n# reset\n\nkahvi --reset\n```\n\n## Beans\n\n- Dark\n  - Darker",
        "It likes them fresh.\n# no heading, but a line of text",
    )
    manual = load_documents(pages(*texts, head=""), "m")
    assert [(item.path, item.page) for item in build_graph(manual).items] == [
        (("Kahvi",), 1),
        (("Kahvi", "Water"), 1),
        (("Kahvi", "Beans"), 2),
    ]
    assert [block.depth for block in manual.sections[2].blocks[:2]] == [0, 1]


def test_paragraphs_of_pages_stay_apart() -> None:
    manual = load_documents(pages("Fill it\nwith water\n\nWait a while", "Drink it", "Rinse it"), "m")
    assert [block.text for block in manual.sections[0].blocks] == ["Fill it with water", "Wait a while"]


def test_pages_without_text_are_named() -> None:
    manual = load_documents(pages("Fill it.", " ", "Drink it.", "", head=""), "m")
    assert told(manual) == [("kahvi.pdf: page 2, 4", "has no text")]


def test_lines_at_the_edges_of_but_a_few_pages_are_text() -> None:
    manual = load_documents(pages("Keep it dry.\nA", "Keep it dry.\nB", "C is here.", "D", "E", "F", "G", head=""), "m")
    assert "Keep it dry." in manual.sections[0].blocks[0].text
    assert manual.skipped == ()


def test_numbers_that_do_not_run_with_the_pages_are_text() -> None:
    measures = ("Hold it for 4 s", "Hold it for 9 s", "Hold it for 2 s", "Hold it for 30 s")
    manual = load_documents(pages(*(f"{line}\nThen this: {at}." for at, line in enumerate("abcd"))), "m")
    assert len(manual.sections) == 4
    manual = load_documents(pages(*measures, head=""), "m")
    assert [section.blocks[0].text for section in manual.sections] == list(measures)


def test_one_document_with_form_feeds_is_its_pages() -> None:
    whole = "\f".join(document.page_content for document in pages(*PAGES))
    manual = load_documents([Document(page_content=whole, metadata={"source": "kahvi.pdf"})], "m")
    assert [(section.title, section.page) for section in manual.sections][:2] == [("Filling", 2), ("Water", 2)]


def test_form_feeds_without_contents_part_nothing() -> None:
    manual = load_documents([Document(page_content="Care\n\fRinse it.\n\fDry it.", metadata={"source": "a.txt"})], "m")
    assert [section.title for section in manual.sections] == ["Care"]


def test_pieces_of_pages_and_pages_with_a_path_stay_as_they_are() -> None:
    halves = [*pages(*PAGES), *pages("More of page one.")]
    assert load_documents(halves, "m").sections[0].title == "Page 1"
    headed = [
        Document(page_content=f"Kahvi 3000\nText {at}.", metadata={"page": at, "Header 1": f"Part {at}"})
        for at in range(4)
    ]
    assert [section.title for section in load_documents(headed, "m").sections] == [f"Part {at}" for at in range(4)]


def test_steps_that_go_on_counting_below_a_paragraph_are_steps() -> None:
    manual = load_documents(
        pages("Install the driver.\n4. Load the file.\n5. Open it.", "It was built in", "7. May"), "m"
    )
    assert [block.kind for block in manual.sections[0].blocks] == ["paragraph", "step", "step"]
    alone = load_documents(pages("The lamp has\n4. Version lights.", "A page.", "Another one."), "m")
    assert [block.text for block in alone.sections[0].blocks] == ["The lamp has 4. Version lights."]
