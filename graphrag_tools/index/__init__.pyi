from .index import ManualIndex as ManualIndex
from .retriever import ManualRetriever as ManualRetriever
