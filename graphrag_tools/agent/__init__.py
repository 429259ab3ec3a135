"""A model that plans its own calls, as LangChain middleware: its calls mended, its answer checked."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
