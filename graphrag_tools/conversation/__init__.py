"""What a question means after the ones before it, and where a chat is remembered."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
