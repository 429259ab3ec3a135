"""An OpenSearch reached by TLS: its certificate is checked, one's own is shown, and what is wrong is said in words."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from support.faulty_proxy import proxy_before
from support.opensearch import Node, unused_name
from support.places import SAMPLE_MANUAL

from graphrag_tools.errors import ConfigError, StoreError
from graphrag_tools.index.index import ManualIndex

pytestmark = pytest.mark.opensearch


@dataclass(frozen=True)
class Authority:
    """An authority, and the files of what it has issued."""

    issuer: trustme.CA
    folder: Path

    @property
    def ca(self) -> Path:
        return self._kept("ca.pem", self.issuer.cert_pem.bytes())

    def context(self, name: str = "127.0.0.1", until: datetime | None = None, asks: bool = False) -> ssl.SSLContext:
        """What a server of that name uses; it may ask for a certificate of its callers."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        since = until and until.replace(year=until.year - 1)
        self.issuer.issue_cert(name, not_before=since, not_after=until).configure_cert(context)
        if asks:
            self.issuer.configure_trust(context)
            context.verify_mode = ssl.CERT_REQUIRED
        return context

    def client(self, passphrase: bytes = b"") -> tuple[Path, Path]:
        """A caller's certificate and its key."""
        issued = self.issuer.issue_cert("reader@example.org")
        key = issued.private_key_pem.bytes()
        if passphrase:
            locked = BestAvailableEncryption(passphrase)
            key = load_pem_private_key(key, None).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked)
        return self._kept("cert.pem", issued.cert_chain_pems[0].bytes()), self._kept("key.pem", key)

    def _kept(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path


Say = Callable[..., None]


@pytest.fixture
def ours(tmp_path: Path) -> Authority:
    (tmp_path / "ours").mkdir()
    return Authority(trustme.CA(), tmp_path / "ours")


@pytest.fixture
def foreign(tmp_path: Path) -> Authority:
    (tmp_path / "foreign").mkdir()
    return Authority(trustme.CA(), tmp_path / "foreign")


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch) -> Iterator[Say]:
    """Set GRAPHRAG_TOOLS_STORE_CA, _CERT and _KEY."""

    def setting(**files: Path) -> None:
        for name, file in files.items():
            monkeypatch.setenv(f"GRAPHRAG_TOOLS_STORE_{name}", str(file))

    return setting


def test_index_is_built_and_asked_with_both_certificates(opensearch: Node, ours: Authority, say: Say) -> None:
    certificate, key = ours.client()
    say(CA=ours.ca, CERT=certificate, KEY=key)
    with proxy_before(opensearch.url, ours.context(asks=True)) as proxy:
        address = proxy.index_address(unused_name())
        assert address.startswith("opensearch+https://")
        ManualIndex.build([SAMPLE_MANUAL], address, embeddings="wordllama").close()
        with closing(ManualIndex.open(address)) as index:
            assert "Flight mode" in index.search("how do I turn on flight mode", k=1)[0].item.path


@pytest.mark.parametrize(
    ("server", "remedy"),
    [
        (lambda _ours, foreign: foreign.context(), "not trusted: name the authority's in GRAPHRAG_TOOLS_STORE_CA"),
        (lambda ours, _foreign: ours.context("search.example.org"), "names another host"),
        (lambda ours, _foreign: ours.context(until=datetime(2020, 1, 1, tzinfo=UTC)), "has expired"),
        (lambda ours, _foreign: ours.context(asks=True), "does it want a client's certificate"),
        (lambda _ours, _foreign: None, "speaks no TLS there"),
    ],
    ids=["another authority", "another host", "expired", "asks for a certificate", "no TLS"],
)
def test_what_is_wrong_with_the_server_is_said(
    server: Callable[[Authority, Authority], ssl.SSLContext | None],
    remedy: str,
    opensearch: Node,
    ours: Authority,
    foreign: Authority,
    say: Say,
) -> None:
    say(CA=ours.ca)
    with proxy_before(opensearch.url, server(ours, foreign)) as proxy, pytest.raises(StoreError, match=remedy):
        ManualIndex.open(f"opensearch+https://127.0.0.1:{proxy.port}/{unused_name()}")
    assert proxy.calls == []


def test_caller_of_another_authority_is_refused(
    opensearch: Node, ours: Authority, foreign: Authority, say: Say
) -> None:
    certificate, key = foreign.client()
    say(CA=ours.ca, CERT=certificate, KEY=key)
    asked = pytest.raises(StoreError, match="does it want a client's certificate")
    with proxy_before(opensearch.url, ours.context(asks=True)) as proxy, asked:
        ManualIndex.open(proxy.index_address(unused_name()))
    assert proxy.calls == []


def test_address_without_tls_of_a_server_with_it(opensearch: Node, ours: Authority) -> None:
    asked = pytest.raises(StoreError, match=r"is it opensearch\+https:// that it wants")
    with proxy_before(opensearch.url, ours.context()) as proxy, asked:
        ManualIndex.open(f"opensearch://127.0.0.1:{proxy.port}/{unused_name()}")


def files_that_are_wrong(ours: Authority, foreign: Authority) -> dict[str, tuple[dict[str, Path], str]]:
    """Files that nobody can use, and what is said of them."""
    junk = ours._kept("junk.pem", b"no certificate")
    certificate, _ = ours.client()
    _, key_of_another = foreign.client()
    _, locked = ours.client(b"correct horse")
    return {
        "authority": ({"CA": junk}, r"STORE_CA: .*junk\.pem holds no certificate"),
        "folder": ({"CA": ours.folder}, r"STORE_CA: .*ours holds no certificate"),
        "certificate": ({"CERT": junk}, r"STORE_CERT: .*junk\.pem: expected a certificate in PEM and the key"),
        "no key": ({"CERT": certificate}, r"STORE_CERT: .*cert\.pem: expected a certificate in PEM and the key"),
        "key of another": ({"CERT": certificate, "KEY": key_of_another}, "expected a certificate in PEM and the key"),
        "passphrase": ({"CERT": certificate, "KEY": locked}, "the key has a passphrase"),
    }


@pytest.mark.parametrize("wrong", ["authority", "folder", "certificate", "no key", "key of another", "passphrase"])
def test_own_file_that_is_wrong_is_named_and_no_server_is_asked(
    wrong: str, ours: Authority, foreign: Authority, say: Say
) -> None:
    files, said = files_that_are_wrong(ours, foreign)[wrong]
    say(**files)
    with pytest.raises(ConfigError, match=said):
        ManualIndex.open("opensearch+https://127.0.0.1:1/manuals")
