"""Manuals that share most of their text, and all in which two indexes of them may differ."""

from pathlib import Path

from graphrag_tools import ManualIndex
from graphrag_tools.manual.sections import Block, Manual, Section

NAMES = ("lamp", "oven", "kettle", "radio", "clock")
ASKED = ("How do I set the timer?", "turn on the wi fi", "clean the filter", "E-04", "the battery is empty", "tiemr")


def manual(name: str, more: str = "") -> Manual:
    """Return a manual that shares most of its text with the others."""
    said = {
        "Timer": f"Turn the dial of the {name} to set the timer. The timer rings twice.",
        "Wi-Fi": f"To turn on Wi-Fi, press the {name} for three seconds.",
        "Cleaning": "Empty the battery box. Clean the filter every week.",
        f"Error E-0{len(name)}": f"The {name} is too hot. Wait until it is cold.{more}",
    }
    sections = [Section(title, title, (Block("paragraph", text),)) for title, text in said.items()]
    return Manual(name, f"The {name} KX-{len(name)}0", tuple(sections), source=name)


def answers(place: str | Path) -> dict[str, object]:
    """Return all that two indexes may differ in: hits with scores, names, graphs, vocabulary, vectors."""
    index = ManualIndex.open(place)
    live = index._live()
    keys = [hit.key for hit in live.stores.vectors.search([1.0] * 256, 1_000)]
    found: dict[str, object] = {
        "hits": [index.search(question, 10, within) for question in ASKED for within in (None, "lamp", "clock")],
        "names": live.stores.graph.named_items(),
        "folded names": live.stores.graph.folded_names(),
        "vocabulary": live.stores.vocabulary,
        "vectors": {key: list(vector) for key, vector in live.stores.vectors.vectors(keys).items()},
        "words": [live.stores.blocks.search(question, 100) for question in ASKED],
        "frequencies": [live.stores.blocks.document_frequency(stem) for stem in ("timer", "filter", "sand")],
        "graphs": [index.graph_of(f"{info.id}/").items for info in index.manuals],
    }
    index.close()
    return found
