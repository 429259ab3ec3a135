"""Who is let in to the page, and as whom."""

import json
import re
from collections.abc import Sequence

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect
from support.processes import HANG_SECONDS
from support.web_fixtures import Server
from websockets.sync.client import connect

from graphrag_tools.errors import ConfigError
from graphrag_tools.http_server.listening import Address
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.machine.loopback import own_names
from graphrag_tools.web.visitors import BrowserIds, OwnAddressOnly, is_browser_id


def client(host: str, *further: str) -> TestClient:
    async def echo(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text("in")
        await socket.close()

    app = Starlette(
        routes=[
            Route("/", lambda _request: PlainTextResponse("in"), methods=["GET", "POST"]),
            WebSocketRoute("/ws", echo),
        ]
    )
    app.add_middleware(OwnAddressOnly, names=own_names(host, further))
    return TestClient(app, base_url="http://127.0.0.1:8080")


def socket_is_open(visitor: TestClient, headers: dict[str, str]) -> bool:
    try:
        with visitor.websocket_connect("/ws", headers=headers) as socket:
            return socket.receive_text() == "in"
    except WebSocketDisconnect:
        return False


@pytest.mark.parametrize(
    ("host", "further", "called", "is_let_in"),
    [
        ("127.0.0.1", (), "127.0.0.1:8080", True),
        ("127.0.0.1", (), "LOCALHOST", True),
        ("::1", (), "[::1]:8080", True),
        ("127.0.0.1", (), "localhost.evil.test", False),
        ("127.0.0.1", (), "evil.test@localhost", False),
        ("127.0.0.1", (), "localhost/evil.test", False),
        ("127.0.0.1", (), "localhost#.evil.test", False),
        ("127.0.0.1", (), "evil.test:8080", False),
        ("127.0.0.1", (), "127.0.0.1.evil.test", False),
        ("127.0.0.1", (), "", False),
        ("127.0.0.1", (), "user@[", False),
        ("127.0.0.1", ("manual.example",), "manual.example", True),
        ("192.0.2.7", (), "192.0.2.7:8080", True),
        ("192.0.2.7", (), "evil.test", False),
        ("0.0.0.0", (), "any.example", True),
        ("0.0.0.0", ("manual.example",), "manual.example:8080", True),
        ("0.0.0.0", ("manual.example",), "evil.test", False),
    ],
)
def test_host_is_one_of_the_names_of_the_page(host: str, further: Sequence[str], called: str, is_let_in: bool) -> None:
    visitor = client(host, *further)
    answer = visitor.get("/", headers={"host": called})
    assert (answer.status_code == 200) is is_let_in
    assert is_let_in or "--allow-host" in answer.text
    assert socket_is_open(visitor, {"host": called}) is is_let_in


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
@pytest.mark.parametrize(
    ("origin", "is_let_in"),
    [
        (None, True),
        ("http://127.0.0.1:8080", True),
        ("https://127.0.0.1:8080", True),
        ("http://127.0.0.1:9999", False),
        ("http://evil.test", False),
        ("http://127.0.0.1:8080.evil.test", False),
        ("null", False),
        ("", False),
        ("http://[", False),
        ("http://[::1", False),
        ("http://127.0.0.1:8080]", False),
    ],
)
def test_origin_is_the_address_that_was_called(host: str, origin: str | None, is_let_in: bool) -> None:
    visitor = client(host)
    headers = {"origin": origin} if origin is not None else {}
    assert (visitor.post("/", headers=headers).status_code == 200) is is_let_in
    assert socket_is_open(visitor, {"host": "127.0.0.1:8080", **headers}) is is_let_in


def test_no_origin_is_that_of_a_page_called_by_no_name() -> None:
    visitor = client("0.0.0.0")
    assert visitor.post("/", headers={"host": "", "origin": "null"}).status_code == 403
    assert not socket_is_open(visitor, {"host": "", "origin": "null"})


def test_served_page_refuses_a_foreign_origin_on_its_socket(sample_page: str) -> None:
    socket = f"{sample_page}_nicegui_ws/socket.io/?EIO=4&transport=polling"
    assert httpx.get(socket, headers={"origin": "http://evil.test"}).status_code == 403
    assert httpx.get(socket).status_code == 200


def test_visitor_cannot_fill_the_log_of_the_server(sample_index_for_answers: ManualIndex) -> None:
    server = Server(sample_index_for_answers.folder)
    try:
        found = re.search(r"'client_id': '([^']+)'", httpx.get(server.address).text)
        assert found is not None
        mine = {"client_id": found[1]}
        query = f"client_id={found[1]}&tab_id=t&document_id=d&next_message_id=0&implicit_handshake=true"
        address = f"{server.address.replace('http', 'ws')}_nicegui_ws/socket.io/?EIO=4&transport=websocket&{query}"
        with connect(address, max_size=None) as socket:
            socket.send("40")
            for _ in range(50):
                socket.send("42[")
                socket.send("49")
                for event, data in {
                    "event": {},
                    "ack": mine,
                    "javascript_response": "no object",
                    "log": {**mine, "level": "error", "message": f"\x1b[2J{'x' * 300_000}"},
                }.items():
                    socket.send(f"42{json.dumps([event, data])}")
            # Its answer comes when all before it is dealt with.
            socket.send('421["handshake",{"client_id":"nobody"}]')
            while not str(socket.recv(timeout=HANG_SECONDS)).startswith("431"):
                pass
        for at in range(50):
            httpx.get(f"{server.address}{at}/{'y' * 20_000}")
    finally:
        said = server.close()
    assert "KeyError: 'client_id'" in said
    assert len(said) < 30_000
    assert "\x1b" not in said


@pytest.mark.parametrize("given", [None, "", "null", 7, "../../x", "b-1", "0" * 36, "{8-4-4-4-12}"])
def test_what_is_no_id_is_never_taken(given: object) -> None:
    browsers = BrowserIds()
    assert not is_browser_id(given)
    made = browsers.accept(given, remembered=True)
    assert made != given
    assert is_browser_id(made)


def test_only_ids_that_were_made_here_are_taken() -> None:
    browsers = BrowserIds()
    made = browsers.accept(None, remembered=False)
    assert browsers.accept(made, remembered=False) == made
    assert BrowserIds().accept(made, remembered=True) == made
    assert BrowserIds().accept(made, remembered=False) != made


def test_token_that_no_header_can_carry_is_refused() -> None:
    with pytest.raises(ConfigError, match="ASCII"):
        Address(token="pässword-of-sixteen")
