from graphrag_tools.index.enricher import ModelTextReport

REPORT = ModelTextReport(kind="descriptions", model="m", items=9, used=4, failed=1, left=2, calls=7)


def test_words_say_how_many_and_why_not() -> None:
    told = REPORT.model_copy(update={"refused": {"too long": 1, "a list": 1}, "failure": "It is down."})
    assert told.words == (
        "Descriptions by m: 4 of 9 sections, 7 calls in this build. For 5, the first paragraph stands in: 2 refused "
        "by the checks (1 too long, 1 a list); 1 failed (the next build asks again); 2 not reached (the next build "
        "goes on). The model's server said: It is down."
    )


def test_words_of_questions_count_them() -> None:
    told = REPORT.model_copy(update={"kind": "questions", "questions": 11, "refused": {"asked before": 3}})
    assert told.words.startswith("Questions by m: 4 of 9 sections (11 questions), 7 calls in this build. For 5, there")
    assert "2 refused by the checks (questions dropped: 3 asked before)" in told.words


def test_nothing_is_said_of_what_did_not_happen() -> None:
    whole = REPORT.model_copy(update={"used": 9, "failed": 0, "left": 0})
    assert whole.words == "Descriptions by m: 9 of 9 sections, 7 calls in this build."
