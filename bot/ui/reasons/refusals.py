"""Why somebody may not do something, and whom to ask or what to do instead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.model.acts import Refusal
from bot.model.digest import DigestBlocked
from bot.ui.text import mark

REFUSALS: Final[Mapping[Refusal, str]] = {
    Refusal.GUEST: mark(
        "Guests of this workspace cannot use this bot. Please ask a full member of the workspace to do it for you."
    ),
    Refusal.OTHER_ORGANISATION: mark(
        "This bot works for members of the organisation that installed it."
        " Please ask one of its members to do it for you."
    ),
    Refusal.BOT: mark("This bot works for people, not for other bots. Please do it under your own name."),
    Refusal.DEACTIVATED: mark(
        "This Slack account was deactivated. Please ask an administrator of this workspace to activate it again."
    ),
    Refusal.NOT_IN_A_GROUP: mark(
        "Only members of certain user groups can start video sessions, and you are in none of them. Please ask"
        " an administrator of this bot to add you."
    ),
    Refusal.GROUPS_UNKNOWN: mark(
        "Slack does not tell this bot who is in the user groups whose members start video sessions, so nothing was"
        " started. Please ask an administrator of this bot to check its setting ALLOWED_GROUPS and its permission"
        " usergroups:read."
    ),
    Refusal.NO_LOGIN: mark(
        "You have no agent's login at Apizee yet, so nothing was sent. Ask your Apizee administrator for a login under"
        " the e-mail address of your Slack profile, which has to be confirmed there, or the administrator of this bot"
        " to give you one."
    ),
    Refusal.ADMINISTRATORS_ONLY: mark(
        "This is for administrators of this workspace or of this bot."
        " Without “all”, {command} list and {command} stats show what is yours."
    ),
    Refusal.ADMINISTRATION: mark(
        "Only administrators of this workspace or of this bot can connect accounts, set logins and turn on the"
        " weekly digest, so nothing was changed. Please ask one of them."
    ),
    Refusal.CHANNEL_NOT_ALLOWED: mark(
        "Video sessions cannot be started in this channel. Please use another one, or ask an administrator of"
        " this bot which channels are meant for them."
    ),
    Refusal.CHANNEL_SHARED: mark(
        "This channel is shared with another organisation, so nothing was started here. Please use a channel of your"
        " own organisation."
    ),
    Refusal.CHANNEL_UNKNOWN: mark(
        "Slack does not tell this bot whether this channel is shared with another organisation, so nothing was started"
        " here. Please use another channel, or ask an administrator of this bot to check its permissions in Slack."
    ),
    Refusal.NOT_SEEN: mark(
        "You can see your own sessions, and those whose card is in a channel that you are a member of: this is"
        " not one of them. Please ask the person who started it."
    ),
    Refusal.NOT_THEIRS: mark(
        "Only the person who started this session, its agent and administrators may do this. Please ask one of them."
    ),
    Refusal.NOT_THEIR_LOGIN: mark(
        "A link that signs you in is only for the agent whose confirmed address is the ticket's login. Please"
        " sign in to Apizee yourself."
    ),
}
"""The sentence of each refusal; `command` is the slash command to name."""

_NO_FULL_MEMBER: Final = mark(
    "<@{user}> is a guest, a bot or of another organisation, so nothing was sent. Name a full member of this workspace"
    " after for:."
)

NOT_AGENTS: Final[Mapping[Refusal, str]] = {
    Refusal.GUEST: _NO_FULL_MEMBER,
    Refusal.BOT: _NO_FULL_MEMBER,
    Refusal.OTHER_ORGANISATION: _NO_FULL_MEMBER,
    Refusal.NO_LOGIN: mark(
        "<@{user}> has no agent's login at Apizee yet, so nothing was sent. Ask an administrator of this bot to set one"
        " on its Home, or leave out for: to be the agent yourself."
    ),
    Refusal.NOT_IN_A_GROUP: mark(
        "<@{user}> is in none of the user groups whose members start video sessions, so nothing was sent. Name another"
        " colleague, or ask an administrator of this bot to add them."
    ),
    Refusal.GROUPS_UNKNOWN: REFUSALS[Refusal.GROUPS_UNKNOWN],
}
"""Why a colleague cannot be the agent of a session; `user` is the colleague."""

NO_DIGEST: Final[Mapping[DigestBlocked, str]] = {
    DigestBlocked.NOT_A_MEMBER: mark(
        "I am not in this channel, so it gets no weekly digest. Type /invite @Apizee there, then turn the digest on"
        " on the Home."
    ),
    DigestBlocked.ARCHIVED: mark("This channel is archived. Choose another one on the Home."),
    DigestBlocked.RESTRICTED: mark(
        "I may not post in this channel. Ask its owners, or choose another channel on the Home."
    ),
    DigestBlocked.SHARED: mark(
        "This channel is shared with another organisation, and the figures are for yours alone. Choose another"
        " channel on the Home."
    ),
}
"""Why a channel gets no weekly digest."""
