"""LangChain documents as manuals, as splitters and loaders make them."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.documents import Document
from support.page_folders import paths_of

from graphrag_tools import ManualIndex, load_documents
from graphrag_tools.errors import ConfigError, ManualError
from graphrag_tools.loaders import load_manual
from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.graph import SEE_ALSO, MenuItem
from graphrag_tools.manual.sections import Manual

LONG = "Charge the battery before you use the device for the first time. It takes about two hours."


def text_of(item: MenuItem) -> str:
    return " ".join(block.text for block in item.blocks)


def document(text: str, **metadata: Any) -> Document:
    return Document(text, metadata=metadata)


def headed(text: str, *titles: str, **metadata: Any) -> Document:
    return Document(text, metadata={f"Header {at}": title for at, title in enumerate(titles, 1)} | metadata)


def texts(manual: Manual) -> list[str]:
    return [" ".join(block.text for block in section.blocks) for section in manual.sections]


def test_header_metadata_become_the_tree() -> None:
    manual = load_documents([headed("One.", "Settings"), headed("Two.", "Settings", "Display")], "lamp", "Lamp")
    assert (manual.id, manual.title) == ("lamp", "Lamp")
    assert paths_of(manual) == ["Settings", "Settings > Display"]
    assert texts(manual) == ["One.", "Two."]


def test_titles_above_that_no_document_has_become_sections_without_text() -> None:
    manual = load_documents([headed("x", "A", "B", "C"), headed("y", "A", "B", "D")], "m")
    assert paths_of(manual) == ["A", "A > B", "A > B > C", "A > B > D"]
    assert texts(manual) == ["", "", "x", "y"]


def test_a_level_that_is_missing_is_passed_over() -> None:
    manual = load_documents([document("x", **{"Header 1": "A", "Header 3": "C", "Header 2": None})], "m")
    assert paths_of(manual) == ["A", "A > C"]


def test_a_path_that_comes_back_later_is_another_section_in_its_place() -> None:
    manual = load_documents([headed("1", "A"), headed("2", "B"), headed("3", "A"), headed("4", "A", "C")], "m")
    assert paths_of(manual) == ["A", "B", "A", "A > C"]
    assert [item.id for item in build_graph(manual).items] == ["m/a", "m/b", "m/a~2", "m/a~2/c"]


def test_pieces_of_one_path_are_one_section() -> None:
    manual = load_documents([headed("First.", "A"), headed("1. Tap it.", "A"), headed("2. Tap again.", "A")], "m")
    (section,) = manual.sections
    assert [(block.kind, block.text) for block in section.blocks] == [
        ("paragraph", "First."),
        ("step", "Tap it."),
        ("step", "Tap again."),
    ]


def test_the_metadata_keys_of_the_path_can_be_chosen() -> None:
    made = [document("x", chapter="Settings", trail=["Display", "Dim"]), document("y", chapter="Help")]
    manual = load_documents(made, "m", path_keys=["chapter", "trail"])
    assert paths_of(manual) == ["Settings", "Settings > Display", "Settings > Display > Dim", "Help"]


def test_pages_are_counted_from_one_and_named_by_their_label() -> None:
    manual = load_documents(
        [
            document("Front matter.", source="a.pdf", page=0, page_label="i"),
            document("Chapter.", source="a.pdf", page=1),
            document("More.", source="a.pdf", page_number=7),
        ],
        "m",
    )
    assert [(section.title, section.page) for section in manual.sections] == [
        ("Page i", 1),
        ("Page 2", 2),
        ("Page 7", 7),
    ]


def test_pages_of_several_sources_hang_under_each_source() -> None:
    manual = load_documents([document("x", source="a/one.pdf", page=0), document("y", source="b/two.pdf", page=0)], "m")
    assert paths_of(manual) == ["one", "one > Page 1", "two", "two > Page 1"]


def test_a_document_without_metadata_is_called_by_its_first_line() -> None:
    manual = load_documents([document("\n# Charge it\n\nPlug it in."), document("Turn on\nPress the button.")], "m")
    assert [section.title for section in manual.sections] == ["Charge it", "Turn on"]
    assert texts(manual)[0] == "Plug it in."


def test_a_first_line_that_is_no_title_gives_way_to_the_source() -> None:
    long_line = "word " * 40
    manual = load_documents([document(long_line, source="docs/charging.txt"), document(long_line)], "m")
    assert [section.title for section in manual.sections] == ["charging", "word " * 15 + "word …"]


def test_mixed_documents_keep_their_order() -> None:
    manual = load_documents([document("Preface"), headed("x", "A"), document("p", page=3), headed("y", "A")], "m")
    assert paths_of(manual) == ["Preface", "A", "Page 4", "A"]


def test_overlapping_pieces_of_a_section_are_not_doubled() -> None:
    manual = load_documents([headed(f"Start. {LONG}", "A"), headed(f"{LONG} End.", "A")], "m")
    assert texts(manual) == [f"Start. {LONG} End."]


def test_overlapping_pieces_without_a_path_are_not_doubled_either() -> None:
    made = [
        document(f"Start. {LONG}", source="a"),
        document(f"{LONG} End.", source="a"),
    ]
    manual = load_documents(made, "m")
    assert texts(manual)[1].strip() == "End."
    assert "\n".join(texts(manual)).count("first time") == 1


def test_what_is_only_repeated_is_left_out_and_reported() -> None:
    manual = load_documents([headed(LONG, "A"), headed(LONG, "A"), headed(" \n", "B")], "m")
    assert texts(manual) == [LONG]
    assert [(skipped.where, skipped.why) for skipped in manual.skipped] == [
        ("documents[1]", "repeats the one before"),
        ("documents[2]", "has no text"),
    ]


def test_a_short_sentence_said_twice_stays_twice() -> None:
    assert texts(load_documents([headed("Wait. Tap OK.", "A"), headed("Tap OK. Wait.", "A")], "m")) == [
        "Wait. Tap OK. Tap OK. Wait."
    ]


def test_the_same_text_of_two_sources_stays() -> None:
    manual = load_documents([document(LONG, source="a"), document(LONG, source="b")], "m")
    assert texts(manual) == [LONG, LONG]


def test_a_numbered_line_at_a_seam_is_taken_once() -> None:
    manual = load_documents([headed("1. Go.\n2. Tap OK.", "A"), headed("2. Tap OK.\n3. Wait.", "A")], "m")
    assert texts(manual) == ["Go. Tap OK. Wait."]


def test_options_hang_under_their_step_though_the_splitter_lost_the_indent() -> None:
    text = "1. From Settings, tap **Sound** for the following:\n- **Volume**: Set it.\n- **Limit**: Keep it.\n2. Go."
    graph = build_graph(load_documents([headed(text, "Sound")], "m"))
    assert graph.item("m/sound/volume").taps == ("Settings", "Sound", "Volume")
    assert [block.kind for block in graph.item("m/sound").blocks] == ["step", "option", "option", "step"]


def test_a_paragraph_that_the_splitter_joined_to_a_list_is_one_of_its_own() -> None:
    (section,) = load_documents([headed("1. Tap it.  \nIt stays on.", "A")], "m").sections
    assert [(block.kind, block.depth) for block in section.blocks] == [("step", 0), ("paragraph", 0)]


def test_plain_text_becomes_blocks_too() -> None:
    text = "Save power when the battery\nruns low.\nFrom Settings, tap Battery:\nUsage: See it.\nMode: Choose one."
    (section,) = load_documents([document(text, page=0)], "m").sections
    assert [(block.kind, block.name) for block in section.blocks] == [
        ("paragraph", ""),
        ("step", ""),
        ("option", "Usage"),
        ("option", "Mode"),
    ]


def test_links_lead_to_sections_by_file_and_heading_or_by_heading_alone() -> None:
    made = [
        headed("See [it](b.md#the-end), [that](#the-end), [all](../x/b.md), [web](https://e.org), [no](c.md#x).", "A"),
        headed("x", "B", source="docs/b.md"),
        headed("y", "B", "The end", source="docs/b.md"),
    ]
    graph = build_graph(load_documents(made, "m"))
    assert graph.edges(SEE_ALSO) == [("m/a", "m/b/the-end"), ("m/a", "m/b")]
    assert [found.link.target for found in graph.unresolved] == ["c.md#x"]


def test_web_sources_become_addresses() -> None:
    (section,) = load_documents([document("x", source="https://example.org/a.html")], "m").sections
    assert section.url == "https://example.org/a.html"


def test_an_index_takes_the_manual(tmp_path: Path) -> None:
    manual = load_documents([headed("Turn the wheel to dim the lamp.", "Lamp", "Brightness")], "lamp")
    index = ManualIndex.build([manual], tmp_path / "index")
    assert index.search("How do I dim the lamp?")[0].section_id == "lamp/lamp/brightness"
    index.close()


def test_the_header_splitter_gives_the_tree_of_the_markdown_loader() -> None:
    splitters = pytest.importorskip("langchain_text_splitters", reason='needs the extra "examples"')
    folder = Path("examples/sample_manual")
    headers = [("#" * level, f"Header {level}") for level in range(1, 5)]
    made = [
        Document(piece.page_content, metadata=piece.metadata | {"source": str(file)})
        for file in sorted(folder.glob("*.md"))
        for piece in splitters.MarkdownHeaderTextSplitter(headers).split_text(file.read_text(encoding="utf-8"))
    ]
    expected = build_graph(load_manual(folder, "larkfield"))
    for documents in (
        made,
        splitters.RecursiveCharacterTextSplitter(chunk_size=300, chunk_overlap=80).split_documents(made),
    ):
        graph = build_graph(load_documents(documents, "larkfield"))
        assert [item.id for item in graph.items] == [item.id for item in expected.items]
        assert [item.path for item in graph.items] == [item.path for item in expected.items]
        assert [item.taps for item in graph.items] == [item.taps for item in expected.items]
        assert graph.edges(SEE_ALSO) == expected.edges(SEE_ALSO)
    assert [text_of(item) for item in graph.items] == [text_of(item) for item in expected.items]


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.text(max_size=60),
            st.dictionaries(
                st.sampled_from(["Header 1", "Header 2", "page", "page_label", "source", "title"]),
                st.one_of(st.none(), st.integers(), st.text(max_size=12), st.lists(st.text(max_size=4), max_size=2)),
            ),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_any_documents_give_a_manual_in_tree_order_or_an_error(made: list[tuple[str, dict[str, Any]]]) -> None:
    documents = [Document(text, metadata=metadata) for text, metadata in made]
    try:
        manual = load_documents(documents, "m")
    except ManualError:
        assert not any(text.strip() for text, _ in made)
        return
    known: set[str] = set()
    for section in manual.sections:
        assert section.title.strip()
        assert section.parent is None or section.parent in known
        assert section.key not in known
        known.add(section.key)
    build_graph(manual)


@pytest.mark.parametrize(
    ("documents", "options", "error", "said"),
    [
        ([], {}, ConfigError, "no documents given"),
        ([document(" ")], {}, ManualError, r"1 document\(s\), and no text"),
        (document("x"), {}, ConfigError, "documents is a Document; expected a list"),
        ("x", {}, ConfigError, "documents is a str"),
        (None, {}, ConfigError, "documents is a NoneType"),
        ([document("x"), "y"], {}, ConfigError, r"documents\[1\] is a str; expected a LangChain Document"),
        ([document("x")], {"manual_id": " "}, ConfigError, "manual_id is ' '"),
        ([document("x")], {"path_keys": "Header 1"}, ConfigError, "path_keys is the text"),
    ],
)
def test_what_cannot_be_used_is_said(documents: Any, options: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        load_documents(documents, **{"manual_id": "m", **options})


def paths_of_documents(*documents: Document) -> list[str]:
    return paths_of(load_documents(documents, "m"))


PAGE = (
    "---\ntags: x\n---\n# Kettle\n\nHot.\n\n## Use\n\n1. Fill it.\n2. Press **Boil**.\n\n"
    "### Stop\n\nSee [Care](#care).\n\n## Care\n\nWipe.\n"
)


def test_a_document_that_is_a_page_of_markdown_is_read_as_one() -> None:
    graph = build_graph(load_documents([document(PAGE, source="docs/kettle.md")], "m"))
    found = [item.menu_path for item in graph.items if item.kind == "section"]
    assert found == ["Kettle", "Kettle > Use", "Kettle > Use > Stop", "Kettle > Care"]
    assert [block.kind for block in graph.item("m/kettle/use").blocks] == ["step", "step"]
    assert [item.name for item in graph.see_also("m/kettle/use/stop")] == ["Care"]


def test_a_document_that_is_a_page_of_html_is_read_without_its_menus() -> None:
    html = (
        "<!DOCTYPE html><html><head><title>Oven</title></head><body><nav><ul><li><a href='/'>Home</a></ul></nav>"
        "<h1>Oven</h1><p>Hot.</p><h2>Grill</h2><p>Up.</p></body></html>"
    )
    assert paths_of_documents(document(html, source="https://oven.example/help?x=1")) == ["Oven", "Oven > Grill"]


def test_pages_of_several_files_stand_side_by_side() -> None:
    second = document("## Rack\n\nPull.\n\n## Door\n\nLift.\n", source="docs/oven.md")
    assert paths_of_documents(document(PAGE, source="docs/kettle.md"), second)[4:] == [
        "Oven",
        "Oven > Rack",
        "Oven > Door",
    ]
    assert paths_of_documents(document("# A\n\nx\n\n## B\n\ny"), document("# C\n\nz")) == ["A", "A > B", "C"]


def test_pieces_of_one_page_are_no_pages() -> None:
    pieces = [document("# A\n\nx\n\n## B\n\ny", source="a.md"), document("rest\n\n## C\n\nz", source="a.md")]
    assert paths_of_documents(*pieces) == ["A", "rest"]
    assert paths_of_documents(headed("# A\n\nx\n\n## B\n\ny", "Top")) == ["Top"]
    assert paths_of_documents(document("Use\n```\n# no heading\n```")) == ["Use"]


def test_a_page_without_text_is_reported_and_none_but_such_are_refused() -> None:
    empty = document("<!doctype html><html><body><script>1</script></body></html>", source="a.html")
    manual = load_documents([empty, document(PAGE, source="b.md")], "m")
    assert [(one.where, one.why) for one in manual.skipped] == [("documents[0]", "has no text")]
    with pytest.raises(ManualError, match="no heading and no text"):
        load_documents([empty], "m")
