"""The errors that this package raises; each message says what was found, what was expected, what to do.

::

    GraphRAGToolsError
    ├── ConfigError        an option or model string that cannot be used as given
    │   └── NotTrusted         an index made by others that names embeddings which do not run here
    ├── ManualError        a source file that cannot be read as a manual
    ├── IndexNotFound      no index where one was expected
    ├── IndexMismatch      an index that this program, or these embeddings, cannot use
    ├── IndexLocked        another build holds the index
    ├── StoreError         an engine under the index failed (disk full, damaged file)
    └── ModelError         a model or its server that cannot be reached, is missing or failed
        ├── ReplyCut           a structured reply that reached its limit of tokens before it was complete
        └── RequestRefused     a request that the server answered, and refused; others may pass
            ├── PromptTooLong      a prompt longer than the model's context
            └── FeatureRefused     tools, or a reply under a JSON schema, that this model or server does not have
"""

from typing import TYPE_CHECKING

from graphrag_tools.text.redaction import hide_secrets

if TYPE_CHECKING:
    from pydantic import ValidationError


class GraphRAGToolsError(Exception):
    """Base of all errors that a user of this package may want to catch; no message of theirs holds a secret."""

    def __init__(self, message: str = "") -> None:
        """Take the words of the error, with passwords, tokens and keys hidden."""
        super().__init__(hide_secrets(message))


class ConfigError(GraphRAGToolsError):
    """An option, model string or setting that cannot be used as given."""


class NotTrusted(ConfigError):
    """An index made by others names embeddings that do not run here, and the user has not trusted it."""


class ManualError(GraphRAGToolsError):
    """A source file or folder that cannot be read as a manual."""


class IndexNotFound(GraphRAGToolsError):
    """There is no index, or only part of one, in the given folder."""


class IndexMismatch(GraphRAGToolsError):
    """The index was built with other embeddings or by another format version."""


class IndexLocked(GraphRAGToolsError):
    """Another process is building this index."""


class StoreError(GraphRAGToolsError):
    """An engine under the index failed: a full or read-only disk, a damaged file."""


class ModelError(GraphRAGToolsError):
    """A model, or the server that runs it, cannot be reached, is missing or refused the request."""


class ReplyCut(ModelError):
    """A reply under a JSON schema reached its limit of tokens before it was complete."""


class RequestRefused(ModelError):
    """The server is up and refuses this very request; others may pass."""


class PromptTooLong(RequestRefused):
    """The prompt is longer than the model's context, and nothing of it was cut."""


class FeatureRefused(RequestRefused):
    """The model or its server has no tools, or cannot decode under a JSON schema."""


def first_problem(error: "ValidationError") -> str:
    """Return what is wrong with the first value that does not fit, in pydantic's words: "Field required"."""
    return error.errors()[0]["msg"]
