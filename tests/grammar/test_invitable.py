"""Numbers that are never invited, and those of countries that an operator does not allow."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from bot.grammar import CountryNotAllowed, NotUnderstood, ParseProblem, check_invitable, find_contacts, parse_customer
from bot.model.people import Contact

FRANCE_AND_BELGIUM = frozenset({"FR", "BE"})

NEVER = {
    "PREMIUM_RATE",
    "SHARED_COST",
    "PAGER",
    "PERSONAL_NUMBER",
    "UAN",
    "VOICEMAIL",
    "TOLL_FREE",
}
_EXAMPLES = [
    (region, kind, Contact(phonenumbers.format_number(number, PhoneNumberFormat.E164)))
    for region in sorted(phonenumbers.SUPPORTED_REGIONS)
    for kind in sorted(NEVER)
    if (number := phonenumbers.example_number_for_type(region, getattr(PhoneNumberType, kind)))
    and getattr(PhoneNumberType, kind) == phonenumbers.number_type(number)
]
_WORLDWIDE = [
    Contact(phonenumbers.format_number(number, PhoneNumberFormat.E164))
    for code in sorted(phonenumbers.COUNTRY_CODES_FOR_NON_GEO_REGIONS)
    if (number := phonenumbers.example_number_for_non_geo_entity(code))
]


@pytest.mark.parametrize("kind", sorted(NEVER))
def test_no_country_s_numbers_of_a_kind_that_costs_or_reaches_nobody_are_invited(kind: str) -> None:
    examples = [contact for _, known, contact in _EXAMPLES if known == kind]
    assert examples
    for contact in examples:
        with pytest.raises(NotUnderstood):
            check_invitable([contact], frozenset())


@pytest.mark.parametrize("contact", _WORLDWIDE, ids=lambda contact: contact.value[:5])
def test_satellites_and_other_numbers_of_no_country_are_never_invited(contact: Contact) -> None:
    with pytest.raises(NotUnderstood) as refused:
        check_invitable([contact], frozenset())
    assert refused.value.problem is ParseProblem.NEVER_INVITED


@given(st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)), st.sets(st.sampled_from(["FR", "BE", "GB", "US"])))
def test_a_mobile_is_invited_where_its_country_is_allowed_or_all_are(region: str, allowed: set[str]) -> None:
    number = phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE)
    if number is None:
        return
    contact = Contact(phonenumbers.format_number(number, PhoneNumberFormat.E164))
    country = phonenumbers.region_code_for_number(number)
    if not allowed or country in allowed:
        check_invitable([contact], allowed)
    else:
        with pytest.raises(CountryNotAllowed) as refused:
            check_invitable([contact], allowed)
        assert (refused.value.country, refused.value.allowed) == (country, tuple(sorted(allowed)))
        assert contact.value not in str(refused.value)


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+18765551234", "JM"),  # one code with North America, another country
        ("+447400123456", "GB"),
        ("+447797712345", "JE"),
        ("+77710009998", "KZ"),
        ("+262692123456", "RE"),
        ("+262639123456", "RE"),  # Mayotte's, of a block that was opened after the library was published
        ("+590690123456", "GP"),
    ],
)
def test_countries_that_share_a_code_are_separated(number: str, country: str) -> None:
    check_invitable([Contact(number)], frozenset({country}))
    with pytest.raises(CountryNotAllowed):
        check_invitable([Contact(number)], FRANCE_AND_BELGIUM | {"US"})


def test_an_address_belongs_to_no_country() -> None:
    check_invitable([Contact("jean@client.com")], FRANCE_AND_BELGIUM)


def test_the_first_guest_who_may_not_be_invited_is_named() -> None:
    guests = [Contact("+33662682193"), Contact("ann@client.com"), Contact("+447400123456"), Contact("+14155552671")]
    with pytest.raises(CountryNotAllowed) as refused:
        check_invitable(guests, FRANCE_AND_BELGIUM)
    assert refused.value.shown == "+447400123456"


def test_a_message_fills_the_form_with_those_who_may_be_invited() -> None:
    message = "London: +44 7400 123456, Paris: 06 62 68 21 93"
    assert find_contacts(message, region="FR", countries=FRANCE_AND_BELGIUM) == [Contact("+33662682193")]


def test_where_nobody_in_a_message_may_be_invited_the_form_says_why() -> None:
    found = find_contacts("call +44 7400 123456", region="FR", countries=FRANCE_AND_BELGIUM)
    assert found == [Contact("+447400123456")]
    assert parse_customer(found[0].value, region="FR").contact == found[0]
