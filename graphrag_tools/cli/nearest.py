"""The nearest right thing to what was typed: a file beside the missing one, the id of a manual, a model's full name."""

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from graphrag_tools.errors import ConfigError

if TYPE_CHECKING:
    from graphrag_tools.index.manifest import ManualInfo

_MODELS_INSIDE = ("smollm2",)
"""The names that "gguf:" knows without a file."""


def near_file(path: Path) -> str:
    """Return the question whether a file beside a missing one was meant, with a blank before it; empty for none."""
    try:
        names = [file.name for file in path.parent.iterdir()]
    except OSError:
        return ""
    near = difflib.get_close_matches(path.name, names, n=1)
    return f" Did you mean {path.parent / near[0]}?" if near else ""


def check_questions_file(path: Path | None) -> None:
    """Raise ConfigError where a file of questions is missing, with the nearest one and how to make one."""
    if path is not None and not path.exists():
        raise ConfigError(
            f"{path}: no such file of questions (--questions, --unanswerable).{near_file(path)} "
            f"graphrag-tools questions --out {path} makes one of the index."
        )


def near_words(typed: str, known: Sequence[str]) -> str:
    """Return the nearest of some words; empty where none is near."""
    return next(iter(difflib.get_close_matches(typed, known, n=1)), "")


def near_model(model: str) -> str:
    """Return the full name of the model that a bare name means as well; empty for none."""
    near = difflib.get_close_matches(model.strip().lower(), _MODELS_INSIDE, n=1, cutoff=0.8)
    return f"gguf:{near[0]}" if near else ""


def manual_ids(given: Sequence[str], known: "Sequence[ManualInfo]") -> list[str]:
    """Return ids of manuals as they were given; where one is the file of a manual, that is said with its id.

    Raises:
        ConfigError: A text is no id, but is a source of the index, or near an id.
    """
    ids = [info.id for info in known]
    for text in given:
        if text in ids:
            continue
        named = [info.id for info in known if _is_of(text, info.source)]
        near = named or difflib.get_close_matches(text, ids, n=1)
        if near:
            raise ConfigError(
                f"manual {text!r}: not in this index; it has {', '.join(ids)}. "
                f"{'That file was read as' if named else 'Did you mean'} {near[0]}{'.' if named else '?'}"
            )
    return list(given)


def _is_of(text: str, source: str) -> bool:
    path = Path(source)
    return bool(source) and text.rstrip("/") in (source, path.name, path.stem, str(path))
