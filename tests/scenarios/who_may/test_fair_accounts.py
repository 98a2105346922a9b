"""Two workspaces, each with an Apizee account: one that hangs or is revoked costs the other nothing."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.jobs.worker import CONCURRENCY, WorkerTiming
from bot.timing import Timing
from sandbox.apizee.faults import NeverReached
from sandbox.apizee.model import Operation
from sandbox.slack.default_world import U_ADMIN
from tests.fixtures.timing import SLOW_MACHINE
from tests.scenarios.two_workspaces import BETA_USER, Two

CUSTOMER = "+33662682193"
IN_TIME = 6.0
TIMING = replace(SLOW_MACHINE, worker=WorkerTiming(drained_within=0.1, stopped_within=0.3))


@pytest.fixture
def timing() -> Timing:
    return TIMING


async def test_an_account_that_hangs_leaves_the_places_to_others(two: Two) -> None:
    await two.connect_beta()
    two.beta.apizee.accounts.revoke_all()  # now each waits for the sign-in
    two.beta.apizee.faults.switch_on(NeverReached(), Operation.TOKEN)
    more_than_places = range(CONCURRENCY + 20)
    await asyncio.gather(*(two.beta.assist(f"customer{number}@client.com") for number in more_than_places))
    await two.acme.assist(CUSTOMER)
    await two.acme.card("Invited", within=IN_TIME)
    ticket = await two.acme.invited()
    two.acme.customer_comes(ticket)
    await two.acme.card("In progress", within=IN_TIME)
    two.beta.apizee.faults.switch_off()


async def test_a_revoked_account_rests_longer_and_longer_and_its_administrator_is_informed_once(two: Two) -> None:
    await two.connect_beta()
    await two.beta.assist(CUSTOMER)
    ticket = await two.beta.invited()
    two.beta.apizee.accounts.change_password(BETA_USER, "another password")
    two.beta.apizee.accounts.revoke_all()
    to_administrator = two.beta.slack.direct_messages(U_ADMIN).messages
    await two.beta.slack.wait_for(lambda: to_administrator)
    await two.acme.assist(CUSTOMER)
    at_acme = await two.acme.invited()
    asked = len(two.beta.apizee.requests)
    two.acme.customer_comes(at_acme)
    await two.acme.card("In progress", within=IN_TIME)
    two.acme.apizee.hangs_up(at_acme.id)
    await two.acme.card("Done", within=IN_TIME)
    assert len(two.beta.apizee.requests) == asked  # while acme's was polled again and again
    assert [one.text.partition(" the ")[0] for one in to_administrator] == ["Apizee no longer accepts"]
    assert "press “Connect Apizee”" in to_administrator[0].text
    two.beta.customer_comes(ticket)
    await two.connect_beta(password="another password")
    await two.beta.card("In progress", within=IN_TIME)
    assert len(to_administrator) == 1
