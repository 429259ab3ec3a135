"""How the sources of a build are to be read, where not as a loader would by itself."""

from dataclasses import dataclass

from graphrag_tools.errors import ConfigError
from graphrag_tools.text.language import LANGUAGES


@dataclass(frozen=True, slots=True)
class Reading:
    """What a user says about the sources: `language` is a code such as "de", told from the text where it is None.

    Raises:
        ConfigError: The language is not one of `LANGUAGES`.
    """

    language: str | None = None

    def __post_init__(self) -> None:
        """Refuse a language that nothing is known of."""
        if self.language is not None and self.language not in LANGUAGES:
            raise ConfigError(f"language {self.language!r}: not known; expected one of {', '.join(LANGUAGES)}.")


DEFAULT_READING = Reading()
"""As a loader would by itself."""
