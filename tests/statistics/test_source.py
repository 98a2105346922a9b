"""What Apizee says of sessions and leaves open is counted where it belongs."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from cryptography.fernet import Fernet
from redis.asyncio import Redis

from bot.apizee.client import Apizee
from bot.grammar import Days
from bot.model.accounts import account_id, account_key
from bot.statistics.aggregates import MeetingRow
from bot.statistics.source import StatisticsSource
from bot.store.cache import Cache
from bot.store.keys import cached
from bot.store.sealing.keyring import KeyRing
from bot.store.sessions.store import Sessions
from sandbox.apizee.world import API_USER
from tests.apizee.conftest import FakeApizee, apizee, budget, http, keys, quick_retries, recorded, remote, token
from tests.fixtures.parts import accounts_of
from tests.statistics.figures import JULY

# The Apizee that gives the answers a test asks for, in place of the sandbox.
__all__ = ["apizee", "budget", "http", "keys", "quick_retries", "remote", "token"]

TEAM = "T0001"
PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2023, 7, 13, 22, 30, tzinfo=UTC)  # half past midnight in Paris


@pytest.fixture
def source(apizee: Apizee, redis: Redis) -> StatisticsSource:
    ring = KeyRing([Fernet.generate_key().decode()])
    accounts = accounts_of(redis, ring, apizee, meeting_service_key="f7a0")
    sessions = Sessions(redis, ring, timedelta(days=1), account=account_key(API_USER))
    return StatisticsSource(accounts, Cache(redis, ring), sessions, clock=NOW.timestamp)


def rows(*changes: dict[str, Any]) -> str:
    """Return the row that Apizee's documentation shows, changed."""
    documented = json.loads(recorded("tickets_stats"))[0]
    return json.dumps([documented | change for change in changes])


async def test_the_documented_row_is_understood(source: StatisticsSource, remote: FakeApizee) -> None:
    remote.will_answer(rows({}))
    (row,) = (await source.assistances(TEAM, JULY, UTC)).rows
    assert (row.day, row.key, row.person) == (date(2023, 7, 13), "agent1@apizee.com", "Agent 1")
    assert (row.by_sms, row.calls, row.call_seconds, row.photos) == (1, 1, 335, 1)


async def test_who_talked_has_answered_whatever_the_column_says(source: StatisticsSource, remote: FakeApizee) -> None:
    nobody = {"Nombre Appels": 0}
    remote.will_answer(rows({"Répondues": "non"}, nobody | {"Répondues": "oui"}, nobody | {"Répondues": None}))
    answered = [row.answered for row in (await source.assistances(TEAM, JULY, UTC)).rows]
    assert answered == [True, True, False]


BEGUN = "Date de début de session"


async def test_each_row_counts_on_its_own_day_and_those_of_other_days_do_not(
    source: StatisticsSource, remote: FakeApizee
) -> None:
    remote.will_answer(
        rows(
            {"ID": 1, BEGUN: "2023-06-30 23:59:59"},
            {"ID": 2, BEGUN: "2023-07-01 00:00:00"},
            {"ID": 2, BEGUN: "2023-07-01 00:00:00"},
            {"ID": 3, BEGUN: "2023-07-31 23:59:59"},
            {"ID": 4, BEGUN: "2023-08-01 00:00:00"},
        )
    )
    days = [row.day for row in (await source.assistances(TEAM, JULY, PARIS)).rows]
    assert days == [JULY.first, JULY.last]
    asked = remote.last.url.params
    assert (asked["since"], asked["until"]) == ("2023-07-01", "2023-08-01")


async def test_a_row_without_a_time_is_of_the_day_of_the_ticket_before_it(
    source: StatisticsSource, remote: FakeApizee
) -> None:
    no_time = {BEGUN: None, "Date de fin": ""}
    remote.will_answer(
        rows(
            {"ID": 1} | no_time,
            {"ID": 3} | no_time,
            {"ID": 2, BEGUN: "2023-07-05 10:00:00"},
            {"ID": 4, BEGUN: "2023-08-01 00:10:00"},
            {"ID": 5} | no_time,
        )
    )
    days = [row.day for row in (await source.assistances(TEAM, JULY, UTC)).rows]
    assert days == [JULY.first, date(2023, 7, 5), date(2023, 7, 5)]


async def test_a_meeting_belongs_to_the_day_of_the_requester(source: StatisticsSource, remote: FakeApizee) -> None:
    meeting = json.loads(recorded("session"))["data"][0]
    late = meeting | {"start_time": "2023-07-13T22:30:00Z", "end_time": "2023-07-13T22:40:00Z"}
    remote.will_list({"total": 1, "data": [late]})
    (row,) = (await source.meetings(TEAM, JULY, PARIS)).rows
    assert (row.day, row.person, row.seconds) == (date(2023, 7, 14), "Dr Doe", 600)
    assert remote.last.url.params["since"] == "2023-06-30T22:00:00Z"
    assert remote.last.url.params["until"] == "2023-07-31T22:00:00Z"


async def test_a_meeting_of_the_day_after_is_left_to_that_day(source: StatisticsSource, remote: FakeApizee) -> None:
    at_midnight = {"id": "one", "start_time": "2023-07-31T22:00:00Z", "end_time": "2023-07-31T22:10:00Z"}
    before = {"id": "two", "start_time": "2023-07-31T21:59:59Z", "end_time": "2023-07-31T22:10:00Z"}
    remote.will_list({"total": 2, "data": [at_midnight, before]})
    assert [row.day for row in (await source.meetings(TEAM, JULY, PARIS)).rows] == [JULY.last]


async def test_a_meeting_of_which_little_is_known_is_counted_all_the_same(
    source: StatisticsSource, remote: FakeApizee
) -> None:
    remote.will_list({"total": 1, "data": [{"id": "one"}]})
    assert (await source.meetings(TEAM, JULY, UTC)).rows == (MeetingRow(JULY.first, "", "", 0, 0),)


def test_today_is_the_persons_own(source: StatisticsSource) -> None:
    assert (source.today(UTC), source.today(PARIS)) == (date(2023, 7, 13), date(2023, 7, 14))


@pytest.mark.parametrize(
    ("last", "minutes"), [(date(2023, 7, 12), 10), (date(2023, 7, 13), 5)], ids=["past", "with today"]
)
async def test_days_that_still_grow_are_cached_less_long(
    source: StatisticsSource, remote: FakeApizee, redis: Redis, last: date, minutes: int
) -> None:
    remote.will_answer(rows({}))
    days = Days(JULY.first, last)
    assert await source.assistances(TEAM, days, UTC) == await source.assistances(TEAM, days, UTC)
    assert len(remote.asked) == 1
    seconds = await redis.ttl(cached(TEAM, f"{account_id(API_USER)} counted tickets {days.first}..{days.last}"))
    assert (minutes - 1) * 60 < seconds <= minutes * 60
