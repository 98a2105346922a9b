"""Whatever is put between the characters of a contact, nobody is invited but the one whom it shows."""

from __future__ import annotations

import sys
import unicodedata
from contextlib import suppress
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.grammar import NotUnderstood, find_contacts, parse_customer, parse_guests
from bot.grammar.text.characters import is_invisible
from bot.model.people import Contact

MOBILE = Contact("+33662682193")
JEAN = Contact("jean@client.com")
LETTERS_FOR_A_DASH = "\u30fc\uff70"

BY_CATEGORY: dict[str, list[str]] = {}
for code in range(sys.maxunicode + 1):
    BY_CATEGORY.setdefault(unicodedata.category(chr(code)), []).append(chr(code))
INVISIBLE = [*BY_CATEGORY["Cf"], *BY_CATEGORY["Cs"], *filter(is_invisible, BY_CATEGORY["Mn"])]
DASHES = [*BY_CATEGORY["Pd"], *LETTERS_FOR_A_DASH, "\u2212", "\u02d7", "\u2796"]
SEPARATORS = [*BY_CATEGORY["Zs"], *DASHES, *"./·•‧∙", "\u2044", "\u2215"]
# What separates people, or is Slack's own markup, is not noise.
NO_NOISE = set('\n,;@#%&<>|"=')
PUNCTUATION = [
    character
    for character in chain(BY_CATEGORY["Po"], BY_CATEGORY["Pc"])
    if character not in NO_NOISE
    and unicodedata.normalize("NFKC", character)[0] not in NO_NOISE
    and not any(word in unicodedata.name(character) for word in ("COMMA", "SEMICOLON", "QUOTATION", "PRIME"))
]
NUMBERS = ["0662682193", "+33662682193", "0033662682193"]


@pytest.mark.parametrize("noise", ["Pd", "Zs", "Cf", "Cs"])
def test_no_character_of_a_kind_hides_a_number(noise: str) -> None:
    for character in BY_CATEGORY[noise]:
        typed = character.join(["06", "62", "68", "21", "93"])
        assert parse_customer(typed, region="FR").contact == MOBILE, f"U+{ord(character):04X}"


def test_no_punctuation_hides_a_number() -> None:
    for character in PUNCTUATION:
        typed = character.join(["06", "62", "68", "21", "93"])
        assert parse_customer(typed, region="FR").contact == MOBILE, f"U+{ord(character):04X}"


@given(st.sampled_from(NUMBERS), st.lists(st.sampled_from(INVISIBLE), max_size=3).map("".join), st.data())
def test_what_nobody_sees_in_a_number_counts_for_nothing(number: str, unseen: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(number)))
    typed = number[:place] + unseen + number[place:]
    assert parse_customer(typed, region="FR").contact == MOBILE
    assert find_contacts(typed, region="FR") == [MOBILE]


@given(st.lists(st.sampled_from(SEPARATORS), min_size=4, max_size=4), st.sampled_from(["06", "+33 6", "(06)"]))
def test_separators_of_many_kinds_are_mixed_in_one_number(between: list[str], first: str) -> None:
    typed = "".join(chain.from_iterable(zip([first, "62", "68", "21"], between, strict=True))) + "93"
    assert parse_guests(typed, region="FR").contacts == (MOBILE,)


@given(st.sampled_from(BY_CATEGORY["Nd"]).filter(lambda digit: unicodedata.decimal(digit) == 0))
def test_digits_of_every_script_are_digits(zero: str) -> None:
    typed = "".join(chr(ord(zero) + int(digit)) for digit in "0662682193")
    assert parse_customer(typed, region="FR").contact == MOBILE


_OF_LINKS = {"mailto", "tel", "sms", "smsto", "callto"}
"""They belong to what they stand before, and are no words beside it."""

_WORD = st.text(st.characters(categories=["Ll", "Lu", "Lo"]), min_size=1, max_size=12).filter(
    lambda word: word.isalpha() and word.lower() not in _OF_LINKS
)
_BESIDE = st.sampled_from(["{word} : {contact}", "{contact} ({word})", "{word} {contact}", "☎ {word}: {contact} 🙂"])


@given(_WORD, _BESIDE, st.sampled_from(["06 62 68 21 93", "+33 6 62 68 21 93", "jean@client.com"]))
def test_a_word_beside_a_contact_changes_nobody(word: str, form: str, contact: str) -> None:
    meant = JEAN if "@" in contact else MOBILE
    with suppress(NotUnderstood):  # a word may be an option, an extension, or stand for “or”
        read = parse_customer(form.format(word=word, contact=contact), region="FR")
        assert read.contact == meant
        assert read.reading.understood == (meant,)


@given(st.text(st.characters(codec=None), min_size=1, max_size=3), st.integers(0, len(JEAN.value)))
def test_no_address_with_anything_unseen_in_it_is_invited(unseen: str, place: int) -> None:
    typed = JEAN.value[:place] + unseen + JEAN.value[place:]
    with suppress(NotUnderstood):
        invited = parse_customer(typed, region="FR").contact.value
        assert not any(map(is_invisible, invited))
        assert not {"%40", "%2b"} & {invited[at : at + 3].casefold() for at in range(len(invited))}


@given(st.sampled_from(INVISIBLE), st.integers(0, len(JEAN.value)))
def test_what_nobody_sees_in_an_address_is_taken_out(unseen: str, place: int) -> None:
    typed = JEAN.value[:place] + unseen + JEAN.value[place:]
    assert parse_customer(typed, region="FR").contact == JEAN


@given(st.from_regex(r"[a-z][a-z0-9._+-]{0,12}[a-z0-9]", fullmatch=True).filter(lambda name: ".." not in name))
def test_an_address_out_of_a_web_address_is_decoded(name: str) -> None:
    with suppress(NotUnderstood):
        plain = parse_customer(f"{name}@client.com", region="FR").contact
        encoded = f"{name}%40client.com".replace("+", "%2B")
        assert parse_customer(encoded, region="FR").contact == plain
        assert parse_customer(f"MAILTO:{encoded}?subject=a%20b", region="FR").contact == plain


_NAMES = st.sampled_from(["Jane Doe", "Doe, Jane", "O'Neil, Zoé", "Jean-Luc (ACME)", "Dr. med. A. Muster"])
_ENTRY = st.tuples(_NAMES, st.booleans(), st.integers(0, 99))


@given(st.lists(_ENTRY, min_size=1, max_size=20), st.sampled_from(["; ", ";", "\n", ", ", ";\n"]))
def test_lists_of_mail_programs_are_read_whole(entries: list[tuple[str, bool, int]], between: str) -> None:
    typed = between.join(
        f'"{name}" &lt;guest{number}@x.com&gt;' if quoted else f"{name} &lt;guest{number}@x.com&gt;"
        for name, quoted, number in entries
    )
    meant = dict.fromkeys(f"guest{number}@x.com" for _, _, number in entries)
    assert [one.value for one in parse_guests(typed, region="FR").contacts] == list(meant)
