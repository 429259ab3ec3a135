"""Open the embeddings that an index names: those that run here, or that the user has named or trusted.

An index made by somebody else names what its builder wrote. A hosted provider would be sent every question, with the
user's key from the environment, and some providers fetch weights when they are opened.
"""

import contextlib

from langchain_core.embeddings import Embeddings

from graphrag_tools.embeddings.providers import is_local, open_embeddings
from graphrag_tools.errors import ConfigError, NotTrusted
from graphrag_tools.place import Place
from graphrag_tools.trust import is_trusted, trust


def open_named_embeddings(folder: Place, name: str) -> Embeddings:
    """Return the embeddings that index.json of a folder names; `open_embeddings` says what else raises.

    Raises:
        NotTrusted: They are not of this machine, and the user has neither built the index nor trusted it.
    """
    if not is_local(name) and not is_trusted(folder, name):
        raise NotTrusted(
            f"{folder}: this index names the embeddings {name}, which do not run on this machine, and it was not "
            f"built by you here. They would be sent your questions, or fetch what they need. If you trust it: "
            f"graphrag-tools trust {folder}; in Python, ManualIndex.open(folder, embeddings={name!r})."
        )
    return open_embeddings(name)


def remember_embeddings(folder: Place, name: str) -> None:
    """Remember that the user named the embeddings of an index; where that fails, the index asks for trust later."""
    if not is_local(name):
        with contextlib.suppress(ConfigError):
            trust(folder, name)
