"""Files of questions: both formats, what is wrong with them by line, samples, and questions made from an index."""

import csv
import json
from pathlib import Path

import pytest
from support.scripted_models import ScriptedChatModel, saying

from graphrag_tools.errors import ConfigError, ManualError
from graphrag_tools.evaluation.question_writing import (
    QuestionSource,
    drop_reason,
    make_questions,
    question_sources,
    questions_from_graph,
    write_by_model,
    write_questions,
)
from graphrag_tools.evaluation.questions import Question, read_questions, read_unanswerable, sampled
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.models.open import open_chat_model


def _file(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_jsonl_takes_a_path_as_a_list_or_as_one_text(tmp_path: Path) -> None:
    lines = [
        {"question": "Where?", "section_path": ["A", "B > C"], "answer": "x", "id": 7},
        {"question": "How?\u2028Now", "section_path": "A>B", "answer": "y"},
    ]
    text = "\n\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    assert read_questions(_file(tmp_path, "q.jsonl", text)) == [
        Question("7", "Where?", ("A", "B > C"), "x"),
        Question("3", "How?\u2028Now", ("A", "B"), "y"),
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "line 2: the line: Invalid JSON"),
        ('{"question": "Where?", "answer": "x"}', "line 2: section_path: Field required"),
        ('{"question": " ", "section_path": "A", "answer": "x"}', "line 2: a row without a question"),
        ('{"question": "Where?", "section_path": [], "answer": "x"}', "line 2: a row without a question"),
    ],
)
def test_a_bad_line_is_said_by_its_number(tmp_path: Path, line: str, said: str) -> None:
    good = '{"question": "Where?", "section_path": "A", "answer": "x"}'
    with pytest.raises(ManualError, match=said):
        read_questions(_file(tmp_path, "q.jsonl", f"{good}\n{line}\n"))


def test_a_field_too_long_for_csv_is_said_by_its_line(tmp_path: Path) -> None:
    text = f"question,section_path,answer\nWhere?,A,{'x' * 200_000}\n"
    with pytest.raises(ManualError, match="line 2: broken CSV"):
        read_questions(_file(tmp_path, "q.csv", text))


def test_unanswerable_questions_have_no_path(tmp_path: Path) -> None:
    found = read_unanswerable(_file(tmp_path, "u.csv", "question\nIs it a boat?\n\n"))
    assert [(one.text, one.answerable) for one in found] == [("Is it a boat?", False)]
    with pytest.raises(ManualError, match="found the columns text; expected question"):
        read_unanswerable(_file(tmp_path, "v.csv", "text\nx\n"))
    with pytest.raises(ManualError, match="no question in it"):
        read_unanswerable(_file(tmp_path, "w.csv", "question\n\n"))


@pytest.mark.parametrize("name", ["q.csv", "q.jsonl"])
def test_what_is_written_is_read_again(tmp_path: Path, name: str) -> None:
    questions = [Question("a", 'Why "so"?', ("A > B", "C"), "one\ntwo"), Question("b", "Where?", ("Ü",), "")]
    write_questions(questions, tmp_path / name)
    assert read_questions(tmp_path / name) == questions


def test_questions_go_to_csv_or_jsonl_only(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"ends in \.csv or \.jsonl"):
        write_questions([], tmp_path / "q.txt")
    with pytest.raises(ConfigError, match="cannot be written"):
        write_questions([], tmp_path / "nowhere" / "q.csv")


def test_a_larger_sample_holds_the_smaller_one_in_file_order() -> None:
    questions = [Question(str(number), "?", ("A",), "") for number in range(30)]
    small, large = sampled(questions, 5, 1), sampled(questions, 20, 1)
    assert set(small) < set(large)
    assert large == sorted(large, key=lambda one: int(one.id))
    assert sampled(questions, 5, 2) != small
    assert sampled(questions, None) == sampled(questions, 99) == questions


def test_a_changed_question_has_another_hash() -> None:
    question = Question("1", "Where?", ("A",), "x")
    others = [
        Question("1", "Where", ("A",), "x"),
        Question("1", "Where?", ("B",), "x"),
        Question("2", "Where?", (), ""),
    ]
    assert question.text_hash not in [other.text_hash for other in others]


