"""The retriever over an index: what LangChain asks of any, and what a document says of its section."""

from typing import Any

import pytest
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableLambda
from langchain_tests.integration_tests import RetrieversIntegrationTests
from pydantic import ValidationError
from support.index_fixtures import BATTERY, small_manual

from graphrag_tools import ManualIndex, ManualRetriever
from graphrag_tools.errors import ConfigError, StoreError
from graphrag_tools.manual.sections import Block, Manual, Section

QUESTION = "What is using up my battery?"


class TestLangChainsOwnTests(RetrieversIntegrationTests):
    @pytest.fixture(autouse=True)
    def _over(self, sample_index: ManualIndex) -> None:
        self.index = sample_index

    @property
    def retriever_constructor(self) -> type[BaseRetriever]:
        return ManualRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"index": self.index}

    @property
    def retriever_query_example(self) -> str:
        return QUESTION


def test_document_is_its_section_word_for_word(sample_index: ManualIndex) -> None:
    found = sample_index.as_retriever().invoke(QUESTION)
    item = sample_index.item(BATTERY)
    hit = sample_index.search(QUESTION)[0]
    assert item.blocks
    assert len(found) == 5
    assert found[0].id == BATTERY
    assert [line.strip() for line in found[0].page_content.split("\n")] == [block.text for block in item.blocks]
    assert found[0].metadata == {
        "id": BATTERY,
        "source": item.url or BATTERY,
        "manual": "sample-manual",
        "menu_path": "Settings > Battery",
        "taps": ["Settings", "Battery"],
        "option": None,
        "url": item.url,
        "page": item.page,
        "score": hit.score,
    }


def test_document_names_the_option_that_fits(sample_index: ManualIndex) -> None:
    question = "light text on a dark background"
    [hit] = sample_index.search(question, k=1)
    [found] = sample_index.as_retriever(k=1).invoke(question)
    assert sample_index.item(hit.item_id).kind == "option"
    assert (found.id, found.metadata["option"]) == (hit.section_id, hit.item_id)


def test_section_without_text_is_its_title(tmp_path_factory: pytest.TempPathFactory) -> None:
    sections = (Section("a", "Dimming"), Section("b", "Colour", (Block("paragraph", "Turn the wheel."),)))
    index = ManualIndex.build([Manual("lamp", "Lamp", sections)], tmp_path_factory.mktemp("titles"))
    [found] = index.as_retriever(k=1).invoke("dimming")
    index.close()
    assert (found.page_content, found.metadata["option"]) == ("Dimming", None)


async def test_awaited_and_batched_it_finds_the_same(sample_index: ManualIndex) -> None:
    retriever = sample_index.as_retriever(k=2)
    found = retriever.invoke(QUESTION)
    assert await retriever.ainvoke(QUESTION) == found
    assert await retriever.abatch([QUESTION] * 4) == [found] * 4
    assert await retriever.ainvoke(QUESTION, k=1) == found[:1]


def test_one_manual_is_kept_to(two_manuals_index: ManualIndex) -> None:
    found = two_manuals_index.as_retriever(manual="lamp").invoke("battery brightness")
    assert {document.metadata["manual"] for document in found} == {"lamp"}


def test_unknown_manual_is_refused_at_once(sample_index: ManualIndex) -> None:
    with pytest.raises(ConfigError, match="toaster"):
        sample_index.as_retriever(manual="toaster")


@pytest.mark.parametrize("k", [0, -3])
def test_less_than_one_document_is_refused(k: int, sample_index: ManualIndex) -> None:
    with pytest.raises(ValidationError):
        sample_index.as_retriever(k=k)
    with pytest.raises(ConfigError):
        sample_index.as_retriever().invoke(QUESTION, k=k)


@pytest.mark.parametrize("query", ["", "  ", "???"])
def test_query_without_a_word_finds_nothing(query: str, sample_index: ManualIndex) -> None:
    assert sample_index.as_retriever().invoke(query) == []


def test_closed_index_is_no_empty_result(tmp_path_factory: pytest.TempPathFactory) -> None:
    index = ManualIndex.build([small_manual()], tmp_path_factory.mktemp("closed"))
    retriever = index.as_retriever()
    index.close()
    with pytest.raises(StoreError):
        retriever.invoke("brightness")


