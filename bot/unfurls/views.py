"""A session in brief, and what is said to who pasted a link that nobody else may have."""

from __future__ import annotations

from bot.model.messages import Block, Message
from bot.model.session import Kind, Session, State
from bot.model.targets import SessionRef
from bot.sessions.views.card_view import card
from bot.ui import blocks
from bot.ui.ids import Action
from bot.ui.invite_again import invite_again
from bot.ui.lists.access_buttons import access_buttons
from bot.ui.lists.ways import Ways
from bot.ui.private_messages import text_message, where
from bot.ui.text import Translator
from bot.ui.timeline import time_of_day
from bot.unfurls.kinds import PersonalLink


def brief(session: Session, translate: Translator, now: float) -> Message:
    """Return a session in brief, as everybody sees it where its card stands: what it is, its state, its buttons.

    It does not change as the session goes on, so it says of when it is (`now`, in Unix seconds).
    """
    return _brief(session, translate, now, Ways(), link="")


def for_one(session: Session, ways: Ways, translate: Translator, now: float) -> Message:
    """Return the same for who pasted its link where others are, who do not see its card."""
    link = translate("<{link}|Its card>", link=ways.card_link) if ways.card_link else ""
    shown = _brief(session, translate, now, ways, link=blocks.joined([link, where(session, translate)]))
    why = translate("Only you see this: the card of this session is somewhere else.")
    return Message(shown.text, (*shown.blocks, blocks.context(why)))


def _brief(session: Session, translate: Translator, now: float, ways: Ways, *, link: str) -> Message:
    shown = card(session, translate)
    as_of = translate("as of {time}", time=time_of_day(now, translate, session.timezone))
    started_by = translate("Started by {person}", person=f"<@{session.requester.user}>")
    body = [
        {"type": "section", "text": shown.blocks[0]["text"]},
        blocks.context(blocks.joined([as_of, started_by, link])),
    ]
    buttons = _buttons(session, ways, translate)
    return Message(shown.text, (*body, blocks.actions(*buttons)) if buttons else tuple(body))


def _buttons(session: Session, ways: Ways, translate: Translator) -> list[Block]:
    if session.remote.id is None:
        return []
    url = session.remote.links.meeting_short or session.remote.links.meeting
    is_accessible = session.state.is_open or (session.kind is Kind.ASSISTANCE and session.state is State.DONE)
    session_ref = SessionRef.to(session)
    access = access_buttons(session_ref, url, translate, open_link=ways.open_link) if is_accessible else []
    return [*access, blocks.button(Action.MEDIA, translate("Media"), session_ref.encode())]


def customers_link(
    session: Session | None, ways: Ways, translate: Translator, *, is_draft: bool, command: str
) -> Message:
    """Return what to do about a customer's link in a message; `session` is there where the reader may see it."""
    if is_draft:
        return text_message(
            translate(
                ":warning: *Do not send the link that you have just pasted.* It lets in anybody who opens it, in place"
                " of your customer. To invite a customer, type `{command}` and their phone number or e-mail address.",
                command=command,
            )
        )
    lines = [
        translate(
            ":warning: *The link in your message lets in anybody who opens it, in place of your customer.* Delete your"
            " message now. Only you see this."
        ),
        translate(
            "If somebody may have opened the link: close or cancel its ticket at Apizee, then invite the customer"
            " again, who gets another link."
        ),
    ]
    return text_message(
        "\n".join(lines), *([blocks.actions(*_after_a_leak(session, ways, translate))] if session else [])
    )


def _after_a_leak(session: Session, ways: Ways, translate: Translator) -> list[Block]:
    access = access_buttons(SessionRef.to(session), None, translate, open_link=ways.open_link)
    return [*access, invite_again(session, translate)]


def personal_link(kind: PersonalLink, translate: Translator, *, is_draft: bool) -> Message:
    """Return what to do about one person's own link in a message."""
    match kind:
        case PersonalLink.SIGN_IN:
            what = translate(
                "It signs in anybody who opens it as an agent, for some minutes. Colleagues get into the ticket by"
                " “Open” on its card."
            )
        case PersonalLink.OPEN:
            what = translate(
                "It leads into the ticket as you, in the browser that opens it first. Colleagues get into the ticket by"
                " “Open” on its card."
            )
        case PersonalLink.JOIN:
            what = translate(
                "Anybody who opens it joins the meeting under your name. Others join by “Join” or “Join as me” on its"
                " card."
            )
    if is_draft:
        what_to_do = translate(":warning: *Do not send the link that you have just pasted: it is yours alone.*")
    else:
        what_to_do = translate(
            ":warning: *The link in your message is yours alone.* Delete your message now. Only you see this."
        )
    return text_message(f"{what_to_do}\n{what}")
