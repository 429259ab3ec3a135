"""What `from graphrag_tools import …` offers: a name more or less is a decision, to be made here too."""

import importlib
import subprocess
import sys

import graphrag_tools

PUBLIC_NAMES = """
    Abilities AgentOptions Answer Answered Block Budget ChatModel ConfigError DraftRejected FeatureRefused
    FinalAnswerCheck GraphPathTool GraphRAGToolsError Hit IndexLocked IndexMismatch IndexNotFound Manual ManualContext
    ManualError ManualIndex ManualRetriever ManualToolkit MenuItem ModelError ModelOptions NodeDescriptionTool Place
    PromptTooLong Quoted ReplyCut RequestRefused Section Source StageEnded StoreError Token ToolCallRecord
    ToolCallRepair ToolCalled Usage VectorSearchTool WorkflowOptions aask abilities_of aopen_memory ask astream_answer
    load_documents load_manual manual_agent manual_workflow open_chat_model open_memory stream_answer
""".split()


def test_public_names_are_these() -> None:
    assert sorted(graphrag_tools.__all__) == PUBLIC_NAMES
    assert set(PUBLIC_NAMES) <= set(dir(graphrag_tools))


def test_each_is_there_and_of_this_package() -> None:
    for name in PUBLIC_NAMES:
        found = getattr(graphrag_tools, name)
        assert found.__module__.startswith("graphrag_tools."), name
        assert found is getattr(importlib.import_module(found.__module__), found.__name__), name


def test_importing_the_package_loads_none_of_it() -> None:
    program = "import sys, graphrag_tools; print(*(name for name in sys.modules if name.startswith('graphrag_tools')))"
    ended = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, timeout=60)
    assert set(ended.stdout.split()) == {"graphrag_tools", "graphrag_tools.moved"}
