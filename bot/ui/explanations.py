"""Explains errors to the person who meets them: what was wrong, and what to do or to type instead.

The sentences also stand next to the fields of modals, where Slack shows no markup: they use none.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

from bot.grammar import CountryNotAllowed, NotUnderstood, ParseProblem
from bot.model.errors import (
    AccountReplaced,
    AccountUnreadable,
    InvitationsUsedUp,
    KnownError,
    NewerRecord,
    NoAccount,
    NoAddress,
    NoAgent,
    NoLoginFor,
    NoSession,
    NotAllowed,
    NotAnAgent,
    NothingKept,
    NothingToTakeOver,
    StoreTimeout,
    StoreUnavailable,
    TooManyTries,
    TryLater,
    Unreadable,
    UnusablePayload,
)
from bot.model.session import Kind
from bot.ui.refusals import NOT_AGENTS, REFUSALS
from bot.ui.text import Translator, escape, mark

_PARSE_PROBLEMS: Mapping[ParseProblem, str] = {
    ParseProblem.NOT_A_CONTACT: mark(
        "“{shown}” is neither a phone number nor an e-mail address."
        " Type one of them, for example +33 6 12 34 56 78 or ann@example.com."
    ),
    ParseProblem.NOT_A_PHONE: mark(
        "“{shown}” is not a valid phone number."
        " Check its digits, and begin with the country's prefix if it is a foreign one, for example +33 6 12 34 56 78."
    ),
    ParseProblem.NOT_AN_ADDRESS: mark(
        "“{shown}” is not a valid e-mail address. It should look like this: ann@example.com."
    ),
    ParseProblem.UNCERTAIN_ADDRESS: mark(
        "“{shown}” may not be the e-mail address that you mean: something in it does not look as if a person had typed"
        " it. Type the address by hand, without anything around it, for example ann@example.com."
    ),
    ParseProblem.LANDLINE: mark(
        "“{shown}” is a landline, which gets no SMS, so nobody was invited. Type a mobile number or an e-mail address."
    ),
    ParseProblem.NO_SMS: mark(
        "“{shown}” is a number that gets no SMS, so nobody was invited. Type a mobile number or an e-mail address."
    ),
    ParseProblem.NEVER_INVITED: mark(
        "“{shown}” is a premium-rate, shared-cost, pager, satellite, universal or personal number, and those are never"
        " invited. Type a mobile number or an e-mail address."
    ),
    ParseProblem.COUNTRY_NOT_ALLOWED: mark(
        "“{shown}” is not a number from a country that may be invited here ({countries}), so nobody was invited."
        " Type a mobile number from there, or an e-mail address."
    ),
    ParseProblem.EXTENSION: mark(
        "“{shown}” is an extension, which gets no SMS, so nobody was invited."
        " Type a mobile number without an extension, or an e-mail address."
    ),
    ParseProblem.WHICH_ONE: mark(
        "“{shown}” names more than one way to reach a person. Type only the one to use; separate two people by a comma."
    ),
    ParseProblem.LIKE_A_VERB: mark(
        "Did you mean {command} {shown}? If not, leave out the words before the phone number or e-mail address."
        " Nobody was invited."
    ),
    ParseProblem.UNKNOWN_OPTION: mark(
        "I do not know what “{shown}” means here, so nobody was invited. Leave it out, or type {command} help"
        " to see what there is."
    ),
    ParseProblem.NO_CUSTOMER: mark(
        "The customer is missing. Type a phone number or an e-mail address, for example: {command} +33 6 12 34 56 78"
    ),
    ParseProblem.SEVERAL_CUSTOMERS: mark(
        "Video assistance is for one customer at a time. Type a single phone number or e-mail address."
    ),
    ParseProblem.COLLEAGUE_AS_CUSTOMER: mark(
        "Video assistance is for customers, not for members of this workspace."
        " Type a phone number or an e-mail address, or invite your colleagues to a video meeting."
    ),
    ParseProblem.AGENT_MISSING: mark(
        "The colleague is missing. Type @ and the name right after the colon, and choose the person from the list that"
        " Slack shows, or leave for: out."
    ),
    ParseProblem.AGENT_UNKNOWN: mark(
        "“{shown}” is no person of this workspace, so nobody was invited. Type @ and the name right after for: and"
        " choose the person from the list that Slack shows."
    ),
    ParseProblem.SEVERAL_AGENTS: mark(
        "A video assistance has one agent. Name a single colleague after for:, so that it is certain who gets the"
        " links."
    ),
    ParseProblem.REFERENCE_EMPTY: mark(
        "The reference is missing. Type it right after the colon, for example ref:1234, or leave ref: out."
    ),
    ParseProblem.REFERENCE_TOO_LONG: mark("This reference is too long. It may have up to 50 characters."),
    ParseProblem.REFERENCE_NEEDS_QUOTES: mark(
        "A reference with spaces needs quotation marks. Did you mean {shown}? If not, type ref: at the very end."
    ),
    ParseProblem.NOTHING_TO_FIND: mark("What should I look for? Type it after find, for example: {command} find 1234"),
    ParseProblem.NOTHING_TO_SHOW: mark(
        "Whose photos and recordings should I show? Type a number, a reference or a name after media,"
        " for example: {command} media 1234"
    ),
    ParseProblem.NOTHING_TO_FORGET: mark(
        "What should I forget? Type the number of its ticket, or the customer's phone number or e-mail address after"
        " forget, for example: {command} forget 1234"
    ),
    ParseProblem.NO_MEETING_TO_FORGET: mark(
        "Which meeting should I forget? Type its number after forget, for example: {command} forget 1234"
    ),
    ParseProblem.NO_GUESTS: mark(
        "The guests are missing. Type e-mail addresses, phone numbers or colleagues, separated by commas,"
        " for example: ann@example.com, +33 6 12 34 56 78, @bob"
    ),
    ParseProblem.TOO_MANY_GUESTS: mark("That is {shown} guests. Invite at most 50 at a time."),
    ParseProblem.UNKNOWN_PERSON: mark(
        "Slack does not know who {shown} is. Choose the person from the list that Slack shows while you type,"
        " or type an e-mail address."
    ),
    ParseProblem.CHANNEL_AS_GUEST: mark(
        "{shown} is a channel and cannot be invited. Name people instead, for example: ann@example.com, @bob"
    ),
    ParseProblem.GROUP_AS_GUEST: mark(
        "{shown} is a group and cannot be invited. Name its members one by one, for example: ann@example.com, @bob"
    ),
    ParseProblem.NOT_A_LOGIN: mark(
        "“{shown}” is no login at Apizee: it has up to 255 letters, digits and signs, without accents and spaces,"
        " for example: anna@example.com"
    ),
    ParseProblem.NAME_TOO_SHORT: mark(
        'This name is too short. A meeting\'s name has at least 2 characters, for example name:"Site visit".'
    ),
    ParseProblem.NAME_TOO_LONG: mark("This name is too long. A meeting's name may have up to 255 characters."),
    ParseProblem.NAME_NEEDS_QUOTES: mark(
        "A name with spaces needs quotation marks. Did you mean {shown}? If not, type name: at the very end."
    ),
    ParseProblem.UNCLOSED_QUOTES: mark('A quotation mark is missing at the end of {shown}. Close it with another ".'),
    ParseProblem.NOT_A_DAY: mark(
        "“{shown}” is not a day that I know. Type a date such as 2023-07-13, two dates with two dots between"
        " them, or one of these words: today, yesterday, week, month."
    ),
    ParseProblem.DAYS_REVERSED: mark("The first day comes after the last one. Did you mean {shown}?"),
    ParseProblem.DAY_TO_COME: mark("{shown} is still to come. Ask for days up to today."),
    ParseProblem.TOO_MANY_DAYS: mark("That is {shown} days. Ask for at most 366 at a time."),
}

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
    NothingToTakeOver: mark(
        "This video assistance is over, is yours already, or has been taken over by somebody else, so nobody was"
        " invited. Please press Refresh on its card to see how it is."
    ),
    NoSession: mark(
        "No video assistance or meeting was found here. Try this on the card of a session or in its thread."
        " The menu (⋮) of any message starts one."
    ),
}


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
        return translate(
            _PARSE_PROBLEMS[error.problem], shown=escape(error.shown), command=command, countries=countries
        )
    if isinstance(error, InvitationsUsedUp):
        return _used_up(error, translate)
    if isinstance(error, NotAllowed):
        return translate(REFUSALS[error.refusal], command=command)
    if isinstance(error, NotAnAgent):
        return translate(NOT_AGENTS[error.refusal], user=error.user)
    if isinstance(error, NothingKept):
        if error.kind is Kind.ASSISTANCE:
            return translate("I keep nothing of ticket {id}.", id=error.remote_id)
        return translate("I keep nothing of meeting {id}.", id=error.remote_id)
    nearest = next(kind for kind in type(error).__mro__ if kind in _ERRORS)
    return translate(_ERRORS[nearest], **{**vars(error), "command": command})
