"""A command loads what it needs: most of a first answer's time would else go into packages that it never calls."""

import json
import subprocess
import sys

import pytest

from graphrag_tools.index.index import ManualIndex

QUESTION = "How do I turn on flight mode?"
NEVER_NEEDED = (
    *("langsmith", "langgraph", "langchain", "langchain_core.tools", "langchain_core.tracers", "httpx", "networkx"),
    *("openai", "ollama", "chromadb", "jinja2", "graphrag_tools.loaders", "graphrag_tools.index.build"),
)
NO_ANSWER = (*NEVER_NEEDED, "graphrag_tools.workflow.stages", "graphrag_tools.verification", "onnxruntime")
PROGRAM = """
import sys, json
from graphrag_tools.cli.app import main
sys.argv = ["graphrag-tools", *sys.argv[1:]]
try:
    main()
finally:
    print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


@pytest.mark.parametrize(
    ("command", "unneeded"),
    [
        (("tree", "Flight mode"), NO_ANSWER),
        (("path", "Flight mode"), NO_ANSWER),
        (("describe", "Flight mode"), NO_ANSWER),
        (("search", QUESTION), (*NEVER_NEEDED, "graphrag_tools.workflow.stages", "graphrag_tools.verification")),
        (("ask", "--model", "none", QUESTION), (*NEVER_NEEDED, "graphrag_tools.tool_calling.repair")),
    ],
    ids=lambda value: value[0],
)
def test_command_without_a_model_loads_no_more_than_it_needs(
    command: tuple[str, ...], unneeded: tuple[str, ...], sample_index_for_answers: ManualIndex
) -> None:
    program = [sys.executable, "-c", PROGRAM, *command, "--index", str(sample_index_for_answers.folder)]
    ended = subprocess.run(program, check=True, capture_output=True, text=True, timeout=300)
    assert "light mode" in ended.stdout
    loaded = json.loads(ended.stderr.splitlines()[-1])
    assert [name for name in loaded if any(name == one or name.startswith(f"{one}.") for one in unneeded)] == []
