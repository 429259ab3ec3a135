"""Ollama's own packages, imported without OLLAMA_HOST.

The client parses that variable when it is imported, for a default client that is not used here, and fails for values
that Ollama itself takes: one in quotes, as files of container variables have it.
"""

import os

__all__ = ["ChatOllama", "ModelDetails", "ollama"]

_given_host = os.environ.pop("OLLAMA_HOST", None)
try:
    import ollama
    from langchain_ollama import ChatOllama
    from ollama._types import ModelDetails
finally:
    if _given_host is not None:
        os.environ["OLLAMA_HOST"] = _given_host
