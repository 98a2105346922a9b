"""What a button offers to start: the people who are in its value sealed, for a day."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from bot.model.errors import Unreadable
from bot.store.sealing.keyring import KeyRing

MOST: Final = 20
"""A button's value holds 2,000 characters."""

_VALID_FOR: Final = timedelta(hours=24)
_PURPOSE: Final = "offer"


class StartOffers:
    """Makes the values of buttons, and reads them. Everybody who reads a message's blocks reads the values in them."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    def value(self, contacts: Sequence[str]) -> str:
        """Return the value of a button that opens a form, filled with these numbers and addresses."""
        return self._keys.seal_text(json.dumps([_PURPOSE, *contacts[:MOST]]))

    def filled(self, value: str) -> str:
        """Return what fills in the form that a button opens; `""` for other buttons, and for those of yesterday."""
        try:
            purpose, *contacts = json.loads(self._keys.open_text(value, max_age=_VALID_FOR))
        except (Unreadable, ValueError, TypeError):
            return ""
        return ", ".join(map(str, contacts)) if purpose == _PURPOSE else ""
