"""Agents who type commands all the time, each for another customer."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from sandbox.slack.default_world import SUPPORT, U_EN
from tests.scenarios.environment import Environment

PER_SECOND = 20


@dataclass
class Crowd:
    """Types twenty commands a second; knows whose were acknowledged, and which were not answered at all."""

    environment: Environment
    acknowledged: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    _numbers: itertools.count[int] = field(default_factory=itertools.count)

    async def types_until(self, typing: asyncio.TaskGroup, enough: int) -> None:
        """Type until so many more commands are acknowledged; nobody waits for the others' answers."""
        wanted = len(self.acknowledged) + enough
        await self._types_while(typing, lambda: len(self.acknowledged) < wanted)

    async def types_during(self, typing: asyncio.TaskGroup, what: Coroutine[Any, Any, None]) -> None:
        """Type for as long as something else takes."""
        under_way = typing.create_task(what)
        await self._types_while(typing, lambda: not under_way.done())

    async def has_what_it_asked_for(self) -> None:
        """Check that each customer whose command was acknowledged is invited, and that nobody is invited twice."""
        outbox = self.environment.apizee.outbox
        await self.environment.apizee.wait_for(lambda: {one.to for one in outbox} >= set(self.acknowledged), 90)
        assert len({one.to for one in outbox}) == len(outbox)

    async def _types_while(self, typing: asyncio.TaskGroup, goes_on: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while goes_on():
                typing.create_task(self._types_one())
                await asyncio.sleep(1 / PER_SECOND)

    async def _types_one(self) -> None:
        contact = f"customer{next(self._numbers)}@client.com"
        delivered = await self.environment.people.command(U_EN, SUPPORT, "/assist", contact)
        if delivered.status != HTTPStatus.OK:
            self.unanswered.append(f"{contact}: {delivered}")
        elif (delivered.outcome, delivered.body) == ("ok", ""):
            self.acknowledged.append(contact)
