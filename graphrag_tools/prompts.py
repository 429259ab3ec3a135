"""Prompts: one Markdown file each, shipped with the package, any of them overridable by a folder of one's own."""

import hashlib
from functools import lru_cache
from pathlib import Path
from string import Template

from graphrag_tools.errors import ConfigError

_SHIPPED = (Path(__file__).parent / "_prompts", Path(__file__).parent.parent / "prompts")


class Prompts:
    """Prompts from a folder of one's own where it has them, else the shipped ones."""

    def __init__(self, folder: str | Path | None = None) -> None:
        """Raises ConfigError if the folder does not exist."""
        own = Path(folder).expanduser() if folder else None
        self._folders = (*((own,) if own else ()), *_SHIPPED)
        if own and not own.is_dir():
            raise ConfigError(f"{folder}: no such folder of prompts.")

    def render(self, name: str, **values: str) -> str:
        """Return the prompt NAME.md with its $placeholders filled.

        Raises:
            ConfigError: There is no such prompt, it is not UTF-8, or has a placeholder that nothing fills.
        """
        file = next((folder / f"{name}.md" for folder in self._folders if (folder / f"{name}.md").is_file()), None)
        if file is None:
            raise ConfigError(f"prompt {name!r}: no {name}.md in {self._folders[0]}.")
        try:
            return _template(file, file.stat().st_mtime_ns).substitute(values).strip()
        except UnicodeDecodeError as error:
            raise ConfigError(f"{file}: is not UTF-8 text ({error.reason} at byte {error.start}).") from error
        except (KeyError, ValueError) as error:
            raise ConfigError(
                f"{file}: placeholder {error} cannot be filled; expected {', '.join(f'${key}' for key in values)}."
            ) from error

    def fingerprint(self) -> str:
        """Return a hash of all prompts in use; a changed one gives another."""
        in_use = {file.name: file.read_bytes() for folder in reversed(self._folders) for file in folder.glob("*.md")}
        texts = b"".join(name.encode() + b"\0" + in_use[name] for name in sorted(in_use))
        return hashlib.sha256(texts).hexdigest()[:16]


@lru_cache(maxsize=64)
def _template(file: Path, _changed: int) -> Template:
    return Template(file.read_text(encoding="utf-8"))
