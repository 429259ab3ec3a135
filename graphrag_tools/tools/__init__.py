"""The three LangChain tools over a manual, and the texts that models read."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
