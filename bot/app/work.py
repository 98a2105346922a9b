"""The durable work, put together from its services."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from docket import Docket

from bot.apizee.client import Apizee
from bot.app.memory import Memory
from bot.app.vendors import Vendors
from bot.deferred.access_links import AccessLinks
from bot.deferred.join_links import JoinLinks
from bot.deferred.queries import Queries
from bot.deferred.runner import RequestRunner
from bot.home.service import Home
from bot.home.views import Health, Incident
from bot.jobs import Jobs
from bot.jobs.connection import PipelinedDocket
from bot.jobs.queue import Queue, Wanted
from bot.media.delivery import MIB, MediaDelivery, Uploading
from bot.media.on_request import ThreadMedia
from bot.media.outbox import Outbox
from bot.metrics import Metrics
from bot.model.media import Media
from bot.model.session import Kind
from bot.model.timing import MediaTiming
from bot.policy.agents import Agents
from bot.sessions.admission import AckGate
from bot.sessions.cards import Cards
from bot.sessions.conferences import ConferenceProvider
from bot.sessions.duplicates import DuplicateCheck
from bot.sessions.following.erasure import Forgetting
from bot.sessions.provider import VideoProvider
from bot.sessions.quick_invitation import quick_invitation
from bot.sessions.refresh import Refresh
from bot.sessions.resolve import SessionResolver
from bot.sessions.start import SessionStart
from bot.sessions.tickets import TicketProvider
from bot.settings import Settings
from bot.statistics.report import StatisticsReport
from bot.statistics.source import StatisticsSource
from bot.store.cache import Cache
from bot.store.coalescing import Wishes
from bot.store.server.locks import Locks
from bot.store.tries import Tries
from bot.timing import Timing


def jobs(
    settings: Settings,
    memory: Memory,
    vendors: Vendors,
    docket: PipelinedDocket,
    agents: Agents,
    gate: AckGate,
    *,
    timing: Timing,
) -> Jobs:
    """The jobs and what they do."""
    assistance, meetings = TicketProvider(vendors.apizee, memory.account), ConferenceProvider(vendors.apizee, agents)
    providers: Mapping[Kind, VideoProvider] = {Kind.ASSISTANCE: assistance, Kind.MEETING: meetings}
    cards = Cards(vendors.slack, memory.sessions)
    resolver = SessionResolver(memory.sessions, vendors.slack)
    starter = SessionStart(
        sessions=memory.sessions,
        slack=vendors.slack,
        agents=agents,
        cards=cards,
        providers=providers,
        duplicates=DuplicateCheck(memory.sessions, memory.guests, vendors.slack),
        following=Wanted(docket, Wishes(memory.redis)),
        by_hand=partial(quick_invitation, settings.apizee_api_url),
        command=settings.assist_command,
        timing=timing.start,
    )
    queries = Queries(
        sessions=memory.sessions,
        resolver=resolver,
        apizee=vendors.apizee,
        assistance=assistance,
        meetings=meetings,
        commands={Kind.ASSISTANCE: settings.assist_command, Kind.MEETING: settings.meet_command},
        uploads=settings.media_upload,
    )
    runner = RequestRunner(
        deferred=memory.deferred,
        slack=vendors.slack,
        agents=agents,
        resolver=resolver,
        access_links=AccessLinks(vendors.apizee, memory.account, meetings, join_links(settings, memory)),
        queries=queries,
        thread_media=ThreadMedia(resolver, queries, Queue(docket, timing.queue)),
        refresh_session=Refresh(
            sessions=memory.sessions,
            resolver=resolver,
            cards=cards,
            providers=providers,
            following=Wanted(docket, Wishes(memory.redis)),
            media=Queue(docket, timing.queue),
        ),
        forgetting=Forgetting(memory.sessions, memory.guests, cards, agents),
        home=Home(vendors.slack, memory.sessions, agents, health=partial(_health, memory, vendors)),
        numbers=_numbers(settings, memory, vendors, agents),
        command=settings.assist_command,
        timing=timing.deferred,
    )
    return Jobs(
        docket,
        sessions=starter,
        deferred=runner,
        media=_deliverer(settings, memory, vendors, docket, timing.media),
        workspaces=memory.installations,
        tries=Tries(memory.redis),
        set_aside=memory.set_aside,
        locks=Locks(memory.redis),
        metrics=memory.metrics,
        before_each=gate.yield_to_acks,
        patience=timing.jobs,
        timing=timing.worker,
        delays=timing.queue,
    )


def _deliverer(
    settings: Settings, memory: Memory, vendors: Vendors, docket: Docket, timing: MediaTiming
) -> MediaDelivery:
    """What brings photos and recordings into threads."""
    with_recordings = settings.media_upload and settings.media_upload_videos
    return MediaDelivery(
        sessions=memory.sessions,
        slack=vendors.slack,
        apizee=vendors.apizee,
        outbox=Outbox(memory.sessions, vendors.slack, count=partial(_count_media, memory.metrics), timing=timing),
        cards=Wanted(docket, Wishes(memory.redis)),
        uploading=Uploading(
            photos=settings.media_upload,
            recordings_up_to=settings.media_max_mib * MIB if with_recordings else 0,
        ),
    )


def _count_media(metrics: Metrics, item: Media, *, way: str) -> None:
    kind = "photo" if item.is_photo else "recording" if item.is_recording else "file"
    metrics.count("media_delivered_total", kind=kind, way=way)


def _numbers(settings: Settings, memory: Memory, vendors: Vendors, agents: Agents) -> StatisticsReport:
    """What answers questions about figures."""
    source = statistics_source(settings, memory, vendors.apizee)
    return StatisticsReport(source, vendors.slack, agents, Cache(memory.redis, memory.keys))


def statistics_source(settings: Settings, memory: Memory, apizee: Apizee) -> StatisticsSource:
    """What Apizee counts."""
    remembered = Cache(memory.redis, memory.keys)
    return StatisticsSource(apizee, remembered, service_key=settings.apizee_meeting_service_key)


async def _health(memory: Memory, vendors: Vendors) -> Health:
    spent, last = await vendors.budget.remaining(), await memory.timeline.last_trouble()
    return Health(
        webhooks=await memory.timeline.are_coming(),
        used=spent.used,
        limit=spent.limit,
        incident=Incident(*last) if last else None,
    )


def join_links(settings: Settings, memory: Memory) -> JoinLinks | None:
    """The links to this bot's own page of a meeting; `None` without a public address."""
    return JoinLinks(settings.public_url, memory.keys) if settings.public_url else None
