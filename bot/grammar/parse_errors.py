"""Why typed text cannot be understood; `bot.ui.reasons.parse_problems` puts each into a sentence."""

from __future__ import annotations

from enum import StrEnum

from bot.model.errors import KnownError

_LONGEST_SHOWN = 80


class ParseProblem(StrEnum):
    """What is wrong, as far as it changes what to type instead."""

    NOT_A_CONTACT = "not a contact"
    NOT_A_PHONE = "not a phone number"
    NOT_AN_ADDRESS = "not an e-mail address"
    UNCERTAIN_ADDRESS = "uncertain e-mail address"
    LANDLINE = "landline"
    NO_SMS = "no SMS"
    NEVER_INVITED = "never invited"
    COUNTRY_NOT_ALLOWED = "country not allowed"
    EXTENSION = "extension"
    WHICH_ONE = "which one"
    LIKE_A_VERB = "like a verb"
    UNKNOWN_OPTION = "unknown option"
    NO_CUSTOMER = "no customer"
    SEVERAL_CUSTOMERS = "several customers"
    COLLEAGUE_AS_CUSTOMER = "colleague as customer"
    AGENT_MISSING = "agent missing"
    AGENT_UNKNOWN = "agent unknown"
    SEVERAL_AGENTS = "several agents"
    REFERENCE_EMPTY = "reference empty"
    REFERENCE_TOO_LONG = "reference too long"
    REFERENCE_NEEDS_QUOTES = "reference needs quotes"
    NOTHING_TO_FIND = "nothing to find"
    NOTHING_TO_SHOW = "nothing to show"
    NOTHING_TO_FORGET = "nothing to forget"
    NO_MEETING_TO_FORGET = "no meeting to forget"
    NO_GUESTS = "no guests"
    TOO_MANY_GUESTS = "too many guests"
    UNKNOWN_PERSON = "unknown person"
    CHANNEL_AS_GUEST = "channel as guest"
    GROUP_AS_GUEST = "group as guest"
    NOT_A_LOGIN = "not a login"
    NOTE_TOO_LONG = "note too long"
    NAME_TOO_SHORT = "name too short"
    NAME_TOO_LONG = "name too long"
    NAME_NEEDS_QUOTES = "name needs quotes"
    UNCLOSED_QUOTES = "unclosed quotes"
    NOT_A_TIME = "not a time"
    TIME_MISSING = "time missing"
    TIME_WITHOUT_HOUR = "time without hour"
    TIME_IMPOSSIBLE = "time impossible"
    DATE_IMPOSSIBLE = "date impossible"
    WHICH_MIDNIGHT = "which midnight"
    TIME_SKIPPED = "time skipped"
    TIME_PAST = "time past"
    TIME_TOO_SOON = "time too soon"
    TIME_TOO_FAR = "time too far"
    SEVERAL_TIMES = "several times"
    NOT_A_DAY = "not a day"
    DAYS_REVERSED = "days reversed"
    DAY_TO_COME = "day to come"
    TOO_MANY_DAYS = "too many days"


class NotUnderstood(KnownError):
    """Typed text cannot be understood; it holds the part that is to blame, shortened for showing.

    `shown` may hold a customer's address or number: it is for the person who typed it, and no part of
    the exception's text, which may be logged.
    """

    def __init__(self, problem: ParseProblem, shown: str = "") -> None:
        super().__init__(problem.value)
        self.problem = problem
        self.shown = shown if len(shown) <= _LONGEST_SHOWN else f"{shown[: _LONGEST_SHOWN - 1]}…"
