"""Words beside a contact are left out, and the person reads so; what is more than words is asked about."""

from __future__ import annotations

import pytest

from bot.grammar import (
    NotUnderstood,
    ParseProblem,
    Reading,
    find_contacts,
    parse_customer,
    parse_guests,
)
from bot.model.people import Contact
from tests.grammar.parsing import assist, meet

MOBILE = "+33662682193"
JEAN = "jean@client.com"
JANE = "jane@x.com"


# ── What the person who typed it reads ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("typed", "understood", "left_out"),
    [
        ("06 62 68 21 93", [], []),
        ("+33 (0)6 62 68 21 93", [], []),
        ("+262 692 12 34 56", [], []),
        ("<mailto:jean@client.com|jean@client.com>", [], []),
        ("☎ 06 62 68 21 93", [], []),
        ("0692 12 34 56", ["+262692123456"], []),
        ("+33 6 92 12 34 56", ["+262692123456"], []),
        ("jean%2Bvideo@client.com", ["jean+video@client.com"], []),
        ("Tél. : 06 62 68 21 93", [MOBILE], ["Tél"]),
        ("appeler 06 62 68 21 93 le 12/03 à 14h", [MOBILE], ["appeler le 12/03 à 14h"]),
        ("Mme Durand, 06 62 68 21 93", [MOBILE], ["Mme Durand"]),
        ("jean@client.com 06", [JEAN], ["06"]),
        ('"Doe, Jane &amp; Bob" &lt;jane@x.com&gt;', [JANE], ["Doe, Jane & Bob"]),
        ("Doe, Jane &lt;jane@x.com&gt;", [JANE], ["Doe, Jane"]),
    ],
)
def test_what_was_changed_or_left_out_is_shown(typed: str, understood: list[str], left_out: list[str]) -> None:
    reading = parse_customer(typed, region="FR").reading
    assert [one.value for one in reading.understood] == understood
    assert list(reading.left_out) == left_out


def test_of_a_list_only_what_was_changed_is_shown() -> None:
    read = parse_guests("jean@client.com, Jane &lt;jane@x.com&gt;, 0692 12 34 56", region="FR")
    assert read.reading == Reading((Contact(JANE), Contact("+262692123456")), ("Jane",))


def test_numbering_and_brackets_are_no_words() -> None:
    assert not parse_guests("1. jane@x.com\n2. 06 62 68 21 93", region="FR").reading
    read = parse_guests("Jane &lt;jane@x.com&gt; Bob [bob@x.com]", region="FR")
    assert read.reading.left_out == ("Jane Bob",)


# ── What is more than words beside a contact ────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("typed", "wrong", "shown"),
    [
        ("finds 06 62 68 21 93", ParseProblem.LIKE_A_VERB, "find"),
        ("chercher jean@client.com", ParseProblem.LIKE_A_VERB, "find"),
        ("oublier 06 62 68 21 93", ParseProblem.LIKE_A_VERB, "forget"),
        ("06 62 68 21 93 dossier:1234", ParseProblem.UNKNOWN_OPTION, "dossier:1234"),
        ("06 62 68 21 93 after:14:30", ParseProblem.UNKNOWN_OPTION, "after:14:30"),
        ("06 62 68 21 93 ref 1234", ParseProblem.UNKNOWN_OPTION, "ref"),
        ("06 62 68 21 93 #urgent", ParseProblem.NOT_A_CONTACT, "#urgent"),
        ("06 62 68 21 93 moderated", ParseProblem.UNKNOWN_OPTION, "moderated"),
    ],
)
def test_a_slip_in_a_verb_or_an_option_invites_nobody(typed: str, wrong: ParseProblem, shown: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        assist(typed)
    assert (refused.value.problem, refused.value.shown) == (wrong, shown)


def test_a_switch_is_not_left_out_of_a_meeting() -> None:
    with pytest.raises(NotUnderstood) as refused:
        meet("jean@client.com moderate")
    assert refused.value.problem is ParseProblem.UNKNOWN_OPTION


# ── Messages of which a shortcut was used ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ("Appeler 06 62 68 21 93 le 12/03 à 14h", [MOBILE]),
        ("Fixe 01 42 68 53 00, portable 06 62 68 21 93", [MOBILE]),
        ("Seulement 01 42 68 53 00", ["+33142685300"]),
        ("0692 12 34 56 ou 06 62 68 21 93", ["+262692123456", MOBILE]),
        ("CASE-0612345678, commande 1234567890", []),
        ("client.com/0612345678", []),
        ("Jane &lt;jane@x.com&gt;; jean%40client.com", [JANE, JEAN]),
        ("to=jean@client.com or a@b", []),
        ("06 62 68 21 93 poste 12, jean@client.com", [JEAN]),
        ("12/03/2024 14:30, 75001 Paris, 1 234 567,89 €", []),
    ],
)
def test_a_message_gives_who_can_be_invited(message: str, found: list[str]) -> None:
    assert [one.value for one in find_contacts(message, region="FR")] == found


def test_contacts_of_a_message_are_found_in_their_order() -> None:
    message = (
        "*Case 663614* of 12/07/2023, order 1234567890: call <tel:+33662682193|06 62 68 21 93> or write to"
        " <mailto:jean@client.com|jean@client.com> (again: 06.62.68.21.93), else +44 (0)7400 123456."
        " See <https://client.com/0612345678?to=a@b.com>"
    )
    assert find_contacts(message, region="FR") == [Contact(MOBILE), Contact(JEAN), Contact("+447400123456")]


def test_a_message_without_contacts_has_none() -> None:
    assert find_contacts("It is @bob's turn, see <#C123|general> at 10:30 a@b", region="FR") == []
