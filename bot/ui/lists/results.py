"""Sessions that were found or are listed, each with the buttons to act on it; for one person alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.grammar import Whose
from bot.model.messages import Block, Message
from bot.model.session import Kind, Session, State
from bot.model.targets import ResultsPage, SessionRef
from bot.ui import blocks
from bot.ui.ids import Action
from bot.ui.invite_again import invite_again
from bot.ui.lists.access_buttons import access_buttons
from bot.ui.lists.paging import Page
from bot.ui.private_messages import session_line, state_name, text_message
from bot.ui.text import Translator, escape, mask_contacts_in, shortened

PER_PAGE = 5
FOUND_AT_MOST = 20
_LINE_HOLDS = 60
_TURNS = (Action.RESULTS_PREVIOUS, Action.RESULTS_NEXT)


@dataclass(frozen=True, slots=True)
class Found:
    """One ticket or conference of a look-up; `url` is a conference's address for all, `agent` a ticket's login."""

    kind: Kind
    remote_id: int
    name: str
    state: State | None
    created_at: datetime | None
    url: str | None = field(default=None, repr=False)
    agent: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Entry:
    """A session on its line; `again` invites the same people once more, where it is over."""

    line: str
    session_ref: SessionRef
    state: State | None
    url: str | None = field(default=None, repr=False)
    again: Block | None = None

    @classmethod
    def of(cls, session: Session, translate: Translator, *, names_person: bool = False) -> Entry:
        """Return the entry of a session of ours; `names_person` says who started it."""
        url = session.remote.links.meeting_short or session.remote.links.meeting
        line = session_line(session, translate)
        if names_person:
            line = blocks.joined([line, f"<@{session.requester.user}>"])
        again = None if session.state.is_open else invite_again(session, translate)
        return cls(line, SessionRef.to(session), session.state, url, again)

    def blocks(self, translate: Translator) -> list[Block]:
        """Return the line, and below it what can be done."""
        line = blocks.section(self.line)
        if self.session_ref.remote_id:
            return [line, blocks.actions(*self._buttons(translate))]
        return [line, blocks.actions(self.again)] if self.again else [line]

    def _buttons(self, translate: Translator) -> list[Block]:
        value = self.session_ref.encode()
        media = blocks.button(Action.MEDIA, translate("Media"), value)
        # A ticket is worth a look also after its end; a meeting that is over lets nobody in.
        is_accessible = self.session_ref.kind is Kind.ASSISTANCE or self.state is None or self.state.is_open
        access = access_buttons(self.session_ref, self.url, translate) if is_accessible else []
        return [*access, media, *([self.again] if self.again else [])]


def found(results: Sequence[Found], page: ResultsPage, translate: Translator, timezone: str) -> Message:
    """Return a page of the tickets or conferences that a look-up found."""
    note = translate("The latest {count} only.", count=FOUND_AT_MOST) if len(results) >= FOUND_AT_MOST else ""
    entries = [_found(result, translate, timezone) for result in results[:FOUND_AT_MOST]]
    return _message(entries, page, translate, note=note)


def open_sessions(sessions: Sequence[Session], page: ResultsPage, translate: Translator, *, command: str) -> Message:
    """Return a page of open sessions of one kind; `command` starts another one. Others' say who started them."""
    of_kind = [session for session in sessions if session.kind is page.kind]
    if of_kind:
        entries = [Entry.of(session, translate, names_person=page.whose is not Whose.MINE) for session in of_kind]
        return _message(entries, page, translate)
    if page.whose is not Whose.MINE:
        return text_message(_none_open(page, translate))
    if page.kind is Kind.ASSISTANCE:
        return text_message(
            translate("You have no open assistance. Start one with `{command} +33 6 12 34 56 78`.", command=command)
        )
    return text_message(
        translate("You have no open meeting. Start one with `{command} ann@example.com`.", command=command)
    )


def _none_open(page: ResultsPage, translate: Translator) -> str:
    """Say that nobody has an open session of a kind, here or anywhere."""
    match page.kind, page.whose:
        case Kind.ASSISTANCE, Whose.HERE:
            return translate("No assistance is open in this channel.")
        case Kind.ASSISTANCE, _:
            return translate("No assistance is open in this workspace.")
        case _, Whose.HERE:
            return translate("No meeting is open in this channel.")
        case _:
            return translate("No meeting is open in this workspace.")


def nothing_found(kind: Kind, text: str, translate: Translator) -> Message:
    """Return the answer to a look-up that found nothing, with what to try instead."""
    shown = escape(shortened(text, _LINE_HOLDS))
    if kind is Kind.ASSISTANCE:
        return text_message(
            translate("No session has the reference “{text}”. Type the whole reference, as it was given.", text=shown)
        )
    return text_message(translate("No meeting has “{text}” in its name. Try a shorter piece of it.", text=shown))


def _message(entries: Sequence[Entry], asked: ResultsPage, translate: Translator, *, note: str = "") -> Message:
    page = Page.of(entries, asked.page, holds=PER_PAGE)
    shown = [block for entry in page.items for block in entry.blocks(translate)]
    turner = page.turner(_TURNS, lambda to: asked.at(to).encode(), translate, note=note)
    return Message("\n".join(entry.line for entry in page.items), (*shown, *turner))


def _found(result: Found, translate: Translator, timezone: str) -> Entry:
    when = translate.date_time(result.created_at, timezone) if result.created_at else ""
    name = escape(shortened(mask_contacts_in(result.name), _LINE_HOLDS))
    agent = escape(result.agent or "")
    line = "• " + blocks.joined([f"*{result.remote_id}*", name, state_name(result.state, translate), agent, when])
    session_ref = SessionRef(result.kind, result.remote_id, name=result.name if result.kind is Kind.MEETING else "")
    return Entry(line, session_ref, result.state, result.url)
