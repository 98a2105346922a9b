"""The durable work, put together from its services."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from docket import Docket

from bot.apizee.client import Apizee
from bot.app.memory import Memory
from bot.app.vendors import Vendors
from bot.deferred.access_links import Doors
from bot.deferred.join_links import JoinLinks
from bot.deferred.queries import Lookups
from bot.deferred.runner import RequestRunner
from bot.home.service import Home
from bot.home.views import Health, Incident
from bot.jobs import Jobs
from bot.jobs.connection import SharingDocket
from bot.jobs.queue import Queue, Wanted
from bot.media.delivery import MIB, Deliverer, Uploading
from bot.media.on_request import ThreadMedia
from bot.media.outbox import Shipments
from bot.metrics import Metrics
from bot.model.media import Media
from bot.model.session import Kind
from bot.model.timing import MediaTiming
from bot.policy.agents import Agents
from bot.sessions.admission import Turns
from bot.sessions.cards import Board
from bot.sessions.conferences import Meetings
from bot.sessions.duplicates import Twins
from bot.sessions.following.erasure import Forgetting
from bot.sessions.provider import Room
from bot.sessions.quick_invitation import quick_invitation
from bot.sessions.refresh import Refresher
from bot.sessions.resolve import Locator
from bot.sessions.start import Starter
from bot.sessions.tickets import Assistance
from bot.settings import Settings
from bot.statistics.report import Numbers
from bot.statistics.source import StatisticsSource
from bot.store.cache import Remembered
from bot.store.coalescing import Wishes
from bot.store.server.locks import Locks
from bot.store.tries import Tries
from bot.timing import Timing


def jobs(
    settings: Settings,
    memory: Memory,
    vendors: Vendors,
    docket: SharingDocket,
    agents: Agents,
    turns: Turns,
    *,
    timing: Timing,
) -> Jobs:
    """The jobs and what they do."""
    assistance, meetings = Assistance(vendors.apizee, memory.account), Meetings(vendors.apizee, agents)
    rooms: Mapping[Kind, Room] = {Kind.ASSISTANCE: assistance, Kind.MEETING: meetings}
    board = Board(vendors.slack, memory.sessions)
    locator = Locator(memory.sessions, vendors.slack)
    starter = Starter(
        sessions=memory.sessions,
        slack=vendors.slack,
        agents=agents,
        board=board,
        rooms=rooms,
        twins=Twins(memory.sessions, memory.guests, vendors.slack),
        following=Wanted(docket, Wishes(memory.redis)),
        by_hand=partial(quick_invitation, settings.apizee_api_url),
        command=settings.assist_command,
        timing=timing.start,
    )
    lookups = Lookups(
        sessions=memory.sessions,
        locator=locator,
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
        locator=locator,
        doors=Doors(vendors.apizee, memory.account, meetings, join_links(settings, memory)),
        lookups=lookups,
        thread_media=ThreadMedia(locator, lookups, Queue(docket, timing.queue)),
        refresher=Refresher(
            sessions=memory.sessions,
            locator=locator,
            board=board,
            rooms=rooms,
            following=Wanted(docket, Wishes(memory.redis)),
            media=Queue(docket, timing.queue),
        ),
        forgetting=Forgetting(memory.sessions, memory.guests, board, agents),
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
        before_each=turns.let_pass,
        patience=timing.jobs,
        timing=timing.worker,
        delays=timing.queue,
    )


def _deliverer(settings: Settings, memory: Memory, vendors: Vendors, docket: Docket, timing: MediaTiming) -> Deliverer:
    """What brings photos and recordings into threads."""
    with_recordings = settings.media_upload and settings.media_upload_videos
    return Deliverer(
        sessions=memory.sessions,
        slack=vendors.slack,
        apizee=vendors.apizee,
        shipments=Shipments(memory.sessions, vendors.slack, count=partial(_count_media, memory.metrics), timing=timing),
        cards=Wanted(docket, Wishes(memory.redis)),
        uploading=Uploading(
            photos=settings.media_upload,
            recordings_up_to=settings.media_max_mib * MIB if with_recordings else 0,
        ),
    )


def _count_media(metrics: Metrics, item: Media, *, way: str) -> None:
    kind = "photo" if item.is_photo else "recording" if item.is_recording else "file"
    metrics.count("media_delivered_total", kind=kind, way=way)


def _numbers(settings: Settings, memory: Memory, vendors: Vendors, agents: Agents) -> Numbers:
    """What answers questions about figures."""
    source = statistics_source(settings, memory, vendors.apizee)
    return Numbers(source, vendors.slack, agents, Remembered(memory.redis, memory.keys))


def statistics_source(settings: Settings, memory: Memory, apizee: Apizee) -> StatisticsSource:
    """What Apizee counts."""
    remembered = Remembered(memory.redis, memory.keys)
    return StatisticsSource(apizee, remembered, service_key=settings.apizee_meeting_service_key)


async def _health(memory: Memory, vendors: Vendors) -> Health:
    spent, last = await vendors.budget.remaining(), await memory.journeys.last_trouble()
    return Health(
        webhooks=await memory.journeys.are_coming(),
        used=spent.used,
        limit=spent.limit,
        incident=Incident(*last) if last else None,
    )


def join_links(settings: Settings, memory: Memory) -> JoinLinks | None:
    """The links to this bot's own page of a meeting; `None` without a public address."""
    return JoinLinks(settings.public_url, memory.keys) if settings.public_url else None
