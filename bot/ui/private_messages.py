"""What one person is told, and nobody else sees: links, answers to look-ups, media."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model.media import Media
from bot.model.messages import Block, Closed, Message
from bot.model.session import Kind, Session, State
from bot.model.targets import MediaPage, Pointer
from bot.ui import blocks
from bot.ui.ids import Action
from bot.ui.lists.paging import Page
from bot.ui.media import name
from bot.ui.text import Words, escape, mask_contacts_in, masked, safe_url, shortened

MEDIA_PER_PAGE = 10
_LINE_HOLDS = 60


def told(text: str, *more: Block) -> Message:
    """One sentence, with more below it."""
    return Message(text=text, blocks=(blocks.section(text), *more))


def unchanged(state: State, words: Words) -> Message:
    """A card that was up to date already."""
    return told(words("Nothing has changed at Apizee: {state}.", state=state_name(state, words)))


def unforeseen(reference: str, words: Words) -> Message:
    """An error that has no words of its own; the log knows it under the reference id."""
    return told(
        words("Something went wrong. If it happens again, give your administrator this reference: {id}", id=reference)
    )


def hint(words: Words, *, command: str) -> Message:
    """Return what the bot can be mentioned for, and the command that lists everything else."""
    return told(
        words("Mention me with the word “media” in a session's thread, or type `{command} help`.", command=command)
    )


def agent_links(session: Session, words: Words) -> Message:
    """The links of an assistance, for the agent alone; the sign-in link is fetched by its button."""
    lines = [words("*Your video assistance is ready.* Only you see this.")]
    if session.links.agent:
        lines.append(words("Ticket: {link}", link=safe_url(session.links.agent)))
    lines += customers_link(session, words)
    buttons = blocks.actions(
        blocks.button(Action.OPEN, words("Sign in and open"), Pointer.to(session).encode(), primary=True)
    )
    return told("\n".join(lines), buttons)


def customers_link(session: Session, words: Words) -> list[str]:
    """A line with the link that lets in the customer, for the agent to pass on; none where Apizee gave none."""
    link = session.links.customer
    return [words("Customer's link, to copy: {link}", link=f"`{safe_url(link)}`")] if link else []


def ended(session: Session, words: Words) -> Message:
    """The end of a session whose card somebody deleted."""
    return told(session_line(session, words).removeprefix("• "))


def sign_in(url: str, words: Words) -> Message:
    """The sign-in link, for the person whose login it is."""
    button = blocks.button(Action.LINK, words("Open the ticket"), "sign-in", primary=True, url=url)
    return told(words("This link signs you in. It is yours alone and works for 5 minutes."), blocks.actions(button))


def ticket_link(url: str, words: Words, *, is_theirs: bool, look_for: int | None) -> Message:
    """An address that asks for a sign-in at Apizee first.

    `look_for` is the ticket's number where the address is only the portal's; `is_theirs`: the ticket is the reader's.
    """
    if is_theirs:
        why = words("Apizee gave no sign-in link for this ticket, so it will ask you to sign in.")
    else:
        why = words("Apizee will ask you to sign in: this ticket is another agent's.")
    if look_for is None:
        return told(why, blocks.actions(_link_to(words("Open the ticket"), url)))
    where = words("Its own address is not known: look for ticket {number} there.", number=look_for)
    return told(f"{why} {where}", blocks.actions(_link_to(words("Open Apizee"), url)))


def _link_to(label: str, url: str) -> Block:
    return blocks.button(Action.LINK, label, "ticket", primary=True, url=url)


def join_link(url: str, words: Words) -> Message:
    """The way into a meeting under one's own name."""
    button = blocks.button(Action.LINK, words("Join as me"), "join", primary=True, url=url)
    return told(words("You join under your own name. This link is yours alone."), blocks.actions(button))


