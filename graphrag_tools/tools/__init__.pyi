from .tools import GraphPathTool as GraphPathTool
from .tools import ManualToolkit as ManualToolkit
from .tools import MenuPath as MenuPath
from .tools import NodeDescriptionTool as NodeDescriptionTool
from .tools import VectorSearchTool as VectorSearchTool
