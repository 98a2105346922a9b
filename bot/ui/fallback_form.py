"""What an agent with a customer on the phone does when Apizee's API fails: use Apizee's own pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlencode, urlsplit

from bot.model.messages import Message
from bot.model.session import Session
from bot.model.targets import SessionRef
from bot.ui import blocks
from bot.ui.ids import Action
from bot.ui.private_messages import text_message
from bot.ui.text import Translator, safe_url


@dataclass(frozen=True, slots=True)
class FallbackForm:
    """Apizee's own form, filled in with a customer, and the portal in which an agent sees their tickets."""

    address: str = field(repr=False)
    portal: str

    @classmethod
    def filled_in(cls, session: Session, *, apizee_url: str) -> Self:
        """Return the form with the customer of a session, for the agent alone; it stands beside the API."""
        site = urlsplit(apizee_url)
        portal, invitation = f"{site.scheme}://{site.netloc}", session.invitation
        phones = [contact.value for contact in invitation.contacts if contact.is_phone]
        addresses = [contact.value for contact in invitation.contacts if not contact.is_phone]
        filled = {"phone_numbers": phones, "email_addresses": addresses, "reference": [invitation.reference or ""]}
        query = urlencode({name: ",".join(values) for name, values in filled.items() if any(values)})
        return cls(f"{portal}/quick-invitation?{query}", portal)


def not_invited(form: FallbackForm, translate: Translator) -> Message:
    """Return the message that nobody was invited, and that the agent can do it on Apizee's own form."""
    sentence = translate(
        "The invitation could not be sent from Slack. You can send it from Apizee's own page, already filled in."
    )
    return text_message(sentence, blocks.actions(_invite_in_apizee(form, translate)))


def perhaps_invited(session: Session, form: FallbackForm, translate: Translator) -> Message:
    """Return how to find out whether the customer was invited, before the form invites them twice."""
    by_phone = all(contact.is_phone for contact in session.invitation.contacts)
    steps = [
        translate("Ask your customer whether an SMS has come.")
        if by_phone
        else translate("Ask your customer whether an e-mail has come."),
        translate(
            "If nothing came within a minute, press Refresh, or look in <{portal}|Apizee's portal> whether the"
            " ticket is there.",
            portal=safe_url(form.portal),
        ),
        translate("If there is no ticket, send the invitation from Apizee's own page, already filled in."),
    ]
    unclear = translate(
        "Apizee does not answer as it should and did not confirm the invitation: it may have gone out or not."
        " Only you see this."
    )
    numbered = [f"{number}. {step}" for number, step in enumerate(steps, 1)]
    refresh = blocks.button(Action.REFRESH, translate("Refresh"), SessionRef.to(session).encode(), primary=True)
    return text_message("\n".join([unclear, *numbered]), blocks.actions(refresh, _invite_in_apizee(form, translate)))


def _invite_in_apizee(form: FallbackForm, translate: Translator) -> dict[str, object]:
    return blocks.button(Action.LINK, translate("Invite in Apizee"), "by-hand", url=form.address)
