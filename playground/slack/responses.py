"""What an app says in answer to a command, or to a response URL: for the user alone, or for the channel.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.slack.chat import by_bot, checked_content, publish
from playground.slack.errors import RefusedError
from playground.slack.model import Message
from playground.slack.passes import ResponseUrl
from playground.slack.workspace import Workspace

_KNOWN = frozenset(
    {
        "attachments",
        "blocks",
        "delete_original",
        "metadata",
        "replace_original",
        "response_type",
        "text",
        "thread_ts",
        "unfurl_links",
        "unfurl_media",
    }
)


def respond(workspace: Workspace, url: ResponseUrl, payload: Mapping[str, Any]) -> None:
    """Do what a response asks for; refuses an unknown field, and content that Slack would not take."""
    if strange := sorted(payload.keys() - _KNOWN):
        raise RefusedError("invalid_payload", [f"unknown field: {name}" for name in strange])
    if payload.get("delete_original"):
        _delete(workspace, url)
    elif payload.get("replace_original") and url.original is not None:
        _replace(workspace, url.original, payload)
    else:
        _say(workspace, url, payload)


def _say(workspace: Workspace, url: ResponseUrl, payload: Mapping[str, Any]) -> None:
    message = by_bot(workspace, url.channel, checked_content(workspace, payload))
    message.thread_ts = payload.get("thread_ts")
    if payload.get("response_type", "ephemeral") == "ephemeral":
        message.visible_to = url.user
        workspace.add(message)
    else:
        publish(workspace, message)


def _replace(workspace: Workspace, original: Message, payload: Mapping[str, Any]) -> None:
    content = checked_content(workspace, payload)
    original.text, original.blocks = content["text"], content["blocks"]
    workspace.changed()


def _delete(workspace: Workspace, url: ResponseUrl) -> None:
    original = url.original
    if original is None:
        raise RefusedError("invalid_payload", ["there is no original message"])
    shelf = workspace.whispers if original.visible_to else workspace.channels[original.channel].messages
    shelf.remove(original)
    workspace.changed()
