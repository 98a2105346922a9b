"""Statistics are of the days that a person means, and those are asked for once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from redis.asyncio import Redis

from bot.statistics.source import KEPT_FOR
from sandbox.apizee.accounts import AGENT_1, AGENT_2
from sandbox.slack.default_world import U_ADMIN, U_FR
from tests.scenarios.afterwards.statistics.figures import LAST_WEEK, NOON, STATS, assisted, kinds
from tests.scenarios.environment import Environment


@pytest.mark.parametrize(
    ("days", "english", "french"),
    [
        ("2023-07-13", "on 13 July 2023", "le 13 juillet 2023"),
        ("2023-07-01", "on 1 July 2023", "le 1er juillet 2023"),
        ("2023-07-03..2023-07-09", "from 3 to 9 July 2023", "du 3 au 9 juillet 2023"),
        ("2023-06-28..2023-07-01", "from 28 June to 1 July 2023", "du 28 juin au 1er juillet 2023"),
        (
            "2022-12-31..2023-01-01",
            "from 31 December 2022 to 1 January 2023",
            "du 31 décembre 2022 au 1er janvier 2023",
        ),
        ("today", "today", "aujourd\u2019hui"),
        ("yesterday", "yesterday", "hier"),
        ("", "in the last 7 days", "au cours des 7 derniers jours"),
        ("week", "in the last 7 days", "au cours des 7 derniers jours"),
        ("month", "in the last 30 days", "au cours des 30 derniers jours"),
    ],
)
async def test_days_without_any_session_are_answered_as_a_person_would_say_it(
    environment: Environment, days: str, english: str, french: str
) -> None:
    await environment.assist(f"stats {days}")
    assert kinds(await environment.private_message(f"You had no video assistance {english}.")) == ["section"]
    await environment.assist(f"stats {days}", user=U_FR)
    await environment.private_message(f"eu aucune assistance vidéo {french}.", user=U_FR)
    await environment.assist(f"stats all {days}", user=U_ADMIN)
    await environment.private_message(f"There was no video assistance {english}.", user=U_ADMIN)


async def test_days_without_any_meeting_are_answered_as_a_person_would_say_it(environment: Environment) -> None:
    await environment.meet("stats all 2023-07-03..2023-07-09", user=U_ADMIN)
    await environment.private_message("No video meeting took place from 3 to 9 July 2023.", user=U_ADMIN)
    await environment.meet("stats yesterday", user=U_FR)
    await environment.private_message("aucune réunion vidéo hier.", user=U_FR)


@pytest.mark.parametrize(
    ("days", "answer"),
    [
        ("2099-01-01", "still to come"),
        ("2023-07-14..2023-07-13", "2023-07-13..2023-07-14"),
        ("2020-01-01..2022-01-01", "366"),
    ],
)
async def test_days_that_cannot_be_counted_cost_apizee_nothing(
    environment: Environment, days: str, answer: str
) -> None:
    await environment.assist(f"stats {days}")
    await environment.private_message(answer)
    assert environment.asked("GET", STATS) == []


async def test_several_days_are_asked_for_once_for_all(environment: Environment, redis: Redis) -> None:
    assisted(environment, AGENT_1, days_ago=5)
    assisted(environment, AGENT_2, days_ago=5)
    await environment.assist(f"stats {LAST_WEEK}")
    await environment.private_message("Your video assistance")
    await environment.assist(f"stats {LAST_WEEK}", user=U_FR)
    await environment.private_message("Votre assistance vidéo", user=U_FR)
    first, after = f"{NOON - timedelta(9):%Y-%m-%d}", f"{NOON - timedelta(2):%Y-%m-%d}"
    assert environment.asked("GET", STATS) == [{"format": "JSON", "since": first, "until": after}]
    (kept,) = [key async for key in redis.scan_iter("*:remembered:*")]
    assert "agent1@apizee.com" not in str(await redis.get(kept))
    assert 0 < await redis.ttl(kept) <= KEPT_FOR.total_seconds()


async def test_a_single_day_is_asked_for_again(environment: Environment) -> None:
    day = f"{NOON - timedelta(3):%Y-%m-%d}"
    for count in (1, 2):
        assisted(environment, AGENT_1)
        await environment.assist(f"stats {day}")
        await environment.private_message(f"{count} session")
    assert len(environment.asked("GET", STATS)) == 2
