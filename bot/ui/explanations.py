"""Errors in the words of the person who meets them: what was wrong, and what to do or to type instead.

The sentences also stand next to the fields of modals, where Slack shows no markup: they use none.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.grammar import Misread, NotUnderstood
from bot.model.errors import (
    KnownError,
    NewerRecord,
    NoAddress,
    NoAgent,
    NoSession,
    NotAnAdministrator,
    StoreAway,
    StoreSlow,
    TryLater,
    Unreadable,
    UnusablePayload,
)
from bot.ui.text import Words, escape, phrase

_MISREAD: Mapping[Misread, str] = {
    Misread.NOT_A_CONTACT: phrase(
        "“{shown}” is neither a phone number nor an e-mail address."
        " Type one of them, for example +33 6 12 34 56 78 or ann@example.com."
    ),
    Misread.NOT_A_PHONE: phrase(
        "“{shown}” is not a valid phone number."
        " Check its digits, and begin with the country's prefix if it is a foreign one, for example +33 6 12 34 56 78."
    ),
    Misread.NOT_AN_ADDRESS: phrase(
        "“{shown}” is not a valid e-mail address. It should look like this: ann@example.com."
    ),
    Misread.UNCERTAIN_ADDRESS: phrase(
        "“{shown}” may not be the e-mail address that you mean: something in it does not look as if a person had typed"
        " it. Type the address by hand, without anything around it, for example ann@example.com."
    ),
    Misread.LANDLINE: phrase(
        "“{shown}” is a landline, which gets no SMS, so nobody was invited. Type a mobile number or an e-mail address."
    ),
    Misread.NO_SMS: phrase(
        "“{shown}” is a number that gets no SMS, so nobody was invited. Type a mobile number or an e-mail address."
    ),
    Misread.NEVER_INVITED: phrase(
        "“{shown}” is a premium-rate, shared-cost, pager, satellite or personal number, and those are never invited."
        " Type a mobile number or an e-mail address."
    ),
    Misread.EXTENSION: phrase(
        "“{shown}” is an extension, which gets no SMS, so nobody was invited."
        " Type a mobile number without an extension, or an e-mail address."
    ),
    Misread.WHICH_ONE: phrase(
        "“{shown}” names more than one way to reach a person. Type the one to use; a comma stands between two people."
    ),
    Misread.LIKE_A_VERB: phrase(
        "Did you mean {command} {shown}? If not, leave out the words before the phone number or e-mail address."
        " Nobody was invited."
    ),
    Misread.UNKNOWN_OPTION: phrase(
        "I do not know what “{shown}” means here, so nobody was invited. Leave it out, or type {command} help"
        " to see what there is."
    ),
    Misread.NO_CUSTOMER: phrase(
        "The customer is missing. Type a phone number or an e-mail address, for example: {command} +33 6 12 34 56 78"
    ),
    Misread.SEVERAL_CUSTOMERS: phrase(
        "Video assistance is for one customer at a time. Type a single phone number or e-mail address."
    ),
    Misread.COLLEAGUE_AS_CUSTOMER: phrase(
        "Video assistance is for customers, not for members of this workspace."
        " Type a phone number or an e-mail address, or invite your colleagues to a video meeting."
    ),
    Misread.REFERENCE_EMPTY: phrase(
        "The reference is missing. Type it right after the colon, for example ref:1234, or leave ref: out."
    ),
    Misread.REFERENCE_TOO_LONG: phrase("This reference is too long. It may have up to 50 characters."),
    Misread.REFERENCE_NEEDS_QUOTES: phrase(
        "A reference with spaces needs quotation marks. Did you mean {shown}? If not, type ref: at the very end."
    ),
    Misread.NOTHING_TO_FIND: phrase("What should I look for? Type it after find, for example: {command} find 1234"),
    Misread.NOTHING_TO_SHOW: phrase(
        "Whose photos and recordings should I show? Type a number, a reference or a name after media,"
        " for example: {command} media 1234"
    ),
    Misread.NOTHING_TO_FORGET: phrase(
        "Which session should I forget? Type the number of its ticket after forget, for example: {command} forget 1234"
    ),
    Misread.NO_GUESTS: phrase(
        "The guests are missing. Type e-mail addresses, phone numbers or colleagues, separated by commas,"
        " for example: ann@example.com, +33 6 12 34 56 78, @bob"
    ),
    Misread.TOO_MANY_GUESTS: phrase("These are {shown} guests. Invite up to 50 at once."),
    Misread.UNKNOWN_PERSON: phrase(
        "Slack does not know who {shown} is. Choose the person from the list that Slack shows while you type,"
        " or type an e-mail address."
    ),
    Misread.CHANNEL_AS_GUEST: phrase(
        "{shown} is a channel and cannot be invited. Name people instead, for example: ann@example.com, @bob"
    ),
    Misread.GROUP_AS_GUEST: phrase(
        "{shown} is a group and cannot be invited. Name its members one by one, for example: ann@example.com, @bob"
    ),
    Misread.NAME_TOO_SHORT: phrase(
        'This name is too short. A meeting\'s name has at least 2 characters, for example name:"Site visit".'
    ),
    Misread.NAME_TOO_LONG: phrase("This name is too long. A meeting's name may have up to 255 characters."),
    Misread.NAME_NEEDS_QUOTES: phrase(
        "A name with spaces needs quotation marks. Did you mean {shown}? If not, type name: at the very end."
    ),
    Misread.UNCLOSED_QUOTES: phrase('A quotation mark is missing at the end of {shown}. Close it with another ".'),
    Misread.NOT_A_DAY: phrase(
        "“{shown}” is no day that I know. Type a date such as 2023-07-13, two of them with two dots between, or one of"
        " today, yesterday, week, month."
    ),
    Misread.DAYS_REVERSED: phrase("The first day comes after the last one. Did you mean {shown}?"),
    Misread.DAY_TO_COME: phrase("{shown} is still to come. Ask for days up to today."),
    Misread.TOO_MANY_DAYS: phrase("These are {shown} days. Ask for up to 366 at once."),
}

# The nearest class of an error counts. A sentence may name what the error carries, such as {user} of `NoAddress`.
_ERRORS: Mapping[type[KnownError], str] = {
    KnownError: phrase("This did not work. Please try again, or tell whoever administers this bot."),
    TryLater: phrase("This is not possible right now. Please try again in a minute."),
    StoreAway: phrase(
        "The bot cannot keep track of work right now (its storage is away). Nothing was sent."
        " Please try again in a minute."
    ),
    StoreSlow: phrase(
        "The bot's storage answers too slowly, so this may or may not go ahead."
        " Please wait a minute, and try again only if nothing has happened by then."
    ),
    NewerRecord: phrase("A newer version of this bot has written this. Please try again in a minute."),
    Unreadable: phrase(
        "What the bot kept of this can no longer be read: the key for it is gone."
        " Please tell whoever administers this bot."
    ),
    UnusablePayload: phrase(
        "Slack did not tell the bot all that it needs for this, so nothing was done. Please try it once more."
    ),
    NoAgent: phrase(
        "You have no agent's login at Apizee yet, so nothing was sent. Ask your Apizee administrator for a login"
        " under your Slack e-mail address, or the administrator of this bot for a common one."
    ),
    NotAnAdministrator: phrase(
        "Everybody's figures are for administrators of this workspace or of this bot. Yours alone: {command} stats"
    ),
    NoAddress: phrase(
        "Slack shows no e-mail address of <@{user}>, so nobody was invited. Type the address instead of the name."
    ),
    NoSession: phrase(
        "No video assistance or meeting was found here. Start one with {command}, or try this on the card of a session."
    ),
}


def explain(error: KnownError, words: Words, *, command: str) -> str:
    """What was wrong and what to do instead; `command` is the slash command to name in examples."""
    if isinstance(error, NotUnderstood):
        return words(_MISREAD[error.problem], shown=escape(error.shown), command=command)
    nearest = next(kind for kind in type(error).__mro__ if kind in _ERRORS)
    return words(_ERRORS[nearest], **{**vars(error), "command": command})
