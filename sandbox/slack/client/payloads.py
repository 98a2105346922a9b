"""The payloads that Slack sends to apps, in their real shapes.

https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling
https://docs.slack.dev/reference/interaction-payloads · https://docs.slack.dev/apis/events-api
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.slack.client import modal_submission
from sandbox.slack.model import Channel, ChannelKind, Json, Message, View
from sandbox.slack.serializers import home_of, message_json, view_json
from sandbox.slack.workspace import Workspace

_BUTTON = ("type", "text", "value", "url", "style")
_NAMES = {ChannelKind.DIRECT: "directmessage", ChannelKind.PRIVATE: "privategroup"}


@dataclass(frozen=True, slots=True)
class Pressed:
    """An element that somebody uses: the first one of its action id, or the one in a block; and what they choose."""

    action_id: str
    chosen: object = None
    block_id: str | None = None


def command(workspace: Workspace, user: str, channel_id: str, name: str, text: str) -> Json:
    """Return the payload of a slash command."""
    channel = workspace.channels[channel_id]
    return {
        "token": workspace.credentials.verification_token,
        "team_id": workspace.team,
        "team_domain": workspace.domain,
        "channel_id": channel_id,
        "channel_name": _name(channel),
        "user_id": user,
        "user_name": workspace.users[user].name,
        "command": name,
        "text": text,
        "api_app_id": workspace.credentials.app_id,
        **_of_organisation(workspace),
        "is_enterprise_install": "true" if workspace.organisation else "false",
        "response_url": response_url(workspace, user, channel_id),
        "trigger_id": workspace.triggers.issue(user, channel_id),
    }


def global_shortcut(workspace: Workspace, user: str, callback_id: str) -> Json:
    """Return a shortcut from the menu; it knows of no channel."""
    return _interaction(workspace, "shortcut", user) | {
        "callback_id": callback_id,
        "action_ts": workspace.next_ts(),
        "trigger_id": workspace.triggers.issue(user, None),
    }


def message_shortcut(workspace: Workspace, user: str, callback_id: str, message: Message) -> Json:
    """Return a shortcut from the menu of a message."""
    return _interaction(workspace, "message_action", user, is_in_channel=True) | {
        "callback_id": callback_id,
        "action_ts": workspace.next_ts(),
        "message_ts": message.ts,
        "trigger_id": workspace.triggers.issue(user, message.channel),
        "response_url": response_url(workspace, user, message.channel),
        "channel": _channel(workspace, message.channel),
        "message": message_json(workspace, message, with_metadata=True),
    }


def click_in_message(workspace: Workspace, user: str, message: Message, pressed: Pressed) -> Json:
    """Return the use of an element of a message; of an ephemeral one the payload carries no message.

    Nor does it where the element stands in what the app shows of a link in somebody else's message.
    """
    block, element = message.find_element(pressed.action_id, pressed.block_id)
    unfurl = message.unfurl_with(block)
    container = {
        "type": "message_attachment" if unfurl else "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": message.visible_to is not None,
        **({"thread_ts": message.thread_ts} if message.thread_ts else {}),
        **({"attachment_id": unfurl["id"], "is_app_unfurl": True} if unfurl else {}),
        **({"app_unfurl_url": unfurl["app_unfurl_url"]} if unfurl else {}),
    }
    if unfurl:
        shown: Json = {"app_unfurl": unfurl}
    else:
        shown = {} if message.visible_to else {"message": message_json(workspace, message, with_metadata=True)}
    return _interaction(workspace, "block_actions", user, is_in_channel=True) | {
        "container": container,
        "trigger_id": workspace.triggers.issue(user, message.channel),
        "channel": _channel(workspace, message.channel),
        "state": {"values": {}},
        "response_url": response_url(workspace, user, message.channel, message),
        "actions": [_action(workspace, block, element, pressed.chosen)],
        **shown,
    }


def click_in_view(workspace: Workspace, view: View, pressed: Pressed) -> Json:
    """Return the use of an element of a modal or Home tab; no channel belongs to it."""
    return _interaction(workspace, "block_actions", view.user) | {
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": workspace.triggers.issue(view.user, view.channel),
        "view": view_json(workspace, view),
        "actions": [_action(workspace, *view.find_element(pressed.action_id, pressed.block_id), pressed.chosen)],
    }


def view_submission(workspace: Workspace, view: View, values: Json) -> Json:
    """Return a modal that was filled in and sent."""
    urls = [
        {
            "block_id": block_id,
            "action_id": action_id,
            "channel_id": channel,
            "response_url": response_url(workspace, view.user, channel),
        }
        for block_id, action_id, channel in modal_submission.asked_for_response_urls(view, values)
    ]
    return _interaction(workspace, "view_submission", view.user) | {
        "trigger_id": workspace.triggers.issue(view.user, view.channel),
        "view": view_json(workspace, view, values=values),
        "response_urls": urls,
    }


def view_closed(workspace: Workspace, view: View, *, is_cleared: bool) -> Json:
    """Return a modal that was closed without being sent."""
    return _interaction(workspace, "view_closed", view.user) | {
        "view": view_json(workspace, view),
        "is_cleared": is_cleared,
    }


def event(workspace: Workspace, details: Mapping[str, object], *, is_about_organisation: bool = False) -> Json:
    """Return the payload of an event of the Events API; one about an organisation as such names no workspace."""
    organisation = workspace.organisation
    authorization: Json = {"team_id": workspace.team, "user_id": workspace.bot_user, "is_bot": True}
    if organisation:
        authorization |= {"enterprise_id": organisation.id, "team_id": None, "is_enterprise_install": True}
    return {
        "token": workspace.credentials.verification_token,
        "team_id": None if is_about_organisation else workspace.team,
        **({"enterprise_id": organisation.id} if organisation else {}),
        "api_app_id": workspace.credentials.app_id,
        "type": "event_callback",
        "event_id": f"Ev{secrets.token_hex(5).upper()}",
        "event_time": int(workspace.clock()),
        "authorizations": [authorization],
        "is_ext_shared_channel": _is_shared(workspace, details.get("channel")),
        "event": dict(details),
    }


def url_verification(workspace: Workspace) -> Json:
    """Return the question with which Slack checks a request URL; its challenge is to be sent back."""
    return {
        "token": workspace.credentials.verification_token,
        "challenge": secrets.token_hex(24),
        "type": "url_verification",
    }


def response_url(workspace: Workspace, user: str, channel: str, original: Message | None = None) -> str:
    """Return a new response URL."""
    return f"{workspace.address}/response/{workspace.response_urls.issue(user, channel, original)}"


def _interaction(workspace: Workspace, kind: str, user: str, *, is_in_channel: bool = False) -> Json:
    """Return what all interactions say; outside of channels, the installation of an organisation names no workspace."""
    name, organisation = workspace.users[user].name, workspace.organisation
    team = {"id": workspace.team, "domain": workspace.domain, **_of_organisation(workspace)}
    return {
        "type": kind,
        "token": workspace.credentials.verification_token,
        "team": team if is_in_channel or organisation is None else None,
        "user": {"id": user, "username": name, "name": name, "team_id": home_of(workspace, user)},
        "api_app_id": workspace.credentials.app_id,
        "enterprise": organisation.as_json if organisation else None,
        "is_enterprise_install": organisation is not None,
    }


def _of_organisation(workspace: Workspace) -> Json:
    organisation = workspace.organisation
    return {"enterprise_id": organisation.id, "enterprise_name": organisation.name} if organisation else {}


def _action(workspace: Workspace, block: Json, element: Json, chosen: object) -> Json:
    if element["type"] == "button":
        used: Json = {name: element[name] for name in _BUTTON if name in element}
    else:
        used = modal_submission.value_of(element, chosen)
    ids = {"action_id": element["action_id"], "block_id": block["block_id"]}
    return {**used, **ids, "action_ts": workspace.next_ts()}


def _channel(workspace: Workspace, channel_id: str) -> Json:
    return {"id": channel_id, "name": _name(workspace.channels[channel_id])}


def _is_shared(workspace: Workspace, channel_id: object) -> bool:
    channel = workspace.channels.get(channel_id) if isinstance(channel_id, str) else None
    return bool(channel and channel.shared_with)


def _name(channel: Channel) -> str:
    return _NAMES.get(channel.kind, channel.name)
