"""What goes wrong: processes die and freeze, Redis dies, and both vendors answer oddly, each at random moments."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass

from sandbox.apizee import faults as apizee
from sandbox.slack import faults as slack
from tests.chaos.poison import open_home_in_revoked_workspace
from tests.chaos.run import Plan, Town

_FROZEN_FOR = 12.0
_CALM_BETWEEN = (0.2, 1.5)
"""Seconds between two disruptions: sometimes one follows before the bot has got over the last."""

_APIZEE: Sequence[apizee.Fault] = (
    apizee.Broken(503),
    apizee.Down(),
    apizee.AnswerLost(),
    apizee.Malformed(),
    apizee.Html(),
    apizee.OddValues(),
    apizee.TokensRevoked(),
    apizee.Slow(2),
)
_SLACK: Sequence[slack.Fault] = (
    slack.RateLimited(1),
    slack.Broken(502),
    slack.Down(),
    slack.AnswerLost(),
    slack.Refuses("internal_error"),
    slack.Slow(2),
)


@dataclass(frozen=True)
class Disruption:
    """Something that goes wrong, under the name that a failed run prints."""

    name: str
    strike: Callable[[Town, random.Random], Coroutine[None, None, None]]


async def disrupt(town: Town, plan: Plan) -> list[str]:
    """Let everything go wrong while commands arrive, each at least once, and return the names in their order."""
    chance = random.Random(plan.seed)  # noqa: S311  # the same disorder every time
    struck: list[str] = []
    dealt = _dealt(chance)
    async with asyncio.timeout(None) as limit, asyncio.TaskGroup() as striking:
        limit.reschedule(asyncio.get_running_loop().time() + plan.seconds + _FROZEN_FOR * 2)
        ends_at = asyncio.get_running_loop().time() + plan.seconds
        while asyncio.get_running_loop().time() < ends_at or len(struck) < len(_DISRUPTIONS):
            disruption = next(dealt)
            struck.append(disruption.name)
            striking.create_task(disruption.strike(town, chance))
            await asyncio.sleep(chance.uniform(*_CALM_BETWEEN))
    return struck


def _dealt(chance: random.Random) -> Iterator[Disruption]:
    """Each disruption once, in an order of chance, then any: however short a run is, nothing is left out."""
    yield from chance.sample(_DISRUPTIONS, len(_DISRUPTIONS))
    while True:
        yield chance.choice(_DISRUPTIONS)


async def _kill_a_bot(town: Town, chance: random.Random) -> None:
    chance.choice(town.bots).kill()


async def _freeze_a_bot(town: Town, chance: random.Random) -> None:
    await chance.choice(town.bots).freeze(_FROZEN_FOR)


async def _kill_redis(town: Town, _chance: random.Random) -> None:
    town.redis.kill()


async def _freeze_redis(town: Town, _chance: random.Random) -> None:
    await town.redis.freeze(1.0)


async def _spoil_apizee(town: Town, chance: random.Random) -> None:
    town.around.apizee.faults.switch_on(chance.choice(_APIZEE), times=1)


async def _spoil_slack(town: Town, chance: random.Random) -> None:
    town.around.slack.faults.switch_on(chance.choice(_SLACK), times=1)


async def _open_a_revoked_home(town: Town, chance: random.Random) -> None:
    await open_home_in_revoked_workspace(town.around.slack, (await town.balanced(chance)).people)


_DISRUPTIONS = (
    Disruption("a bot was killed", _kill_a_bot),
    Disruption("a bot was frozen", _freeze_a_bot),
    Disruption("Redis was killed", _kill_redis),
    Disruption("Redis was frozen", _freeze_redis),
    Disruption("Apizee answered oddly", _spoil_apizee),
    Disruption("Apizee answered oddly", _spoil_apizee),
    Disruption("Slack answered oddly", _spoil_slack),
    Disruption("Slack answered oddly", _spoil_slack),
    Disruption("somebody opened the Home where the token is revoked", _open_a_revoked_home),
)
