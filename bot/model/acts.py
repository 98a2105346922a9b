"""What people do with the bot, and why somebody may not; who may do what is `bot.policy.rules`."""

from __future__ import annotations

from enum import StrEnum


class Act(StrEnum):
    """Something that a person asks the bot to do; the texts stand in the audit and do not change.

    The table of rules is that of the whole product: nothing asks yet for what belongs to plans, notes and taking over.
    """

    START = "start"
    PLAN = "plan"
    INVITE_AGAIN = "invite again"
    TAKE_OVER = "take over"
    OPEN_TICKET = "open ticket"
    QR_CODE = "qr code"
    JOIN = "join"
    REFRESH = "refresh"
    MEDIA = "media"
    MEDIA_TO_THREAD = "media to thread"
    CHANGE_PLAN = "change plan"
    NOTE = "note"
    REPORT = "report"
    FORGET = "forget"
    UNFURL = "unfurl"
    SIGN_IN = "sign-in link"
    FIND = "find"
    MEDIA_BY_NAME = "media by name"
    LIST = "list"
    LIST_ALL = "list all"
    STATISTICS = "stats"
    STATISTICS_ALL = "stats all"
    HOME = "home"
    MENTION = "mention"
    CONNECT_ACCOUNT = "connect account"
    SET_LOGINS = "set logins"
    SET_DIGESTS = "set digests"


class OperatorAct(StrEnum):
    """Something that is done at the command line of the bot, by anyone who may read its settings."""

    ERASE = "erase"
    EXPORT = "export"
    ROTATE_KEYS = "rotate keys"
    REMOVE_WORKSPACE = "remove workspace"
    BACKUP = "backup"
    RESTORE = "restore"


class Refusal(StrEnum):
    """Why an act is denied; `bot.ui.reasons.refusals` has the sentence of each."""

    GUEST = "guest"
    OTHER_ORGANISATION = "other organisation"
    BOT = "bot"
    DEACTIVATED = "deactivated"
    NOT_IN_A_GROUP = "not in a group"
    GROUPS_UNKNOWN = "groups unknown"
    NO_LOGIN = "no login"
    ADMINISTRATORS_ONLY = "administrators only"
    ADMINISTRATION = "administration"
    CHANNEL_NOT_ALLOWED = "channel not allowed"
    CHANNEL_SHARED = "channel shared"
    CHANNEL_UNKNOWN = "channel unknown"
    NOT_SEEN = "not seen"
    NOT_THEIRS = "not theirs"
    NOT_THEIR_LOGIN = "not their login"
