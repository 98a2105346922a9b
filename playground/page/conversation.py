"""A conversation in the view state: its messages, one thread, its native calls, and what is not yet read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from playground.page.demo_state import Attention, read_place
from sandbox.slack import Workspace
from sandbox.slack.model import File, Json


def messages_of(seen: Json, channel: str) -> list[Json]:
    """Return the messages of a channel as somebody sees them (`as_seen_by`), by time, without those in threads."""
    return [message_json(one) for one in _roots(seen, channel)]


def thread_of(seen: Json, channel: str, ts: str) -> Json | None:
    """Return a message with what was said below it; `None` where it is not to be seen."""
    for root in _roots(seen, channel):
        if root["ts"] == ts:
            return {"ts": ts, "messages": [message_json(root), *map(message_json, root["replies"])]}
    return None


def message_json(message: Json) -> Json:
    """Return a message."""
    return {
        "ts": message["ts"],
        "at": float(message["ts"]),
        "author": message["user"],
        "isBot": "bot_id" in message,
        "text": message["text"],
        "blocks": message.get("blocks", []),
        "unfurls": [{"url": one["from_url"], "blocks": one["blocks"]} for one in message.get("attachments", [])],
        "files": [_file_json(file) for file in message.get("files", []) if file.get("mode") != "tombstone"],
        "onlyVisibleToYou": message["is_ephemeral"],
        "edited": "edited" in message,
        "replies": sum(not reply["is_ephemeral"] for reply in message.get("replies", [])),
        "threadTs": message.get("thread_ts"),
    }


def call_json(workspace: Workspace, call: Json) -> Json:
    """Return what Slack's call block shows of a call; `duration` is in seconds, once it is over."""
    fields, ended_at = call["fields"], call["ended_at"]
    return {
        "title": fields.get("title", ""),
        "joinUrl": fields["join_url"],
        "active": ended_at is None,
        "participants": [_participant(workspace, user) for user in call["users"]],
        "duration": None if ended_at is None else ended_at - int(fields["date_start"]),
    }


def unread_of(seen: Json, channel: str, attention: Attention, user: str) -> int:
    """How many messages of others somebody has not seen in a channel, those in threads included."""
    since = attention.read.get(read_place(user, channel), 0.0)
    return sum(float(one["ts"]) > since and one["user"] != user for one in _everything(seen, channel))


def read_until(channel: str, attention: Attention, user: str) -> float | None:
    """Until when somebody has seen a channel, in Unix seconds; `None` where they never looked."""
    return attention.read.get(read_place(user, channel))


def mark_read(seen: Json, channel: str, attention: Attention, user: str) -> None:
    """Somebody has seen all that a channel holds."""
    latest = max((float(one["ts"]) for one in _everything(seen, channel)), default=0.0)
    attention.read[read_place(user, channel)] = latest


def file_of(workspace: Workspace, named: str) -> File | None:
    """Return a file that was uploaded, to be shown; `None` where there is none."""
    file = workspace.files.get(named)
    return file if file and file.content is not None else None


def _roots(seen: Json, channel: str) -> Sequence[Json]:
    return next((one["messages"] for one in seen["channels"] if one["id"] == channel), [])


def _everything(seen: Json, channel: str) -> Iterator[Json]:
    return (one for root in _roots(seen, channel) for one in (root, *root["replies"]))


def _file_json(file: Json) -> Json:
    alt = file.get("alt_txt") or file["title"]
    shown = {name: file[name] for name in ("id", "name", "title", "mimetype")}
    return {**shown, "alt": alt, "url": f"/files/{file['id']}"}


def _participant(workspace: Workspace, user: Mapping[str, Any]) -> str:
    known = workspace.users.get(user.get("slack_id", ""))
    return known.real_name if known else str(user.get("display_name", "Guest"))
