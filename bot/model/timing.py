"""How long the services wait: one value for each of them, handed in where the parts are built."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class StartTiming:
    """The waits between a command and its invitation, in seconds."""

    settled_after: float = 20.0
    """An invitation may still be under way this long after it was begun, even if who sent it is dead."""
    making_at_most: float = 18.0
    """Apizee may take so long to create; shorter than `settled_after`, or another process would create as well."""
    given_up_after: float = 24.0
    """Together with the tries under way then, what Apizee does not do reaches the card within a minute."""
    pause: float = 12.0
    """Between two tries of an invitation that surely never left."""
    looked_up_after: float = 1.0
    """Before an invitation whose answer was lost is looked up."""
    worth_telling: float = 10.0
    """Shorter waits for Slack are not worth a message of their own."""
    call_worth_waiting: float = 15.0
    """So long after the invitation the links may wait for the call that adorns the card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaTiming:
    """The waits while photos and recordings come into a thread, in seconds."""

    settled_after: float = 10.0
    """A message may still arrive this long after it was sent, even if who sent it is dead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowTiming:
    """When the rounds over all open sessions do more than compare them."""

    reminded_after: timedelta = timedelta(minutes=5)
    """So late is a customer of whom the agent is reminded."""
    handed_over_within: timedelta = timedelta(minutes=1)
    """What was recorded for longer, and never queued, is nobody's session."""
    given_up_after: timedelta = timedelta(days=1)
    """So long after its end a session that Apizee still calls open is taken for closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTiming:
    """When events are sent again that the operator's own system did not accept, in seconds."""

    first_pause: float = 1.0
    longest_pause: float = 600.0
    """Each pause is twice as long as the one before, up to this."""
    kept_for: float = 86_400.0
    """What was not accepted by then is dropped, for those after it wait."""
    repaired_every: float = 5.0
    """So often events are looked for that nobody sends: their process has died."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerTiming:
    """The waits that fit into an acknowledgement, for which Slack waits three seconds at most; in seconds."""

    redis_at_most: float = 0.5
    """An acknowledgement has one second, however slow Redis is; to say so in the person's language takes some of it."""
    turn_at_most: float = 2.4
    """In a burst, for a slot."""
    one_goes_on_every: float = 0.005
    """Jobs start so far apart while a crowd waits for acknowledgements: not starved, nor all at once."""
    background_ends_within: float = 1.0
    """Work beside an acknowledgement may take so long when the process ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentsTiming:
    """How long people are cached, and waited for; in seconds."""

    kept_for: float = 300.0
    """For so long, what Slack said of a person is believed."""
    language_worth_waiting: float = 0.4
    """An answer within Slack's second cannot wait longer for the right language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacesTiming:
    """How long Slack's word on channels and user groups is believed, in seconds."""

    kept_for: float = 180.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestTiming:
    """The waits of deferred requests, in seconds."""

    worth_telling: float = 3.0
    """Shorter waits for Apizee are not worth a message of their own."""
