"""Socket Mode: the app opens a socket, Slack sends envelopes through it, the app acknowledges each by its id.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from uuid import uuid4

from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox.slack.model import Json


class Link:
    """The sockets that an app has open to one workspace, and the envelopes it has not acknowledged."""

    def __init__(self, app_id: str, on_change: Callable[[], None]) -> None:
        self._app_id = app_id
        self._on_change = on_change
        self._sockets: list[WebSocket] = []
        self._awaited: dict[str, asyncio.Future[Json]] = {}

    @property
    def is_up(self) -> bool:
        """Whether the app has a socket open."""
        return bool(self._sockets)

    async def connect(self, socket: WebSocket) -> None:
        """Greet an app and take its acknowledgements until it goes."""
        await socket.accept()
        await socket.send_json(self._hello())
        self._sockets.append(socket)
        self._on_change()
        with suppress(WebSocketDisconnect):
            while True:
                self._take(await socket.receive_json())
        self._sockets.remove(socket)
        self._on_change()

    async def send(self, kind: str, payload: Mapping[str, Any], **more: object) -> Json:
        """Send an envelope and wait for its acknowledgement: the payload that came with it, or nothing.

        Raises `ConnectionError` where no socket is open.
        """
        if not self._sockets:
            message = "the app has no socket open"
            raise ConnectionError(message)
        envelope_id = str(uuid4())
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._awaited[envelope_id] = answer
        try:
            await self._sockets[-1].send_json(
                {
                    "envelope_id": envelope_id,
                    "type": kind,
                    "payload": payload,
                    "accepts_response_payload": kind != "events_api",
                    **more,
                }
            )
            return await answer
        finally:
            del self._awaited[envelope_id]

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._sockets) + 1,
            "connection_info": {"app_id": self._app_id},
            "debug_info": {"host": "sandbox", "approximate_connection_time": 3600},
        }

    def _take(self, answer: Json) -> None:
        awaited = self._awaited.get(answer.get("envelope_id", ""))
        if awaited is not None and not awaited.done():
            awaited.set_result(answer.get("payload") or {})
