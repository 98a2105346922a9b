"""Turns records into bytes, and bytes into records, whichever version of the bot wrote them.

A mark and one byte for the format stand before what is sealed; records from before there were formats begin at once
with what is sealed, and are read as well. The format grows when an older version would do harm with a record.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from pydantic import TypeAdapter

from bot.model.errors import NewerRecord, Unreadable
from bot.store.sealing.keyring import KeyRing

FORMAT: Final = 3
"""The format of all records. In format 1 sessions and deferred requests had other names, and sessions no parts."""

_SAME_SHAPE_SINCE: Final = 2
_BOUND_SINCE: Final = 3
"""From then on a record opens only under its key's name."""

_MARK: Final = b"apz"
_HEAD: Final = len(_MARK) + 1
_TODAYS: Final = _MARK + bytes([FORMAT])

Record = TypeVar("Record")


def _unchanged(record: object) -> object:
    return record


@dataclass(frozen=True, slots=True)
class Codec(Generic[Record]):
    """Writes and reads records of one type, sealed and bound to their keys' names.

    `open_former` opens what was sealed before format 3. `upgrade` returns a record of format 1 in today's form; it may
    raise `ValueError`.
    """

    shape: TypeAdapter[Record]
    ring: KeyRing
    open_former: Callable[[bytes], bytes]
    exclude_defaults: bool = False
    upgrade: Callable[[object], object] = _unchanged

    def write(self, record: Record, key: str) -> bytes:
        """Return the record as it is kept under this key."""
        text = self.shape.dump_json(record, exclude_defaults=self.exclude_defaults)
        return _TODAYS + self.ring.seal_record(text, key)

    def read(self, kept: bytes | str, key: str) -> Record:
        """Return the record that is kept under this key.

        Raises `Unreadable` where no key opens it, or it is another key's, and `NewerRecord` where it says what is
        unknown.
        """
        text, is_older = self._opened(kept.encode() if isinstance(kept, str) else kept, key)
        try:
            if is_older:
                return self.shape.validate_python(self.upgrade(json.loads(text)))
            return self.shape.validate_json(text)
        except ValueError:  # pydantic's ValidationError is one
            # It was sealed with a key of ours, so a newer version has written it. The chain would show about whom.
            raise NewerRecord from None

    def resealed(self, kept: bytes, key: str) -> bytes | None:
        """Return a record sealed with the first key, in today's format; `None` where it is already.

        Raises as `read` does.
        """
        if not kept.startswith(_TODAYS):
            return self.write(self.read(kept, key), key)
        with suppress(Unreadable):
            self.ring.first.open_record(kept[_HEAD:], key)
            return None
        # As it is: a newer version may have written what this one would leave out.
        return _TODAYS + self.ring.seal_record(self.ring.open_record(kept[_HEAD:], key), key)

    def _opened(self, kept: bytes, key: str) -> tuple[bytes, bool]:
        """Return a record's text, and whether it is of an older shape."""
        if not kept.startswith(_MARK):
            return self.open_former(kept), True
        written_in = kept[_HEAD - 1]
        if written_in > FORMAT:
            raise NewerRecord
        try:
            if written_in >= _BOUND_SINCE:
                return self.ring.open_record(kept[_HEAD:], key), False
            return self.open_former(kept[_HEAD:]), written_in < _SAME_SHAPE_SINCE
        except Unreadable:
            return self.open_former(
                kept
            ), True  # one without a mark begins with random bytes, which may look like a mark
