"""Decides who may be invited: by the kind of a number, and by its country where only some are allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import phonenumbers

from bot.grammar.parse_errors import NotUnderstood, ParseProblem
from bot.grammar.phones import country_of, obstacle_of, read_e164

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from bot.model.people import Contact


class CountryNotAllowed(NotUnderstood):
    """A number of a country whose numbers are not invited here; `allowed` are those whose numbers are.

    Countries are ISO 3166 codes; `country` is empty where the number belongs to none.
    """

    def __init__(self, shown: str, country: str, allowed: Iterable[str]) -> None:
        super().__init__(ParseProblem.COUNTRY_NOT_ALLOWED, shown)
        self.country = country
        self.allowed = tuple(sorted(allowed))


def check_invitable(contacts: Iterable[Contact], countries: AbstractSet[str]) -> None:
    """Raise `NotUnderstood` for the first contact that is never invited, or not from here.

    `countries` are the ISO 3166 codes of the countries whose numbers may be invited; with none of them all may.
    """
    for contact in contacts:
        if contact.is_phone:
            _check_number(contact, countries)


def _check_number(contact: Contact, countries: AbstractSet[str]) -> None:
    number = read_e164(contact.value) or phonenumbers.parse(contact.value)
    if problem := obstacle_of(number):
        raise NotUnderstood(problem, contact.value)
    if countries and (country := country_of(number)) not in countries:
        raise CountryNotAllowed(contact.value, country, countries)
