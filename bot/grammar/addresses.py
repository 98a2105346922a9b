"""Reads e-mail addresses as they stand in pasted text."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from typing import Final
from urllib.parse import unquote

from email_validator import EmailNotValidError, validate_email

from bot.grammar.parse_errors import ParseProblem
from bot.grammar.text.characters import Folding, is_dash, is_invisible
from bot.model.people import Contact

_LONGEST_ADDRESS = 254  # RFC 5321, 4.5.3.1.3, without the angle brackets
_BESIDE: Final = r"\s,;:<>()|\"\[\]{}、،؛"

LIKE_AN_ADDRESS: Final = re.compile(rf"(?<![^{_BESIDE}@])[^{_BESIDE}@]{{1,64}}+@[^{_BESIDE}@]{{1,253}}")
WITH_AT_SIGN: Final = re.compile(rf"(?<![^{_BESIDE}@])[^{_BESIDE}@]*+@[^{_BESIDE}]*+")
_TOKEN: Final = re.compile(rf"[^{_BESIDE}]++")
_ESCAPE: Final = re.compile(r"%[0-9a-f]{2}", re.IGNORECASE)
# What mail programs and web pages put behind an address: ?subject=…
_QUERY: Final = re.compile(rf"((?:@|%40)[^?@%{_BESIDE}]++)\?[^\s,;<>|]*+", re.IGNORECASE)
_SLASH_BEFORE_ADDRESS: Final = re.compile(
    rf"((?:\d[ .\-]?){{6}}|@[^@/{_BESIDE}]++)/(?=[^/{_BESIDE}\d@][^/{_BESIDE}@]{{0,63}}@)"
)
# Around words in Markdown and in quotations, and the marks of lists; nobody's address begins or ends so.
_DECORATION: Final = "*'`~_.!?…"
_ASCII_SIGNS: Final = frozenset("!#$%&*+-/=?^`{|}~'")
_JOINS_OTHERS: Final = frozenset("/=?")  # “06…/jean@client.com”, “to=jean@client.com”
_DASHES: Final = Folding(lambda character: "-" if is_dash(character) and not character.isalnum() else character)


def decoded(text: str) -> str:
    """Return the text with what web addresses make of e-mail addresses undone: `jean%40client.com?subject=Hello`."""
    plain = _TOKEN.sub(lambda token: _unquoted(token[0]), _QUERY.sub(r"\1", text))
    return _SLASH_BEFORE_ADDRESS.sub(r"\1 / ", plain)


def _unquoted(token: str) -> str:
    if "@" in token or "%40" in token:
        with suppress(UnicodeDecodeError):
            return unquote(token, errors="strict")
    return token


def read_address(token: str) -> Contact | ParseProblem:
    """Return the address that stands between spaces, or why there is none.

    What would go to another mailbox than it seems to is never an address.
    """
    for candidate in dict.fromkeys((token, _undecorated(token))):
        plain = candidate.translate(_DASHES)
        if (contact := _valid(plain)) and _begins_like_a_name(plain):
            return contact if _is_certain(contact.value) else ParseProblem.UNCERTAIN_ADDRESS
    return ParseProblem.UNCERTAIN_ADDRESS if _ESCAPE.search(token) or _valid(token) else ParseProblem.NOT_AN_ADDRESS


def _undecorated(token: str) -> str:
    start = next((place for place, character in enumerate(token) if not _is_decoration(character)), len(token))
    end = next((place for place in range(len(token), start, -1) if token[place - 1].isalnum()), start)
    return token[start:end]


def _is_decoration(character: str) -> bool:
    return character in _DECORATION or (not character.isascii() and unicodedata.category(character)[0] in "PS")


def _begins_like_a_name(address: str) -> bool:
    return not (_is_decoration(address[0]) and address[0] != "_")


def _is_certain(address: str) -> bool:
    """Return whether each character is one that people type into addresses, and none is left over from an encoding."""
    name = address.rpartition("@")[0]
    if name[0] in _ASCII_SIGNS or _JOINS_OTHERS & set(name) or _ESCAPE.search(address):
        return False
    return not any(map(is_invisible, address)) and all(
        character.isascii()
        or unicodedata.category(character) in {"Ll", "Lu", "Lt", "Lo", "Lm", "Mn", "Mc", "Nd"}
        or character == "·"
        for character in name
    )


def _valid(text: str) -> Contact | None:
    if len(text) > _LONGEST_ADDRESS:
        return None
    with suppress(EmailNotValidError):
        # `test_environment` lets addresses under .test through, which sandboxes use.
        return Contact(validate_email(text, check_deliverability=False, test_environment=True).normalized)
    return None
