"""Everything goes wrong at once, for a while: what was acknowledged is done once, and nothing else is.

A short run belongs to every test run; `make chaos` makes it ten minutes long.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from sandbox.slack.client.deliveries import Delivered
from sandbox.slack.default_world import U_EN
from tests.chaos.disruptions import disrupt
from tests.chaos.run import Plan, Town, play_customers, town, type_commands
from tests.chaos.verdict import answers, faults, idleness, unfinished

_SETTLED_WITHIN = 150.0
_SUSPICIOUS_AFTER = 90.0
_LOOKED_AT_EVERY = 0.5


@pytest.mark.slow
@pytest.mark.xdist_group("chaos")
async def test_whatever_goes_wrong_each_customer_is_invited_once_and_each_session_comes_to_its_end(
    plan: Plan, tmp_path: Path
) -> None:
    async with town(tmp_path) as running:
        customers = asyncio.create_task(play_customers(running))
        _, struck = await asyncio.gather(type_commands(running, plan), disrupt(running, plan))
        await settled(running)
        customers.cancel()
        print(f"\n{summary(running, struck)}")  # noqa: T201  # shown by `make chaos`, and where the run failed
        assert "\n".join(faults(running)) == ""
        assert [process for process in await idleness(running) if not process.is_calm(plan)] == []


async def press_refresh(running: Town) -> None:
    """Do what a card asks for that still says “Inviting…” when it should not: a crash may have left it over."""
    slack = running.around.slack
    for card in unfinished(running):
        if slack.clock() - float(card.ts) > _SUSPICIOUS_AFTER:
            await running.webs[0].people.click(U_EN, card, "session_refresh")


async def settled(running: Town) -> None:
    """Return once nothing is amiss, or when it should have been so for long."""
    try:
        async with asyncio.timeout(_SETTLED_WITHIN):
            while faults(running):
                await asyncio.sleep(_LOOKED_AT_EVERY)
                await press_refresh(running)
    except TimeoutError:
        return  # the verdict says what is still amiss


def _how(delivered: Delivered) -> str:
    """Return what became of a command, as its agent saw it."""
    said = "a sentence" if delivered.body else "nothing said"
    return f"{delivered.outcome}, status {delivered.status or 'none'}, {said}"


def summary(running: Town, struck: list[str]) -> str:
    """Return what happened, in a line for each kind."""
    outcomes = answers(running)
    kinds = [f"{struck.count(name)} times: {name}" for name in sorted(set(struck))]
    kinds += [
        f"{times} commands ended as: {how}" for how, times in Counter(map(_how, running.answered.values())).items()
    ]
    deaths = sum(bot.deaths for bot in running.bots)
    commands = (
        f"{len(running.answered)} commands: {len(outcomes.accepted)} taken in, {len(outcomes.refused)} refused,"
        f" {len(outcomes.unknown)} nobody knows; {len(running.around.apizee.tickets)} tickets"
    )
    return "\n".join([commands, *kinds, f"{deaths} deaths of bots, {running.redis.deaths} of Redis"])
