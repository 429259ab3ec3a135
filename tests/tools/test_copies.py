"""Toolkit, tools and retriever in other processes and in copies."""

import copy
import multiprocessing
import pickle
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import pytest

from graphrag_tools.index.index import ManualIndex
from graphrag_tools.tools.manual_tools import ManualToolkit

Copied = Callable[[Any], Any]


def pickled(given: Any) -> Any:
    return pickle.loads(pickle.dumps(given))


def searched(tool: Any) -> str:
    return str(tool.invoke({"query": "loan", "k": 1}))


def retrieved(retriever: Any) -> str | None:
    found: str | None = retriever.invoke("loan")[0].id
    return found


@pytest.mark.parametrize("copied", [pickled, copy.deepcopy, copy.copy, lambda given: given.model_copy()])
def test_copy_finds_the_same(copied: Copied, sample_index: ManualIndex) -> None:
    toolkit = ManualToolkit(index=sample_index, prefix="reader_", manual="sample-manual")
    search, retriever = toolkit.get_tools()[0], sample_index.as_retriever(k=1)
    assert [tool.name for tool in copied(toolkit).get_tools()] == [tool.name for tool in toolkit.get_tools()]
    assert searched(copied(search)) == searched(search)
    assert retrieved(copied(retriever)) == retrieved(retriever)


@pytest.mark.parametrize("way", ["fork", "spawn"])
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_another_process_finds_the_same(way: str, sample_index: ManualIndex) -> None:
    search, retriever = ManualToolkit(index=sample_index).get_tools()[0], sample_index.as_retriever(k=1)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context(way)) as pool:
        assert pool.submit(searched, search).result(120) == searched(search)
        assert pool.submit(retrieved, retriever).result(120) == retrieved(retriever)
