from .hit import Hit as Hit
from .hybrid import HybridSearch as HybridSearch
