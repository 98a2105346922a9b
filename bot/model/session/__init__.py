"""A session: one ticket or conference at Apizee, from the request to its end; its card is its message in Slack."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import parse_qs, urlsplit

from bot.model.media import Location, MediaProgress
from bot.model.people import Contact, Conversation, Requester
from bot.model.session.notes import Note, NoteMessage
from bot.model.session.plans import Plan
from bot.model.session.reports import ReportFile
from bot.model.session.states import Kind, Problem, State, Trouble
from bot.model.session.steps import StepExecution
from bot.model.session.timeline import Milestone, Step

__all__ = [
    "OUR_REFERENCE",
    "Card",
    "Failure",
    "Invitation",
    "Kind",
    "Links",
    "Outcome",
    "PrivateFile",
    "Problem",
    "Progress",
    "Remote",
    "Session",
    "State",
    "Trouble",
]

OUR_REFERENCE: Final = "slack:"
"""The beginning of the reference that an assistance gets where nobody gave one: it names the card."""


@dataclass(frozen=True, slots=True)
class Links:
    """The ways into a session. None of them may be shown in a channel but those of a meeting."""

    agent: str | None = field(default=None, repr=False)
    customer: str | None = field(default=None, repr=False)
    meeting: str | None = field(default=None, repr=False)
    meeting_short: str | None = field(default=None, repr=False)
    dial_in: str | None = None
    dial_in_code: str | None = field(default=None, repr=False)

    @property
    def conversation(self) -> str | None:
        """The id of a ticket's conversation, by which webhooks may name it: a part of the customer's link."""
        if not self.customer:
            return None
        try:
            query = urlsplit(self.customer).query
        except ValueError:
            return None
        return next(iter(parse_qs(query).get("convId", ())), None)


@dataclass(frozen=True, slots=True)
class Invitation:
    """Who is invited to what, as the requester asked for it and as it was completed before it was sent.

    `colleagues` are guests named as members of the workspace, whose `addresses` are looked up when the session starts.
    `agent` is the login at Apizee. `for_user` is the Slack id of the colleague who is the agent in place of the
    requester. `takes_over` is the id of the colleague's session in whose place this one is. `by_link`: Apizee invites
    nobody, the agent passes the customer's link on. `duplicate_confirmed`: the requester knows of another open session
    of the same people.
    """

    contacts: tuple[Contact, ...] = ()
    colleagues: tuple[str, ...] = ()
    name: str | None = None
    moderated: bool = False
    reference: str | None = None
    agent: str | None = field(default=None, repr=False)
    duplicate_confirmed: bool = False
    addresses: tuple[str, ...] = field(default=(), repr=False)
    for_user: str = ""
    takes_over: str = ""
    by_link: bool = False

    @property
    def found_by(self) -> str:
        """The text by which Apizee finds the ticket or conference without its id: its reference, else its name."""
        return self.reference or self.name or ""


@dataclass(frozen=True, slots=True)
class Remote:
    """What Apizee says of a session's ticket or conference, whose id is `id`.

    `location` is where the customer is. `closed_without_notice`: Apizee never said how it ended.
    """

    id: int | None = None
    links: Links = Links()
    started_at: datetime | None = None
    ended_at: datetime | None = None
    location: Location | None = field(default=None, repr=False)
    closed_without_notice: bool = False

    @property
    def duration(self) -> timedelta | None:
        """How long it took or is planned to take; `None` where an end is not known."""
        if self.started_at is None or self.ended_at is None:
            return None
        return max(timedelta(0), self.ended_at - self.started_at)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why nobody was invited, or perhaps not; `refusal` is what Apizee said when it refused."""

    problem: Problem
    refusal: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a session, as far as it is known yet."""

    photos: int | None = None
    videos: int | None = None
    participants: int | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """Which steps of starting and ending a session were begun or taken; times are Unix seconds.

    A step is recorded before and after it is taken, so that a process that goes on after a crash knows whether to
    take it, to leave it, or to look first whether it was taken.
    """

    card_begun: float | None = None
    invitation_begun: float | None = None
    trouble_since: float | None = None
    wait_sent: bool = False
    colleague_links_sent: bool = False
    links_sent: bool = False
    reminded: bool = False
    stale_sent: bool = False
    location_sent: bool = False
    connected_sent: bool = False
    camera_refused_sent: bool = False
    microphone_refused_sent: bool = False
    left_early_sent: bool = False
    end_sent: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """A session's message: its channel and its `ts`; `thread_ts` where it stands in a thread."""

    channel: str
    ts: str
    thread_ts: str | None = None


@dataclass(frozen=True, slots=True)
class PrivateFile:
    """A file that Slack keeps in the direct messages of a person, by the Slack ids of both."""

    user: str
    id: str


