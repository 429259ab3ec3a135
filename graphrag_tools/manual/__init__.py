"""A manual as sections of typed blocks, and as a graph of menu items."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
