"""Links of the app's domains, and steps of workflows: what Slack sends and what it takes."""

from __future__ import annotations

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.manifest.workflow_steps import functions
from sandbox.slack import SlackClientSide, Workspace
from sandbox.slack.client.workflows import NotRunError
from sandbox.slack.default_world import SUPPORT, U_EN, U_STRANGER
from tests.sandbox.slack.environment import Bot, Clock, section

LINK = "https://cloud.client.com/entrypoint/1/tickets/7?a=1&b=2"
GIVEN = {"contact": "jean@client.com", "agent": U_EN, "channel": SUPPORT}


@pytest.fixture(autouse=True)
def registered(workspace: Workspace) -> None:
    workspace.unfurl_domains, workspace.functions = ("client.com",), functions()


async def test_the_app_is_sent_the_links_of_its_domains_and_of_what_lies_below_them(
    people: SlackClientSide, bot: Bot
) -> None:
    message = await people.say(U_EN, SUPPORT, f"<{LINK.replace('&', '&amp;')}> https://notclient.com/x")
    event = bot.last["event"]
    assert event["links"] == [{"domain": "client.com", "url": LINK}]
    assert (event["channel"], event["message_ts"], event["source"]) == (SUPPORT, message.ts, "conversations_history")


async def test_nothing_is_sent_of_others_links_and_of_strangers(people: SlackClientSide, bot: Bot) -> None:
    await people.say(U_EN, SUPPORT, "https://example.com/x")
    await people.say(U_STRANGER, SUPPORT, LINK)
    assert not bot.received


async def test_a_draft_has_neither_a_channel_nor_a_time(people: SlackClientSide, bot: Bot) -> None:
    await people.draft(U_EN, LINK)
    event = bot.last["event"]
    assert (event["channel"], event["source"]) == ("COMPOSER", "composer")
    assert event["unfurl_id"] == event["message_ts"]


async def test_a_link_is_unfurled_below_its_message_and_again_in_the_same_place(
    people: SlackClientSide, client: AsyncWebClient
) -> None:
    message = await people.say(U_EN, SUPPORT, LINK)
    for text in ("one", "two"):
        await client.api_call(
            "chat.unfurl",
            json={"channel": SUPPORT, "ts": message.ts, "unfurls": {LINK: {"blocks": [section(text)]}}},
        )
    (shown,) = message.attachments
    assert (shown["app_unfurl_url"], shown["blocks"][0]["text"]["text"]) == (LINK, "two")


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"unfurls": {"https://cloud.client.com/other": {"blocks": []}}}, "cannot_unfurl_url"),
        ({"unfurls": {LINK: {"blocks": [{"type": "nonsense"}]}}}, "cannot_parse_attachment"),
        ({"unfurls": None}, "missing_unfurls"),
        ({"ts": "1.000001"}, "cannot_find_message"),
        ({"channel": "C0NOWHERE"}, "cannot_find_channel"),
        ({"unfurl_id": "nobody's", "source": "composer"}, "invalid_unfurl_id"),
        ({"unfurl_id": "nobody's", "source": "elsewhere"}, "invalid_source"),
    ],
)
async def test_what_is_no_link_of_the_message_is_refused(
    people: SlackClientSide, client: AsyncWebClient, changed: dict[str, object], error: str
) -> None:
    message = await people.say(U_EN, SUPPORT, LINK)
    asked: dict[str, object] = {"channel": SUPPORT, "ts": message.ts, "unfurls": {LINK: {"blocks": []}}} | changed
    with pytest.raises(SlackApiError, match=error):
        await client.api_call("chat.unfurl", json={name: value for name, value in asked.items() if value is not None})


async def test_a_step_is_completed_once_with_the_outputs_that_it_declares(
    people: SlackClientSide, client: AsyncWebClient, workspace: Workspace, bot: Bot
) -> None:
    await people.run_workflow(U_EN, "start_assistance_step", GIVEN)
    event = bot.last["event"]
    assert (event["function"]["callback_id"], event["inputs"]) == ("start_assistance_step", GIVEN)
    run = {"function_execution_id": event["function_execution_id"]}
    for outputs in ({"ticket": "7"}, {"ticket": 7, "state": "invited"}, {"ticket": "7", "state": "x", "other": "x"}):
        with pytest.raises(SlackApiError, match="parameter_validation_failed"):
            await client.api_call("functions.completeSuccess", json={**run, "outputs": outputs})
    await client.api_call("functions.completeSuccess", json={**run, "outputs": {"ticket": "7", "state": "invited"}})
    assert workspace.executions[event["function_execution_id"]].status == "completed"
    with pytest.raises(SlackApiError, match="execution_not_in_running_state"):
        await client.api_call("functions.completeError", json={**run, "error": "late"})


async def test_the_token_of_a_run_dies_after_fifteen_minutes(
    people: SlackClientSide, client: AsyncWebClient, bot: Bot, clock: Clock
) -> None:
    await people.run_workflow(U_EN, "start_assistance_step", GIVEN)
    event = bot.last["event"]
    ended = {"function_execution_id": event["function_execution_id"], "error": "no"}
    client.token = event["bot_access_token"]
    clock.now += 901
    with pytest.raises(SlackApiError, match="token_expired"):
        await client.api_call("functions.completeError", json=ended)
    clock.now -= 901
    await client.api_call("functions.completeError", json=ended)


@pytest.mark.parametrize("changed", [{"contact": ""}, {"agent": "U0NOBODY1"}, {"channel": "C0NOWHERE"}])
async def test_slack_runs_no_step_without_what_it_needs(people: SlackClientSide, changed: dict[str, str]) -> None:
    with pytest.raises(NotRunError):
        await people.run_workflow(U_EN, "start_assistance_step", GIVEN | changed)
