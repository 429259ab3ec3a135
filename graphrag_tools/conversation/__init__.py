"""Conversations: a question understood after the ones before it, and the memory of a chat."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
