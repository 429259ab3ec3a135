"""A proxy before a real server that does, when it is told to, what the server does not do on request.

A fault is a function that gets a call and returns the reply to it; `call.forward()` asks the real server.
"""

import json
import re
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
from support.loopback_servers import SECONDS_TO_END, QuietHandler
from support.processes import HANG_SECONDS

_JSON = "application/json; charset=UTF-8"
_PASSED_ON = ("content-type", "authorization", "accept")


@dataclass(frozen=True, slots=True)
class Reply:
    """What a caller gets back."""

    status: int
    body: bytes
    content_type: str = _JSON

    def json(self) -> Any:
        return json.loads(self.body)

    def with_json(self, body: object) -> "Reply":
        return replace(self, body=json.dumps(body).encode())


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a client; `target` is its path with the query."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    behind: str
    client: httpx.Client

    def forward(self, body: bytes | None = None) -> Reply:
        """Ask the real server, with another body if one is given."""
        headers = {name: value for name, value in self.headers.items() if name in _PASSED_ON}
        sent = self.body if body is None else body
        answer = self.client.request(self.method, f"{self.behind}{self.target}", content=sent, headers=headers)
        return Reply(answer.status_code, answer.content, answer.headers.get("content-type", _JSON))


Fault = Callable[[Call], Reply | None]
"""None closes the connection without a reply."""


@dataclass(slots=True)
class FaultyProxy:
    """The proxy; it passes everything on until it is told otherwise."""

    behind: str
    port: int = 0
    calls: list[Call] = field(default_factory=list)
    _client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=HANG_SECONDS, trust_env=False))
    _faults: list[tuple[Fault, re.Pattern[str], list[int]]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    encrypted: bool = False

    def index_address(self, name: str, login: str = "") -> str:
        return f"opensearch{'+https' * self.encrypted}://{login}127.0.0.1:{self.port}/{name}"

    @contextmanager
    def faulty(self, fault: Fault, on: str = "", times: int = 1_000_000) -> Iterator[list[Call]]:
        """Do this to so many calls whose "METHOD /path" has a match of `on`; yields those that it was done to."""
        done: list[Call] = []

        def doing(call: Call) -> Reply | None:
            done.append(call)
            return fault(call)

        entry = (doing, re.compile(on), [times])
        with self._lock:
            self._faults.append(entry)
        try:
            yield done
        finally:
            with self._lock:
                self._faults.remove(entry)

    def reply(self, call: Call) -> Reply | None:
        """Reply to a call by the fault that was told last and fits, else as the real server does."""
        with self._lock:
            self.calls.append(call)
            fault = self._fault_for(f"{call.method} {call.target}")
        return fault(call) if fault else call.forward()

    def _fault_for(self, called: str) -> Fault | None:
        for fault, on, left in reversed(self._faults):
            if left[0] > 0 and on.search(called):
                left[0] -= 1
                return fault
        return None


@contextmanager
def proxy_before(url: str, tls: ssl.SSLContext | None = None) -> Iterator[FaultyProxy]:
    """Serve the proxy on a port of its own, encrypted where a context is given."""
    proxy = FaultyProxy(url, encrypted=tls is not None)

    class Handler(QuietHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = proxy.reply(Call(self.command, self.path, headers, body, proxy.behind, proxy._client))
            if reply is None:
                self.close_connection = True
                return
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.body)

        do_POST = do_PUT = do_DELETE = do_HEAD = do_GET

    with _serving(Handler, tls) as port, proxy._client:
        proxy.port = port
        yield proxy


@contextmanager
def _serving(handler: type[BaseHTTPRequestHandler], tls: ssl.SSLContext | None) -> Iterator[int]:
    server = _PatientServer(("127.0.0.1", 0), handler)
    if tls is not None:
        # Shaken hands with in the thread of the connection: one that is no TLS must not stop the others.
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, args=(SECONDS_TO_END,), daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join(HANG_SECONDS)
        server.server_close()


class _PatientServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of callers that have hung up."""


def status(code: int, reason: str = "told so by the test") -> Fault:
    """Refuse as OpenSearch does."""
    error = {"type": "told_exception", "reason": reason}
    body = {"error": {"root_cause": [error], **error}, "status": code}
    return lambda _call: Reply(code, json.dumps(body).encode())


def html(code: int) -> Fault:
    """Answer as another server, or a gateway before it, does."""
    page = b"<!DOCTYPE html><html><body><h1>Something else</h1></body></html>"
    return lambda _call: Reply(code, page, "text/html")


def hang_up(_call: Call) -> None:
    """Close the connection without an answer."""


def hanging(ended: threading.Event) -> Fault:
    """Answer nothing until the event, which the test sets when it is done."""

    def hang(_call: Call) -> None:
        ended.wait(HANG_SECONDS)

    return hang


def of_version(number: str) -> Fault:
    """Say that the server is of another version."""

    def other(call: Call) -> Reply:
        reply = call.forward()
        told = reply.json()
        return reply.with_json({**told, "version": {**told["version"], "number": number}})

    return other


def lose_a_shard(call: Call) -> Reply:
    """Let each search of a `_msearch` answer with what another shard than one has found."""
    reply = call.forward()
    told = reply.json()
    for answer in told["responses"]:
        shards = answer["_shards"]
        answer["_shards"] = {**shards, "total": shards["total"] + 1, "failed": 1}
        answer["hits"] = {**answer.get("hits", {}), "hits": answer.get("hits", {}).get("hits", [])[::2]}
    return reply.with_json(told)


def time_out_inside(call: Call) -> Reply:
    """Let each search of a `_msearch` answer with what was found in time."""
    reply = call.forward()
    told = reply.json()
    for answer in told["responses"]:
        answer["timed_out"] = True
        answer["hits"] = {**answer.get("hits", {}), "hits": []}
    return reply.with_json(told)


def refuse_documents(code: int) -> Fault:
    """Refuse each third document of a `_bulk` inside a 200: the real server never sees those."""

    def refuse(call: Call) -> Reply:
        lines = call.body.splitlines(keepends=True)
        pairs = [lines[number : number + 2] for number in range(0, len(lines), 2)]
        kept = b"".join(b"".join(pair) for number, pair in enumerate(pairs) if number % 3)
        told = call.forward(kept).json() if kept else {"took": 1, "items": []}
        passed = iter(told["items"])
        error = {"type": "told_exception", "reason": "told so by the test"}
        items = []
        for number, (action, _source) in enumerate(pairs):
            kind, place = next(iter(json.loads(action).items()))
            refused = {kind: {"_id": place.get("_id"), "status": code, "error": error}}
            items.append(next(passed) if number % 3 else refused)
        return Reply(200, json.dumps({**told, "errors": True, "items": items}).encode())

    return refuse
