"""Uploads in three steps: ask for a URL, send the bytes there, share the file.

https://docs.slack.dev/messaging/working-with-files#upload
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from sandbox.slack.model import File, Json
from sandbox.slack.serializers import file_json
from sandbox.slack.web_api.chat import by_bot, parent_ts, publish, visible_channel
from sandbox.slack.web_api.protocol.errors import RefusedError
from sandbox.slack.workspace import Workspace

Arguments = Mapping[str, Any]

_MOST_ALT = 1_000


def get_upload_url(workspace: Workspace, args: Arguments) -> Json:
    """Announce a file; https://docs.slack.dev/reference/methods/files.getUploadURLExternal."""
    if not str(args["length"]).isdecimal() or int(args["length"]) == 0:
        raise RefusedError("invalid_arguments", ["/length: must be a number of bytes"])
    if len(args.get("alt_txt") or "") > _MOST_ALT:
        raise RefusedError("alt_txt_too_large")
    named = f"F{secrets.token_hex(5).upper()}"
    file = File(named, args["filename"], int(args["length"]), alt=args.get("alt_txt") or "")
    workspace.files[file.id] = file
    return {"file_id": file.id, "upload_url": f"{workspace.address}/upload/{workspace.team}/{file.id}"}


def receive(workspace: Workspace, file_id: str, content: bytes) -> bool:
    """Take the bytes of an announced file, and return whether they are as many as were announced."""
    file = workspace.files.get(file_id)
    if file is None or len(content) != file.length:
        return False
    file.content = content
    workspace.changed()
    return True


def complete_upload(workspace: Workspace, args: Arguments) -> Json:
    """Share uploaded files in a channel or thread, each once.

    https://docs.slack.dev/reference/methods/files.completeUploadExternal
    """
    files = [_uploaded(workspace, named) for named in args["files"]]
    for file in files:
        file.is_complete = True
    if args.get("channel_id"):
        _share(workspace, files, args)
    return {"files": [file_json(file) for file in files]}


def delete(workspace: Workspace, args: Arguments) -> Json:
    """Delete a file of the app's own; its messages stay without it. https://docs.slack.dev/reference/methods/files.delete."""
    file = workspace.files.pop(args["file"], None)
    if file is None:
        raise RefusedError("file_deleted" if args["file"] in workspace.deleted_files else "file_not_found")
    workspace.deleted_files.add(file.id)
    for message in (one for channel in workspace.channels.values() for one in channel.messages):
        message.files = [{"id": file.id, "mode": "tombstone"} if one["id"] == file.id else one for one in message.files]
    workspace.changed()
    return {}


def _uploaded(workspace: Workspace, named: Json) -> File:
    file = workspace.files.get(named.get("id", ""))
    if file is None or file.content is None or file.is_complete:
        raise RefusedError("file_not_found")
    file.title = named.get("title") or file.name
    return file


def _share(workspace: Workspace, files: list[File], args: Arguments) -> None:
    channel = visible_channel(workspace, args["channel_id"])
    if workspace.bot_user not in channel.members:
        raise RefusedError("not_in_channel")
    if channel.is_archived or channel.is_restricted:
        raise RefusedError("posting_to_channel_denied")
    message = by_bot(workspace, channel.id, {"text": args.get("initial_comment") or ""})
    message.files = [file_json(file) for file in files]
    message.thread_ts = parent_ts(workspace, channel, args)
    for file in files:
        file.shared_in = channel.id
    publish(workspace, message)
