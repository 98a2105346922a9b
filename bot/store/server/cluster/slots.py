"""Says which slot of a Redis Cluster a command is for, and which server has each slot.

https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from redis.crc import key_slot

Server: TypeAlias = tuple[str, int]
"""A server's host and port."""

_WITHOUT_KEY: Final = frozenset(
    {
        "BGREWRITEAOF",
        "CLUSTER SLOTS",
        "CONFIG GET",
        "INFO",
        "PING",
        "PUBLISH",
        "SCAN",
        "SCRIPT EXISTS",
        "SCRIPT LOAD",
        "TIME",
    }
)
_PLACES: Final[Mapping[str, int]] = {"EVAL": 3, "EVALSHA": 3, "XINFO": 2, "ZINTER": 2}
"""Where the first key stands, where that is not right behind the name."""

_TAG: Final = re.compile(r"[^{]*\{([^}*?\[\\]+)\}")
"""The beginning of a pattern whose tag is a word: all that it matches is in one slot."""


def slot_of(command: Sequence[Any]) -> int | None:
    """Return the slot of a command's first key, which is that of its other ones; `None` where it has no key."""
    name = command[0]
    if name in _WITHOUT_KEY:
        return None
    if name in {"XREAD", "XREADGROUP"}:
        return slot_of_key(command[command.index(b"STREAMS") + 1])
    place = _PLACES.get(name, 1)
    if place == 3 and not int(command[2]):  # noqa: PLR2004  # a script that says of itself that it has no key
        return None
    return slot_of_key(command[place])


def slot_of_key(key: str | bytes) -> int:
    """Return the slot of a key, by what stands between its first braces."""
    return key_slot(key.encode() if isinstance(key, str) else bytes(key))


def slot_of_pattern(pattern: str | bytes | None) -> int | None:
    """Return the slot of all keys that match a pattern; `None` where they may be anywhere."""
    text = pattern.decode() if isinstance(pattern, bytes) else pattern or ""
    return slot_of_key(text) if _TAG.match(text) else None


class SlotMap:
    """Which server is the primary of each slot, and what servers have said since of single slots."""

    def __init__(self, ranges: Iterable[tuple[int, int, Server]], servers: Iterable[Server]) -> None:
        """Take the first and the last slot of each range with its primary; and all servers, replicas too."""
        self._ranges = sorted(ranges)
        self._firsts = [first for first, _, _ in self._ranges]
        self._moves: dict[int, Server] = {}
        self.servers = frozenset(servers)

    @classmethod
    def of(cls, answer: Iterable[Any], asked: Server) -> SlotMap:
        """Return what a server has answered to https://redis.io/docs/latest/commands/cluster-slots/."""
        ranges, servers = [], set()
        for first, last, *nodes in answer:
            named = [(_host(node[0]) or asked[0], int(node[1])) for node in nodes]
            ranges.append((int(first), int(last), named[0]))
            servers.update(named)
        return cls(ranges, servers)

    @property
    def primaries(self) -> list[Server]:
        """The servers that have slots, each once."""
        return list(dict.fromkeys([*(server for _, _, server in self._ranges), *self._moves.values()]))

    @property
    def moves(self) -> int:
        """How many single slots are known to have moved since the map was read."""
        return len(self._moves)

    def owner(self, slot: int) -> Server | None:
        """Return the primary of a slot; `None` where none has it."""
        if slot in self._moves:
            return self._moves[slot]
        place = bisect_right(self._firsts, slot) - 1
        _, last, server = self._ranges[place] if place >= 0 else (0, -1, None)
        return server if slot <= last else None

    def move(self, slot: int, server: Server) -> None:
        """Note that a slot is at another server."""
        self._moves[slot] = server


def _host(said: bytes | str | None) -> str:
    """Return a server's host; nothing where it does not know its own, or may not tell it."""
    host = said.decode() if isinstance(said, bytes) else said or ""
    return "" if host == "?" else host
