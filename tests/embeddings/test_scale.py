"""Cosines of other embeddings on the scale of minilm's."""

import math
from itertools import pairwise
from pathlib import Path

import pytest
from langchain_core.embeddings import Embeddings
from support.places import SAMPLE_MANUAL

from graphrag_tools import ManualIndex
from graphrag_tools.embeddings import open_embeddings
from graphrag_tools.embeddings.identity import EmbeddingsInfo, embeddings_info
from graphrag_tools.embeddings.scale import CosineScale


class NarrowEmbeddings(Embeddings):
    """Static embeddings turned towards one direction, so that any two texts seem near: as e5 and LLMs place them."""

    def __init__(self, towards: float) -> None:
        self._static, self._towards = open_embeddings("wordllama"), towards

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [[self._towards, *vector] for vector in self._static.embed_documents(texts)]

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


class ConstantEmbeddings(Embeddings):
    def __init__(self, vector: list[float]) -> None:
        self._vector = vector

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self._vector for _ in texts]

    def embed_query(self, _text: str) -> list[float]:
        return self._vector


@pytest.mark.parametrize("name", ["wordllama", "minilm"])
def test_embeddings_of_our_own_are_known_to_be_on_the_scale(name: str) -> None:
    scale = CosineScale.measured(open_embeddings(name))
    for cosine in (-0.2, 0.0, 0.3, 1.0):
        assert scale.as_minilm(cosine) == cosine


@pytest.mark.parametrize("towards", [1.0, 2.0, 4.0])
def test_cosines_of_narrow_embeddings_become_those_of_wide_ones(towards: float) -> None:
    wide, narrow = NarrowEmbeddings(0.0), NarrowEmbeddings(towards)
    scale = CosineScale.measured(narrow)
    for first, second in pairwise(["turn on the alarm", "set an alarm", "clean the drum", "drum care", "wi-fi"]):
        assert _cosine(narrow, first, second) > 0.45
        assert scale.as_minilm(_cosine(narrow, first, second)) == pytest.approx(_cosine(wide, first, second), abs=0.1)


def test_order_of_cosines_stays_and_none_is_above_one() -> None:
    scale = CosineScale(related=0.93, unrelated=0.783, spread=0.024)
    scaled = [scale.as_minilm(cosine) for cosine in (0.75, 0.8, 0.85, 0.9)]
    assert scaled == sorted(set(scaled))
    assert scale.as_minilm(1.0) == 1.0


def test_what_is_only_noise_does_not_come_to_look_like_a_lead() -> None:
    noisy = CosineScale(related=0.99, unrelated=0.95, spread=0.05)
    assert noisy.as_minilm(0.99) - noisy.as_minilm(0.95) == pytest.approx(0.04 * 0.125 / 0.05)


@pytest.mark.parametrize("vector", [[1.0, 0.0], [0.0, 0.0]], ids=["same", "zero"])
def test_embeddings_that_tell_nothing_apart_keep_their_cosines(vector: list[float]) -> None:
    assert CosineScale.measured(ConstantEmbeddings(vector)).as_minilm(0.4) == 0.4


def test_an_index_of_narrow_embeddings_answers_what_one_of_wide_ones_does(tmp_path: Path) -> None:
    question = "How do I turn on flight mode?"
    narrow = NarrowEmbeddings(3.0)
    built = ManualIndex.build([SAMPLE_MANUAL], tmp_path / "narrow", embeddings=narrow)
    found = built.search(question)[0]
    assert ManualIndex.open(tmp_path / "narrow", embeddings=narrow).search(question)[0] == found
    wide = ManualIndex.build([SAMPLE_MANUAL], tmp_path / "wide", embeddings=NarrowEmbeddings(0.0)).search(question)[0]
    assert found.section_id == wide.section_id
    assert found.confidence == pytest.approx(wide.confidence, abs=0.1)


def test_an_index_that_has_no_scale_gets_one_with_its_next_build() -> None:
    narrow = NarrowEmbeddings(3.0)
    found = embeddings_info(narrow, narrow, None)
    assert found.scale is not None
    before = found.model_copy(update={"scale": None})
    assert before.as_minilm(0.95) == 0.95
    assert embeddings_info(narrow, narrow, before) == found
    assert EmbeddingsInfo.model_validate_json(found.model_dump_json()).as_minilm(0.95) == found.as_minilm(0.95)


def _cosine(embeddings: Embeddings, first: str, second: str) -> float:
    a, b = embeddings.embed_documents([first, second])
    return sum(x * y for x, y in zip(a, b, strict=True)) / (math.hypot(*a) * math.hypot(*b))
