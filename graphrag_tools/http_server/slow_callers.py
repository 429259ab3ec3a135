"""Close connections whose request does not come: uvicorn waits for ever for one that was begun, or never was."""

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar

from uvicorn.protocols.http.auto import AutoHTTPProtocol

if TYPE_CHECKING:
    from uvicorn.protocols.http.h11_impl import H11Protocol

    HTTPProtocol = H11Protocol
else:
    HTTPProtocol = AutoHTTPProtocol

_SECONDS_TO_ASK = 20.0


class ImpatientProtocol(HTTPProtocol):
    """uvicorn's protocol, which leaves a caller whose whole request has not come in time. Answers take as they take."""

    seconds_to_ask: ClassVar[float] = _SECONDS_TO_ASK
    """From the connection, or from the first byte of a further request, to the last byte of the request."""
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._wait_for_request()

    def data_received(self, data: bytes) -> None:
        """Take bytes; the first ones of a further request begin the wait for its last ones."""
        if self._deadline is None and self._is_asked_nothing():
            self._wait_for_request()
        super().data_received(data)
        if self._deadline is not None and not self._is_request_missing():
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the wait with the connection."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait_for_request(self) -> None:
        self._deadline = self.loop.call_later(self.seconds_to_ask, self._leave)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _leave(self) -> None:
        self._deadline = None
        # An upgraded connection belongs to the socket's protocol, which has time limits of its own.
        if self._is_request_missing() and self.transport.get_protocol() is self:
            self.transport.close()

    def _is_asked_nothing(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _is_request_missing(self) -> bool:
        return self._is_asked_nothing() or self.cycle.more_body
