"""LangChain's own tests of embeddings, run on each class of ours."""

from pathlib import Path
from typing import Any

import pytest
from conftest import OllamaServer
from langchain_core.embeddings import Embeddings
from langchain_tests.integration_tests import EmbeddingsIntegrationTests
from langchain_tests.unit_tests import EmbeddingsUnitTests
from support.onnx_files import write_onnx_folder

from graphrag_tools.embeddings.minilm import MiniLMEmbeddings
from graphrag_tools.embeddings.multilingual_e5 import MultilingualE5Embeddings
from graphrag_tools.embeddings.ollama import OllamaTextEmbeddings
from graphrag_tools.embeddings.onnx import OnnxEmbeddings
from graphrag_tools.embeddings.wordllama import WordLlamaEmbeddings
from graphrag_tools.models.ollama import ollama_address


class OfWordLlama:
    @property
    def embeddings_class(self) -> type[Embeddings]:
        return WordLlamaEmbeddings


class TestWordLlama(OfWordLlama, EmbeddingsUnitTests):
    pass


class TestWordLlamaEmbeds(OfWordLlama, EmbeddingsIntegrationTests):
    pass


class OfMiniLM:
    @property
    def embeddings_class(self) -> type[Embeddings]:
        return MiniLMEmbeddings


@pytest.mark.minilm
@pytest.mark.usefixtures("minilm_weights")
class TestMiniLM(OfMiniLM, EmbeddingsUnitTests):
    pass


@pytest.mark.minilm
@pytest.mark.usefixtures("minilm_weights")
class TestMiniLMEmbeds(OfMiniLM, EmbeddingsIntegrationTests):
    pass


class OfMultilingualE5:
    @property
    def embeddings_class(self) -> type[Embeddings]:
        return MultilingualE5Embeddings


@pytest.mark.minilm
@pytest.mark.usefixtures("multilingual_e5_weights")
class TestMultilingualE5(OfMultilingualE5, EmbeddingsUnitTests):
    pass


@pytest.mark.minilm
@pytest.mark.usefixtures("multilingual_e5_weights")
class TestMultilingualE5Embeds(OfMultilingualE5, EmbeddingsIntegrationTests):
    pass


class OfOnnx:
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.folder = write_onnx_folder(tmp_path)

    @property
    def embeddings_class(self) -> type[Embeddings]:
        return OnnxEmbeddings

    @property
    def embedding_model_params(self) -> dict[str, Any]:
        return {"folder": self.folder}


class TestOnnx(OfOnnx, EmbeddingsUnitTests):
    pass


class TestOnnxEmbeds(OfOnnx, EmbeddingsIntegrationTests):
    pass


class TestOllamaWithoutAServer(EmbeddingsUnitTests):
    @property
    def embeddings_class(self) -> type[Embeddings]:
        return OllamaTextEmbeddings

    @property
    def embedding_model_params(self) -> dict[str, Any]:
        return {"model": "all-minilm"}


@pytest.mark.ollama
class TestOllama(EmbeddingsIntegrationTests):
    @pytest.fixture(autouse=True)
    def _server(self, ollama_server: OllamaServer) -> None:
        self.server = ollama_server

    @property
    def embeddings_class(self) -> type[Embeddings]:
        return OllamaTextEmbeddings

    @property
    def embedding_model_params(self) -> dict[str, Any]:
        return {"model": self.server.weak, "address": ollama_address(self.server.base_url)}
