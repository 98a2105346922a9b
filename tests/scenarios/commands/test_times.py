"""`at:` in a command: what was understood otherwise than typed is said at once, and what cannot be planned as well."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sandbox.slack.default_world import U_EN, U_FR
from sandbox.slack.faults import Slow
from tests.scenarios.environment import Environment

CUSTOMER = "+33 6 62 68 21 93"


@pytest.mark.parametrize(
    ("time", "why"),
    [
        ("at:25:00", "“25:00” is no time of day, so nothing was planned."),
        ("at:“2027-02-31 14:00”", "“2027-02-31” is no day of the calendar"),
        ("at:2020-01-01T14:00", "This time has passed"),
        ("at:'demain'", "“demain” lacks the time of day"),
        ("at:soon", "“soon” is not a time that I know"),
        ("at:14:00 at:15:00", "Two times are named"),
        ("at:", "The time is missing"),
    ],
)
async def test_what_cannot_be_planned_is_answered_and_starts_nothing(
    environment: Environment, time: str, why: str
) -> None:
    await environment.assist(f"{CUSTOMER} {time}")
    await environment.private_message(why)
    await environment.meet(f"ann@example.com {time}", user=U_FR)
    await environment.private_message("", user=U_FR)
    assert await environment.came_to_nothing()


async def test_a_time_that_has_passed_is_tomorrows_and_the_person_reads_so(environment: Environment) -> None:
    await environment.assist(f"{CUSTOMER} at:0:00", user=U_FR)
    notice = await environment.private_message("donc demain", user=U_FR)
    assert "00:00" in notice.text


async def test_a_time_of_somebody_without_a_time_zone_is_in_utc_and_they_read_so(environment: Environment) -> None:
    environment.slack.users[U_EN] = replace(environment.slack.users[U_EN], tz="")
    await environment.assist(f'{CUSTOMER} at:"tomorrow 14:30"')
    notice = await environment.private_message("in which time zone you are, so the time is meant in UTC")
    assert "2:30" in notice.text


async def test_nothing_is_planned_before_slack_says_in_which_time_zone(environment: Environment) -> None:
    environment.slack.faults.switch_on(Slow(1.0), "users.info")
    await environment.assist(f"{CUSTOMER} at:0:00", user=U_FR)
    await environment.private_message("Slack has not said yet in which time zone you are", user=U_FR)
    assert await environment.came_to_nothing()
    environment.slack.faults.switch_off()
    await environment.assist(f"{CUSTOMER} at:0:00", user=U_FR)
    await environment.private_message("donc demain", user=U_FR)
