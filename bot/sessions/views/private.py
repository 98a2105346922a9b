"""What one person is told where Slack does not let the bot say it in the usual place, or at the usual time."""

from __future__ import annotations

from bot.model.messages import Message
from bot.model.session import Kind, Session
from bot.sessions.views.card_view import card
from bot.ui.private_messages import told
from bot.ui.text import Translator, safe_url


def slack_wants_patience(translate: Translator) -> Message:
    """A command was taken in, and Slack lets the bot do nothing about it for some time."""
    return told(
        translate(
            "Slack lets me do no more for the moment. Your command is kept and goes on as soon as Slack takes it;"
            " you need not type it again."
        )
    )


def instead_of_card(session: Session, translate: Translator) -> Message:
    """How a session stands, where its card cannot say it any more; fit for everybody who sees the card."""
    why = translate("Slack does not let me change the card above any more, so it says nothing new.")
    lines, links = [card(session, translate).text, why], session.remote.links
    if session.kind is Kind.MEETING and session.state.is_open and session.remote.id:
        lines.append(translate("Join: {link}", link=safe_url(links.meeting_short or links.meeting or "")))
    return told("\n".join(lines))


def superseded(link: str | None, translate: Translator) -> Message:
    """A button was pressed on a card that was left over when another one took its place."""
    if link:
        return told(translate("This card was left over. The session goes on in <{link}|its own card>.", link=link))
    return told(translate("This card was left over. The session goes on in its own card."))


def still_inviting(translate: Translator) -> Message:
    """The invitation is still on its way."""
    return told(translate("The invitation is still on its way. Its card changes by itself."))
