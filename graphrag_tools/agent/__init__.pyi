from .agent import AgentOptions as AgentOptions
from .agent import manual_agent as manual_agent
from .final_answer import FinalAnswerCheck as FinalAnswerCheck
from .tool_calls import ToolCallRepair as ToolCallRepair
