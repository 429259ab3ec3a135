"""Load manuals: one file or folder per format, chosen by the look of the path.

The names load when they are first used, because each PDF and Word file is read in a process that needs one of them.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
