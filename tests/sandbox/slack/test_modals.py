"""Filling in modals: what Slack sends of them, and what it does with the bot's answer."""

from __future__ import annotations

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import SlackClientSide, Workspace
from sandbox.slack.client.modal_submission import NotSubmittedError
from sandbox.slack.default_world import GENERAL, SUPPORT, U_EN
from sandbox.slack.model import View
from tests.sandbox.slack.environment import Bot, Json, actions, button, field_of, modal, plain

OPTIONS = [{"text": plain(name), "value": name} for name in ("one", "two")]
CHANNEL: Json = {
    "type": "conversations_select",
    "response_url_enabled": True,
    "default_to_current_conversation": True,
}
FORM = modal(
    field_of("contact", {"type": "plain_text_input", "initial_value": "+33662682193", "max_length": 20}),
    field_of("reference", {"type": "plain_text_input"}, optional=True),
    field_of("channel", CHANNEL),
    field_of("moderation", {"type": "checkboxes", "options": OPTIONS}, optional=True),
    field_of("kind", {"type": "static_select", "options": OPTIONS, "initial_option": OPTIONS[0]}),
    actions(button("help")),
    callback_id="form",
    private_metadata="origin",
    notify_on_close=True,
)


@pytest.fixture
async def view(client: AsyncWebClient, workspace: Workspace) -> View:
    await client.views_open(trigger_id=workspace.triggers.issue(U_EN, SUPPORT), view=FORM)
    return workspace.modals[U_EN]


async def test_a_submission_holds_what_stood_there_and_what_was_typed(
    people: SlackClientSide, bot: Bot, view: View
) -> None:
    await people.submit(U_EN, {"reference": "1234", "moderation": ["two"], "kind": "two"})
    sent = bot.last["view"]
    values = {name: block[name] for name, block in sent["state"]["values"].items()}
    assert values["contact"] == {"type": "plain_text_input", "value": "+33662682193"}
    assert values["reference"]["value"] == "1234"
    assert values["channel"]["selected_conversation"] == SUPPORT
    assert [option["value"] for option in values["moderation"]["selected_options"]] == ["two"]
    assert values["kind"]["selected_option"]["value"] == "two"
    assert (sent["id"], sent["callback_id"], sent["private_metadata"]) == (view.id, "form", "origin")


async def test_a_submission_brings_a_response_url_for_the_chosen_channel(
    people: SlackClientSide, bot: Bot, view: View, workspace: Workspace
) -> None:
    await people.submit(view.user, {"channel": GENERAL})
    (url,) = bot.last["response_urls"]
    assert (url["block_id"], url["action_id"], url["channel_id"]) == ("channel", "channel", GENERAL)
    assert url["response_url"].startswith(f"{workspace.address}/response/")


@pytest.mark.parametrize("typed", [{"contact": None}, {"contact": ""}, {"contact": "x" * 21}, {"channel": None}])
async def test_slack_does_not_submit_what_is_missing_or_too_long(
    people: SlackClientSide, bot: Bot, view: View, typed: dict[str, object]
) -> None:
    with pytest.raises(NotSubmittedError):
        await people.submit(view.user, typed)
    assert bot.received == []


@pytest.mark.parametrize("typed", [{"no_such_field": "x"}, {"kind": "three"}])
async def test_nobody_fills_in_what_is_not_there(people: SlackClientSide, view: View, typed: dict[str, object]) -> None:
    with pytest.raises(LookupError):
        await people.submit(view.user, typed)


async def test_an_empty_answer_closes_the_modal(people: SlackClientSide, view: View, workspace: Workspace) -> None:
    await people.submit(view.user)
    assert workspace.open_view(U_EN) is None
    with pytest.raises(LookupError):
        await people.submit(U_EN)


async def test_errors_stand_beside_their_fields(
    people: SlackClientSide, bot: Bot, view: View, workspace: Workspace
) -> None:
    bot.says = {"response_action": "errors", "errors": {"contact": "No such number"}}
    await people.submit(view.user)
    assert workspace.open_view(U_EN) is view
    assert view.errors == {"contact": "No such number"}


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ({"response_action": "errors", "errors": {"nowhere": "x"}}, "invalid_errors"),
        ({"response_action": "errors"}, "invalid_errors"),
        ({"response_action": "update"}, "invalid_arguments"),
        ({"response_action": "explode"}, "invalid_response_action"),
    ],
)
async def test_an_answer_slack_cannot_use_leaves_the_modal_open(
    people: SlackClientSide, bot: Bot, view: View, workspace: Workspace, answer: Json, outcome: str
) -> None:
    bot.says = answer
    assert (await people.submit(view.user)).outcome == outcome
    assert workspace.open_view(U_EN) is view


async def test_an_answer_may_update_push_and_clear(
    people: SlackClientSide, bot: Bot, view: View, workspace: Workspace
) -> None:
    bot.says = {"response_action": "update", "view": modal(callback_id="second")}
    await people.submit(view.user)
    assert (view.callback_id, workspace.open_view(U_EN)) == ("second", view)
    bot.says = {"response_action": "push", "view": modal(callback_id="third")}
    await people.submit(view.user)
    top = workspace.modals[U_EN]
    assert (top.callback_id, top.previous) == ("third", view)
    bot.says = ""
    await people.submit(U_EN)
    assert workspace.open_view(U_EN) is view
    bot.says = {"response_action": "clear"}
    await people.submit(U_EN)
    assert workspace.open_view(U_EN) is None


async def test_a_bot_in_trouble_leaves_the_modal_open(
    people: SlackClientSide, bot: Bot, view: View, workspace: Workspace
) -> None:
    bot.status = 500
    assert (await people.submit(view.user)).outcome == "dispatch_failed"
    assert workspace.open_view(U_EN) is view
    assert view.errors


async def test_closing_is_sent_where_the_view_asks_for_it(
    people: SlackClientSide, bot: Bot, view: View, workspace: Workspace
) -> None:
    await people.close(view.user)
    assert (bot.last["type"], bot.last["view"]["id"]) == ("view_closed", view.id)
    assert workspace.open_view(U_EN) is None
    quiet = {name: value for name, value in FORM.items() if name != "notify_on_close"}
    workspace.modals[U_EN] = View("V1", U_EN, quiet, "hash")
    assert await people.close(U_EN) is None


async def test_a_click_in_a_view_belongs_to_no_channel(people: SlackClientSide, bot: Bot, view: View) -> None:
    await people.click_in_view(view, "help")
    assert bot.last["container"] == {"type": "view", "view_id": view.id}
    assert "channel" not in bot.last
    assert "response_url" not in bot.last
