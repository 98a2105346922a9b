"""E-mail addresses, alone and in lists, mean what they look like, or are asked about."""

# ruff: noqa: RUF001  # characters that only look like those of a keyboard are what is pasted

from __future__ import annotations

import pytest

from bot.grammar import NotUnderstood, ParseProblem, parse_customer, parse_guests

MOBILE = "+33662682193"
JEAN = "jean@client.com"
JANE = "jane@x.com"


def customer(typed: str) -> str:
    return parse_customer(typed, region="FR").contact.value


def guests(typed: str) -> list[str]:
    return [contact.value for contact in parse_guests(typed, region="FR").contacts]


def problem(typed: str) -> ParseProblem:
    with pytest.raises(NotUnderstood) as refused:
        parse_customer(typed, region="FR")
    return refused.value.problem


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("MAILTO:jean@client.com?subject=Bonjour", JEAN),
        ("mailto:jean@client.com?subject=Bonjour%20Jean&amp;body=a@b.com", JEAN),
        ("mailto:<mailto:jean@client.com|jean@client.com>?subject=Bonjour", JEAN),
        ("<MAILTO:jean@client.com|jean@client.com>", JEAN),
        ("<mailto:jean%40client.com|jean@client.com>", JEAN),
        ("jean%40client.com", JEAN),
        ("jean%2Bvideo@client.com", "jean+video@client.com"),
        ("<mailto:jean%2Bvideo@client.com|jean+video@client.com>", "jean+video@client.com"),
        ("%20jean@client.com", JEAN),
        ("jean&amp;#64;client.com", JEAN),
        ("jean@cli\u00adent.com", JEAN),
        ("jean\u200d@client.com", JEAN),
        ("je\ufe0fan@client.com", JEAN),
        ("jean@client.com\u2069", JEAN),
        ("\u061cjean@client.com", JEAN),
        ("je\u034fan@client.com", JEAN),
        ("jean%C2%AD@client.com", JEAN),
        ("jean‑luc@client.com", "jean-luc@client.com"),
        ("jean–luc@client.com", "jean-luc@client.com"),
        ("jean@my–client.com", "jean@my-client.com"),
        ("jean﹫client.com", JEAN),
        ("•jean@client.com", JEAN),
        ("• jean@client.com", JEAN),
        ("**jean@client.com**", JEAN),
        ("'jean@client.com", JEAN),
        ("E-mail : jean@client.com", JEAN),
        ("✉ jean@client.com", JEAN),
        ("✉jean@client.com", JEAN),
        ("mail:jean@client.com", JEAN),
        ("[jean@client.com]", JEAN),
        ("jean@client.com !", JEAN),
        ("jean@client.com…", JEAN),
        ("Jean Dupont jean@client.com", JEAN),
        ("Jean Dupont &lt;jean@client.com&gt;", JEAN),
        ("&amp;lt;jean@client.com&amp;gt;", JEAN),
        ("Jean Dupont &lt;<mailto:jean@client.com|jean@client.com>&gt;", JEAN),
        ('"Dupont, Jean" &lt;jean@client.com&gt;', JEAN),
        ("Dupont, Jean &lt;jean@client.com&gt;", JEAN),
        ("jean@client.com (Dupont, Jean)", JEAN),
        ('"jean@client.com" &lt;jean@client.com&gt;', JEAN),
        ("Jean Dupont\njean@client.com", JEAN),
        ("o'neil@client.com", "o'neil@client.com"),
        ("jean@paral·lel.cat", "jean@paral·lel.cat"),
    ],
)
def test_an_address_is_understood_as_it_is_pasted(typed: str, meant: str) -> None:
    assert customer(typed) == meant


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ("jean%40x@client.com", ParseProblem.NOT_AN_ADDRESS),
        ("jean%252Bvideo@client.com", ParseProblem.UNCERTAIN_ADDRESS),
        ("jean%FF@client.com", ParseProblem.UNCERTAIN_ADDRESS),
        ("to=jean@client.com", ParseProblem.UNCERTAIN_ADDRESS),
        ("-jean@client.com", ParseProblem.UNCERTAIN_ADDRESS),
        ("&amp;jean@client.com", ParseProblem.UNCERTAIN_ADDRESS),
        ("jean☃@client.com", ParseProblem.UNCERTAIN_ADDRESS),
        ("a/b@client.com", ParseProblem.UNCERTAIN_ADDRESS),
        ("jean@client", ParseProblem.NOT_AN_ADDRESS),
        ("jean@ client.com", ParseProblem.NOT_AN_ADDRESS),
        ("a@b.com@c.com", ParseProblem.NOT_AN_ADDRESS),
        ("jean,dupont@client.com", ParseProblem.NOT_A_CONTACT),
        ("<mailto:eve@evil.com|jean@client.com>", ParseProblem.WHICH_ONE),
        ('"jean@client.com" &lt;eve@evil.com&gt;', ParseProblem.WHICH_ONE),
        ("https://client.com/?to=jean@client.com", ParseProblem.NOT_AN_ADDRESS),
    ],
)
def test_an_address_that_is_not_certain_is_asked_about(typed: str, wrong: ParseProblem) -> None:
    assert problem(typed) is wrong


