"""Slack delivers something twice, as it may: nothing is done twice."""

from __future__ import annotations

import asyncio
from urllib.parse import urlencode

import pytest

from sandbox.slack.client import payloads
from sandbox.slack.client.deliveries import Delivered, Delivery
from sandbox.slack.client.transport import Retry
from sandbox.slack.default_world import GENERAL, SUPPORT, U_EN
from tests.scenarios.environment import Stage, said

CUSTOMER = "+33 6 62 68 21 93"
RETRIES = pytest.mark.parametrize("retry", [None, Retry(1)], ids=["as it was", "marked as a retry"])


async def again(stage: Stage, delivered: Delivered, retry: Retry | None) -> None:
    """The same delivery comes once more, now and when its work is done."""
    await stage.people.deliver(delivered.delivery, retry)
    await stage.settled()
    await stage.people.deliver(delivered.delivery, retry)
    await stage.settled()


@RETRIES
async def test_a_command_that_comes_again_invites_nobody_again(stage: Stage, retry: Retry | None) -> None:
    delivered = await stage.people.command(U_EN, SUPPORT, "/assist", CUSTOMER)
    await again(stage, delivered, retry)
    await stage.invited()
    assert len(stage.apizee.outbox) == len(stage.whispers()) == 1


@RETRIES
async def test_a_meeting_that_is_asked_for_again_is_the_same(stage: Stage, retry: Retry | None) -> None:
    delivered = await stage.people.command(U_EN, SUPPORT, "/meet", "ann@example.com")
    await again(stage, delivered, retry)
    await stage.card("The guests are invited")
    assert len(stage.apizee.conferences) == len(stage.apizee.outbox) == 1


async def test_a_command_that_comes_several_times_at_once_is_one(stage: Stage) -> None:
    typed = payloads.command(stage.slack, U_EN, SUPPORT, "/assist", CUSTOMER)
    command = Delivery("slash_commands", typed, urlencode(typed).encode(), "application/x-www-form-urlencoded")
    await asyncio.gather(*(stage.people.deliver(command, retry) for retry in (None, None, Retry(1), Retry(2))))
    await stage.settled()
    await stage.invited()
    assert len(stage.apizee.outbox) == len(stage.whispers()) == 1


@RETRIES
async def test_a_form_that_comes_again_invites_nobody_again(stage: Stage, retry: Retry | None) -> None:
    await stage.assist("")
    await stage.form()
    await again(stage, await stage.people.submit(U_EN, {"contact": CUSTOMER}), retry)
    await stage.invited()
    assert len(stage.apizee.outbox) == 1


@RETRIES
async def test_a_click_that_comes_again_is_answered_once(stage: Stage, retry: Retry | None) -> None:
    await stage.assist(CUSTOMER)
    await stage.invited()
    clicked = await stage.people.click(U_EN, await stage.card("Invited"), "session_open")
    await again(stage, clicked, retry)
    assert sum("gave no sign-in link" in said(one) for one in stage.slack.ephemerals(U_EN)) == 1


@RETRIES
async def test_an_event_that_comes_again_is_answered_once(stage: Stage, retry: Retry | None) -> None:
    await again(stage, await stage.people.mention(U_EN, SUPPORT, "hello"), retry)
    assert sum("Mention me" in told for told in stage.whispers()) == 1


async def test_the_same_command_typed_in_two_channels_is_two(stage: Stage) -> None:
    await stage.assist(CUSTOMER)
    await stage.assist(CUSTOMER, channel=GENERAL)
    await stage.settled()
    assert [len(stage.cards(channel)) for channel in (SUPPORT, GENERAL)] == [1, 1]
    assert len(stage.apizee.outbox) == 2
