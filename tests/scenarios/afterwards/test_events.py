"""The operator's own system learns what becomes of sessions, by the receiver that the documentation prints too."""

from __future__ import annotations

import asyncio
import re
import sys
from dataclasses import replace
from pathlib import Path

import httpx

from bot.model.timing import EventTiming
from playground.demo import free_port
from tests.scenarios.environment import Environment, Vendors, new_environment
from tests.scenarios.process import program
from tests.scenarios.receiver import SECRET, receiving

_PAGE = Path(__file__).parents[3] / "docs/events.md"


async def test_each_state_of_a_session_is_an_event_in_order_while_the_receiver_refuses_at_first(
    around: Vendors,
) -> None:
    soon = replace(around.timing, events=EventTiming(first_pause=0.05))
    async with receiving() as receiver:
        receiver.answers = [503, 302]
        sends = {"events_url": receiver.url, "events_secret": SECRET, "apizee_poll_seconds": 1}
        async with new_environment(around, timing=soon, **sends) as environment:
            await environment.assist("+33 6 62 68 21 93 ref:CASE-1234")
            ticket = await environment.invited()
            environment.customer_comes(ticket)
            await receiver.receives("session.in_progress")
            environment.apizee.hangs_up(ticket.id)
            await receiver.receives("session.done")
            await _counted(environment, 'events_total{outcome="refused",type="session.inviting"} 2')
        types = ["session.inviting", "session.invited", "session.in_progress", "session.done"]
        assert receiver.types == ["session.inviting", "session.inviting", *types]
        last = receiver.events[-1]["session"]
        assert (last["ticket"], last["reference"], last["agent"]) == (ticket.id, "CASE-1234", ticket.agent.login)


async def test_the_receiver_of_the_documentation_takes_what_the_bot_sends_and_nothing_else(
    around: Vendors, tmp_path: Path
) -> None:
    [code] = re.findall(r"```python\n(.*?)```", _PAGE.read_text("utf-8"), re.DOTALL)
    assert len([line for line in code.splitlines() if line.strip()]) <= 10
    port = str(free_port())
    settings = {"EVENTS_SECRET": SECRET, "PORT": port}
    async with program([sys.executable, "-c", code], settings, tmp_path) as receiver:
        for secret, contact, said in (
            (SECRET, "ann@client.com", "session.invited"),
            ("another-secret-of-somebody", "bob@client.com", "refused"),
        ):
            url = f"http://127.0.0.1:{port}/"
            async with new_environment(around, events_url=url, events_secret=secret) as environment:
                await environment.assist(contact)
                await receiver.says(said)


async def _counted(environment: Environment, line: str) -> None:
    """Return once the metrics say this."""
    async with httpx.AsyncClient() as http, asyncio.timeout(30):
        while line not in (await http.get(f"{environment.bot_url}/metrics")).text:  # noqa: ASYNC110  # it gives no notice
            await asyncio.sleep(0.05)
