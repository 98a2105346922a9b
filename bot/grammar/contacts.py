"""Who is meant: phone numbers, e-mail addresses and members of the workspace."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from operator import itemgetter

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from bot.grammar.misread import Misread, NotUnderstood
from bot.grammar.requests import Guests
from bot.grammar.typed import as_typed
from bot.model import Contact

MOST_GUESTS = 50
LIKE_AN_ADDRESS = re.compile(r"(?<![^\s,;:<>()|\"])[^\s,;:<>()|\"@]{1,64}@[^\s,;:<>()|\"@]{1,253}")
_LONGEST_ADDRESS = 254  # RFC 5321, 4.5.3.1.3, without the angle brackets

_MENTION = re.compile(r"<@[A-Z0-9]+>|<[#!][^<>\s]*>")
_SOMEBODY_HERE = re.compile(r"<[@#!]|(?<!\S)@\w")
_BETWEEN_CONTACTS = re.compile(r"[,;\n]|\s(?:and|et|&)\s", re.IGNORECASE)
_AROUND_CONTACTS = " \t.,:!?\"'`*_~|<>()[]{}"
_LIKE_A_PHONE = re.compile(r"[+\d][+\d\s()./\-‒–—−]*")  # noqa: RUF001  # people do type dashes of every width
_COUNTRY_CODE_AND_ZERO = re.compile(r"(\+\d{1,3}[\s.-]?)\(0\)")
_WEB_ADDRESS = re.compile(r"https?://\S+")


def parse_contact(text: str, *, region: str) -> Contact:
    """The one customer named by `text`; numbers without a prefix are of `region` (ISO 3166, such as `FR`)."""
    return contact_in(as_typed(text), region)


def parse_guests(text: str, *, region: str) -> Guests:
    """All who are named by `text`: at least one, at most `MOST_GUESTS`."""
    return guests_in(as_typed(text), region)


def find_contacts(text: str, *, region: str) -> list[Contact]:
    """The valid addresses and numbers anywhere in a message, each once, in their order; never raises."""
    plain = _WEB_ADDRESS.sub(_blank, _COUNTRY_CODE_AND_ZERO.sub(r"\1", as_typed(text)))
    found = [*_addresses(plain), *_numbers(LIKE_AN_ADDRESS.sub(_blank, plain), region)]
    return _each_once(contact for _, contact in sorted(found, key=itemgetter(0)))


def contact_in(plain: str, region: str) -> Contact:
    """The same as `parse_contact`, for text that already is as it was typed."""
    if _SOMEBODY_HERE.search(plain):
        raise NotUnderstood(Misread.COLLEAGUE_AS_CUSTOMER)
    match _each_once(contact for piece in _pieces(plain) for contact in _contacts(piece, region)):
        case [contact]:
            return contact
        case []:
            raise NotUnderstood(Misread.NO_CUSTOMER)
        case _:
            raise NotUnderstood(Misread.SEVERAL_CUSTOMERS)


def guests_in(plain: str, region: str) -> Guests:
    """The same as `parse_guests`, for text that already is as it was typed."""
    contacts: list[Contact] = []
    colleagues: dict[str, None] = {}
    for piece in _pieces(plain):
        if _MENTION.fullmatch(piece) or piece.startswith("#"):
            colleagues[_colleague(piece)] = None
        else:
            contacts += _contacts(piece, region)
    return _counted(Guests(tuple(_each_once(contacts)), tuple(colleagues)))


def _colleague(mention: str) -> str:
    name = mention.strip("<>")
    if name.startswith("#"):
        raise NotUnderstood(Misread.CHANNEL_AS_GUEST, name)
    if name.startswith("!"):
        raise NotUnderstood(Misread.GROUP_AS_GUEST, f"@{name[1:]}")
    return name[1:]


def _counted(guests: Guests) -> Guests:
    if not guests:
        raise NotUnderstood(Misread.NO_GUESTS)
    if len(guests) > MOST_GUESTS:
        raise NotUnderstood(Misread.TOO_MANY_GUESTS, str(len(guests)))
    return guests


def _each_once(contacts: Iterable[Contact]) -> list[Contact]:
    first: dict[str, Contact] = {}
    for contact in contacts:
        first.setdefault(contact.value.casefold(), contact)
    return list(first.values())


def _pieces(plain: str) -> Iterator[str]:
    """What stands between separators; mentions and addresses also stand alone between spaces."""
    for part in _BETWEEN_CONTACTS.split(_MENTION.sub(r" \g<0> ", plain)):
        for piece in _words_together(part.split()):
            if piece.strip(_AROUND_CONTACTS):
                yield piece


def _words_together(words: list[str]) -> Iterator[str]:
    """Mentions and addresses one by one; other words together, as a number may be typed with spaces."""
    run: list[str] = []
    for word in words:
        alone = "@" in word or _MENTION.fullmatch(word)
        if alone or word.lstrip("(").startswith("+"):
            yield " ".join(run)
            run = []
        if alone:
            yield word
        else:
            run.append(word)
    yield " ".join(run)


def _contacts(piece: str, region: str) -> tuple[Contact, ...]:
    """One contact, or several numbers with nothing but spaces between them."""
    try:
        return (_contact(piece, region),)
    except NotUnderstood as whole:
        try:
            return tuple(_contact(word, region) for word in piece.split())
        except NotUnderstood:
            raise whole from None


def _contact(piece: str, region: str) -> Contact:
    bare = _bare(piece)
    found: Contact | None = None
    if bare.startswith("@"):
        problem = Misread.UNKNOWN_PERSON
    elif "@" in bare:
        found, problem = _address(piece), Misread.NOT_AN_ADDRESS
    elif _LIKE_A_PHONE.fullmatch(bare):
        found, problem = _number(bare, region), Misread.NOT_A_PHONE
    else:
        problem = Misread.NOT_A_CONTACT
    if found is None:
        raise NotUnderstood(problem, bare)
    return found


def _bare(piece: str) -> str:
    return piece.strip(_AROUND_CONTACTS).removeprefix("mailto:").removeprefix("tel:")


def _address(text: str) -> Contact | None:
    """The address, or `None`; first as it stands, since `_jean@client.com` is an address too."""
    for candidate in (text, _bare(text)):
        if len(candidate) <= _LONGEST_ADDRESS:
            with suppress(EmailNotValidError):
                # `test_environment` lets addresses under .test through, which sandboxes use.
                valid = validate_email(candidate, check_deliverability=False, test_environment=True)
                return Contact(valid.normalized)
    return None


def _number(text: str, region: str) -> Contact | None:
    with suppress(phonenumbers.NumberParseException):
        number = phonenumbers.parse(text, region)
        if phonenumbers.is_valid_number(number):
            return _e164(number)
    return None


def _e164(number: phonenumbers.PhoneNumber) -> Contact:
    return Contact(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _addresses(plain: str) -> Iterator[tuple[int, Contact]]:
    for match in LIKE_AN_ADDRESS.finditer(plain):
        if contact := _address(match[0]):
            yield match.start(), contact


def _numbers(plain: str, region: str) -> Iterator[tuple[int, Contact]]:
    for match in phonenumbers.PhoneNumberMatcher(plain, region):
        yield match.start, _e164(match.number)
