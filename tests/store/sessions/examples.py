"""Sessions to be stored, and where."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from redis.asyncio import Redis

from bot.model.people import Contact, Conversation, Requester
from bot.model.session import Invitation, Kind, Session
from bot.store.sealing.keyring import KeyRing
from bot.store.sessions.store import Sessions

TEAM, USER, CHANNEL = "T0001", "U0001", "C0001"
ACCOUNT = "apizee:{api:1}"
CUSTOMER = Contact("+33662682193")


@pytest.fixture
def sessions(redis: Redis) -> Sessions:
    """Return sessions that are kept for 90 days."""
    return Sessions(redis, KeyRing([Fernet.generate_key().decode()]), timedelta(days=90), account=ACCOUNT)


def assistance(session_id: str = "a1", **more: object) -> Session:
    """Return an assistance that was asked for in a channel."""
    requester = Requester(USER, Conversation(TEAM, CHANNEL), "https://hooks.slack.com/commands/secret")
    session = Session(
        session_id, Kind.ASSISTANCE, requester, invitation=Invitation(contacts=(CUSTOMER,)), created_at=1_700_000_000.0
    )
    return replace(session, **more)  # type: ignore[arg-type]  # names are checked by replace()


def meeting(session_id: str, name: str) -> Session:
    """Return a meeting, with its id at Apizee."""
    return replace(assistance(session_id).with_remote(id=7).with_invitation(name=name), kind=Kind.MEETING)
