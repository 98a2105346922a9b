"""Every id that Slack hands back to us, and what we write into buttons and modals: encoded and decoded here only."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Final

from bot.grammar import Period, parse_period
from bot.model import Kind, Session
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


class Field(StrEnum):
    """Block ids of the modals' fields; each field's action id is the same word."""

    CONTACT = "contact"
    REFERENCE = "reference"
    CHANNEL = "channel"
    PARTICIPANTS = "participants"
    NAME = "name"
    MODERATION = "moderation"


class Action(StrEnum):
    """Action ids of buttons."""

    OPEN = "session_open"
    JOIN = "session_join"
    JOIN_AS_ME = "session_join_as_me"
    MEDIA = "session_media"
    REFRESH = "session_refresh"
    INVITE_AGAIN = "session_invite_again"
    FORGET = "session_forget"
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


@dataclass(frozen=True, slots=True)
class Pointer:
    """What a button points at, so that it works even when nothing else is remembered.

    One of a ticket or conference that Apizee found has no session of ours; `name` is such a conference's, by which
    Apizee finds it again.
    """

    kind: Kind
    remote_id: int | None
    session_id: str = ""
    user: str = ""
    name: str = ""

    @classmethod
    def to(cls, session: Session) -> Pointer:
        """The pointer to a session."""
        return cls(session.kind, session.remote_id, session.id, session.asker.user)

    def encode(self) -> str:
        """As a button's value (at most 2,000 characters there; this takes under 400)."""
        parts = [self.kind, str(self.remote_id or ""), self.session_id, self.user]
        return "|".join([*parts, self.name] if self.name else parts)

    @classmethod
    def decode(cls, value: str) -> Pointer:
        """From a button's value; raises `ValueError` where it is none of ours."""
        kind, remote_id, session_id, user, *name = value.split("|", 4)
        return cls(Kind(kind), int(remote_id) if remote_id else None, session_id, user, *name)


@dataclass(frozen=True, slots=True)
class MediaPage:
    """Which page of which session's media a button asks for; pages count from 0."""

    kind: Kind
    remote_id: int
    page: int

    def at(self, page: int) -> MediaPage:
        """Another page of the same."""
        return replace(self, page=page)

    def encode(self) -> str:
        """As a button's value."""
        return f"{self.kind}|{self.remote_id}|{self.page}"

    @classmethod
    def decode(cls, value: str) -> MediaPage:
        """From a button's value; raises `ValueError` where it is none of ours."""
        kind, remote_id, page = value.split("|")
        return cls(Kind(kind), int(remote_id), int(page))


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """Which page of what is found under a text, or without one of a person's own open sessions; pages count from 0."""

    kind: Kind
    page: int = 0
    text: str | None = None

    def at(self, page: int) -> ResultsPage:
        """Another page of the same."""
        return replace(self, page=page)

    def encode(self) -> str:
        """As a button's value."""
        what = f"{self.kind}|{self.page}"
        return what if self.text is None else f"{what}|{self.text}"

    @classmethod
    def decode(cls, value: str) -> ResultsPage:
        """From a button's value; raises `ValueError` where it is none of ours."""
        kind, page, *text = value.split("|", 2)
        return cls(Kind(kind), int(page), *text)


@dataclass(frozen=True, slots=True)
class HomePage:
    """Which pages of the open and of the last sessions a Home shows; they count from 0."""

    mine: int = 0
    ended: int = 0

    def encode(self) -> str:
        """As a button's value."""
        return f"{self.mine}|{self.ended}"

    @classmethod
    def decode(cls, value: str) -> HomePage:
        """From a button's value; raises `ValueError` where it is none of ours."""
        mine, ended = value.split("|")
        return cls(int(mine), int(ended))


FIRST_HOME_PAGE: Final = HomePage()


@dataclass(frozen=True, slots=True)
class StatisticsOf:
    """Whose figures of which days are asked for, by a command or a button."""

    kind: Kind
    period: Period
    everybody: bool

    def encode(self) -> str:
        """As a button's value."""
        return f"{self.kind}|{self.period}|{'all' if self.everybody else ''}"

    @classmethod
    def decode(cls, value: str) -> StatisticsOf:
        """From a button's value; raises `ValueError` or `NotUnderstood` where it is none of ours."""
        kind, period, whose = value.split("|")
        return cls(Kind(kind), parse_period(period), whose == "all")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a modal was opened from: the message whose thread gets the card, if it came from one."""

    channel: str = ""
    thread_ts: str = ""

    def encode(self) -> str:
        """As a view's `private_metadata`."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def decode(cls, value: str) -> Origin:
        """From a view's `private_metadata`; one that is empty or none of ours is the origin of a modal from nowhere."""
        try:
            said = json.loads(value)
        except (ValueError, RecursionError):
            return cls()
        match said:
            case {"channel": str(channel), "thread_ts": str(thread_ts)}:
                return cls(channel, thread_ts)
        return cls()


def card_block_id(session_id: str) -> str:
    """The block id by which a card is known again before its session has a ticket or conference."""
    return f"session:{session_id}"


def media_block_id(session_id: str, media_id: int) -> str:
    """The block id by which a message with links is known again; `media_id` is the first one in it."""
    return f"media:{session_id}:{media_id}"


def metadata(session: Session) -> Mapping[str, object]:
    """The message metadata of a session's card: ids, by which the thread finds its session again.

    A reference in which somebody typed a customer's number or address is left out.
    """
    reference = session.reference or ""
    shown = reference if mask_contacts_in(reference) == reference else None
    payload = {"kind": session.kind.value, "id": session.remote_id, "reference": shown or None}
    known = {name: value for name, value in payload.items() if value is not None}
    return {"event_type": METADATA_EVENT, "event_payload": known}


def card_metadata(event_type: object, payload: object) -> dict[str, str] | None:
    """What a message's metadata say of its session; `None` where they are none of ours: any app may write anything."""
    if event_type != METADATA_EVENT or not isinstance(payload, Mapping):
        return None
    names = ("kind", "id", "session", "reference")
    said = {name: str(payload[name]) for name in names if isinstance(payload.get(name), str | int)}
    is_ours = said.get("kind") in set(Kind) and _REMOTE_ID.fullmatch(said.get("id", "0"))
    return said if is_ours else None
