"""Abilities that a model has shown, remembered per model, and what follows for the workflow."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from graphrag_tools.abilities.probe import CallerFactory, ProbeResult, fingerprint, probe
from graphrag_tools.machine.new_files import write_atomically
from graphrag_tools.machine.user_cache import user_cache
from graphrag_tools.models.model import ChatModel
from graphrag_tools.models.providers import CUSTOM, provider_named
from graphrag_tools.progress import Progress
from graphrag_tools.prompts import Prompts
from graphrag_tools.tool_calling.callers import NativeCaller, ToolMode

_MANY_CHOICES = 5
_ROOMY_CONTEXT = 4096


class Abilities(BaseModel):
    """Which roles a model has earned.

    `chooses` means that a choice among five items beats the order that search gives them; `writes`, that an
    answer written from a text invents nothing, and none is written where the text has none; `resolves`, that
    a follow-up question comes out as one that stands alone. `evidence` is None where the model was trusted
    and not probed.
    """

    model_config = ConfigDict(frozen=True)

    native_calls: bool
    schema_calls: bool
    chooses: bool
    writes: bool
    resolves: bool
    evidence: ProbeResult | None = None

    @property
    def tool_mode(self) -> ToolMode:
        """How the model is to call tools.

        A native call may name any item, so it takes a model that can choose; under the schema it cannot.
        """
        if self.native_calls and (self.chooses or not self.schema_calls):
            return "native"
        return "schema" if self.schema_calls else "none"

    @property
    def choices(self) -> int:
        """Among how many items it may choose."""
        return _MANY_CHOICES if self.chooses else 1

    @property
    def answers(self) -> Literal["written", "quoted"]:
        """Whose words its answers may have."""
        return "written" if self.writes else "quoted"

    @property
    def calls_count(self) -> bool:
        """Whether a call of its own can change an answer: one that may name a single item only repeats the search."""
        return self.chooses

    @property
    def jobs(self) -> str:
        """What the model is used for by default and what not, in one line."""
        used = [job for job, earned in self._by_job() if earned]
        left = [job for job, earned in self._by_job() if not earned]
        if not used:
            return f"nothing: it has not shown that it is better than none at {_listed(left)}"
        return _listed(used) + (f"; not for {_listed(left)}" if left else "")

    def _by_job(self) -> tuple[tuple[str, bool], ...]:
        return (
            ("choosing where search is unsure", self.chooses),
            ("writing answers", self.writes),
            ("making follow-ups stand alone", self.resolves),
        )


def _listed(jobs: Sequence[str]) -> str:
    return " or ".join((", ".join(jobs[:-1]), jobs[-1])) if len(jobs) > 1 else jobs[0]


class _Record(BaseModel):
    """What a file of the cache holds: the model's name is for people who look into it."""

    model: str
    abilities: Abilities


_unwritten: dict[Path, Abilities] = {}
"""What could not be written, for as long as this process lives."""


def abilities_of(
    model: ChatModel,
    *,
    redo: bool = False,
    progress: Progress | None = None,
    prompts: Prompts | None = None,
    native: CallerFactory = NativeCaller,
) -> Abilities:
    """Return what a model can do: as remembered, else probed now and remembered, else as trusted.

    Local models, and any behind an address of one's own, are probed at first use. A hosted model costs
    money, so it is trusted until it is probed on purpose (`redo=True`, or `doctor`). An instance that was
    handed in is trusted: what it is cannot be told from its name.

    Raises:
        ModelError: The model's server failed while it was probed; nothing is remembered then.
    """
    if model.provider == CUSTOM:
        return trusted(model)
    used_prompts = prompts or Prompts()
    known = None if redo else remembered(model, used_prompts)
    if known is not None:
        return known
    if not redo and not provider_named(model.provider).is_local and model.base_url is None:
        return trusted(model)
    shown = proven(probe(model, native=native, prompts=used_prompts, progress=progress))
    remember(model, shown, used_prompts)
    return shown


def trusted(model: ChatModel) -> Abilities:
    """Return the abilities of a model that is taken at its word."""
    return Abilities(native_calls=model.claims_tools, schema_calls=True, chooses=True, writes=True, resolves=True)


def proven(evidence: ProbeResult) -> Abilities:
    """Return the abilities that probes have shown."""
    return Abilities(
        native_calls=evidence.native_calls.able,
        schema_calls=evidence.schema_calls.able,
        chooses=evidence.chooses.able,
        writes=evidence.writes.able,
        resolves=evidence.resolves.able,
        evidence=evidence,
    )


def remembered(model: ChatModel, prompts: Prompts | None = None) -> Abilities | None:
    """Return what was found of this very model by the probes as they are now; None if nothing readable was."""
    file = _file(model, prompts or Prompts())
    if file is None:
        return None
    try:
        return _Record.model_validate_json(file.read_text(encoding="utf-8")).abilities
    except (OSError, UnicodeDecodeError, ValidationError):
        return _unwritten.get(file)


def remember(model: ChatModel, abilities: Abilities, prompts: Prompts | None = None) -> None:
    """Keep what a model can do in the cache folder; where that cannot be written, in this process only."""
    file = _file(model, prompts or Prompts())
    if file is None:
        return
    try:
        record = _Record(model=model.name, abilities=abilities).model_dump_json(indent=1)
        write_atomically(file, record.encode())
    except OSError:
        _unwritten[file] = abilities


def cache_folder() -> Path:
    """Return where abilities are remembered, in the user's cache."""
    return user_cache("abilities")


def _file(model: ChatModel, prompts: Prompts) -> Path | None:
    """Return the file of a model; None for one that a name does not tell from others."""
    if model.facts.digest:
        identity = [model.provider, model.facts.digest]
    elif provider_named(model.provider).is_local or model.provider == CUSTOM:
        return None
    else:
        identity = [model.provider, model.name, model.base_url or ""]
    # With little room some probes do not fit; with more, it makes no difference.
    room = min(model.context or _ROOMY_CONTEXT, _ROOMY_CONTEXT)
    key = hashlib.sha256(json.dumps([*identity, room, fingerprint(prompts)]).encode()).hexdigest()[:32]
    return cache_folder() / f"{key}.json"
