"""How Slack writes down what it knows: users, channels, messages, views and calls as JSON."""

from __future__ import annotations

import mimetypes

from sandbox.slack.model import Channel, ChannelKind, File, Json, Message, RegisteredCall, User, View
from sandbox.slack.organisation import Organisation
from sandbox.slack.workspace import Workspace


def user_json(workspace: Workspace, user: User, *, with_locale: bool) -> Json:
    """Return a user, https://docs.slack.dev/reference/objects/user-object; the address only with its scope."""
    is_in_organisation = (user.at_home_in or workspace.organisation) and not user.is_stranger
    with_email = user.email and "users:read.email" in workspace.scopes
    profile = {
        "real_name": user.real_name,
        "real_name_normalized": user.real_name,
        "display_name": user.name,
        "display_name_normalized": user.name,
        "team": workspace.team,
        **({"email": user.email} if with_email else {}),
    }
    return {
        "id": user.id,
        "team_id": user.at_home_in or workspace.team,
        "name": user.name,
        "real_name": user.real_name,
        "deleted": user.deleted,
        "is_bot": user.is_bot,
        "is_admin": user.is_admin,
        "is_owner": user.is_owner,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": user.is_ultra_restricted,
        "tz": user.tz,
        "profile": profile,
        **({"locale": user.locale} if with_locale and not user.is_stranger else {}),
        **_of_other_organisation(workspace, user),
        **({"enterprise_user": _in_organisation(workspace, user)} if is_in_organisation else {}),
    }


def _of_other_organisation(workspace: Workspace, user: User) -> Json:
    """Return what differs: nothing of them is confirmed, and who is in a channel with the app is no stranger to it."""
    if not user.is_stranger:
        return {"is_email_confirmed": user.is_email_confirmed}
    both = {user.id, workspace.bot_user}
    return {"is_stranger": not any(both <= one.members for one in workspace.channels.values() if one.shared_with)}


def home_of(workspace: Workspace, user: str) -> str:
    """Return the workspace in which somebody is at home: another one for those of other organisations."""
    author = workspace.users.get(user)
    return (author.at_home_in if author else None) or workspace.team


def _in_organisation(workspace: Workspace, user: User) -> Json:
    """https://docs.slack.dev/reference/objects/user-object#enterprise_user."""
    organisation = workspace.organisation or Organisation()
    return {
        "id": user.id,
        "enterprise_id": organisation.id,
        "enterprise_name": organisation.name,
        "is_admin": user.is_organisation_admin,
        "is_owner": False,
        "teams": list(user.teams) or [user.at_home_in or workspace.team],
    }


def channel_json(workspace: Workspace, channel: Channel) -> Json:
    """Return a conversation, https://docs.slack.dev/reference/objects/conversation-object."""
    is_direct = channel.kind is ChannelKind.DIRECT
    partner = sorted(channel.members - {workspace.bot_user})[:1]
    return {
        "id": channel.id,
        "is_channel": channel.kind is ChannelKind.PUBLIC,
        "is_group": False,
        "is_im": is_direct,
        "is_mpim": False,
        "is_private": channel.kind is not ChannelKind.PUBLIC,
        "is_archived": channel.is_archived,
        "is_member": workspace.bot_user in channel.members,
        "is_shared": bool(channel.shared_with),
        "is_ext_shared": bool(channel.shared_with),
        "is_pending_ext_shared": channel.is_pending,
        "is_org_shared": False,
        **({"user": partner[0]} if is_direct and partner else {"name": channel.name}),
    }


def message_json(workspace: Workspace, message: Message, *, with_metadata: bool = False) -> Json:
    """Return a message, https://docs.slack.dev/reference/events/message; what it has not is left out."""
    details = {
        "thread_ts": message.thread_ts,
        "blocks": list(message.blocks),
        "attachments": list(message.attachments),
        "files": list(message.files),
        "edited": {"user": message.user, "ts": message.edited_ts} if message.edited_ts else None,
        "metadata": message.metadata if with_metadata else None,
        "bot_id": message.bot_id,
        "app_id": workspace.credentials.app_id if message.bot_id else None,
    }
    present = {name: value for name, value in details.items() if value}
    return {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        "team": home_of(workspace, message.user),
        **present,
    }


def view_json(workspace: Workspace, view: View, *, values: Json | None = None) -> Json:
    """Return a view, https://docs.slack.dev/reference/objects/view-object; `values` is what its inputs hold."""
    body = {"private_metadata": "", "callback_id": "", "external_id": "", **view.body}
    return {
        **body,
        "id": view.id,
        "team_id": workspace.team,
        "hash": view.hash,
        "state": {"values": values or {}},
        "root_view_id": view.root.id,
        "previous_view_id": view.previous.id if view.previous else None,
        "app_id": workspace.credentials.app_id,
        "app_installed_team_id": workspace.organisation.id if workspace.organisation else workspace.team,
        "bot_id": workspace.bot_id,
    }


def call_json(call: RegisteredCall) -> Json:
    """Return a call, https://docs.slack.dev/reference/objects/call-object."""
    ended = {"date_end": call.ended_at} if call.ended_at is not None else {}
    return {"id": call.id, **call.fields, "users": call.users, **ended}


def file_json(file: File) -> Json:
    """Return a file, https://docs.slack.dev/reference/objects/file-object."""
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": mimetypes.guess_type(file.name)[0] or "application/octet-stream",
        "size": file.length,
        **({"alt_txt": file.alt} if file.alt else {}),
    }
