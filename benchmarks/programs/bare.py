"""A bare ASGI application: it verifies Slack's signature and answers, with one round trip to Redis if one is named."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn
from redis.asyncio import Redis

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

_KEPT_FOR = 3600


class Bare:
    """Answers whatever Slack has signed."""

    def __init__(self, secret: str, redis: Redis | None) -> None:
        self._secret = secret.encode()
        self._redis = redis

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request."""
        body = await _read(receive)
        headers = dict(scope["headers"])
        status = 200 if self._is_signed(headers, body) else 401
        if self._redis:
            await self._redis.set(headers[b"x-slack-signature"], body, nx=True, ex=_KEPT_FOR)
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    def _is_signed(self, headers: dict[bytes, bytes], body: bytes) -> bool:
        signed = b"v0:" + headers[b"x-slack-request-timestamp"] + b":" + body
        expected = "v0=" + hmac.new(self._secret, signed, hashlib.sha256).hexdigest()
        return hmac.compare_digest(expected.encode(), headers[b"x-slack-signature"])


async def _read(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message["body"]
        more = message.get("more_body", False)
    return body


def main() -> None:
    """Serve on 127.0.0.1 until stopped by a signal."""
    redis_url = os.environ.get("REDIS_URL")
    bare = Bare(os.environ["SLACK_SIGNING_SECRET"], Redis.from_url(redis_url) if redis_url else None)
    uvicorn.run(
        bare,
        port=int(os.environ["PORT"]),
        loop="uvloop",
        http="httptools",
        lifespan="off",
        access_log=False,
        log_level="warning",
    )


if __name__ == "__main__":
    main()
