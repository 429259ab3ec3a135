"""Compare models by their size: parameters, else bytes, else the order in which they were given."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from graphrag_tools.models.model import ChatModel

SizeOrder = Literal["parameters", "bytes", "given"]
_COUNT = re.compile(r"([\d.]+)\s*([KMBT]?)", re.IGNORECASE)
_SCALE = {"": 1.0, "K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}


@dataclass(frozen=True, slots=True)
class SizedModel:
    """A model by its name, its parameters and bytes where they are known, and what changes with its weights."""

    name: str
    parameters: float | None = None
    size_bytes: int | None = None
    digest: str = ""

    @property
    def shown_size(self) -> str:
        """The size in words, "" where it is not known."""
        if self.parameters:
            unit, scale = ("B", 1e9) if self.parameters >= 1e9 else ("M", 1e6)
            return f"{self.parameters / scale:.3g} {unit} parameters"
        return f"{self.size_bytes / 1e6:.0f} MB" if self.size_bytes else ""


def model_size(model: ChatModel) -> SizedModel:
    """Return what is known of a model's size."""
    facts = model.facts
    return SizedModel(model.name, parameters_in(facts.parameters or ""), facts.size_bytes, facts.digest or "")


def parameters_in(text: str) -> float | None:
    """Return the number that "134.5M" or "3.2B" stands for, None for anything else."""
    found = _COUNT.fullmatch(text.strip())
    try:
        return float(found[1]) * _SCALE[found[2].upper()] if found else None
    except ValueError:
        return None


def smallest_first(models: Sequence[SizedModel]) -> tuple[list[SizedModel], SizeOrder]:
    """Return models in order of size, and what the order is by: what is known of all, else as they were given."""
    if all(model.parameters for model in models):
        return sorted(models, key=lambda model: model.parameters or 0.0), "parameters"
    if all(model.size_bytes for model in models):
        return sorted(models, key=lambda model: model.size_bytes or 0), "bytes"
    return list(models), "given"
