"""Ollama's own packages, imported without what the environment says of servers, proxies and certificates.

The client reads that when it is imported, for a default client that is not used here, and fails for values that Ollama
itself takes, such as an OLLAMA_HOST in quotes, or that do not concern its server: a SOCKS proxy, a NO_PROXY with [::1].
"""

import os

__all__ = ["ChatOllama", "ModelDetails", "ollama"]

_READ_BY_CLIENT = frozenset(
    {"OLLAMA_HOST", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"}
)
_given = {name: value for name, value in os.environ.items() if name.upper() in _READ_BY_CLIENT}
for _name in _given:
    del os.environ[_name]
try:
    import ollama
    from langchain_ollama import ChatOllama
    from ollama._types import ModelDetails
finally:
    os.environ.update(_given)
