"""Messages that one person reads and nobody else sees: links, answers to look-ups, media."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.model.media import Media
from bot.model.messages import Block, Message, PostingBlocked
from bot.model.session import Kind, Session, State
from bot.model.targets import MediaPage, SessionRef
from bot.ui import blocks
from bot.ui.ids import Action
from bot.ui.lists.paging import Page
from bot.ui.media import line
from bot.ui.text import Translator, escape, is_link, mask_contacts_in, masked, safe_url, shortened, shown_link
from bot.ui.timeline import date_time, planned_for, waits_since

MEDIA_PER_PAGE = 10
_LINE_HOLDS = 60


def text_message(text: str, *more: Block, notification: str = "") -> Message:
    """Return a message of text, with more blocks below it; `notification` is what phones show of it, where not all."""
    return Message(text=notification or text, blocks=(blocks.section(text), *more))


def unchanged(state: State, translate: Translator) -> Message:
    """Return the message that a card was up to date already."""
    return text_message(translate("Already up to date: {state}.", state=state_name(state, translate)))


def unforeseen(reference: str, translate: Translator) -> Message:
    """Return the message about an error that nobody foresaw; the log has it under the reference id."""
    return text_message(
        translate(
            "Something went wrong. If it happens again, give your administrator this reference: {id}", id=reference
        )
    )


def hint(translate: Translator, *, command: str) -> Message:
    """Return what the bot can be mentioned for, and the command that lists everything else."""
    return text_message(
        translate(
            "Mention me with the word “media” in a session's thread, or use the menu (⋮) of a message."
            " Outside threads, type `{command} help`.",
            command=command,
        )
    )


def what_works(translate: Translator, *, command: str) -> Message:
    """Return what somebody can do in the direct messages with the bot, who has written something to it there."""
    return text_message(
        translate(
            "I understand commands here: type `{command} +33 6 12 34 56 78` to invite a customer, or `{command} help`"
            " for everything else. In the thread of a session, write “media” to see its photos and recordings.",
            command=command,
        ),
        blocks.actions(*start_buttons(translate)),
    )


def start_buttons(translate: Translator) -> list[Block]:
    """Return the buttons that open the two forms."""
    return [
        blocks.button(Action.START_ASSISTANCE, translate("Start assistance"), "home", primary=True),
        blocks.button(Action.START_MEETING, translate("Start meeting"), "home"),
    ]


def agent_links(session: Session, translate: Translator, *, open_link: str | None = None) -> Message:
    """Return the links of an assistance, for the agent alone; the sign-in link is fetched by its button."""
    lines = [translate("*Your video assistance is ready.* Only you see this.")]
    if session.remote.links.agent:
        lines.append(translate("Ticket: {link}", link=shown_link(session.remote.links.agent)))
    notification = "\n".join(lines)
    lines += customers_link(session, translate)
    button = open_button(session, translate("Sign in and open"), open_link)
    return text_message("\n".join(lines), blocks.actions(button), notification=notification)


def open_button(session: Session, label: str, open_link: str | None) -> Block:
    """Return the button into a ticket, for the agent alone: `open_link` leads there with one click, where there is one.

    Never for a message that others see: anyone who opens the link goes where it was made to lead its person.
    """
    value = SessionRef.to(session).encode()
    if open_link is None:
        return blocks.button(Action.OPEN, label, value, primary=True)
    return blocks.button(Action.LINK, label, value, primary=True, url=open_link)


def customers_link(session: Session, translate: Translator) -> list[str]:
    """Return a line with the link that lets in the customer, for the agent to pass on; none where Apizee gave none."""
    link = session.remote.links.customer
    return [translate("Customer's link, to copy: {link}", link=f"`{safe_url(link)}`")] if link else []


def with_customers_link(message: Message, session: Session, translate: Translator) -> Message:
    """Return a message with the customer's link below it, which no notification shows."""
    lines = [blocks.section(line) for line in customers_link(session, translate)]
    return replace(message, blocks=(*message.blocks, *lines))


def ended(session: Session, translate: Translator) -> Message:
    """Return the message that a session has ended whose card somebody deleted."""
    return text_message(session_line(session, translate).removeprefix("• "))


def open_link(url: str, number: int, translate: Translator, *, is_anothers: bool) -> Message:
    """Return the message with the bot's own link into a ticket; `is_anothers`: another agent's."""
    lines = [
        translate(
            "This link leads straight into ticket {number}, for 24 hours. It is yours alone: it works in the browser in"
            " which you open it first.",
            number=number,
        )
    ]
    if is_anothers:
        lines.append(translate("Apizee will ask you to sign in: this ticket is another agent's."))
    return text_message("\n".join(lines), blocks.actions(_link_to(translate("Open the ticket"), url)))


def sign_in(url: str, translate: Translator) -> Message:
    """Return the message with the sign-in link, for the person whose login it is."""
    button = blocks.button(Action.LINK, translate("Open the ticket"), "sign-in", primary=True, url=url)
    return text_message(
        translate("This link signs you in. It is yours alone and works for 5 minutes."), blocks.actions(button)
    )


def ticket_link(url: str, translate: Translator, *, is_theirs: bool, look_for: int | None) -> Message:
    """Return the message with an address that asks for a sign-in at Apizee first.

    `look_for` is the ticket's number where the address is only the portal's; `is_theirs`: the ticket is the reader's.
    """
    if is_theirs:
        why = translate("Apizee gave no sign-in link for this ticket, so it will ask you to sign in.")
    else:
        why = translate("Apizee will ask you to sign in: this ticket is another agent's.")
    if look_for is None:
        return text_message(why, blocks.actions(_link_to(translate("Open the ticket"), url)))
    where = translate("Its own address is not known: look for ticket {number} there.", number=look_for)
    return text_message(f"{why} {where}", blocks.actions(_link_to(translate("Open Apizee"), url)))


