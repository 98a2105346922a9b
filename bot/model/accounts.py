"""An account at Apizee, as a workspace or the operator gives it to the bot."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class ApizeeAccount:
    """The API user of an account, and what the bot is to use in it.

    `default_agent` is the login used where a Slack user has none. `meeting_service_key` is the service whose meetings
    are counted, `None` to have it found out. Without a `webhook_secret` no webhook is accepted. `connected_by` is the
    Slack id of the administrator who connected it, `connected_at` when, in Unix seconds.
    """

    username: str = field(repr=False)
    password: str = field(repr=False)
    enterprise_id: int
    webhook_secret: str = field(default="", repr=False)
    default_agent: str | None = field(default=None, repr=False)
    meeting_service_key: str | None = field(default=None, repr=False)
    connected_by: str = ""
    connected_at: float = 0.0

    @property
    def key(self) -> str:
        """The beginning of all keys that belong to the API user."""
        return account_key(self.username)

    @property
    def id(self) -> str:
        """A name for the account where its API user must not be named."""
        return account_id(self.username)

    @property
    def label(self) -> str:
        """The id in letters alone: what has digits might be somebody's number, and is no label of a metric."""
        return "".join(chr(ord("a") + int(digit, 16)) for digit in self.id)


def account_key(user: str) -> str:
    """Return the beginning of all keys that belong to an API user; it does not show the user's name."""
    return key_of(account_id(user))


def key_of(account: str) -> str:
    """Return the beginning of all keys that belong to an account, given its id."""
    return f"apizee:{{api:{account}}}"


def account_id(user: str) -> str:
    """Return a hash that stands for an API user, however the name is capitalised: that is one user and one limit."""
    return name_id(user.casefold())


def name_id(user: str) -> str:
    """Return a hash that stands for the name of an API user as it is written."""
    return sha256(user.encode()).hexdigest()[:16]


def id_in(key: str) -> str:
    """Return the hash in a beginning of keys."""
    return key.removeprefix("apizee:{api:").removesuffix("}")
