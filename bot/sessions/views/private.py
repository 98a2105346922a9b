"""What one person reads alone: what an agent does next, and what Slack does not let the bot say elsewhere, or now."""

from __future__ import annotations

from dataclasses import replace

from bot.model.messages import Message
from bot.model.session import Kind, Problem, Session, State
from bot.sessions.views import passing_on
from bot.sessions.views.card_view import card
from bot.ui import blocks, fallback_form, private_messages
from bot.ui.fallback_form import FallbackForm
from bot.ui.notes.outcomes import note_button
from bot.ui.private_messages import session_line, text_message
from bot.ui.text import Translator, escape, mask_contacts_in, masked, shown_link, translator_for


def for_agent(session: Session, form: FallbackForm, translate: Translator, *, open_link: str | None) -> Message | None:
    """Return what the agent does now that a session is invited or failed; `None` where its card says it all.

    The agent of an assistance has the customer on the phone. `form` is how they invite without the bot.
    """
    if session.kind is not Kind.ASSISTANCE:
        return None
    if session.state is not State.FAILED:
        return _links(session, translate, open_link=open_link)
    match session.problem:
        case Problem.UNREACHABLE | Problem.SIGN_IN:
            return fallback_form.not_invited(form, translate)
        case Problem.UNCERTAIN:
            return fallback_form.perhaps_invited(session, form, translate)
        case _:
            return None


def for_colleague(session: Session, *, open_link: str | None, card_link: str | None) -> Message:
    """Return the links of an assistance for the colleague for whom somebody else has started it."""
    translate = translator_for(session.recipient_locale)
    customer = ", ".join(masked(contact) for contact in session.invitation.contacts)
    started = translate(
        "<@{person}> started a video assistance for you, for {customer}.",
        person=session.requester.user,
        customer=customer,
    )
    where = translate("<{link}|Its card>", link=card_link) if card_link else ""
    links = _links(session, translate, open_link=open_link)
    first = blocks.section(f"{started} {where}".rstrip())
    return replace(links, text=f"{started}\n{links.text}", blocks=(first, *links.blocks))


def sent_to_colleague(session: Session, translate: Translator, *, is_sent: bool) -> Message:
    """Return who got the links of an assistance, for who started it for a colleague."""
    colleague = session.invitation.for_user
    if is_sent:
        return text_message(
            translate(
                "<@{person}> is the agent of this video assistance and got the links as a direct message. Only you see"
                " this.",
                person=colleague,
            )
        )
    return text_message(
        translate(
            "<@{person}> is the agent of this video assistance, but Slack did not deliver the links to them. Ask them"
            " to press Open on the card. Only you see this.",
            person=colleague,
        )
    )


def _links(session: Session, translate: Translator, *, open_link: str | None) -> Message:
    if session.invitation.by_link:
        return passing_on.link_to_pass_on(session, translate, open_link=open_link)
    return private_messages.agent_links(session, translate, open_link=open_link)


def how_did_it_end(session: Session, translate: Translator) -> Message:
    """Return the question, once a session is over, how it ended: with the button that notes it."""
    customer = ", ".join(masked(contact) for contact in session.invitation.contacts)
    if session.kind is Kind.ASSISTANCE:
        over = translate("*Your video assistance for {customer} is over.*", customer=customer)
    else:
        name = escape(mask_contacts_in(session.invitation.name or ""))
        over = translate("*Your video meeting “{name}” is over.*", name=name)
    question = translate("Note how it ended: the card shows it. Only you see this.")
    return text_message(f"{over} {question}", blocks.actions(note_button(session, translate, primary=True)))


def account_refused(translate: Translator) -> Message:
    """Return the message, sent once, to an administrator whose Apizee account is not accepted any more."""
    return text_message(
        translate(
            "Apizee no longer accepts the user name and password of the account that is connected to this workspace,"
            " so nobody can be invited. Please open my Home and press “Connect Apizee” to enter them again."
        )
    )


def operators_account_refused(translate: Translator) -> Message:
    """Return the message, sent once, to those who administer the bot, of whose settings Apizee accepts no account."""
    return text_message(
        translate(
            "Apizee no longer accepts the user name and password that this bot is set up with, so nobody can be"
            " invited. Please correct APIZEE_USERNAME and APIZEE_PASSWORD in its settings, restart it, and check them"
            " with `apizee-slack doctor`."
        )
    )


def slack_has_to_wait(translate: Translator) -> Message:
    """Return the message that a command is recorded, and that Slack lets the bot do nothing about it for some time."""
    return text_message(
        translate(
            "Slack is not accepting anything more from me at the moment. Your command is saved and continues as"
            " soon as Slack does; you do not need to type it again."
        )
    )


def instead_of_card(session: Session, translate: Translator) -> Message:
    """Return the state of a session whose card cannot be updated any more; fit for everybody who sees the card."""
    why = translate("Slack no longer lets me update the card above, so it may be out of date.")
    lines, links = [card(session, translate).text, why], session.remote.links
    if session.kind is Kind.MEETING and session.state.is_open and session.remote.id:
        lines.append(translate("Join: {link}", link=shown_link(links.meeting_short or links.meeting or "")))
    return text_message("\n".join(lines))


def superseded(link: str | None, translate: Translator) -> Message:
    """Return the message that the card of a pressed button was left over when another one took its place."""
    if link:
        return text_message(
            translate(
                "This card was left behind by mistake. The session continues in <{link}|its own card>.", link=link
            )
        )
    return text_message(translate("This card was left behind by mistake. The session continues in its own card."))


def still_inviting(translate: Translator) -> Message:
    """Return the message that the invitation is still on its way."""
    return text_message(translate("The invitation is still on its way. Its card changes by itself."))


def channel_shared(session: Session, translate: Translator) -> Message:
    """Return that the channel of an open session is shared with another organisation now."""
    channel = session.card.channel if session.card else session.requester.conversation.channel
    return text_message(
        translate(
            "<#{channel}> is now shared with another organisation, whose members see the card of your session"
            " there ({session}). Its buttons do nothing for them, but they can read its thread.",
            channel=channel,
            session=session_line(session, translate),
        )
    )
