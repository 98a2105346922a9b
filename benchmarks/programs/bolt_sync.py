"""Synchronous Bolt for Python, for gunicorn's threads, as its documentation shows it.

https://docs.slack.dev/tools/bolt-python/concepts/adapters
"""

from __future__ import annotations

import json
import os
from typing import Any

import httpx
from redis import Redis
from slack_bolt import Ack, App, Respond
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_sdk import WebClient

from benchmarks.programs.responses import invited, inviting, links


class Assistance:
    """The listener of `/assist`."""

    def __init__(self, redis: Redis, apizee_url: str) -> None:
        self._redis = redis
        self._apizee = httpx.Client(base_url=apizee_url, timeout=20)

    def handle(self, ack: Ack, command: dict[str, Any], client: WebClient, respond: Respond) -> None:
        """Card, ticket, card again, links."""
        session: dict[str, Any] = {"customer": command["text"], "user": command["user_id"]}
        key = f"session:{command['trigger_id']}"
        self._keep(key, session)
        ack()
        card = client.chat_postMessage(channel=command["channel_id"], **inviting())
        session["card"] = card["ts"]
        self._keep(key, session)
        session["ticket"] = self._ticket(session)
        self._keep(key, session)
        client.chat_update(channel=str(card["channel"]), ts=str(card["ts"]), **invited(session["ticket"]))
        respond(**links(session["ticket"]))
        self._keep(key, session | {"links_sent": True})

    def _ticket(self, session: dict[str, Any]) -> dict[str, Any]:
        asked = {"agent": "agent@example.com", "phone": session["customer"], "invite": "1"}
        answer = self._apizee.post("/tickets", params=asked, headers={"Authorization": "Bearer benchmark-bearer"})
        made: dict[str, Any] = answer.raise_for_status().json()
        return made

    def _keep(self, key: str, session: dict[str, Any]) -> None:
        self._redis.set(key, json.dumps(session), ex=86400)


def build() -> SlackRequestHandler:
    """Return the application that gunicorn serves."""
    token, api_url = os.environ["SLACK_BOT_TOKEN"], os.environ["SLACK_API_URL"]
    client = WebClient(token=token, base_url=api_url)
    app = App(client=client, signing_secret=os.environ["SLACK_SIGNING_SECRET"])
    work = Assistance(Redis.from_url(os.environ["REDIS_URL"]), os.environ["APIZEE_API_URL"])
    app.command("/assist")(work.handle)
    return SlackRequestHandler(app)
