"""What is read of any text at all: nobody wrongly, nothing for ever, and no customer in an error."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.grammar import (
    NotUnderstood,
    ParseProblem,
    StartAssistance,
    find_contacts,
    parse_assist,
    parse_contact,
    parse_customer,
    parse_guests,
    parse_meet,
)
from bot.grammar.phones import read_e164, type_of
from bot.model.errors import KnownError
from bot.model.people import Contact
from tests.grammar.parsing import JEAN, TYPED_AT, assist

_assist, _meet = partial(parse_assist, typed_at=TYPED_AT), partial(parse_meet, typed_at=TYPED_AT)


_PIECES = st.sampled_from([
    *"<>|&;,\"'“”«» +@#!:.()",
    "ref:",
    "name:",
    "at:",
    "tomorrow 14:00",
    "2026-12-01T",
    "moderated",
    "find",
    "media",
    "<@U1>",
    "<!here>",
    "<#C1|x>",
    "<mailto:",
    "&amp;",
    "jean@client.com",
    "0662682193",
    "\u00a0",
    "\ud800",
    "👩‍👧",
])  # fmt: skip
_ANYTHING = st.text(st.characters(codec=None)) | st.lists(_PIECES, max_size=30).map("".join)


@given(_ANYTHING, st.sampled_from(["FR", "US", "GB", "", "??"]))
@example("ref:\ud800", "FR")
def test_any_text_is_understood_or_refused_in_a_known_way(text: str, region: str) -> None:
    for parse in (_assist, _meet, parse_contact, parse_guests):
        with suppress(NotUnderstood):
            parse(text, region=region)
    assert all(contact.value for contact in find_contacts(text, region=region))


@given(_ANYTHING)
def test_what_is_understood_can_be_sent_over_the_wire(text: str) -> None:
    with suppress(NotUnderstood):
        request = assist(f"jean@client.com {text}")
        repr(request).encode()


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        ">",
        "a",
        "1 ",
        "+",
        "((",
        "ref:'",
        'name:"',
        "at:",
        "at:'",
        "at:14:30 ",
        "at:tomorrow ",
        "ref ",
        "a@b.fr,",
        "@a ",
        "06 ",
        "<@U1>",
        "&amp;",
        "😀",
        "a%40",
        "12/03 ",
        "06 62 68 21 9 ",
        "06 62 68 21 93 ",
        "0662682193;ext=1",
        "&#1;",
        '"a',
        "a ou ",
        "\ud83d",
    ],
)
def test_long_text_is_read_in_no_time(piece: str) -> None:
    text = (piece * 10_000)[:10_000]
    began = time.process_time()
    for parse in (_assist, _meet, find_contacts):
        with suppress(NotUnderstood):
            parse(text, region="FR")
    assert time.process_time() - began < 2.0


_NUMBERS = (
    st.integers(600_000_000, 689_999_999)
    .map(lambda national: f"+33{national}")
    .filter(lambda number: phonenumbers.is_valid_number(phonenumbers.parse(number)))
)
_FORMS = [
    phonenumbers.PhoneNumberFormat.E164,
    phonenumbers.PhoneNumberFormat.INTERNATIONAL,
    phonenumbers.PhoneNumberFormat.NATIONAL,
    phonenumbers.PhoneNumberFormat.RFC3966,
]
_ADDRESSES = st.from_regex(
    r"[a-z0-9](?:[a-z0-9_+-]{0,15}[a-z0-9])?@[a-z][a-z0-9]{0,15}\.(?:com|fr|test)", fullmatch=True
)
_DISGUISES: list[Callable[[str], str]] = [
    lambda contact: contact,
    lambda contact: f" {contact} . ",
    lambda contact: f"&lt;{contact}&gt;",
    lambda contact: f"“{contact}”",
    lambda contact: f"({contact})",
    lambda contact: f"<{'mailto' if '@' in contact else 'tel'}:{contact}|{contact}>",
    "\u200b".join,
    lambda contact: "".join(chr(ord(character) + 0xFEE0) for character in contact),
]


@given(_NUMBERS | _ADDRESSES, st.sampled_from(_DISGUISES))
def test_a_valid_contact_survives_every_disguise(contact: str, disguise: Callable[[str], str]) -> None:
    assert parse_contact(disguise(contact), region="FR") == Contact(contact)


@given(_NUMBERS, st.sampled_from(_FORMS))
def test_a_number_survives_every_way_of_writing_it(number: str, form: int) -> None:
    written = phonenumbers.format_number(phonenumbers.parse(number), form)
    assert parse_contact(written, region="FR") == Contact(number)


@pytest.mark.parametrize("form", _FORMS)
def test_a_mobile_of_every_country_is_understood_as_it_is_written_there(form: int) -> None:
    for region in phonenumbers.SUPPORTED_REGIONS:
        if number := phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE):
            written = phonenumbers.format_number(number, form)
            meant = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            assert parse_customer(written, region=region).contact == Contact(meant), written


def test_no_premium_rate_number_of_any_country_is_invited() -> None:
    for region in phonenumbers.SUPPORTED_REGIONS:
        for kind in (phonenumbers.PhoneNumberType.PREMIUM_RATE, phonenumbers.PhoneNumberType.SHARED_COST):
            if number := phonenumbers.example_number_for_type(region, kind):
                written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
                with pytest.raises(NotUnderstood):
                    parse_customer(written, region=region)


@given(st.text(st.characters(codec="ascii", min_codepoint=33, max_codepoint=126), min_size=1, max_size=40))
def test_a_reference_survives_slacks_escaping(reference: str) -> None:
    if {'"', "'"} & {reference[0], reference[-1]} or '"' in reference:
        return
    sent = reference.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert assist(f'jean@client.com ref:"{sent}"') == StartAssistance(JEAN, reference)


def test_an_error_that_is_logged_does_not_name_the_customer() -> None:
    error = NotUnderstood(ParseProblem.NOT_A_PHONE, "+33 6 62 68 21 9")
    assert isinstance(error, KnownError)
    assert "62" not in f"{error!s} {error!r}"


_EXAMPLES = st.sampled_from([
    phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    for region in sorted(phonenumbers.SUPPORTED_REGIONS)
    for kind in phonenumbers.PhoneNumberType.values()
    if (number := phonenumbers.example_number_for_type(region, kind))
])  # fmt: skip


@given(_EXAMPLES, st.text("0123456789", max_size=4), st.integers(0, 8))
@example("+5491123456789", "", 0)  # what follows the country may be a prefix of Argentina's mobiles
@example("+390236618300", "", 0)  # Italy's numbers keep their zero
def test_a_number_in_its_shortest_form_is_read_as_in_full(written: str, digits: str, kept: int) -> None:
    typed = written[: len(written) - kept] + digits
    quick = read_e164(typed)
    if quick:
        full = phonenumbers.parse(typed)
        assert phonenumbers.is_valid_number(full)
        assert (quick, phonenumbers.number_type(quick)) == (full, phonenumbers.number_type(full))


@given(st.sampled_from(sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)), st.integers(10**5, 10**11))
@example(33, 662682193)  # a mobile
@example(33, 805123456)  # free of charge
@example(39, 3123456789)
def test_a_mobile_is_known_by_one_pattern_as_by_all_of_the_librarys(code: int, national: int) -> None:
    for zero in (True, None):
        number = phonenumbers.PhoneNumber(code, national, italian_leading_zero=zero)
        assert type_of(number) == phonenumbers.number_type(number)


@given(_EXAMPLES, st.text("0123456789", max_size=3), st.integers(1, 3))
def test_what_a_number_is_does_not_depend_on_how_it_was_found_out(written: str, digits: str, kept: int) -> None:
    with suppress(phonenumbers.NumberParseException):
        number = phonenumbers.parse(written[: len(written) - kept] + digits)
        assert type_of(number) == phonenumbers.number_type(number)


def test_a_french_mobile_in_its_shortest_form_needs_no_reading_in_full() -> None:
    assert read_e164("+33662682193") == phonenumbers.parse("+33662682193")


_SPACED = [
    phonenumbers.format_number(number, form)
    for region in sorted(phonenumbers.SUPPORTED_REGIONS)
    for kind in phonenumbers.PhoneNumberType.values()
    for form in (phonenumbers.PhoneNumberFormat.INTERNATIONAL, phonenumbers.PhoneNumberFormat.NATIONAL)
    if (number := phonenumbers.example_number_for_type(region, kind))
]


def _read(text: str, region: str) -> object:
    try:
        return parse_assist(text, region=region, typed_at=TYPED_AT)
    except NotUnderstood as refused:
        return refused.problem, refused.shown


@given(
    _EXAMPLES | st.sampled_from(_SPACED) | st.from_regex(r"[+0][0-9](?: ?[0-9]){5,16}", fullmatch=True),
    st.text("0123456789 ", max_size=4),
    st.integers(0, 8),
    st.sampled_from(["FR", "RE", "BE", "US", "IT", "AR", ""]),
)
@example("+33692123456", "", 0, "FR")  # dialled as in all of France, and of Réunion
@example("06 62 68 21 93", "", 0, "FR")
@example("00 33 6 62 68 21 93", "", 0, "FR")
@example("0662682193 0662682194", "", 0, "FR")
@example("06 62 68 21 93 14", "", 0, "FR")
def test_a_number_alone_is_read_as_beside_anything_else(written: str, digits: str, kept: int, region: str) -> None:
    typed = written[: len(written) - kept] + digits
    scanned = f"{typed}\u200b"  # nobody sees it, and it is no part of a number that stands alone
    assert _read(typed, region) == _read(scanned, region)
