"""What a version wrote before names shared keys is found, belongs to whom it did, and is moved and removed as well."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from redis.asyncio import Redis

from bot.model.people import Contact, Conversation, Requester
from bot.model.session import Card, Invitation, Kind, Links, Remote, Session, State
from bot.store import keys
from bot.store.keys import former
from bot.store.sealing.keyring import KeyRing
from bot.store.sessions.invitee_index import InviteeIndex, invitees_of
from bot.store.sessions.invitees import Invitees, people_of
from bot.store.sessions.link_index import LinkIndex, links_of
from bot.store.sessions.store import Sessions
from bot.store.workspaces.installations import InstallationStore
from tests.fixtures.redis_contents import everything_in
from tests.store.test_key_rotation import Stores

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
TEAM, CHANNEL, TS, TICKET = "T0001", "C0001", "1700000001.000100", 82070
ACCOUNT, KEPT = "apizee:{api:1}", timedelta(days=90)
JEAN = Contact("+33662682193")


@pytest.fixture
async def session(redis: Redis) -> Session:
    """Keep a session as versions before 0.2 did."""
    ring = KeyRing([OLD])
    sessions = Sessions(redis, ring, KEPT, account=ACCOUNT)
    links = Links(customer="https://diag.apizee.com?convId=conv-7&pwd=x")
    kept = Session(
        "a1",
        Kind.ASSISTANCE,
        Requester("U0001", Conversation(TEAM, CHANNEL)),
        time.time(),
        invitation=Invitation(contacts=(JEAN,)),
        remote=Remote(id=TICKET, links=links),
        card=Card(CHANNEL, TS),
        state=State.INVITED,
        account=ACCOUNT,
    )
    await sessions.record(kept, delivery="1")
    await redis.delete(*[key async for key in redis.scan_iter(match="*:found-by:*")])
    now = time.time()
    (invitee,), (link,) = invitees_of(kept), links_of(kept)
    await redis.zadd(former.sessions_in(TEAM, CHANNEL, TS), {kept.id: kept.created_at})
    await redis.zadd(former.invitee(TEAM, ring.fingerprint(invitee)), {kept.id: now})
    await redis.zadd(former.linked(TEAM, ring.fingerprint(link)), {kept.id: now})
    await redis.zadd(former.invitees(TEAM, CHANNEL, ring.fingerprint(people_of(kept))), {kept.id: 1})
    await redis.set(former.remote_in(TEAM, Kind.ASSISTANCE, TICKET), kept.id)
    await redis.set(former.remote(ACCOUNT, Kind.ASSISTANCE, TICKET), f"{TEAM}/{kept.id}")
    await redis.set(keys.invitees_indexed(TEAM), b"1")
    return kept


async def found(redis: Redis, *given: str) -> list[str]:
    """Return what the session's invitee, link and people lead to."""
    ring = KeyRing(given)
    sessions = Sessions(redis, ring, KEPT, account=ACCOUNT)
    index = InviteeIndex(redis, ring, sessions, KEPT)
    invited = await index.sessions_with(TEAM, index.fingerprints(JEAN))
    linked = await LinkIndex(ring, sessions).of_customer(TEAM, "conv-7")
    another = Session(
        "a2", Kind.ASSISTANCE, Requester("U2", Conversation(TEAM, CHANNEL)), 1.0, invitation=Invitation((JEAN,))
    )
    claims = Invitees(redis, ring, KEPT)
    claimed = await claims.claim(another)
    await claims.forget(another)
    return [*(one.id for one in invited), linked.id if linked else "", *claimed]


@pytest.mark.usefixtures("session")
async def test_it_is_found_by_all_by_which_it_was(redis: Redis) -> None:
    sessions = Sessions(redis, KeyRing([OLD]), KEPT, account=ACCOUNT)
    in_thread = await sessions.in_thread(TEAM, CHANNEL, TS)
    of_ticket = await sessions.of_remote(TEAM, Kind.ASSISTANCE, TICKET)
    assert in_thread
    assert in_thread.id == "a1"
    assert of_ticket == in_thread
    assert await sessions.owner(ACCOUNT, Kind.ASSISTANCE, TICKET) == (TEAM, "a1")
    assert await found(redis, OLD) == ["a1"] * 3


async def test_its_ticket_is_still_its_own(redis: Redis, session: Session) -> None:
    sessions = Sessions(redis, KeyRing([OLD]), KEPT, account=ACCOUNT)
    other = Session("a2", session.kind, session.requester, 1.0, account=ACCOUNT)
    assert not await sessions.claim(other, TICKET)
    assert await sessions.claim(session, TICKET)


@pytest.mark.usefixtures("session")
async def test_under_a_new_key_alone_it_is_found_and_when_it_changes_it_is_found_once(redis: Redis) -> None:
    await Stores(redis, [NEW, OLD]).rotate()
    assert await found(redis, NEW) == ["a1"] * 3
    assert [key async for key in redis.scan_iter(match="*:invitee:*")] == []
    assert [key async for key in redis.scan_iter(match="*:sessions-of-guests:*")] == []
    sessions = Sessions(redis, KeyRing([NEW]), KEPT, account=ACCOUNT)
    await sessions.change(TEAM, "a1", lambda latest: latest.with_invitation(reference="again"))
    assert await found(redis, NEW) == ["a1"] * 3


async def test_forgetting_it_leaves_nothing(redis: Redis, session: Session) -> None:
    ring = KeyRing([OLD])
    await Invitees(redis, ring, KEPT).forget(session)
    await Sessions(redis, ring, KEPT, account=ACCOUNT).forget(session)
    assert set(await everything_in(redis)) == {keys.seen(TEAM, "1").encode(), keys.invitees_indexed(TEAM).encode()}


async def test_a_workspace_that_is_removed_owns_no_ticket_any_more(redis: Redis, session: Session) -> None:
    await Sessions(redis, KeyRing([OLD]), KEPT, account=ACCOUNT).claim(session, TICKET + 1)
    await InstallationStore(redis, KeyRing([OLD])).forget_workspace(TEAM)
    assert await everything_in(redis) == {}
