"""The JSON API: its answers, its refusals, and that it is what its description says, whatever it is sent."""

from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.api_servers import MANUAL, Api
from support.index_fixtures import BATTERY

from graphrag_tools.answer import Answer
from graphrag_tools.http_server.listening import Address
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.serve.application import application
from graphrag_tools.serve.manuals import Manuals
from graphrag_tools.tools.results import DescribedItem, FoundItems
from graphrag_tools.workflow.options import WorkflowOptions

FLIGHT = "How do I turn on flight mode?"
ITEM = f"{MANUAL}/settings/wi-fi/flight-mode"


def test_answer_is_the_whole_answer(api: Api) -> None:
    answer = Answer.model_validate(api.post("/ask", json={"question": FLIGHT}).json())
    assert answer.status == "answered"
    assert answer.menu_path == ("Settings", "Wi-Fi", "Flight mode")
    assert answer.sources[0].id == ITEM
    assert api.post("/ask", json={"question": FLIGHT, "manual": MANUAL}).json()["text"] == answer.text


def test_follow_up_is_understood_from_the_history(api: Api) -> None:
    first = api.post("/ask", json={"question": "How do I turn on Bluetooth?"}).json()
    history = [
        {"role": "user", "content": "How do I turn on Bluetooth?"},
        {"role": "assistant", "content": f"{first['text']}\nMenu path: {' > '.join(first['menu_path'])}"},
    ]
    again = api.post("/ask", json={"question": "And how do I turn it off?", "history": history}).json()
    assert again["follow_up"]
    assert "Bluetooth" in again["question"]


def test_follow_up_is_understood_where_the_history_has_the_text_of_the_answer_alone(api: Api) -> None:
    asked = "How do I turn on Bluetooth?"
    history = [
        {"role": "user", "content": asked},
        {"role": "assistant", "content": api.post("/ask", json={"question": asked}).json()["text"]},
    ]
    again = api.post("/ask", json={"question": "And how do I turn it off?", "history": history}).json()
    assert again["follow_up"]
    assert "Bluetooth" in again["question"]


@pytest.mark.parametrize("said", ["Sure.", "Bluetooth is a brand of radio for short ways.", "The manual does not say."])
def test_answer_that_quotes_nothing_is_followed_by_nothing(api: Api, said: str) -> None:
    history = [{"role": "user", "content": "What is Bluetooth?"}, {"role": "assistant", "content": said}]
    assert not api.post("/ask", json={"question": "And then?", "history": history}).json()["follow_up"]


@pytest.mark.parametrize("headers", [{"Content-Type": "application/x-www-form-urlencoded"}, {}])
def test_json_that_is_not_said_to_be_json_is_told_the_header(api: Api, headers: dict[str, str]) -> None:
    refused = api.post("/ask", content=b'"How do I turn on flight mode?"', headers=headers)
    assert refused.status_code == 422
    assert "Content-Type: application/json" in refused.json()["detail"][0]["msg"]


def test_search_and_items(api: Api) -> None:
    by_query = FoundItems.model_validate(api.get("/search", params={"query": FLIGHT, "k": 2}).json())
    assert by_query.items[0].id == ITEM
    assert len(by_query.items) == 2
    assert api.post("/search", json={"query": FLIGHT, "k": 2}).json() == by_query.model_dump(mode="json")
    assert api.get("/search", params={"query": "???"}).json() == {"items": []}
    item = DescribedItem.model_validate(api.get(f"/items/{ITEM}").json())
    assert item.menu_path == ["Settings", "Wi-Fi", "Flight mode"]
    assert api.get(f"/items/{ITEM.replace('/', '%2F')}").json()["id"] == ITEM
    [manual] = api.get("/manuals").json()
    assert (manual["id"], manual["sections"]) == (MANUAL, 69)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/ask", {"question": ""}, 422),
        ("/ask", {"question": "  "}, 400),
        ("/ask", {}, 422),
        ("/ask", {"question": 5}, 422),
        ("/ask", {"question": "x" * 100_001}, 422),
        ("/ask", {"question": FLIGHT, "manual": "toaster"}, 404),
        ("/ask", {"question": FLIGHT, "history": [{"role": "robot", "content": "x"}]}, 422),
        ("/search", {"query": ""}, 422),
        ("/search", {"query": "x" * 10_001}, 422),
        ("/search", {"query": "battery", "k": 0}, 422),
        ("/search", {"query": "battery", "k": 21}, 422),
        ("/search", {"query": "battery", "manual": "toaster"}, 404),
    ],
)
def test_what_cannot_be_answered_is_said(path: str, body: dict[str, Any], status: int, api: Api) -> None:
    response = api.post(path, json=body)
    assert response.status_code == status
    assert response.json()["detail"]
    assert len(response.text) < 1000


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff", b"[" * 100_000, b'{"question": NaN}', b'{"question": "\\ud800"}']
)
def test_broken_json_is_said(content: bytes, api: Api) -> None:
    response = api.post("/ask", content=content, headers={"Content-Type": "application/json"})
    assert response.status_code in (400, 422)
    assert response.json()["detail"]


