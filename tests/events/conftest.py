"""What sends events, on a real server, with the operator's own system on this machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import aiohttp
import pytest
from redis.asyncio import Redis

from bot.events.event import event_between
from bot.events.receiver import Receiver
from bot.events.sending import EventSender
from bot.model.accounts import account_key
from bot.model.session import Session, State
from bot.model.timing import EventTiming
from bot.store.events import EventOutbox
from bot.store.sealing.keyring import KeyRing
from bot.store.sessions.store import Sessions
from sandbox.apizee.world import API_USER
from tests.scenarios.receiver import SECRET, EventReceiver, receiving


@dataclass
class Sending:
    """The sender of a process, with a clock that a test moves."""

    sessions: Sessions
    outbox: EventOutbox
    sender: EventSender
    now: list[float]
    counted: Counter[tuple[str, str]] = field(default_factory=Counter)

    async def comes_into(self, session: Session, state: State) -> Session:
        """Record that a session is in another state now."""
        return await self.sessions.update(session, lambda latest: replace(latest, state=state))

    async def send(self, session: Session) -> None:
        """Do the job of a session once."""
        await self.sender.send(session.requester.conversation.team, session.id)


@pytest.fixture
async def receiver() -> AsyncIterator[EventReceiver]:
    async with receiving() as receiver:
        yield receiver


@pytest.fixture
def sessions(redis: Redis, keys: KeyRing) -> Sessions:
    return Sessions(redis, keys, timedelta(days=1), account=account_key(API_USER), event_between=event_between)


@pytest.fixture
async def open_sending(
    redis: Redis, sessions: Sessions, receiver: EventReceiver
) -> AsyncIterator[Callable[[float], Sending]]:
    """Yield what makes a sender that waits so long for an answer."""
    opened: list[aiohttp.ClientSession] = []

    def sending(patience: float) -> Sending:
        http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=patience))
        opened.append(http)
        now, counted, outbox = [0.0], Counter[tuple[str, str]](), EventOutbox(redis)
        sender = EventSender(
            outbox,
            sessions,
            Receiver(http, receiver.url, SECRET, clock=lambda: now[0]),
            count=lambda *what: counted.update([what]),
            timing=EventTiming(),
            clock=lambda: now[0],
        )
        return Sending(sessions, outbox, sender, now, counted)

    yield sending
    for http in opened:
        await http.close()


@pytest.fixture
async def sending(open_sending: Callable[[float], Sending], session: Session) -> Sending:
    sending = open_sending(5.0)
    sending.now[0] = session.created_at + 1
    return sending
