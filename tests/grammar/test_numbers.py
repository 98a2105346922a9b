"""Phone numbers mean what they look like, wherever people copy them from."""

# ruff: noqa: RUF001  # characters that only look like those of a keyboard are what is pasted

from __future__ import annotations

import pytest

from bot.grammar import NotUnderstood, ParseProblem, parse_contact, parse_customer, parse_guests
from bot.model.people import Contact

MOBILE = "+33662682193"


def customer(typed: str, region: str = "FR") -> str:
    return parse_customer(typed, region=region).contact.value


def guests(typed: str) -> list[str]:
    return [contact.value for contact in parse_guests(typed, region="FR").contacts]


def problem(typed: str, region: str = "FR") -> ParseProblem:
    with pytest.raises(NotUnderstood) as refused:
        parse_customer(typed, region=region)
    return refused.value.problem


@pytest.mark.parametrize(
    "typed",
    [
        "Tél. : 06 62 68 21 93",
        "Tél.: 06.62.68.21.93",
        "Tél.06 62 68 21 93",
        "TÉL : 0662682193",
        "Portable : 06 62 68 21 93",
        "portable 06 62 68 21 93",
        "06 62 68 21 93 (portable)",
        "Mobile: +33 6 62 68 21 93",
        "Mobile-06 62 68 21 93",
        "☎ 06 62 68 21 93",
        "☎️ 06 62 68 21 93",
        "📱06 62 68 21 93",
        "06 62 68 21 93 (Jane)",
        "Jane Doe : 06 62 68 21 93",
        "Mme Durand, 06 62 68 21 93",
        "Jane Doe\nACME SA\n12 rue de Paris, 75001 Paris\nMobile : 06 62 68 21 93",
        "N° 06 62 68 21 93",
        "06―62―68―21―93",
        "06﹣62﹣68﹣21﹣93",
        "06ー62ー68ー21ー93",
        "06·62·68·21·93",
        "06•62•68•21•93",
        "06⁄62⁄68⁄21⁄93",
        "06−62−68−21−93",
        "06 - 62 - 68 - 21 - 93",
        "06_62_68_21_93",
        "06:62:68:21:93",
        "06'62'68'21'93",
        "06‿62‿68‿21‿93",
        "06\u200d62\u200d68\u200d21\u200d93",
        "\u061c06\ufe0f 62\u00ad68\u2066 21\u206993",
        "\u202d06 62 68 21 93\u202c",
        "+\u200e33\u200e 6\u00a062\u00a068\u00a021\u00a093",
        "0️⃣6️⃣6️⃣2️⃣6️⃣8️⃣2️⃣1️⃣9️⃣3️⃣",
        "０６　６２　６８　２１　９３",
        "＋３３　６　６２　６８　２１　９３",
        "﹢33 6 62 68 21 93",
        "➕33 6 62 68 21 93",
        "٠٦٦٢٦٨٢١٩٣",
        "06\t62\t68\t21\t93",
        "+33 (0)6.62.68.21.93",
        "+33 (0) 6 62 68 21 93",
        "00 33 6 62 68 21 93",
        "0033 (0)6 62 68 21 93",
        "33662682193",
        "+ 33 6 62 68 21 93",
        "(+33) 06 62 68 21 93",
        "TEL:+33662682193",
        "Tel:0662682193",
        "tel://+33662682193",
        "sms:+33662682193",
        "tel:+33-6-62-68-21-93",
        "tel:662682193;phone-context=+33",
        "tel:0662682193;phone-context=+33",
        "TEL:662682193;PHONE-CONTEXT=+33",
        "tel:0662682193;phone-context=client.com",
        "<TEL:+33662682193|06 62 68 21 93>",
        "<tel:662682193;phone-context=+33|06 62 68 21 93>",
        "appeler 06 62 68 21 93 le 12/03 à 14h",
        "appeler le 12/03 à 14h : 06 62 68 21 93",
        "12/03 06 62 68 21 93",
        "06 62 68 21 93 12/03",
        "06 62 68 21 93 12/03/2024 14:30",
        "12/03/2024 14:30 06 62 68 21 93",
        "2024-03-12 06 62 68 21 93",
        "06 62 68 21 93 14h30",
        "06 62 68 21 93 14h",
        "06 62 68 21 93 14:30",
        "06 62 68 21 93 14.30 h",
        "14:30 06.62.68.21.93",
        "RDV 14h 06 62 68 21 93",
        "1. 06 62 68 21 93",
        "2) +33 6 62 68 21 93",
        "06 62 68 21 93 - 14:30",
        "06 62 68 21 93, le 12.03.2024",
        "Rappeler au 06 62 68 21 93.",
        "06 62 68 21 93 - Jane Doe",
        "Bonjour, pouvez-vous appeler Jane au 06 62 68 21 93 ?",
        "*Tél :* 06 62 68 21 93",
        "06 62 68 21 93\n06 62 68 21 93",
        "&amp;#43;33 6 62 68 21 93",
        "06&amp;nbsp;62&amp;nbsp;68&amp;nbsp;21&amp;nbsp;93",
    ],
)
def test_a_french_mobile_is_understood_as_it_is_pasted(typed: str) -> None:
    assert customer(typed) == MOBILE
    if not {",", "\n"} & set(typed):
        assert guests(typed) == [MOBILE]


