"""What one person is told, and nobody else sees: links, answers to look-ups, media."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.media import Media
from bot.model import Block, Closed, Kind, Message, Session, State
from bot.ui import blocks
from bot.ui.ids import Action, MediaPage, Pointer
from bot.ui.text import Words, escape, masked, safe_url, shortened

MEDIA_PER_PAGE = 10
FOUND_AT_MOST = 20
_LINE_HOLDS = 60


@dataclass(frozen=True, slots=True)
class Found:
    """One ticket or conference of a look-up."""

    kind: Kind
    remote_id: int
    name: str
    state: State | None
    created_at: datetime | None


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


def ticket_link(url: str | None, words: Words) -> Message:
    """The ticket's address, for somebody who has to sign in at Apizee first."""
    if url is None:
        return told(words("Apizee gave no link into this ticket. Please open it in Apizee's own console."))
    button = blocks.button(Action.LINK, words("Open the ticket"), "ticket", primary=True, url=url)
    return told(words("Apizee will ask you to sign in: this ticket is another agent's."), blocks.actions(button))


def join_link(url: str, words: Words) -> Message:
    """The way into a meeting under one's own name."""
    button = blocks.button(Action.LINK, words("Join as me"), "join", primary=True, url=url)
    return told(words("You join under your own name. This link is yours alone."), blocks.actions(button))


def card_elsewhere(closed: Closed, link: str, words: Words) -> Message:
    """Why the card is not where the session was asked for, and where it is."""
    where = words("The session goes on in <{link}|our direct messages>.", link=link)
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


def _where(session: Session, words: Words) -> str:
    if session.card is None:
        return ""
    return words("direct messages") if session.card.channel.startswith("D") else f"<#{session.card.channel}>"


def nothing_found(kind: Kind, text: str, words: Words) -> Message:
    """A look-up that found nothing, with what to try instead."""
    if kind is Kind.ASSISTANCE:
        nothing = words(
            "No session has the reference “{text}”. Type the whole reference, as it was given.", text=_short(text)
        )
    else:
        nothing = words("No meeting has “{text}” in its name. Try a shorter piece of it.", text=_short(text))
    return told(nothing)


def found(results: Sequence[Found], words: Words, timezone: str) -> Message:
    """The tickets or conferences that a look-up found."""
    lines = [_found_line(result, words, timezone) for result in results[:FOUND_AT_MOST]]
    left_out = len(results) - len(lines)
    if left_out > 0:
        lines.append(words.n("…and {count} more: type more of it.", "…and {count} more: type more of it.", left_out))
    return told("\n".join(lines))


def open_sessions(sessions: Sequence[Session], kind: Kind, words: Words, *, command: str) -> Message:
    """A person's own open sessions of one kind; `command` starts another one."""
    if sessions:
        return told("\n".join(session_line(session, words) for session in sessions))
    if kind is Kind.ASSISTANCE:
        return told(
            words("You have no open assistance. Start one with `{command} +33 6 12 34 56 78`.", command=command)
        )
    return told(words("You have no open meeting. Start one with `{command} ann@example.com`.", command=command))


def session_line(session: Session, words: Words) -> str:
    """A session on one line, for its owner; the customer stays masked, for screens are shared."""
    who = session.name if session.kind is Kind.MEETING else ", ".join(masked(one) for one in session.contacts)
    number = f"*{session.remote_id}* " if session.remote_id else ""
    return "• " + blocks.joined(
        [f"{number}{_short(who or '')}", state_name(session.state, words), _where(session, words)]
    )


def media(items: Sequence[Media], words: Words, page: MediaPage, timezone: str) -> Message:
    """A page of a session's photos and recordings: type, title and time of each."""
    if not items:
        return told(words("There are no photos or recordings yet. A recording appears some minutes after the session."))
    start = page.page * MEDIA_PER_PAGE
    lines = [_medium(one, words, timezone) for one in items[start : start + MEDIA_PER_PAGE]]
    count = words.n("{count} photo or recording", "{count} photos and recordings", len(items))
    return told("\n".join([f"*{count}*", *lines]), *_pages(page, len(items), words))


def _pages(page: MediaPage, total: int, words: Words) -> list[Block]:
    last = (total - 1) // MEDIA_PER_PAGE
    if last == 0:
        return []
    turns = [
        (Action.MEDIA_PREVIOUS, words("Previous"), page.page - 1),
        (Action.MEDIA_NEXT, words("Next"), page.page + 1),
    ]
    buttons = [
        blocks.button(action, label, MediaPage(page.kind, page.remote_id, to).encode())
        for action, label, to in turns
        if 0 <= to <= last
    ]
    where = words("Page {page} of {pages}", page=page.page + 1, pages=last + 1)
    return [blocks.context(where), blocks.actions(*buttons)]


def _medium(item: Media, words: Words, timezone: str) -> str:
    name = words("Photo") if item.is_photo else words("Recording") if item.is_recording else words("File")
    when = words.date_time(item.created_at, timezone) if item.created_at else ""
    return "• " + blocks.joined([name, f"<{safe_url(item.url)}|{_short(item.title)}>", when])


def _found_line(result: Found, words: Words, timezone: str) -> str:
    when = words.date_time(result.created_at, timezone) if result.created_at else ""
    number = f"*{result.remote_id}*"
    return "• " + blocks.joined([number, _short(result.name), state_name(result.state, words), when])


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
