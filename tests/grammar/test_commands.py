"""What people type is understood as they mean it, whatever Slack and keyboards make of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.grammar import (
    Find,
    Forget,
    Help,
    ListOpen,
    NotUnderstood,
    OpenForm,
    ParseProblem,
    ShowMedia,
    StartAssistance,
    Whose,
    parse_contact,
    parse_login,
    parse_name,
    parse_reference,
)
from bot.model.people import Contact
from tests.grammar.parsing import JEAN, PHONE, assist, meet, problem_of

# ── One customer ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "typed",
    [
        "+33662682193",
        "+33 6 62 68 21 93",
        "06 62 68 21 93",
        "0662682193",
        "06.62.68.21.93",
        "06-62-68-21-93",
        "06\u201162\u201168\u201121\u201193",
        "06–62–68–21–93",  # noqa: RUF001  # a dash of another width
        "06/62/68/21/93",
        "+33 (0)6 62 68 21 93",
        "+33(0)662682193",
        "(+33) 6 62 68 21 93",
        "(06) 62 68 21 93",
        "0033 6 62 68 21 93",
        "0033662682193",
        "tel:+33662682193",
        "<tel:+33662682193|+33 6 62 68 21 93>",
        "<tel:0662682193|06 62 68 21 93>",
        "06\u00a062\u00a068\u00a021\u00a093",
        "06\u200962\u202f68\u200a21\u300093",
        "\u202a+33 6 62 68 21 93\u202c",
        "+33\u200b6\u2060626\ufeff82193",
        "＋３３６６２６８２１９３",  # noqa: RUF001  # full width
        " +33 6 62 68 21 93. ",
        "*+33 6 62 68 21 93*",
        "`0662682193`",
        "“06 62 68 21 93”",
        "&lt;06 62 68 21 93&gt;",
    ],
)
def test_a_phone_number_is_understood_in_every_disguise(typed: str) -> None:
    assert assist(typed) == StartAssistance(PHONE)


@pytest.mark.parametrize(
    "typed",
    [
        "jean@client.com",
        "jean@CLIENT.com",
        "mailto:jean@client.com",
        "<mailto:jean@client.com|jean@client.com>",
        "<mailto:jean@client.com?subject=Hello|Jean>",
        "jean@<http://client.com|client.com>",
        "&lt;jean@client.com&gt;",
        "<jean@client.com>",
        "(jean@client.com)",
        "jean@client.com.",
        "jean@client.com,",
        "_jean@client.com_",
        "“jean@client.com”",
        "«\u00a0jean@client.com\u00a0»",
        "'jean@client.com'",
        "ｊｅａｎ＠ｃｌｉｅｎｔ．ｃｏｍ",  # noqa: RUF001  # full width
        "jean@cli\u00adent.com",
        "jean\u200b@client.com",
    ],
)
def test_an_address_is_understood_in_every_disguise(typed: str) -> None:
    assert assist(typed) == StartAssistance(JEAN)


@pytest.mark.parametrize(
    "address", ["_a@client.com", "o'neil+x@client.com", "a&b@client.com", "é@société.fr", "a@b.test"]
)
def test_unusual_addresses_are_kept_as_they_are(address: str) -> None:
    assert assist(address.replace("&", "&amp;")) == StartAssistance(Contact(address))


def test_numbers_without_a_prefix_belong_to_the_region() -> None:
    assert parse_contact("415 555 2671", region="US") == Contact("+14155552671")
    assert parse_contact("+44 20 7946 0958", region="US") == Contact("+442079460958")


@pytest.mark.parametrize(
    ("typed", "reference"),
    [
        ("ref:1234", "1234"),
        ("Ref: 1234", "1234"),
        ("REF : 1234", "1234"),
        ("ref\u00a0:\u00a01234", "1234"),
        ('ref:"12 34"', "12 34"),
        ("ref:“12 34”", "12 34"),
        ("ref:«\u00a012 34\u00a0»", "12 34"),
        ("ref:'12 34'", "12 34"),
        ("ref:‘12 34’", "12 34"),  # noqa: RUF001  # smart quotes
        ("ref:a&amp;b&lt;c", "a&b<c"),
        ('ref:"&amp;lt;"', "&lt;"),
        ("ref:<https://case.example/1|case.example/1>", "case.example/1"),
        ("ref:<https://case.example/1>", "https://case.example/1"),
        ("ref:1234,", "1234"),
        ("ref:" + "x" * 50, "x" * 50),
    ],
)
def test_a_reference_is_understood_before_and_after_the_customer(typed: str, reference: str) -> None:
    assert assist(f"+33 6 62 68 21 93 {typed}") == StartAssistance(PHONE, reference)
    assert assist(f"{typed} +33 6 62 68 21 93") == StartAssistance(PHONE, reference)


@pytest.mark.parametrize(
    ("typed", "colleague", "by_link"),
    [
        ("jean@client.com for:<@U123|bob>", "U123", False),
        ("For: <@U123> jean@client.com, LINK", "U123", True),
        ("link jean@client.com", None, True),
        ("jean@client.com for:<@U123> for:<@U123>.", "U123", False),
    ],
)
def test_a_colleague_and_a_link_to_pass_on_stand_anywhere(typed: str, colleague: str | None, *, by_link: bool) -> None:
    assert assist(typed) == StartAssistance(Contact("jean@client.com"), colleague=colleague, by_link=by_link)
    assert assist(f"{typed} ref:1234") == StartAssistance(Contact("jean@client.com"), "1234", colleague, by_link)


def test_a_reference_keeps_the_words_of_the_grammar() -> None:
    assert assist('jean@client.com ref:"link for:x"') == StartAssistance(Contact("jean@client.com"), "link for:x")


@pytest.mark.parametrize(
    ("typed", "problem", "shown"),
    [
        ("jean@client.com for:", ParseProblem.AGENT_MISSING, ""),
        ("jean@client.com for:bob", ParseProblem.AGENT_UNKNOWN, "bob"),
        ("jean@client.com for:@bob", ParseProblem.AGENT_UNKNOWN, "@bob"),
        ("jean@client.com for:<!subteam^S1|@support>", ParseProblem.AGENT_UNKNOWN, "@support"),
        ("jean@client.com for:<#C1|general>", ParseProblem.AGENT_UNKNOWN, "#general"),
        ("jean@client.com for:<@U1> for:<@U2>", ParseProblem.SEVERAL_AGENTS, ""),
        ("for:<@U1> link", ParseProblem.NO_CUSTOMER, ""),
        ("+33 6 62 68 21 for:<@U1> 93", ParseProblem.NOT_A_PHONE, "+33 6 62 68 21"),
        ("jean@client.com ref:12 34 for:<@U1>", ParseProblem.REFERENCE_NEEDS_QUOTES, 'ref:"12 34"'),
        ("forget", ParseProblem.NOTHING_TO_FORGET, ""),
        ("forget everything", ParseProblem.NOTHING_TO_FORGET, ""),
        ("forget ¹", ParseProblem.NOTHING_TO_FORGET, ""),
        ("forget -1", ParseProblem.NOTHING_TO_FORGET, ""),
        ("forget 82070 82071", ParseProblem.NOT_A_PHONE, "82070 82071"),
        ("Jean Dupont", ParseProblem.NOT_A_CONTACT, "Jean Dupont"),
        ("82070", ParseProblem.NOT_A_PHONE, "82070"),
        ("+33 6 62 68 21 9", ParseProblem.NOT_A_PHONE, "+33 6 62 68 21 9"),
        ("06 62 68 21 93 1234", ParseProblem.NOT_A_PHONE, "06 62 68 21 93 1234"),
        ("+", ParseProblem.NOT_A_PHONE, "+"),
        ("jean@client", ParseProblem.NOT_AN_ADDRESS, "jean@client"),
        ("jean@@client.com", ParseProblem.NOT_AN_ADDRESS, "jean@@client.com"),
        ("a@" + "b" * 300 + ".com", ParseProblem.NOT_AN_ADDRESS, "a@" + "b" * 77 + "…"),
        ("ref:1234", ParseProblem.NO_CUSTOMER, ""),
        (",", ParseProblem.NO_CUSTOMER, ""),
        ("jean@client.com, ann@client.com", ParseProblem.SEVERAL_CUSTOMERS, ""),
        ("06 62 68 21 93 / jean@client.com", ParseProblem.WHICH_ONE, "06 62 68 21 93 / jean@client.com"),
        ("0662682193 0612345678", ParseProblem.SEVERAL_CUSTOMERS, ""),
        ("<@U123|bob>", ParseProblem.COLLEAGUE_AS_CUSTOMER, ""),
        ("@bob", ParseProblem.COLLEAGUE_AS_CUSTOMER, ""),
        ("<#C123|general>", ParseProblem.COLLEAGUE_AS_CUSTOMER, ""),
        ("jean@client.com ref:", ParseProblem.REFERENCE_EMPTY, ""),
        ('jean@client.com ref:""', ParseProblem.REFERENCE_EMPTY, ""),
        ("jean@client.com ref:" + "x" * 51, ParseProblem.REFERENCE_TOO_LONG, "x" * 51),
        ("jean@client.com ref:12 34", ParseProblem.REFERENCE_NEEDS_QUOTES, 'ref:"12 34"'),
        ("jean@client.com ref:12,34", ParseProblem.REFERENCE_NEEDS_QUOTES, 'ref:"12,34"'),
        ('jean@client.com ref:"12 34', ParseProblem.UNCLOSED_QUOTES, 'ref:"12 34'),
        ("find", ParseProblem.NOTHING_TO_FIND, ""),
        ('find ""', ParseProblem.NOTHING_TO_FIND, ""),
        ("media  ", ParseProblem.NOTHING_TO_SHOW, ""),
    ],
)
def test_what_is_wrong_is_named(typed: str, problem: ParseProblem, shown: str) -> None:
    assert problem_of(assist, typed) == (problem, shown)


def test_halves_of_a_number_around_a_reference_are_never_joined() -> None:
    assert problem_of(assist, '+33 6 62 ref:"12" 68 21 93')[0] is ParseProblem.NOT_A_PHONE


def test_the_same_customer_twice_is_one_customer() -> None:
    assert assist("jean@client.com, Jean@client.com") == StartAssistance(JEAN)


# ── The rest of the commands ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("parse", [assist, meet])
@pytest.mark.parametrize(
    ("typed", "request_"),
    [
        ("", OpenForm()),
        (" \u00a0\u200b ", OpenForm()),
        ("help", Help()),
        ("HELP!", Help()),
        ("?", Help()),
        ("list", ListOpen()),
        ("List.", ListOpen()),
        ("list mine", ListOpen()),
        ("list here", ListOpen(Whose.HERE)),
        ("LIST All!", ListOpen(Whose.ALL)),
        ("find 1234", Find("1234")),
        ("Find: “Site  visit”", Find("Site visit")),
        ("media 82070", ShowMedia("82070")),
        ("MEDIA Site visit", ShowMedia("Site visit")),
    ],
)
def test_both_commands_understand_the_same_verbs(parse: Callable[[str], object], typed: str, request_: object) -> None:
    assert parse(typed) == request_


def test_a_ticket_can_be_forgotten() -> None:
    assert assist("forget 82070") == assist(" Forget  82070 ") == Forget(82070)


@pytest.mark.parametrize(
    "text",
    ["+33 6 62 68 21 93", "06 62 68 21 93", "0662682193", "33662682193", "<tel:+33662682193|06 62 68 21 93>"],
)
def test_a_customer_is_forgotten_by_number_however_it_is_typed(text: str) -> None:
    assert assist(f"forget {text}") == Forget(contact=Contact("+33662682193"))


def test_a_customer_is_forgotten_by_address() -> None:
    for text in ("jean@client.com", "<mailto:jean@client.com|jean@client.com>"):
        assert assist(f"forget {text}") == Forget(contact=Contact("jean@client.com"))


def test_a_meeting_is_forgotten_by_its_number_alone() -> None:
    assert meet("forget 90411") == Forget(90411)
    for text in ("forget", "forget Site visit", "forget jean@client.com"):
        with pytest.raises(NotUnderstood, match="no meeting to forget"):
            meet(text)


def test_a_login_is_one_word_of_plain_letters_digits_and_signs() -> None:
    assert parse_login(" anna.b+1@client.com ") == "anna.b+1@client.com"
    for typed in ("", "anna b", "ann\u00e9@client.com", "a\tb", "a" * 256):
        with pytest.raises(NotUnderstood) as wrong:
            parse_login(typed)
        assert wrong.value.problem is ParseProblem.NOT_A_LOGIN


def test_fields_of_a_form_may_stay_empty() -> None:
    assert parse_reference("  ") is None
    assert parse_name("") is None
