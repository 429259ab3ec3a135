"""Reading an index loads what reading needs: no builder, no chat model, no verification."""

import json
import subprocess
import sys

from graphrag_tools.index.index import ManualIndex

NOT_FOR_READING = (
    "graphrag_tools.index.build",
    "graphrag_tools.index.sources",
    "graphrag_tools.index.stages",
    "graphrag_tools.index.stored",
    "graphrag_tools.evaluation.made_questions",
    "graphrag_tools.loaders",
    "graphrag_tools.enrichment",
    "graphrag_tools.models",
    "graphrag_tools.verification",
    "langchain_ollama",
    "langchain_openai",
    "networkx",
    "ollama",
    "openai",
)
READER = """
import json, sys
from graphrag_tools.index import ManualIndex
loaded = set(sys.modules)
index = ManualIndex.open(sys.argv[1])
assert index.search("How do I turn on flight mode?")
print(json.dumps([sorted(loaded), sorted(sys.modules)]))
"""


def _modules(index: ManualIndex) -> tuple[list[str], list[str]]:
    """Return what a new process has loaded when it has imported the index, and when it has searched it."""
    command = [sys.executable, "-c", READER, str(index.folder)]
    ended = subprocess.run(command, check=True, capture_output=True, text=True, timeout=300)
    imported, searched = json.loads(ended.stdout)
    return imported, searched


def _of(packages: tuple[str, ...], modules: list[str]) -> list[str]:
    return [name for name in modules if any(name == one or name.startswith(f"{one}.") for one in packages)]


def test_searching_loads_no_builder_no_chat_model_and_no_verification(sample_index: ManualIndex) -> None:
    imported, searched = _modules(sample_index)
    assert _of(NOT_FOR_READING, searched) == []
    assert "graphrag_tools.search.hybrid" in searched
    assert _of(("tantivy",), imported) == [], "an engine loads when an index is opened"
    assert _of(("chromadb",), searched) == [], "an engine loads where its files are"
