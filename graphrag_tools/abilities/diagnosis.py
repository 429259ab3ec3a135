"""A diagnosis of a model, and the usual troubles: how each is seen in it, its cause and what to do."""

from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict

from graphrag_tools.abilities import judge as judging
from graphrag_tools.abilities.abilities import Abilities
from graphrag_tools.abilities.probe import ProbeResult
from graphrag_tools.models.model import NOTHING_KNOWN, ModelFacts


class Server(BaseModel):
    """What runs the model: where, and which version; `up` is False where it does not answer."""

    model_config = ConfigDict(frozen=True)

    kind: str
    up: bool
    url: str | None = None
    version: str | None = None


class ContextInUse(BaseModel):
    """Tokens of context, None where unknown.

    `trained` is what the model could use, `sent` what is asked for with each request, `found` what it was
    loaded with when doctor came, `in_force` what it has after a request.
    """

    model_config = ConfigDict(frozen=True)

    trained: int | None = None
    sent: int | None = None
    found: int | None = None
    in_force: int | None = None


class IndexState(BaseModel):
    """Whether an index opens with the embeddings it was built with, which must be reachable for that."""

    model_config = ConfigDict(frozen=True)

    folder: str
    opens: bool
    embeddings: str | None = None
    dimension: int | None = None
    manuals: tuple[str, ...] = ()


class Consequences(BaseModel):
    """What `auto` makes of the abilities; follow-up questions are resolved by the model or by code."""

    model_config = ConfigDict(frozen=True)

    tool_mode: Literal["native", "schema", "none"] = "none"
    choices: int = 1
    answers: Literal["written", "quoted"] = "quoted"
    follow_ups: Literal["model", "code"] = "code"


class Diagnosis(BaseModel):
    """What was found out. `usable` is False where a trouble keeps questions from being answered at all."""

    model_config = ConfigDict(frozen=True)

    model: str
    provider: str
    usable: bool = True
    server: Server | None = None
    facts: ModelFacts = NOTHING_KNOWN
    claims_tools: bool = False
    context: ContextInUse = ContextInUse()
    gpu_share: float | None = None
    """The share of the model that is in the memory of a GPU; None where the server does not say."""
    abilities: Abilities | None = None
    remembered: bool = False
    """Whether the abilities are from an earlier probe."""
    follows: Consequences | None = None
    index: IndexState | None = None
    troubles: tuple[str, ...] = ()
    """Each a cause and what to do about it."""

    @property
    def evidence(self) -> ProbeResult | None:
        """What the probes have shown, None where none were made."""
        return self.abilities.evidence if self.abilities else None


_ENOUGH_CONTEXT = 4096
_SLOW = 5.0
_TYPICAL_ANSWER = 100


def usual_troubles(found: Diagnosis) -> Iterator[str]:
    """Yield the troubles that do not keep a model from being used, but from being used well."""
    yield from _template_troubles(found)
    yield from _context_troubles(found)
    yield from _thinking_troubles(found)
    yield from _tool_troubles(found)
    yield from _speed_troubles(found)


def _template_troubles(found: Diagnosis) -> Iterator[str]:
    if found.facts.bare_template:
        yield (
            "Template: the template is {{ .Prompt }} alone, as `ollama create` leaves it for some files: the model "
            "sees no marks of a chat and rambles. Put the TEMPLATE of its family (`ollama show --modelfile` of a model "
            "of the same family prints one) into the Modelfile, and create it again."
        )


def _context_troubles(found: Diagnosis) -> Iterator[str]:
    context = found.context
    if context.sent and context.in_force and context.in_force < context.sent:
        yield (
            f"Context: {context.sent:,} tokens were asked for and {context.in_force:,} are in force. Free memory on "
            f"the server, or ask for less: --context {context.in_force}."
        )
    if context.found and context.sent and context.found != context.sent:
        default = " (Ollama's default for programs that ask for none)" if context.found == _ENOUGH_CONTEXT else ""
        yield (
            f"Context: the model was loaded with {context.found:,} tokens{default} before, and we send "
            f"{context.sent:,}: each switch between them loads it anew. Give both the same: "
            f"OLLAMA_CONTEXT_LENGTH={context.sent} for the server, or --context {context.found} here."
        )
    if context.sent and context.sent < _ENOUGH_CONTEXT:
        least = f"it was trained on {context.trained:,}" if context.trained == context.sent else "--context is low"
        yield (
            f"Context: {context.sent:,} tokens are little ({least}): a long section does not fit, and as nothing "
            f"is cut, such a question ends in an error. Use {_ENOUGH_CONTEXT:,} or more, or a model that has them."
        )


def _thinking_troubles(found: Diagnosis) -> Iterator[str]:
    evidence = found.evidence
    if evidence and evidence.thinks_aloud:
        yield (
            "Thinking: its replies hold its thoughts, although it is told not to think, so that what it writes "
            "is not used. Choose a model that answers at once, such as the instruct variant of this one."
        )
    elif "thinking" in found.facts.capabilities:
        yield (
            "Thinking: the model can think, and is told not to, because thoughts are slow and come out of the same "
            "limit of tokens as the answer. A model that thinks all the same may be cut: raise --max-tokens."
        )


def _tool_troubles(found: Diagnosis) -> Iterator[str]:
    evidence = found.evidence
    if not found.claims_tools:
        yield _no_tools(found)
    elif evidence and not evidence.native_calls.able:
        yield _claims_only(evidence)
    if evidence and not evidence.native_calls.able and not evidence.schema_calls.able:
        yield (
            "Tools: neither a call of its own nor one under a JSON schema could be read, so that search alone "
            "decides and the model calls nothing. Update the server, or choose another model."
        )


def _no_tools(found: Diagnosis) -> str:
    if found.facts.template_takes_tools is False:
        place = " (no {{ .Tools }} in it)" if found.provider == "ollama" else ""
        return (
            f"Tools: its chat template has no place for tools{place}, so that the server gives it none; its calls "
            "are decoded under a JSON schema instead, which works. If the model was trained to call tools, use "
            "a version with the template it was published with."
        )
    return (
        "Tools: the model does not call tools by itself; its calls are decoded under a JSON schema instead, "
        "which works. For native calls choose a model with the capability `tools`."
    )


def _claims_only(evidence: ProbeResult) -> str:
    shown = evidence.native_calls
    made = "never makes a call" if not shown.passed else f"made {shown.passed} of {shown.asked} calls right"
    if judging.TOO_LONG in shown.failures:
        return f"Tools: calls could not be tried, because {judging.TOO_LONG}: raise --context."
    if shown.refused:
        made = "its server refuses them"
    return (
        f"Tools: the model claims to call tools and {made}. Its calls are decoded under a JSON schema instead. "
        "For native calls choose a larger model, or one trained for them."
    )


def _speed_troubles(found: Diagnosis) -> Iterator[str]:
    if found.gpu_share is not None and 0 < found.gpu_share < 1:
        yield (
            f"Speed: only {found.gpu_share:.0%} of the model are in the GPU's memory. A smaller model, quantisation "
            "or context fits whole and is several times faster."
        )
    evidence = found.evidence
    rate = evidence.speed.tokens_out if evidence else None
    if rate is not None and rate < _SLOW:
        yield (
            f"Speed: {rate:.1f} tokens per second out: {_TYPICAL_ANSWER} tokens take {_TYPICAL_ANSWER / rate:.0f} "
            "seconds. See what else keeps the machine busy, or choose a smaller model."
        )
