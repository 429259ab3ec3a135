from .memory import aopen_memory as aopen_memory
from .memory import open_memory as open_memory