def test_it_is_part_of_a_chain(sample_index: ManualIndex) -> None:
    chain = sample_index.as_retriever(k=1) | RunnableLambda(lambda documents: documents[0].metadata["menu_path"])
    assert chain.invoke(QUESTION) == "Settings > Battery"
    assert "manual-index" not in repr(sample_index.as_retriever())


def test_options_are_taken_where_vector_stores_take_them(two_manuals_index: ManualIndex) -> None:
    retriever = two_manuals_index.as_retriever(search_kwargs={"k": 1, "manual": "lamp"})
    assert retriever.search_kwargs == {"k": 1, "manual": "lamp"}
    [found] = retriever.invoke("battery brightness")
    assert found.metadata["manual"] == "lamp"
    assert len(two_manuals_index.as_retriever(k=1, search_kwargs={"k": 2}).invoke("battery")) == 2
    assert len(retriever.invoke("brightness", k=2)) <= 2
    with pytest.raises(
        ConfigError, match="search_kwargs has fetch_k, where; expected filter, k, manual for similarity"
    ):
        two_manuals_index.as_retriever(search_kwargs={"where": {}, "fetch_k": 9})
    with pytest.raises(ConfigError, match="toaster"):
        two_manuals_index.as_retriever(search_kwargs={"manual": "toaster"})


def test_search_type_and_its_options_are_those_of_vector_stores(two_manuals_index: ManualIndex) -> None:
    plain = two_manuals_index.as_retriever(search_type="similarity", search_kwargs={"k": 5}, tags=["mine"])
    assert (plain.search_type, plain.tags) == ("similarity", ["mine"])
    ids = [found.id for found in plain.invoke(QUESTION)]
    cosines = [hit.cosine for hit in two_manuals_index.search(QUESTION)]
    least = sorted(cosines)[2]
    strict = two_manuals_index.as_retriever(
        search_type="similarity_score_threshold", search_kwargs={"score_threshold": least}
    )
    kept = [found.id for found in strict.invoke(QUESTION)]
    assert kept == [one for one, cosine in zip(ids, cosines, strict=True) if cosine >= least]
    assert strict.invoke(QUESTION, score_threshold=1.0) == []


def test_mmr_takes_sections_that_differ(two_manuals_index: ManualIndex) -> None:
    def found(**chosen: Any) -> list[str | None]:
        retriever = two_manuals_index.as_retriever(search_type="mmr", search_kwargs={"k": 3, **chosen})
        return [document.id for document in retriever.invoke("battery")]

    alike, apart = found(lambda_mult=1.0, fetch_k=10), found(lambda_mult=0.0, fetch_k=10)
    assert len(alike) == len(set(alike)) == len(set(apart)) == 3
    assert alike[0] == apart[0]
    assert alike != apart
    assert two_manuals_index.as_retriever(search_type="mmr").invoke("???") == []


def test_filter_by_manual_is_that_of_vector_stores(two_manuals_index: ManualIndex) -> None:
    retriever = two_manuals_index.as_retriever(search_kwargs={"filter": {"manual": "lamp"}})
    assert {found.metadata["manual"] for found in retriever.invoke("battery brightness")} == {"lamp"}


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"search_type": "hybrid"}, "search_type is 'hybrid'; expected similarity, similarity_score_threshold, mmr"),
        ({"search_type": "similarity_score_threshold"}, "no score_threshold"),
        ({"search_kwargs": {"score_threshold": 0.5}}, "search_kwargs has score_threshold"),
        ({"search_type": "mmr", "search_kwargs": {"lambda_mult": 7}}, "lambda_mult is 7"),
        ({"search_kwargs": {"filter": {"page": 3}}}, "filter is {'page': 3}"),
        ({"search_kwargs": {"filter": {"manual": "toaster"}}}, "toaster"),
        ({"search_kwargs": {"k": "many"}}, "k is 'many'"),
    ],
)
def test_options_that_cannot_be_used_are_refused_at_once(
    chosen: dict[str, Any], said: str, sample_index: ManualIndex
) -> None:
    with pytest.raises(ConfigError, match=said):
        sample_index.as_retriever(**chosen)


@pytest.mark.parametrize("query", [{"question": "loans"}, None, ["loans"]])
def test_what_is_no_text_is_refused_in_words(query: Any, sample_index: ManualIndex) -> None:
    with pytest.raises(ConfigError, match=r"asked a text.*itemgetter"):
        sample_index.as_retriever().invoke(query)
