"""Every id that Slack hands back to us, and what we write into modals and messages: encoded and decoded here only."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

from bot.model.session import Kind, Session, State
from bot.model.targets import SessionRef
from bot.ui.text import mask_contacts_in

METADATA_EVENT = "apizee_session"

_REMOTE_ID = re.compile(r"[0-9]{1,18}")


class Shortcut(StrEnum):
    """Callback ids of shortcuts: two global ones, three on messages."""

    START_ASSISTANCE = "start_assistance"
    START_MEETING = "start_meeting"
    ASSIST_FROM_MESSAGE = "assist_from_message"
    MEET_FROM_MESSAGE = "meet_from_message"
    SESSION_MEDIA = "session_media"


class Modal(StrEnum):
    """Callback ids of modals."""

    ASSISTANCE = "assistance_form"
    MEETING = "meeting_form"
    CONNECT = "connect_form"
    LOGIN = "login_form"
    NOTE = "note_form"
    PLANNING = "planning_form"
    DIGEST = "digest_form"


class Field(StrEnum):
    """Block ids of the modals' fields; each field's action id is the same word."""

    CONTACT = "contact"
    REFERENCE = "reference"
    CHANNEL = "channel"
    PARTICIPANTS = "participants"
    COLLEAGUES = "colleagues"
    NAME = "name"
    MODERATION = "moderation"
    AT = "at"
    AGENT = "for"
    LINK = "link"
    USERNAME = "username"
    PASSWORD = "password"  # noqa: S105  # the name of a field
    ENTERPRISE = "enterprise"
    WEBHOOK_SECRET = "webhook_secret"  # noqa: S105  # likewise
    DEFAULT_AGENT = "default_agent"
    MEETING_SERVICE = "meeting_service"
    PERSON = "person"
    LOGIN = "login"
    OUTCOME = "outcome"
    NOTE = "note"


class Action(StrEnum):
    """Action ids of buttons."""

    OPEN = "session_open"
    QR_CODE = "session_qr_code"
    JOIN = "session_join"
    JOIN_AS_ME = "session_join_as_me"
    MEDIA = "session_media"
    REFRESH = "session_refresh"
    INVITE_AGAIN = "session_invite_again"
    TAKE_OVER = "session_take_over"
    NOTE = "session_note"
    START_NOW = "session_start_now"
    MOVE = "session_move"
    CANCEL = "session_cancel"
    REPORT = "session_report"
    FORGET = "session_forget"
    FORGET_INVITEE = "invitee_forget"
    MEDIA_PREVIOUS = "media_previous"
    MEDIA_NEXT = "media_next"
    MEDIA_TO_THREAD = "session_media_to_thread"
    RESULTS_PREVIOUS = "results_previous"
    RESULTS_NEXT = "results_next"
    HOME_PREVIOUS = "home_previous"
    HOME_NEXT = "home_next"
    STATISTICS_CSV = "stats_csv"
    LINK = "plain_link"
    START_ASSISTANCE = "home_start_assistance"
    START_MEETING = "home_start_meeting"
    CONNECT = "home_connect"
    DISCONNECT = "home_disconnect"
    SET_LOGIN = "home_set_login"
    REMOVE_LOGIN = "home_remove_login"
    OVERVIEW_CHANNEL = "home_channel"
    ADD_DIGEST = "home_add_digest"
    REMOVE_DIGEST = "home_remove_digest"


@dataclass(frozen=True, slots=True)
class ModalOrigin:
    """Where a modal was opened from: the message whose thread gets the card, if it came from one."""

    channel: str = ""
    thread_ts: str = ""

    def encode(self) -> str:
        """Return it as a view's `private_metadata`."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def decode(cls, value: str) -> ModalOrigin:
        """Read a view's `private_metadata`; what is empty or not ours stands for a modal opened from nowhere."""
        try:
            said = json.loads(value)
        except (ValueError, RecursionError):
            return cls()
        match said:
            case {"channel": str(channel), "thread_ts": str(thread_ts)}:
                return cls(channel, thread_ts)
        return cls()


@dataclass(frozen=True, slots=True)
class NoteOrigin:
    """Which session the form of a note is about, and where it was opened."""

    session_ref: SessionRef
    origin: ModalOrigin = ModalOrigin()

    def encode(self) -> str:
        """Return it as a view's `private_metadata`."""
        said = {"session": self.session_ref.encode(), **asdict(self.origin)}
        return json.dumps(said, separators=(",", ":"))

    @classmethod
    def decode(cls, value: str) -> NoteOrigin:
        """Read a view's `private_metadata`; raises `ValueError` where it is none of ours."""
        match json.loads(value):
            case {"session": str(session)}:
                return cls(SessionRef.decode(session), ModalOrigin.decode(value))
        raise ValueError


@dataclass(frozen=True, slots=True)
class PlanOrigin:
    """Which session a form moves, as a button names it, and the message in which that button stood."""

    session: str
    channel: str = ""
    ts: str = ""

    def encode(self) -> str:
        """Return it as a view's `private_metadata`."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def decode(cls, value: str) -> PlanOrigin:
        """Read a view's `private_metadata`; raises `ValueError` where it is not ours."""
        match json.loads(value):
            case {"session": str(session), "channel": str(channel), "ts": str(ts)}:
                return cls(session, channel, ts)
        raise ValueError


def card_block_id(session_id: str) -> str:
    """Return the block id by which a card is known again before its session has a ticket or conference."""
    return f"session:{session_id}"


def note_block_id(session_id: str) -> str:
    """Return the block id by which the message with a session's note is known again."""
    return f"note:{session_id}"


def digest_block_id(due: float) -> str:
    """Return the block id by which a weekly digest is known again; `due` is when it was, in Unix seconds."""
    return f"digest:{due:.0f}"


def media_block_id(session_id: str, media_id: int) -> str:
    """Return the block id by which a message with links is known again; `media_id` is the first one in it."""
    return f"media:{session_id}:{media_id}"


def metadata(session: Session) -> Mapping[str, object]:
    """Return the message metadata of a session's card: ids, by which the thread finds its session again.

    The ticket's id and reference come once it is known; a reference in which somebody typed a customer's number or
    address is left out.
    """
    reference = "" if session.state in {State.PLANNED, State.INVITING} else session.invitation.found_by
    shown = reference if mask_contacts_in(reference) == reference else None
    remote_id, own_id = session.remote.id, session.id or None
    payload = {"kind": session.kind.value, "session": own_id, "id": remote_id, "reference": shown or None}
    known = {name: value for name, value in payload.items() if value is not None}
    return {"event_type": METADATA_EVENT, "event_payload": known}


def card_metadata(event_type: object, payload: object) -> dict[str, str] | None:
    """Return what a message's metadata says of its session.

    `None` where it is not ours: any app may write anything.
    """
    if event_type != METADATA_EVENT or not isinstance(payload, Mapping):
        return None
    names = ("kind", "id", "session", "reference")
    said = {name: str(payload[name]) for name in names if isinstance(payload.get(name), str | int)}
    is_ours = said.get("kind") in set(Kind) and _REMOTE_ID.fullmatch(said.get("id", "0"))
    return said if is_ours else None
