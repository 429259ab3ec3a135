"""HTTP servers of the tests' own, on a free port of this machine."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from support.processes import HANG_SECONDS

SECONDS_TO_END = 0.01
"""How often a server looks whether it is to end: each test that has one waits for that, half a second by default."""


class QuietHandler(BaseHTTPRequestHandler):
    """A handler of requests that keeps the test's output clean."""

    # Head and body are sent one after the other: the body would wait 40 ms for the head to be acknowledged.
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def listening(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """Serve requests in a thread, and yield the server's address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(SECONDS_TO_END,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join(HANG_SECONDS)
        server.server_close()