@pytest.mark.parametrize("item", ["nowhere", f"{MANUAL}/", "%00", "a" * 5_000, "%F0%9F%94%8B"])
def test_item_that_there_is_not(item: str, api: Api) -> None:
    response = api.get(f"/items/{item}")
    assert response.status_code == 404
    assert response.json()["detail"]


def test_description_names_every_path_and_needs_no_other_machine(api: Api) -> None:
    described = api.get("/openapi.json").json()
    assert set(described["paths"]) == {"/ask", "/search", "/items/{item_id}", "/manuals", "/health", "/ready"}
    assert "Answer" in described["components"]["schemas"]
    assert api.get("/docs").status_code == 404


def test_server_of_one_manual_shows_no_other(sample_index: ManualIndex, tmp_path: Any) -> None:
    lamp = tmp_path / "lamp.md"
    lamp.write_text("# Lamp\n\n## Brightness wheel\n\nTurn the wheel to the right.\n", encoding="utf-8")
    index = ManualIndex.build([f"lamp={lamp}", f"reader={lamp}"], tmp_path / "index")
    both = TestClient(application(Manuals(index), Address()), base_url="http://localhost")
    names = [model["id"] for model in both.get("/v1/models").json()["data"]]
    assert names == ["all-manuals", "lamp", "reader"]
    item = both.post("/search", json={"query": "brightness", "manual": "lamp"}).json()["items"][0]["id"]
    assert item == "lamp/lamp/brightness-wheel"
    reader = TestClient(
        application(Manuals(index, options=WorkflowOptions(manual="reader")), Address()), base_url="http://localhost"
    )
    assert [model["id"] for model in reader.get("/v1/models").json()["data"]] == ["reader"]
    assert [manual["id"] for manual in reader.get("/manuals").json()] == ["reader"]
    assert reader.get(f"/items/{item}").status_code == 404
    assert reader.post("/search", json={"query": "brightness", "manual": "lamp"}).status_code == 404
    assert reader.post("/ask", json={"question": "brightness", "manual": "lamp"}).status_code == 404
    found = reader.post("/search", json={"query": "brightness"}).json()["items"]
    assert {one["manual"] for one in found} == {"reader"}
    asked = {"messages": [{"role": "user", "content": "How do I turn the brightness wheel?"}]}
    assert reader.post("/v1/chat/completions", json={**asked, "model": "lamp"}).status_code == 404
    every = reader.post("/v1/chat/completions", json={**asked, "model": "all-manuals"}).json()
    assert {source["id"].split("/")[0] for source in every["graphrag_tools"]["sources"]} <= {"reader"}
    index.close()


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = [
    "question",
    "history",
    "manual",
    "query",
    "k",
    "model",
    "messages",
    "prompt",
    "stream",
    "n",
    "format",
    "role",
    "content",
]
MESSAGES = st.lists(
    st.fixed_dictionaries({"role": st.sampled_from(["user", "assistant", "system", "tool"]), "content": VALUES}),
    max_size=4,
)
BODIES = st.dictionaries(st.sampled_from(FIELDS), VALUES | MESSAGES | st.just(MANUAL), max_size=6)
POSTS = ["/ask", "/search", "/v1/chat/completions", "/api/chat", "/api/generate", "/api/show", "/api/pull"]
DOCUMENTED = {200, 400, 404, 422}


@given(path=st.sampled_from(POSTS), body=VALUES | BODIES, model=st.booleans())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_json_is_answered_or_refused_in_the_form_of_its_api(
    path: str, body: Any, model: bool, inner: TestClient
) -> None:
    named = {**body, "model": MANUAL} if model and isinstance(body, dict) else body
    response = inner.post(path, json=named)
    assert response.status_code in DOCUMENTED
    if response.status_code != 200:
        assert set(response.json()) == {"detail"} if path in ("/ask", "/search") else {"error"}


@given(item=st.text(max_size=30))
@settings(max_examples=50, deadline=None)
def test_any_id_is_an_item_or_none(item: str, inner: TestClient) -> None:
    response = inner.get(f"/items/{quote(item.encode(errors='replace'), safe='')}")
    assert response.status_code in (200, 404)


def test_id_of_every_section_is_an_address(inner: TestClient, sample_index_for_answers: ManualIndex) -> None:
    assert BATTERY.split("/", 1)[1] == "settings/battery"
    for section in sample_index_for_answers.sections():
        assert inner.get(f"/items/{section.id}").json()["menu_path"] == list(section.path)
