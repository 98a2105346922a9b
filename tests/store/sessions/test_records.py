"""A record that cannot be read stops only itself, is left as it is, and is reported once."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest
from cryptography.fernet import Fernet
from pydantic import TypeAdapter
from redis.asyncio import Redis
from structlog.testing import capture_logs

from bot.deferred.requests import DeferredRequest, Find
from bot.model.errors import NewerRecord, Unreadable
from bot.model.people import Contact, Conversation, Requester
from bot.model.session import Card, Invitation, Kind, Session, State
from bot.model.workspaces import Installation
from bot.store import keys
from bot.store.deferred import DeferredRequests
from bot.store.sealing.keyring import KeyRing
from bot.store.sessions import records
from bot.store.sessions.of_people import PeoplesSessions
from bot.store.sessions.store import Sessions
from bot.store.sessions.unread import UnreadRecords, how_many
from bot.store.workspaces.installations import InstallationStore

TEAM, USER, CHANNEL = "T0001", "U0001", "C0001"
ACCOUNT = "apizee:{api:1}"
REQUESTER = Requester(USER, Conversation(TEAM, CHANNEL))
RETENTION = timedelta(days=90)
RING = KeyRing([Fernet.generate_key().decode()])


@pytest.fixture
def reasons() -> list[str]:
    return []


@pytest.fixture
def sessions(redis: Redis, reasons: list[str]) -> Sessions:
    unread = UnreadRecords(redis, reasons.append)
    return Sessions(redis, RING, timedelta(days=90), account=ACCOUNT, unread=unread)


def session(name: str, created_at: float = 1_700_000_000.0) -> Session:
    card = Card(CHANNEL, f"{created_at}")
    return Session(
        name,
        Kind.ASSISTANCE,
        REQUESTER,
        created_at,
        invitation=Invitation(contacts=(Contact("+33662682193"),)),
        card=card,
    )


def sealed(**more: object) -> bytes:
    """Return a record as the first version wrote it, with some fields more."""
    text = json.loads(TypeAdapter(Session).dump_json(session("odd"), exclude_defaults=True))
    return RING.seal_record(json.dumps(text | more).encode())


def of_another_key(_body: bytes) -> bytes:
    return KeyRing([Fernet.generate_key().decode()]).seal_record(b"{}")


def cut_short(body: bytes) -> bytes:
    return body[:-1]


def emptied(_body: bytes) -> bytes:
    return b" "


def of_a_newer_format(body: bytes) -> bytes:
    return body[:3] + bytes([records.FORMAT + 1]) + body[4:]


def in_a_newer_state(_body: bytes) -> bytes:
    return sealed(state="not known yet")


def without_an_id(_body: bytes) -> bytes:
    return RING.seal_record(b"[]")


ODD = [
    pytest.param(of_another_key, Unreadable, id="sealed with a key that is gone"),
    pytest.param(cut_short, Unreadable, id="cut short"),
    pytest.param(emptied, Unreadable, id="not sealed at all"),
    pytest.param(of_a_newer_format, NewerRecord, id="of a newer format"),
    pytest.param(in_a_newer_state, NewerRecord, id="in a state that is not known yet"),
    pytest.param(without_an_id, NewerRecord, id="without all that is needed"),
]


async def spoilt(redis: Redis, sessions: Sessions, spoil: Callable[[bytes], bytes]) -> bytes:
    """Store three sessions, the middle one of which is odd, and return its body."""
    for number, name in enumerate(["a", "odd", "z"]):
        await sessions.record(session(name, 1_700_000_000.0 + number), delivery=name)
        await sessions.load_for_start(TEAM, name)
    key = keys.session(TEAM, "odd")
    body = spoil(cast("bytes", await redis.hget(key, "body")))
    await redis.hset(key, "body", body)
    return body


@pytest.mark.parametrize(("spoil", "error"), ODD)
async def test_where_many_are_read_all_others_are(
    sessions: Sessions, redis: Redis, reasons: list[str], spoil: Callable[[bytes], bytes], error: type[Exception]
) -> None:
    body = await spoilt(redis, sessions, spoil)
    with capture_logs() as log:
        for _round in range(3):
            assert {one.id for one in await sessions.followed()} == {"a", "z"}
        peoples = PeoplesSessions(redis, sessions, RETENTION)
        assert [one.id for one in await peoples.latest(TEAM, USER, limit=10)] == ["z", "a"]
        assert [one.id for one in await sessions.all_open(TEAM, limit=10)] == ["z", "a"]
    assert [line["event"] for line in log] == ["record_unread"]
    assert reasons == ["newer" if error is NewerRecord else "unreadable"]
    assert await how_many(redis) == 1
    assert await redis.hget(keys.session(TEAM, "odd"), "body") == body


@pytest.mark.parametrize(("spoil", "error"), ODD)
async def test_where_it_alone_is_meant_it_says_so_and_is_left_as_it_is(
    sessions: Sessions, redis: Redis, spoil: Callable[[bytes], bytes], error: type[Exception]
) -> None:
    body = await spoilt(redis, sessions, spoil)
    with pytest.raises(error):
        await sessions.get(TEAM, "odd")
    with pytest.raises(error):
        await sessions.change(TEAM, "odd", lambda latest: replace(latest, state=State.DONE))
    with pytest.raises(error):
        await sessions.in_thread(TEAM, CHANNEL, "1700000001.0")
    assert await redis.hget(keys.session(TEAM, "odd"), "body") == body


async def test_those_kept_long_enough_are_forgotten_behind_many_that_cannot_be_read(redis: Redis) -> None:
    sessions = Sessions(redis, RING, timedelta(minutes=59), account=ACCOUNT)
    for number in range(120):
        await sessions.record(session(f"odd{number}"), delivery=f"odd{number}")
        await redis.hset(keys.session(TEAM, f"odd{number}"), "body", b"odd")
    await sessions.record(session("kept long enough"), delivery="last")
    await sessions.load_for_start(TEAM, "kept long enough")
    assert [one.id for one in await sessions.overdue()] == ["kept long enough"]


async def test_what_is_no_record_at_all_costs_no_other_session(sessions: Sessions, redis: Redis) -> None:
    await spoilt(redis, sessions, lambda body: body)
    await redis.delete(keys.session(TEAM, "odd"))
    await redis.set(keys.session(TEAM, "odd"), b"no hash")
    assert {one.id for one in await sessions.followed()} == {"a", "z"}
    assert await how_many(redis) == 1


async def test_many_that_come_to_nothing_now_do_not_keep_others_waiting_for_ever(redis: Redis) -> None:
    """As where Slack takes nothing for one workspace for hours: each time others have their turn, too."""
    sessions = Sessions(redis, RING, timedelta(minutes=59), account=ACCOUNT)
    for number in range(30):
        await sessions.record(session(f"s{number}"), delivery=f"d{number}")
        await sessions.load_for_start(TEAM, f"s{number}")
    had_their_turn = {one.id for _round in range(40) for one in await sessions.overdue()}
    assert len(had_their_turn) == 30


async def test_what_format_2_wrote_is_still_read(sessions: Sessions, redis: Redis) -> None:
    text = TypeAdapter(Session).dump_json(session("odd"), exclude_defaults=True)
    await spoilt(redis, sessions, lambda _body: b"apz\x02" + RING.seal_record(text))
    assert await sessions.get(TEAM, "odd") == session("odd")


async def test_a_record_that_was_copied_to_another_key_does_not_open(sessions: Sessions, redis: Redis) -> None:
    await sessions.record(session("mine"), delivery="1")
    for copy in (("T0002", "mine"), (TEAM, "theirs")):
        await redis.copy(keys.session(TEAM, "mine"), keys.session(*copy))
        with pytest.raises(Unreadable):
            await sessions.get(*copy)


async def test_an_installation_that_was_copied_to_another_workspace_does_not_open(redis: Redis) -> None:
    installations = InstallationStore(redis, RING)
    await installations.keep(Installation(TEAM, "Acme", "xoxb-1", 1_700_000_000.0))
    await redis.copy(keys.installation(TEAM), keys.installation("T0002"))
    with pytest.raises(Unreadable):
        await installations.get("T0002")


async def test_what_the_first_version_wrote_is_still_read(sessions: Sessions, redis: Redis) -> None:
    await spoilt(redis, sessions, lambda _body: sealed(name="of old"))
    found = await sessions.get(TEAM, "odd")
    assert found
    assert found.invitation.name == "of old"
    changed = await sessions.change(TEAM, "odd", lambda latest: replace(latest, version=1, state=State.DONE))
    assert (changed.invitation.name, changed.state) == ("of old", State.DONE)


async def test_requests_and_installations_of_old_are_read_and_newer_ones_left_alone(redis: Redis) -> None:
    request = DeferredRequest("r1", Find(Kind.ASSISTANCE, "1234"), REQUESTER, 1_700_000_000.0)
    installation = Installation(TEAM, "Acme", "xoxb-1", 1_700_000_000.0)
    deferred, installations = DeferredRequests(redis, RING), InstallationStore(redis, RING)
    of_old = {
        keys.deferred(TEAM, "r1"): TypeAdapter(DeferredRequest).dump_json(request),
        keys.installation(TEAM): TypeAdapter(Installation).dump_json(installation),
    }
    for key, text in of_old.items():
        await redis.set(key, RING.seal_text(text.decode()))
    assert await deferred.get(TEAM, "r1") == request
    assert await installations.get(TEAM) == installation
    await deferred.keep(request)
    await installations.keep(installation)
    assert await deferred.get(TEAM, "r1") == request
    assert await installations.get(TEAM) == installation
    for key in of_old:
        await redis.set(key, of_a_newer_format(await redis.get(key)))  # type: ignore[arg-type]  # it is bytes
    with pytest.raises(NewerRecord):
        await deferred.get(TEAM, "r1")
    with pytest.raises(NewerRecord):
        await installations.get(TEAM)
