"""What chat front ends ask for themselves: titles, tags, queries; and questions that only look like it."""

import json
from typing import Any

import openai
import pytest
from fastapi.testclient import TestClient
from support.api_servers import MANUAL

from graphrag_tools.serve.front_end_tasks import question_in, shaped_title, task_reply
from graphrag_tools.serve.history import ChatMessage

ANSWER = "Turn on the switch.\n\nOn the device: Settings > Wi-Fi\n\nMenu path: Settings > Wi-Fi > Flight mode"
CHAT = f"<chat_history>\nUSER: How do I turn on flight mode?\nASSISTANT: {ANSWER}\n</chat_history>"
NEW_CHAT = '<chat_history>\nUSER: Is {"title": "x"} a setting?\n</chat_history>'


def task(sentence: str, form: str, chat: str = CHAT) -> str:
    return f"### Task:\n{sentence}\n### Output:\nJSON format: {form}\n### Chat History:\n{chat}"


TITLE = task(
    "Generate a concise, 3-5 word title with an emoji summarizing the chat history.", '{ "title": "your title" }'
)
TAGS = task("Generate 1-3 broad tags categorizing the main themes.", '{ "tags": ["tag1", "tag2", "tag3"] }')
FOLLOW_UPS = task("Suggest 3-5 relevant follow-up questions.", '{ "follow_ups": ["Question 1?", "Question 2?"] }')
QUERIES = task("Analyze the chat history to determine the necessity of queries.", '{ "queries": ["query1"] }')
SENTENCE = (
    "Provide a concise, 5-word-or-less title for the conversation, using title case conventions. Only return the title "
    f"itself.\n\nConversation:\nUser: How do I turn on flight mode?\nAI: {ANSWER}"
)
TEXT = task("You are an autocompletion system.", '{ "text": "<your_completion>" }')


def replied(text: str, *before: ChatMessage) -> str | None:
    return task_reply(text, [*before, ChatMessage(role="user", content=text)])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TITLE, {"title": "Flight mode"}),
        (TAGS, {"tags": ["Settings", "Wi-Fi", "Flight mode"]}),
        (FOLLOW_UPS, {"follow_ups": []}),
        (QUERIES, {"queries": []}),
        (TEXT, {"text": ""}),
        (task("Generate a title.", '{ "title": "…" }', NEW_CHAT), {"title": 'Is {"title": "x"} a setting?'}),
        (task("Categorize the chat.", '{ "tags": ["tag1"] }', NEW_CHAT), {"tags": []}),
        (task("Generate a title.", '{ "title": "…" }', ""), {"title": "Manual"}),
    ],
)
def test_task_is_answered_in_the_form_that_it_shows(text: str, expected: object) -> None:
    assert json.loads(replied(text) or "") == expected


@pytest.mark.parametrize(
    "text",
    [
        SENTENCE,
        f"Here is the query:\nHow do I turn on flight mode?\n{ANSWER}\n\nCreate a concise, 3-5 word phrase as a title "
        "for the previous query.",
        f"Based on the chat history, give this conversation a name.\nKeep it short.\n\n```\n{ANSWER}\n```",
        f"Given the following... please reply with a title for the chat that is 3-4 words in length.\n\n{ANSWER}",
    ],
)
def test_title_that_is_asked_for_in_a_sentence_is_plain_text(text: str) -> None:
    assert replied(text) == "Flight mode"


def test_title_of_a_chat_that_stands_before_the_request() -> None:
    before = [
        ChatMessage(role="user", content="How do I turn on flight mode?"),
        ChatMessage(role="assistant", content=ANSWER),
    ]
    assert replied("Generate a title for this conversation.\nOnly the title.", *before) == "Flight mode"
    assert (
        replied("Generate a title for this conversation.\nOnly the title.", before[0])
        == "How do I turn on flight mode?"
    )