def test_questions_from_the_graph_have_the_path_of_a_section_and_its_words(sample_index: ManualIndex) -> None:
    found = questions_from_graph(sample_index, 20, 3)
    paths = sample_index.section_paths()
    assert [question.id for question in found] == [f"g{number:04d}" for number in range(1, 21)]
    assert all(question.section_path in paths and question.answer for question in found)
    assert found == questions_from_graph(sample_index, 20, 3)
    assert make_questions(sample_index, None, 5, 3).words == "Kept 5 of 5 questions."


def _passage(index: ManualIndex, item: str) -> QuestionSource:
    section = index.item(item)
    return QuestionSource(section, "\n".join(block.text for block in section.blocks))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("How do I set quiet hours for notifications?", ""),
        ("Tell me about quiet hours for notifications.", "not a question"),
        ("What? How are notifications set?", "not a question"),
        ("Quiet hours?", "too short or long"),
        ("Which boats may I buy in Norway?", "about something else"),
        ("How do I mute notifications in WhatsApp?", "with an invented name or number"),
        ("How do I mute notifications for 73 hours?", "with an invented name or number"),
        ("What does the manual say about notifications?", "about the passage itself"),
        ("How do I turn notifications off?", "asked before"),
    ],
)
def test_a_written_question_is_kept_or_dropped_for_a_reason(sample_index: ManualIndex, text: str, reason: str) -> None:
    passage = _passage(sample_index, "sample-manual/settings/notifications")
    assert drop_reason(text, passage, sample_index, ["How do I turn notifications off"]) == reason


def test_a_question_that_finds_another_section_is_dropped(sample_index: ManualIndex) -> None:
    text = "How do I charge the battery of the device with the cable from a computer?"
    found = {hit.section_id for hit in sample_index.search(text, 10)}
    reasons = {
        drop_reason(text, one, sample_index, [])
        for one in question_sources(sample_index)
        if one.section.id not in found
    }
    assert reasons == {"about something else", "not found again"}


def test_every_passage_is_text_of_its_own_section(sample_index: ManualIndex) -> None:
    found = list(question_sources(sample_index))
    assert len(found) > 100
    for passage in found:
        blocks = " ".join(block.text for block in passage.section.blocks)
        assert passage.text.split()[0] in blocks
        assert set(passage.text.split()) <= set(blocks.split())


def test_a_model_writes_until_enough_are_kept_and_says_how_many(sample_index: ManualIndex) -> None:
    def asks_for_the_title(messages: list) -> object:
        path = messages[0].text.split("Menu path: ")[1].splitlines()[0]
        return saying(f'Question: "How do I use {path.split(" > ")[-1].lower()} here?"')

    scripted = ScriptedChatModel(saying("Hm."), *[asks_for_the_title] * 20)
    model = open_chat_model(scripted)
    assert model is not None
    found = write_by_model(sample_index, model, 3, seed=1)
    assert len(found.questions) == 3
    assert found.dropped["not a question"] == 1
    assert found.made == 3 + sum(found.dropped.values())
    assert all(question.text.startswith("How do I use ") and question.answer for question in found.questions)
    assert [question.section_path for question in found.questions] == [
        question.section_path
        for question in write_by_model(
            sample_index, open_chat_model(ScriptedChatModel(saying("Hm."), *[asks_for_the_title] * 20)), 3, seed=1
        ).questions
    ]


@pytest.mark.parametrize(
    "text", ['=HYPERLINK("http://x","y")', "+1", "-2+3", "@SUM(A1)", " =1", "＝1", "'=1", "''=1", "'tis", "a=1"]
)
def test_no_cell_of_a_csv_is_a_formula_and_all_are_read_as_they_were(tmp_path: Path, text: str) -> None:
    asked = Question("1", text.strip(), ("Settings",), text.strip())
    write_questions([asked], tmp_path / "q.csv")
    with (tmp_path / "q.csv").open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not any(cell.strip()[:1] in ("=", "+", "-", "@", "＝") for cell in cells)
    assert read_questions(tmp_path / "q.csv") == [asked]
