from langchain_core.documents import Document

from graphrag_tools.loaders.documents import load_documents
from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.sections import Manual


def shape(manual: Manual) -> list[tuple[str, list[tuple[str, str]]]]:
    graph = build_graph(manual)
    sections = [item for item in graph.items if item.kind == "section"]
    return [(item.menu_path, [(block.kind, block.text) for block in item.blocks]) for item in sections]


def element(text: str, category: str, number: int, parent: int | None = None, depth: int | None = None) -> Document:
    metadata = {"category": category, "element_id": f"e{number}", "source": "kettle.pdf", "page_number": 1}
    if parent is not None:
        metadata["parent_id"] = f"e{parent}"
    if depth is not None:
        metadata["category_depth"] = depth
    return Document(page_content=text, metadata=metadata)


def test_elements_of_unstructured_hang_under_their_titles() -> None:
    documents = [
        element("Torno", "Header", 0),
        element("Water", "Title", 1, depth=0),
        element("The kettle takes two litres.", "NarrativeText", 2, parent=1),
        element("Hardness", "Title", 3, depth=1),
        element("Hard water leaves scale.", "NarrativeText", 4, parent=3),
        element("Vinegar takes it off.", "ListItem", 5, parent=3),
        element("So does citric acid.", "ListItem", 6, parent=3),
        element("Sounds", "Title", 7, depth=0),
        element("It whistles.", "NarrativeText", 8),
    ]
    assert shape(load_documents(documents, "kettle")) == [
        ("Water", [("paragraph", "The kettle takes two litres.")]),
        (
            "Water > Hardness",
            [
                ("paragraph", "Hard water leaves scale."),
                ("paragraph", "Vinegar takes it off."),
                ("paragraph", "So does citric acid."),
            ],
        ),
        ("Sounds", [("paragraph", "It whistles.")]),
    ]


def test_metadata_of_elements_with_values_of_other_kinds_do_no_harm() -> None:
    documents = [element("Water", "Title", 1), element("Sounds", "Title", 2), element("It whistles.", "Text", 3)]
    documents[1].metadata["category_depth"] = "deep"
    documents[2].metadata |= {"category": ["Text"], "parent_id": {}, "text_as_html": 3.5}
    assert shape(load_documents(documents, "kettle")) == [
        ("Water", []),
        ("Sounds", [("paragraph", "It whistles.")]),
    ]


def test_headings_of_docling_are_the_path_and_no_text() -> None:
    def chunk(text: str, *headings: str) -> Document:
        return Document(page_content=text, metadata={"source": "k.pdf", "dl_meta": {"headings": list(headings)}})

    documents = [
        chunk("Water\nThe kettle takes two litres.", "Water"),
        chunk("Water\nHardness\nHard water leaves scale.", "Water", "Hardness"),
        chunk("Sounds", "Sounds"),
    ]
    assert [path for path, _ in shape(load_documents(documents, "kettle"))] == ["Water", "Water > Hardness", "Sounds"]
    assert shape(load_documents(documents, "kettle"))[1][1] == [("paragraph", "Hard water leaves scale.")]


def test_keys_with_dots_lead_into_metadata() -> None:
    document = Document(page_content="It whistles.", metadata={"meta": {"chapter": "Sounds"}, "a.b": "Loud"})
    assert shape(load_documents([document], "kettle", path_keys=["meta.chapter", "a.b", "meta.none", "x.y"])) == [
        ("Sounds", []),
        ("Sounds > Loud", [("paragraph", "It whistles.")]),
    ]


def test_tables_and_code_of_elements_keep_their_form_and_others_stay_apart() -> None:
    table = "<table><tr><th>Code</th><th>Means</th></tr><tr><td>E1</td><td>Hot</td></tr></table>"
    told = [
        ("Title", "Codes", {"category_depth": 0}),
        ("Table", "Code Means E1 Hot", {"text_as_html": table}),
        ("FigureCaption", "The lamp", {}),
        ("CodeSnippet", "lamp on\nlamp off", {}),
    ]
    documents = [
        Document(page_content=text, metadata={"category": category, "element_id": str(at), **more})
        for at, (category, text, more) in enumerate(told)
    ]
    [section] = load_documents(documents, "m").sections
    assert [(block.kind, block.text) for block in section.blocks] == [
        ("table", "Code | Means"),
        ("table", "E1 | Hot"),
        ("paragraph", "The lamp"),
        ("code", "lamp on\nlamp off"),
    ]
