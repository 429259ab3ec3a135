"""A chat model ready to be called, and the facts known of it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


class ModelFacts(BaseModel):
    """Facts of a model by its server or file; None or nothing where it does not say."""

    model_config = ConfigDict(frozen=True)

    digest: str | None = None
    """What changes when the weights or the template do: the key under which to remember what the model can do."""
    parameters: str | None = None
    size_bytes: int | None = None
    quantisation: str | None = None
    family: str | None = None
    trained_context: int | None = None
    """Tokens of context that the model was trained on, and could use."""
    capabilities: tuple[str, ...] = ()
    """As Ollama names them: "completion", "tools", "thinking", …"""
    template_takes_tools: bool | None = None
    bare_template: bool = False
    """Whether its template is the prompt alone, without the marks of a chat."""

    @property
    def claims_tools(self) -> bool:
        """Whether the model is said to call tools."""
        return "tools" in self.capabilities


NOTHING_KNOWN = ModelFacts()


@dataclass(frozen=True, slots=True)
class ChatModel:
    """A model that is ready to be called, and what is known of it without asking it anything."""

    name: str
    """The string that opens it, with its provider: "ollama:llama3.2:3b"."""
    provider: str
    """"ollama", "gguf", a provider of LangChain, or "custom" for an instance that was handed in."""
    chat: "BaseChatModel" = field(repr=False)
    """Not in the repr, because LangChain's have the address in theirs, with its password."""
    claims_tools: bool
    """Whether it is said to call tools; a weak model may claim it and never call one."""
    context: int | None
    """Tokens of context in force; None where it is not known."""
    facts: ModelFacts = NOTHING_KNOWN
    base_url: str | None = None
    """The server's address, free of credentials; None for a provider's own, and inside this process."""
