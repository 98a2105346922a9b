"""Which session a message, a button or an id means: by Redis, else by the card's metadata, else by Apizee."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model.errors import NoSession
from bot.model.people import Asker, Place
from bot.model.session import OUR_REFERENCE, Kind, Session, State
from bot.model.targets import Pointer, Spot
from bot.slack.client import Slack
from bot.slack.errors import SlackError
from bot.store.sessions.store import Sessions
from bot.ui.ids import card_metadata


class Locator:
    """Finds sessions. What is not in Redis is put together from what the card and Apizee know."""

    def __init__(self, sessions: Sessions, slack: Slack) -> None:
        self._sessions = sessions
        self._slack = slack

    async def at_spot(self, asker: Asker, spot: Spot) -> Session:
        """The session of a message or its thread; raises `NoSession`."""
        team = asker.place.team
        for ts in dict.fromkeys(filter(None, (spot.ts, spot.thread_ts))):
            if session := await self._sessions.in_thread(team, spot.channel, ts):
                return session
        known = spot.metadata or await self._metadata_of_thread(team, spot)
        return _remembered_by(asker, known) if known else _by_reference(asker, spot)

    async def pointed_at(self, asker: Asker, pointer: Pointer, spot: Spot) -> Session:
        """The session of a button; never raises `NoSession` where the button names a ticket or conference."""
        team = asker.place.team
        if session := await self._sessions.get(team, pointer.session_id):
            return session
        if pointer.remote_id is None:
            return await self.at_spot(asker, spot)
        if session := await self._sessions.of_remote(team, pointer.kind, pointer.remote_id):
            return session
        reference = (spot.metadata or {}).get("reference") or pointer.name or None
        return _forgotten(asker, pointer.kind, pointer.remote_id, reference, user=pointer.user)

    async def _metadata_of_thread(self, team: str, spot: Spot) -> Mapping[str, str] | None:
        try:
            messages = await self._slack.messages(Place(team, spot.channel, spot.thread_ts or spot.ts), since=0)
        except SlackError:
            # Without the optional history scopes the message itself is all there is.
            return None
        said = (message.get("metadata") or {} for message in messages)
        ours = (card_metadata(one.get("event_type"), one.get("event_payload")) for one in said)
        return next(filter(None, ours), None)


def _remembered_by(asker: Asker, metadata: Mapping[str, str]) -> Session:
    remote_id = int(metadata["id"]) if "id" in metadata else None
    return _forgotten(asker, Kind(metadata["kind"]), remote_id, metadata.get("reference"))


def _by_reference(asker: Asker, spot: Spot) -> Session:
    """Last of all: the reference that an assistance got from its card."""
    reference = f"{OUR_REFERENCE}{asker.place.team}:{spot.channel}:{spot.thread_ts or spot.ts}"
    return _forgotten(asker, Kind.ASSISTANCE, None, reference)


def _forgotten(
    asker: Asker, kind: Kind, remote_id: int | None, reference: str | None, *, user: str | None = None
) -> Session:
    """A session that Redis has forgotten, as far as it is known without asking Apizee."""
    if remote_id is None and reference is None:
        raise NoSession
    owner = Asker(user=user or asker.user, place=asker.place)
    name = reference if kind is Kind.MEETING else None
    state = State.INVITED
    return Session("", kind, owner, 0.0, state=state, remote_id=remote_id, reference=reference, name=name)
