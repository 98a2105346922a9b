"""Every known error as one sentence for the person who met it."""

from __future__ import annotations

from bot.apizee.errors import Forbidden, NotFound, NotSent, Refused, SignInFailed, Unreachable
from bot.errors import KnownError, StoreAway, TryLater
from bot.slack.errors import CannotPost, MissingScope, NotInstalled, PersonGone, SlackError
from bot.ui.text import Words, escape, mask_contacts_in
from bot.ui.whispers import why_closed
from bot.ui.words import explain


def sentence(error: KnownError, words: Words, *, command: str) -> str:  # noqa: C901  # a table of errors, one line each
    """What happened, and what to do next; errors of Slack and Apizee here, all others in `bot.ui.words`.

    `command` is the slash command to name in examples.
    """
    match error:
        case CannotPost():
            return why_closed(error.closed, words)
        case PersonGone():
            return words("Slack no longer shows the person this is about. Nothing was sent.")
        case NotInstalled():
            return words(
                "This app is no longer installed in this workspace. Please ask an administrator to install it."
            )
        case MissingScope():
            return words("This bot lacks a permission in Slack. Please tell whoever administers it. Nothing was sent.")
        case SlackError():
            return words("Slack did not accept this. Please tell whoever administers this bot.")
        case SignInFailed():
            return words("Apizee refused the bot's own sign-in. Please tell whoever administers this bot.")
        case Forbidden():
            return words("This is not included in the Apizee account of this bot. Please tell whoever administers it.")
        case NotFound():
            return words("Apizee does not know this ticket or meeting (any more).")
        case Refused():
            said = escape(mask_contacts_in(error.message))
            return words("Apizee refused this: “{reason}”.", reason=said)
        case StoreAway():
            return explain(error, words, command=command)
        case NotSent() if not isinstance(error, Unreachable):
            return words(
                "Apizee accepts only so many requests a minute. Your answer comes in about {seconds} s.",
                seconds=round(error.retry_in),
            )
        case TryLater():
            return words("Apizee does not answer right now. Please try again in a minute.")
        case _:
            return explain(error, words, command=command)