def card_elsewhere(closed: Closed, link: str | None, words: Words) -> Message:
    """Why the card is not where the session was asked for, and where it is; `link` where its address is known."""
    if link:
        where = words("The session goes on in <{link}|our direct messages>.", link=link)
    else:
        where = words("The session goes on in our direct messages.")
    return told(f"{why_closed(closed, words)} {where}")


def why_closed(closed: Closed, words: Words) -> str:
    """Why nothing can be posted in a place, and what to do about it."""
    match closed:
        case Closed.NOT_A_MEMBER:
            return words(
                "I cannot post in this conversation: type `/invite @Apizee` in it, then cards are shown there."
            )
        case Closed.BETWEEN_PEOPLE:
            return words("I cannot post in a conversation between people. Use a channel, or our own direct messages.")
        case Closed.ARCHIVED:
            return words("I cannot post in this channel: it is archived. Please use another one.")
        case Closed.RESTRICTED:
            return words(
                "I cannot post in this channel: its owners restrict who may. Ask them, or use another channel."
            )
        case Closed.REFUSED:
            return words("Slack does not take my messages in this conversation. Please use another one.")


def _where(session: Session, words: Words) -> str:
    if session.card is None:
        return ""
    return words("direct messages") if session.card.channel.startswith("D") else f"<#{session.card.channel}>"


def session_line(session: Session, words: Words) -> str:
    """A session on one line, for its owner; the customer stays masked, for screens are shared."""
    customer = ", ".join(masked(one) for one in session.contacts)
    who = mask_contacts_in(session.name or "") if session.kind is Kind.MEETING else customer
    number = f"*{session.remote_id}* " if session.remote_id else ""
    return "• " + blocks.joined([f"{number}{_short(who)}", state_name(session.state, words), _where(session, words)])


def media(
    items: Sequence[Media],
    words: Words,
    asked: MediaPage,
    timezone: str,
    *,
    thread: Pointer | None = None,
    note: str = "",
) -> Message:
    """A page of a session's photos and recordings: type, title and time of each.

    `thread` is the session into whose thread they can be brought; else the note may say why they cannot.
    """
    if not items:
        return told(words("There are no photos or recordings yet. A recording appears some minutes after the session."))
    page = Page.of(items, asked.page, holds=MEDIA_PER_PAGE)
    lines = [_medium(one, words, timezone) for one in page.items]
    count = words.n("{count} photo or recording", "{count} photos and recordings", len(items))
    turner = page.turner((Action.MEDIA_PREVIOUS, Action.MEDIA_NEXT), lambda to: asked.at(to).encode(), words, note=note)
    return told("\n".join([f"*{count}*", *lines]), *_to_thread(thread, words), *turner)


def _to_thread(pointer: Pointer | None, words: Words) -> list[Block]:
    if pointer is None:
        return []
    button = blocks.button(Action.MEDIA_TO_THREAD, words("Show in the thread"), pointer.encode(), primary=True)
    return [blocks.actions(button)]


def no_thread(words: Words) -> str:
    """Why photos and recordings cannot be shown in a thread."""
    return words("They have no thread here: this session was not started in Slack, or it is forgotten.")


def _medium(item: Media, words: Words, timezone: str) -> str:
    when = words.date_time(item.created_at, timezone) if item.created_at else ""
    return "• " + blocks.joined([name(item, words), f"<{safe_url(item.url)}|{_short(item.title)}>", when])


def _short(text: str) -> str:
    """Somebody's text as it fits on a line; a section holds 3,000 characters."""
    return escape(shortened(text, _LINE_HOLDS))


def state_name(state: State | None, words: Words) -> str:
    """A state as people call it."""
    names = {
        State.INVITING: words("inviting"),
        State.INVITED: words("invited"),
        State.IN_PROGRESS: words("in progress"),
        State.DONE: words("done"),
        State.EXPIRED: words("expired"),
        State.DECLINED: words("declined"),
        State.CANCELLED: words("cancelled"),
        State.FAILED: words("failed"),
    }
    return names[state] if state else words("state unknown")
