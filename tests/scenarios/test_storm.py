"""A storm of webhooks, repeated and in no order, ends in the right cards, and Apizee is asked little."""

from __future__ import annotations

import asyncio
import json
import random
from collections import defaultdict
from collections.abc import Sequence

import aiohttp
import pytest

from sandbox.apizee.model import Operation
from sandbox.apizee.webhooks import body_of
from tests.scenarios.environment import Stage, Vendors, said
from tests.scenarios.webhooks import HEADER, SECRET, listening

TICKETS, WEBHOOKS = 20, 1_000  # poured out twice
SENDERS = 20


@pytest.mark.slow
async def test_two_thousand_webhooks_in_ten_seconds(around: Vendors) -> None:
    async with listening(around) as heard:
        stage = heard.stage
        heard.sender.faults.missing = True
        await invite_everybody(stage)
        live(stage)
        await pour(heard.url, shuffled(stage))
        end(stage)
        await pour(heard.url, shuffled(stage))
        await stage.slack.wait_for(lambda: all_is_told(stage), 15)
        assert not asked_too_often(stage)


async def invite_everybody(stage: Stage) -> None:
    for number in range(TICKETS):
        await stage.assist(f"+33 6 62 68 21 {number:02}")
    await stage.slack.wait_for(lambda: len(stage.slack.whispers) == TICKETS, 20)


def live(stage: Stage) -> None:
    for ticket in list(stage.apizee.tickets):
        stage.apizee.customer_opens(ticket)


def end(stage: Stage) -> None:
    world = stage.apizee
    for ticket in list(world.tickets):
        if ticket % 2:
            world.declines(ticket)
        else:
            world.accepts(ticket)
            world.allows_camera(ticket)
            world.hangs_up(ticket)


def shuffled(stage: Stage) -> list[bytes]:
    """All that happened, many times over with other times; a quarter of it twice."""
    events = [body_of(event, stage.apizee) for event in stage.apizee.events if event.object != "media"]
    different = WEBHOOKS * 3 // 4
    bodies = [json.dumps({**events[n % len(events)], "number": n // len(events)}).encode() for n in range(different)]
    bodies += bodies[: WEBHOOKS - different]
    random.Random(7).shuffle(bodies)  # noqa: S311  # the same disorder every time
    return bodies


async def pour(url: str, bodies: Sequence[bytes]) -> None:
    """Post them all, as fast as they are taken: within ten seconds on a machine that has nothing else to do."""
    async with aiohttp.ClientSession(headers={HEADER: SECRET}) as http:

        async def send(some: Sequence[bytes]) -> None:
            for body in some:
                async with http.post(url, data=body) as answer:
                    assert answer.status == 200

        await asyncio.gather(*(send(bodies[start::SENDERS]) for start in range(SENDERS)))


def all_is_told(stage: Stage) -> bool:
    texts = [said(card) for card in stage.cards()]
    done = [text for text in texts if "Done after" in text and "left" in text]
    declined = [text for text in texts if "declined" in text and "link opened" in text]
    return len(done) == len(declined) == TICKETS // 2


def asked_too_often(stage: Stage) -> list[str]:
    """The tickets that were read more than once a second, from the first read of each to its last."""
    reads = defaultdict[str, list[float]](list)
    for one in stage.apizee.requests:
        if one.operation is Operation.TICKET:
            reads[one.path].append(one.at.timestamp())
    # A request is not always equally long on its way.
    return [path for path, times in reads.items() if len(times) > 1 + (max(times) - min(times)) * 1.1 + 0.5]
