"""How sessions are followed, put together: noticing, looking, drawing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from docket import Docket

from bot.apizee.budget import account_key
from bot.app.memory import Memory
from bot.app.vendors import Vendors
from bot.app.work import statistics_source
from bot.jobs import Jobs
from bot.jobs.queue import Wanted
from bot.jobs.tasks import Pulse, Watch
from bot.model.session import Kind
from bot.model.timing import FollowTiming
from bot.policy.agents import Agents
from bot.sessions.cards import Board
from bot.sessions.conferences import Meetings
from bot.sessions.following.completion import Follower
from bot.sessions.following.erasure import Forgetting
from bot.sessions.following.listing import ListPage
from bot.sessions.following.polling import RARER_WITH_WEBHOOKS, Looker, Pace
from bot.sessions.following.reminders import Nudger
from bot.sessions.following.sync import Noticer
from bot.sessions.provider import Room
from bot.sessions.tickets import Assistance
from bot.settings import Settings
from bot.statistics.participants import Headcount
from bot.store.coalescing import Wishes
from bot.store.polling_state import PollingState
from bot.web.webhooks import WebhookDoor


def noticer(
    settings: Settings,
    memory: Memory,
    vendors: Vendors,
    docket: Docket,
    jobs: Jobs,
    agents: Agents,
    timing: FollowTiming,
) -> Noticer:
    """What hears webhooks; the jobs that follow sessions are set up with it."""
    # Nobody waits for any of this: people's requests go first.
    apizee = vendors.apizee.in_background()
    assistance, meetings = Assistance(apizee, memory.account), Meetings(apizee, agents)
    rooms: Mapping[Kind, Room] = {Kind.ASSISTANCE: assistance, Kind.MEETING: meetings}
    pages: Mapping[Kind, ListPage] = {Kind.ASSISTANCE: assistance.listed, Kind.MEETING: meetings.listed}
    every = timedelta(seconds=settings.apizee_poll_seconds)
    wanted = Wanted(docket, Wishes(memory.redis))
    noticer = Noticer(
        sessions=memory.sessions,
        journeys=memory.journeys,
        rooms=rooms,
        following=wanted,
        media=jobs,
        account=memory.account,
        on_unknown=lambda about: memory.metrics.count("apizee_webhooks_not_understood_total", object=about),
        quiet_after=every * RARER_WITH_WEBHOOKS,
    )
    board = Board(vendors.slack, memory.sessions)
    looker = Looker(
        sessions=memory.sessions,
        journeys=memory.journeys,
        state=PollingState(memory.redis, account=account_key(settings.apizee_username)),
        pages=pages,
        noticer=noticer,
        nudger=Nudger(memory.sessions, vendors.slack, timing=timing),
        forgetting=Forgetting(memory.sessions, memory.guests, board, agents),
        following=wanted,
        starts=jobs,
        pace=Pace(every),
        timing=timing,
    )
    follower = Follower(
        sessions=memory.sessions,
        journeys=memory.journeys,
        slack=vendors.slack,
        board=board,
        afterwards=jobs,
    )
    headcount = Headcount(memory.sessions, statistics_source(settings, memory, apizee), wanted)
    Watch(docket, jobs, wanted, looks=noticer, drawings=follower, counts=headcount, rounds=looker, every=every)
    return noticer


def pulse(settings: Settings, memory: Memory, docket: Docket) -> Pulse:
    """What sees to it that rounds are made."""
    state = PollingState(memory.redis, account=account_key(settings.apizee_username))
    return Pulse(docket, state, every=timedelta(seconds=settings.apizee_poll_seconds))


def webhook_door(settings: Settings, noticer: Noticer) -> WebhookDoor | None:
    """The address for Apizee's webhooks; `None` where no secret is set."""
    secret = settings.apizee_webhook_secret
    if secret is None:
        return None
    return WebhookDoor(noticer.hear, header=settings.apizee_webhook_header, secret=secret.get_secret_value())