@pytest.mark.parametrize(
    ("region", "typed", "meant"),
    [
        ("FR", "0690 12 34 56", "+590690123456"),
        ("FR", "0691 22 33 44", "+590691223344"),
        ("FR", "06 92 12 34 56", "+262692123456"),
        ("FR", "0693 12 34 56", "+262693123456"),
        ("FR", "0694 12 34 56", "+594694123456"),
        ("FR", "0696.12.34.56", "+596696123456"),
        ("FR", "06-97-12-34-56", "+596697123456"),
        ("FR", "0639 69 12 34", "+262639691234"),
        ("FR", "0639 12 34 56", "+262639123456"),
        ("FR", "+33 6 92 12 34 56", "+262692123456"),
        ("FR", "+262 692 12 34 56", "+262692123456"),
        ("FR", "+262 (0)692 12 34 56", "+262692123456"),
        ("FR", "00262 692 12 34 56", "+262692123456"),
        ("RE", "0692 12 34 56", "+262692123456"),
        ("RE", "06 62 68 21 93", MOBILE),
        ("RE", "0690 12 34 56", "+590690123456"),
        ("BE", "+33 6 90 12 34 56", "+590690123456"),
        ("BE", "GSM : 0470/12.34.56", "+32470123456"),
        ("BE", "+32 (0)470 12 34 56", "+32470123456"),
        ("BE", "0032 470 12 34 56", "+32470123456"),
        ("FR", "+32 470 12 34 56 (Jan)", "+32470123456"),
        ("CH", "Natel 079 123 45 67", "+41791234567"),
        ("CH", "079’123’45’67", "+41791234567"),
        ("CH", "+41 (0)79 123 45 67", "+41791234567"),
        ("FR", "0041 79 123 45 67", "+41791234567"),
        ("GB", "Mob: 07400 123456", "+447400123456"),
        ("GB", "+44 (0)7400 123 456", "+447400123456"),
        ("FR", "+44 7400 123456", "+447400123456"),
        ("GB", "(07400) 123456", "+447400123456"),
        ("DE", "Handy: 0171/2345678", "+491712345678"),
        ("DE", "0171 - 234 56 78", "+491712345678"),
        ("DE", "+49 (0) 171 2345678", "+491712345678"),
        ("DE", "Mobil 0151 12345678, 14 Uhr", "+4915112345678"),
        ("DE", "0171 2345678 14.30 Uhr", "+491712345678"),
        ("DE", "0171 2345678 am Montag", "+491712345678"),
        ("DE", "0171 234567 8 am Montag", "+491712345678"),
        ("DE", "21/03 0171 2345678", "+491712345678"),
        ("US", "0033 6 62 68 21 93", MOBILE),
        ("US", "011 33 6 62 68 21 93", MOBILE),
        ("US", "(415) 555-2671", "+14155552671"),
        ("US", "1-415-555-2671", "+14155552671"),
        ("US", "+1.415.555.2671", "+14155552671"),
        ("US", "Cell: 415.555.2671 (Jane)", "+14155552671"),
        ("US", "415–555–2671", "+14155552671"),
        ("FR", "+1 (415) 555‑2671", "+14155552671"),
        ("FR", "+1 415-555-2671 2 pm", "+14155552671"),
    ],
)
def test_numbers_of_other_countries_are_understood(region: str, typed: str, meant: str) -> None:
    assert customer(typed, region) == meant


