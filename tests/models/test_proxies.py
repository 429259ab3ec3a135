"""The proxy before a server, as Ollama's own client chooses it."""

import pytest
from conftest import PROXIES

from graphrag_tools.errors import ConfigError
from graphrag_tools.models.proxies import proxy_for

PROXY = "http://proxy.example:3128"


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*PROXIES, "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("url", "left_out", "proxy"),
    [
        ("http://gpu.example:11434", "", PROXY),
        ("http://gpu.example:11434", "gpu.example", None),
        ("http://gpu.example:11434", "other.example, gpu.example:11434", None),
        ("http://gpu.example:11434", "gpu.example:80", PROXY),
        ("http://gpu.example:11434", ".example", None),
        ("http://gpu.example:11434", "*.example", None),
        ("http://gpu.example:11434", "*.other", PROXY),
        ("http://gpu.example:11434", "*", None),
        ("http://10.1.2.3:11434", "10.0.0.0/8", None),
        ("http://10.1.2.3:11434", "192.168.0.0/16", PROXY),
        ("http://10.1.2.3:11434", "10.1.2.3", None),
        ("http://[fd00::1]:11434", "fd00::/8", None),
        ("http://gpu.example:11434", "10.0.0.0/8,not/a/network", PROXY),
        ("http://127.0.0.1:11434", "", None),
        ("http://localhost:11434", "", None),
        ("http://[::1]:11434", "", None),
        ("https://gpu.example:443", "", None),
    ],
)
def test_proxy_stands_before_what_is_not_left_out(
    url: str, left_out: str, proxy: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", PROXY)
    monkeypatch.setenv("NO_PROXY", left_out)
    assert proxy_for(url) == proxy


def test_proxy_without_a_scheme_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", " proxy.example:3128 ")
    assert proxy_for("https://gpu.example") == PROXY


@pytest.mark.parametrize("given", ["ftp://proxy.example", "http://:x", "http://proxy:port"])
def test_proxy_that_is_none_is_said(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", given)
    with pytest.raises(ConfigError, match="the proxy in the environment is"):
        proxy_for("http://gpu.example")


def test_password_of_a_proxy_is_not_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "ftp://me:secret@proxy.example")
    with pytest.raises(ConfigError) as caught:
        proxy_for("http://gpu.example")
    assert "secret" not in str(caught.value)
