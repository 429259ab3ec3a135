"""The contract of a lexical store, as tests."""

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphrag_tools.stores.protocols import LexicalStore, Record
from graphrag_tools.testing.examples import ANY_TEXT, FOR_EVERY_STORE

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
        """Return what opens a store over one place, which is empty when the test begins."""
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

    def test_score_is_bm25(self, store: LexicalStore) -> None:
        # One of 4 records has the word, twice among its 7 words; all have 40; k1 is 1.2, b .75, and the factor k1 + 1.
        idf = math.log(1 + (4 - 1 + 0.5) / (1 + 0.5))
        expected = idf * (1.2 + 1) * 2 / (2 + 1.2 * (1 - 0.75 + 0.75 * 7 / (40 / 4)))
        (found,) = store.search("screen", 5)
        assert found.key == "screen"
        assert found.score == pytest.approx(expected, rel=1e-5)

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

    @pytest.mark.parametrize("word", ["cafe\u0301s", "हिन्दी", "สวัสดีค่ะ", "x\u0332y", "\u0901", "க்" * 20])
    def test_word_with_marks_is_a_word_like_any_other(self, store: LexicalStore, word: str) -> None:
        assert store.search(word, 10) == []
        assert {"battery", "saving", "clean"} == {hit.key for hit in store.search(f"{word} charge", 10)}

    def test_query_as_long_as_a_book_is_answered(self, store: LexicalStore) -> None:
        assert store.search("battery charger " * 6_250, 1)[0].key == "battery"
        assert store.search("x" * 100_000, 1) == []

    def test_document_frequency_counts_records_by_stem(self, store: LexicalStore) -> None:
        assert store.document_frequency("charg") == 3
        assert store.document_frequency("batteri") == 1
        assert store.document_frequency("telescop") == 0

    def test_document_frequency_counts_what_is_written_later(self, store: LexicalStore) -> None:
        assert store.document_frequency("telescop") == 0
        store.write([Record("stars", "phone", "The telescope shows stars.")])
        assert store.document_frequency("telescop") == 1

    def test_record_is_found_by_a_query_in_its_own_language(self, open_store: Callable[[], LexicalStore]) -> None:
        store = open_store()
        store.write([*RECORDS, Record("lampe", "lampe", "Die Lampen leuchten mit der Batterie.", "de")])
        assert [hit.key for hit in store.search("Leuchtet meine Lampe?", 5, languages=["de"])] == ["lampe"]
        assert store.search("Lampe", 5) == []
        both = store.search("Lampe charger", 5, languages=["de", "en"])
        assert {hit.key for hit in both} == {"battery", "lampe"}
        assert store.search("Lampe charger", 5, "lampe", ["de", "en"])[0].key == "lampe"
        assert store.document_frequency("lamp") == 1

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

    @FOR_EVERY_STORE
    @given(query=ANY_TEXT, k=st.integers(1, 10), manual=st.sampled_from([None, "phone", "oven", "lamp", ""]))
    def test_any_query_finds_at_most_k_of_the_manual(
        self, store: LexicalStore, query: str, k: int, manual: str | None
    ) -> None:
        manuals = {record.key: record.manual for record in RECORDS}
        found = [hit.key for hit in store.search(query, k, manual)]
        assert len(set(found)) == len(found) <= k
        assert all(manual in (None, manuals[key]) for key in found)
