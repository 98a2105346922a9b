"""What the tests of the sandbox Apizee stand on: a clock they turn, and a client that is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from sandbox.apizee.model import Ticket
from sandbox.apizee.world import API_PASSWORD, API_USER, World

AGENT = "agent1@apizee.com"
PHONE = "+33662682193"
CREDENTIALS = {"grant_type": "password", "username": API_USER, "password": API_PASSWORD}


@dataclass
class Clock:
    now: datetime = datetime(2025, 3, 14, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Api:
    http: httpx.AsyncClient

    async def sign_in(self) -> None:
        answer = await self.http.post("api/token", data=CREDENTIALS)
        self.http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    async def get(self, path: str, **query: str | int) -> httpx.Response:
        return await self.http.get(path, params=query)

    async def post(self, path: str, **query: str | int) -> httpx.Response:
        return await self.http.post(path, params=query)

    async def create_ticket(self, **query: str | int) -> dict[str, Any]:
        answer = await self.post("api/tickets", **{"agent": AGENT, "phone": PHONE, **query})
        created: dict[str, Any] = answer.raise_for_status().json()
        return created

    async def create_conference(self, **query: str | int) -> dict[str, Any]:
        answer = await self.post("api/conferences", **{"participants": "guest@client.com", **query})
        created: dict[str, Any] = answer.raise_for_status().json()
        return created


def connect(world: World, ticket_id: int) -> Ticket:
    """Let the customer come as far as the call."""
    world.customer_opens(ticket_id)
    world.accepts(ticket_id)
    world.allows_camera(ticket_id)
    return world.ticket(ticket_id)


def refusal(answer: httpx.Response) -> tuple[int, int, str]:
    """Return an error of Apizee, which must have its documented fields."""
    body = answer.json()
    assert set(body) == {"code", "message", "details"}
    return answer.status_code, body["code"], body["details"]
