"""Explains errors to the person who meets them: what was wrong, and what to do or to type instead.

The sentences also stand next to the fields of modals, where Slack shows no markup: they use none. Those of what was
typed and of what is not allowed are in `bot.ui.reasons`.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

from bot.grammar import CountryNotAllowed, NotUnderstood
from bot.model.errors import (
    AccountReplaced,
    AccountUnreadable,
    InvitationsUsedUp,
    KnownError,
    NewerRecord,
    NoAccount,
    NoAddress,
    NoAgent,
    NoDigestHere,
    NoLoginFor,
    NoSession,
    NotAllowed,
    NotAnAgent,
    NothingKept,
    NothingToNote,
    NothingToPassOn,
    NothingToReport,
    NothingToTakeOver,
    NotPlanned,
    SessionForgotten,
    StepInputMissing,
    StoreTimeout,
    StoreUnavailable,
    TimeZoneNotKnown,
    TooManyTries,
    TryLater,
    Unreadable,
    UnusablePayload,
)
from bot.model.session import Kind, State
from bot.ui.reasons.parse_problems import PARSE_PROBLEMS
from bot.ui.reasons.refusals import NO_DIGEST, NOT_AGENTS, REFUSALS
from bot.ui.text import Translator, escape, mark

# The nearest class of an error counts. A sentence may name what the error carries, such as {user} of `NoAddress`.
_ERRORS: Mapping[type[KnownError], str] = {
    KnownError: mark("This did not work. Please try again, or tell the person who administers this bot."),
    TryLater: mark("This is not possible right now. Please try again in a minute."),
    StoreUnavailable: mark(
        "The bot cannot record anything right now (its storage is away). Nothing was sent. Please try again in a"
        " minute."
    ),
    StoreTimeout: mark(
        "The bot's storage answers too slowly, so this may or may not go ahead."
        " Please wait a minute, and try again only if nothing has happened by then."
    ),
    NewerRecord: mark("A newer version of this bot saved this. Please try again in a minute."),
    Unreadable: mark(
        "What the bot kept about this can no longer be read, because its key is gone. Please tell the person who"
        " administers this bot."
    ),
    UnusablePayload: mark(
        "Slack did not send the bot everything that it needs for this, so nothing was done. Please try again."
    ),
    StepInputMissing: mark(
        "This step needs something else as its input “{name}”, so nothing was started. Please ask the person who"
        " manages this workflow to choose it."
    ),
    NoAgent: mark(
        "You have no agent's login at Apizee yet, so nothing was sent. Ask your Apizee administrator for a login"
        " under your Slack e-mail address, or the administrator of this bot for a common one."
    ),
    NoLoginFor: mark(
        "<@{user}> is a bot or belongs to another organisation, so no login was set. Please choose a person of this"
        " workspace."
    ),
    TooManyTries: mark(
        "There were too many attempts to connect an account in this workspace within an hour, so nothing was"
        " changed. Please try again in an hour."
    ),
    NoAccount: mark(
        "No Apizee account is connected to this workspace yet, so nothing was done. Please ask an administrator of this"
        " workspace to open this bot's Home and press “Connect Apizee”."
    ),
    AccountUnreadable: mark(
        "The Apizee account of this workspace can no longer be read, because its key is gone. Please ask an"
        " administrator of this workspace to open this bot's Home and press “Connect Apizee”."
    ),
    AccountReplaced: mark(
        "This session belongs to an Apizee account that is no longer connected to this workspace, so the bot"
        " cannot reach it. Please sign in to Apizee to see it, or start a new session."
    ),
    NoAddress: mark(
        "Slack shows no confirmed e-mail address of <@{user}>, so nobody was invited."
        " Type the address instead of the name."
    ),
    TimeZoneNotKnown: mark(
        "Slack has not said yet in which time zone you are, so nothing was planned. Please try again in a few seconds."
    ),
    NothingToPassOn: mark(
        "There is no link to pass on: this session is over, or Apizee gave no link for its customer. Start another one"
        " with Invite again on its card."
    ),
    NothingToTakeOver: mark(
        "This video assistance is over, is yours already, or has been taken over by somebody else, so nobody was"
        " invited. Please press Refresh on its card to see how it is."
    ),
    NothingToNote: mark(
        "This session is not over, so nobody can say yet how it ended. Please press Note once its card says that it is."
    ),
    NothingToReport: mark(
        "This session is not over, so there is no report of it yet. Please press Report once its card says that it is."
    ),
    SessionForgotten: mark(
        "What the bot kept of this session has been forgotten, so nothing can be added to it. Please look for it in"
        " Apizee's portal."
    ),
    NoSession: mark(
        "No video assistance or meeting was found here. Try this on the card of a session or in its thread."
        " The menu (⋮) of any message starts one."
    ),
}


def _not_planned(error: NotPlanned, translate: Translator) -> str:
    if error.state is State.CANCELLED:
        return translate("This session has been cancelled, so nothing was changed.")
    return translate("This session has already started, so its plan can no longer be changed.")


def _used_up(error: InvitationsUsedUp, translate: Translator) -> str:
    if error.goes_on_at is None:
        return translate(
            "That is {people} people, and each person may invite {limit} an hour, so nobody was invited. Invite"
            " fewer at once.",
            people=translate.number(error.people),
            limit=translate.number(error.limit),
        )
    return translate(
        "Each person may invite {limit} people an hour, and you have reached that limit, so nobody was invited."
        " You can invite again at {time}, or ask a colleague to.",
        limit=translate.number(error.limit),
        time=translate.time(_next_minute(error.goes_on_at), error.timezone),
    )


def _next_minute(moment: float) -> float:
    """Return the moment rounded up to a minute: when that minute has come, it is possible."""
    return ceil(moment / 60) * 60.0


def explain(error: KnownError, translate: Translator, *, command: str) -> str:
    """Return what was wrong and what to do instead; `command` is the slash command to name in examples."""
    if isinstance(error, NotUnderstood):
        countries = translate.countries(error.allowed) if isinstance(error, CountryNotAllowed) else ""
        return translate(PARSE_PROBLEMS[error.problem], shown=escape(error.shown), command=command, countries=countries)
    if isinstance(error, NotPlanned):
        return _not_planned(error, translate)
    if isinstance(error, InvitationsUsedUp):
        return _used_up(error, translate)
    if isinstance(error, NotAllowed):
        return translate(REFUSALS[error.refusal], command=command)
    if isinstance(error, NotAnAgent):
        return translate(NOT_AGENTS[error.refusal], user=error.user)
    if isinstance(error, NoDigestHere):
        return translate(NO_DIGEST[error.blocked])
    if isinstance(error, NothingKept):
        if error.kind is Kind.ASSISTANCE:
            return translate("I keep nothing of ticket {id}.", id=error.remote_id)
        return translate("I keep nothing of meeting {id}.", id=error.remote_id)
    nearest = next(kind for kind in type(error).__mro__ if kind in _ERRORS)
    return translate(_ERRORS[nearest], **{**vars(error), "command": command})
