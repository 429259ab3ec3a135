"""What every graph, lexical and vector store must do, whichever engine is under it.

A back end's test subclasses a contract and supplies the fixture `open_store`: each call opens a store over
the same place, which is empty when the test begins.
"""

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphrag_tools.manual.from_sections import build_graph
from graphrag_tools.manual.graph import HAS_CHILD, SEE_ALSO, MemoryGraph, MenuGraph, MenuItem
from graphrag_tools.manual.names import NamedItem
from graphrag_tools.manual.sections import Block, Link, Manual, Section
from graphrag_tools.stores.protocols import GraphStore, LexicalStore, Record, VectorStore

_ONE_PLACE_FOR_ALL_EXAMPLES = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
_TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)
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


class GraphStoreContract:
    """The tests of a `GraphStore`."""

    @pytest.fixture
    def open_store(self) -> Callable[[], GraphStore]:
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

    def test_stored_graph_answers_as_the_one_that_was_written(self, store: GraphStore) -> None:
        written = example_graph()
        store.write(written)
        store.write(example_graph("oven"))
        stored = store.graph("lamp")
        for item in written.items:
            assert stored.item(item.id) == item
            assert item.id in stored
            for neighbours in ("children", "see_also", "parent", "ancestors", "section_of"):
                assert getattr(stored, neighbours)(item.id) == getattr(written, neighbours)(item.id)
            for other in written.items:
                assert stored.route(item.id, other.id) == written.route(item.id, other.id)
        assert len(stored) == len(written)
        assert "oven/light" not in stored
        with pytest.raises(KeyError):
            stored.item("oven/light")

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

    @_ONE_PLACE_FOR_ALL_EXAMPLES
    @given(titles=st.lists(_TEXT, min_size=1, max_size=6), text=_TEXT)
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


RECORDS = (
    Record("battery", "phone", "Battery: Charge the battery with the charger that came with the device."),
    Record("saving", "phone", "Power saving: Extend the time that a charge lasts."),
    Record("screen", "phone", "Screen: Set how bright the screen is."),
    Record("clean", "oven", "Cleaning: Wipe the door. Do not charge at it with a knife."),
)


