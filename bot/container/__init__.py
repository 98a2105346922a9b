"""Builds every part of the bot once, on the adapters: what people do, the worker, and the endpoints on top of them.

Settings are read here, and all parts are handed values.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

from bot.adapters import Adapters, open_adapters
from bot.container.jobs import build_jobs
from bot.deferred.access_links import AccessLinks
from bot.deferred.answers import Answers
from bot.deferred.background import Background
from bot.deferred.ended import EndedSessions
from bot.deferred.finding import Finding
from bot.deferred.forgetting import ForgetRequests
from bot.deferred.join_links import JoinLinks
from bot.deferred.queries import Queries
from bot.deferred.runner import RequestRunner
from bot.deferred.starting import StartsFromElsewhere
from bot.deferred.subjects import Subjects
from bot.endpoints import Endpoints
from bot.home.changes import HomeChanges
from bot.home.logins import Logins
from bot.installation.accounts import Accounts
from bot.jobs.handover import Handover
from bot.media.delivery import MediaDelivery
from bot.media.on_request import ThreadMedia
from bot.media.outbox import Outbox
from bot.media.plan import MIB, Uploading
from bot.model.session import Kind
from bot.notes.writing import Notes
from bot.permissions import build_permissions
from bot.report.making import Masks, Reports
from bot.sessions.cards import Cards
from bot.sessions.conferences import ConferenceProvider
from bot.sessions.duplicates import DuplicateCheck
from bot.sessions.following.erasure import Forgetting
from bot.sessions.intake import Intake
from bot.sessions.invitation_limit import InvitationLimit
from bot.sessions.list_ways import ListWays
from bot.sessions.open_links import OpenLinks
from bot.sessions.passing_on.qr_codes import QrCodes
from bot.sessions.planned.changes import PlanChanges
from bot.sessions.planned.plans import Plans
from bot.sessions.planned.preparing import Preparing
from bot.sessions.provider import VideoProvider
from bot.sessions.refresh import Refresh
from bot.sessions.resolve import SessionResolver
from bot.sessions.start import SessionStart
from bot.sessions.tickets import TicketProvider
from bot.settings import Settings
from bot.slack_places import build_home, build_messages_tab, build_unfurling
from bot.statistics.report import StatisticsReport
from bot.statistics.source import StatisticsSource
from bot.store.presence import Presence
from bot.store.server.cluster.client import is_cluster
from bot.timing import Timing
from bot.ui.lists.references import ReferenceLinks
from bot.ui.notes.masking import LinkMask
from bot.web.admission import AckGate
from bot.web.draining import Draining


@asynccontextmanager
async def build(settings: Settings, *, timing: Timing | None = None) -> AsyncIterator[Container]:
    """Open everything that the settings ask for, and close it in reverse.

    Slack and Apizee need not answer yet, nor a Redis of the operator's. Raises `CannotStart` where the embedded Redis
    cannot be started, or where Redis refuses what the bot does.
    """
    timing = timing or Timing()
    async with AsyncExitStack() as stack:
        adapters = await stack.enter_async_context(open_adapters(settings, timing))
        parts = Container(settings, timing, adapters)
        await stack.enter_async_context(parts.audit.kept())
        stack.push_async_callback(parts.background.close)
        await stack.enter_async_context(adapters.files.when_due())
        await stack.enter_async_context(parts.poll_watchdog.watching())
        await stack.enter_async_context(Presence(adapters.redis).announced())
        yield parts


class Container:
    """What people do, the worker and the endpoints, each part built once on the adapters."""

    def __init__(self, settings: Settings, timing: Timing, adapters: Adapters) -> None:
        self.settings, self.timing, self.adapters = settings, timing, adapters
        self.gate, self.background = AckGate(timing.answer), Background(timing.answer)
        self.draining = Draining()
        may = self._may = build_permissions(settings, timing, adapters)
        self.agents, self.audit, self.places, self.policy = may.agents, may.audit, may.places, may.policy
        self._build_sessions()
        self._build_requests()
        jobs = build_jobs(self)
        self.worker, self.sync, self.poll_watchdog = jobs.worker, jobs.sync, jobs.poll_watchdog
        endpoints = Endpoints(
            settings,
            timing,
            adapters,
            intake=self.intake,
            agents=self.agents,
            policy=self.policy,
            background=self.background,
            gate=self.gate,
            sync=self.sync,
            worker=self.worker,
            draining=self.draining,
            join_links=self.join_links,
            open_links=self.open_links,
            access_links=self.access_links,
            resolver=self.resolver,
            subjects=self.subjects,
        )
        self.web, self.socket = endpoints.web, endpoints.socket

    def _build_sessions(self) -> None:
        settings, adapters, agents = self.settings, self.adapters, self.agents
        sessions, slack, queue, clock = adapters.sessions, adapters.slack, adapters.queue, self.timing.clock
        providers = self.providers = self.providers_of(adapters.accounts)
        self._references = ReferenceLinks(settings.reference_url)
        self.session_links = LinkMask.of(settings.apizee_api_url, settings.public_url)
        cards = self.cards = Cards(slack, sessions, references=self._references, clock=clock)
        self.resolver = SessionResolver(sessions, slack, providers)
        timing, countries = self.timing, settings.allowed_countries
        # A cluster has a workspace's keys and the queue's on two servers.
        in_one_step = not is_cluster(adapters.redis)
        handover = Handover(sessions, adapters.deferred, queue, in_one_step=in_one_step)
        self.intake = Intake(sessions, handover, timing.answer, countries=countries, clock=clock)
        self.open_links = OpenLinks(settings.public_url, adapters.keys) if settings.public_url else None
        before = timedelta(minutes=settings.remind_before_minutes)
        self.plans = Plans(sessions, slack, cards, queue, before=before, clock=clock)
        self.preparing = Preparing(slack, agents, self.policy, adapters.accounts, providers)
        self.start = SessionStart(
            sessions=sessions,
            slack=slack,
            agents=agents,
            preparing=self.preparing,
            plans=self.plans,
            cards=cards,
            providers=providers,
            duplicates=DuplicateCheck(sessions, adapters.invitees, slack, clock=clock),
            limit=InvitationLimit(adapters.invitations, clock=clock),
            queue=queue,
            apizee_url=settings.apizee_api_url,
            command=settings.assist_command,
            open_links=self.open_links,
            timing=self.timing.start,
            clock=clock,
        )
        self.refresh = Refresh(sessions=sessions, cards=cards, providers=providers, queue=queue)
        self.qr_codes = QrCodes(sessions, slack)
        self.forgetting = Forgetting(
            sessions, adapters.invitee_index, adapters.invitees, cards, self.qr_codes, adapters.files
        )
        with_recordings = settings.media_upload and settings.media_upload_videos
        largest = settings.media_max_mib * MIB if with_recordings else 0
        self.media = MediaDelivery(
            sessions=sessions,
            slack=slack,
            accounts=adapters.accounts,
            providers=providers,
            outbox=Outbox(
                sessions,
                slack,
                count=lambda item, way: adapters.metrics.count("media_delivered_total", kind=item.category, way=way),
                timing=self.timing.media,
                clock=clock,
            ),
            queue=queue,
            uploading=Uploading(photos=settings.media_upload, recordings_up_to=largest),
        )

    def providers_of(self, accounts: Accounts) -> Mapping[Kind, VideoProvider]:
        """Return what asks Apizee about each kind of session, through these accounts."""
        return {Kind.ASSISTANCE: TicketProvider(accounts), Kind.MEETING: ConferenceProvider(accounts, self.agents)}

    def _build_requests(self) -> None:
        settings, adapters, slack, agents = self.settings, self.adapters, self.adapters.slack, self.agents
        accounts, clock = adapters.accounts, self.timing.clock
        figures = StatisticsSource(accounts, adapters.cache, adapters.sessions, clock=clock)
        self.join_links = JoinLinks(settings.public_url, adapters.keys) if settings.public_url else None
        subjects = self.subjects = Subjects(adapters.sessions, adapters.accounts, self.policy)
        self.access_links = AccessLinks(
            adapters.accounts,
            self.providers[Kind.MEETING],
            self.join_links,
            opening=self.open_links,
            agents=agents,
            policy=self.policy,
            resolver=self.resolver,
            subjects=subjects,
        )
        ways = ListWays(self.open_links, self._references, self.cards, adapters.cache)
        queries = Queries(
            sessions=adapters.sessions,
            peoples=adapters.peoples,
            subjects=subjects,
            providers=self.providers,
            ways=ways,
            commands={Kind.ASSISTANCE: settings.assist_command, Kind.MEETING: settings.meet_command},
            uploads=settings.media_upload,
        )
        finding = Finding(
            sessions=adapters.sessions,
            peoples=adapters.peoples,
            invitees=adapters.invitee_index,
            subjects=subjects,
            providers=self.providers,
            ways=ways,
            slack=slack,
            region=settings.default_region,
        )
        self.runner = RequestRunner(
            deferred=adapters.deferred,
            slack=slack,
            answers=Answers(slack, agents, clock=clock),
            agents=agents,
            policy=self.policy,
            subjects=subjects,
            resolver=self.resolver,
            access_links=self.access_links,
            qr_codes=self.qr_codes,
            queries=queries,
            finding=finding,
            thread_media=ThreadMedia(self.providers, adapters.queue),
            refresh_session=self.refresh,
            plan_changes=PlanChanges(self.plans, adapters.sessions, slack, clock=clock),
            forgetting=ForgetRequests(self.forgetting, self.policy),
            unfurling=build_unfurling(settings, adapters, self.policy, ways, clock),
            messages_tab=build_messages_tab(settings, adapters, agents),
            ended=EndedSessions(Notes(adapters.sessions, adapters.queue), self._reports()),
            home=build_home(settings, adapters, self._may, ways, clock),
            home_changes=HomeChanges(Logins(adapters.logins, agents), adapters.digests, adapters.overview_channels),
            starts=StartsFromElsewhere(adapters.sessions, self.policy, self.intake),
            numbers=StatisticsReport(figures, adapters.sessions, slack, agents, adapters.cache),
            command=settings.assist_command,
            timing=self.timing.deferred,
            clock=clock,
        )

    def _reports(self) -> Reports:
        adapters = self.adapters
        return Reports(
            sessions=adapters.sessions,
            slack=adapters.slack,
            accounts=adapters.accounts,
            providers=self.providers,
            agents=self.agents,
            locks=adapters.locks,
            masks=Masks(self._references, self.session_links, photos=self.settings.media_upload),
            timing=self.timing.media,
            clock=self.timing.clock,
        )
