"""What an app shows of links below people's messages: `chat.unfurl`.

https://docs.slack.dev/messaging/unfurling-links-in-messages
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.slack.block_kit.limits import check_blocks
from sandbox.slack.model import Json, Message
from sandbox.slack.web_api.chat import with_ids
from sandbox.slack.web_api.protocol.errors import RefusedError
from sandbox.slack.workspace import Workspace

Arguments = Mapping[str, Any]

_SOURCES = frozenset({"composer", "conversations_history"})


def unfurl(workspace: Workspace, args: Arguments) -> Json:
    """Attach what the app shows of links to the message in which they stand, or to the draft.

    Again it modifies the same attachments; https://docs.slack.dev/reference/methods/chat.unfurl.
    """
    shown = args.get("unfurls")
    if shown is None:
        raise RefusedError("missing_unfurls")
    if not isinstance(shown, Mapping) or not shown or not all(isinstance(one, Mapping) for one in shown.values()):
        raise RefusedError("invalid_unfurls_format")
    message = _message(workspace, args)
    urls = workspace.links_in(message.text)
    for url, attachment in shown.items():
        if url not in urls:
            raise RefusedError("cannot_unfurl_url")
        if problems := check_blocks(attachment.get("blocks") or []):
            raise RefusedError("cannot_parse_attachment", problems)
    kept = [one for one in message.attachments if one["app_unfurl_url"] not in shown]
    added = [_attachment(workspace, url, attachment) for url, attachment in shown.items()]
    message.attachments = [{**one, "id": place} for place, one in enumerate([*kept, *added], start=1)]
    workspace.changed()
    return {}


def _message(workspace: Workspace, args: Arguments) -> Message:
    if "unfurl_id" in args or "source" in args:
        return _by_id(workspace, args)
    if not args.get("channel"):
        raise RefusedError("missing_channel")
    if not args.get("ts"):
        raise RefusedError("missing_ts")
    if draft := workspace.drafts.get(args["ts"]):
        return draft
    if args["channel"] not in workspace.channels:
        raise RefusedError("cannot_find_channel")
    message = workspace.message(args["channel"], args["ts"])
    if message is None:
        raise RefusedError("cannot_find_message")
    if message.bot_id:
        raise RefusedError("cannot_unfurl_message")
    return message


def _by_id(workspace: Workspace, args: Arguments) -> Message:
    if not args.get("unfurl_id"):
        raise RefusedError("missing_unfurl_id")
    if not args.get("source"):
        raise RefusedError("missing_source")
    if args["source"] not in _SOURCES:
        raise RefusedError("invalid_source")
    message = workspace.unfurl_ids.get(args["unfurl_id"])
    if message is None:
        raise RefusedError("invalid_unfurl_id")
    return message


def _attachment(workspace: Workspace, url: str, attachment: Mapping[str, Any]) -> Json:
    return {
        **attachment,
        "blocks": with_ids(attachment.get("blocks") or []),
        "fallback": attachment.get("fallback") or "[no preview available]",
        "from_url": url,
        "app_unfurl_url": url,
        "is_app_unfurl": True,
        "app_id": workspace.credentials.app_id,
        "bot_id": workspace.bot_id,
    }