class LexicalStoreContract:
    """The tests of a `LexicalStore`."""

    @pytest.fixture
    def open_store(self) -> Callable[[], LexicalStore]:
        raise NotImplementedError

    @pytest.fixture
    def store(self, open_store: Callable[[], LexicalStore]) -> LexicalStore:
        opened = open_store()
        opened.write(RECORDS)
        return opened

    def test_best_record_comes_first(self, store: LexicalStore) -> None:
        found = store.search("battery charger", 5)
        assert found[0].key == "battery"
        assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)

    def test_only_records_that_share_a_word_are_found(self, store: LexicalStore) -> None:
        assert {hit.key for hit in store.search("charge", 10)} == {"battery", "saving", "clean"}
        assert store.search("telescope", 10) == []

    def test_no_more_than_k_are_found(self, store: LexicalStore) -> None:
        assert store.search("charge", 2) == store.search("charge", 10)[:2]

    def test_words_are_compared_by_stem_and_without_case(self, store: LexicalStore) -> None:
        assert {hit.key for hit in store.search("CHARGING", 10)} == {"battery", "saving", "clean"}

    def test_only_the_given_manual_is_searched(self, store: LexicalStore) -> None:
        assert [hit.key for hit in store.search("charge", 10, "oven")] == ["clean"]
        assert store.search("charge", 10, "lamp") == []

    def test_filter_leaves_the_scores_as_they_are(self, store: LexicalStore) -> None:
        everywhere = {hit.key: hit.score for hit in store.search("charge battery", 10)}
        within = {hit.key: hit.score for hit in store.search("charge battery", 10, "phone")}
        assert within == pytest.approx({key: everywhere[key] for key in ("battery", "saving")})

    @pytest.mark.parametrize("query", ["", "  \n", "???", "⚙️ — …"])
    def test_query_without_a_word_finds_nothing(self, store: LexicalStore, query: str) -> None:
        assert store.search(query, 5) == []

    @pytest.mark.parametrize(
        "query", ["charge AND NOT battery", '"charge', "body:charge", "manual:oven charge", "charge^9 ~2 [a TO b] *"]
    )
    def test_signs_of_a_query_language_mean_nothing(self, store: LexicalStore, query: str) -> None:
        assert {"battery", "saving", "clean"} <= {hit.key for hit in store.search(query, 10)}

    def test_query_as_long_as_a_book_is_answered(self, store: LexicalStore) -> None:
        assert store.search("battery charger " * 6_250, 1)[0].key == "battery"
        assert store.search("x" * 100_000, 1) == []

    def test_document_frequency_counts_records_by_stem(self, store: LexicalStore) -> None:
        assert store.document_frequency("charg") == 3
        assert store.document_frequency("batteri") == 1
        assert store.document_frequency("telescop") == 0

    def test_count(self, store: LexicalStore) -> None:
        assert store.count() == len(RECORDS)

    def test_what_was_written_is_there_when_opened_anew(
        self, store: LexicalStore, open_store: Callable[[], LexicalStore]
    ) -> None:
        again = open_store()
        assert again.count() == len(RECORDS)
        assert again.search("battery charger", 5) == store.search("battery charger", 5)

    def test_empty_store_finds_nothing(self, open_store: Callable[[], LexicalStore]) -> None:
        store = open_store()
        store.write([])
        assert store.count() == 0
        assert store.search("charge", 5) == []
        assert store.document_frequency("charg") == 0

    def test_threads_may_search_at_once(self, store: LexicalStore) -> None:
        expected = store.search("charge", 5)
        with ThreadPoolExecutor(8) as threads:
            assert list(threads.map(lambda _: store.search("charge", 5), range(64))) == [expected] * 64

    @_ONE_PLACE_FOR_ALL_EXAMPLES
    @given(query=_TEXT, k=st.integers(1, 10), manual=st.sampled_from([None, "phone", "oven", "lamp", ""]))
    def test_any_query_finds_at_most_k_of_the_manual(
        self, store: LexicalStore, query: str, k: int, manual: str | None
    ) -> None:
        manuals = {record.key: record.manual for record in RECORDS}
        found = [hit.key for hit in store.search(query, k, manual)]
        assert len(set(found)) == len(found) <= k
        assert all(manual in (None, manuals[key]) for key in found)


def random_vectors(count: int, dimension: int) -> Any:
    """Vectors in all directions, always the same."""
    return np.random.default_rng(7).normal(size=(count, dimension))


def numbered_records(count: int) -> list[Record]:
    """Records 0, 1, 2, … of the manuals "even" and "odd" in turn."""
    return [Record(str(number), ("even", "odd")[number % 2], f"text {number}") for number in range(count)]