# ── Lists of guests ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "typed",
    [
        "Jean Dupont &lt;jean@client.com&gt;; Jane Doe &lt;jane@x.com&gt;",
        "Jean Dupont &lt;jean@client.com&gt;, Jane Doe &lt;jane@x.com&gt;",
        '"Dupont, Jean" &lt;jean@client.com&gt;, "Doe, Jane" &lt;jane@x.com&gt;',
        "'Dupont, Jean' &lt;jean@client.com&gt;; 'Doe, Jane' &lt;jane@x.com&gt;",
        "Dupont, Jean &lt;jean@client.com&gt;; Doe, Jane &lt;jane@x.com&gt;",
        "Dupont, Jean &lt;jean@client.com&gt;, Doe, Jane &lt;jane@x.com&gt;",
        "“Dupont, Jean” &lt;<mailto:jean@client.com|jean@client.com>&gt;, Jane &lt;<mailto:jane@x.com|jane@x.com>&gt;",
        "<mailto:jean@client.com|Jean Dupont>; <mailto:jane@x.com|Jane Doe>",
        "À : Jean &lt;jean@client.com&gt;; Jane &lt;jane@x.com&gt;",
        "Invités :\n- jean@client.com\n- jane@x.com",
        "• jean@client.com\n• jane@x.com",
        "Jean\tjean@client.com\nJane\tjane@x.com",
        "jean@client.com (Jean); jane@x.com (Jane)",
        "jean@client.com、jane@x.com",
        "&lt;jean@client.com&gt;&lt;jane@x.com&gt;",
        "jean@client.com\u2028jane@x.com",
        "jean@client.com\rjane@x.com",
        "mailto:jean@client.com, MAILTO:jane@x.com?subject=Hi",
    ],
)
def test_lists_are_understood_as_mail_programs_copy_them(typed: str) -> None:
    assert guests(typed) == [JEAN, JANE]


def test_numbers_and_addresses_of_a_list_keep_their_order() -> None:
    typed = "Jane (06 62 68 21 93); Bob : 0692 12 34 56; <@U123>, Jean &lt;jean@client.com&gt;"
    read = parse_guests(typed, region="FR")
    assert [one.value for one in read.contacts] == [MOBILE, "+262692123456", JEAN]
    assert read.colleagues == ("U123",)


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ("jean@client.com, bob", ParseProblem.NOT_A_CONTACT),
        ("bob, jean@client.com", ParseProblem.NOT_A_CONTACT),
        ("bob, Doe, Jane &lt;jane@x.com&gt;", ParseProblem.NOT_A_CONTACT),
        ("jean@client.com, 01 42 68 53 00", ParseProblem.LANDLINE),
        ("jean@client.com, 0899 12 34 56", ParseProblem.NEVER_INVITED),
        ("jean@client.com, 06 62 68 21 93 poste 12", ParseProblem.EXTENSION),
        ("jean@client.com, 06 62 68 21 93 / 06 12 34 56 78", ParseProblem.WHICH_ONE),
        ("jean@client.com; 06 62 68", ParseProblem.NOT_A_PHONE),
    ],
)
def test_a_list_in_which_somebody_is_not_certain_is_asked_about(typed: str, wrong: ParseProblem) -> None:
    with pytest.raises(NotUnderstood) as refused:
        parse_guests(typed, region="FR")
    assert refused.value.problem is wrong
