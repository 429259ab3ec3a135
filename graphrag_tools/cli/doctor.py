"""The command doctor: a diagnosis of a model as a table, and what is wrong below it."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from graphrag_tools.cli.options import Json
from graphrag_tools.cli.output import print_aside, print_json, print_shown, progress
from graphrag_tools.embeddings.providers import embeddings_note
from graphrag_tools.models.options import ModelOptions
from graphrag_tools.workflow.settings import BaseUrl, Context, ModelName

if TYPE_CHECKING:
    from graphrag_tools.abilities.diagnosis import Consequences, ContextInUse, Diagnosis, IndexState, Server
    from graphrag_tools.abilities.probe import ProbeResult, RoleResult
    from graphrag_tools.models.model import ModelFacts

_DEFAULTS = ModelOptions()
_UNKNOWN = "not known"
_ROLES = (
    ("native_calls", "calls tools by itself"),
    ("schema_calls", "calls under a JSON schema"),
    ("chooses", "chooses among five items"),
    ("writes", "writes from a text"),
    ("resolves", "resolves follow-ups"),
)


def doctor(
    model: ModelName = "none",
    index: Annotated[Path | None, typer.Option("--index", help="Folder of an index, to check as well.")] = None,
    base_url: BaseUrl = None,
    context: Context = _DEFAULTS.context,
    redo: Annotated[
        bool, typer.Option("--redo", help="Test the model again, in place of what is remembered of it.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show what a model is, what it can do, what follows from that, and what is wrong."""
    from graphrag_tools.abilities.doctor import cost_note, diagnose

    if note := cost_note(model):
        print_aside(note)
    with progress() as show:
        found = diagnose(model, ModelOptions(context=context, base_url=base_url), index, redo=redo, progress=show)
    if as_json:
        print_json(found.model_dump(mode="json"))
    else:
        print_shown(rendered_diagnosis(found))
    if not found.usable:
        sys.exit(1)


def rendered_diagnosis(found: "Diagnosis") -> RenderableType:
    """A diagnosis: what the model is, what it claims and has shown, what follows, what is wrong."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for label, text, style in _rows(found):
        table.add_row(label, Text(text, style=style))
    parts: list[RenderableType] = [table]
    if found.troubles:
        parts += [Text(), Text("What to know or change:", style="bold")]
        style = "yellow" if found.usable else "red"
        parts += [_listed(trouble, style) for trouble in found.troubles]
    return Padding(Group(*parts), (0, 0, 1, 0))


def _rows(found: "Diagnosis") -> list[tuple[str, str, str]]:
    rows = [("Model", found.model, "bold cyan")]
    if found.server:
        rows.append(("Server", *_server(found.server)))
    if found.abilities:
        rows.append(("Weights", _weights(found.facts), ""))
        rows.append(("Context", _context(found.context), ""))
        claims = ", ".join(found.facts.capabilities) or ("tools" if found.claims_tools else "nothing")
        rows.append(("Claims", claims, ""))
        rows += _shown(found)
    if found.follows:
        jobs = found.abilities.jobs if found.abilities else "nothing: search finds the place, the manual's words answer"
        rows += [("Used for", jobs, "bold"), ("Same as", _as_options(found.follows), "")]
    if found.index:
        rows.append(("Index", *_index(found.index)))
        if found.index.embeddings:
            rows.append(("Embeddings", embeddings_note(found.index.embeddings), ""))
    return rows


def _server(server: "Server") -> tuple[str, str]:
    at = f" at {server.url}" if server.url else ""
    of = f", version {server.version}" if server.version else ""
    return f"{server.kind}{at}{of}{'' if server.up else ': does not answer'}", "" if server.up else "red"


def _weights(facts: "ModelFacts") -> str:
    size = f"{facts.size_bytes / 1e6:,.0f} MB" if facts.size_bytes else None
    digest = f"digest {facts.digest[:12]}" if facts.digest else None
    known = (facts.family, facts.parameters, facts.quantisation, size, digest)
    return ", ".join(part for part in known if part) or _UNKNOWN


def _context(context: "ContextInUse") -> str:
    named = (("could use", context.trained), ("sent", context.sent), ("in force", context.in_force))
    return ", ".join(f"{name} {tokens:,}" if tokens else f"{name}: {_UNKNOWN}" for name, tokens in named)


def _shown(found: "Diagnosis") -> list[tuple[str, str, str]]:
    evidence = found.evidence
    if evidence is None:
        return [("Has shown", "nothing: it was not probed, and is trusted", "yellow")]
    rows = [
        ("Has shown" if number == 0 else "", *_role(getattr(evidence, field), title))
        for number, (field, title) in enumerate(_ROLES)
    ]
    when = "remembered; --redo probes anew" if found.remembered else "probed now"
    return [*rows, ("", when, "dim"), ("Speed", _speed(evidence), "")]


def _role(shown: "RoleResult", title: str) -> tuple[str, str]:
    if not shown.asked:
        return f"no   {title} (not asked)", "dim"
    style = "green" if shown.able else "yellow"
    right = f"{shown.passed} of {shown.asked} right"
    if hard := shown.hard:
        right += f"; of the hard ones {hard.passed} of {hard.asked}, without a model {hard.without} of {hard.total}"
    return f"{'yes' if shown.able else 'no '}  {title} ({right})", style


def _speed(evidence: "ProbeResult") -> str:
    rates = (("in", evidence.speed.tokens_in), ("out", evidence.speed.tokens_out))
    return ", ".join(f"{rate:,.1f} tokens/s {way}" if rate else f"{way}: {_UNKNOWN}" for way, rate in rates)


def _as_options(follows: "Consequences") -> str:
    """Return what to type for what the defaults come to."""
    return f"--tool-mode {follows.tool_mode} --choices {follows.choices} --answers {follows.answers}"


def _index(index: "IndexState") -> tuple[str, str]:
    if not index.opens:
        return f"{index.folder}: does not open", "red"
    return f"{index.folder}: opens, holds {', '.join(index.manuals)}, and its embeddings work", "green"


def _listed(text: str, style: str) -> RenderableType:
    line = Table.grid(padding=(0, 1, 0, 0))
    line.add_row("-", Text(text, style=style))
    return line
