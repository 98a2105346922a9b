"""What must stop only itself: broken records, a job of tomorrow's version, a workspace that took its token back."""

from __future__ import annotations

import json
import time

from cryptography.fernet import Fernet
from redis.asyncio import Redis

from bot.jobs.connection import PipelinedDocket
from bot.model.workspaces import Installation
from bot.store import keys
from bot.store.keys.of_queue import NAME
from bot.store.sealing.keyring import KeyRing
from bot.store.workspaces.installations import InstallationStore
from sandbox.slack import SlackClientSide, Workspace
from sandbox.slack.client import payloads
from sandbox.slack.client.deliveries import Delivery
from sandbox.slack.default_world import TEAM, U_EN
from tests.scenarios.environment import BOT_TOKEN, ENCRYPTION_KEY

REVOKED_TEAM = "T0REVOKED"


async def install(redis_url: str) -> None:
    """Let two workspaces have installed the bot, of which one has taken its token back since."""
    async with Redis.from_url(redis_url) as redis:
        installations = InstallationStore(redis, KeyRing([ENCRYPTION_KEY]))
        for team, token in ((TEAM, BOT_TOKEN), (REVOKED_TEAM, "xoxb-revoked")):
            await installations.keep(Installation(team, team, token, time.time()))


async def poison(redis_url: str) -> None:
    """Leave records that no key opens among the open sessions, and a job that nobody knows yet."""
    stranger = KeyRing([Fernet.generate_key().decode()])
    async with Redis.from_url(redis_url) as redis:
        for number, body in enumerate((b"\x00 not a record", stranger.seal_record(b"{}"))):
            await redis.hset(keys.session(TEAM, f"poison{number}"), mapping={"version": "1", "body": body})
            await redis.zadd(keys.open_sessions(TEAM), {f"poison{number}": time.time()})
    async with PipelinedDocket(NAME, redis_url) as docket:

        async def of_tomorrow(team: str) -> None: ...

        await docket.add(of_tomorrow, key="of-tomorrow")(TEAM)


async def open_home_in_revoked_workspace(slack: Workspace, people: SlackClientSide) -> None:
    """Let somebody open the Home where the token was taken back; how that is answered does not matter."""
    details = {"type": "app_home_opened", "user": U_EN, "channel": "D0REVOKED", "tab": "home", "event_ts": "1.0"}
    payload = payloads.event(slack, details) | {"team_id": REVOKED_TEAM}
    body = json.dumps(payload).encode()
    await people.deliver(Delivery("events_api", payload, body, "application/json"))