class VectorStoreContract:
    """The tests of a `VectorStore`."""

    @pytest.fixture
    def open_store(self) -> Callable[[], VectorStore]:
        raise NotImplementedError

    @pytest.fixture
    def store(self, open_store: Callable[[], VectorStore]) -> Any:
        opened = open_store()
        yield opened
        opened.close()

    def test_score_is_the_cosine_whatever_the_length(self, store: VectorStore) -> None:
        store.write(numbered_records(4), [[3.0, 0.0], [0.0, 0.5], [-2.0, 0.0], [1.0, 1.0]])
        found = {hit.key: hit.score for hit in store.search([10.0, 0.0], 4)}
        assert found == pytest.approx({"0": 1.0, "1": 0.0, "2": -1.0, "3": 0.5**0.5}, abs=1e-5)

    def test_nearest_comes_first(self, store: VectorStore) -> None:
        store.write(numbered_records(4), [[3.0, 0.0], [0.0, 0.5], [-2.0, 0.0], [1.0, 1.0]])
        assert [hit.key for hit in store.search([10.0, 0.0], 4)] == ["0", "3", "1", "2"]
        assert [hit.key for hit in store.search([10.0, 0.0], 2)] == ["0", "3"]

    def test_more_than_there_are_gives_all(self, store: VectorStore) -> None:
        store.write(numbered_records(3), random_vectors(3, 8).tolist())
        assert len(store.search(random_vectors(1, 8)[0].tolist(), 1_000)) == 3

    def test_only_the_given_manual_is_searched(self, store: VectorStore) -> None:
        store.write(numbered_records(40), random_vectors(40, 8).tolist())
        found = store.search(random_vectors(1, 8)[0].tolist(), 40, "odd")
        assert {hit.key for hit in found} == {str(number) for number in range(1, 40, 2)}
        assert store.search(random_vectors(1, 8)[0].tolist(), 5, "lamp") == []

    def test_vectors_come_back_by_key_up_to_their_length(self, store: VectorStore) -> None:
        given = random_vectors(20, 8)
        store.write(numbered_records(20), given.tolist())
        found = store.vectors(["7", "missing", "3"])
        assert set(found) == {"3", "7"}
        for key, vector in found.items():
            back, wanted = np.asarray(vector), given[int(key)]
            assert float(back @ wanted) == pytest.approx(float(np.linalg.norm(back) * np.linalg.norm(wanted)), rel=1e-5)
        assert store.vectors([]) == {}

    def test_empty_store_finds_nothing(self, store: VectorStore) -> None:
        assert store.count() == 0
        assert store.vectors(["0"]) == {}
        assert store.search([1.0, 0.0], 5) == []

    def test_written_in_several_calls(self, store: VectorStore) -> None:
        records, vectors = numbered_records(10), random_vectors(10, 8).tolist()
        store.write(records[:4], vectors[:4])
        store.write([], [])
        store.write(records[4:], vectors[4:])
        assert store.count() == 10
        assert store.search(vectors[7], 1)[0].key == "7"

    def test_near_all_of_the_nearest_are_found_among_many(self, open_store: Callable[[], VectorStore]) -> None:
        count, query = 6_000, np.ones(32)
        vectors = random_vectors(count, 32)
        writer = open_store()
        writer.write(numbered_records(count), vectors.tolist())
        writer.close()
        store = open_store()
        assert store.count() == count
        nearest = [str(number) for number in np.argsort(-(vectors @ query) / np.linalg.norm(vectors, axis=1))]
        for wanted in (10, 200):
            found = {hit.key for hit in store.search(query.tolist(), wanted)}
            assert len(found) == wanted
            assert len(found & set(nearest[:wanted])) >= 0.95 * wanted
        store.close()

    def test_what_was_written_is_there_when_opened_anew(self, open_store: Callable[[], VectorStore]) -> None:
        vectors = random_vectors(50, 8).tolist()
        first = open_store()
        first.write(numbered_records(50), vectors)
        expected = first.search(vectors[3], 5)
        first.close()
        second = open_store()
        assert second.count() == 50
        assert second.search(vectors[3], 5) == expected
        second.close()

    def test_threads_may_search_at_once(self, store: VectorStore) -> None:
        vectors = random_vectors(50, 8).tolist()
        store.write(numbered_records(50), vectors)
        expected = store.search(vectors[3], 5)
        with ThreadPoolExecutor(8) as threads:
            assert list(threads.map(lambda _: store.search(vectors[3], 5), range(64))) == [expected] * 64

    def test_closing_one_of_two_leaves_the_other(self, open_store: Callable[[], VectorStore]) -> None:
        writer = open_store()
        writer.write(numbered_records(3), random_vectors(3, 8).tolist())
        writer.close()
        first, second = open_store(), open_store()
        first.close()
        assert second.count() == 3
        assert len(second.search(random_vectors(1, 8)[0].tolist(), 2)) == 2
        second.close()

    def test_closing_twice_is_harmless(self, open_store: Callable[[], VectorStore]) -> None:
        store = open_store()
        store.close()
        store.close()
