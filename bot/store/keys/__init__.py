"""The names of the keys in Redis.

Each begins with the workspace it belongs to, as a hash tag: the keys of one workspace are used together
and may come to live on one node of a cluster. They hold ids only, never anything about a customer.
"""

from __future__ import annotations

from bot.store.keys.of_accounts import (
    announced as announced,
)
from bot.store.keys.of_accounts import (
    conversation as conversation,
)
from bot.store.keys.of_accounts import (
    ended as ended,
)
from bot.store.keys.of_accounts import (
    last_media as last_media,
)
from bot.store.keys.of_accounts import (
    last_webhook as last_webhook,
)
from bot.store.keys.of_accounts import (
    media_asked_for as media_asked_for,
)
from bot.store.keys.of_accounts import (
    meetings_named as meetings_named,
)
from bot.store.keys.of_accounts import (
    owners as owners,
)
from bot.store.keys.of_accounts import (
    polled as polled,
)
from bot.store.keys.of_accounts import (
    polling as polling,
)
from bot.store.keys.of_accounts import (
    portals as portals,
)
from bot.store.keys.of_accounts import (
    trouble as trouble,
)
from bot.store.keys.of_accounts import (
    webhook as webhook,
)
from bot.store.keys.of_accounts import (
    webhooks_received as webhooks_received,
)


def _in_workspace(team: str, *rest: str) -> str:
    return f"apizee:{{{team}}}:{':'.join(rest)}"


def team_in(key: str) -> str:
    """Return the workspace that a key belongs to."""
    return key.partition("{")[2].partition("}")[0]


def session(team: str, session_id: str) -> str:
    """Return the key of a session's encrypted record."""
    return _in_workspace(team, "session", session_id)


def deferred(team: str, request_id: str) -> str:
    """Return the key of a deferred request's encrypted record."""
    return _in_workspace(team, "deferred", request_id)


def former_deferred(team: str, request_id: str) -> str:
    """Return the key of a deferred request as before the first release, for half an hour; goes with version 0.3."""
    return _in_workspace(team, "errand", request_id)


def seen(team: str, delivery: str) -> str:
    """Return the key of what one delivery of Slack's has led to."""
    return _in_workspace(team, "seen", delivery)


def found_by(team: str, part: str) -> str:
    """Return the key of one part of the index of sessions by what they are found by (`bot.store.sessions.entries`)."""
    return _in_workspace(team, "found-by", part)


def polls_made() -> str:
    """Return the key of how many polls were begun, of all accounts."""
    return "apizee:{polls}:made"


def timeline(team: str, session_id: str) -> str:
    """Return the key of the steps that webhooks have reported of a session's customer, with their times."""
    return _in_workspace(team, "heard", session_id)


def events(team: str, session_id: str) -> str:
    """Return the key of a session's events that wait to be sent, by the version of its record."""
    return _in_workspace(team, "events", session_id)


def events_due(team: str) -> str:
    """Return the key of a workspace's sessions with events that wait, by when they are due."""
    return _in_workspace(team, "events-due")


def slot(team: str, job: str, session_id: str) -> str:
    """Return the key of the lock of a job that is run once a second at most for a session."""
    return _in_workspace(team, "slot", job, session_id)


def workspaces() -> str:
    """Return the key of the workspaces in which sessions were started, by the last time."""
    return "apizee:{workspaces}:active"


def invitees_indexed(team: str) -> str:
    """Return the key that is there while it is known that each of a workspace's sessions is found by its invitees."""
    return _in_workspace(team, "invitees-indexed")


def sessions_of(team: str, user: str) -> str:
    """Return the key of the sessions that a person started, by time."""
    return _in_workspace(team, "sessions", user)


def sessions_for(team: str, user: str) -> str:
    """Return the key of the sessions of which a person is the agent and a colleague the requester, by time."""
    return _in_workspace(team, "sessions-for", user)


def agents_indexed(team: str) -> str:
    """Return the key that is there while it is known that each open session of a workspace is found by its agent."""
    return _in_workspace(team, "agents-indexed")


def invitations_of(team: str, user: str) -> str:
    """Return the key of the people whom a person has invited within an hour, as numbers under their sessions."""
    return _in_workspace(team, "invitations", user)


