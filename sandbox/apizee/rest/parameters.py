"""Parameters as Apizee documents them, read from a request's query string. Whatever is wrong is refused, code 10."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import TypeVar

from sandbox.apizee.model import Conference, Medium, Ticket
from sandbox.apizee.rest.errors import invalid

Dated = TypeVar("Dated", Ticket, Conference, Medium)

LARGEST_LIMIT = 100  # unknown at Apizee; its documentation uses no larger one
_LARGEST_OFFSET = 1_000_000
_FLAGS = {"1": True, "true": True, "0": False, "false": False}
_EMAIL = re.compile(r"[^@\s,]+@[^@\s,]+\.[^@\s,.]+")
_SHARED_MAILBOXES = frozenset({"contact", "info", "noreply", "no-reply", "support"})
_INTERNATIONAL_PHONE = re.compile(r"\+[1-9]\d{6,14}")
_ANY_PHONE = re.compile(r"\+?\d{6,15}")


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is asked for: made from `since` to `until`, newest first unless ordered otherwise.

    `until_is_inclusive`: whether what was made at the very moment of `until` belongs to it.
    """

    limit: int
    offset: int
    newest_first: bool
    since: datetime | None
    until: datetime | None
    until_is_inclusive: bool

    def within(self, items: Iterable[Dated]) -> list[Dated]:
        """Return the items made in the time asked for, in the order asked for."""
        dated = [item for item in items if self.holds(item.created)]
        return sorted(dated, key=lambda item: (item.created, item.id), reverse=self.newest_first)

    def holds(self, moment: datetime) -> bool:
        """Whether that moment lies in the time asked for."""
        if self.until is not None and (moment > self.until or (moment == self.until and not self.until_is_inclusive)):
            return False
        return self.since is None or self.since <= moment

    def cut(self, items: list[Dated]) -> list[Dated]:
        """Return those of them that are on this page."""
        return items[self.offset : self.offset + self.limit]


class Parameters:
    """A request's parameters. A name outside `known` is refused, so that no misspelt one passes unnoticed.

    `until_is_inclusive`: whether a day that `until` names is a part of what is asked for.
    """

    def __init__(self, query: Mapping[str, str], known: Iterable[str], *, until_is_inclusive: bool = False) -> None:
        self._query = query
        self._until_is_inclusive = until_is_inclusive
        for unknown in sorted(query.keys() - set(known)):
            raise invalid(unknown)

    def text(self, name: str) -> str | None:
        """Return the parameter, or `None` where it is missing or empty."""
        return self._query.get(name, "").strip() or None

    def required(self, name: str) -> str:
        """Return the parameter, which must be there."""
        text = self.text(name)
        if text is None:
            raise invalid(name)
        return text

    def flag(self, name: str, *, default: bool) -> bool:
        """`1` or `true`, `0` or `false`."""
        text = self.text(name)
        if text is None:
            return default
        if text.lower() not in _FLAGS:
            raise invalid(name)
        return _FLAGS[text.lower()]

    def number(self, name: str, *, default: int, least: int, most: int) -> int:
        """Return a whole number from `least` to `most`."""
        text = self.text(name) or str(default)
        if not text.isdecimal() or not least <= int(text) <= most:
            raise invalid(name)
        return int(text)

    def choice(self, name: str, *allowed: str) -> str:
        """One of the allowed words; the first where none is given."""
        text = self.text(name) or allowed[0]
        if text not in allowed:
            raise invalid(name)
        return text

    def moment(self, name: str, *, end_of_day: bool = False) -> datetime | None:
        """Return an ISO 8601 date or time, in UTC unless it says otherwise; a date is the start or end of that day."""
        text = self.text(name)
        if text is None:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise invalid(name) from None
        if end_of_day and "T" not in text and " " not in text:
            moment = datetime.combine(moment, time(23, 59, 59))
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def page(self) -> Page:
        """Return the parameters that all lists share."""
        self.choice("orderby", "date")
        return Page(
            limit=self.number("limit", default=10, least=1, most=LARGEST_LIMIT),
            offset=self.number("offset", default=0, least=0, most=_LARGEST_OFFSET),
            newest_first=self.choice("order", "desc", "asc") == "desc",
            since=self.moment("since"),
            until=self.moment("until", end_of_day=self._until_is_inclusive),
            until_is_inclusive=self._until_is_inclusive,
        )

    def emails(self, name: str) -> tuple[str, ...]:
        """Return a comma-separated list of e-mail addresses of persons, perhaps empty; shared mailboxes are refused."""
        addresses = self._listed(name, _EMAIL)
        if any(address.partition("@")[0].lower() in _SHARED_MAILBOXES for address in addresses):
            raise invalid(name)
        return addresses

    def phones(self, name: str) -> tuple[str, ...]:
        """Return a comma-separated list of phone numbers with their international prefix, perhaps empty."""
        return self._listed(name, _INTERNATIONAL_PHONE)

    def contacts(self, name: str) -> tuple[str, ...]:
        """Return a comma-separated list of e-mail addresses and phone numbers, national ones too."""
        self.required(name)
        return self._listed(name, _EMAIL, _ANY_PHONE)

    def _listed(self, name: str, *forms: re.Pattern[str]) -> tuple[str, ...]:
        text = self.text(name)
        items = tuple(item.strip() for item in text.split(",")) if text else ()
        if not all(any(form.fullmatch(item) for form in forms) for item in items):
            raise invalid(name)
        return items
