"""A search shown in traces as what it is: the run of a retriever, with the documents that it found."""

from langchain_core.callbacks import CallbackManagerForToolRun

from graphrag_tools.index.index import ManualIndex
from graphrag_tools.search.hit import Hit

_NAME = "ManualRetriever"


def traced_search(
    index: ManualIndex, query: str, k: int, manual: str | None, within: CallbackManagerForToolRun | None
) -> list[Hit]:
    """Search, and tell those who listen to the tool's run of a retriever's run within it. Raises what search raises."""
    if within is None or not within.handlers:
        return index.search(query, k, manual)
    from graphrag_tools.index.retriever import document_of

    metadata = {"ls_retriever_name": "manual", "ls_embedding_provider": type(index.embeddings).__name__}
    child = within.get_child()
    child.add_metadata(metadata, inherit=False)
    run = child.on_retriever_start({}, query, name=_NAME)
    try:
        hits = index.search(query, k, manual)
    except BaseException as error:
        run.on_retriever_error(error)
        raise
    run.on_retriever_end([document_of(index.item_of(hit), hit) for hit in hits])
    return hits
