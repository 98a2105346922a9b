"""A channel reads no customer's contact, however it is written."""

from __future__ import annotations

import re
from unicodedata import bidirectional

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.grammar import find_contacts
from bot.model.people import Contact
from bot.statistics.tables import Row, Table
from bot.ui import blocks
from bot.ui.text import escape, mask_contacts_in, masked
from tests.ui.examples import FRENCH


def test_a_contact_in_full_is_grouped_as_in_its_country() -> None:
    assert FRENCH.phone(Contact("+33662682193")) == "+33 6 62 68 21 93"
    assert FRENCH.phone(Contact("jean@client.com")) == "jean@client.com"


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        ("+33662682193", "+33 6 •• •• •• 93"),
        ("+14155552671", "+1 4••-•••-••71"),
        ("+442079460958", "+44 2• •••• ••58"),
        ("+2904123", "+290 ••••"),
        ("+99", "+••"),
        ("jean@client.com", "j•••@client.com"),
        ("j@client.com", "•••@client.com"),
        ("élodie@société.fr", "é•••@société.fr"),
    ],
)
def test_customers_are_masked(contact: str, shown: str) -> None:
    assert masked(Contact(contact)) == shown


@given(st.from_regex(r"\+[1-9][0-9]{4,14}", fullmatch=True))
def test_a_mask_shows_at_most_three_digits_beside_the_country_code(number: str) -> None:
    shown = masked(Contact(number))
    try:
        code = str(phonenumbers.parse(number).country_code)
    except phonenumbers.NumberParseException:
        code = ""
    assert len(re.findall(r"\d", shown)) <= len(code) + 3
    assert number[1:] not in re.sub(r"\D", "", shown)


@given(st.text(st.characters(exclude_characters="@"), min_size=1))
def test_a_masked_address_shows_one_letter_of_the_name(name: str) -> None:
    assert masked(Contact(f"{name}@client.com")) in {f"{name[0]}•••@client.com", "•••@client.com"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Mme Durand 06 62 68 21 93", "Mme Durand 0• •• •• •• 93"),
        ("call +33 6 62 68 21 93, please", "call +33 6 •• •• •• 93, please"),
        ("+33(0)662682193", "+33 6 •• •• •• 93"),
        ("0033662682193", "0••••••••••93"),
        ("06.62.68.21.93 (jean@client.com).", "0•.••.••.••.93 (j•••@client.com)."),
        ("06\u00a062\u00a068\u00a021\u00a093", "0•\u00a0••\u00a0••\u00a0••\u00a093"),
        ("(415) 555-2671", "(4••) •••-••71"),
        ("<jean@client.com>", "<j•••@client.com>"),
        ("06·62·68·21·93", "0•·••·••·••·93"),
        ("06\u201562\u201568\u201521\u201593", "0•\u2015••\u2015••\u2015••\u201593"),
        ("+33\u200d 6\u00ad62\ufe0f682193", "+33 6 •• •• •• 93"),
        ("06:62:68:21:93", "0•:••:••:••:93"),
        ("٠٦٦٢٦٨٢١٩٣", "٠•••••••٩٣"),  # noqa: RUF001  # Arabic digits
        ("415-555-2671", "4••-•••-••71"),
        ("33 6 62 68 21 93", "3• • •• •• •• 93"),
        ("07/12/2023 06 62 68 21 93", "07/12/2023 0• •• •• •• 93"),
        ("10 06 62 68 21 93", "10 0• •• •• •• 93"),
        ("jean\uff20client.com", "j•••@client.com"),
        ("je\u200dan@client.com", "j•••@client.com"),
        ("jean%40client.com", "j•••@client.com"),
        ("4111 1111 1111 1111", "4••• •••• •••• ••11"),
        ("card 5555-5555-5555-4444!", "card 5•••-••••-••••-••44!"),
        ("CASE-4111111111111111-A", "CASE-4•••••••••••••11-A"),
        ("378282246310005", "3••••••••••••05"),
        ("4111\u200b1111\u00ad1111 1111", "4••••••••••• ••11"),
    ],
)
def test_contacts_within_names_and_references_are_masked(text: str, shown: str) -> None:
    assert mask_contacts_in(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "1234",
        "CASE-663614",
        "2023-07-12",
        "12/07/2023 10:30",
        "07/12/2023 10:30",
        "2023-07-12 10:30:45",
        "slack:T012345678:C0123456789:1700000000.123456",
        "1234567890",
        "4111111111111112",
        "ref4111111111111111",
        "@bob",
        "",
    ],
)
def test_other_references_are_left_as_they_are(text: str) -> None:
    assert mask_contacts_in(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("invoice\u202egnp.exe", "invoice⟨U+202E⟩gnp.exe"),
        ("\u2066a\u2069\u200f", "⟨U+2066⟩a⟨U+2069⟩⟨U+200F⟩"),
        ("pay\u200bpal\ufeff\x07\u00ad", "paypal"),
        ("👩\u200d👧 É\u00a0é", "👩\u200d👧 É\u00a0é"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
    ],
)
def test_what_nobody_sees_changes_nothing_that_is_read(text: str, shown: str) -> None:
    assert escape(text) == shown
    assert blocks.plain(text)["text"] == shown
    assert Table("", ("a",), (Row(text, ()),)).plain()["rows"] == [
        [{"type": "raw_text", "text": "a"}],
        [{"type": "raw_text", "text": shown}],
    ]


@given(st.text(st.characters(categories=["Cf", "Cc", "Lu", "Nd", "So"])))
def test_no_text_changes_the_direction_of_what_is_around_it(text: str) -> None:
    assert not {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"} & set(map(bidirectional, escape(text)))


@given(st.text(), st.sampled_from(["06 62 68 21 93", "+33662682193", "jean.dupont@client.com"]), st.text())
def test_a_contact_is_masked_wherever_it_stands_alone(before: str, contact: str, after: str) -> None:
    assert contact not in mask_contacts_in(f"{before} {contact} {after}").replace(before, "").replace(after, "")


_WAYS_TO_WRITE = st.sampled_from([
    "06{0}62{0}68{0}21{0}93",
    "+33{0}6{0}62{0}68{0}21{0}93",
    "+33{0}(0)6{0}62682193",
    "0033{0}6{0}62{0}68{0}21{0}93",
    "(06){0}62{0}68{0}21{0}93",
    "Tél : 06{0}62{0}68{0}21{0}93 (Jane)",
    "je{0}an@client.com",
])  # fmt: skip
_BETWEEN_DIGITS = st.text(st.characters(categories=["Cf", "Pd", "Pc", "Po", "Zs", "Mn"]), max_size=2)


@example("06{0}62{0}68{0}21{0}93", ". ")  # no list that begins with its sixth item
@given(_WAYS_TO_WRITE, _BETWEEN_DIGITS)
def test_what_is_understood_as_a_contact_is_masked(form: str, between: str) -> None:
    text = form.format(between)
    shown = mask_contacts_in(text)
    if contacts := find_contacts(text, region="FR"):
        assert find_contacts(shown, region="FR") == []
        assert len(re.findall(r"\d", shown)) < 6
        assert contacts[0].value not in shown
