"""Socket Mode: the app opens a socket with Slack's own client, and gets there what people do."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import SlackClientSide, Workspace
from sandbox.slack.default_world import SUPPORT, U_EN


@pytest.fixture
async def received(workspace: Workspace, client: AsyncWebClient) -> AsyncIterator[list[SocketModeRequest]]:
    """Yield what an app on a socket was sent; it answers every command with `hello`."""
    requests: list[SocketModeRequest] = []

    async def answer(socket: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        requests.append(request)
        payload = {"text": "hello"} if request.type == "slash_commands" else None
        await socket.send_socket_mode_response(SocketModeResponse(request.envelope_id, payload))

    app = SocketModeClient(workspace.credentials.app_token, web_client=client, auto_reconnect_enabled=False)
    app.socket_mode_request_listeners.append(answer)
    await app.connect()  # type: ignore[no-untyped-call]  # the library leaves it untyped
    await workspace.wait_for(lambda: workspace.link.is_up)
    yield requests
    await app.close()  # type: ignore[no-untyped-call]  # likewise
    await workspace.wait_for(lambda: not workspace.link.is_up)


async def test_a_command_goes_through_the_socket(workspace: Workspace, received: list[SocketModeRequest]) -> None:
    people = SlackClientSide.over_socket(workspace)
    delivered = await people.command(U_EN, SUPPORT, "/assist", "help")
    assert delivered.outcome == "ok"
    assert (received[0].type, received[0].payload["command"]) == ("slash_commands", "/assist")
    assert [one.text for one in workspace.ephemerals(U_EN)] == ["hello"]


async def test_interactions_and_events_go_there_too(workspace: Workspace, received: list[SocketModeRequest]) -> None:
    people = SlackClientSide.over_socket(workspace)
    await people.global_shortcut(U_EN, "start_meeting")
    opened = await people.open_home(U_EN)
    await people.redeliver(opened)
    assert [one.type for one in received] == ["interactive", "events_api", "events_api"]
    assert (received[2].retry_attempt, received[2].retry_reason) == (1, "http_timeout")
    assert received[1].payload == received[2].payload


async def test_without_a_socket_nobody_is_there(workspace: Workspace) -> None:
    people = SlackClientSide.over_socket(workspace)
    assert (await people.command(U_EN, SUPPORT, "/assist", "help")).outcome == "dispatch_failed"


async def test_only_the_apps_own_token_opens_a_socket(client: AsyncWebClient, workspace: Workspace) -> None:
    opened = await client.apps_connections_open(app_token=workspace.credentials.app_token)
    assert opened["url"].startswith("ws://127.0.0.1:")
