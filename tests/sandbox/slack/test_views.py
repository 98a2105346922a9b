"""Modals and the App Home: triggers die young, stacks are shallow, hashes guard against late updates."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Workspace
from sandbox.slack.default_world import SUPPORT, U_EN
from tests.sandbox.slack.environment import Clock, field_of, modal, section

FORM = modal(field_of("name", {"type": "plain_text_input"}), callback_id="form", external_id="one")


async def opened(client: AsyncWebClient, workspace: Workspace, method: str = "views.open", **view: object) -> Any:  # noqa: ANN401  # JSON
    trigger_id = workspace.triggers.issue(U_EN, SUPPORT)
    answer = await client.api_call(method, json={"trigger_id": trigger_id, "view": {**FORM, **view}})
    return answer["view"]


async def test_a_modal_opens_before_the_one_who_did_something(client: AsyncWebClient, workspace: Workspace) -> None:
    view = await opened(client, workspace)
    seen = workspace.open_view(U_EN)
    assert seen is not None
    assert (seen.id, seen.callback_id, seen.title, seen.channel) == (view["id"], "form", "A form", SUPPORT)
    assert (view["root_view_id"], view["previous_view_id"], view["state"]) == (view["id"], None, {"values": {}})


async def test_a_trigger_opens_one_view_within_three_seconds(
    client: AsyncWebClient, workspace: Workspace, clock: Clock
) -> None:
    trigger_id = workspace.triggers.issue(U_EN, SUPPORT)
    await client.views_open(trigger_id=trigger_id, view=FORM)
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        await client.views_open(trigger_id=trigger_id, view=FORM)
    late = workspace.triggers.issue(U_EN, SUPPORT)
    clock.now += 3.1
    with pytest.raises(SlackApiError, match="expired_trigger_id"):
        await client.views_open(trigger_id=late, view=FORM)
    with pytest.raises(SlackApiError, match="invalid_trigger_id"):
        await client.views_open(trigger_id="1.2.three", view=FORM)
    with pytest.raises(SlackApiError, match="trigger_id"):
        await client.api_call("views.open", json={"view": FORM})


async def test_a_view_beyond_the_limits_costs_no_trigger(client: AsyncWebClient, workspace: Workspace) -> None:
    trigger_id = workspace.triggers.issue(U_EN, SUPPORT)
    with pytest.raises(SlackApiError, match="must be at most 24"):
        await client.views_open(trigger_id=trigger_id, view=modal(title={"type": "plain_text", "text": "x" * 25}))
    with pytest.raises(SlackApiError, match="must be modal"):
        await client.views_open(trigger_id=trigger_id, view={"type": "home", "blocks": []})
    with pytest.raises(SlackApiError, match="view_too_large"):
        await client.views_open(trigger_id=trigger_id, view=modal(*[section("x" * 3000)] * 99))
    await client.views_open(trigger_id=trigger_id, view=FORM)


async def test_at_most_three_modals_lie_upon_each_other(client: AsyncWebClient, workspace: Workspace) -> None:
    with pytest.raises(SlackApiError, match="not_found"):
        await opened(client, workspace, "views.push")
    first = await opened(client, workspace)
    with pytest.raises(SlackApiError, match="duplicate_external_id"):
        await opened(client, workspace, "views.push")
    await opened(client, workspace, "views.push", external_id="two")
    third = await opened(client, workspace, "views.push", external_id="three")
    assert third["root_view_id"] == first["id"]
    with pytest.raises(SlackApiError, match="push_limit_reached"):
        await opened(client, workspace, "views.push", external_id="four")


async def test_an_open_view_is_updated_by_its_id_or_the_apps_own(client: AsyncWebClient, workspace: Workspace) -> None:
    view = await opened(client, workspace)
    updated = await client.views_update(view_id=view["id"], hash=view["hash"], view={**FORM, "callback_id": "later"})
    assert updated["view"]["hash"] != view["hash"]
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await client.views_update(view_id=view["id"], hash=view["hash"], view=FORM)
    await client.views_update(external_id="one", view={**FORM, "callback_id": "last"})
    seen = workspace.open_view(U_EN)
    assert seen is not None
    assert seen.callback_id == "last"


async def test_a_view_below_can_be_updated_a_closed_one_cannot(client: AsyncWebClient, workspace: Workspace) -> None:
    below = await opened(client, workspace)
    await opened(client, workspace, "views.push", external_id="two")
    await client.views_update(view_id=below["id"], view={**FORM, "callback_id": "changed"})
    workspace.modals.clear()
    with pytest.raises(SlackApiError, match="not_found"):
        await client.views_update(view_id=below["id"], view=FORM)


async def test_the_home_tab_is_drawn_for_one_user(client: AsyncWebClient, workspace: Workspace) -> None:
    assert workspace.home(U_EN) is None
    drawn = await client.views_publish(user_id=U_EN, view={"type": "home", "blocks": [section("one")]})
    await client.views_publish(
        user_id=U_EN, hash=drawn["view"]["hash"], view={"type": "home", "blocks": [section("two")]}
    )
    home = workspace.home(U_EN)
    assert home is not None
    assert home.body["blocks"][0]["text"]["text"] == "two"
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await client.views_publish(user_id=U_EN, hash="old", view={"type": "home", "blocks": []})
    with pytest.raises(SlackApiError, match="not_enabled"):
        await client.views_publish(user_id="U0NOBODY", view={"type": "home", "blocks": []})
