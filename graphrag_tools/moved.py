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
    "sample_manual": "manual.sample",
    "streaming": "workflow.streaming",
    "studio": "workflow.langgraph_server",
    "tool_call_repair": "agent.tool_calls",
    "tool_texts": "tools.tool_texts",
    "words": "text.words",
}
"""Old path to new path, both below this package."""
RENAMED = {
    "evaluation.question_making": {"made": "make_questions"},
    "follow_ups": {"understood": "understand_question"},
    "studio": {"StudioSettings": "AnswerSettings"},
}
"""By old path, names that examples or benchmarks held and that were changed since, with what they are called now."""


class _MovedModules(MetaPathFinder, Loader):
    """Find a module under its old path as one that has every name of where it is now."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return a spec for an old path, None for any other."""
        del path, target
        package, _, name = fullname.partition(".")
        return ModuleSpec(fullname, self) if package == _PACKAGE and name in MOVED else None

    def exec_module(self, module: ModuleType) -> None:
        """Warn, and take every name over.

        Names are copied rather than looked up when wanted, because LangGraph's server reads a module's `__dict__`.
        """
        old_path = module.__name__.partition(".")[2]
        new_path = f"{_PACKAGE}.{MOVED[old_path]}"
        warnings.warn(f"{module.__name__} is now {new_path}; this path goes away in 0.2.", DeprecationWarning, 2)
        names = vars(import_module(new_path))
        vars(module).update({name: value for name, value in names.items() if not name.startswith("__")})
        vars(module).update({old: names[new] for old, new in RENAMED.get(old_path, {}).items()})


def keep_old_paths() -> None:
    """Let the old paths be imported; asked only after every other finder has failed."""
    if not any(isinstance(finder, _MovedModules) for finder in sys.meta_path):
        sys.meta_path.append(_MovedModules())
