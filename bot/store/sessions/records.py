"""How records become bytes, and bytes records again, whichever version of the bot wrote them.

A mark and one byte for the format stand before what is sealed; records from before there were formats begin at once
with what is sealed, and are read as well. The format grows when an older version would do harm with a record.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from pydantic import TypeAdapter

from bot.model.errors import NewerRecord, Unreadable

FORMAT: Final = 2
"""The format of sessions and deferred requests; in format 1 they had other names, and sessions no parts."""

_MARK: Final = b"apz"
_HEAD: Final = len(_MARK) + 1

Record = TypeVar("Record")


def _unchanged(record: object) -> object:
    return record


@dataclass(frozen=True, slots=True)
class Codec(Generic[Record]):
    """Writes and reads records of one type, sealed.

    `open_sealed` raises `Unreadable` where no key fits. `upgrade` returns a record of an older format in today's form;
    it may raise `ValueError`.
    """

    shape: TypeAdapter[Record]
    seal: Callable[[bytes], bytes]
    open_sealed: Callable[[bytes], bytes]
    exclude_defaults: bool = False
    format: int = 1
    upgrade: Callable[[object], object] = _unchanged

    def write(self, record: Record) -> bytes:
        """Return the record as it is kept."""
        text = self.shape.dump_json(record, exclude_defaults=self.exclude_defaults)
        return _MARK + bytes([self.format]) + self.seal(text)

    def read(self, kept: bytes | str) -> Record:
        """Return the record; raises `Unreadable` where no key opens it, `NewerRecord` where it says what is unknown."""
        text, is_older = self._opened(kept.encode() if isinstance(kept, str) else kept)
        try:
            if is_older:
                return self.shape.validate_python(self.upgrade(json.loads(text)))
            return self.shape.validate_json(text)
        except ValueError:  # pydantic's ValidationError is one
            # It was sealed with a key of ours, so a newer version has written it. The chain would say about whom.
            raise NewerRecord from None

    def _opened(self, kept: bytes) -> tuple[bytes, bool]:
        """Return a record's text, and whether it is of an older format."""
        if not kept.startswith(_MARK):
            return self.open_sealed(kept), True
        written_in = kept[_HEAD - 1]
        if written_in > self.format:
            raise NewerRecord
        try:
            return self.open_sealed(kept[_HEAD:]), written_in < self.format
        except Unreadable:
            return self.open_sealed(kept), True  # one without a mark begins at random, and that may look like one
