"""Reads sessions that were stored in format 1: flat, and under other names.

A session is kept as long as `RETENTION_DAYS` after its last change, so such records outlive the version that wrote
them by that long. This module goes when none of them can be kept any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.model.session import Kind

_SESSION: Final[Mapping[object, str]] = {
    "asker": "requester",
    "journey": "timeline",
    "delivery": "media_progress",
    "closed_silently": "closed_without_notice",
    "knowingly": "duplicate_confirmed",
}
_REQUESTER: Final[Mapping[object, str]] = {"place": "conversation"}
_PROGRESS: Final[Mapping[object, str]] = {
    "wait_told": "wait_sent",
    "links_told": "links_sent",
    "nudged": "reminded",
    "stale_told": "stale_sent",
    "end_told": "end_sent",
}
_MEDIA_PROGRESS: Final[Mapping[object, str]] = {"done": "sent", "under_way": "outgoing"}
_OUTGOING: Final[Mapping[object, str]] = {"begun": "started"}

_INVITATION: Final = ("contacts", "colleagues", "name", "moderated", "reference", "agent", "duplicate_confirmed")
_REMOTE: Final = ("links", "started_at", "ended_at", "closed_without_notice")


def as_stored_now(record: object) -> object:
    """Return a session of format 1 in today's form; what is no such record as it is."""
    if not isinstance(record, Mapping):
        return record
    flat = _renamed(record, _SESSION)
    media_progress = _renamed(flat.pop("media_progress", {}), _MEDIA_PROGRESS)
    progress = _renamed(flat.pop("progress", {}), _PROGRESS) | _taken(media_progress, place_told="location_sent")
    remote = _taken(flat, *_REMOTE, remote_id="id") | _taken(media_progress, place="location")
    if outgoing := media_progress.get("outgoing"):
        media_progress["outgoing"] = _renamed(outgoing, _OUTGOING)
    if flat.get("kind") == Kind.MEETING:
        flat.pop("reference", None)  # it repeated the name
    parts: dict[object, object] = {
        "requester": _renamed(flat.pop("requester", {}), _REQUESTER),
        "invitation": _taken(flat, *_INVITATION),
        "remote": remote,
        "progress": progress,
        "media_progress": media_progress,
    }
    failure = _taken(flat, "problem", "refusal")
    return {**flat, **parts, "failure": failure or None}


def _renamed(record: object, names: Mapping[object, str]) -> dict[object, object]:
    """Return the parts of a record under today's names; nothing where it is no record."""
    return {names.get(name, name): value for name, value in record.items()} if isinstance(record, Mapping) else {}


def _taken(record: dict[object, object], *same: str, **renamed: str) -> dict[object, object]:
    """Take parts out of a record; some have other names now."""
    names = {name: name for name in same} | renamed
    return {new: record.pop(old) for old, new in names.items() if old in record}
