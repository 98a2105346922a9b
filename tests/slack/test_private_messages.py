"""What only one person reads: by three ways, and where one is closed by the next."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from bot.model.messages import Message
from bot.model.people import Conversation, Requester
from bot.slack.client import Slack
from bot.slack.errors import SlackAway
from bot.ui.blocks import actions, button
from sandbox.loopback import serving
from sandbox.slack import Workspace
from sandbox.slack.default_world import PRIVATE, SUPPORT, TEAM, U_EN, U_GONE
from sandbox.slack.faults import Broken, Down, Fault, RateLimited
from tests.fixtures.gateway import HELLO, HERE, asking


async def test_a_private_message_comes_by_the_response_url(gateway: Slack, workspace: Workspace) -> None:
    await gateway.send_private(asking(workspace, channel=PRIVATE), HELLO)
    (send_private,) = workspace.ephemerals(U_EN, PRIVATE)
    assert send_private.text == "Hello"


async def test_in_a_thread_a_private_message_is_an_ephemeral_message(gateway: Slack, workspace: Workspace) -> None:
    parent = workspace.say(U_EN, SUPPORT, "help!")
    await gateway.send_private(asking(workspace, thread_ts=parent.ts), HELLO)
    (send_private,) = workspace.ephemerals(U_EN)
    assert send_private.thread_ts == parent.ts
    assert not workspace.calls_of("response_url")


async def test_where_the_response_url_is_used_up_an_ephemeral_message_does(
    gateway: Slack, workspace: Workspace
) -> None:
    requester = asking(workspace)
    for _ in range(6):
        await gateway.send_private(requester, HELLO)
    assert len(workspace.ephemerals(U_EN)) == 6
    assert len(workspace.calls_of("chat.postEphemeral")) == 1


async def test_a_direct_message_is_the_last_resort(gateway: Slack, workspace: Workspace) -> None:
    await gateway.send_private(Requester(U_EN, Conversation(TEAM, PRIVATE)), HELLO)
    (message,) = workspace.direct_messages(U_EN).messages
    assert message.text == "Hello"


async def test_where_nothing_reaches_a_person_nothing_breaks(gateway: Slack, workspace: Workspace) -> None:
    with capture_logs() as logs:
        await gateway.send_private(Requester(U_GONE, HERE), HELLO)
    assert [one["event"] for one in logs if one["log_level"] != "debug"] == ["person_not_reached"]
    assert not workspace.messages(SUPPORT)


async def test_a_response_url_of_another_host_is_never_called(gateway: Slack, workspace: Workspace) -> None:
    async def collect(scope: object, receive: object, send: object) -> None:  # noqa: ARG001  # ASGI
        pytest.fail("somebody else's address was called")

    async with serving(collect) as elsewhere:
        forged = Requester(U_EN, HERE, elsewhere.replace("127.0.0.1", "localhost") + "/response")
        await gateway.send_private(forged, HELLO)
    assert len(workspace.calls_of("chat.postEphemeral")) == 1


async def test_a_private_message_can_take_the_place_of_the_one_that_was_clicked(
    gateway: Slack, workspace: Workspace
) -> None:
    pages = Message("Page 1", (actions(button("media_next", "Next", "2")),))
    await gateway.send_private(asking(workspace), pages)
    (send_private,) = workspace.ephemerals(U_EN)
    url = f"{workspace.address}/response/{workspace.response_urls.issue(U_EN, SUPPORT, send_private)}"
    await gateway.send_private(Requester(U_EN, HERE, url), Message("Page 2"), replacing=True)
    assert [one.text for one in workspace.ephemerals(U_EN)] == ["Page 2"]


# ── Slack on bad days ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("fault", [RateLimited(7), Broken(500), Down()])
async def test_a_response_url_that_does_not_answer_now_is_tried_again(
    gateway: Slack, workspace: Workspace, fault: Fault
) -> None:
    workspace.faults.switch_on(fault, "response_url")
    with pytest.raises(SlackAway):
        await gateway.send_private(asking(workspace), HELLO)
    assert not workspace.calls_of("chat.postEphemeral")


async def test_a_way_that_slack_closes_for_longer_is_passed_over(gateway: Slack, workspace: Workspace) -> None:
    workspace.faults.switch_on(RateLimited(30), "response_url")
    assert await gateway.send_private(asking(workspace), HELLO)
    assert len(workspace.calls_of("chat.postEphemeral")) == 1
