"""The bot's sign-in at Apizee: one for everybody, renewed without anybody noticing, and reported when it is refused."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import httpx

from bot.apizee.timing import ApizeeTiming
from bot.model.timing import StartTiming
from sandbox.apizee.faults import NeverReached, TokensRevoked
from sandbox.apizee.model import Operation
from tests.fixtures.timing import SLOW_MACHINE
from tests.scenarios.environment import Environment, Vendors, button, new_environment

PHONE = "+33662682193"


def operations(environment: Environment) -> list[Operation]:
    """Return what Apizee was asked, in order."""
    return [one.operation for one in environment.apizee.requests]


async def all_invited(environment: Environment, count: int) -> None:
    await environment.slack.wait_for(lambda: sum("Invited" in card.text for card in environment.cards()) == count, 20)


async def test_an_invitation_costs_a_single_request(environment: Environment) -> None:
    await environment.assist(PHONE)
    await environment.invited()
    assert operations(environment) == [Operation.TOKEN, Operation.CREATE_TICKET]
    await environment.assist("jean@client.com")
    await all_invited(environment, 2)
    assert operations(environment)[2:] == [Operation.CREATE_TICKET]


async def test_twenty_commands_at_once_sign_in_once(environment: Environment) -> None:
    await asyncio.gather(*(environment.assist(f"customer{number}@client.com") for number in range(20)))
    await all_invited(environment, 20)
    assert operations(environment).count(Operation.TOKEN) == 1
    assert len(environment.apizee.outbox) == 20


async def test_two_processes_share_one_sign_in(around: Vendors) -> None:
    async with new_environment(around) as first, new_environment(around) as second:
        await asyncio.gather(
            *(
                bot.assist(f"customer{n}@client{number}.com")
                for n in range(4)
                for number, bot in enumerate((first, second))
            )
        )
        await all_invited(first, 8)
        assert operations(first).count(Operation.TOKEN) == 1


async def test_a_restarted_bot_goes_on_with_the_sign_in_it_had(around: Vendors) -> None:
    for number in range(2):
        async with new_environment(around) as environment:
            await environment.assist(f"customer{number}@client.com")
            await all_invited(environment, number + 1)
    assert operations(environment).count(Operation.TOKEN) == 1


async def test_a_revoked_sign_in_is_renewed_without_anybody_noticing(environment: Environment) -> None:
    environment.apizee.faults.switch_on(TokensRevoked(), Operation.CREATE_TICKET, times=1)
    await environment.assist(PHONE)
    await environment.invited()
    assert operations(environment) == [Operation.TOKEN, Operation.CREATE_TICKET] * 2
    assert [one.to for one in environment.apizee.outbox] == [PHONE]


async def test_a_sign_in_that_is_never_accepted_is_not_tried_for_ever(environment: Environment) -> None:
    environment.apizee.faults.switch_on(TokensRevoked(), Operation.CREATE_TICKET)
    await environment.assist(PHONE)
    await environment.card("Apizee refused the bot's own sign-in. Nobody was invited.")
    assert operations(environment) == [Operation.TOKEN, Operation.CREATE_TICKET] * 2


async def test_a_wrong_password_is_reported_and_the_agent_gets_a_way_out(around: Vendors) -> None:
    async with new_environment(around, apizee_password="wrong-password") as environment:
        await environment.assist(PHONE)
        await environment.card("Apizee refused the bot's own sign-in. Nobody was invited.")
        way_out = await environment.private_message("could not be sent from Slack")
        await environment.assist("find 1234")
        await environment.private_message(
            "Apizee refused the bot's own sign-in. Please tell the person who administers this bot."
        )
    assert "/quick-invitation?phone_numbers=%2B33662682193" in button(way_out, "plain_link")["url"]
    assert operations(environment) == [Operation.TOKEN]


async def test_however_many_wait_behind_a_sign_in_that_hangs_each_learns_of_it_in_time(
    around: Vendors,
) -> None:
    hasty = ApizeeTiming(connect=0.5, silence=0.5, sign_in=0.7)
    around.apizee.faults.switch_on(NeverReached())
    async with new_environment(
        around, timing=replace(SLOW_MACHINE, apizee=hasty, start=StartTiming(given_up_after=0.5))
    ) as environment:
        await asyncio.gather(*(environment.assist(f"customer{number}@client.com") for number in range(12)))
        await environment.slack.wait_for(
            lambda: sum("does not answer" in card.text for card in environment.cards()) == 12, 4
        )


async def test_sign_ins_are_counted_among_the_requests(environment: Environment) -> None:
    await environment.assist(PHONE)
    await environment.invited()
    for operation in ("sign_in", "create_ticket"):
        await _is_counted(environment, f'apizee_requests_total{{operation="{operation}",status="200"}} 1.0')


async def _is_counted(environment: Environment, number: str) -> None:
    """Return once the metrics show it: they are brought together every now and then."""
    async with asyncio.timeout(10), httpx.AsyncClient() as operator:
        while number not in (await operator.get(f"{environment.bot_url}/metrics")).text:  # noqa: ASYNC110  # another process gives no notice
            await asyncio.sleep(0.05)
