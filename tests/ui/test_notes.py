"""A note as everybody reads it: contacts and the ways into sessions are masked, all else is as it was typed."""

from __future__ import annotations

import pytest

from bot.model.session.notes import DEFAULT_OUTCOMES, Note
from bot.notes.views import in_thread
from bot.ui.notes.masking import LinkMask
from bot.ui.notes.outcomes import noted, outcome_name
from bot.ui.text import Translator
from sandbox.slack.block_kit.limits import check_message
from tests.ui.examples import ENGLISH, FRENCH, TICKET

MASK = LinkMask.of("https://apizee.example.com:8443/api", "https://bot.example.com", None, "no address")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("call +33 6 62 68 21 93", "call +33 6 •• •• •• 93"),
        ("write to jean@client.com.", "write to j•••@client.com."),
        (f"his link: {TICKET.remote.links.customer}", "his link: diag.apizee.com/•••"),
        ("diag.apizee.com/?convId=88a2c81a&pwd=798042", "diag.apizee.com/•••"),
        ("HTTPS://DIAG.Apizee.com?pwd=798042", "diag.apizee.com/•••"),
        ("see (https://cloud.apizee.com/entrypoint/223/tickets/82070)", "see (cloud.apizee.com/•••"),
        ("https://me:secret@cloud.apizee.com/x", "cloud.apizee.com/•••"),
        ("https://apizee.example.com:8443/meet/7a3dc799", "apizee.example.com/•••"),
        (
            "https://bot.example.com/join/gAAA and https://bot.example.com/open/gAAB",
            "bot.example.com/••• and bot.example.com/•••",
        ),
        ("https://apz.fr/5lKzrPDXWQ", "apz.fr/•••"),
        ("https://wiki.example.com/boilers#ignition", "https://wiki.example.com/boilers#ignition"),
        ("notapizee.com/x and apizee.com", "notapizee.com/x and apizee.com"),
        ("24/7, and/or #12?", "24/7, and/or #12?"),
    ],
)
def test_a_note_shows_no_contact_and_no_way_into_a_session(typed: str, read: str) -> None:
    assert MASK.masked(typed, TICKET) == read


def test_a_portal_of_ones_own_is_masked_too() -> None:
    session = TICKET.with_remote(links=TICKET.remote.links.__class__(agent="https://video.client.com/entrypoint/1"))
    assert LinkMask().masked("https://video.client.com/any", session) == "video.client.com/•••"


def test_the_operators_own_outcomes_are_never_translated() -> None:
    assert [outcome_name(one, FRENCH) for one in DEFAULT_OUTCOMES][:1] == ["Résolu"]
    # "Cancelled" is a sentence of the catalogue.
    assert outcome_name("Cancelled", FRENCH) == "Cancelled"
    assert "*A &amp; &lt;!here&gt;*" in noted(Note("A & <!here>", "", "U0ALICE01", 0.0), ENGLISH)


def test_the_longest_note_fits_into_a_message(translate: Translator) -> None:
    for text in ("&" * 1000, "\u202e" * 1000, "x\n" * 500):
        message = in_thread(TICKET, Note("o" * 75, text, "U0ALICE01", 0.0), MASK, translate)
        assert check_message({"text": message.text, "blocks": list(message.blocks)}) == []