@pytest.mark.parametrize(
    ("typed", "region", "wrong"),
    [
        ("01 42 68 53 00", "FR", ParseProblem.LANDLINE),
        ("Tél. fixe : 01 42 68 53 00", "FR", ParseProblem.LANDLINE),
        ("0262 12 34 56", "FR", ParseProblem.LANDLINE),
        ("0590 12 34 56", "FR", ParseProblem.LANDLINE),
        ("0596 12 34 56", "FR", ParseProblem.LANDLINE),
        ("0594 12 34 56", "FR", ParseProblem.LANDLINE),
        ("+44 20 7946 0958", "FR", ParseProblem.LANDLINE),
        ("030 123456", "DE", ParseProblem.LANDLINE),
        ("044 668 18 00", "CH", ParseProblem.LANDLINE),
        ("02 513 89 40", "BE", ParseProblem.LANDLINE),
        ("09 77 12 34 56", "FR", ParseProblem.NO_SMS),
        ("0800 123 456", "FR", ParseProblem.NO_SMS),
        ("1-800-253-0000", "US", ParseProblem.NO_SMS),
        ("0899 12 34 56", "FR", ParseProblem.NEVER_INVITED),
        ("0820 12 34 56", "FR", ParseProblem.NEVER_INVITED),
        ("+44 70 1234 5678", "FR", ParseProblem.NEVER_INVITED),
        ("+881 6 123 45678", "FR", ParseProblem.NEVER_INVITED),
        ("+870 773 123 456", "FR", ParseProblem.NEVER_INVITED),
        ("+800 1234 5678", "FR", ParseProblem.NEVER_INVITED),
        ("+878 10 12345 67890", "FR", ParseProblem.NEVER_INVITED),
        ("01 42 68 53 00 poste 12", "FR", ParseProblem.EXTENSION),
        ("01 42 68 53 00, poste 12", "FR", ParseProblem.EXTENSION),
        ("06 62 68 21 93\nPoste 12", "FR", ParseProblem.EXTENSION),
        ("+33 1 42 68 53 00 ext. 12", "FR", ParseProblem.EXTENSION),
        ("+1 415 555 2671 x12", "FR", ParseProblem.EXTENSION),
        ("(415) 555-2671x12", "US", ParseProblem.EXTENSION),
        ("415-555-2671 Ext 12", "US", ParseProblem.EXTENSION),
        ("415-555-2671 extension 12", "US", ParseProblem.EXTENSION),
        ("tel:+14155552671;ext=12", "FR", ParseProblem.EXTENSION),
        ("<tel:+14155552671;ext=12|+1 415 555 2671>", "FR", ParseProblem.EXTENSION),
        ("030 123456 Durchwahl 78", "DE", ParseProblem.EXTENSION),
        ("06 62 68 21 93 (poste n° 12)", "FR", ParseProblem.EXTENSION),
        ("06 62 68 21 93 / 06 12 34 56 78", "FR", ParseProblem.WHICH_ONE),
        ("06 62 68 21 93/06 12 34 56 78", "FR", ParseProblem.WHICH_ONE),
        ("0662682193 / 0781234567", "FR", ParseProblem.WHICH_ONE),
        ("06 62 68 21 93 ou 06 12 34 56 78", "FR", ParseProblem.WHICH_ONE),
        ("Tél. 01 42 68 53 00 / Port. 06 62 68 21 93", "FR", ParseProblem.WHICH_ONE),
        ("06 62 68 21 93 | 06 12 34 56 78", "FR", ParseProblem.WHICH_ONE),
        ("+33 6 62 68 21 93 or jean@client.com", "FR", ParseProblem.WHICH_ONE),
        ("06 62 68 21 93/jean@client.com", "FR", ParseProblem.WHICH_ONE),
        ("&lt;tel:+33662682193&gt; 0612345678", "FR", ParseProblem.SEVERAL_CUSTOMERS),
        ("<tel:+33662682193|06 12 34 56 78>", "FR", ParseProblem.WHICH_ONE),
        ("06 62 68 21 9", "FR", ParseProblem.NOT_A_PHONE),
        ("06 62 68 21 93 06 12", "FR", ParseProblem.NOT_A_PHONE),
        ("06 62, 68 21 93", "FR", ParseProblem.NOT_A_PHONE),
        ("commande 1234567890, 06 62 68 21 93", "FR", ParseProblem.NOT_A_PHONE),
        ("0662682193Jane", "FR", ParseProblem.NOT_A_CONTACT),
        ("CASE-0662682193", "FR", ParseProblem.NOT_A_CONTACT),
        ("0176 1234567 8 am Montag", "DE", ParseProblem.NOT_A_PHONE),
        ("06 62 a@b.fr 68 21 93", "FR", ParseProblem.NOT_A_PHONE),
        ("jean, 12", "FR", ParseProblem.NOT_A_CONTACT),
        ("12/03/2024", "FR", ParseProblem.NOT_A_PHONE),
    ],
)
def test_what_cannot_be_invited_for_certain_is_asked_about(typed: str, region: str, wrong: ParseProblem) -> None:
    assert problem(typed, region) is wrong


def test_a_number_that_gets_no_sms_is_still_a_contact_to_look_up() -> None:
    assert parse_contact("Tél. 01 42 68 53 00", region="FR") == Contact("+33142685300")
    assert parse_contact("0262 12 34 56", region="FR") == Contact("+262262123456")
