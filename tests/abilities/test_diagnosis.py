"""The usual troubles: each is told with its cause and what to do, and a healthy model has none."""

from typing import Any

import pytest

from graphrag_tools.abilities.abilities import proven
from graphrag_tools.abilities.diagnosis import ContextInUse, Diagnosis, usual_troubles
from graphrag_tools.abilities.judge import TOO_LONG
from graphrag_tools.abilities.probe import ProbeResult, RoleResult
from graphrag_tools.abilities.speed import Speed
from graphrag_tools.models.model import ModelFacts

GOOD = RoleResult(passed=3, asked=3, able=True)
BAD = RoleResult(passed=0, asked=2, able=False, failures=("no tool call",))
ROOMY = ContextInUse(trained=32_768, sent=8192, found=8192, in_force=8192)


def diagnosis(capabilities: tuple[str, ...] = ("completion", "tools"), **fields: Any) -> Diagnosis:
    shown = {"native_calls": GOOD, "schema_calls": GOOD, "writes": GOOD, "speed": Speed(tokens_in=300, tokens_out=80)}
    evidence = ProbeResult(**{**shown, "chooses": GOOD, "resolves": GOOD, **fields.pop("shown", {})})
    facts = ModelFacts(capabilities=capabilities, template_takes_tools="tools" in capabilities)
    found = Diagnosis(
        model="ollama:m",
        provider="ollama",
        facts=facts,
        claims_tools=facts.claims_tools,
        context=ROOMY,
        abilities=proven(evidence),
    )
    return found.model_copy(update=fields)


def test_healthy_model_has_no_trouble() -> None:
    assert list(usual_troubles(diagnosis())) == []


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            diagnosis(context=ContextInUse(trained=8192, sent=8192, in_force=4096)),
            ["8,192 tokens were asked for and 4,096 are in force", "--context 4096"],
        ),
        (
            diagnosis(context=ContextInUse(trained=8192, sent=8192, found=4096, in_force=8192)),
            ["loaded with 4,096 tokens (Ollama's default", "OLLAMA_CONTEXT_LENGTH=8192"],
        ),
        (
            diagnosis(context=ContextInUse(trained=8192, sent=8192, found=2048, in_force=8192)),
            ["loaded with 2,048 tokens before, and we send 8,192"],
        ),
        (
            diagnosis(context=ContextInUse(trained=2048, sent=2048)),
            ["2,048 tokens are little (it was trained on 2,048)"],
        ),
        (diagnosis(context=ContextInUse(trained=8192, sent=1024)), ["1,024 tokens are little (--context is low)"]),
        (diagnosis(facts=ModelFacts(bare_template=True)), ["{{ .Prompt }} alone", "TEMPLATE of its family"]),
        (diagnosis(("completion", "tools", "thinking")), ["can think, and is told not to"]),
        (
            diagnosis(shown={"writes": RoleResult(asked=2, failures=("thinks aloud: <think>",))}),
            ["its replies hold its thoughts", "instruct variant"],
        ),
        (diagnosis(("completion",)), ["no place for tools (no {{ .Tools }} in it)", "under a JSON schema instead"]),
        (diagnosis(claims_tools=False), ["the model does not call tools by itself"]),
        (diagnosis(shown={"native_calls": BAD}), ["claims to call tools and never makes a call"]),
        (
            diagnosis(shown={"native_calls": RoleResult(passed=1, asked=3)}),
            ["claims to call tools and made 1 of 3 calls right"],
        ),
        (
            diagnosis(shown={"native_calls": RoleResult(asked=2, failures=("refused: no tools here",))}),
            ["claims to call tools and its server refuses them"],
        ),
        (
            diagnosis(shown={"native_calls": RoleResult(asked=2, failures=(TOO_LONG,))}),
            ["calls could not be tried, because the prompt is longer than the context: raise --context"],
        ),
        (diagnosis(shown={"native_calls": BAD, "schema_calls": BAD}), ["search alone decides"]),
        (diagnosis(gpu_share=0.4), ["only 40% of the model are in the GPU's memory"]),
        (diagnosis(shown={"speed": Speed(tokens_out=2.0)}), ["2.0 tokens per second out: 100 tokens take 50 seconds"]),
    ],
)
def test_trouble_names_cause_and_remedy(found: Diagnosis, said: list[str]) -> None:
    told = "\n".join(usual_troubles(found))
    for part in said:
        assert part in told


def test_cpu_alone_is_no_trouble() -> None:
    assert list(usual_troubles(diagnosis(gpu_share=0.0))) == []
