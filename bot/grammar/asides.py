"""Decides which words beside a contact may be left out, and which ones mean something."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Final

from bot.grammar.parse_errors import NotUnderstood, ParseProblem

_LONG_NUMBER: Final = re.compile(r"\+\s*\d|\d(?:[\s./-]?\d){6,}")
_LONG_DATE: Final = re.compile(r"\b(?:\d{4}-\d\d-\d\d|\d\d?[./-]\d\d?[./-](?:\d\d)?\d\d)(?:[ T]+\d\d?:\d\d)?")
_OPTION: Final = re.compile(r"(?<!\S)[^\W\d_]{2,12}:[^\W_]\S*")

_VERBS: Final = ("help", "list", "find", "media", "stats", "forget")
# What people type who think of the command in French, or of another bot.
_MEANS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("aide",), "help"),
    **dict.fromkeys(("liste", "lister"), "list"),
    **dict.fromkeys(("search", "chercher", "cherche", "rechercher", "trouver", "trouve"), "find"),
    **dict.fromkeys(("médias", "photos", "photo"), "media"),
    **dict.fromkeys(("statistiques", "statistics"), "stats"),
    **dict.fromkeys(("oublier", "oublie", "supprimer", "effacer", "delete", "erase", "remove"), "forget"),
}
_OPTIONS: Final = frozenset({
    *("moderated", "moderate", "modéré", "modérée", "link", "links", "lien"),
    *("ref", "reference", "réf", "référence"),
})  # fmt: skip
_LIKE = 0.8


def is_aside(words: str) -> bool:
    """Return whether words are about a contact, and not a number or an option that somebody meant to be read."""
    return any(map(str.isalpha, words)) and not _has_long_number(words)


def is_heading(words: str) -> bool:
    """Return whether words announce those who come after them."""
    return words.endswith(":") and is_aside(words)


def refuse_slips(plain: str, left_out: Iterable[str]) -> None:
    """Raise `NotUnderstood` where words that would be left out of a text are a verb or an option, or a slip in one."""
    parts = list(left_out)
    if number := next(filter(_has_long_number, parts), None):
        raise NotUnderstood(ParseProblem.NOT_A_PHONE, number)
    spoken = [word for part in parts for word in part.split()]
    if spoken and plain.lstrip().startswith(spoken[0]) and (verb := _verb(spoken[0])):
        raise NotUnderstood(ParseProblem.LIKE_A_VERB, verb)
    for word in spoken:
        if _OPTION.match(word) or word.casefold().strip(".,:!") in _OPTIONS:
            raise NotUnderstood(ParseProblem.UNKNOWN_OPTION, word)


def _verb(word: str) -> str | None:
    plain = word.casefold().strip(".,:!?")
    return _MEANS.get(plain) or next(iter(get_close_matches(plain, _VERBS, 1, _LIKE)), None)


def _has_long_number(words: str) -> bool:
    return _LONG_NUMBER.search(_LONG_DATE.sub("", words)) is not None
