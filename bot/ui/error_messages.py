"""Every known error as one sentence for the person who met it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.apizee.errors import (
    Forbidden,
    NotFound,
    NotSent,
    Refused,
    SignInFailed,
    Unavailable,
    UnexpectedAnswer,
    Unreachable,
)
from bot.model.errors import KnownError
from bot.slack.errors import (
    CannotPost,
    MissingScope,
    NotInstalled,
    SlackAway,
    SlackError,
    UserUnavailable,
    WorkspaceClosed,
    WorkspaceNotAllowed,
)
from bot.ui.explanations import explain
from bot.ui.private_messages import why_closed
from bot.ui.text import Translator, escape, mark, mask_contacts_in

_APIZEE_AWAY = mark("Apizee does not answer right now. Please try again in a minute.")

# The nearest class of an error counts.
_SENTENCES: Mapping[type[KnownError], str] = {
    UserUnavailable: mark("Slack no longer shows the person this is about. Nothing was sent."),
    NotInstalled: mark("This app is no longer installed in this workspace. Please ask an administrator to install it."),
    WorkspaceNotAllowed: mark(
        "This bot does not work for this workspace, so nothing was done. Please ask the people who run the bot:"
        " they can add {team} to its setting ALLOWED_WORKSPACES."
    ),
    WorkspaceClosed: mark(
        "Slack no longer lets this app act in this workspace. Please ask an administrator to install it again."
    ),
    MissingScope: mark(
        "This bot lacks a permission in Slack. Please tell the person who administers it. Nothing was sent."
    ),
    SlackError: mark("Slack did not accept this. Please tell the person who administers this bot."),
    SlackAway: mark("Slack does not answer right now. Please try again in a minute."),
    SignInFailed: mark("Apizee refused the bot's own sign-in. Please tell the person who administers this bot."),
    Forbidden: mark(
        "The Apizee account of this bot does not include this. Please tell the person who administers the bot."
    ),
    NotFound: mark("Apizee does not know this ticket or meeting (any more)."),
    NotSent: mark("Apizee accepts only so many requests a minute. Your answer comes in about {seconds} s."),
    Refused: mark("Apizee refused this: “{reason}”."),
    Unreachable: _APIZEE_AWAY,
    Unavailable: _APIZEE_AWAY,
    UnexpectedAnswer: mark(
        "This bot does not understand Apizee's answer. Please try again in a minute; if it happens again, tell"
        " the person who administers this bot."
    ),
}


def sentence(error: KnownError, translate: Translator, *, command: str) -> str:
    """Return what happened, and what to do next; errors of Slack and Apizee here, all others in `bot.ui.explanations`.

    `command` is the slash command to name in examples.
    """
    if isinstance(error, CannotPost):
        return why_closed(error.closed, translate)
    if type(error) is Refused and not error.message:
        return translate("Apizee refused this and gave no reason. Please tell the person who administers this bot.")
    nearest = next((kind for kind in type(error).__mro__ if kind in _SENTENCES), None)
    if nearest is None:
        return explain(error, translate, command=command)
    return translate(_SENTENCES[nearest], **_fields(error))


def _fields(error: KnownError) -> dict[str, object]:
    match error:
        case Refused():
            return {"reason": escape(mask_contacts_in(error.message))}
        case WorkspaceNotAllowed():
            return {"team": error.team}
        case NotSent():
            return {"seconds": round(error.retry_in)}
        case _:
            return {}
