"""No secret of an address, a key or a token is left in anything that a run prints, writes or shows of itself."""

import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from conftest import Recorder, free_port
from support.cli_fixtures import Run
from support.places import REPOSITORY
from support.processes import HANG_SECONDS, running

from graphrag_tools.cli.index import TextOptions
from graphrag_tools.cli.options import AskingOptions
from graphrag_tools.cli.serve import ServerOptions
from graphrag_tools.enrichment.texts import ModelTexts
from graphrag_tools.errors import ModelError
from graphrag_tools.evaluation.ways import WaySettings
from graphrag_tools.http_server.listening import Address
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.models.ollama import ollama_address
from graphrag_tools.models.open import open_chat_model
from graphrag_tools.models.options import ModelOptions
from graphrag_tools.workflow.options import WorkflowOptions

CANARY = "canary-5f1c9e7b2a"
KEY = f"sk-{CANARY}"
QUESTION = "How do I turn on flight mode?"
QUESTIONS = REPOSITORY / "examples" / "sample_questions.csv"
SAMPLE = REPOSITORY / "examples" / "sample_manual"

_FAILING_SEARCH = """
import os
from graphrag_tools.cli.app import main
from graphrag_tools.index.index import ManualIndex

def fail(*_, **__):
    raise RuntimeError(os.environ["WORDS"])

ManualIndex.search = fail
main()
"""


def address(url: str) -> str:
    return url.replace("://", f"://reader:{CANARY}@")


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """Where all that a run writes lands: it is looked through when the test has ended."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GRAPHRAG_TOOLS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    yield tmp_path
    told = [str(file) for file in tmp_path.rglob("*") if file.is_file() and CANARY.encode() in file.read_bytes()]
    assert told == []


@pytest.fixture
def telltale(recorder: Recorder) -> str:
    """A server that refuses all, and repeats the header and the address that it was called with."""
    said = json.dumps({"error": {"message": f"Bearer {KEY} is no key of {address(recorder.url)}"}})
    for path in ("/v1/chat/completions", "/api/show", "/api/chat", "/api/tags"):
        recorder.answers[path] = (401, said)
    return address(recorder.url)


@pytest.fixture
def index(sample_index_for_answers: ManualIndex) -> Path:
    return sample_index_for_answers.folder


@pytest.mark.parametrize("model", ["none", "openai:house-model", "ollama:small"])
@pytest.mark.parametrize("command", ["ask", "doctor", "chat", "eval", "questions", "build"])
def test_a_run_tells_no_secret(
    run: Run, index: Path, telltale: str, command: str, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{QUESTION}\n\n"))
    url = f"{telltale}/v1" if model.startswith("openai") else telltale
    given = {
        "ask": [QUESTION, "--index", index, "--model", model],
        "doctor": ["--index", index, "--model", model],
        "chat": ["--index", index, "--model", model, "--remember", "chats.sqlite"],
        "eval": ["--index", index, "--model", model, "--questions", QUESTIONS, "--limit", 1, "--out", "out"],
        "questions": ["--index", index, "--model", model, "-n", 1, "--out", "made.csv"],
        "build": [SAMPLE, "--index", "built", "--embeddings", "wordllama", "--describe", model, "--max-items", 1],
    }[command]
    outcome = run(command, *given, "--base-url", url)
    assert outcome.out or outcome.err
    assert CANARY not in outcome.out + outcome.err


@pytest.mark.parametrize("model", ["openai:house-model", "ollama:small"])
def test_a_server_that_is_down_is_named_without_its_password(run: Run, index: Path, model: str) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    outcome = run("doctor", "--index", index, "--model", model, "--base-url", address(url), "--json")
    assert CANARY not in outcome.out + outcome.err
    assert url in outcome.out


def test_an_error_that_nobody_foresaw_tells_no_secret(run: Run, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(f"no route to {address('http://host')} with Bearer {KEY}")

    monkeypatch.setattr(ManualIndex, "search", fail)
    outcome = run("search", "light", "--index", index)
    assert "unexpected RuntimeError" in outcome.err
    assert CANARY not in outcome.err


def test_a_server_of_ours_that_cannot_start_tells_no_token(run: Run, index: Path) -> None:
    given = ("mcp", "--index", index, "--transport", "http", "--host", "no.such.host.invalid", "--token", CANARY)
    outcome = run(*given)
    assert outcome.code == 1
    assert CANARY not in outcome.err


def test_no_door_and_no_log_of_serve_tells_what_an_unforeseen_error_holds(index: Path, folder: Path) -> None:
    words = f"no route to {address('http://host')} with Bearer {KEY}\x1b[2J"
    surroundings = {**os.environ, "PYTHONPATH": str(REPOSITORY), "WORDS": words, "GRAPHRAG_TOOLS_MODEL": "none"}
    command = [sys.executable, "-c", _FAILING_SEARCH, "serve", "--port", "0", "--json", "--index", index]
    log = folder / "log"  # a pipe that nobody reads would be full
    with log.open("w") as written, running(command, env=surroundings, stderr=written) as process:
        assert process.stdout is not None
        url = json.loads("".join(process.stdout.readline() for _ in range(3)))["address"]
        body = {"model": "larkfield", "question": QUESTION, "messages": [{"role": "user", "content": QUESTION}]}
        told = [
            httpx.post(f"{url}{path}", json=body, timeout=HANG_SECONDS, trust_env=False).text
            for path in ("/ask", "/v1/chat/completions", "/api/chat")
        ]
        told.append(httpx.get(f"{url}/search", params={"query": "light"}, timeout=HANG_SECONDS, trust_env=False).text)
        told.append(httpx.get(f"{url}/metrics", timeout=HANG_SECONDS, trust_env=False).text)
        process.terminate()
        process.wait(HANG_SECONDS)
    logged = log.read_text()
    assert "RuntimeError: no route to" in logged
    assert [one for one in (*told, logged) if CANARY in one or "\x1b" in one] == []


def test_no_repr_tells_a_secret(recorder: Recorder) -> None:
    url = address(recorder.url)
    run_by = ModelOptions(base_url=url)
    shown = [
        run_by,
        AskingOptions(base_url=url),
        TextOptions(base_url=url),
        ModelTexts(base_url=url),
        WaySettings(WorkflowOptions(), run_by),
        ServerOptions(token=CANARY + CANARY),
        Address(token=CANARY + CANARY),
        ollama_address(url),
        open_chat_model("openai:house-model", options=ModelOptions(base_url=f"{url}/v1")),
    ]
    assert [repr(one) for one in shown if CANARY in repr(one)] == []


def test_an_error_of_a_provider_tells_no_secret(telltale: str) -> None:
    with pytest.raises(ModelError) as failed:
        open_chat_model("ollama:small", options=ModelOptions(base_url=telltale))
    assert CANARY not in f"{failed.value} {failed.value!r}"
