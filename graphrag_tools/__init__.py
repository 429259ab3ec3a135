"""LangChain tools over a device manual as a graph of menu items, and a workflow that answers from it.

    index = ManualIndex.build(["manual.json"], "manual-index")
    tools = ManualToolkit(index=index).get_tools()
    app = manual_workflow(index, model="ollama:llama3.2:3b")

The names stand in `__init__.pyi` and load when they are first used, so that importing the package costs nothing.
"""

import lazy_loader

from graphrag_tools import moved

moved.keep_old_paths()

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
