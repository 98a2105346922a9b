"""Guests of a meeting are understood as they are typed, with its name and its moderation."""

from __future__ import annotations

import pytest

from bot.grammar import (
    Guests,
    ParseProblem,
    StartMeeting,
    parse_guests,
)
from bot.model.people import Contact
from tests.grammar.parsing import JEAN, PHONE, meet, problem_of


def test_the_documented_meeting_is_understood() -> None:
    assert meet('invite12345@yopmail.com,0612345678 name:"TEST" moderated') == StartMeeting(
        (Contact("invite12345@yopmail.com"), Contact("+33612345678")), name="TEST", moderated=True
    )


@pytest.mark.parametrize(
    "typed",
    [
        "jean@client.com,+33 6 62 68 21 93,<@U123>",
        "jean@client.com; 06 62 68 21 93; <@U123|bob>",
        "jean@client.com 06 62 68 21 93 <@U123>",
        "jean@client.com\n+33662682193\n<@U123>",
        "jean@client.com, +33662682193 and <@U123>",
        "jean@client.com et +33662682193 et <@U123>",
        "jean@client.com, jean@client.com;+33662682193,0662682193,<@U123><@U123|bob>",
        "<mailto:jean@client.com|jean@client.com>,<tel:+33662682193|+33662682193>,&lt;@U123&gt;",
    ],
)
def test_guests_are_separated_in_many_ways_and_invited_once(typed: str) -> None:
    assert parse_guests(typed, region="FR") == Guests((JEAN, PHONE), ("U123",))


def test_guests_keep_the_order_in_which_they_were_typed() -> None:
    guests = parse_guests("<@U2> 0662682193 <@U1> jean@client.com", region="FR")
    assert guests == Guests((PHONE, JEAN), ("U2", "U1"))


def test_numbers_with_nothing_but_spaces_between_them_are_separated() -> None:
    two = Guests((PHONE, Contact("+33612345678")))
    assert parse_guests("0662682193 0612345678", region="FR") == two
    assert parse_guests("+33 6 62 68 21 93 +33 6 12 34 56 78", region="FR") == two


@pytest.mark.parametrize(
    ("typed", "name", "moderated"),
    [
        ("jean@client.com name:TEST", "TEST", False),
        ("jean@client.com MODERATED", None, True),
        ("moderated, jean@client.com", None, True),
        ("jean@client.com name:TEST moderated.", "TEST", True),
        ('name:"Site visit" moderated jean@client.com', "Site visit", True),
        ("name : «\u00a0Visite  du site\u00a0» jean@client.com", "Visite du site", False),
        ('jean@client.com,name:"A moderated talk"', "A moderated talk", False),
        ('jean@client.com name:"TEST"moderated', "TEST", True),
        ("name:'l’été' jean@client.com", "l'été", False),  # noqa: RUF001  # a typographic apostrophe
        ("name:TEST jean@client.com", "TEST", False),
    ],
)
def test_name_and_moderation_stand_anywhere(typed: str, name: str | None, *, moderated: bool) -> None:
    assert meet(typed) == StartMeeting((JEAN,), name=name, moderated=moderated)


@pytest.mark.parametrize(
    ("typed", "problem", "shown"),
    [
        ("moderated", ParseProblem.NO_GUESTS, ""),
        ('name:"Site visit"', ParseProblem.NO_GUESTS, ""),
        ("@bob", ParseProblem.UNKNOWN_PERSON, "@bob"),
        ("jean@client.com, &lt;@b c&gt;", ParseProblem.UNKNOWN_PERSON, "@b"),
        ("<#C123|general>", ParseProblem.CHANNEL_AS_GUEST, "#general"),
        ("<#C123>", ParseProblem.CHANNEL_AS_GUEST, "#C123"),
        ("#general", ParseProblem.CHANNEL_AS_GUEST, "#general"),
        ("<!subteam^S123|@support>", ParseProblem.GROUP_AS_GUEST, "@support"),
        ("<!here>", ParseProblem.GROUP_AS_GUEST, "@here"),
        ("jean@client.com name:x", ParseProblem.NAME_TOO_SHORT, "x"),
        ('jean@client.com name:""', ParseProblem.NAME_TOO_SHORT, ""),
        ("jean@client.com name:" + "x" * 256, ParseProblem.NAME_TOO_LONG, "x" * 79 + "…"),
        ("jean@client.com name:Site visit", ParseProblem.NAME_NEEDS_QUOTES, 'name:"Site visit"'),
        ('jean@client.com name:"Site visit', ParseProblem.UNCLOSED_QUOTES, 'name:"Site visit'),
        (",".join(f"guest{number}@client.com" for number in range(51)), ParseProblem.TOO_MANY_GUESTS, "51"),
    ],
)
def test_what_is_wrong_with_guests_is_named(typed: str, problem: ParseProblem, shown: str) -> None:
    assert problem_of(meet, typed) == (problem, shown)
