"""What a report says: who, when, how long, the steps, the outcome, the note. Values in, text out.

Everybody reads it who sees the card: contacts are masked, and no link leads into a session.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.model.session import Kind, Session
from bot.ui.lists.references import ReferenceLinks, is_typed
from bot.ui.notes.masking import LinkMask
from bot.ui.notes.outcomes import outcome_name
from bot.ui.private_messages import state_name
from bot.ui.text import Translator, mask_contacts_in, masked
from bot.ui.timeline import counts, steps


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and what stands beside it; `link` is where it leads."""

    label: str
    value: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A report in one language; of `photos` there is one caption each, `left_out` says how many are missing."""

    language: str
    title: str
    lines: Sequence[Fact]
    steps_title: str = ""
    steps: Sequence[str] = ()
    note_title: str = ""
    note: str = ""
    photos_title: str = ""
    left_out: str = ""
    made: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """Who asked for a report, when (Unix seconds), and which one of its session it is, from 1."""

    by: str
    at: float
    version: int


def subject(session: Session, translate: Translator) -> str:
    """Return what a session is called, as plain text for everybody."""
    if session.kind is Kind.MEETING:
        return translate("Video meeting “{name}”", name=mask_contacts_in(session.invitation.name or ""))
    customer = ", ".join(masked(contact) for contact in session.invitation.contacts)
    return translate("Video assistance for {customer}", customer=customer)


def report_of(
    session: Session,
    names: Mapping[str, str],
    made: Made,
    translate: Translator,
    *,
    references: ReferenceLinks,
    links: LinkMask,
    left_out: int,
) -> Report:
    """Return the report of a session; `names` are those of its people, by their Slack ids."""
    note, zone = session.note, session.timezone
    said = [translate("Made by {person} on {time}", person=names[made.by], time=translate.date_time(made.at, zone))]
    if made.version > 1:
        said.append(translate("Version {number}, in place of the one before", number=translate.number(made.version)))
    said.append(translate("All times: {zone}", zone=zone or "UTC"))
    return Report(
        language=translate.language,
        title=subject(session, translate),
        lines=tuple(_lines(session, names, translate, references)),
        steps_title=translate("Steps"),
        steps=steps(session, translate, lambda moment: translate.time(moment, zone)),
        note_title=translate("Note"),
        note=links.masked(note.text, session) if note else "",
        photos_title=translate("Photos"),
        left_out=_left_out(left_out, translate),
        made=". ".join(said) + ".",
    )


def _lines(
    session: Session, names: Mapping[str, str], translate: Translator, references: ReferenceLinks
) -> Iterator[Fact]:
    note, remote, invitation = session.note, session.remote, session.invitation
    if remote.id:
        label = translate("Ticket") if session.kind is Kind.ASSISTANCE else translate("Meeting")
        yield Fact(label, str(remote.id))
    if session.kind is Kind.ASSISTANCE and is_typed(invitation.reference):
        link = references.link(invitation.reference) or ""
        yield Fact(translate("Reference"), mask_contacts_in(invitation.reference), link)
    yield Fact(translate("Started by"), names[session.requester.user])
    if invitation.for_user:
        yield Fact(translate("Agent"), names[invitation.for_user])
    if session.kind is Kind.MEETING:
        guests = [masked(one) for one in invitation.contacts] + [names[one] for one in invitation.colleagues]
        yield Fact(translate("Guests"), ", ".join(guests))
    yield Fact(translate("Asked for"), translate.date_time(session.created_at, session.timezone))
    for label, moment in ((translate("Began"), remote.started_at), (translate("Ended"), remote.ended_at)):
        if moment:
            yield Fact(label, _day_and_time(moment, session, translate))
    if remote.duration is not None:
        yield Fact(translate("Duration"), translate.duration(remote.duration.total_seconds()))
    yield Fact(translate("State"), state_name(session.state, translate))
    if counted := counts(session, translate):
        yield Fact(translate("Came of it"), counted)
    if note:
        yield Fact(translate("Outcome"), mask_contacts_in(outcome_name(note.outcome, translate)))
        yield Fact(translate("Noted by"), names[note.author])


def people_of(session: Session) -> list[str]:
    """Return the Slack ids of the people whom the report of a session names."""
    author = session.note.author if session.note else ""
    everyone = [session.requester.user, session.invitation.for_user, author, *session.invitation.colleagues]
    return list(dict.fromkeys(filter(None, everyone)))


def _day_and_time(moment: datetime, session: Session, translate: Translator) -> str:
    return translate.date_time(moment, session.timezone)


def _left_out(number: int, translate: Translator) -> str:
    if not number:
        return ""
    return translate.n(
        "{count} photo is not in this report: look in the thread.",
        "{count} photos are not in this report: look in the thread.",
        number,
    )
