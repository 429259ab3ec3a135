"""The APIs for chat clients as their users start them: in a process of their own, on a free port."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import ollama
import openai
from support.places import REPOSITORY
from support.processes import HANG_SECONDS, running

_COMMAND = ["-c", "from graphrag_tools.cli.app import main; main()", "serve", "--port", "0", "--json"]
TOKEN = "a-token-for-tests-only"
MANUAL = "larkfield"
"""The id of the sample manual in the index that answers are tested on."""


@dataclass(frozen=True)
class Api:
    process: "subprocess.Popen[str]"
    url: str

    def post(self, path: str, **request: object) -> httpx.Response:
        return httpx.post(f"{self.url}{path}", timeout=HANG_SECONDS, trust_env=False, **request)  # type: ignore[arg-type]

    def get(self, path: str, **request: object) -> httpx.Response:
        return httpx.get(f"{self.url}{path}", timeout=HANG_SECONDS, trust_env=False, **request)  # type: ignore[arg-type]

    def ended(self) -> str:
        """End it as a supervisor does, and return what it said on standard error."""
        self.process.terminate()
        _, said = self.process.communicate(timeout=HANG_SECONDS)
        return said


@contextmanager
def served_api(index: Path, *arguments: object, **environment: str) -> Iterator[Api]:
    """The server of an index; in the end it has said nothing of errors that nobody expected."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GRAPHRAG_TOOLS_SERVE")}
    surroundings = {**kept, "GRAPHRAG_TOOLS_MODEL": "none", "PYTHONPATH": str(REPOSITORY), **environment}
    command = [sys.executable, *_COMMAND, "--index", index, *arguments]
    with running(command, env=surroundings, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(3)]
        assert all(lines), process.communicate(timeout=HANG_SECONDS)[1]
        api = Api(process, json.loads("".join(lines))["address"])
        yield api
        if process.poll() is None:
            said = api.ended()
            assert "Traceback" not in said, said


@contextmanager
def openai_client(api: Api, key: str = "any") -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{api.url}/v1", api_key=key, max_retries=0) as client:
        yield client


@contextmanager
def ollama_client(api: Api, key: str = "any") -> Iterator[ollama.Client]:
    with ollama.Client(host=api.url, headers={"Authorization": f"Bearer {key}"}, trust_env=False) as client:
        yield client
