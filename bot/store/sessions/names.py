"""Names all that a session is found by, beside its id and the lists of people and workspaces."""

from __future__ import annotations

from bot.model.session import Session
from bot.store.keys import former
from bot.store.sealing.keyring import KeyRing
from bot.store.sessions.entries import of_message, of_remote
from bot.store.sessions.invitee_index import invitees_of
from bot.store.sessions.link_index import links_of


def names_of(session: Session, ring: KeyRing) -> list[str]:
    """Return the texts that name a session in the index of its workspace; what is personal as its fingerprint."""
    return [*_readable(session), *map(ring.fingerprint, fingerprinted_in(session))]


def all_names_of(session: Session, ring: KeyRing) -> list[str]:
    """Return the names of a session, and those that it had while other keys of the ring were the first one."""
    return [*_readable(session), *(one for text in fingerprinted_in(session) for one in ring.fingerprints(text))]


def former_keys_of(session: Session, ring: KeyRing) -> list[str]:
    """Return the keys that hold a session's id since before names shared keys."""
    team = session.requester.conversation.team
    invitees, links = invitees_of(session), links_of(session)
    return [
        *(former.sessions_in(team, *message) for message in messages_of(session)),
        *(former.invitee(team, one) for text in invitees for one in ring.fingerprints(text)),
        *(former.linked(team, one) for text in links for one in ring.fingerprints(text)),
    ]


def fingerprinted_in(session: Session) -> list[str]:
    """Return the texts of which a session's invitees and links are fingerprinted."""
    return [*invitees_of(session), *links_of(session)]


def messages_of(session: Session) -> list[tuple[str, str]]:
    """Return the channel and the time of a session's card, and of what stands above its thread."""
    card = session.card
    return [(card.channel, ts) for ts in sorted({card.ts, card.thread_ts or card.ts})] if card else []


def is_named_alike(one: Session, other: Session) -> bool:
    """Return whether both versions of a session have the same names."""
    named = [(_readable(each), fingerprinted_in(each)) for each in (one, other)]
    return named[0] == named[1]


def _readable(session: Session) -> list[str]:
    names = [of_message(*message) for message in messages_of(session)]
    return [*names, of_remote(session.kind, session.remote.id)] if session.remote.id else names
