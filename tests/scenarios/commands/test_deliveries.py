"""Slack delivers something twice, as it may: nothing is done twice."""

from __future__ import annotations

import asyncio
from urllib.parse import urlencode

import pytest

from sandbox.slack.client import payloads
from sandbox.slack.client.deliveries import Delivered, Delivery
from sandbox.slack.client.transport import Retry
from sandbox.slack.default_world import GENERAL, SUPPORT, U_EN
from tests.scenarios.environment import Environment

CUSTOMER = "+33 6 62 68 21 93"
RETRIES = pytest.mark.parametrize("retry", [None, Retry(1)], ids=["as it was", "marked as a retry"])


async def again(environment: Environment, delivered: Delivered, retry: Retry | None) -> None:
    """Send the same delivery once more, now and when its work is done."""
    await environment.people.deliver(delivered.delivery, retry)
    await environment.settled()
    await environment.people.deliver(delivered.delivery, retry)
    await environment.settled()


@RETRIES
async def test_a_command_that_comes_again_invites_nobody_again(environment: Environment, retry: Retry | None) -> None:
    delivered = await environment.people.command(U_EN, SUPPORT, "/assist", CUSTOMER)
    await again(environment, delivered, retry)
    await environment.invited()
    assert len(environment.apizee.outbox) == len(environment.ephemeral_messages()) == 1


@RETRIES
async def test_a_meeting_that_is_asked_for_again_is_the_same(environment: Environment, retry: Retry | None) -> None:
    delivered = await environment.people.command(U_EN, SUPPORT, "/meet", "ann@example.com")
    await again(environment, delivered, retry)
    await environment.card("The guests are invited")
    assert len(environment.apizee.conferences) == len(environment.apizee.outbox) == 1


async def test_a_command_that_comes_several_times_at_once_is_one(environment: Environment) -> None:
    typed = payloads.command(environment.slack, U_EN, SUPPORT, "/assist", CUSTOMER)
    command = Delivery("slash_commands", typed, urlencode(typed).encode(), "application/x-www-form-urlencoded")
    await asyncio.gather(*(environment.people.deliver(command, retry) for retry in (None, None, Retry(1), Retry(2))))
    await environment.settled()
    await environment.invited()
    assert len(environment.apizee.outbox) == len(environment.ephemeral_messages()) == 1


@RETRIES
async def test_a_form_that_comes_again_invites_nobody_again(environment: Environment, retry: Retry | None) -> None:
    await environment.assist("")
    await environment.form()
    await again(environment, await environment.people.submit(U_EN, {"contact": CUSTOMER}), retry)
    await environment.invited()
    assert len(environment.apizee.outbox) == 1


@RETRIES
async def test_a_click_that_comes_again_is_answered_once(environment: Environment, retry: Retry | None) -> None:
    await environment.assist(CUSTOMER)
    await environment.invited()
    clicked = await environment.people.click(U_EN, await environment.card("Invited"), "session_open")
    await again(environment, clicked, retry)
    await environment.modal("gave no sign-in link")
    assert len(environment.slack.calls_of("views.open")) == 1


@RETRIES
async def test_an_event_that_comes_again_is_answered_once(environment: Environment, retry: Retry | None) -> None:
    await again(environment, await environment.people.mention(U_EN, SUPPORT, "hello"), retry)
    assert sum("Mention me" in answer for answer in environment.ephemeral_messages()) == 1


async def test_the_same_command_typed_in_two_channels_is_two(environment: Environment) -> None:
    await environment.assist(CUSTOMER)
    await environment.assist(CUSTOMER, channel=GENERAL)
    await environment.settled()
    assert [len(environment.cards(channel)) for channel in (SUPPORT, GENERAL)] == [1, 1]
    assert len(environment.apizee.outbox) == 2
