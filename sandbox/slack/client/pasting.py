"""People paste links of the app's domains: what Slack sends the app about it, and what it sends about nobody.

https://docs.slack.dev/reference/events/link_shared
"""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from sandbox.slack.model import Json, Message
from sandbox.slack.workspace import Workspace


def shared(workspace: Workspace, message: Message) -> Json | None:
    """Return the event about a message that was sent; `None` where it holds no such link.

    Nor is there one for what somebody of another organisation wrote, or the app itself.
    """
    author = workspace.users.get(message.user)
    links = _links(workspace, message.text)
    if not links or message.bot_id or author is None or author.is_stranger:
        return None
    unfurl_id = f"{message.channel}.{message.ts}.{secrets.token_hex(32)}"
    workspace.unfurl_ids[unfurl_id] = message
    channel = workspace.channels[message.channel]
    return {
        "type": "link_shared",
        "channel": message.channel,
        "is_bot_user_member": workspace.bot_user in channel.members,
        "user": message.user,
        "message_ts": message.ts,
        **({"thread_ts": message.thread_ts} if message.is_reply else {}),
        **_in_no_organisation(workspace, unfurl_id, "conversations_history"),
        "links": links,
        "user_locale": author.locale,
    }


def drafted(workspace: Workspace, user: str, text: str) -> Json | None:
    """Return the event about a message that somebody still writes; an organisation's apps get none.

    Its channel and time are none that any other method knows.
    """
    author, links = workspace.users[user], _links(workspace, text)
    if not links or author.is_stranger or workspace.organisation:
        return None
    named = f"{user}-{secrets.token_hex(16)}"
    draft = Message(named, "COMPOSER", user, text)
    workspace.drafts[named] = workspace.unfurl_ids[named] = draft
    return {
        "type": "link_shared",
        "channel": draft.channel,
        "is_bot_user_member": True,
        "user": user,
        "message_ts": named,
        "unfurl_id": named,
        "source": "composer",
        "links": links,
        "user_locale": author.locale,
    }


def _links(workspace: Workspace, text: str) -> list[Json]:
    return [{"domain": _domain(workspace, url), "url": url} for url in workspace.links_in(text)]


def _domain(workspace: Workspace, url: str) -> str:
    """Return the registered domain to which a link belongs."""
    host = urlsplit(url).hostname or ""
    return next(one for one in workspace.unfurl_domains if host == one or host.endswith(f".{one}"))


def _in_no_organisation(workspace: Workspace, unfurl_id: str, source: str) -> Json:
    return {} if workspace.organisation else {"unfurl_id": unfurl_id, "source": source}
