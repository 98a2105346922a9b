"""Reads phone numbers, and finds out whether an SMS reaches them."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata, PhoneNumber, PhoneNumberType

from bot.grammar.parse_errors import ParseProblem
from bot.model.people import Contact

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from phonenumbers import PhoneNumberDesc

# Overseas numbers are dialled as in all of France, with a zero, but belong to other country codes.
# https://www.arcep.fr/la-regulation/grands-dossiers-thematiques-transverses/la-numerotation.html
_FRENCH_REGIONS: Final = frozenset({"FR", "GP", "BL", "MF", "RE", "YT", "GF", "MQ"})
_OVERSEAS: Final[Mapping[str, int]] = {
    **dict.fromkeys(("590", "690", "691"), 590),
    **dict.fromkeys(("262", "263", "269", "639", "692", "693"), 262),
    **dict.fromkeys(("594", "694"), 594),
    **dict.fromkeys(("596", "696", "697"), 596),
}
_DIALLED_IN_FRANCE: Final = re.compile(r"(?:0|\+?33|0033)0?([1-9]\d{8})")
_FRENCH_CODES: Final = frozenset({33, *_OVERSEAS.values()})

_E164: Final = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_LONGEST_CODE: Final = 3
_NOTHING_ELSE: Final = re.compile(r"[+0]\d(?: ?\d){5,16}", re.ASCII)

_NO_DIGIT: Final = re.compile(r"\D")
_WORLDWIDE: Final = "001"  # of satellites, freephone, shared-cost and personal numbers of no country
_NEVER: Final = frozenset({
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.PAGER,
    PhoneNumberType.PERSONAL_NUMBER,
    PhoneNumberType.UAN,
})  # fmt: skip
_WITHOUT_SMS: Final = frozenset({PhoneNumberType.TOLL_FREE, PhoneNumberType.VOICEMAIL})


@lru_cache(maxsize=1024)  # lists are read again and again while people correct them
def read_number(written: str, region: str) -> PhoneNumber | None:
    """Return the valid number that is written with ASCII digits and any separators, or `None`."""
    for text in dict.fromkeys((written.replace("(0)", ""), written)):
        compact = ("+" if "+" in text else "") + _NO_DIGIT.sub("", text)
        if number := _overseas(compact, region) or read_e164(compact) or _valid(compact, region):
            return number
    return None


@lru_cache(maxsize=1024)  # what was typed is checked once more before it is recorded
def read_e164(text: str) -> PhoneNumber | None:
    """Return the valid number that is written as in E.164; `None` where only reading it in full says which it is.

    It is what `phonenumbers.parse` returns, for a third of the time: where no prefix is, none is looked for.
    """
    if not _E164.fullmatch(text):
        return None
    code, national = _with_code(text)
    metadata = (
        PhoneMetadata.metadata_for_region_or_calling_code(code, COUNTRY_CODE_TO_REGION_CODE[code][0]) if code else None
    )
    if (
        metadata is None
        or national.startswith("0")
        or re.match(metadata.national_prefix_for_parsing or r"\Z", national)
    ):
        return None
    number = PhoneNumber(country_code=code, national_number=int(national))
    return None if type_of(number) == PhoneNumberType.UNKNOWN else number


def number_alone(text: str, region: str) -> Contact | None:
    """Return whom a text means that is the number of one who can be invited, and nothing else; `None` of all others.

    It is what scanning the text finds, for a sixth of the time: with its prefix in front, a number is read as a whole
    before anything else is looked for in it.
    """
    written = text.strip(" ")
    if not _NOTHING_ELSE.fullmatch(written):
        return None
    number = read_number(written, region)
    if number is None or obstacle_of(number) or is_another_country(number, written, region):
        return None
    return contact_of(number)


def contact_of(number: PhoneNumber) -> Contact:
    """Return the contact that is called by this number."""
    return Contact(f"+{number.country_code}{phonenumbers.national_significant_number(number)}")


def is_another_country(number: PhoneNumber, written: str, region: str) -> bool:
    """Return whether a number belongs to a country that neither what was written nor the region names."""
    digits = _NO_DIGIT.sub("", written).removeprefix("00")
    code = number.country_code
    return code != phonenumbers.country_code_for_region(region) and not digits.startswith(str(code))


def country_of(number: PhoneNumber) -> str:
    """Return the ISO 3166 code of the country of a valid number, empty where it belongs to none.

    France's overseas departments have codes of their own, such as `RE`.
    """
    country, code = phonenumbers.region_code_for_number(number), number.country_code or 0
    if country is None and code in _FRENCH_CODES:  # a block newer than the library
        country = phonenumbers.region_code_for_country_code(code)
    return "" if country in {None, _WORLDWIDE} else country


def obstacle_of(number: PhoneNumber) -> ParseProblem | None:
    """Return why nobody can be invited under this number, or `None`.

    Where a country gives landlines and mobiles numbers of one kind, as in North America, they pass.
    """
    kind = _kind_of(number)
    if kind in _NEVER or phonenumbers.region_code_for_country_code(number.country_code or 0) == _WORLDWIDE:
        return ParseProblem.NEVER_INVITED
    if kind == PhoneNumberType.FIXED_LINE:
        return ParseProblem.LANDLINE
    # In France SMS reach numbers of mobiles only; elsewhere some numbers of internet telephony take them.
    if kind in _WITHOUT_SMS or (kind == PhoneNumberType.VOIP and number.country_code in _FRENCH_CODES):
        return ParseProblem.NO_SMS
    return None


def _kind_of(number: PhoneNumber) -> int:
    kind = type_of(number)
    national = str(number.national_number)
    if kind == PhoneNumberType.UNKNOWN and _OVERSEAS.get(national[:3]) == number.country_code:
        # A block that was opened after the library was published.
        return PhoneNumberType.MOBILE if national.startswith("6") else PhoneNumberType.FIXED_LINE
    return kind


def _with_code(e164: str) -> tuple[int, str]:
    """Return a number's country code, 0 where there is no such country, and the rest of it."""
    for end in range(2, 2 + _LONGEST_CODE):
        if int(e164[1:end]) in COUNTRY_CODE_TO_REGION_CODE:
            return int(e164[1:end]), e164[end:]
    return 0, ""


