"""Old module paths of version 0.1, which go on working for one release with a DeprecationWarning."""

import sys
import warnings
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

_PACKAGE = __name__.rpartition(".")[0]
MOVED = {
    "answering": "answers.answer",
    "building": "index.build",
    "coverage": "search.coverage",
    "evaluation.intervals": "evaluation.figures",
    "evaluation.metrics": "evaluation.figures",
    "evaluation.question_making": "evaluation.question_writing",
    "final_answer_check": "agent.final_answer",
    "follow_ups": "conversation.follow_ups",
    "graph": "manual.graph",
    "graph_export": "manual.export",
    "manifest": "index.manifest",
    "manual_graph": "manual.from_sections",
    "memory": "conversation.memory",
    "model_facts": "models.model",
    "model_texts": "enrichment.texts",
    "names": "manual.names",
    "options": "workflow.options",
    "quoting": "answers.quote",
    "retriever": "index.retriever",
    "streaming": "workflow.streaming",
    "studio": "workflow.langgraph_server",
    "tool_call_repair": "agent.tool_calls",
    "tool_texts": "tools.tool_texts",
    "words": "text.words",
}
"""Old path to new path, both below this package."""


class _MovedModules(MetaPathFinder, Loader):
    """Find a module under its old path as an empty one that takes every name from where it is now."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return a spec for an old path, None for any other."""
        del path, target
        package, _, name = fullname.partition(".")
        return ModuleSpec(fullname, self) if package == _PACKAGE and name in MOVED else None

    def exec_module(self, module: ModuleType) -> None:
        """Warn, and pass each name on."""
        new_path = f"{_PACKAGE}.{MOVED[module.__name__.partition('.')[2]]}"
        warnings.warn(f"{module.__name__} is now {new_path}; this path goes away in 0.2.", DeprecationWarning, 2)
        new = import_module(new_path)

        def __getattr__(name: str) -> object:  # noqa: N807  # PEP 562
            return getattr(new, name)

        module.__getattr__ = __getattr__  # type: ignore[method-assign]


def keep_old_paths() -> None:
    """Let the old paths be imported; asked only after every other finder has failed."""
    if not any(isinstance(finder, _MovedModules) for finder in sys.meta_path):
        sys.meta_path.append(_MovedModules())
