"""Sessions that were found or are listed, each with the buttons to act on it; for one person alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from bot.grammar import Whose
from bot.model.messages import Block, Message
from bot.model.people import Contact
from bot.model.session import Kind, Session, State
from bot.model.targets import ResultsPage, SessionRef
from bot.ui import blocks
from bot.ui.ids import Action
from bot.ui.invite_again import invite_again, take_over
from bot.ui.lists.access_buttons import access_buttons
from bot.ui.lists.paging import Page
from bot.ui.lists.plan_buttons import plan_buttons
from bot.ui.lists.references import is_typed, shown_reference
from bot.ui.lists.ways import NO_WAYS, Ways, WaysOf
from bot.ui.private_messages import lasted, session_line, state_name, text_message, where
from bot.ui.text import Translator, escape, mask_contacts_in, masked, shortened
from bot.ui.timeline import date_time

PER_PAGE = 5
FOUND_AT_MOST = 20
_LINE_HOLDS = 60
_TURNS = (Action.RESULTS_PREVIOUS, Action.RESULTS_NEXT)
_NOTHING: Final[Mapping[Any, Any]] = MappingProxyType({})


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

    @property
    def reference(self) -> str | None:
        """The ticket's reference; a conference has none."""
        return self.name if self.kind is Kind.ASSISTANCE else None


@dataclass(frozen=True, slots=True)
class Entry:
    """A session on its line; `again` invites the same people once more, where it is over, or for who takes it over."""

    line: str
    session_ref: SessionRef
    state: State | None
    url: str | None = field(default=None, repr=False)
    open_link: str | None = field(default=None, repr=False)
    again: Block | None = None

    @classmethod
    def of(cls, session: Session, translate: Translator, ways: Ways = NO_WAYS) -> Entry:
        """Return the entry of a session of ours, with who started it."""
        url = session.remote.links.meeting_short or session.remote.links.meeting
        line = blocks.joined(
            [
                session_line(session, translate),
                _reference(session, ways),
                _people(session, translate),
                _card(ways, translate),
            ]
        )
        over = take_over(session, translate) if ways.may_take_over else None
        again = over if session.state.is_open else invite_again(session, translate)
        return cls(line, SessionRef.to(session), session.state, url, ways.open_link, again)

    def blocks(self, translate: Translator) -> list[Block]:
        """Return the line, and below it what can be done."""
        line = blocks.section(self.line)
        if self.state is State.PLANNED:
            return [line, blocks.actions(*plan_buttons(self.session_ref, translate))]
        if self.session_ref.remote_id:
            return [line, blocks.actions(*self._buttons(translate))]
        return [line, blocks.actions(self.again)] if self.again else [line]

    def _buttons(self, translate: Translator) -> list[Block]:
        value = self.session_ref.encode()
        media = blocks.button(Action.MEDIA, translate("Media"), value)
        # A ticket is worth a look also after its end; a meeting that is over lets nobody in.
        is_accessible = self.session_ref.kind is Kind.ASSISTANCE or self.state is None or self.state.is_open
        open_link = self.open_link
        access = access_buttons(self.session_ref, self.url, translate, open_link=open_link) if is_accessible else []
        return [*access, media, *([self.again] if self.again else [])]


def found(
    results: Sequence[Found],
    page: ResultsPage,
    translate: Translator,
    timezone: str,
    *,
    ours: Mapping[int, Session] = _NOTHING,
    ways: WaysOf = _NOTHING,
) -> Message:
    """Return a page of the tickets or conferences that a look-up found; `ours` are the sessions of some on the page."""
    most = _most_of(page)
    note = translate("Only the latest {count}.", count=most) if len(results) >= most else ""
    entries = [_found(one, ours.get(one.remote_id), ways, translate, timezone) for one in results[:most]]
    return _message(entries, page, translate, note=note)


def on_page(results: Sequence[Found], page: ResultsPage) -> Sequence[Found]:
    """Return those of what a look-up found that the page shows."""
    return Page.of(results[: _most_of(page)], page.page, holds=PER_PAGE).items


def ref_of(result: Found, session: Session | None) -> SessionRef:
    """Return what the buttons below something found point at; `session` is ours, if we have one."""
    if session:
        return SessionRef.to(session)
    return SessionRef(result.kind, result.remote_id, name=result.name if result.kind is Kind.MEETING else "")


def _most_of(page: ResultsPage) -> int:
    """Return how many results are shown."""
    # A button to another page would carry the text: one that holds a contact is shown no further.
    holds_contact = page.text is not None and mask_contacts_in(page.text) != page.text
    return PER_PAGE if holds_contact else FOUND_AT_MOST