def type_of(number: PhoneNumber) -> int:
    """Return what `phonenumbers.number_type` does."""
    zeros = (number.number_of_leading_zeros or 1) if number.italian_leading_zero else 0
    return _type_with_zeros(number.country_code, number.national_number, zeros)


@lru_cache(maxsize=1024)  # asked for again where a number is read, judged, and judged once more before it is recorded
def _type_with_zeros(code: int, national: int, zeros: int) -> int:
    mobiles = _only_mobiles(code)
    if mobiles and mobiles.fullmatch(f"{'0' * zeros}{national}"):
        return PhoneNumberType.MOBILE
    number = PhoneNumber(code, national, italian_leading_zero=bool(zeros), number_of_leading_zeros=zeros or None)
    return phonenumbers.number_type(number)


@lru_cache(maxsize=256)
def _only_mobiles(code: int) -> re.Pattern[str] | None:
    """Return what matches the mobiles of a country code and no other numbers; `None` where countries share the code.

    The library tries ten patterns one after the other to find out that a number is a mobile's: this is all of them.
    """
    regions = COUNTRY_CODE_TO_REGION_CODE.get(code, ())
    country = PhoneMetadata.metadata_for_region_or_calling_code(code, regions[0]) if len(regions) == 1 else None
    if country is None or country.mobile is None or country.same_mobile_and_fixed_line_pattern:
        return None
    kinds = [country.premium_rate, country.toll_free, country.shared_cost, country.voip, country.personal_number]
    kinds += [country.pager, country.uan, country.voicemail, country.fixed_line]
    others, general = _any_of(_patterns(*kinds)), _any_of(_patterns(country.general_desc))
    long_enough = _any_of(f".{{{length}}}" for length in country.mobile.possible_length if length > 0)
    return re.compile(f"(?!{others})(?={general})(?={long_enough}){_any_of(_patterns(country.mobile))}")


def _patterns(*kinds: PhoneNumberDesc | None) -> list[str]:
    return [kind.national_number_pattern for kind in kinds if kind and kind.national_number_pattern]


def _any_of(patterns: Iterable[str]) -> str:
    """Return a pattern of what any of these matches as a whole; without any it matches nothing."""
    return f"(?:{'|'.join(patterns) or '(?!)'})\\Z"


def _valid(compact: str, region: str) -> PhoneNumber | None:
    # Two zeros are the way abroad almost everywhere; what they lead to is sure where it is valid.
    from_abroad = f"+{compact[2:]}" if compact.startswith("00") else compact
    for text, country in ((compact, region), (from_abroad, "FR" if region in _FRENCH_REGIONS else region)):
        with suppress(phonenumbers.NumberParseException):
            number = phonenumbers.parse(text, country)
            if phonenumbers.is_valid_number(number):
                return number
    return None


def _overseas(compact: str, region: str) -> PhoneNumber | None:
    dialled = _DIALLED_IN_FRANCE.fullmatch(compact)
    if dialled is None or not (region in _FRENCH_REGIONS or compact.startswith("+")):
        return None
    code = _OVERSEAS.get(dialled[1][:3])
    return PhoneNumber(country_code=code, national_number=int(dialled[1])) if code else None
