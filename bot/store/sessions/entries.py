"""Indexes sessions by names: of messages, people, links and tickets. Many entries share a key.

A key costs Redis more than a hundred bytes beside what it holds, an entry of a small sorted set less than fifty in all:
https://redis.io/docs/latest/operate/oss_and_stack/management/optimization/memory-optimization/. So the entries of a
workspace are spread over a fixed number of sorted sets, which stay small up to some 25,000 sessions. An entry begins
with a name's hash and ends with a session's id; its score is when the session last changed, in milliseconds.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from redis.asyncio import Redis

from bot.model.session import Kind
from bot.outages import translated
from bot.store import keys

_PARTS: Final = 1024
_PART: Final = slice(0, 2)
_NAME: Final = slice(2, 11)  # 72 bits: no two names of a workspace have the same
_READ_AT_ONCE: Final = 1000
_OWNERS_IN_A_KEY: Final = 500  # Redis holds as many fields of a hash in one piece


@dataclass(frozen=True, slots=True)
class Name:
    """A name in the index of a workspace: the key that holds its entries, and what they begin with."""

    key: str
    begins: str

    def entry(self, session_id: str) -> str:
        """Return the entry of a session that is found by this name."""
        return self.begins + session_id


def name_in(team: str, text: str) -> Name:
    """Return a name in the index of a workspace; of what is personal, the text is a fingerprint."""
    digest = sha256(text.encode()).digest()
    part = int.from_bytes(digest[_PART], "big") % _PARTS
    return Name(keys.found_by(team, f"{part:03x}"), urlsafe_b64encode(digest[_NAME]).decode())


async def found_by(redis: Redis, name: Name) -> dict[str, float]:
    """Return the ids that are found by a name, with when each session last changed, in seconds.

    Raises `StoreUnavailable`.
    """
    with translated():
        entries = redis.zscan_iter(name.key, match=f"{name.begins}*", count=_READ_AT_ONCE)
        return {entry.decode().removeprefix(name.begins): changed / 1000 async for entry, changed in entries}


def of_message(channel: str, ts: str) -> str:
    """Return the text that names a message: a card, or what stands above its thread."""
    return f"message {channel} {ts}"


def of_remote(kind: Kind, remote_id: int) -> str:
    """Return the text that names a ticket or conference."""
    return f"{kind} {remote_id}"


def owner_at(account: str, kind: Kind, remote_id: int) -> tuple[str, str]:
    """Return the key and the field of the session, with its workspace, to which a ticket or conference belongs."""
    some, field = divmod(remote_id, _OWNERS_IN_A_KEY)
    return keys.owners(account, kind, str(some)), str(field)
