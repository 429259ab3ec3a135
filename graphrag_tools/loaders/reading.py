"""How the sources of a build are to be read, where not as a loader would by itself."""

from dataclasses import dataclass

from graphrag_tools.errors import ConfigError
from graphrag_tools.loaders.folders.files import EVERYTHING_FOR_OWNERS, FileChoice
from graphrag_tools.text.language import LANGUAGES


@dataclass(frozen=True, slots=True)
class Reading:
    """What a user says about the sources: `language` is a code such as "de", told from the text where it is None.

    `files` says which files of folders are read, `jobs` how many manuals at once, each in a process of its own where
    it is more than one: a program that gives more has to begin under `if __name__ == "__main__"`.

    Raises:
        ConfigError: The language is not one of `LANGUAGES`, or there would be no job.
    """

    language: str | None = None
    files: FileChoice = EVERYTHING_FOR_OWNERS
    jobs: int = 1

    def __post_init__(self) -> None:
        """Refuse a language that nothing is known of, and to do nothing."""
        if self.jobs < 1:
            raise ConfigError(f"jobs {self.jobs}: expected 1 or more.")
        if self.language is not None and self.language not in LANGUAGES:
            raise ConfigError(f"language {self.language!r}: not known; expected one of {', '.join(LANGUAGES)}.")


DEFAULT_READING = Reading()
"""As a loader would by itself."""
