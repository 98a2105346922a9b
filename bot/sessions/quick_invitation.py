"""Inviting without the API: Apizee's own form, on which a signed-in agent sends the invitation."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from bot.model.session import Session
from bot.ui.fallback_form import FallbackForm


def quick_invitation(apizee_url: str, session: Session) -> FallbackForm:
    """Apizee's form, filled in with the customer's contact: for the agent alone."""
    site = urlsplit(apizee_url)
    portal = f"{site.scheme}://{site.netloc}"
    phones = [contact.value for contact in session.invitation.contacts if contact.is_phone]
    addresses = [contact.value for contact in session.invitation.contacts if not contact.is_phone]
    filled = {"phone_numbers": phones, "email_addresses": addresses, "reference": [session.invitation.reference or ""]}
    query = urlencode({name: ",".join(values) for name, values in filled.items() if any(values)})
    return FallbackForm(f"{portal}/quick-invitation?{query}", portal)