def open_sessions(team: str) -> str:
    """Return the key of a workspace's sessions in which something may still happen, by time."""
    return _in_workspace(team, "open")


def changed_sessions(team: str) -> str:
    """Return the key of a workspace's sessions by the time of their last change."""
    return _in_workspace(team, "changed")


def installation(team: str) -> str:
    """Return the key of the encrypted token of a workspace that has installed the bot."""
    return _in_workspace(team, "installation")


def organisation_of(team: str) -> str:
    """Return the key of the organisation with whose installation a workspace works."""
    return _in_workspace(team, "organisation")


def installation_lock(team: str) -> str:
    """Return the key that is there while a process exchanges a workspace's token for its next one."""
    return _in_workspace(team, "installation", "lock")


def account(team: str) -> str:
    """Return the key of the Apizee account that is connected to a workspace: its id, and the sealed rest."""
    return _in_workspace(team, "account")


def account_tries(team: str) -> str:
    """Return the key of how often somebody tried to connect an account within the hour."""
    return _in_workspace(team, "account", "tries")


def logins(team: str) -> str:
    """Return the key of the logins that a workspace's administrators gave, sealed, by the ids of their users."""
    return _in_workspace(team, "logins")


def greeted(team: str) -> str:
    """Return the key of the people who were greeted in the Messages tab, each with the request that did."""
    return _in_workspace(team, "greeted")


def digests(team: str) -> str:
    """Return the key of the channels of a workspace that get the weekly digest, each sealed."""
    return _in_workspace(team, "digests")


def cached(team: str, what: str) -> str:
    """Return the key of something that was looked up, cached for a while, encrypted."""
    return _in_workspace(team, "remembered", what)


def audit(team: str) -> str:
    """Return the key of what people of a workspace were allowed and denied, by time: ids only."""
    return _in_workspace(team, "audit")


def opened_link(team: str, fingerprint: str) -> str:
    """Return the key of the browser that opened a link into a ticket first; link and browser as their fingerprints."""
    return _in_workspace(team, "opened", fingerprint)


def all_of(team: str) -> str:
    """Return the pattern of all keys of a workspace."""
    return _in_workspace(team, "*")


def oauth_state(fingerprint: str) -> str:
    """Return the key of an installation that was finished; its state as its fingerprint."""
    return f"apizee:{{oauth}}:state:{fingerprint}"


def unread_records() -> str:
    """Return the key of the sessions whose records could not be read within a day, with their workspaces, by time."""
    return "apizee:{records}:unread"


def canary() -> str:
    """Return the key of a word that was sealed at the first start: who cannot open it has a wrong key."""
    return "apizee:{keys}:canary"


def forgotten_at() -> str:
    """Return the key that says since when the embedded server's file may hold something that was removed."""
    return "apizee:{persistence}:forgotten-at"


def rewritten() -> str:
    """Return the key of when the embedded server's file was last rewritten."""
    return "apizee:{persistence}:rewritten"


def rewriting() -> str:
    """Return the key that is there while a process has the file rewritten."""
    return "apizee:{persistence}:rewriting"


def process(name: str) -> str:
    """Return the key that is there while a process of the bot runs."""
    return f"apizee:{{processes}}:{name}"


def readiness() -> str:
    """Return the key that is written to see whether Redis takes writes."""
    return "apizee:{readiness}:written"


def readiness_of(server: str) -> str:
    """Return the key that is written to see whether one server of a cluster takes writes."""
    return f"apizee:{{readiness:{server}}}:written"


def media_lock(team: str, session_id: str) -> str:
    """Return the key that is there while a process brings a session's media into its thread."""
    return _in_workspace(team, "media-lock", session_id)


def report_lock(team: str, session_id: str) -> str:
    """Return the key that is there while a process makes a report of a session."""
    return _in_workspace(team, "report-lock", session_id)


def tries(job_key: str) -> str:
    """Return the key that counts how often a job was tried and postponed."""
    return f"apizee:{{jobs}}:tries:{job_key}"


def set_aside(record_id: str) -> str:
    """Return the key of a job that was set aside, with why."""
    return f"apizee:{{jobs}}:set-aside:{record_id}"


def all_set_aside() -> str:
    """Return the key of the ids of the jobs that were set aside, by time."""
    return "apizee:{jobs}:set-aside"
