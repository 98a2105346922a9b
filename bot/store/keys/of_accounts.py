"""The names of the keys of an account at Apizee; `account` is what they begin with, as `bot.model.accounts` has it."""

from __future__ import annotations

from bot.model.session import Kind


def owners(account: str, kind: Kind, some: str) -> str:
    """Return the key of the sessions, with their workspaces, that own some of an account's tickets or conferences."""
    return f"{account}:{kind}s:{some}"


def meetings_named(account: str, fingerprint: str) -> str:
    """Return the key of the sessions, with their workspaces, of meetings of one name; the name as its fingerprint."""
    return f"{account}:meetings-named:{fingerprint}"


def portals(account: str) -> str:
    """Return the key of where each service's agents work, encrypted; the services as their fingerprints."""
    return f"{account}:portals"


def conversation(account: str, fingerprint: str) -> str:
    """Return the key of the ticket to which a conversation belongs; the conversation as its fingerprint."""
    return f"{account}:conversation:{fingerprint}"


def webhook(account: str, digest: str) -> str:
    """Return the key that says that a webhook was received."""
    return f"{account}:webhook:{digest}"


def webhooks_received(account: str) -> str:
    """Return the key that is there while Apizee sends webhooks."""
    return f"{account}:webhooks-heard"


def last_webhook(account: str) -> str:
    """Return the key of when the last webhook arrived."""
    return f"{account}:last-webhook"


def last_media(account: str) -> str:
    """Return the key of when the last webhook about a photo or recording arrived."""
    return f"{account}:last-media"


def announced(account: str, subject: str) -> str:
    """Return the key that is there while webhooks about a subject lead to sessions of ours."""
    return f"{account}:announced:{subject}"


def polled(account: str, kind: Kind) -> str:
    """Return the key that is there until the next poll of all open sessions of a kind is due."""
    return f"{account}:looked:{kind}"


def polling(account: str, *what: str) -> str:
    """Return the keys that say how far the rounds have come with the lists of open sessions."""
    return ":".join((account, "polling", *what))


def ended(account: str) -> str:
    """Return the key of the sessions whose recordings may be on their way, by the time of their end."""
    return f"{account}:ended"


def media_asked_for(account: str) -> str:
    """Return the key that is there while it is too early to ask for media again because of a webhook."""
    return f"{account}:media-asked-for"


def trouble(account: str) -> str:
    """Return the key of why a poll failed last, and when."""
    return f"{account}:trouble"
