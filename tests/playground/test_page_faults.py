"""What can be made to go wrong on the page, and how time is made to pass."""

from __future__ import annotations

from typing import Any

import pytest

from tests.playground.http_client import Visitor


@pytest.mark.parametrize("fault", ["apizee-down", "apizee-errors"])
async def test_an_outage_of_apizee_is_told_on_the_card_and_passes(visitor: Visitor, fault: str) -> None:
    await visitor.do("fault", fault=fault, on=True)
    await visitor.type("/assist +33 6 62 68 21 93")
    await visitor.sees("Inviting…")
    assert _switched_on(await visitor.scene()) == [fault]
    await visitor.do("fault", fault=fault, on=False)
    await visitor.sees("Invited by SMS.")


async def test_a_lost_answer_invites_nobody_twice_and_happens_once(visitor: Visitor) -> None:
    await visitor.do("fault", fault="answer-lost", on=True)
    await visitor.type("/assist +33 6 62 68 21 93")
    scene = await visitor.sees("Invited by SMS.")
    assert len(scene["phone"]) == 1
    assert _switched_on(scene) == []
    assert None in [one["status"] for one in scene["wire"]["passages"] if one["way"] == "bot → Apizee"]


async def test_a_used_up_limit_is_told_on_the_card(visitor: Visitor) -> None:
    await visitor.do("fault", fault="limit-used-up", on=True)
    await visitor.type("/assist +33 6 62 68 21 93")
    await visitor.sees("The invitation goes out in about")


async def test_slow_answers_are_waited_for(visitor: Visitor) -> None:
    await visitor.do("fault", fault="apizee-slow", on=True)
    await visitor.type("/assist +33 6 62 68 21 93")
    scene = await visitor.sees("Invited by SMS.")
    assert max(one["ms"] for one in scene["wire"]["passages"] if one["way"] == "bot → Apizee") >= 5000


async def test_slacks_429_is_obeyed(visitor: Visitor) -> None:
    await visitor.do("fault", fault="slack-429", on=True)
    await visitor.type("/assist +33 6 62 68 21 93")
    await visitor.waits(lambda scene: 429 in [one["status"] for one in scene["wire"]["passages"]])
    await visitor.do("fault", fault="slack-429", on=False)
    scene = await visitor.sees("Invited by SMS.")
    assert len(scene["phone"]) == 1


async def test_webhooks_may_be_missing_or_come_twice(visitor: Visitor) -> None:
    await visitor.do("fault", fault="webhooks-missing", on=True)
    await visitor.type("/assist +33 6 62 68 21 93")
    scene = await visitor.sees("Your video assistance is ready.")
    assert _webhooks(scene) == []
    await visitor.do("fault", fault="webhooks-missing", on=False)
    await visitor.do("fault", fault="webhooks-twice", on=True)
    await visitor.touch("open")
    scene = await visitor.waits(lambda scene: len(_webhooks(scene)) == 2)
    assert _webhooks(scene) == 2 * ["conversationevent create ticket.invitationClicked"]


async def test_several_faults_may_be_on_and_each_goes_off_by_itself(visitor: Visitor) -> None:
    for fault in ("apizee-slow", "webhooks-late", "redis-stopped"):
        await visitor.do("fault", fault=fault, on=True)
    await visitor.do("fault", fault="apizee-slow", on=False)
    assert _switched_on(await visitor.scene()) == ["redis-stopped", "webhooks-late"]


async def test_an_invitation_expires_when_half_an_hour_has_passed(visitor: Visitor) -> None:
    await visitor.type("/assist +33 6 62 68 21 93")
    await visitor.sees("Invited by SMS.", "Your video assistance is ready.")
    await visitor.do("pass", seconds=31 * 60)
    scene = await visitor.sees("The invitation has expired.")
    assert scene["clock"]["ahead"] == pytest.approx(31 * 60, abs=1)
    assert "conversationevent create ticket.invitationExpired" in _webhooks(scene)


async def test_a_token_that_has_expired_is_renewed(visitor: Visitor) -> None:
    await visitor.type("/assist +33 6 62 68 21 93")
    await visitor.sees("Invited by SMS.", "Your video assistance is ready.")
    await visitor.do("pass", seconds=25 * 3600)
    await visitor.sees("The invitation has expired.")
    scene = await visitor.scene()
    tokens = [one for one in scene["wire"]["passages"] if one["title"] == "POST /api/token"]
    assert [one["status"] for one in tokens] == [200, 200]


async def test_everything_is_forgotten_on_request(visitor: Visitor) -> None:
    await visitor.type("/assist +33 6 62 68 21 93")
    await visitor.sees("Invited by SMS.", "Your video assistance is ready.")
    await visitor.do("fault", fault="apizee-slow", on=True)
    await visitor.do("pass", seconds=60)
    await visitor.do("reset")
    scene = await visitor.scene()
    assert (scene["messages"], scene["phone"], scene["wire"]["passages"]) == ([], [], [])
    assert (scene["clock"]["ahead"], _switched_on(scene)) == (0, [])


def _switched_on(scene: dict[str, Any]) -> list[str]:
    return [one["name"] for one in scene["faults"] if one["on"]]


def _webhooks(scene: dict[str, Any]) -> list[str]:
    return [one["title"] for one in scene["wire"]["passages"] if one["way"] == "Apizee → bot"]
