"""What is known of a model without asking it anything: its weights, its size, what it is said to do."""

from pydantic import BaseModel, ConfigDict


class ModelFacts(BaseModel):
    """What the server, or the file, says of a model; None or nothing where it does not say."""

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

    @property
    def claims_tools(self) -> bool:
        """Whether the model is said to call tools."""
        return "tools" in self.capabilities


NOTHING_KNOWN = ModelFacts()
