"""For when something is planned: as it is typed in one's own time zone, or picked in a form."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sandbox.slack.default_world import SUPPORT, U_EN, U_FR
from sandbox.slack.model import Message
from tests.scenarios.environment import Environment, said
from tests.scenarios.planning.clock import StoryClock

CUSTOMER = "+33 6 62 68 21 93"


def planned_for(card: Message) -> int:
    """Return for when a card says that its session is planned, in Unix seconds."""
    found = re.search(r"<!date\^(\d+)\^", card.text)
    assert found
    return int(found[1])


@pytest.mark.parametrize(
    "typed", ['AT:"tomorrow 14:30"', "at:“demain 14h30”", "at:'Tomorrow 2:30 PM'", "at:demain 14h30"]
)
async def test_a_time_is_meant_in_the_time_zone_of_who_types_it(
    environment: Environment, clock: StoryClock, typed: str
) -> None:
    paris = ZoneInfo("Europe/Paris")
    tomorrow = datetime.fromtimestamp(clock(), paris).date() + timedelta(days=1)
    await environment.assist(f"{CUSTOMER} {typed} ref:1234", user=U_FR)
    card = await environment.card("Planifiée")
    assert planned_for(card) == datetime(tomorrow.year, tomorrow.month, tomorrow.day, 14, 30, tzinfo=paris).timestamp()
    assert environment.ephemeral_messages(U_FR) == []


@pytest.mark.parametrize(
    ("command", "typed"),
    [
        ("/assist", {"contact": CUSTOMER}),
        ("/assist", {"contact": CUSTOMER, "for": U_FR, "link": ["link"]}),
        ("/meet", {"participants": "ann@example.com", "name": "Site visit"}),
    ],
)
async def test_a_time_that_is_picked_in_a_form_plans(
    environment: Environment, clock: StoryClock, command: str, typed: dict[str, object]
) -> None:
    at = int(clock() + 3600) // 60 * 60
    await environment.people.command(U_EN, SUPPORT, command)
    await environment.form()
    await environment.people.submit(U_EN, {**typed, "at": at})
    card = await environment.card("Planned for")
    assert planned_for(card) == at
    assert (f"<@{U_FR}>" in said(card)) == ("for" in typed)
    await environment.settled()
    assert not environment.apizee.requests