@dataclass(frozen=True, slots=True)
class Session:
    """One assistance or meeting, from the moment somebody asked for it, or from that for which they planned it.

    `id` is ours. `plan` says for when it was planned, if it was. `locale` and `timezone` are the requester's,
    `agent_locale` that of the colleague who is its agent in place of the requester. `taken_over_by` is the Slack id of
    who has the customer now, in the session `taken_over_in` of their own. `call_id` is Slack's, of the call on the
    card. `timeline` are the customer's steps. `account` is the beginning of the keys of the Apizee account it belongs
    to, `""` where it was not recorded yet. `seen_at` is when Apizee was asked for what is known here, in Unix seconds.
    `redraw_due` is the version that the card is to show, until it does. `qr_codes` are the pictures of the customer's
    link that Slack has. `note` is how it ended, and `note_message` how far that has come into the thread. `step` is the
    run of a workflow's step that started it and waits for what comes of it.
    """

    id: str
    kind: Kind
    requester: Requester
    created_at: float
    invitation: Invitation = Invitation()
    state: State = State.INVITING
    locale: str = "en-US"
    timezone: str = "UTC"
    card: Card | None = None
    call_id: str | None = None
    remote: Remote = Remote()
    failure: Failure | None = None
    timeline: tuple[Milestone, ...] = ()
    outcome: Outcome = Outcome()
    progress: Progress = Progress()
    media_progress: MediaProgress = field(default_factory=MediaProgress)
    account: str = ""
    seen_at: float = 0.0
    redraw_due: int | None = None
    version: int = 0
    agent_locale: str = ""
    taken_over_by: str = ""
    taken_over_in: str = ""
    qr_codes: tuple[PrivateFile, ...] = ()
    note: Note | None = None
    note_message: NoteMessage = field(default_factory=NoteMessage)
    step: StepExecution | None = None
    plan: Plan | None = None
    reports: tuple[ReportFile, ...] = ()

    @property
    def is_followed(self) -> bool:
        """Whether something may still happen in it, or its end has not been shown yet."""
        has_come_about = self.remote.id is not None and self.state is not State.FAILED
        return self.state.is_open or (has_come_about and not self.progress.end_sent)

    @property
    def recipient(self) -> Requester:
        """Who gets what is for the agent alone: the requester where they asked, or a colleague in direct messages."""
        colleague = self.invitation.for_user
        if not colleague:
            return self.requester
        return Requester(colleague, Conversation(self.requester.conversation.team, channel=""))

    @property
    def may_be_taken_over(self) -> bool:
        """Whether a colleague may make its customer theirs: it is an open assistance that nobody has taken over."""
        is_there = self.kind is Kind.ASSISTANCE and self.remote.id is not None
        return is_there and self.state.is_open and not self.taken_over_by

    @property
    def recipient_locale(self) -> str:
        """The language of who gets what is for the agent alone."""
        return self.agent_locale or self.locale

    @property
    def problem(self) -> Problem | None:
        """Why it failed, or `None`."""
        return self.failure.problem if self.failure else None

    def reached(self, step: Step) -> bool:
        """Return whether the customer is known to have come so far."""
        return any(milestone.step is step for milestone in self.timeline)

    @property
    def is_customer_away(self) -> bool:
        """Whether the customer has left and is not known to have come back."""
        at = {milestone.step: milestone.at for milestone in self.timeline}
        back = max(at.get(Step.CAME_BACK, 0.0), at.get(Step.CONNECTED, 0.0))
        return Step.LEFT in at and back <= at[Step.LEFT]

    def with_invitation(self, **changes: object) -> Session:
        """Return the session with its invitation changed."""
        return replace(self, invitation=replace(self.invitation, **changes))  # type: ignore[arg-type]  # names are checked by replace()

    def with_remote(self, **changes: object) -> Session:
        """Return the session with what Apizee says of it changed."""
        return replace(self, remote=replace(self.remote, **changes))  # type: ignore[arg-type]  # likewise

    def with_progress(self, **changes: float | bool | None) -> Session:
        """Return the session with its progress changed."""
        return replace(self, progress=replace(self.progress, **changes))  # type: ignore[arg-type]  # likewise

    def with_step_error(self, error: str) -> Session:
        """Return the session with why the step that started it fails; as it is where no step has."""
        return replace(self, step=replace(self.step, error=error)) if self.step else self

    def as_seen(self, seen: Session) -> Session:
        """Return the session as Apizee says it is, of which only the location is kept where Apizee says none."""
        remote = replace(seen.remote, location=seen.remote.location or self.remote.location)
        return replace(self, remote=remote, state=seen.state, failure=seen.failure)
