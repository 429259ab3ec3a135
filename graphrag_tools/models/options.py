"""Options of a model: context, limits, temperature, address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from graphrag_tools.errors import ConfigError
from graphrag_tools.models.headers import checked_headers

_DURATION = re.compile(r"-?\d+(?:\.\d+)?(?:ms|s|m|h)?")


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """How a model is run.

    A provider that cannot be told the context (all but ollama and gguf) keeps its own. base_url is the
    server's address, for ollama in place of OLLAMA_HOST.
    """

    context: int = 8192
    """Tokens, prompt and answer together."""
    max_tokens: int = 512
    """Tokens of one answer. Always sent: decoding greedily, a small model may otherwise never end."""
    temperature: float = 0.0
    timeout: float = 300.0
    """Seconds without a sign of life."""
    threads: int | None = None
    """Threads that a local model computes with; None: what its server takes."""
    keep_alive: str = "30m"
    """How long Ollama keeps the model loaded after a call, as it writes times ("30m", "-1" for ever); "": as its server
    is set (OLLAMA_KEEP_ALIVE)."""
    base_url: str | None = field(default=None, repr=False)
    """Not in the repr, because it may hold a password."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False, hash=False)
    """Sent with each request, for a server behind a gateway; they count before those of GRAPHRAG_TOOLS_HEADERS."""

    def __post_init__(self) -> None:
        """Refuse limits that a server would take for "no limit"."""
        for name in ("context", "max_tokens", "timeout"):
            if getattr(self, name) <= 0:
                raise ConfigError(f"{name} is {getattr(self, name)}; expected more than 0.")
        if self.threads is not None and self.threads < 1:
            raise ConfigError(f"threads is {self.threads}; expected 1 or more.")
        checked_headers(self.headers, "headers")
        if self.keep_alive and not _DURATION.fullmatch(self.keep_alive):
            raise ConfigError(f"keep_alive is {self.keep_alive!r}; expected a time such as 30m, 1h or -1, or nothing.")
