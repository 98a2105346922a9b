"""What is asked of whoever encrypts: the store and Apizee's client know no keys themselves."""

from __future__ import annotations

from typing import Protocol


class Sealer(Protocol):
    """Encrypts what must not be readable in Redis."""

    def seal_text(self, text: str) -> str:
        """The text, encrypted and authenticated, as ASCII."""

    def open_text(self, sealed: str) -> str:
        """The text again; raises `bot.model.errors.Unreadable` where no key fits."""


class SecretKeeper(Sealer, Protocol):
    """Encrypts, also what is kept by the thousand, and recognises again what it does not keep."""

    def seal_record(self, text: bytes) -> bytes:
        """The text, encrypted and authenticated, in few bytes."""

    def open_record(self, packed: bytes) -> bytes:
        """The text again; raises `bot.model.errors.Unreadable` where no key fits."""

    def fingerprint(self, text: str) -> str:
        """The same for the same text, and tells nothing of it to whoever lacks the key."""
