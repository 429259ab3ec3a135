from .lookup import MenuPath as MenuPath
from .manual_tools import GraphPathTool as GraphPathTool
from .manual_tools import ManualToolkit as ManualToolkit
from .manual_tools import NodeDescriptionTool as NodeDescriptionTool
from .manual_tools import VectorSearchTool as VectorSearchTool