@pytest.mark.parametrize(
    ("line", "title"),
    [
        (
            "Write a three to four word title that sums up our conversation, without quotation marks. No period.",
            "Loans",
        ),
        ("Generate a concise title for this conversation.", "Loans"),
        ("Create a short title page for this book.", None),
        ("Can you suggest a short title for this chat?", None),
        ("Give this conversation a title.", None),
    ],
)
def test_a_line_after_a_chat_asks_for_its_title_by_the_form_of_one(line: str, title: str | None) -> None:
    chat = [
        ChatMessage(role="user", content="Can I borrow books?"),
        ChatMessage(role="assistant", content="You can.\n\nMenüpfad: Bibliothek > Loans"),
    ]
    assert replied(line, *chat) == title
    assert replied(line) is None


def test_title_is_short() -> None:
    title = replied(f"Write a title for this chat.\nUser: {'How do I turn the page back ' * 20}")
    assert title
    assert len(title) <= 63
    assert title.endswith(" …")


@pytest.mark.parametrize(
    "question",
    [
        "How do I turn on flight mode?",
        "How do I give a name to a conversation?",
        "How do I change the title of a chat?",
        "Where do I create a title page, and how do I suggest a book?\nI have the newest version.",
        "What are tags?",
        "How do I give a name to this group chat?\nI have the newest version.",
        'What does { "title": "x" } mean in an export?',
        "### Task:\nWhat is on the screen when a task is running?",
        "",
    ],
)
def test_question_to_the_manual_is_none(question: str) -> None:
    assert replied(question) is None


def test_question_in_a_template_for_retrieved_text_is_found() -> None:
    template = "### Task:\nRespond to the user query using the provided context.\n<context>\nText.\n</context>\n"
    asked = "How do I turn on flight mode?"
    assert question_in(f"{template}<user_query>\n{asked}\n</user_query>") == asked
    assert question_in(f"{template}\n{asked}") == asked
    assert question_in(asked) == asked
    assert question_in(f"{template}") == template
    merging = f'Here is a set of responses of several models to the user query: "{asked}"\n\nMake one of them.\n'
    assert question_in(f'{merging}"""Hold the button."""') == asked


def test_no_tool_is_chosen_for_a_front_end_that_asks_which() -> None:
    form = ChatMessage(role="system", content='Tools: [now]. Reply with JSON: {"tool_calls": [{"name": "…"}]}')
    assert json.loads(replied("Query: History:\nUSER: Hi\nQuery: What time is it?", form) or "") == {"tool_calls": []}
    assert replied("Query: What time is it?") is None
    assert replied("What time is it?", form) is None


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/api/chat"])
@pytest.mark.parametrize("form", [{}, {"response_format": {"type": "json_object"}, "format": "json"}])
def test_nothing_is_searched_for_a_title(path: str, form: dict[str, object], inner: TestClient) -> None:
    body = {"model": MANUAL, "messages": [{"role": "user", "content": TITLE}], "stream": False, **form}
    said = inner.post(path, json=body).json()
    message = said["message"] if path.startswith("/api") else said["choices"][0]["message"]
    assert json.loads(message["content"]) == {"title": "Flight mode"}
    assert "graphrag_tools" not in said


TITLE_TOOL = {
    "type": "function",
    "function": {
        "name": "extract",
        "parameters": {
            "type": "object",
            "properties": {"language": {"type": "string"}, "title": {"type": "string"}},
            "required": ["language", "title"],
        },
    },
}


@pytest.mark.parametrize("forced", ["required", {"type": "function", "function": {"name": "extract"}}])
@pytest.mark.parametrize("asked", [TITLE, SENTENCE])
def test_title_wanted_as_a_call_of_a_tool_is_one(asked: str, forced: Any, client: openai.OpenAI) -> None:
    body: Any = {"model": MANUAL, "messages": [{"role": "user", "content": asked}], "tool_choice": forced}
    said = client.chat.completions.create(**body, tools=[TITLE_TOOL]).choices[0]
    assert (said.message.content, said.finish_reason) == (None, "tool_calls")
    pieces = [one.choices[0] for one in client.chat.completions.create(**body, tools=[TITLE_TOOL], stream=True)]
    streamed = [call for piece in pieces for call in piece.delta.tool_calls or ()]
    for call in (*(said.message.tool_calls or ()), *streamed):
        assert call.function.name == "extract"
        assert json.loads(call.function.arguments) == {"language": "", "title": "Flight mode"}
    assert (len(streamed), pieces[-1].finish_reason) == (1, "tool_calls")


