"""Module paths of version 0.1 that users, examples and the documentation held go on working, with a warning."""

import sys
import warnings
from collections.abc import Iterator
from importlib import import_module

import pytest

import graphrag_tools
from graphrag_tools.moved import MOVED, RENAMED

HELD = {
    "answering": "quote_item quoted_answer",
    "building": "build_index add_manuals remove_manuals",
    "evaluation.intervals": "bootstrap_interval",
    "evaluation.metrics": "rouge_l",
    "evaluation.question_making": "made",
    "final_answer_check": "FinalAnswerCheck",
    "follow_ups": "Earlier Understood understood",
    "graph": "PATH_SEPARATOR MenuItem SEE_ALSO",
    "graph_export": "graphml node_link_document",
    "manifest": "read_manifest",
    "manual_graph": "build_graph",
    "memory": "open_memory aopen_memory",
    "model_facts": "ModelFacts",
    "model_texts": "ModelTexts",
    "names": "folded",
    "options": "WorkflowOptions Budget",
    "quoting": "Quote",
    "retriever": "ManualRetriever",
    "sample_manual": "sample_manual",
    "streaming": "Answered DraftRejected StageEnded Token ToolCalled astream_answer stream_answer",
    "studio": "manual_graph StudioSettings",
    "tool_call_repair": "ToolCallRepair",
    "tool_texts": "SEARCH_NAME",
    "words": "content_words",
}
"""Names by their old module, where that is gone: those of the examples, the reference, the benchmarks."""
KEPT = {
    "abilities": "Abilities abilities_of",
    "agent": "AgentOptions manual_agent",
    "answer": "Answer Source ToolCallRecord Usage",
    "cli": "main",
    "embeddings": "DEFAULT_EMBEDDINGS open_embeddings",
    "errors": "GraphRAGToolsError ModelError",
    "evaluation.comparison": "Plan Run compare",
    "evaluation.plots": "draw_accuracy",
    "evaluation.questions": "read_questions sampled",
    "evaluation.report": "report",
    "evaluation.run": "QuestionResult",
    "index": "ManualIndex",
    "loaders": "load_manual",
    "loaders.documents": "load_documents",
    "manual": "Block Manual Section",
    "models": "ChatModel ModelOptions model_errors open_chat_model",
    "search": "Hit",
    "tools": "GraphPathTool ManualToolkit NodeDescriptionTool VectorSearchTool",
    "verification": "problems",
    "workflow": "aask ask manual_workflow",
}
"""The same where the old module's path is now that of a package or still the same: no warning."""


@pytest.fixture
def forgotten() -> Iterator[None]:
    """No old path was imported yet, as in a new process; what other tests hold stays theirs."""
    old = {f"graphrag_tools.{path}" for path in MOVED}
    kept = {name: sys.modules.pop(name) for name in old & set(sys.modules)}
    yield
    for name in old:
        sys.modules.pop(name, None)
        vars(import_module(name.rpartition(".")[0])).pop(name.rpartition(".")[2], None)
    sys.modules.update(kept)


def test_every_old_path_is_tried_here() -> None:
    assert HELD.keys() == MOVED.keys()


@pytest.mark.parametrize("path", HELD)
def test_old_path_warns_and_gives_the_same_objects(path: str, forgotten: None) -> None:
    said = rf"graphrag_tools\.{path} is now graphrag_tools\.{MOVED[path]}; this path goes away in 0\.2\."
    with pytest.warns(DeprecationWarning, match=said) as told:
        old = import_module(f"graphrag_tools.{path}")
    assert len(told) == 1
    new = import_module(f"graphrag_tools.{MOVED[path]}")
    for name in HELD[path].split():
        assert getattr(old, name) is getattr(new, RENAMED.get(path, {}).get(name, name))


def test_warning_names_the_line_that_imports(forgotten: None) -> None:
    with pytest.warns(DeprecationWarning, match="graphrag_tools.streaming is now") as told:
        from graphrag_tools.streaming import stream_answer
    assert stream_answer is graphrag_tools.stream_answer
    assert told[0].filename == __file__


def test_name_is_in_the_module_itself_as_the_server_of_langgraph_wants_it(forgotten: None) -> None:
    """`langgraph dev` does not ask a module for its attribute, it looks into `__dict__`."""
    with pytest.warns(DeprecationWarning, match="graphrag_tools.studio is now"):
        old = import_module("graphrag_tools.studio")
    assert vars(old)["manual_graph"] is import_module("graphrag_tools.workflow.langgraph_server").manual_graph


def test_old_module_is_taken_from_the_package_too(forgotten: None) -> None:
    with pytest.warns(DeprecationWarning, match="graphrag_tools.graph is now"):
        from graphrag_tools import graph  # type: ignore[attr-defined]
    assert graph.MenuItem is graphrag_tools.MenuItem


def test_name_that_never_was_is_an_error(forgotten: None) -> None:
    with pytest.warns(DeprecationWarning, match="graphrag_tools.streaming is now"):
        old = import_module("graphrag_tools.streaming")
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        old.nothing_of_the_kind  # noqa: B018
    with pytest.raises(ModuleNotFoundError, match=r"graphrag_tools\.nothing_of_the_kind"):
        import_module("graphrag_tools.nothing_of_the_kind")


@pytest.mark.parametrize("path", KEPT)
def test_path_that_is_still_good_gives_its_names_silently(path: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        module = import_module(f"graphrag_tools.{path}")
        for name in KEPT[path].split():
            assert getattr(module, name) is not None
