"""A bot dies after it has recorded what is new in a session: before its card or the agent is shown it."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import httpx
import pytest

from bot.timing import Timing
from sandbox.slack.default_world import U_EN
from tests.scenarios.environment import Vendors, new_environment, said
from tests.scenarios.kills import SOON_TAKEN_OVER, Kill, bot_of, done, not_done
from tests.scenarios.way_to_redis import watched
from tests.scenarios.webhooks import HEADER, SECRET

FIRST_OF_A_REDRAW = b":slot:redraw:"


@pytest.fixture
def timing() -> Timing:
    return SOON_TAKEN_OVER


async def test_a_card_shows_what_a_bot_has_recorded_before_it_died(around: Vendors, tmp_path: Path) -> None:
    async with watched(around, FIRST_OF_A_REDRAW) as (here, way), bot_of(here, tmp_path) as (bot, environment):
        await environment.assist("+33 6 62 68 21 93")
        ticket = await environment.invited()
        way.is_armed = True
        environment.customer_comes(ticket)
        await asyncio.wait_for(way.reached.wait(), 20)
        await bot.end(signal.SIGKILL)
    assert "In progress" not in environment.cards()[0].text
    async with new_environment(around, apizee_poll_seconds=1) as environment:
        await environment.card("In progress")


@pytest.mark.parametrize("kill", [not_done("chat.postEphemeral"), done("chat.postEphemeral")], ids=str)
async def test_an_agent_reads_of_a_refused_microphone_wherever_the_bot_dies(
    around: Vendors, tmp_path: Path, kill: Kill
) -> None:
    """Only where the bot dies between sending and noting it, the agent may read it twice: Slack does not say."""
    around.environment["APIZEE_WEBHOOK_SECRET"] = SECRET
    refused = {"event": "create", "object": "conversationevent", "props": {"eventType": "mediaDevice.micDisallowed"}}
    async with bot_of(around, tmp_path) as (bot, environment):
        await environment.assist("+33 6 62 68 21 93")
        ticket = await environment.invited()
        await environment.private_message("Your video assistance is ready")
        killing = asyncio.create_task(kill.strikes(around, bot))
        async with httpx.AsyncClient(headers={HEADER: SECRET}) as http:
            await http.post(f"{bot.url}/apizee/webhooks", json={**refused, "objectId": ticket.id})
        await killing
    async with new_environment(around, timing=SOON_TAKEN_OVER) as environment:
        await environment.slack.wait_for(lambda: "microphone refused" in said(environment.cards()[0]), 20)
        await environment.settled()
        shown = [one for one in around.slack.ephemerals(U_EN) if "refused the microphone" in said(one)]
        assert len(shown) in ({1, 2} if kill.is_done else {1})
