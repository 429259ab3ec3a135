"""The contract of a graph store, as tests."""

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.graph import HAS_CHILD, SEE_ALSO, MemoryGraph, MenuGraph, MenuItem
from graphrag_tools.manual.names import NamedItem
from graphrag_tools.manual.sections import Block, Link, Manual, Section
from graphrag_tools.stores.protocols import GraphStore
from graphrag_tools.testing.examples import ANY_TEXT, FOR_EVERY_STORE
from graphrag_tools.text.normalise import folded

_NUMBERS = itertools.count()


def example_graph(manual: str = "lamp") -> MenuGraph:
    """A graph with nesting, an option, a see-also edge, a link to nowhere and text of every field."""
    option = Block("option", "Warm: A yellow light.", 1, "Warm", emphasis=("Warm",))
    lead = Block("step", "From Settings, tap Colour, and tap an option:", emphasis=("Settings", "Colour"))
    paragraph = Block("paragraph", "Turn it on.", links=(Link("Colour", "colour"), Link("elsewhere", "nowhere.html")))
    sections = (
        Section("light", "Light", url="https://example.org/light", page=3),
        Section("colour", "Colour", (lead, option), parent="light", anchors=("colour",)),
        Section("timer", "Timer", (paragraph,), parent="light"),
    )
    return build_graph(Manual(manual, f"The {manual}", sections))


def _content(graph: MenuGraph) -> tuple[Any, ...]:
    edges = graph.edges(HAS_CHILD), graph.edges(SEE_ALSO)
    return graph.manual_id, graph.title, graph.items, edges, graph.unresolved


def _by_path(store: GraphStore, path: str) -> list[NamedItem]:
    held = store.items_called(path)
    return held.by_path if held else []


