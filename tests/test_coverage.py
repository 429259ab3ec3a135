import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from index_fixtures import SAMPLE_MANUAL, small_manual

from graphrag_tools.coverage import DEFAULT_REFUSE_BELOW, PRIOR, CoverageModel, figures_of, fitted_coverage
from graphrag_tools.embeddings import WordLlamaEmbeddings
from graphrag_tools.evaluation.questions import read_questions
from graphrag_tools.index import ManualIndex
from graphrag_tools.made_questions import made_questions
from graphrag_tools.manifest import read_manifest, write_manifest
from graphrag_tools.manual import Block, Manual, Section
from graphrag_tools.names import folded
from graphrag_tools.search import Hit


def _hit(whitened: float, bm25: float, cosine: float, share: float) -> Hit:
    return Hit("m/a", "m/a", 1.0, (), cosine, share, share, bm25, whitened)


def test_figures_are_the_best_of_all_hits() -> None:
    hits = [_hit(0.1, 2.0, 0.5, 0.1), _hit(0.4, 1.0, 0.3, 0.9)]
    assert figures_of(hits) == pytest.approx((0.4, 2.0, 1.2))
    assert figures_of([]) == (0.0, 0.0, 0.0)


def test_score_is_the_share_of_covered_questions_below() -> None:
    covered = [(x / 100, 1.0, 1.0) for x in range(50, 151)]
    model = fitted_coverage(covered, [(x / 100, 1.0, 1.0) for x in range(0, 101)])
    assert model.weights[0] > 0
    assert model.weights[1:] == (0.0, 0.0), "what is the same in all questions says nothing"
    assert model.score([_hit(0.6, 1.0, 0.5, 0.5)]) == pytest.approx(0.1, abs=0.02)
    assert model.score([_hit(0.2, 1.0, 0.5, 0.5)]) == 0.0
    assert model.score([_hit(1.9, 1.0, 0.5, 0.5)]) == 1.0
    assert model.score([]) == 0.0


def test_figure_that_speaks_the_wrong_way_gets_no_weight() -> None:
    chance = np.random.default_rng(0)
    covered = [(x, -x, 0.0) for x in chance.normal(1, 1, 200)]
    uncovered = [(x, -x, 0.0) for x in chance.normal(0, 1, 200)]
    model = fitted_coverage(covered, uncovered)
    assert model.weights[0] > 0
    assert model.weights[1] == 0.0


@given(st.lists(st.tuples(*[st.floats(-1, 3)] * 3), min_size=1, max_size=30), st.floats(-1, 3), st.floats(0, 1))
def test_more_of_anything_never_lowers_the_score(
    covered: list[tuple[float, float, float]], at: float, more: float
) -> None:
    model = fitted_coverage(covered, [(0.0, 0.0, 0.0)])
    low, high = model.score([_hit(at, at, at, 0.0)]), model.score([_hit(at + more, at + more, at + more, 0.0)])
    assert 0.0 <= low <= high <= 1.0


def test_made_questions_new_to_the_calibration_are_kept_as_promised(sample_index: ManualIndex) -> None:
    questions = made_questions(sample_index.graph_of("sample-manual/settings"), 200, seed=99)
    scores = np.asarray([sample_index.coverage(sample_index.search(question.text)) for question in questions])
    for threshold in (0.05, 0.1, 0.3):
        assert np.mean(scores < threshold) == pytest.approx(threshold, abs=0.06)


def test_question_of_another_world_scores_below_the_default(sample_index: ManualIndex) -> None:
    own = sample_index.coverage(sample_index.search("How do I change the front light?"))
    other = sample_index.coverage(sample_index.search("Which vaccine does a parrot need for Iceland?"))
    assert other < DEFAULT_REFUSE_BELOW < own


def test_model_is_stored_and_the_same_in_each_build(sample_index: ManualIndex, tmp_path: Path) -> None:
    ManualIndex.build([SAMPLE_MANUAL], tmp_path / "again").close()
    stored = read_manifest(tmp_path / "again").coverage
    assert stored is not None
    assert stored == read_manifest(sample_index.folder).coverage
    assert CoverageModel.model_validate_json(stored.model_dump_json()) == stored
    assert stored.questions == 200


def test_index_without_a_calibration_answers_with_the_prior(copied: Path) -> None:
    write_manifest(copied, read_manifest(copied).model_copy(update={"coverage": None}))
    index = ManualIndex.open(copied)
    hits = index.search("How do I change the front light?")
    assert all(hit.whitened_cosine == 0.0 for hit in hits)
    assert index.coverage(hits) == PRIOR.score(hits) > 0.3
    assert index.coverage(index.search("Which vaccine does a parrot need?")) < 0.1
    index.close()


@pytest.mark.parametrize(
    "manual",
    [
        small_manual(),
        small_manual(words=("one",)),
        Manual(
            "de",
            "Lampe",
            tuple(
                Section(
                    key=str(at), title=f"Größe {at}", blocks=(Block("paragraph", f"Stelle die {at}. Öffnung ein."),)
                )
                for at in range(60)
            ),
            source="de",
        ),
        Manual(
            "zh", "手册", (Section(key="a", title="屏幕", blocks=(Block("paragraph", "打开屏幕。"),)),), source="zh"
        ),
    ],
    ids=["tiny", "one section", "German", "Chinese"],
)
def test_any_manual_gets_scores(manual: Manual, tmp_path: Path) -> None:
    index = ManualIndex.build([manual], tmp_path)
    for question in ("How do I set the brightness?", "屏幕", "Größe 7", ""):
        assert 0.0 <= index.coverage(index.search(question)) <= 1.0
    index.close()


def test_section_taken_out_is_no_hit(sample_index: ManualIndex) -> None:
    search = sample_index._live().search
    question = "Where are the dark pages?"
    found = search.candidates(question, WordLlamaEmbeddings().embed_query(question))
    whole, without = search.hits(found, 5), search.hits(found, 5, removed="sample-manual/settings/display")
    assert whole[0].section_id == "sample-manual/settings/display"
    assert whole == sample_index.search(question, 5)
    assert "sample-manual/settings/display" not in [hit.section_id for hit in without]
    assert without[0].whitened_cosine < whole[0].whitened_cosine


def test_s10_floors_at_nine_tenths_kept(s10_index: ManualIndex, s10_data: Path) -> None:
    search, embeddings = s10_index._live().search, WordLlamaEmbeddings()
    graph = s10_index.graph_of("s10/settings")
    by_path = {folded(" ".join(item.path)): item.id for item in graph.items if item.kind == "section"}
    by_title = {folded(item.name): item.id for item in graph.items if item.kind == "section"}
    own, without = [], []
    for question in read_questions(s10_data / "s10_50_questions.csv"):
        path = question.section_path
        section = by_path.get(folded(" ".join(path))) or by_title[folded(path[-1])]
        found = search.candidates(question.text, embeddings.embed_query(question.text))
        own.append(s10_index.coverage(search.hits(found, 5)))
        without.append(s10_index.coverage(search.hits(found, 5, removed=section)))
    with (s10_data / "s10_unanswerable.csv").open(encoding="utf-8", newline="") as file:
        others = [s10_index.coverage(s10_index.search(row["question"])) for row in csv.DictReader(file)]
    threshold = sorted(own)[5]
    assert np.mean(np.asarray(others) < threshold) >= 0.98
    assert np.mean(np.asarray(without) < threshold) >= 0.5, "27 of 50 when it was measured"
    assert np.mean(np.asarray(own) < DEFAULT_REFUSE_BELOW) <= 0.04
