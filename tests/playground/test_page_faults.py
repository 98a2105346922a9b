"""What can be made to go wrong on the page, and how time is made to pass."""

from __future__ import annotations

from typing import Any

import pytest

from tests.playground.http_client import HttpClient


@pytest.mark.parametrize("fault", ["apizee-down", "apizee-errors"])
async def test_an_outage_of_apizee_is_shown_on_the_card_and_passes(client: HttpClient, fault: str) -> None:
    await client.do("fault", fault=fault, on=True)
    await client.type("/assist +33 6 62 68 21 93")
    await client.sees("Inviting…")
    assert _switched_on(await client.view_state()) == [fault]
    await client.do("fault", fault=fault, on=False)
    await client.sees("Invited by SMS.")


async def test_a_lost_answer_invites_nobody_twice_and_happens_once(client: HttpClient) -> None:
    await client.do("fault", fault="answer-lost", on=True)
    await client.type("/assist +33 6 62 68 21 93")
    view_state = await client.sees("Invited by SMS.")
    assert len(view_state["phone"]) == 1
    assert _switched_on(view_state) == []
    assert None in [one["status"] for one in view_state["wire"]["entries"] if one["direction"] == "bot → Apizee"]


async def test_a_used_up_limit_is_shown_on_the_card(client: HttpClient) -> None:
    await client.do("fault", fault="limit-used-up", on=True)
    await client.type("/assist +33 6 62 68 21 93")
    await client.sees("The invitation goes out in about")


async def test_slow_answers_are_waited_for(client: HttpClient) -> None:
    await client.do("fault", fault="apizee-slow", on=True)
    await client.type("/assist +33 6 62 68 21 93")
    view_state = await client.sees("Invited by SMS.")
    assert max(one["ms"] for one in view_state["wire"]["entries"] if one["direction"] == "bot → Apizee") >= 5000


async def test_slacks_429_is_obeyed(client: HttpClient) -> None:
    await client.do("fault", fault="slack-429", on=True)
    await client.type("/assist +33 6 62 68 21 93")
    await client.waits(lambda view_state: 429 in [one["status"] for one in view_state["wire"]["entries"]])
    await client.do("fault", fault="slack-429", on=False)
    view_state = await client.sees("Invited by SMS.")
    assert len(view_state["phone"]) == 1


async def test_webhooks_may_be_missing_or_come_twice(client: HttpClient) -> None:
    await client.do("fault", fault="webhooks-missing", on=True)
    await client.type("/assist +33 6 62 68 21 93")
    view_state = await client.sees("Your video assistance is ready.")
    assert _webhooks(view_state) == []
    await client.do("fault", fault="webhooks-missing", on=False)
    await client.do("fault", fault="webhooks-twice", on=True)
    await client.touch("open")
    view_state = await client.waits(lambda view_state: len(_webhooks(view_state)) == 2)
    assert _webhooks(view_state) == 2 * ["conversationevent create ticket.invitationClicked"]


async def test_several_faults_may_be_on_and_each_goes_off_by_itself(client: HttpClient) -> None:
    for fault in ("apizee-slow", "webhooks-late", "redis-stopped"):
        await client.do("fault", fault=fault, on=True)
    await client.do("fault", fault="apizee-slow", on=False)
    assert _switched_on(await client.view_state()) == ["redis-stopped", "webhooks-late"]


async def test_an_invitation_expires_when_half_an_hour_has_passed(client: HttpClient) -> None:
    await client.type("/assist +33 6 62 68 21 93")
    await client.sees("Invited by SMS.", "Your video assistance is ready.")
    await client.do("pass", seconds=31 * 60)
    view_state = await client.sees("The invitation has expired.")
    assert view_state["clock"]["ahead"] == pytest.approx(31 * 60, abs=1)
    assert "conversationevent create ticket.invitationExpired" in _webhooks(view_state)


async def test_who_does_not_come_within_five_minutes_is_the_matter_of_a_reminder_at_once(client: HttpClient) -> None:
    await client.type("/assist +33 6 62 68 21 93")
    await client.sees("Invited by SMS.", "Your video assistance is ready.")
    await client.do("pass", seconds=5 * 60)
    view_state = await client.sees("was invited 5 minutes ago and has not come yet")
    assert view_state["messages"][-1]["at"] == pytest.approx(view_state["clock"]["now"], abs=30)


async def test_a_token_that_has_expired_is_renewed(client: HttpClient) -> None:
    await client.type("/assist +33 6 62 68 21 93")
    await client.sees("Invited by SMS.", "Your video assistance is ready.")
    await client.do("pass", seconds=25 * 3600)
    await client.sees("The invitation has expired.")
    view_state = await client.view_state()
    tokens = [one for one in view_state["wire"]["entries"] if one["title"] == "POST /api/token"]
    assert [one["status"] for one in tokens] == [200, 200]


async def test_everything_is_forgotten_on_request(client: HttpClient) -> None:
    await client.type("/assist +33 6 62 68 21 93")
    await client.sees("Invited by SMS.", "Your video assistance is ready.")
    await client.do("fault", fault="apizee-slow", on=True)
    await client.do("pass", seconds=60)
    await client.do("reset")
    view_state = await client.view_state()
    assert (view_state["messages"], view_state["phone"], view_state["wire"]["entries"]) == ([], [], [])
    assert (view_state["clock"]["ahead"], _switched_on(view_state)) == (0, [])


def _switched_on(view_state: dict[str, Any]) -> list[str]:
    return [one["name"] for one in view_state["faults"] if one["on"]]


def _webhooks(view_state: dict[str, Any]) -> list[str]:
    return [one["title"] for one in view_state["wire"]["entries"] if one["direction"] == "Apizee → bot"]
