"""A deferred request is stored, sealed, until it is done or nobody could be answered any more."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import get_args

import pytest
from cryptography.fernet import Fernet
from pydantic import TypeAdapter
from redis.asyncio import Redis

from bot.deferred import requests, unasked
from bot.deferred.kinds import afterwards, home_requests, planned
from bot.deferred.requests import DeferredRequest, Request
from bot.grammar import Period
from bot.grammar.periods import DayName
from bot.model.errors import NewerRecord, Unreadable
from bot.model.people import Conversation, Requester
from bot.model.session import Kind
from bot.model.targets import (
    ChannelRef,
    HomePage,
    InviteeRef,
    LoginOf,
    MediaPage,
    MessageRef,
    ResultsPage,
    SessionRef,
    StatisticsOf,
)
from bot.store import keys
from bot.store.deferred import KEPT_FOR, DeferredRequests
from bot.store.sealing.keyring import KeyRing
from bot.store.sessions import records
from tests.fixtures.redis_contents import everything_in

TEAM = "T0001"
REQUESTER = Requester(
    "U0001", Conversation(TEAM, "C0001", "1700000000.000100"), "https://hooks.slack.com/commands/secret"
)
RING = KeyRing([Fernet.generate_key().decode()])

CARD = SessionRef(Kind.ASSISTANCE, 4711, "0123456789abcdef", "U0002")
ON_CARD = MessageRef(
    "C0001", "1700000001.000200", "1700000000.000100", {"kind": "assistance", "id": "4711", "reference": "1234"}
)
ELSEWHERE = MessageRef("C0001", "1700000001.000200")

BEFORE_THE_FIRST_RELEASE = (Path(__file__).parents[1] / "data/deferred_requests_before_0.1.jsonl").read_text()
OF_FORMAT_1 = (Path(__file__).parents[1] / "data/deferred_requests_of_format_1.jsonl").read_text()
MEANT_BY_THEM: list[Request] = [
    requests.OpenTicket(CARD, ON_CARD),
    requests.JoinAsMe(SessionRef(Kind.MEETING, 815, name="Site visit | north"), ELSEWHERE),
    requests.RefreshSession(replace(CARD, remote_id=None), ON_CARD),
    requests.ShowMediaOfCard(CARD, ON_CARD),
    requests.ShowMediaOfThread(ELSEWHERE),
    requests.ShowMediaNamed(Kind.MEETING, "Site visit"),
    requests.ShowMediaPage(MediaPage(Kind.ASSISTANCE, 4711, 2)),
    requests.MediaToThread(CARD, ON_CARD),
    requests.Find(Kind.ASSISTANCE, "+33662682193"),
    requests.ListSessions(Kind.MEETING),
    requests.ShowResults(ResultsPage(Kind.ASSISTANCE, 1, "a|b")),
    requests.AskToForget(4711),
    requests.Forget(CARD),
    requests.ShowHome(),
    requests.Hint(),
    requests.ShowStatistics(StatisticsOf(Kind.ASSISTANCE, Period(DayName.WEEK, DayName.TODAY), everybody=True)),
    requests.SendStatisticsCsv(
        StatisticsOf(Kind.MEETING, Period(date(2026, 7, 1), date(2026, 7, 14)), everybody=False)
    ),
    requests.ShowHome(HomePage(1, 2)),
]


SINCE_FORMAT_3: list[Request] = [
    requests.AskToForgetMeeting(815),
    requests.AskToForgetInvitee("+33662682193"),
    requests.ForgetInvitee(InviteeRef(("0123456789abcdef0123456789abcdef",))),
    unasked.Greet(),
    unasked.UnfurlLinks(("https://diag.apizee.com?convId=conv-7&pwd=x",), "1700000000.000100"),
    home_requests.SetLogin(LoginOf("U0002"), "agent2@apizee.com"),
    requests.SendQrCode(CARD, ON_CARD),
    afterwards.WriteNote(CARD, "Solved", "all is well"),
    afterwards.MakeReport(CARD, ON_CARD),
    planned.StartPlanned(CARD, ON_CARD),
    planned.MovePlanned(CARD, ON_CARD, 1_800_000_000.0),
    planned.CancelPlanned(CARD, ON_CARD),
    home_requests.RemoveLogin(LoginOf("U0002")),
    home_requests.ChooseOverviewChannel(ChannelRef("C0002")),
    home_requests.TakeOver(CARD),
    home_requests.InviteAgain(CARD),
    home_requests.TurnDigestOn(ChannelRef("C0002")),
    home_requests.TurnDigestOff(ChannelRef("C0002")),
]


@pytest.fixture
def stored(redis: Redis) -> DeferredRequests:
    return DeferredRequests(redis, RING)


def deferred(request_id: str = "r1") -> DeferredRequest:
    request = requests.Find(Kind.ASSISTANCE, "+33662682193")
    return DeferredRequest(request_id, request, REQUESTER, asked_at=1_700_000_000.0)


def in_newer_words(changes: dict[str, object]) -> bytes:
    """Return a record of today's format with parts of its request changed, as a version to come may write it."""
    record = json.loads(TypeAdapter(DeferredRequest).dump_json(deferred()))
    record["request"] |= changes
    return b"apz" + bytes([records.FORMAT]) + RING.seal_record(json.dumps(record).encode(), keys.deferred(TEAM, "r1"))


async def test_a_request_comes_back_as_it_was_written_until_it_is_done(stored: DeferredRequests) -> None:
    await stored.record(deferred(), delivery="trigger-1")
    assert await stored.get(TEAM, "r1") == deferred()
    await stored.done(deferred())
    assert await stored.get(TEAM, "r1") is None


