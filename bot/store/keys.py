"""The names of the keys in Redis.

Each begins with the workspace it belongs to, as a hash tag: the keys of one workspace are used together
and may come to live on one node of a cluster. They hold ids only, never anything about a customer.
"""

from __future__ import annotations

from bot.model import Kind


def _in_workspace(team: str, *rest: str) -> str:
    return ":".join(("apizee", f"{{{team}}}", *rest))


def session(team: str, session_id: str) -> str:
    """The encrypted record of a session."""
    return _in_workspace(team, "session", session_id)


def errand(team: str, errand_id: str) -> str:
    """The encrypted record of an errand."""
    return _in_workspace(team, "errand", errand_id)


def seen(team: str, delivery: str) -> str:
    """What one delivery of Slack's has led to."""
    return _in_workspace(team, "seen", delivery)


def thread(team: str, channel: str, ts: str) -> str:
    """Which session a message belongs to: its card, or the message above its thread."""
    return _in_workspace(team, "thread", channel, ts)


def remote(team: str, kind: Kind, remote_id: int) -> str:
    """Which session a ticket or a conference belongs to."""
    return _in_workspace(team, str(kind), str(remote_id))


def sessions_of(team: str, user: str) -> str:
    """The sessions that a person started, by time."""
    return _in_workspace(team, "sessions", user)


def open_sessions(team: str) -> str:
    """The sessions of a workspace in which something may still happen, by time."""
    return _in_workspace(team, "open")


def installation(team: str) -> str:
    """The encrypted token of a workspace that has installed the bot."""
    return _in_workspace(team, "installation")


def remembered(team: str, what: str) -> str:
    """Something looked up before that is worth keeping for a while, encrypted."""
    return _in_workspace(team, "remembered", what)


def all_of(team: str) -> str:
    """The pattern of all keys of a workspace."""
    return _in_workspace(team, "*")


def oauth_state(state: str) -> str:
    """An installation that somebody has begun."""
    return f"apizee:{{oauth}}:state:{state}"
