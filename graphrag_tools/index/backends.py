"""Choose the backend of an index by where it is: a folder, or OpenSearch."""

from importlib.util import find_spec

from graphrag_tools.errors import ConfigError
from graphrag_tools.index.backend import Backend
from graphrag_tools.index.folder import FolderBackend
from graphrag_tools.machine.installing import install_extra
from graphrag_tools.stores.place import IndexPlace, StoreAddress, place_of


def open_backend(place: str | IndexPlace) -> Backend:
    """Return what keeps the index at a place; nothing need be there yet.

    Raises:
        ConfigError: It is an address that cannot be read or whose kind is not known, or its client is not installed.
    """
    found = place_of(place)
    if not isinstance(found, StoreAddress):
        return FolderBackend(found)
    if find_spec("opensearchpy") is None:
        raise ConfigError(f"{found}: opensearch-py is not installed. Install it with: {install_extra('opensearch')}")
    from graphrag_tools.index.opensearch import OpenSearchBackend

    return OpenSearchBackend(found)
