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
from tests.scenarios.environment import Environment, Vendors, said
from tests.scenarios.webhooks import HEADER, SECRET, listening

TICKETS, WEBHOOKS = 20, 1_000  # poured out twice
SENDERS = 20


@pytest.mark.slow
async def test_two_thousand_webhooks_in_ten_seconds(around: Vendors) -> None:
    async with listening(around) as listener:
        environment = listener.environment
        listener.sender.faults.missing = True
        await invite_everybody(environment)
        live(environment)
        await pour(listener.url, shuffled(environment))
        end(environment)
        await pour(listener.url, shuffled(environment))
        # Slack itself takes no more messages to one channel, nor edits of one bot, in less time.
        await environment.slack.wait_for(lambda: all_is_shown(environment), 60)
        assert not asked_too_often(environment)


async def invite_everybody(environment: Environment) -> None:
    for number in range(TICKETS):
        await environment.assist(f"+33 6 62 68 21 {number:02}")
    await environment.slack.wait_for(lambda: len(environment.slack.ephemeral_messages) == TICKETS, 20)


def live(environment: Environment) -> None:
    for ticket in list(environment.apizee.tickets):
        environment.apizee.customer_opens(ticket)


def end(environment: Environment) -> None:
    world = environment.apizee
    for ticket in list(world.tickets):
        if ticket % 2:
            world.declines(ticket)
        else:
            world.accepts(ticket)
            world.allows_camera(ticket)
            world.hangs_up(ticket)


def shuffled(environment: Environment) -> list[bytes]:
    """All that happened, many times over with other times; a quarter of it twice."""
    events = [body_of(event, environment.apizee) for event in environment.apizee.events if event.object != "media"]
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


def all_is_shown(environment: Environment) -> bool:
    texts = [said(card) for card in environment.cards()]
    done = [text for text in texts if "Done after" in text and "left" in text]
    declined = [text for text in texts if "declined" in text and "link opened" in text]
    return len(done) == len(declined) == TICKETS // 2


def asked_too_often(environment: Environment) -> list[str]:
    """Return the tickets that were read more than once a second, from the first read of each to its last."""
    reads = defaultdict[str, list[float]](list)
    for one in environment.apizee.requests:
        if one.operation is Operation.TICKET:
            reads[one.path].append(one.at.timestamp())
    # A request is not always equally long on its way.
    return [path for path, times in reads.items() if len(times) > 1 + (max(times) - min(times)) * 1.1 + 0.5]
