import json

import numpy as np
import ollama
import pytest
from conftest import OllamaServer, Recorder, free_port

from graphrag_tools.embeddings import embed_texts, open_embeddings
from graphrag_tools.embeddings.ollama import OllamaTextEmbeddings
from graphrag_tools.errors import ModelError
from graphrag_tools.models.ollama import ollama_address

SENTENCE = "Set the volume of the ringtone. "


def _of(server: OllamaServer) -> OllamaTextEmbeddings:
    return OllamaTextEmbeddings(server.weak, ollama_address(server.base_url))


def test_request_forbids_cutting(recorder: Recorder) -> None:
    recorder.answers["/api/embed"] = (200, json.dumps({"model": "m", "embeddings": [[0.6, 0.8]]}))
    found = OllamaTextEmbeddings("m", ollama_address(recorder.url))
    assert found.embed_query("a") == [0.6, 0.8]
    assert recorder.bodies["/api/embed"] == {"model": "m", "input": ["a"], "truncate": False}


def test_real_server_embeds_in_order_and_in_batches(ollama_server: OllamaServer) -> None:
    texts = [f"Press the button {number} times." for number in range(34)]
    vectors = np.asarray(_of(ollama_server).embed_documents(texts))
    assert vectors.shape == (34, 576)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-3)
    assert vectors[33] == pytest.approx(np.asarray(_of(ollama_server).embed_query(texts[33])), abs=1e-2)


def test_every_word_of_a_text_that_is_too_long_counts(ollama_server: OllamaServer) -> None:
    # By itself the server drops what comes after the context, without a word.
    first, second = (SENTENCE * 40 + ending * 20 for ending in ("Charge the battery. ", "Print a photo in colour. "))
    with ollama.Client(host=ollama_server.base_url, trust_env=False) as client:
        client.create("small-context", from_=ollama_server.weak, parameters={"num_ctx": 128})
        cut = [np.asarray(client.embed("small-context", text).embeddings[0]) for text in (first, second)]
    assert cut[0] @ cut[1] == pytest.approx(1.0, abs=1e-5)
    found = OllamaTextEmbeddings("small-context", ollama_address(ollama_server.base_url))
    whole = np.asarray(found.embed_documents([first, second, "short"]))
    assert whole[0] @ whole[1] < 0.9999
    assert np.linalg.norm(whole, axis=1) == pytest.approx(1.0, abs=1e-3)


def test_other_refusals_are_not_taken_for_a_long_text(ollama_server: OllamaServer) -> None:
    with pytest.raises(ModelError, match='model "nobody" not found'):
        embed_texts(OllamaTextEmbeddings("nobody", ollama_address(ollama_server.base_url)), ["a", "b"])


def test_text_that_can_not_be_halved_further_is_an_error(recorder: Recorder) -> None:
    recorder.answers["/api/embed"] = (400, '{"error": "the input length exceeds the context length"}')
    with pytest.raises(ModelError, match="exceeds the context length"):
        embed_texts(OllamaTextEmbeddings("m", ollama_address(recorder.url)), ["word " * 20, "b"])


def test_server_is_the_one_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    monkeypatch.setenv("OLLAMA_HOST", f"127.0.0.1:{port}")
    with pytest.raises(ModelError, match=r"^embeddings ollama:m: .*Is the server up"):
        embed_texts(open_embeddings("ollama:m"), ["a"])
