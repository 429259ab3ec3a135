"""Embeddings by one string, and the fingerprint that ties an index to the ones it was built with."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
