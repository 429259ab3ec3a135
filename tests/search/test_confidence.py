import pytest

from graphrag_tools.errors import ConfigError
from graphrag_tools.search.confidence import ANSWER_FROM, REFUSE_BELOW, HitFigures, Thresholds, confidence_of


def test_each_figure_adds_to_confidence() -> None:
    none = confidence_of(HitFigures(0.0, 0.0, 0.0))
    assert 0 < none < REFUSE_BELOW
    assert none < confidence_of(HitFigures(0.5, 0.0, 0.0)) < confidence_of(HitFigures(0.5, 0.2, 0.0))
    assert confidence_of(HitFigures(0.5, 0.2, 0.0)) < confidence_of(HitFigures(0.5, 0.2, 1.0)) < 1


def test_two_thresholds_give_three_standings() -> None:
    thresholds = Thresholds()
    assert thresholds.standing(ANSWER_FROM) == "answered"
    assert thresholds.standing(ANSWER_FROM - 1e-6) == thresholds.standing(REFUSE_BELOW) == "unsure"
    assert thresholds.standing(REFUSE_BELOW - 1e-6) == "not_in_manual"


def test_no_threshold_lets_answer_what_is_ruled_out() -> None:
    assert Thresholds(0.0).standing(0.0) == "unsure", "to refuse below 0 refuses nothing"
    assert Thresholds(1e-9).standing(0.0) == "not_in_manual"
    assert Thresholds(0.0, 0.0).standing(1e-6) == "answered"


@pytest.mark.parametrize("name", ["refuse_below", "answer_from"])
@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_threshold_that_is_no_share_is_a_config_error(name: str, share: float) -> None:
    with pytest.raises(ConfigError, match=f"{name} is {share}; expected 0 to 1"):
        Thresholds(**{name: share})
