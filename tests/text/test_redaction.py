"""Secrets in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphrag_tools.errors import ConfigError, GraphRAGToolsError
from graphrag_tools.text.redaction import hide_secrets


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("https://me:canary@host:9200/x is down", "https://***@host:9200/x is down"),
        ("postgresql://me:c@n/ary@db/chats", "postgresql://***@db/chats"),
        ("opensearch+https://canary@search/a", "opensearch+https://***@search/a"),
        ("http://me:canary@[::1]:11434", "http://***@[::1]:11434"),
        ("(http://a:canary@b) and (http://c:canary@d)", "(http://***@b) and (http://***@d)"),
        ("Authorization: Bearer canary-canary", "Authorization: Bearer ***"),
        ("http://host/v1?api_key=canary&x=1", "http://host/v1?api_key=***&x=1"),
        ("Incorrect API key provided: sk-canary0123456789", "Incorrect API key provided: ***"),
    ],
)
def test_secrets_are_hidden(text: str, hidden: str) -> None:
    assert hide_secrets(text) == hidden


@pytest.mark.parametrize(
    "text",
    [
        "http://127.0.0.1:11434 cannot be reached",
        "https://example.org/help/@reader/page.html",
        "write to help@example.org",
        "the token has 5 characters",
        "ollama:llama3.2:3b",
        "C:\\manuals\\s10.json",
    ],
)
def test_other_words_stay(text: str) -> None:
    assert hide_secrets(text) == text


_WORDS = st.text("abcXYZ019._~!$&()*+,;=:@/-%", min_size=1)


@given(user=st.text("abc019._-", min_size=1), password=_WORDS, host=st.sampled_from(["host", "10.0.0.1:80", "[::1]"]))
def test_no_password_is_left_of_any_url(user: str, password: str, host: str) -> None:
    shown = hide_secrets(f"https://{user}:{password}canary@{host}/path: refused")
    assert "canary" not in shown
    assert host in shown


@pytest.mark.parametrize("kind", [GraphRAGToolsError, ConfigError])
def test_every_error_hides_secrets(kind: type[GraphRAGToolsError]) -> None:
    error = kind("http://me:canary@host is down")
    assert "canary" not in f"{error} {error!r} {error.args}"