class GraphStoreContract:
    """The tests of a `GraphStore`."""

    @pytest.fixture
    def open_store(self) -> Callable[[], GraphStore]:
        """Return what opens a store over one place, which is empty when the test begins."""
        raise NotImplementedError

    @pytest.fixture
    def store(self, open_store: Callable[[], GraphStore]) -> Any:
        opened = open_store()
        yield opened
        opened.close()

    def test_graph_comes_back_as_it_was_written(self, store: GraphStore) -> None:
        graph = example_graph()
        assert graph.edges(SEE_ALSO)
        assert graph.unresolved
        store.write(graph)
        assert _content(store.graph("lamp")) == _content(graph)

    def test_what_was_written_is_there_when_opened_anew(self, open_store: Callable[[], GraphStore]) -> None:
        graph = example_graph()
        first = open_store()
        first.write(graph)
        first.close()
        second = open_store()
        assert _content(second.graph("lamp")) == _content(graph)
        assert second.count() == len(graph) == 4
        second.close()

    def test_item_is_found_by_its_id(self, store: GraphStore) -> None:
        graph = example_graph()
        store.write(graph)
        assert [store.item(item.id) for item in graph.items] == graph.items

    def test_unknown_item_is_none(self, store: GraphStore) -> None:
        store.write(example_graph())
        assert store.item("lamp/heat") is None
        assert store.item("") is None
        assert store.item("lamp/light' OR '1'='1") is None
        assert store.item("lamp/\ud800") is None

    def test_name_with_half_a_character_is_called_by_nothing(self, store: GraphStore) -> None:
        store.write(example_graph())
        assert _by_path(store, "light \ud800") == []

    def test_items_that_were_read_ahead_are_those_that_were_written(self, store: GraphStore) -> None:
        graph = example_graph()
        store.write(graph)
        store.read_ahead(["lamp/light", "lamp/heat", "", "lamp/timer", "lamp/light"])
        store.read_ahead([])
        assert [store.graph("lamp").name_of(item.id) for item in graph.items] == [item.name for item in graph.items]
        assert [store.item(item.id) for item in graph.items] == graph.items
        assert store.item("lamp/heat") is None

    def test_stored_graph_answers_as_the_one_that_was_written(self, store: GraphStore) -> None:
        written = example_graph()
        store.write(written)
        store.write(example_graph("oven"))
        stored = store.graph("lamp")
        for item in written.items:
            assert stored.item(item.id) == item
            assert stored.name_of(item.id) == item.name
            assert item.id in stored
            for neighbours in ("children", "see_also", "parent", "ancestors", "section_of"):
                assert getattr(stored, neighbours)(item.id) == getattr(written, neighbours)(item.id)
            for other in written.items:
                assert stored.route(item.id, other.id) == written.route(item.id, other.id)
        assert len(stored) == len(written)
        assert "oven/light" not in stored
        for unknown in ("oven/light", "lamp/heat"):
            with pytest.raises(KeyError):
                stored.item(unknown)
            with pytest.raises(KeyError):
                stored.name_of(unknown)

    def test_unknown_manual_is_a_key_error(self, store: GraphStore) -> None:
        store.write(example_graph())
        with pytest.raises(KeyError):
            store.graph("oven")

    def test_manuals_stay_apart(self, store: GraphStore) -> None:
        lamp, oven = example_graph("lamp"), example_graph("oven")
        store.write(lamp)
        store.write(oven)
        assert _content(store.graph("lamp")) == _content(lamp)
        assert _content(store.graph("oven")) == _content(oven)
        assert store.count() == len(lamp) + len(oven)

    def test_named_items_come_in_reading_order(self, store: GraphStore) -> None:
        graphs = [example_graph("oven"), example_graph("lamp")]
        for graph in graphs:
            store.write(graph)
        expected = [NamedItem(item.id, item.manual, item.name, item.menu_path) for g in graphs for item in g.items]
        assert store.named_items() == expected

    def test_items_are_found_by_what_they_are_called(self, store: GraphStore) -> None:
        graphs = [example_graph("oven"), example_graph("lamp")]
        for graph in graphs:
            store.write(graph)
        held = store.items_called("colour")
        if held is not None:
            assert [item.id for item in held.by_name] == ["oven/light/colour", "lamp/light/colour"]
            assert held.by_path == []
            assert [item.id for item in _by_path(store, folded("Light > Colour"))] == [
                "oven/light/colour",
                "lamp/light/colour",
            ]
            assert _by_path(store, "nowhere") == []

    def test_folded_names_come_once_each_by_their_first_item(self, store: GraphStore) -> None:
        graphs = [example_graph("oven"), example_graph("lamp")]
        for graph in graphs:
            store.write(graph)
        expected = list(dict.fromkeys(folded(item.name) for item in graphs[0].items))
        if store.folded_names() is not None:
            assert store.folded_names() == store.folded_names("lamp") == expected
            assert store.folded_names("fridge") == []

    def test_empty_store_holds_nothing(self, store: GraphStore) -> None:
        assert store.count() == 0
        assert store.named_items() == []
        assert store.item("lamp/light") is None

    def test_threads_may_read_at_once(self, open_store: Callable[[], GraphStore]) -> None:
        writer = open_store()
        writer.write(example_graph())
        writer.close()
        store = open_store()
        with ThreadPoolExecutor(8) as threads:
            found = list(threads.map(lambda _: _content(store.graph("lamp")), range(64)))
        assert found == [_content(example_graph())] * 64
        store.close()

    def test_closing_twice_is_harmless(self, open_store: Callable[[], GraphStore]) -> None:
        store = open_store()
        store.close()
        store.close()

    @FOR_EVERY_STORE
    @given(titles=st.lists(ANY_TEXT, min_size=1, max_size=6), text=ANY_TEXT)
    def test_any_text_survives(self, store: GraphStore, titles: list[str], text: str) -> None:
        manual = f"manual-{next(_NUMBERS)}"
        items = [
            MenuItem(f"{manual}/{at}", manual, "section", title, (title,), text, (title,), (Block("note", text),), text)
            for at, title in enumerate(titles)
        ]
        edges = [(items[0].id, item.id) for item in items[1:]]
        graph = MemoryGraph(manual, text, items, edges)
        store.write(graph)
        assert _content(store.graph(manual)) == _content(graph)
