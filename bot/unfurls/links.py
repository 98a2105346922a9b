"""Tells what a pasted link leads to, by its address alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, parse_qs, urlsplit, urlunsplit

from bot.apizee.answers.links import as_link
from bot.unfurls.kinds import CustomersLink, Link, MeetingLink, PersonalLink, TicketLink

_TICKET: Final = re.compile(r".*/tickets/([0-9]{1,18})/?")


@dataclass(frozen=True, slots=True)
class LinkReader:
    """Reads links of Apizee, whose API is at `api`, and of this bot, at `public_url` where it has an address."""

    api: str
    public_url: str | None

    def read(self, pasted: str) -> Link | None:
        """Return what a link leads to, `None` for one that this bot knows nothing of."""
        url = pasted.replace("&amp;", "&")
        if ours := self._ours(url):
            return ours
        if as_link(url, api=self.api) != url:
            return None
        try:
            parts = urlsplit(url)
            query = parse_qs(parts.query)
        except ValueError:
            return None
        if "access_token" in query:
            return PersonalLink.SIGN_IN
        if conversation := query.get("convId"):
            return CustomersLink(conversation[0])
        ticket = _TICKET.fullmatch(parts.path)
        return TicketLink(int(ticket[1])) if ticket else MeetingLink(_without_name(parts))

    def _ours(self, url: str) -> PersonalLink | None:
        base = (self.public_url or "").rstrip("/")
        for kind in (PersonalLink.OPEN, PersonalLink.JOIN):
            if base and url.startswith(f"{base}/{kind}/"):
                return kind
        return None


def _without_name(parts: SplitResult) -> str:
    """Return a meeting's address as Apizee gave it, without the participant's name that people's own links carry."""
    query = "&".join(one for one in parts.query.split("&") if not one.startswith("name="))
    return urlunsplit(parts._replace(query=query, fragment=""))
