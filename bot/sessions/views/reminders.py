"""What an agent alone is reminded of: a customer who does not come, people who are invited already."""

from __future__ import annotations

from bot.model.messages import Block, Message
from bot.model.session import Kind, Session
from bot.ui import blocks
from bot.ui.ids import Action
from bot.ui.invite_again import invite_again
from bot.ui.private_messages import customers_link, text_message
from bot.ui.text import Translator, escape, mask_contacts_in, masked

_MINUTE = 60


def remind(session: Session, translate: Translator) -> Message:
    """Return the reminder of a customer who does not come: the link to pass on another way, and a new invitation."""
    customer = ", ".join(masked(contact) for contact in session.invitation.contacts)
    if session.invitation.by_link:
        late = translate(
            "You got the link for {customer} 5 minutes ago, and they have not come yet. Only you see this.",
            customer=customer,
        )
    else:
        late = translate(
            "{customer} was invited 5 minutes ago and has not come yet. Only you see this.", customer=customer
        )
    return text_message(
        "\n".join([late, *customers_link(session, translate)]),
        blocks.actions(invite_again(session, translate)),
        notification=late,
    )


def asked_first(translate: Translator) -> str:
    """Return why a workflow's step invited nobody, where the agent was asked whether to invite a second time."""
    return translate(
        "These people have an open session in this channel already, so nobody was invited. Its agent was asked whether"
        " to invite them again."
    )


def invited_already(session: Session, other: Session, link: str | None, ago: float, translate: Translator) -> Message:
    """Return the message to an agent who is about to invite people who are invited already.

    `ago` is in seconds; `link` leads to the card of the other session.
    """
    since = translate.duration(ago - ago % _MINUTE if ago >= _MINUTE else ago)
    fields = {"ago": since, "person": f"<@{other.requester.user}>"}
    if session.kind is Kind.ASSISTANCE:
        customer = ", ".join(masked(contact) for contact in session.invitation.contacts)
        already = translate(
            "{customer} was invited here {ago} ago by {person}. Nobody was invited now.", customer=customer, **fields
        )
    else:
        already = translate(
            "The same guests were invited to “{name}” {ago} ago by {person}. Nobody was invited now.",
            name=escape(mask_contacts_in(other.invitation.name or "")),
            **fields,
        )
    return text_message(already, blocks.actions(*_ways_on(session, link, translate)))


def _ways_on(session: Session, link: str | None, translate: Translator) -> list[Block]:
    card = [blocks.button(Action.LINK, translate("Open the card"), "card", primary=True, url=link)] if link else []
    return [*card, invite_again(session, translate)]
