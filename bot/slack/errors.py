"""Slack's refusals and failures, refined by what the caller does next.

Each class lists Slack's own codes that it stands for (https://docs.slack.dev/reference/methods).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.model.errors import KnownError, TryLater
from bot.model.messages import PostingBlocked


class SlackError(KnownError):
    """Slack refused a call for a reason that has no class of its own."""

    def __init__(self, method: str, code: str) -> None:
        super().__init__(f"{method}: {code}")
        self.method = method
        self.code = code


class SlackAway(TryLater):
    """Slack asked us to wait (429), failed (5xx) or did not answer; nothing says that the call was done."""

    CODES = frozenset(
        {
            "ratelimited",
            "rate_limited",
            "message_limit_exceeded",
            "internal_error",
            "fatal_error",
            "service_unavailable",
            "request_timeout",
            "team_migrating",
            "team_added_to_org",
            "org_login_required",
            "external_channel_migrating",
        }
    )


class CannotPost(SlackError):
    """The bot may not write in this conversation; another one may do."""

    CODES: Mapping[str, PostingBlocked] = {
        "channel_not_found": PostingBlocked.NOT_A_MEMBER,
        "not_in_channel": PostingBlocked.NOT_A_MEMBER,
        "user_not_in_channel": PostingBlocked.NOT_A_MEMBER,
        "is_archived": PostingBlocked.ARCHIVED,
        "restricted_action": PostingBlocked.RESTRICTED,
        "restricted_action_read_only_channel": PostingBlocked.RESTRICTED,
        "restricted_action_thread_only_channel": PostingBlocked.RESTRICTED,
        "restricted_action_non_threadable_channel": PostingBlocked.RESTRICTED,
        "restricted_action_thread_locked": PostingBlocked.RESTRICTED,
        "cannot_reply_to_message": PostingBlocked.RESTRICTED,
        "posting_to_channel_denied": PostingBlocked.RESTRICTED,
        "messages_tab_disabled": PostingBlocked.RESTRICTED,
        "app_access_restricted": PostingBlocked.RESTRICTED,
        "ekm_access_denied": PostingBlocked.RESTRICTED,
        "access_denied": PostingBlocked.RESTRICTED,
        "channel_is_limited_access": PostingBlocked.RESTRICTED,
        "invalid_channel": PostingBlocked.REFUSED,
        "channels_limit_exceeded": PostingBlocked.REFUSED,
        "thread_not_found": PostingBlocked.REFUSED,
    }

    def __init__(self, method: str, code: str) -> None:
        super().__init__(method, code)
        self.closed = self.CODES[code]


class UserUnavailable(SlackError):
    """The person was deactivated, or cannot be seen by the bot."""

    CODES = frozenset({"user_disabled", "user_not_found", "user_not_visible", "users_not_found"})


class MessageGone(SlackError):
    """The message was deleted, or cannot be edited any more."""

    CODES = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "is_inactive"})


class UnfitMessage(SlackError):
    """Slack does not accept the message as it is; a plainer one may do."""

    CODES = frozenset(
        {
            "attachment_payload_limit_exceeded",
            "block_mismatch",
            "invalid_attachments",
            "invalid_blocks",
            "invalid_blocks_format",
            "invalid_metadata_format",
            "invalid_metadata_schema",
            "metadata_must_be_sent_from_app",
            "metadata_too_large",
            "msg_blocks_too_long",
            "msg_too_long",
            "too_many_attachments",
        }
    )


class FilesForbidden(SlackError):
    """No file at all can be uploaded in this workspace; other refusals concern one file."""

    CODES = frozenset({"file_uploads_disabled", "storage_limit_reached"})


class TriggerExpired(SlackError):
    """A trigger has been used, or its 3 seconds are over."""

    CODES = frozenset({"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"})


class ModalChanged(SlackError):
    """A modal shows something else than it did when its button was pressed."""

    CODES = frozenset({"hash_conflict"})


class StepOver(SlackError):
    """A run of a workflow's step was completed already, or is not waited for any more."""

    CODES = frozenset({"execution_not_in_running_state", "function_execution_not_found"})


class MissingScope(SlackError):
    """The administrator did not grant the scope that this call needs."""

    CODES = frozenset({"missing_scope", "no_permission"})


class WorkspaceClosed(SlackError):
    """The workspace no longer takes our token: nothing works there until somebody installs the app again."""

    CODES = frozenset(
        {
            "account_inactive",
            "enterprise_is_restricted",
            "invalid_auth",
            "not_authed",
            "team_access_not_granted",
            "token_expired",
            "token_revoked",
        }
    )


class NotInstalled(WorkspaceClosed):
    """This workspace has not installed the bot, or has removed it."""

    def __init__(self, team: str) -> None:
        super().__init__("oauth.v2.access", "not_installed")
        self.team = team


class WorkspaceNotAllowed(WorkspaceClosed):
    """The operator does not let this workspace use the bot."""

    def __init__(self, team: str, team_name: str = "") -> None:
        super().__init__("oauth.v2.access", "workspace_not_allowed")
        self.team = team
        self.team_name = team_name


def refused(method: str, code: str) -> SlackError:
    """Return the error for one of Slack's codes."""
    if code in CannotPost.CODES:
        return CannotPost(method, code)
    for error in (
        UserUnavailable,
        MessageGone,
        UnfitMessage,
        FilesForbidden,
        TriggerExpired,
        ModalChanged,
        StepOver,
        MissingScope,
        WorkspaceClosed,
    ):
        if code in error.CODES:
            return error(method, code)
    return SlackError(method, code)


def object_in(said: bytes) -> dict[str, Any]:
    """Return the object that Slack answered; an empty one for a response URL's `ok`, or a proxy's page."""
    try:
        answer = json.loads(said)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def code_of(error: SlackApiError) -> str:
    """Return Slack's own code; `""` where the answer is not Slack's, such as a page of some proxy in between."""
    answer = getattr(error.response, "data", None)
    return str(answer["error"]) if isinstance(answer, dict) and "error" in answer else ""
