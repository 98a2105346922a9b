"""What an agent gets who passes the customer's link on: the link, a text around it, and ways to send that."""

from __future__ import annotations

from urllib.parse import quote

from bot.model.messages import Block, Message
from bot.model.session import Session
from bot.sessions.views import qr_code
from bot.ui import blocks
from bot.ui.ids import Action
from bot.ui.private_messages import customers_link, open_button, text_message
from bot.ui.text import Translator, escape, shown_link, translator_for


def link_to_pass_on(session: Session, translate: Translator, *, open_link: str | None) -> Message:
    """Return the customer's link with what sends it, for the agent alone; no notification shows the link.

    The text around the link is in the requester's language, all else in that of `translate`.
    """
    lines = [translate("*The link for your customer is ready.* Nobody was invited: pass it on. Only you see this.")]
    if session.remote.links.agent:
        lines.append(translate("Ticket: {link}", link=shown_link(session.remote.links.agent)))
    notification = "\n".join(lines)
    open_ticket = open_button(session, translate("Sign in and open"), open_link)
    link = session.remote.links.customer
    if not link:
        lines.append(translate("Apizee gave no link for the customer: open the ticket, and invite them from there."))
        return text_message("\n".join(lines), blocks.actions(open_ticket), notification=notification)
    subject, text = _what_to_send(link, translator_for(session.locale))
    lines += customers_link(session, translate)
    return text_message(
        "\n".join(lines),
        blocks.section(translate("Text to pass on:\n{text}", text=f"```{escape(text)}```")),
        blocks.section(translate("Open it in: {programs}", programs=_programs(session, subject, text, translate))),
        blocks.actions(_whatsapp(session, text, translate), qr_code.button(session, translate)),
        blocks.actions(open_ticket),
        notification=notification,
    )


def _what_to_send(link: str, translate: Translator) -> tuple[str, str]:
    """Return the subject and the text that the customer reads."""
    text = translate("Hello, please open this link for our video assistance: {link}", link=link)
    return translate("Video assistance"), text


def _whatsapp(session: Session, text: str, translate: Translator) -> Block:
    """Return the button into WhatsApp, which asks for the recipient where no number is known.

    https://faq.whatsapp.com/5913398998672934
    """
    number = _contact(session, by_phone=True).removeprefix("+")
    url = f"https://wa.me/{number}?text={quote(text, safe='')}"
    return blocks.button(Action.LINK, translate("WhatsApp"), "whatsapp", url=url)


def _programs(session: Session, subject: str, text: str, translate: Translator) -> str:
    """Return links that open programs; Slack documents buttons for web pages alone."""
    body = quote(text, safe="")
    address = quote(_contact(session, by_phone=False), safe="@")
    # Android reads what follows “?”, iOS what follows “&”.
    sms = f"sms:{_contact(session, by_phone=True)}?&body={body}"
    mail = f"mailto:{address}?subject={quote(subject)}&body={body}"
    labels = {mail: translate("e-mail program"), sms: translate("SMS app")}
    return blocks.joined([f"<{escape(url)}|{label}>" for url, label in labels.items()])


def _contact(session: Session, *, by_phone: bool) -> str:
    """Return the customer's number or address, nothing where only the other one is known."""
    return next((one.value for one in session.invitation.contacts if one.is_phone is by_phone), "")
