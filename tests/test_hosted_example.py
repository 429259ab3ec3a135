"""The example of a hosted model, run as its first lines say, and what it sends."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import PROXIES, Recorder
from support.cli_fixtures import Run
from support.processes import HANG_SECONDS

from graphrag_tools.abilities.abilities import Abilities

EXAMPLE = Path(__file__).parent.parent / "examples" / "hosted_model.py"
AGENT_EXAMPLE = EXAMPLE.with_name("agent_mode.py")
ESCALATING = EXAMPLE.with_name("escalate.py")
PATH = "/v1/chat/completions"
KEY = "sk-a-key-for-this-test"


def canned(content: str | None, *calls: dict[str, Any]) -> tuple[int, str]:
    message = {"role": "assistant", "content": content, **({"tool_calls": calls} if calls else {})}
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls" if calls else "stop"}
    usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
    body = {"id": "c", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice], "usage": usage}
    return 200, json.dumps(body)


def describing(item: str) -> tuple[int, str]:
    function = {"name": "describe_menu_item", "arguments": json.dumps({"item": item})}
    return canned(None, {"id": "call_1", "type": "function", "function": function})


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name in PROXIES or "OPENAI" in name]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)


@pytest.fixture
def hosted(run_script: Run, recorder: Recorder, copied: Path, environment: None) -> Run:
    """Run an example with a hosted model."""
    model = ("--model", "openai:the-model", "--base-url", f"{recorder.url}/v1", "--index", copied)
    return lambda script, *arguments: run_script(script, "How do I dim the light?", *model, *arguments)


@pytest.mark.parametrize("mode", ["workflow", "agent"])
def test_request_on_the_wire(mode: str, recorder: Recorder, hosted: Run) -> None:
    recorder.answers[PATH] = describing("sample-manual/settings/light")
    assert hosted(EXAMPLE, "--mode", mode, "--max-tokens", "77").code == 0
    body = recorder.bodies[PATH]
    assert recorder.headers[PATH]["authorization"] == f"Bearer {KEY}"
    assert body["model"] == "the-model"
    assert body.get("max_completion_tokens", body.get("max_tokens")) == 77
    assert body["temperature"] == 0.0


def test_agent_sends_our_prompt_and_tools(recorder: Recorder, hosted: Run) -> None:
    recorder.answers[PATH] = canned("The manual does not say.")
    shown = hosted(EXAMPLE, "--mode", "agent").out
    body = recorder.bodies[PATH]
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert body["messages"][0]["content"].startswith("Answer questions about a device from its manual")
    assert body["messages"][1]["content"] == "How do I dim the light?"
    functions = {tool["function"]["name"]: tool["function"]["parameters"] for tool in body["tools"]}
    assert list(functions) == ["search_manual", "get_menu_path", "describe_menu_item"]
    assert functions["describe_menu_item"]["required"] == ["item"]
    assert "120 tokens" in shown


def test_words_of_a_model_that_looked_nothing_up_are_not_shown(recorder: Recorder, hosted: Run) -> None:
    recorder.answers[PATH] = canned("Press the glowing unicorn button 7 times.")
    shown = hosted(EXAMPLE, "--mode", "agent").out
    assert "unicorn" not in shown
    assert "unsure, quoted" in shown
    assert "- Settings > Display > Front light" in shown
    assert "Note: The model looked nothing up" in shown


def test_agent_example_compares_with_the_workflow(recorder: Recorder, hosted: Run) -> None:
    recorder.answers[PATH] = canned('search_manual(query="light")')
    shown = hosted(AGENT_EXAMPLE, "--compare").out
    assert shown.startswith("--- agent: unsure, quoted")
    assert "model called search_manual: {'query': 'light'}" in shown
    assert "--- workflow: " in shown


def test_refused_key_is_said_in_one_line(recorder: Recorder, hosted: Run) -> None:
    recorder.answers[PATH] = (401, '{"error": {"message": "Incorrect API key provided"}}')
    refused = hosted(EXAMPLE, "--mode", "agent")
    assert refused.code == 1
    assert refused.err.startswith("Error: The model's server refused the credentials")
    assert refused.err.count("\n") == 1


UNKNOWN = "Which tyres fit on the snow plough?"


@pytest.fixture
def escalating(recorder: Recorder, copied: Path, environment: None, gguf_abilities: Abilities) -> list[str]:
    """The options of a small model and a large one, hosted."""
    models = ["--small", "gguf:smollm2", "--large", "openai:the-model", "--base-url", f"{recorder.url}/v1"]
    return [*models, "--index", str(copied)]


def test_what_the_small_model_answers_never_reaches_the_large_one(recorder: Recorder, escalating: list[str]) -> None:
    command = [sys.executable, "-W", "error", str(ESCALATING), "How do I turn on flight mode?", *escalating]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=HANG_SECONDS)
    assert ended.returncode == 0, ended.stderr
    assert "Menu path: Settings > Wi-Fi > Flight mode" in ended.stdout
    assert PATH not in recorder.bodies


# These in this process, where the small model is loaded already.
def test_the_large_model_is_asked_what_the_small_one_finds_no_answer_to(
    recorder: Recorder, escalating: list[str], run_script: Run
) -> None:
    recorder.answers[PATH] = canned("The manual does not say.")
    ended = run_script(ESCALATING, UNKNOWN, *escalating)
    assert ended.code == 0, ended.err
    assert recorder.bodies[PATH]["model"] == "the-model"
    assert ": not_in_manual, " in ended.out


def test_without_a_budget_the_large_model_is_not_asked(
    recorder: Recorder, escalating: list[str], run_script: Run
) -> None:
    ended = run_script(ESCALATING, UNKNOWN, *escalating, "--calls", "0")
    assert ended.code == 0, ended.err
    assert PATH not in recorder.bodies
    assert "budget" in ended.out
