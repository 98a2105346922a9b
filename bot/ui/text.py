"""Puts sentences, times and numbers into the reader's language, and masks customers' contacts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

import phonenumbers
from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_interval, format_skeleton, format_time, get_timezone
from babel.numbers import format_decimal, format_percent
from phonenumbers import PhoneNumberFormat

from bot.grammar.phones import read_e164
from bot.grammar.text.characters import revealed
from bot.grammar.text.sensitive import find_sensitive
from bot.locale import TRANSLATED, translations
from bot.model.people import Contact

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo
    from gettext import NullTranslations

_SOURCE = Locale("en", "US")
_DOT = "•"
_LONG_ENOUGH = 7  # a national number shorter than that would be guessed from three of its digits


class Translator:
    """Puts sentences, moments and amounts into one reader's language.

    `translate("Invited by {person}", person="Ada")` translates the English sentence, then fills in its fields.
    """

    def __init__(self, locale: Locale, catalogue: NullTranslations) -> None:
        self._locale = locale
        self._catalogue = catalogue

    @property
    def language(self) -> str:
        """The language's ISO 639 code, such as `fr`."""
        return self._locale.language

    def __call__(self, sentence: str, /, **fields: object) -> str:
        """Return the sentence in the reader's language, with its fields filled in."""
        return self._catalogue.gettext(sentence).format(**fields)

    def n(self, one: str, many: str, count: int, /, **fields: object) -> str:
        """Return the sentence that fits `count`, which it may name as `{count}`."""
        return self._catalogue.ngettext(one, many, count).format(count=self.number(count), **fields)

    def number(self, value: float) -> str:
        """Return a number with the reader's separators."""
        return format_decimal(value, locale=self._locale)

    def percent(self, share: float) -> str:
        """Return a share of 1 in whole hundredths."""
        return format_percent(share, locale=self._locale)

    def days(self, first: date, last: date) -> str:
        """Return some days, such as `7–13 juil. 2023`, or one."""  # noqa: RUF002  # the dash of ranges
        return format_interval(first, last, "yMMMd", locale=self._locale)

    def in_full(self, first: date, last: date) -> str:
        """Return some days as they stand in a sentence, such as `from 3 to 9 July 2023` or `on 13 July 2023`."""
        if first == last:
            return self(mark("on {day}"), day=self._said(last, "d MMMM y"))
        begin = "d" if (first.year, first.month) == (last.year, last.month) else "d MMMM"
        begin = begin if first.year == last.year else "d MMMM y"
        return self(mark("from {first} to {last}"), first=self._said(first, begin), last=self._said(last, "d MMMM y"))

    def _said(self, day: date, pattern: str) -> str:
        """Return a day by a CLDR pattern; French has an ordinal for the first of a month alone."""
        ordinal = pattern.replace("d", "d'er'") if day.day == 1 and self.language == "fr" else pattern
        return format_date(day, ordinal, locale=self._locale)

    def short_day(self, day: date) -> str:
        """Return a day without its year, such as `Jul 13`."""
        return format_skeleton("MMMd", day, locale=self._locale)

    def month(self, day: date) -> str:
        """Return the month of a day, such as `Jul 2023`."""
        return format_skeleton("yMMM", day, locale=self._locale)

    def time(self, moment: datetime | float, timezone: str) -> str:
        """Return the time of day, such as `14:30`.

        A moment is aware or in Unix seconds, an unknown time zone is UTC.
        """
        return format_time(_aware(moment), "short", tzinfo=zone_of(timezone), locale=self._locale)

    def date(self, moment: datetime | float, timezone: str) -> str:
        """Return the day, such as `12 juil. 2023`."""
        return format_date(_aware(moment).astimezone(zone_of(timezone)), "medium", locale=self._locale)

    def date_time(self, moment: datetime | float, timezone: str) -> str:
        """Return the day and the time of day."""
        return _in_minute(self, int(_aware(moment).timestamp()) // 60, timezone)

    def countries(self, codes: Sequence[str]) -> str:
        """Return the names of countries, by their ISO 3166 codes: `Belgium, France`."""
        return ", ".join(sorted(self._locale.territories.get(code, code) for code in codes))

    def duration(self, seconds: float) -> str:
        """Return hours and minutes, or minutes and seconds, such as `5 min 35 s`, in symbols of all languages."""
        minutes, rest = divmod(max(0, round(seconds)), 60)
        hours, minutes = divmod(minutes, 60)
        amounts = ((hours, "h"), (minutes, "min"), (0 if hours else rest, "s"))
        return " ".join(f"{amount} {unit}" for amount, unit in amounts if amount) or "0 s"

    def phone(self, contact: Contact) -> str:
        """Return a contact in full, numbers grouped as in their country; only for those who may see it."""
        return _grouped(contact.value) if contact.is_phone else contact.value


@lru_cache(maxsize=256)  # the cards of a minute say the same
def _in_minute(translate: Translator, minute: int, timezone: str) -> str:
    return f"{translate.date(60 * minute, timezone)} {translate.time(60 * minute, timezone)}"


@lru_cache(maxsize=64)
def translator_for(locale: str) -> Translator:
    """Return the translator for a Slack user's `locale` (IETF, such as `fr-CA`): French or English."""
    try:
        known = Locale.parse(locale.replace("_", "-"), sep="-")
    except (ValueError, UnknownLocaleError):
        known = _SOURCE
    if known.language not in {"en", *TRANSLATED}:
        known = _SOURCE
    return Translator(known, translations(known.language))


def mark(english: str) -> str:
    """Mark a sentence of a table for the catalogues; `Translator` translates it where it is said."""
    return english


def escape(text: str) -> str:
    """Return text of people or of Apizee as Slack's mrkdwn shows it: it can mention and page nobody, nor hide anything.

    https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    return revealed(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shortened(text: str, most: int) -> str:
    """Return the text, or its beginning where it has more than `most` characters."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def safe_url(url: str) -> str:
    """Return an address of Apizee's as mrkdwn shows it: it stays whole, and nothing in it is taken for markup."""
    return url.replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")


def is_link(url: str | None) -> bool:
    """Return whether an address of Apizee's is a link: one of another host has lost its scheme."""
    return bool(url) and str(url).startswith(("https://", "http://"))


def shown_link(url: str, label: str = "") -> str:
    """Return an address as mrkdwn: a link, under its label if it has one, or text where it is none."""
    if not is_link(url):
        shown = escape(url).replace("`", "")
        return " ".join(filter(None, (label, f"`{shown}`" if shown else "")))
    return f"<{safe_url(url)}|{label}>" if label else safe_url(url)


def masked(contact: Contact) -> str:
    """Return the contact as a channel may see it: `+33 6 •• •• •• 93`, `j•••@client.com`."""
    return _masked_number(contact.value) if contact.is_phone else _masked_address(contact.value)


def mask_contacts_in(text: str) -> str:
    """Return free text with the e-mail addresses, phone numbers and numbers of bank cards in it masked."""
    parts, end = [], 0
    for one in find_sensitive(text):
        parts += [text[end : one.start], _masked_address(one.plain) if one.is_address else _masked_number(one.plain)]
        end = one.end
    return "".join([*parts, text[end:]])


def _masked_address(address: str) -> str:
    name, _, domain = address.rpartition("@")
    return f"{name[: len(name) > 1]}{_DOT * 3}@{domain}"


def _masked_number(number: str) -> str:
    try:
        code, _, national = _grouped(number).partition(" ")
    except phonenumbers.NumberParseException:
        return _dotted(number)
    return f"{code} {_dotted(national)}"


def _dotted(number: str) -> str:
    digits = [place for place, character in enumerate(number) if character.isdecimal()]
    shown = {digits[0], *digits[-2:]} if len(digits) >= _LONG_ENOUGH else set()
    return "".join(_DOT if place in digits and place not in shown else number[place] for place in range(len(number)))


@lru_cache(maxsize=256)  # each card is rendered several times
def _grouped(number: str) -> str:
    """Return a number with its country code, such as `+33 6 62 68 21 93`."""
    parsed = read_e164(number) or phonenumbers.parse(number)
    return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)


def _aware(moment: datetime | float) -> datetime:
    return moment if isinstance(moment, datetime) else datetime.fromtimestamp(moment, UTC)


def zone_of(name: str) -> tzinfo:
    """Return the time zone of an IANA name such as `Europe/Paris`; UTC where it is unknown."""
    try:
        return get_timezone(name)
    except (LookupError, ValueError):
        return UTC
