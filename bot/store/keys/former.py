"""The names that keys had before version 0.2: what was written under them is found as long as sessions are kept."""

from __future__ import annotations

from bot.model.session import Kind


def thread(team: str, channel: str, ts: str) -> str:
    """Return the key of a message's one session, as versions without formats of records stored it."""
    return f"apizee:{{{team}}}:thread:{channel}:{ts}"


def sessions_in(team: str, channel: str, ts: str) -> str:
    """Return the key of a message's sessions, by time."""
    return f"apizee:{{{team}}}:sessions-in:{channel}:{ts}"


def invitees(team: str, channel: str, fingerprint: str) -> str:
    """Return the key of the sessions to which these people were invited in a channel, in this order."""
    return f"apizee:{{{team}}}:sessions-of-guests:{channel}:{fingerprint}"


def invitee(team: str, fingerprint: str) -> str:
    """Return the key of the sessions to which somebody was invited, by the last change."""
    return f"apizee:{{{team}}}:invitee:{fingerprint}"


def linked(team: str, fingerprint: str) -> str:
    """Return the key of the sessions to which a link leads, by the last change."""
    return f"apizee:{{{team}}}:linked:{fingerprint}"


def remote_in(team: str, kind: Kind, remote_id: int) -> str:
    """Return the key of the session of a workspace that a ticket or conference belongs to."""
    return f"apizee:{{{team}}}:{kind}:{remote_id}"


def remote(account: str, kind: Kind, remote_id: int | str) -> str:
    """Return the key of the session, with its workspace, to which an account's ticket or conference belongs."""
    return f"{account}:{kind}:{remote_id}"
