"""The durable work, put together from its services."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from docket import Docket

from bot.apizee.client import Apizee
from bot.app.memory import Memory
from bot.app.vendors import Vendors
from bot.deferred.runner import RequestRunner
from bot.jobs import Jobs
from bot.media import Media
from bot.metrics import Metrics
from bot.model import Kind
from bot.queue import Queue, Wanted
from bot.services.agents import Agents
from bot.services.assistance import Assistance
from bot.services.board import Board
from bot.services.by_hand import quick_invitation
from bot.services.delivering import MIB, Deliverer, Uploading
from bot.services.doors import Doors
from bot.services.forgetting import Forgetting
from bot.services.home import Home
from bot.services.join import JoinLinks
from bot.services.locating import Locator
from bot.services.lookups import Lookups
from bot.services.meetings import Meetings
from bot.services.numbers import Numbers
from bot.services.refreshing import Refresher
from bot.services.rooms import Room
from bot.services.shipments import Shipments
from bot.services.starting import Starter
from bot.services.statistics import StatisticsSource
from bot.services.thread_media import ThreadMedia
from bot.services.timing import MediaTiming
from bot.services.turns import Turns
from bot.services.twins import Twins
from bot.settings import Settings
from bot.store.docket import SharingDocket
from bot.store.locks import Locks
from bot.store.remembered import Remembered
from bot.store.tries import Tries
from bot.store.wishes import Wishes
from bot.timing import Timing
from bot.ui.home import Health, Incident


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
