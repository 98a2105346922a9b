"""The way out without the API: Apizee's own form, filled in."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from bot.model.people import Contact
from bot.model.session import Session
from bot.ui.fallback_form import FallbackForm

API = "https://cloud.apizee.com/api"


@pytest.mark.parametrize(
    ("contact", "reference", "filled"),
    [
        ("+33662682193", "1234", {"phone_numbers": ["+33662682193"], "reference": ["1234"]}),
        ("jean+test@client.com", None, {"email_addresses": ["jean+test@client.com"]}),
        ("jean@client.com", "R&D #5", {"email_addresses": ["jean@client.com"], "reference": ["R&D #5"]}),
    ],
)
def test_the_form_is_filled_in_with_what_is_known(
    session: Session, contact: str, reference: str | None, filled: dict[str, list[str]]
) -> None:
    asked_for = session.with_invitation(contacts=(Contact(contact),), reference=reference)
    assert parse_qs(urlsplit(FallbackForm.filled_in(asked_for, apizee_url=API).address).query) == filled


@pytest.mark.parametrize("api", [API, "https://cloud.apizee.com/api/v3", "https://cloud.apizee.com"])
def test_the_form_stands_beside_the_api(session: Session, api: str) -> None:
    form = FallbackForm.filled_in(session, apizee_url=api)
    assert form.address.startswith("https://cloud.apizee.com/quick-invitation?")
    assert form.portal == "https://cloud.apizee.com"
