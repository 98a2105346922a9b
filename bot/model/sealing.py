"""What Apizee's client asks of the key ring, which belongs to the store: neither imports the other."""

from __future__ import annotations

from typing import Protocol


class Sealer(Protocol):
    """Encrypts what must not be readable in Redis."""

    def seal_text(self, text: str) -> str:
        """Return the text, encrypted and authenticated, as ASCII."""

    def open_text(self, sealed: str) -> str:
        """Return the text again; raises `bot.model.errors.Unreadable` where no key fits."""
