"""What a page is given to show: the workspace as one person sees it."""

from __future__ import annotations

import json

from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Workspace, as_seen_by
from sandbox.slack.default_world import ALICE_AND_BRUNO, PRIVATE, SUPPORT, U_EN, U_FR, U_NOLOGIN
from tests.sandbox.slack.environment import field_of, modal, section


async def test_everybody_sees_their_own_slack(client: AsyncWebClient, workspace: Workspace) -> None:
    card = workspace.say(U_EN, SUPPORT, "card")
    workspace.say(U_FR, SUPPORT, "reply", thread_ts=card.ts)
    await client.chat_postEphemeral(channel=SUPPORT, user=U_EN, text="psst")
    await client.chat_postEphemeral(channel=SUPPORT, user=U_EN, text="psst in the thread", thread_ts=card.ts)
    mine, theirs = as_seen_by(workspace, U_EN), as_seen_by(workspace, U_FR)
    support = next(one for one in mine["channels"] if one["id"] == SUPPORT)
    assert [(one["text"], one["is_ephemeral"]) for one in support["messages"]] == [("card", False), ("psst", True)]
    assert [one["text"] for one in support["messages"][0]["replies"]] == ["reply", "psst in the thread"]
    assert "psst" not in json.dumps(theirs)


async def test_private_places_are_seen_by_their_members(workspace: Workspace) -> None:
    workspace.channels[PRIVATE].members.remove(U_NOLOGIN)
    seen = {one["id"] for one in as_seen_by(workspace, U_NOLOGIN)["channels"]}
    assert SUPPORT in seen
    assert not {PRIVATE, ALICE_AND_BRUNO} & seen


async def test_the_open_modal_and_the_home_tab_are_there(client: AsyncWebClient, workspace: Workspace) -> None:
    form = modal(field_of("name", {"type": "plain_text_input"}))
    await client.views_open(trigger_id=workspace.triggers.issue(U_EN, SUPPORT), view=form)
    await client.views_publish(user_id=U_EN, view={"type": "home", "blocks": [section("home")]})
    workspace.modals[U_EN].errors = {"name": "Too short"}
    seen = as_seen_by(workspace, U_EN)
    assert (seen["view"]["title"]["text"], seen["view"]["errors"]) == ("A form", {"name": "Too short"})
    assert seen["home"]["blocks"][0]["text"]["text"] == "home"
    assert as_seen_by(workspace, U_FR)["view"] is None