def test_title_wanted_under_a_schema_obeys_it(inner: TestClient) -> None:
    schema = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
    forms = {
        "/v1/chat/completions": {"response_format": {"type": "json_schema", "json_schema": {"schema": schema}}},
        "/api/chat": {"format": schema},
    }
    for path, form in forms.items():
        body = {"model": MANUAL, "messages": [{"role": "user", "content": SENTENCE}], "stream": False, **form}
        said = inner.post(path, json=body).json()
        message = said["message"] if path.startswith("/api") else said["choices"][0]["message"]
        assert json.loads(message["content"]) == {"name": "Flight mode"}


@pytest.mark.parametrize("title", ["{esc} does not work", "{}", "[1]", '{"title": "Flight mode"'])
def test_title_that_looks_like_json_is_a_title(title: str) -> None:
    assert json.loads(shaped_title(title, {"properties": {"title": {}}})) == {"title": title}


@pytest.mark.parametrize("form", [{}, {"properties": {}}, {"properties": 5}, {"type": "string"}])
def test_form_without_a_place_for_a_title_leaves_it_as_it_is(form: dict[str, Any]) -> None:
    assert shaped_title("Flight mode", form) == "Flight mode"


@pytest.mark.parametrize(
    "system",
    [
        "You are a title generator. You output only a thread title.",
        "Generate a short title for the conversation that follows. No quotes.",
        "You generate concise titles. Answer with the title alone.",
        "You are an assistant skilled in conversation. Summarize the conversation into a title of ten words.",
        "Reply with a very short title (a few words) that describes this chat.",
    ],
)
def test_a_title_asked_for_by_the_system_is_one_of_the_chat_that_follows(system: str) -> None:
    asked = ChatMessage(role="user", content="How do I turn on flight mode?")
    first = ChatMessage(role="system", content=system)
    assert task_reply(asked.text, [first, asked]) == "How do I turn on flight mode?"
    answer = ChatMessage(role="assistant", content=ANSWER)
    again = ChatMessage(role="user", content="And off?")
    assert task_reply(again.text, [first, asked, answer, again]) == "Flight mode"


@pytest.mark.parametrize(
    "system",
    [
        "You are a helpful assistant.",
        "Answer by the manual, and name the title of the section.",
        "You are a support agent. Give clear answers and use the product's name in every chat.",
        "Always provide a title for each section of what you say in a discussion.",
        "Reply with the user's name at the start of the conversation.",
        "You help in a chat. Begin with a title.",
        "This shop generates titles of books. Answer questions about the device.",
        "In this conversation the user has a name you may use.",
        "You are Ada. Write in a friendly voice, mention the reader's name once in this conversation.",
    ],
)
def test_a_system_message_of_another_kind_leaves_the_question_to_the_manual(system: str) -> None:
    asked = ChatMessage(role="user", content="How do I turn on flight mode?")
    assert task_reply(asked.text, [ChatMessage(role="system", content=system), asked]) is None


@pytest.mark.parametrize(
    ("reply", "title"),
    [
        ("Flight mode", "Flight mode"),
        ('{"title": "A"}', "A"),
        ('{"tags": "B", "title": "A"}', "A"),
        ('{"tags": "B"}', "B"),
    ],
)
def test_title_is_taken_out_of_the_json_that_a_task_shows(reply: str, title: str) -> None:
    assert json.loads(shaped_title(reply, {"properties": {"name": {}}})) == {"name": title}


def test_openings_of_queries_that_nothing_closes_take_no_time() -> None:
    """Where each is a new look at all that follow, this takes minutes."""
    assert question_in("### Task:" + "<user_query>" * 16_000)
