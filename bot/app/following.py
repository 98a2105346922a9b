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
from bot.sessions.cards import Cards
from bot.sessions.conferences import ConferenceProvider
from bot.sessions.following.completion import CardUpdater
from bot.sessions.following.erasure import Forgetting
from bot.sessions.following.listing import ListPage
from bot.sessions.following.polling import RARER_WITH_WEBHOOKS, Poller, PollInterval
from bot.sessions.following.reminders import Reminders
from bot.sessions.following.sync import SessionSync
from bot.sessions.provider import VideoProvider
from bot.sessions.tickets import TicketProvider
from bot.settings import Settings
from bot.statistics.participants import Participants
from bot.store.coalescing import Wishes
from bot.store.polling_state import PollingState
from bot.web.webhooks import WebhookEndpoint


def sync(
    settings: Settings,
    memory: Memory,
    vendors: Vendors,
    docket: Docket,
    jobs: Jobs,
    agents: Agents,
    timing: FollowTiming,
) -> SessionSync:
    """What hears webhooks; the jobs that follow sessions are set up with it."""
    # Nobody waits for any of this: people's requests go first.
    apizee = vendors.apizee.in_background()
    assistance, meetings = TicketProvider(apizee, memory.account), ConferenceProvider(apizee, agents)
    providers: Mapping[Kind, VideoProvider] = {Kind.ASSISTANCE: assistance, Kind.MEETING: meetings}
    pages: Mapping[Kind, ListPage] = {Kind.ASSISTANCE: assistance.fetch_many, Kind.MEETING: meetings.fetch_many}
    every = timedelta(seconds=settings.apizee_poll_seconds)
    wanted = Wanted(docket, Wishes(memory.redis))
    sync = SessionSync(
        sessions=memory.sessions,
        timeline=memory.timeline,
        providers=providers,
        following=wanted,
        media=jobs,
        account=memory.account,
        on_unknown=lambda about: memory.metrics.count("apizee_webhooks_not_understood_total", object=about),
        quiet_after=every * RARER_WITH_WEBHOOKS,
    )
    cards = Cards(vendors.slack, memory.sessions)
    poller = Poller(
        sessions=memory.sessions,
        timeline=memory.timeline,
        state=PollingState(memory.redis, account=account_key(settings.apizee_username)),
        pages=pages,
        sync=sync,
        reminders=Reminders(memory.sessions, vendors.slack, timing=timing),
        forgetting=Forgetting(memory.sessions, memory.guests, cards, agents),
        following=wanted,
        starts=jobs,
        pace=PollInterval(every),
        timing=timing,
    )
    follower = CardUpdater(
        sessions=memory.sessions,
        timeline=memory.timeline,
        slack=vendors.slack,
        cards=cards,
        afterwards=jobs,
    )
    participants = Participants(memory.sessions, statistics_source(settings, memory, apizee), wanted)
    Watch(docket, jobs, wanted, looks=sync, drawings=follower, counts=participants, rounds=poller, every=every)
    return sync


def pulse(settings: Settings, memory: Memory, docket: Docket) -> Pulse:
    """What sees to it that rounds are made."""
    state = PollingState(memory.redis, account=account_key(settings.apizee_username))
    return Pulse(docket, state, every=timedelta(seconds=settings.apizee_poll_seconds))


def webhook_endpoint(settings: Settings, sync: SessionSync) -> WebhookEndpoint | None:
    """The address for Apizee's webhooks; `None` where no secret is set."""
    secret = settings.apizee_webhook_secret
    if secret is None:
        return None
    return WebhookEndpoint(sync.hear, header=settings.apizee_webhook_header, secret=secret.get_secret_value())
