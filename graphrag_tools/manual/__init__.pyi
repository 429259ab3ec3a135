from .graph import PATH_SEPARATOR as PATH_SEPARATOR
from .graph import MenuGraph as MenuGraph
from .graph import MenuItem as MenuItem
from .sections import Block as Block
from .sections import Manual as Manual
from .sections import Section as Section
