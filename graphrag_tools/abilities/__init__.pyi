from .abilities import Abilities as Abilities
from .abilities import abilities_of as abilities_of
