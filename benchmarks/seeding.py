"""Sessions that the bot finds in its Redis, written by its own code: most are over, some are open."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from benchmarks.commands import AGENTS
from benchmarks.environment import Environment
from benchmarks.stubs.apizee import USERNAME, ApizeeStub
from benchmarks.stubs.slack import TEAM
from bot.apizee.answers.schemas import Ticket
from bot.model.accounts import account_key
from bot.model.people import Contact, Conversation, Requester
from bot.model.session import Card, Invitation, Kind, Progress, Session, State
from bot.sessions.tickets import with_ticket
from bot.store.sealing.keyring import KeyRing
from bot.store.server.connection import connect
from bot.store.sessions.store import Sessions

_RETENTION = timedelta(days=90)
_AT_A_TIME = 200


async def seed(environment: Environment, numbers: Iterable[int], *, is_open: Callable[[int], bool]) -> None:
    """Write down a session for each number, which is its ticket's as well."""
    redis = connect(environment.redis.url())
    keys = KeyRing.from_settings_or_file([environment.encryption_key], Path())
    store = Sessions(redis, keys, _RETENTION, account=account_key(USERNAME))
    sessions = (_session(number, environment.apizee, is_open=is_open(number)) for number in numbers)
    async with aclosing(redis):
        await asyncio.gather(*(_written(store, sessions) for _ in range(_AT_A_TIME)))


async def _written(store: Sessions, sessions: Iterator[Session]) -> None:
    for session in sessions:
        await store.record(session, delivery=session.id)
        if session.state.is_open:
            await store.load_for_start(TEAM, session.id)
            await store.claim(session, session.remote.id or 0)


def _session(number: int, apizee: ApizeeStub, *, is_open: bool) -> Session:
    """Return a session as it stands once its invitation went out, or at its end."""
    asked = Session(
        invitation=Invitation(contacts=(Contact(f"+3361{number:07d}"),)),
        id=f"{number:016x}",
        kind=Kind.ASSISTANCE,
        requester=Requester(f"U0AGENT{number % AGENTS:03d}", Conversation(TEAM, "C0SUPPORT")),
        created_at=time.time(),
        card=Card("C0SUPPORT", f"1700000000.{number:06d}"),
        progress=Progress(links_sent=True),
    )
    link = f"https://cloud.apizee.com/entrypoint/223/tickets/{number}"
    invited = with_ticket(asked, Ticket.model_validate(apizee.ticket(number)), link)
    return invited if is_open else replace(invited, state=State.DONE).with_progress(end_sent=True)
