"""A user of the chat page without a browser: speaks what the page's script speaks with its server."""

import asyncio
import html
import json
import re
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode
from uuid import uuid4

import httpx
import socketio
from support.processes import HANG_SECONDS

_ELEMENTS = re.compile(r"String\.raw`(.*?)`", re.DOTALL)
_CLIENT = re.compile(r"'client_id': '([0-9a-f-]+)'")


@dataclass
class ProtocolUser:
    """Loads the page, connects, and keeps the page's elements up to date as a browser does."""

    address: str
    elements: dict[str, dict[str, Any]] = field(default_factory=dict)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    _client_id: str = ""

    def __post_init__(self) -> None:
        self._socket = socketio.AsyncClient(reconnection=False)
        self._socket.on("update", self._update)
        self._socket.on("disconnect", self.changed.set)

    async def __aenter__(self) -> Self:
        async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
            page = (await client.get(self.address)).text
        self.elements = json.loads(html.unescape(_ELEMENTS.findall(page)[0]))
        self._client_id = _CLIENT.findall(page)[0]
        settings = {"client_id": self._client_id, "tab_id": uuid4(), "document_id": uuid4(), "next_message_id": 0}
        sent = urlencode(settings | {"implicit_handshake": "true"})
        await self._socket.connect(
            f"{self.address}?{sent}", socketio_path="/_nicegui_ws/socket.io", transports=["websocket"], wait_timeout=60
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._socket.disconnect()

    def texts(self, name: str) -> list[str]:
        """The texts of the elements of one class."""
        return [one.get("text") or "" for one in self.elements.values() if name in one.get("class", [])]

    async def ask(self, question: str) -> None:
        """Type a question, send it, and wait for its answer."""
        before = len(self.texts("answer"))
        await self._happen("nicegui-input", "update:value", question)
        await self._happen("form", "submit", question)
        while len(self.texts("answer")) == before:
            assert self._socket.connected, "the server has given this user up"
            self.changed.clear()
            await asyncio.wait_for(self.changed.wait(), HANG_SECONDS)

    async def _happen(self, tag: str, kind: str, *arguments: str) -> None:
        [(element_id, event)] = [
            (number, event)
            for number, one in self.elements.items()
            for event in one.get("events", ())
            if one["tag"] == tag and event["type"] == kind
        ]
        message = {"id": int(element_id), "client_id": self._client_id, "listener_id": event["listener_id"]}
        await self._socket.emit("event", message | {"args": [json.dumps(argument) for argument in arguments]})

    def _update(self, changes: dict[str, Any]) -> None:
        for number, element in changes.items():
            if number == "_id":
                continue
            if element is None:
                self.elements.pop(number, None)
            else:
                self.elements[number] = element
        self.changed.set()
