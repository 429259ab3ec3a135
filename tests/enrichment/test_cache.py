import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from conftest import ChatModel
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.places import TESTS
from support.processes import HANG_SECONDS
from support.scripted_models import ScriptedChatModel

from graphrag_tools.enrichment.cache import ModelTextCache
from graphrag_tools.errors import StoreError
from graphrag_tools.models.model import ModelFacts


def _model(name: str = "a", digest: str | None = None) -> ChatModel:
    facts = ModelFacts(digest=digest)
    return ChatModel(name, "custom", ScriptedChatModel(), claims_tools=False, context=None, facts=facts)


def _known(file: Path, model: ChatModel, *prompts: str) -> dict[str, str]:
    with closing(ModelTextCache(file, model)) as cache:
        return cache.known(prompts)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "cache.sqlite"
    with closing(ModelTextCache(path, _model())) as cache:
        cache.save("prompt", "reply")
        cache.save("nothing", "")
    return path


def test_reply_is_known_to_the_same_model_and_prompt_alone(file: Path) -> None:
    assert _known(file, _model(), "prompt", "nothing", "Prompt") == {"prompt": "reply", "nothing": ""}
    assert _known(file, _model("b"), "prompt") == {}
    assert _known(file, _model("a", digest="1"), "prompt") == {}


def test_same_weights_under_another_name_share_replies(tmp_path: Path) -> None:
    with closing(ModelTextCache(tmp_path / "c", _model("a", digest="1"))) as cache:
        cache.save("prompt", "reply")
    assert _known(tmp_path / "c", _model("b", digest="1"), "prompt") == {"prompt": "reply"}
    assert _known(tmp_path / "c", _model("a", digest="2"), "prompt") == {}


def test_what_is_saved_survives_a_kill(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path; from test_cache import _model\n"
        "from graphrag_tools.enrichment.cache import ModelTextCache\n"
        "ModelTextCache(Path(sys.argv[1]), _model()).save('p', 'r'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    path = os.pathsep.join([str(TESTS), str(Path(__file__).parent), *sys.path])
    ended = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "c"], check=False, env={"PYTHONPATH": path}, timeout=HANG_SECONDS
    )
    assert ended.returncode == -signal.SIGKILL
    assert _known(tmp_path / "c", _model(), "p") == {"p": "r"}


@pytest.mark.parametrize("content", [b"no database" * 1_000, b"SQLite format 3\0" + b"\xff" * 4_080])
def test_damaged_file_is_a_store_error_that_says_what_to_do(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "c").write_bytes(content)
    with pytest.raises(StoreError, match=r"SQLite says .+ if it is damaged, delete it"):
        _known(tmp_path / "c", _model(), "p")


def test_folder_that_is_not_there_is_a_store_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="unable to open"):
        ModelTextCache(tmp_path / "none" / "c", _model())


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(prompt=st.text(max_size=20), reply=st.text(max_size=20))
def test_any_text_is_found_again(file: Path, prompt: str, reply: str) -> None:
    with closing(ModelTextCache(file, _model())) as cache:
        cache.save(prompt, reply)
        assert cache.known([prompt]) == {prompt: reply.encode(errors="replace").decode()}
