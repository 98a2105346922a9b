"""The endpoint of the Web API: who may call, how, with which arguments, and what happens on bad days."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import httpx
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.loopback import serving
from sandbox.slack import Workspace, build_app
from sandbox.slack.default_world import SUPPORT, U_EN
from sandbox.slack.faults import AnswerLost, AnswerNever, Broken, Down, RateLimited, Refuses, Slow


async def refused(client: AsyncWebClient, method: str, **arguments: Any) -> dict[str, Any]:  # noqa: ANN401  # JSON
    with pytest.raises(SlackApiError) as caught:
        await client.api_call(method, json=arguments)
    return dict(caught.value.response.data)


async def test_the_bot_learns_who_it_is_and_which_scopes_it_has(client: AsyncWebClient, workspace: Workspace) -> None:
    answer = await client.auth_test()
    assert (answer["team_id"], answer["user_id"]) == (workspace.team, workspace.bot_user)
    assert "chat:write.public" in answer.headers["x-oauth-scopes"].split(",")


async def test_a_call_without_a_token_is_refused(workspace: Workspace, http: aiohttp.ClientSession) -> None:
    async with http.post(f"{workspace.address}/api/auth.test") as answer:
        assert await answer.json() == {"ok": False, "error": "not_authed"}


@pytest.mark.parametrize(
    ("token", "error"), [("xoxb-stranger", "invalid_auth"), ("xapp-stranger", "not_allowed_token_type")]
)
async def test_a_strange_token_is_refused(
    workspace: Workspace, http: aiohttp.ClientSession, token: str, error: str
) -> None:
    async with http.post(f"{workspace.address}/api/auth.test", headers={"Authorization": f"Bearer {token}"}) as answer:
        assert (await answer.json())["error"] == error


async def test_the_token_may_stand_among_the_arguments(workspace: Workspace, http: aiohttp.ClientSession) -> None:
    async with http.post(f"{workspace.address}/api/auth.test", data={"token": workspace.bot_token}) as answer:
        assert (await answer.json())["ok"]


async def test_after_the_app_was_removed_its_token_opens_nothing(client: AsyncWebClient, workspace: Workspace) -> None:
    await client.auth_revoke(test=True)
    assert workspace.is_installed
    await client.auth_revoke()
    assert (await refused(client, "auth.test"))["error"] == "account_inactive"


async def test_an_unknown_method_is_refused(client: AsyncWebClient) -> None:
    assert (await refused(client, "chat.shout"))["error"] == "unknown_method"


async def test_missing_and_unknown_arguments_are_named(client: AsyncWebClient) -> None:
    answer = await refused(client, "chat.postMessage", colour="blue")
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == [
        "missing required field: channel",
        "unknown field: colour",
    ]


async def test_a_missing_scope_is_named(workspace: Workspace, client: AsyncWebClient) -> None:
    workspace.scopes -= {"users:read"}
    with pytest.raises(SlackApiError) as caught:
        await client.users_info(user=U_EN)
    assert caught.value.response["needed"] == "users:read"
    assert "chat:write" in caught.value.response["provided"]


async def test_what_changes_something_is_not_called_by_get(client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError, match="must be called by POST"):
        await client.api_call("chat.postMessage", http_verb="GET", params={"channel": SUPPORT, "text": "hi"})


async def test_reads_take_no_json(client: AsyncWebClient) -> None:
    assert (await refused(client, "users.info", user=U_EN))["error"] == "invalid_arguments"


@pytest.mark.parametrize(("body", "error"), [(b"{", "invalid_json"), (b"[]", "json_not_object")])
async def test_a_body_must_be_what_it_says(
    workspace: Workspace, http: aiohttp.ClientSession, body: bytes, error: str
) -> None:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {workspace.bot_token}"}
    async with http.post(f"{workspace.address}/api/auth.test", data=body, headers=headers) as answer:
        assert (await answer.json())["error"] == error


async def test_structures_in_forms_must_be_json(client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        await client.api_call("chat.postMessage", data={"channel": SUPPORT, "blocks": "[nonsense"})


async def test_every_call_is_recorded_with_what_stood_in_its_url(client: AsyncWebClient, workspace: Workspace) -> None:
    await client.api_call("chat.postMessage", params={"channel": SUPPORT}, json={"text": "hi"})
    (call,) = workspace.calls_of("chat.postMessage")
    assert call.args == {"channel": SUPPORT, "text": "hi"}
    assert call.in_url == {"channel"}
    assert (call.status, call.ok, call.error, call.at) == (200, True, "", workspace.clock())


async def test_a_rate_limit_says_how_long_to_wait_and_then_ends(client: AsyncWebClient, workspace: Workspace) -> None:
    workspace.faults.switch_on(RateLimited(retry_after=7), "chat.postMessage", times=1)
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=SUPPORT, text="hi")
    assert (caught.value.response.status_code, caught.value.response.headers["Retry-After"]) == (429, "7")
    await client.chat_postMessage(channel=SUPPORT, text="hi")
    assert [call.status for call in workspace.calls] == [429, 200]


async def test_slacks_servers_may_fail_or_refuse(client: AsyncWebClient, workspace: Workspace) -> None:
    workspace.faults.switch_on(Broken(503), times=1)
    with pytest.raises(SlackApiError) as caught:
        await client.auth_test()
    assert caught.value.response.status_code == 503
    workspace.faults.switch_on(Refuses("fatal_error"), "auth.test")
    assert (await refused(client, "auth.test"))["error"] == "fatal_error"
    workspace.faults.switch_off()
    await client.auth_test()


async def test_a_lost_answer_leaves_the_message_in_the_channel(client: AsyncWebClient, workspace: Workspace) -> None:
    workspace.faults.switch_on(AnswerLost(), "chat.postMessage", times=1)
    with pytest.raises(aiohttp.ClientConnectionError):
        await client.chat_postMessage(channel=SUPPORT, text="hi")
    assert [message.text for message in workspace.messages(SUPPORT)] == ["hi"]


async def test_a_transport_that_cannot_hang_up_says_so(workspace: Workspace) -> None:
    workspace.faults.switch_on(Down())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(build_app(workspace))) as in_process:
        with pytest.raises(ConnectionResetError):
            await in_process.post("http://slack.test/api/auth.test", data={"token": workspace.bot_token})


async def test_a_refused_call_leaves_nothing(client: AsyncWebClient, workspace: Workspace) -> None:
    workspace.faults.switch_on(Down(), "chat.postMessage", times=1)
    with pytest.raises(aiohttp.ClientConnectionError):
        await client.chat_postMessage(channel=SUPPORT, text="hi")
    assert workspace.messages(SUPPORT) == []
    assert [call.error for call in workspace.calls] == ["no answer"]


async def test_an_answer_that_never_comes_ends_when_the_caller_gives_up(
    client: AsyncWebClient, workspace: Workspace
) -> None:
    workspace.faults.switch_on(AnswerNever(), "chat.postMessage", times=1)
    posting = asyncio.ensure_future(client.chat_postMessage(channel=SUPPORT, text="hi"))
    await workspace.wait_for(lambda: workspace.messages(SUPPORT))
    assert not posting.done()
    posting.cancel()


async def test_slack_may_be_slow(client: AsyncWebClient, workspace: Workspace) -> None:
    workspace.faults.switch_on(Slow(0.02), "auth.test")
    clock = asyncio.get_running_loop().time
    start = clock()
    await client.auth_test()
    assert clock() - start >= 0.02


async def test_hooks_see_a_call_before_it_is_done_and_before_it_is_answered(
    client: AsyncWebClient, workspace: Workspace
) -> None:
    seen: list[tuple[str, str, int]] = []

    async def before(method: str) -> None:
        seen.append(("before", method, len(workspace.messages(SUPPORT))))

    async def after(method: str) -> None:
        seen.append(("after", method, len(workspace.messages(SUPPORT))))

    workspace.before, workspace.after = before, after
    await client.chat_postMessage(channel=SUPPORT, text="hi")
    assert seen == [("before", "chat.postMessage", 0), ("after", "chat.postMessage", 1)]


async def test_waiting_for_what_never_happens_ends(workspace: Workspace) -> None:
    with pytest.raises(TimeoutError):
        await workspace.wait_for(lambda: workspace.messages(SUPPORT), timeout=0.01)


async def test_a_second_workspace_is_recognised_by_its_token(http: aiohttp.ClientSession) -> None:
    first, second = Workspace(), Workspace(team="T0002", bot_token="xoxb-second")
    second.is_installed = False
    async with serving(build_app(first, second)) as address:
        client = AsyncWebClient(base_url=f"{address}/api/", session=http)
        code = second.authorize()
        known = second.credentials
        basic = {"Authorization": aiohttp.encode_basic_auth(known.client_id, known.client_secret)}
        async with http.post(f"{address}/api/oauth.v2.access", data={"code": code}, headers=basic) as answer:
            installed = await answer.json()
        assert installed["team"]["id"] == "T0002"
        assert (await client.auth_test(token=installed["access_token"]))["team_id"] == "T0002"
        assert (await client.auth_test(token=first.bot_token))["team_id"] == first.team
        with pytest.raises(SlackApiError, match="invalid_code"):
            await client.api_call("oauth.v2.access", data={"code": code})


@pytest.mark.parametrize(
    ("client_id", "secret", "error"), [("", "x", "invalid_client_id"), (None, "wrong", "bad_client_secret")]
)
async def test_a_stranger_cannot_install_or_uninstall(
    client: AsyncWebClient, workspace: Workspace, client_id: str | None, secret: str, error: str
) -> None:
    named = workspace.credentials.client_id if client_id is None else client_id
    with pytest.raises(SlackApiError, match=error):
        await client.api_call(
            "oauth.v2.access", data={"client_id": named, "client_secret": secret, "code": workspace.authorize()}
        )
    with pytest.raises(SlackApiError, match=error):
        await client.apps_uninstall(client_id=named, client_secret=secret)


async def test_the_app_can_uninstall_itself(client: AsyncWebClient, workspace: Workspace) -> None:
    known = workspace.credentials
    await client.apps_uninstall(client_id=known.client_id, client_secret=known.client_secret)
    assert not workspace.is_installed
