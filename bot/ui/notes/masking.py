"""Masks in a note what a channel may not see: contacts, and links that lead into sessions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from bot.model.session import Session
from bot.ui.text import mask_contacts_in

_APIZEES_OWN: Final = ("apizee.com", "apz.fr")
_LIKE_A_LINK: Final = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://)?(?:[^\s/@<>|]+@)?(?P<host>[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:.]+\])(?::\d+)?"
    r"[/?#][^\s<>|]*",
    re.IGNORECASE,
)
_HIDDEN: Final = "/•••"


@dataclass(frozen=True, slots=True)
class LinkMask:
    """Knows the hosts whose links lead into sessions: Apizee's own, this bot's, and that of Apizee's API."""

    hosts: frozenset[str] = frozenset()

    @classmethod
    def of(cls, *addresses: str | None) -> LinkMask:
        """Return the mask of links to the hosts of these addresses."""
        return cls(frozenset(_hosts(addresses)))

    def masked(self, text: str, session: Session) -> str:
        """Return a note of a session as everybody who sees its card may read it."""
        links = session.remote.links
        hosts = self.hosts | frozenset(_hosts((links.agent, links.customer, links.meeting, links.meeting_short)))

        def hidden(found: re.Match[str]) -> str:
            host = found["host"].lower()
            return f"{host}{_HIDDEN}" if host in hosts or _is_apizees(host) else found[0]

        return mask_contacts_in(_LIKE_A_LINK.sub(hidden, text))


def _is_apizees(host: str) -> bool:
    return any(host == own or host.endswith(f".{own}") for own in _APIZEES_OWN)


def _hosts(addresses: tuple[str | None, ...]) -> Iterator[str]:
    for address in addresses:
        with suppress(ValueError):
            if host := urlsplit(address or "").hostname:
                yield f"[{host}]" if ":" in host else host
