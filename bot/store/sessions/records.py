"""How records become bytes, and bytes records again, whichever version of the bot wrote them.

A mark and one byte for the format stand before what is sealed; records from before there were formats begin at once
with what is sealed, and are read as well. The format grows when an older version would do harm with a record.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from bot.model.errors import NewerRecord, Unreadable

FORMAT: Final = 1

_MARK: Final = b"apz"
_HEAD: Final = len(_MARK) + 1

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class Codec(Generic[Record]):
    """Writes records of one type; `seal` and `unseal` encrypt and decrypt, the latter raising `Unreadable`."""

    shape: TypeAdapter[Record]
    seal_text: Callable[[bytes], bytes]
    open_text: Callable[[bytes], bytes]
    exclude_defaults: bool = False

    def write(self, record: Record) -> bytes:
        """Return the record as it is kept."""
        text = self.shape.dump_json(record, exclude_defaults=self.exclude_defaults)
        return _MARK + bytes([FORMAT]) + self.seal_text(text)

    def read(self, kept: bytes | str) -> Record:
        """Return the record; raises `Unreadable` where no key opens it, `NewerRecord` where it says what is unknown."""
        text = self._opened(kept.encode() if isinstance(kept, str) else kept)
        try:
            return self.shape.validate_json(text)
        except ValidationError:
            # It was sealed with a key of ours, so somebody who knows more has written it. The chain would tell of whom.
            raise NewerRecord from None

    def _opened(self, kept: bytes) -> bytes:
        if not kept.startswith(_MARK):
            return self.open_text(kept)
        if kept[_HEAD - 1] > FORMAT:
            raise NewerRecord
        try:
            return self.open_text(kept[_HEAD:])
        except Unreadable:
            return self.open_text(kept)  # one without a mark begins at random, and that may look like one
