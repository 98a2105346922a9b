"""Errors that carry data. They are refined by what the caller does next; `bot.ui.explanations` words them."""

from __future__ import annotations

from bot.model.acts import Refusal
from bot.model.digest import DigestBlocked
from bot.model.session import Kind, State


class KnownError(Exception):
    """An error with words of its own for the person who meets it."""


class CannotStart(KnownError):
    """Something that this process needs is missing; the text is one line for the operator, with the fix."""

    def __init__(self, subject: object, *, trouble: str, fix: str) -> None:
        super().__init__(f"{subject} {trouble}: {fix}.")


class TryLater(KnownError):
    """Nothing is wrong with the request: it may be repeated after `retry_in` seconds.

    `is_stated` is whether that time was named, such as that of a turn that is kept, and is no guess of ours.
    """

    is_stated: bool = False

    def __init__(self, retry_in: float, *, is_stated: bool | None = None) -> None:
        super().__init__(f"retry in {retry_in:.0f} s")
        self.retry_in = retry_in
        if is_stated is not None:
            self.is_stated = is_stated


class StoreUnavailable(TryLater):
    """Redis does not answer; nothing was recorded."""

    def __init__(self, retry_in: float = 5.0) -> None:
        super().__init__(retry_in)


class StoreTimeout(StoreUnavailable):
    """Redis did not answer in time; whether it recorded the change is not known."""


class StillUnderWay(TryLater):
    """Something of the same kind is under way for the same session, or may be: it has to end first."""


class StaleRecord(TryLater):
    """Another process has changed the record since it was read: it has to be read again."""

    def __init__(self, retry_in: float = 1.0) -> None:
        super().__init__(retry_in)


class NewerRecord(TryLater):
    """A newer version of the bot has written this record: it is left for processes of that version."""

    def __init__(self, retry_in: float = 30.0) -> None:
        super().__init__(retry_in)


class Unreadable(KnownError):
    """No key of the ring opens a sealed text: it was altered, or its key is gone."""


class NoAgent(KnownError):
    """This Slack user has no login at Apizee."""


class NoLoginFor(KnownError):
    """A login was to be given to somebody who is no person of the workspace."""

    def __init__(self, user: str) -> None:
        super().__init__(user)
        self.user = user


class NoDigestHere(KnownError):
    """A channel cannot have the weekly digest."""

    def __init__(self, blocked: DigestBlocked) -> None:
        super().__init__(blocked)
        self.blocked = blocked


class TooManyTries(KnownError):
    """Somebody tried to connect an account too often within the hour."""


class NoAccount(KnownError):
    """No Apizee account is connected to this workspace."""


class AccountUnreadable(KnownError):
    """No key opens the Apizee account that is connected to this workspace."""


class AccountReplaced(KnownError):
    """The session belongs to an Apizee account that is not connected to its workspace any more."""


class NotAllowed(KnownError):
    """This person may not do this; nothing was done."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


class TimeZoneNotKnown(KnownError):
    """Slack did not say soon enough in which time zone somebody is who named a time; nothing was planned."""


class NotPlanned(KnownError):
    """The session is no longer planned: it is in this state."""

    def __init__(self, state: State) -> None:
        super().__init__(state.value)
        self.state = state


class NothingToTakeOver(KnownError):
    """An assistance is over, the person's own already, or was taken over by somebody else; nobody was invited."""


class NothingToPassOn(KnownError):
    """A session has no link for its customer, or none that leads anywhere: it is over."""


class NothingToNote(KnownError):
    """A session is not over yet, or has never begun: nobody can say how it ended."""


class NothingToReport(KnownError):
    """A session is not over yet, or has never begun: there is no report of it."""


class NotAnAgent(KnownError):
    """A colleague (a Slack user id) cannot be the agent of a session, and why; nothing was sent."""

    def __init__(self, user: str, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.user = user
        self.refusal = refusal


class NoAddress(KnownError):
    """A member of the workspace who was named as a guest shows no e-mail address."""

    def __init__(self, user: str) -> None:
        super().__init__(user)
        self.user = user


class InvitationsUsedUp(KnownError):
    """This person has invited as many people within an hour as are allowed, or `people` are more than that at once.

    `goes_on_at` (Unix seconds) is when these people can be invited: never all at once where it is `None`. `timezone`
    is the person's.
    """

    def __init__(self, *, limit: int, people: int, goes_on_at: float | None, timezone: str) -> None:
        super().__init__(f"{people} people, {limit} an hour")
        self.limit = limit
        self.people = people
        self.goes_on_at = goes_on_at
        self.timezone = timezone


class NoSession(KnownError):
    """No session belongs to what was pointed at."""


class SessionForgotten(NoSession):
    """The bot keeps nothing of a session any more, so nothing can be added to it."""


class NothingKept(NoSession):
    """Nothing is kept (any more) of a ticket or a meeting."""

    def __init__(self, kind: Kind, remote_id: int) -> None:
        super().__init__()
        self.kind = kind
        self.remote_id = remote_id


class StepInputMissing(KnownError):
    """A step of a workflow lacks an input, by its name, or has something else in its place; nothing was started."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class UnusablePayload(KnownError):
    """What Slack sent lacks something that is needed, or has it in another form; `faults` name the parts."""

    def __init__(self, *faults: str) -> None:
        super().__init__(", ".join(faults))
        self.faults = faults