@pytest.mark.parametrize("request_", SINCE_FORMAT_3, ids=lambda one: one.tag)
async def test_a_request_to_forget_comes_back_as_it_was_written(stored: DeferredRequests, request_: Request) -> None:
    to_forget = replace(deferred(), request=request_)
    await stored.record(to_forget, delivery="trigger-1")
    assert await stored.get(TEAM, "r1") == to_forget


async def test_the_same_delivery_again_leads_to_the_first_request(stored: DeferredRequests) -> None:
    assert await stored.record(deferred("r1"), delivery="trigger-1") == "r1"
    assert await stored.record(deferred("r2"), delivery="trigger-1") == "r1"
    assert await stored.get(TEAM, "r2") is None


async def test_a_change_lives_no_longer_than_the_request(stored: DeferredRequests, redis: Redis) -> None:
    await stored.record(deferred(), delivery="trigger-1")
    await stored.keep(replace(deferred(), announced=True))
    found = await stored.get(TEAM, "r1")
    assert found is not None
    assert found.announced
    (key,) = await redis.keys("*r1")
    assert 0 < await redis.ttl(key) <= KEPT_FOR.total_seconds()


async def test_what_was_asked_for_cannot_be_read_in_redis(stored: DeferredRequests, redis: Redis) -> None:
    await stored.record(deferred(), delivery="trigger-1")
    held = b"".join(key + value for key, value in (await everything_in(redis)).items())
    assert b"662682193" not in held
    assert b"hooks.slack.com" not in held


def test_each_request_has_a_tag_of_its_own() -> None:
    union, _ = get_args(Request)
    tags = {one.tag for one in [*MEANT_BY_THEM, *SINCE_FORMAT_3]}
    assert {type(one) for one in [*MEANT_BY_THEM, *SINCE_FORMAT_3]} == set(get_args(union))
    assert len(tags) == len(get_args(union))


@pytest.mark.parametrize(
    ("text", "meant"), list(zip(BEFORE_THE_FIRST_RELEASE.splitlines(), MEANT_BY_THEM, strict=True)), ids=range(18)
)
async def test_a_request_from_before_the_first_release_is_read_changed_and_done(
    stored: DeferredRequests, redis: Redis, text: str, meant: Request
) -> None:
    name, announced = json.loads(text)["id"], json.loads(text)["announced"]
    key = keys.former_deferred(TEAM, name)
    await redis.set(key, RING.seal_text(text), ex=1800)
    found = await stored.get(TEAM, name)
    assert found == DeferredRequest(name, meant, REQUESTER, 1_700_000_000.0, announced)
    await stored.keep(replace(found, announced=True))
    assert await stored.get(TEAM, name) == replace(found, announced=True)
    assert await redis.keys("*") == [key.encode()]
    assert 0 < await redis.ttl(key) <= KEPT_FOR.total_seconds()
    await stored.done(found)
    assert await redis.keys("*") == []


@pytest.mark.parametrize(("text", "meant"), list(zip(OF_FORMAT_1.splitlines(), MEANT_BY_THEM, strict=True)))
async def test_a_request_under_the_names_of_format_1_is_read(
    stored: DeferredRequests, redis: Redis, text: str, meant: Request
) -> None:
    name, announced = json.loads(text)["id"], json.loads(text)["announced"]
    await redis.set(keys.deferred(TEAM, name), b"apz\x01" + RING.seal_text(text).encode())
    assert await stored.get(TEAM, name) == DeferredRequest(name, meant, REQUESTER, 1_700_000_000.0, announced)


async def test_a_request_of_format_2_is_read(stored: DeferredRequests, redis: Redis) -> None:
    text = TypeAdapter(DeferredRequest).dump_json(deferred()).decode()
    await redis.set(keys.deferred(TEAM, "r1"), b"apz\x02" + RING.seal_text(text).encode())
    assert await stored.get(TEAM, "r1") == deferred()


async def test_a_request_that_was_copied_to_another_key_does_not_open(stored: DeferredRequests, redis: Redis) -> None:
    await stored.record(deferred(), delivery="trigger-1")
    await redis.copy(keys.deferred(TEAM, "r1"), keys.deferred("T0002", "r1"))
    with pytest.raises(Unreadable):
        await stored.get("T0002", "r1")


@pytest.mark.parametrize(
    "changes",
    [{"tag": "start recording"}, {"kind": "broadcast"}, {"text": None}],
    ids=["a request that is not known yet", "a kind that is not known yet", "without what is needed"],
)
async def test_a_request_that_a_newer_version_wrote_is_left_for_it(
    stored: DeferredRequests, redis: Redis, changes: dict[str, object]
) -> None:
    body = in_newer_words(changes)
    await redis.set(keys.deferred(TEAM, "r1"), body)
    with pytest.raises(NewerRecord):
        await stored.get(TEAM, "r1")
    assert await redis.get(keys.deferred(TEAM, "r1")) == body


@pytest.mark.parametrize(
    "changes", [{"task": "start recording"}, {"details": {"camera": "1"}}, {"details": {"kind": "meeting"}}]
)
async def test_what_cannot_be_made_of_a_former_request_is_left_alone_too(
    stored: DeferredRequests, redis: Redis, changes: dict[str, object]
) -> None:
    find = json.loads(BEFORE_THE_FIRST_RELEASE.splitlines()[8])
    await redis.set(keys.former_deferred(TEAM, "e8"), RING.seal_text(json.dumps(find | changes)))
    with pytest.raises(NewerRecord):
        await stored.get(TEAM, "e8")
