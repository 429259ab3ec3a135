"""One generation of an index: its stores, opened together, and what is read from them."""

from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from langchain_core.embeddings import Embeddings

from graphrag_tools.graph import MenuGraph, MenuItem
from graphrag_tools.names import ItemNames
from graphrag_tools.search import HybridSearch
from graphrag_tools.stores.protocols import GraphStore, LexicalStore, VectorStore

_GRAPHS_KEPT = 4


@dataclass(slots=True)
class Stores:
    """The four stores of a generation."""

    graph: GraphStore
    sections: LexicalStore
    blocks: LexicalStore
    vectors: VectorStore

    def close(self) -> None:
        """Let go of files and memory."""
        self.graph.close()
        self.vectors.close()


def open_stores(folder: Path) -> Stores:
    """Open the stores in a generation's folder, making them where there are none.

    Raises:
        StoreError: An engine cannot open its files.
    """
    from graphrag_tools.stores.chroma import ChromaVectorStore
    from graphrag_tools.stores.sqlite import SqliteGraphStore
    from graphrag_tools.stores.tantivy import TantivyLexicalStore

    return Stores(
        graph=SqliteGraphStore(folder / "graph.sqlite"),
        sections=TantivyLexicalStore(folder / "lexical" / "sections"),
        blocks=TantivyLexicalStore(folder / "lexical" / "blocks"),
        vectors=ChromaVectorStore(folder / "vectors"),
    )


@dataclass
class Generation:
    """A generation opened for reading. Graphs of manuals are cached, the last used few."""

    number: int
    stores: Stores
    embeddings: Embeddings
    _graphs: OrderedDict[str, MenuGraph] = field(default_factory=OrderedDict)

    @cached_property
    def names(self) -> ItemNames:
        """Every item's name, for look-up."""
        return ItemNames(self.stores.graph.named_items())

    @cached_property
    def search(self) -> HybridSearch:
        """Search over this generation."""
        stores = self.stores
        return HybridSearch(stores.sections, stores.blocks, stores.vectors, self.embeddings, self.item, self.option_at)

    def graph(self, manual: str) -> MenuGraph:
        """Return a manual's graph. Raises KeyError for an unknown manual."""
        graph = self._graphs.pop(manual, None) or self.stores.graph.graph(manual)
        self._graphs[manual] = graph
        while len(self._graphs) > _GRAPHS_KEPT:
            self._graphs.popitem(last=False)
        return graph

    def item(self, item_id: str) -> MenuItem:
        """Return an item. Raises KeyError for an unknown id."""
        return self.graph(item_id.partition("/")[0]).item(item_id)

    def option_at(self, section_id: str, position: int) -> str | None:
        """Return the id of the option item made from a section's block, None if the block is no option."""
        graph = self.graph(section_id.partition("/")[0])
        return graph.option_at(section_id, position)
