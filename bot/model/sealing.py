"""What Apizee's client asks of the key ring, which belongs to the store: neither imports the other."""

from __future__ import annotations

from typing import Protocol


class Sealer(Protocol):
    """Encrypts what must not be readable in Redis."""

    def seal_value(self, text: str, bound_to: str) -> str:
        """Return a text that is stored under the key `bound_to`, encrypted and authenticated, as ASCII."""

    def open_value(self, sealed: str, bound_to: str) -> str:
        """Return the text that was sealed.

        Raises `bot.model.errors.Unreadable` where no key fits, or the text was stored under another key.
        """

    def fingerprints(self, text: str) -> list[str]:
        """Return what stands for a text and tells nothing of it, by each key; the first one is to be stored."""
