"""What an event says: JSON for the operator's own system, without any contact and without any link.

What is kept until it is sent holds ids, times and words of the program; the login and the reference, which may be
personal, are added from the session's sealed record.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from bot.model.session import Session, State
from bot.ui.text import mask_contacts_in

NOTED: Final = "session.note"
"""The type of the event that somebody noted how a session ended, or changed that."""

TEST: Final = "test"
"""The type of the event that the doctor sends, which is about no session."""


def word(state: State) -> str:
    """Return a state as events write it."""
    return state.value.replace(" ", "_")


def event_between(before: Session | None, session: Session, at: float) -> bytes:
    """Return what is kept of the event that a version of a session brings, `b""` where it brings none.

    It is about a new state, else about a new note; `before` is the version before, `at` when this one is written.
    """
    if before is None or before.state is not session.state:
        return _event(f"session.{word(session.state)}", session, at)
    return _event(NOTED, session, at) if session.note != before.note else b""


def _event(event_type: str, session: Session, at: float) -> bytes:
    card, remote, is_over = session.card, session.remote, not session.state.is_open
    about = {
        "id": session.id,
        "kind": session.kind.value,
        "ticket": remote.id,
        "reference": None,
        "state": word(session.state),
        "agent": None,
        "channel": card.channel if card else session.requester.conversation.channel,
        "thread": card.ts if card else None,
        "started_at": _time(remote.started_at),
        # Before its end, Apizee says when a session is planned to end.
        "ended_at": _time(remote.ended_at) if is_over else None,
        "photos": session.outcome.photos,
        "videos": session.outcome.videos,
        "outcome": session.note.outcome if session.note else None,
    }
    return _as_json(f"{session.id}-{session.version}", event_type, at, about)


def completed(kept: bytes, session: Session) -> bytes:
    """Return the event as it is sent; a contact in the reference is masked."""
    event: dict[str, Any] = json.loads(kept)
    reference = session.invitation.reference
    event["session"]["agent"] = session.invitation.agent
    event["session"]["reference"] = mask_contacts_in(reference) if reference else None
    return json.dumps(event, ensure_ascii=False).encode()


def test_event(at: float) -> bytes:
    """Return an event by which an operator sees that events arrive."""
    return _as_json(secrets.token_hex(8), TEST, at, None)


def type_of(kept: bytes) -> str:
    """Return the type of a kept event."""
    return str(json.loads(kept)["type"])


def happened_at(kept: bytes) -> float:
    """Return when a kept event happened, in Unix seconds."""
    return datetime.fromisoformat(json.loads(kept)["time"]).timestamp()


def signature_headers(secret: str, body: bytes, at: float) -> Mapping[str, str]:
    """Return the headers by which a receiver sees that an event is ours, and sent just now."""
    timestamp = str(int(at))
    digest = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Apizee-Slack-Timestamp": timestamp, "X-Apizee-Slack-Signature": f"v0={digest}"}


def _as_json(event_id: str, event_type: str, at: float, session: Mapping[str, object] | None) -> bytes:
    time = _time(datetime.fromtimestamp(at, UTC))
    return json.dumps({"id": event_id, "type": event_type, "time": time, "session": session}).encode()


def _time(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if moment else None