def open_sessions(
    sessions: Sequence[Session], page: ResultsPage, translate: Translator, *, command: str, ways: WaysOf = _NOTHING
) -> Message:
    """Return a page of open sessions of one kind; `command` starts another one."""
    if sessions:
        return _message(_entries(sessions, ways, translate), page, translate)
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


def found_sessions(
    sessions: Sequence[Session], page: ResultsPage, translate: Translator, *, ways: WaysOf = _NOTHING
) -> Message:
    """Return a page of sessions of ours that a look-up found."""
    if not sessions:
        return text_message(translate("Nothing is left here to be shown."))
    return _message(_entries(sessions, ways, translate), page, translate)


def _entries(sessions: Sequence[Session], ways: WaysOf, translate: Translator) -> list[Entry]:
    return [Entry.of(one, translate, ways.get(SessionRef.to(one), NO_WAYS)) for one in sessions]


def nothing_found(kind: Kind, text: str, translate: Translator, *, looked_up: bool = False) -> Message:
    """Return that nothing has a reference or name, and what to try instead; `looked_up`: more can be typed there."""
    shown = escape(shortened(mask_contacts_in(text), _LINE_HOLDS))
    match kind, looked_up:
        case Kind.ASSISTANCE, True:
            answer = translate(
                "No session has the reference “{text}”. Type the whole reference, the customer's phone number or"
                " e-mail address, or a colleague's @name.",
                text=shown,
            )
        case Kind.ASSISTANCE, False:
            answer = translate(
                "No session has the reference “{text}”. Type the whole reference, as it was given.", text=shown
            )
        case _, True:
            answer = translate(
                "No meeting has “{text}” in its name. Try a shorter piece of it, a guest's phone number or e-mail"
                " address, or a colleague's @name.",
                text=shown,
            )
        case _:
            answer = translate("No meeting has “{text}” in its name. Try a shorter piece of it.", text=shown)
    return text_message(answer)


def nothing_with(kind: Kind, contact: Contact, translate: Translator) -> Message:
    """Return that somebody was invited to nothing, as far as the person may know."""
    if kind is Kind.ASSISTANCE:
        answer = translate("There is no video assistance for {contact} that you may see.", contact=masked(contact))
    else:
        answer = translate("There is no video meeting with {contact} that you may see.", contact=masked(contact))
    return text_message(answer)


def nothing_by(kind: Kind, colleagues: Sequence[str], translate: Translator) -> Message:
    """Return that colleagues have no session, as far as the person may know."""
    people = ", ".join(f"<@{one}>" for one in colleagues[:PER_PAGE])
    if kind is Kind.ASSISTANCE:
        return text_message(translate("There is no video assistance of {people} that you may see.", people=people))
    return text_message(translate("There is no video meeting of {people} that you may see.", people=people))


def _message(entries: Sequence[Entry], asked: ResultsPage, translate: Translator, *, note: str = "") -> Message:
    page = Page.of(entries, asked.page, holds=PER_PAGE)
    shown = [block for entry in page.items for block in entry.blocks(translate)]
    turner = page.turner(_TURNS, lambda to: asked.at(to).encode(), translate, note=note)
    return Message("\n".join(entry.line for entry in page.items), (*shown, *turner))


def _found(result: Found, session: Session | None, ways: WaysOf, translate: Translator, timezone: str) -> Entry:
    when = date_time(result.created_at.timestamp(), translate, timezone) if result.created_at else ""
    session_ref = ref_of(result, session)
    way = ways.get(session_ref, NO_WAYS)
    name = shown_reference(result.name, way.reference_link)
    line = "• " + blocks.joined(
        [
            f"*{result.remote_id}*",
            name,
            state_name(result.state, translate),
            lasted(session, translate) if session else "",
            escape(result.agent or "") or (_people(session, translate) if session else ""),
            when,
            where(session, translate) if session else "",
            _card(way, translate),
        ]
    )
    is_over = result.state is not None and not result.state.is_open
    over = take_over(session, translate) if session and way.may_take_over else None
    again = invite_again(session, translate) if session and is_over else over
    return Entry(line, session_ref, result.state, result.url, way.open_link, again)


def _reference(session: Session, ways: Ways) -> str:
    """Return the reference that somebody gave a session, if anybody did."""
    reference = session.invitation.reference
    if session.kind is Kind.MEETING or not is_typed(reference):
        return ""
    return shown_reference(reference, ways.reference_link)


def _people(session: Session, translate: Translator) -> str:
    """Return who started a session, and who its agent is where that is a colleague."""
    agent = session.invitation.for_user
    named = translate("agent: {person}", person=f"<@{agent}>") if agent else ""
    return blocks.joined([f"<@{session.requester.user}>", named])


def _card(ways: Ways, translate: Translator) -> str:
    return translate("<{link}|card>", link=ways.card_link) if ways.card_link else ""
