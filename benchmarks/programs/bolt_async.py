"""Bolt for Python as its documentation shows it: `AsyncApp` in its default mode, behind Bolt's own ASGI adapter.

https://docs.slack.dev/tools/bolt-python/concepts/async
"""

from __future__ import annotations

import json
import os
from typing import Any

import httpx
import uvicorn
from redis.asyncio import Redis
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from benchmarks.programs.responses import invited, inviting, links


class Assistance:
    """The listener of `/assist`, with httpx's own pool of connections."""

    def __init__(self, redis: Redis, apizee_url: str) -> None:
        self._redis = redis
        self._apizee = httpx.AsyncClient(base_url=apizee_url, timeout=20)

    async def handle(
        self, ack: AsyncAck, command: dict[str, Any], client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        """Card, ticket, card again, links."""
        session: dict[str, Any] = {"customer": command["text"], "user": command["user_id"]}
        key = f"session:{command['trigger_id']}"
        await self._keep(key, session)
        await ack()
        card = await client.chat_postMessage(channel=command["channel_id"], **inviting())
        session["card"] = card["ts"]
        await self._keep(key, session)
        session["ticket"] = await self._ticket(session)
        await self._keep(key, session)
        await client.chat_update(channel=card["channel"], ts=card["ts"], **invited(session["ticket"]))
        await respond(**links(session["ticket"]))
        await self._keep(key, session | {"links_sent": True})

    async def _ticket(self, session: dict[str, Any]) -> dict[str, Any]:
        asked = {"agent": "agent@example.com", "phone": session["customer"], "invite": "1"}
        answer = await self._apizee.post("/tickets", params=asked, headers={"Authorization": "Bearer benchmark-bearer"})
        made: dict[str, Any] = answer.raise_for_status().json()
        return made

    async def _keep(self, key: str, session: dict[str, Any]) -> None:
        await self._redis.set(key, json.dumps(session), ex=86400)


async def acknowledge(ack: AsyncAck) -> None:
    """Nothing but the acknowledgement."""
    await ack()


def build() -> AsyncApp:
    """Return the app with its one listener."""
    token, api_url = os.environ["SLACK_BOT_TOKEN"], os.environ["SLACK_API_URL"]
    client = AsyncWebClient(token=token, base_url=api_url)
    app = AsyncApp(client=client, signing_secret=os.environ["SLACK_SIGNING_SECRET"])
    if os.environ["WORK"] == "ack":
        app.command("/assist")(acknowledge)
    else:
        work = Assistance(Redis.from_url(os.environ["REDIS_URL"]), os.environ["APIZEE_API_URL"])
        app.command("/assist")(work.handle)
    return app


def main() -> None:
    """Serve on 127.0.0.1 until stopped by a signal."""
    uvicorn.run(
        AsyncSlackRequestHandler(build()),
        port=int(os.environ["PORT"]),
        loop="uvloop",
        http="httptools",
        lifespan="off",
        access_log=False,
        log_level="warning",
    )


if __name__ == "__main__":
    main()
