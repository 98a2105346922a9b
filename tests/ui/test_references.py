"""References that people typed lead to the operator's own system, and to nobody's contact."""

from __future__ import annotations

import pytest

from bot.ui.lists.references import ReferenceLinks, shown_reference

CASES = ReferenceLinks("https://crm.example.com/cases/{reference}")


@pytest.mark.parametrize(
    ("reference", "address"),
    [
        ("CASE-1234", "https://crm.example.com/cases/CASE-1234"),
        ("case 12/34?a=b&c#d", "https://crm.example.com/cases/case%2012%2F34%3Fa%3Db%26c%23d"),
        ("Dépôt <1>|2", "https://crm.example.com/cases/D%C3%A9p%C3%B4t%20%3C1%3E%7C2"),
        ("../admin", "https://crm.example.com/cases/..%2Fadmin"),
        ("{reference}", "https://crm.example.com/cases/%7Breference%7D"),
    ],
)
def test_a_reference_leads_to_its_case_whatever_is_in_it(reference: str, address: str) -> None:
    assert CASES.link(reference) == address


@pytest.mark.parametrize(
    "reference",
    [None, "", "slack:T0001:C0SUPPORT:1689176891.000100", "jean@client.com", "+33 6 62 68 21 93", ".", ".."],
)
def test_what_nobody_typed_or_holds_a_contact_or_leads_elsewhere_is_no_link(reference: str | None) -> None:
    assert CASES.link(reference) is None


def test_the_reference_may_stand_in_a_query_and_more_than_once() -> None:
    links = ReferenceLinks("https://crm.example.com/{reference}?q={reference}")
    assert links.link("A 1") == "https://crm.example.com/A%201?q=A%201"


def test_without_an_address_there_are_no_links() -> None:
    assert ReferenceLinks().link("CASE-1234") is None


def test_what_is_shown_is_masked_and_cannot_leave_its_link() -> None:
    assert shown_reference("jean@client.com", None) == "j•••@client.com"
    assert shown_reference("a>b<c", "https://crm.example.com/x") == "<https://crm.example.com/x|a&gt;b&lt;c>"