def _link_to(label: str, url: str) -> Block:
    return blocks.button(Action.LINK, label, "ticket", primary=True, url=url)


def join_link(url: str, translate: Translator) -> Message:
    """Return the way into a meeting under one's own name; its address as text where it is not Apizee's."""
    if not is_link(url):
        return text_message(translate("Join: {link}", link=shown_link(url)))
    button = blocks.button(Action.LINK, translate("Join as me"), "join", primary=True, url=url)
    return text_message(translate("You join under your own name. This link is yours alone."), blocks.actions(button))


def card_elsewhere(closed: PostingBlocked, link: str | None, translate: Translator) -> Message:
    """Return why the card is not where the session was asked for, and where it is; `link` is its address, if known."""
    if link:
        where = translate("The session continues in <{link}|our direct messages>.", link=link)
    else:
        where = translate("The session continues in our direct messages.")
    return text_message(f"{why_closed(closed, translate)} {where}")


def why_closed(closed: PostingBlocked, translate: Translator) -> str:
    """Return why nothing can be posted in a conversation, and what to do about it."""
    match closed:
        case PostingBlocked.NOT_A_MEMBER:
            return translate(
                "I cannot post in this conversation: type `/invite @Apizee` in it, then cards are shown there."
            )
        case PostingBlocked.BETWEEN_PEOPLE:
            return translate(
                "I cannot post in a conversation between people. Use a channel, or our own direct messages."
            )
        case PostingBlocked.ARCHIVED:
            return translate("I cannot post in this channel: it is archived. Please use another one.")
        case PostingBlocked.RESTRICTED:
            return translate(
                "I cannot post in this channel: its owners restrict who may. Ask them, or use another channel."
            )
        case PostingBlocked.REFUSED:
            return translate("Slack does not accept my messages in this conversation. Please use another one.")


def where(session: Session, translate: Translator) -> str:
    """Return where a session's card stands."""
    if session.card is None:
        return ""
    return translate("direct messages") if session.card.channel.startswith("D") else f"<#{session.card.channel}>"


def session_line(session: Session, translate: Translator) -> str:
    """Return a session on one line, for its owner; the customer stays masked, for screens are shared."""
    customer = ", ".join(masked(one) for one in session.invitation.contacts)
    who = mask_contacts_in(session.invitation.name or "") if session.kind is Kind.MEETING else customer
    number = f"*{session.remote.id}* " if session.remote.id else ""
    return "• " + blocks.joined(
        [
            f"{number}{_short(who)}",
            state_name(session.state, translate),
            lasted(session, translate),
            _when(session, translate),
            where(session, translate),
        ]
    )


def _when(session: Session, translate: Translator) -> str:
    """Return since when a session waits that is open; when one was started that is over."""
    if session.state is State.PLANNED:
        return planned_for(session, translate)
    started = date_time(waits_since(session), translate, session.timezone)
    return translate("since {time}", time=started) if session.state.is_open else started


def lasted(session: Session, translate: Translator) -> str:
    """Return how long a session took that is done."""
    duration = session.remote.duration if session.state is State.DONE else None
    return translate.duration(duration.total_seconds()) if duration else ""


def media(
    items: Sequence[Media],
    translate: Translator,
    asked: MediaPage,
    timezone: str,
    *,
    thread: SessionRef | None = None,
    note: str = "",
) -> Message:
    """Return a page of a session's photos and recordings: name, link and time of each.

    `thread` is the session into whose thread they can be brought; else the note may say why they cannot.
    """
    if not items:
        return text_message(
            translate("There are no photos or recordings yet. A recording appears some minutes after the session.")
        )
    page = Page.of(items, asked.page, holds=MEDIA_PER_PAGE)
    lines = [f"• {line(one, translate, timezone)}" for one in page.items]
    count = translate.n("{count} photo or recording", "{count} photos and recordings", len(items))
    turner = page.turner(
        (Action.MEDIA_PREVIOUS, Action.MEDIA_NEXT), lambda to: asked.at(to).encode(), translate, note=note
    )
    return text_message("\n".join([f"*{count}*", *lines]), *_to_thread(thread, translate), *turner)


def _to_thread(session_ref: SessionRef | None, translate: Translator) -> list[Block]:
    if session_ref is None:
        return []
    button = blocks.button(Action.MEDIA_TO_THREAD, translate("Show in the thread"), session_ref.encode(), primary=True)
    return [blocks.actions(button)]


def no_thread(translate: Translator) -> str:
    """Return why photos and recordings cannot be shown in a thread."""
    return translate("They have no thread here: this session was not started in Slack, or it has been forgotten.")


def _short(text: str) -> str:
    """Return somebody's text as it fits on a line; a section holds 3,000 characters."""
    return escape(shortened(text, _LINE_HOLDS))


def state_name(state: State | None, translate: Translator) -> str:
    """Return what people call a state."""
    names = {
        State.PLANNED: translate("planned"),
        State.INVITING: translate("inviting"),
        State.INVITED: translate("invited"),
        State.IN_PROGRESS: translate("in progress"),
        State.DONE: translate("done"),
        State.EXPIRED: translate("expired"),
        State.DECLINED: translate("declined"),
        State.CANCELLED: translate("cancelled"),
        State.FAILED: translate("failed"),
    }
    return names[state] if state else translate("state unknown")
