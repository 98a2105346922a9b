"""The methods of the Web API that the sandbox has: their arguments, their scopes and what performs them.

https://docs.slack.dev/reference/methods
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from sandbox.slack.model import Json
from sandbox.slack.web_api import app_methods, call_methods, chat, conversations, files, steps, unfurls, users, views
from sandbox.slack.workspace import Workspace

Perform = Callable[[Workspace, Mapping[str, Any]], Json]


class TokenKind(Enum):
    """Which token a method wants: the bot's, the app's own, or none."""

    BOT = auto()
    APP = auto()
    NONE = auto()


@dataclass(frozen=True, slots=True)
class Method:
    """One method; any one of its `scopes` opens it, none are needed where it names none.

    `is_read` methods may be called by GET, `takes_json` ones with a JSON body. The token of an organisation
    `names_workspace`, by `team_id`.
    """

    perform: Perform
    required: frozenset[str]
    allowed: frozenset[str]
    scopes: tuple[str, ...] = ()
    is_read: bool = False
    takes_json: bool = True
    names_workspace: bool = False
    token: TokenKind = TokenKind.BOT


def _method(
    perform: Perform,
    required: str = "",
    optional: str = "",
    scopes: str = "",
    **traits: Any,  # noqa: ANN401  # Method's
) -> Method:
    needed = frozenset(required.split())
    return Method(perform, needed, needed | set(optional.split()), tuple(scopes.split()), **traits)


_SAYING = "text blocks attachments markdown_text parse link_names as_user"
_LOOK = "username icon_emoji icon_url"
_RANGE = "cursor include_all_metadata inclusive latest limit oldest"
_HISTORY = "channels:history groups:history im:history mpim:history"
_READ = "channels:read groups:read im:read mpim:read"

METHODS: Mapping[str, Method] = {
    "apps.connections.open": _method(app_methods.open_connection, token=TokenKind.APP),
    "apps.uninstall": _method(app_methods.uninstall, "client_id client_secret"),
    "auth.revoke": _method(app_methods.revoke, "", "test", is_read=True, takes_json=False),
    "auth.test": _method(app_methods.test),
    "calls.add": _method(
        call_methods.add,
        "external_unique_id join_url",
        "created_by date_start desktop_app_join_url external_display_id title users",
        "calls:write",
    ),
    "calls.end": _method(call_methods.end, "id", "duration", "calls:write"),
    "calls.info": _method(call_methods.info, "id", "", "calls:read"),
    "calls.participants.add": _method(call_methods.add_participants, "id users", "", "calls:write"),
    "calls.participants.remove": _method(call_methods.remove_participants, "id users", "", "calls:write"),
    "calls.update": _method(call_methods.update, "id", "desktop_app_join_url join_url title", "calls:write"),
    "chat.delete": _method(chat.delete, "channel ts", "as_user", "chat:write"),
    "chat.getPermalink": _method(chat.get_permalink, "channel message_ts", is_read=True, takes_json=False),
    "chat.postEphemeral": _method(
        chat.post_ephemeral, "channel user", f"{_SAYING} {_LOOK} metadata thread_ts", "chat:write"
    ),
    "chat.postMessage": _method(
        chat.post_message,
        "channel",
        f"{_SAYING} {_LOOK} metadata thread_ts mrkdwn reply_broadcast unfurl_links unfurl_media",
        "chat:write",
    ),
    "chat.unfurl": _method(
        unfurls.unfurl,
        "",
        "channel source ts unfurl_id unfurls user_auth_blocks user_auth_message user_auth_required user_auth_url",
        "links:write",
    ),
    "chat.update": _method(chat.update, "channel ts", f"{_SAYING} file_ids metadata reply_broadcast", "chat:write"),
    "conversations.history": _method(conversations.history, "channel", _RANGE, _HISTORY, is_read=True),
    "conversations.info": _method(
        conversations.info, "channel", "include_locale include_num_members", _READ, is_read=True, takes_json=False
    ),
    "conversations.members": _method(
        conversations.members, "channel", "cursor limit", _READ, is_read=True, takes_json=False
    ),
    "conversations.open": _method(
        conversations.open_direct, "", "channel prevent_creation return_im users", "im:write mpim:write"
    ),
    "conversations.replies": _method(
        conversations.replies, "channel ts", _RANGE, _HISTORY, is_read=True, takes_json=False
    ),
    "files.completeUploadExternal": _method(
        files.complete_upload, "files", f"blocks channel_id channels initial_comment thread_ts {_LOOK}", "files:write"
    ),
    "files.delete": _method(files.delete, "file", "", "files:write"),
    "files.getUploadURLExternal": _method(
        files.get_upload_url, "filename length", "alt_txt snippet_type", "files:write", takes_json=False
    ),
    "functions.completeError": _method(steps.complete_error, "function_execution_id error"),
    "functions.completeSuccess": _method(steps.complete_success, "function_execution_id outputs"),
    "oauth.v2.access": _method(
        app_methods.install,
        "code",
        "client_id client_secret grant_type redirect_uri",
        takes_json=False,
        token=TokenKind.NONE,
    ),
    "usergroups.users.list": _method(
        users.group_members,
        "usergroup",
        "include_disabled team_id",
        "usergroups:read",
        is_read=True,
        takes_json=False,
        names_workspace=True,
    ),
    "users.conversations": _method(
        users.conversations_of,
        "",
        "cursor exclude_archived limit team_id types user",
        _READ,
        is_read=True,
        takes_json=False,
        names_workspace=True,
    ),
    "users.info": _method(users.info, "user", "include_locale", "users:read", is_read=True, takes_json=False),
    "users.list": _method(
        users.list_all,
        "",
        "cursor include_locale limit team_id",
        "users:read",
        is_read=True,
        takes_json=False,
        names_workspace=True,
    ),
    "users.lookupByEmail": _method(
        users.lookup_by_email, "email", "", "users:read.email", is_read=True, takes_json=False
    ),
    "views.open": _method(views.open_modal, "view", "trigger_id interactivity_pointer"),
    "views.publish": _method(views.publish, "user_id view", "hash interactivity_pointer"),
    "views.push": _method(views.push, "view", "trigger_id interactivity_pointer"),
    "views.update": _method(views.update, "view", "external_id hash view_id"),
}
