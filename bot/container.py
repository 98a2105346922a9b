"""Builds every part of the bot once: clients, then stores, then what people do, then what faces Slack and the web.

This is the one place, besides the command line and the doctor, that reads settings: all parts are handed values.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial

from slack_sdk.web.async_client import AsyncWebClient
from starlette.routing import BaseRoute

import handlers
from bot.apizee.budget import Budget, account_key
from bot.apizee.client import Apizee
from bot.apizee.token import Token
from bot.connections import Connections, connections
from bot.deferred.access_links import AccessLinks
from bot.deferred.background import Background
from bot.deferred.forms import Forms
from bot.deferred.join_links import JoinLinks
from bot.deferred.queries import Queries
from bot.deferred.runner import RequestRunner
from bot.home.service import Home
from bot.installation.flow import OAuthFlow
from bot.installation.rotation import TokenRotation
from bot.installation.routes import OAuthRoutes
from bot.jobs.queue import Queue
from bot.jobs.tasks import Tasks
from bot.jobs.watchdog import PollWatchdog
from bot.jobs.worker import Worker
from bot.manifest import optional_scopes, required_scopes
from bot.media.delivery import MediaDelivery
from bot.media.on_request import ThreadMedia
from bot.media.outbox import Outbox
from bot.media.plan import MIB, Uploading
from bot.metrics import Metrics
from bot.model.session import Kind
from bot.model.workspaces import AllowedWorkspaces
from bot.policy.agents import Agents
from bot.policy.audit import Audit
from bot.policy.places import Places
from bot.policy.policy import Limits, Policy
from bot.policy.rules import Choices
from bot.sessions.cards import Cards
from bot.sessions.conferences import ConferenceProvider
from bot.sessions.duplicates import DuplicateCheck
from bot.sessions.following.completion import CardUpdater
from bot.sessions.following.erasure import Forgetting
from bot.sessions.following.polling import RARER_WITH_WEBHOOKS, Poller, PollSchedule
from bot.sessions.following.reminders import Reminders
from bot.sessions.following.sync import SessionSync
from bot.sessions.intake import Intake
from bot.sessions.provider import VideoProvider
from bot.sessions.refresh import Refresh
from bot.sessions.resolve import SessionResolver
from bot.sessions.start import SessionStart
from bot.sessions.tickets import TicketProvider
from bot.settings import Settings
from bot.slack.client import Slack
from bot.slack.connection import socket_mode, web_client
from bot.slack.oauth import OAuth
from bot.slack.verification import Guard
from bot.slack.workspaces import OneWorkspace, Workspaces, WorkspaceTokens
from bot.statistics.participants import Participants
from bot.statistics.report import StatisticsReport
from bot.statistics.source import StatisticsSource
from bot.store.account import AccountFacts
from bot.store.audit import AuditStore
from bot.store.cache import Cache
from bot.store.coalescing import Wishes
from bot.store.counters import Counters
from bot.store.deferred import DeferredRequests
from bot.store.installations import InstallationStore, OAuthStates
from bot.store.keyring import KeyRing
from bot.store.polling_state import PollingState
from bot.store.server import rights
from bot.store.server.connection import takes_writes
from bot.store.server.locks import Locks
from bot.store.sessions.invitees import Invitees
from bot.store.sessions.store import Sessions
from bot.store.sessions.unread import UnreadRecords
from bot.store.set_aside import SetAsideJobs
from bot.store.timeline import Timeline
from bot.store.tries import Tries
from bot.timing import Timing
from bot.ui.pages import Pages
from bot.web import app as web
from bot.web.admission import AckGate
from bot.web.join import JoinPage
from bot.web.metrics import MetricsReport
from bot.web.slack import Dispatcher, Listeners, SlackEndpoint
from bot.web.webhooks import WebhookEndpoint
from handlers.services import Services


@asynccontextmanager
async def build(settings: Settings, *, timing: Timing | None = None) -> AsyncIterator[Container]:
    """Open everything that the settings ask for, and close it in reverse.

    Slack and Apizee need not answer yet, nor a Redis of the operator's. Raises `CannotStart` where the embedded Redis
    cannot be started, or where Redis refuses what the bot does.
    """
    timing = timing or Timing()
    async with AsyncExitStack() as stack:
        opened = await stack.enter_async_context(connections(settings, timing))
        await rights.check_unless_away(opened.redis)
        parts = Container(settings, timing, opened)
        await stack.enter_async_context(parts.counters.flushing())
        await stack.enter_async_context(parts.audit.kept())
        if parts.rotation:
            stack.push_async_callback(parts.rotation.close)
        await stack.enter_async_context(opened.docket)
        stack.push_async_callback(parts.background.close)
        await stack.enter_async_context(parts.poll_watchdog.watching())
        yield parts


class Container:
    """The parts of the running bot, each built once."""

    def __init__(self, settings: Settings, timing: Timing, opened: Connections) -> None:
        self._settings, self._timing, self._opened = settings, timing, opened
        self._every = timedelta(seconds=settings.apizee_poll_seconds)
        self._gate = AckGate(timing.answer)
        self.metrics = Metrics()
        self.background = Background(timing.answer)
        self._build_stores()
        self._build_slack()
        self._build_apizee()
        self._build_sessions()
        self._build_requests()
        self._build_jobs()
        self._build_web()

    def socket_mode(self, app_token: str) -> AbstractAsyncContextManager[None]:
        """Take Slack's deliveries from a socket until left."""
        return socket_mode(app_token, self._slack_client(), self._opened.outbound, self.dispatcher.take)

    def _build_stores(self) -> None:
        settings, redis, docket = self._settings, self._opened.redis, self._opened.docket
        account, retention = account_key(settings.apizee_username), timedelta(days=settings.retention_days)
        given = [key.get_secret_value() for key in settings.encryption_keys]
        keys = self._keys = KeyRing.from_settings_or_file(given, settings.data_dir)
        metrics = self.metrics
        self.sessions = Sessions(
            redis,
            keys,
            retention,
            account=account,
            on_state=lambda session: metrics.count(
                "sessions_total", kind=session.kind.value, state=session.state.value
            ),
            unread=UnreadRecords(redis, metrics.counting("records_unread_total", "reason")),
        )
        self.counters = Counters(redis, metrics)
        self.deferred = DeferredRequests(redis, keys)
        self.installations = InstallationStore(redis, keys)
        self.timeline = Timeline(redis, account=account)
        self.invitees = Invitees(redis, keys, retention)
        self.set_aside = SetAsideJobs(redis, retention)
        self.account = AccountFacts(redis, keys, account=account)
        self.polling_state = PollingState(redis, account=account)
        self.cache = Cache(redis, keys)
        self.queue = Queue(docket, Wishes(redis), self._timing.queue)

    def _build_slack(self) -> None:
        settings, installations = self._settings, self.installations
        allowed = self._allowed = AllowedWorkspaces(settings.allowed_workspaces)
        oauth = self._oauth()
        self.rotation = TokenRotation(installations, oauth) if oauth else None
        self.workspaces: Workspaces
        self.installing: OAuthFlow | None = None
        if oauth and self.rotation:
            self.workspaces = workspaces = WorkspaceTokens(self.rotation.current, self._slack_client, allowed=allowed)
            states = OAuthStates(self._opened.redis)
            self.installing = OAuthFlow(
                oauth=oauth,
                states=states,
                installations=installations,
                workspaces=workspaces,
                queue=self.queue,
                allowed=allowed,
            )
        else:
            token = settings.slack_bot_token
            self.workspaces = OneWorkspace(self._slack_client(token.get_secret_value() if token else ""), allowed)
        on_error = self.metrics.counting("slack_errors_total", "method", "error")
        url = settings.slack_api_url
        self.slack = Slack(self.workspaces.client, self._opened.slack, api_url=url, on_error=on_error)
        self._build_policy()

    def _build_policy(self) -> None:
        settings, default_login = self._settings, self._settings.apizee_default_agent
        self.agents = Agents(
            self.slack,
            default_login=default_login,
            admins=settings.admin_users,
            logins=settings.agent_logins,
            timing=self._timing.agents,
        )
        self.audit = Audit(
            AuditStore(self._opened.redis, timedelta(days=settings.retention_days)),
            on_lost=lambda number: self.metrics.count("audit_lost_total", number),
        )
        self.policy = Policy(
            self.agents,
            Places(self.slack, self.cache),
            self.audit,
            choices=Choices(
                guests_may_start=settings.guests_may_start,
                shared_channels=settings.shared_channels,
                has_default_agent=bool(default_login),
            ),
            limits=Limits(groups=settings.allowed_groups, channels=settings.allowed_channels),
        )

    def _slack_client(self, token: str | None = None) -> AsyncWebClient:
        return web_client(self._opened.slack, self._settings.slack_api_url, token)

    def _oauth(self) -> OAuth | None:
        """Return how workspaces agree to the bot, or `None` where it serves the one whose token it was given."""
        client_id, client_secret = self._settings.slack_client_id, self._settings.slack_client_secret
        if not (client_id and client_secret):
            return None
        return OAuth(
            self._slack_client(),
            client_id=client_id,
            client_secret=client_secret.get_secret_value(),
            redirect_uri=f"{self._settings.public_url}/slack/oauth_redirect",
            scopes=[*required_scopes(), *optional_scopes()],
        )

    def _build_apizee(self) -> None:
        settings, redis, timing = self._settings, self._opened.redis, self._timing.apizee
        user, limit = settings.apizee_username, settings.apizee_requests_per_minute
        count = self.metrics.counting("apizee_requests_total", "operation", "status")
        budget = self.budget = Budget(redis, user=user, per_minute=limit, window=timing.budget_window)
        token = Token(
            redis,
            http=self._opened.apizee,
            base_url=settings.apizee_api_url,
            username=user,
            password=settings.apizee_password.get_secret_value(),
            sealer=self._keys,
            budget=budget,
            on_request=count,
            timing=timing,
        )
        self.apizee = Apizee(
            http=self._opened.apizee,
            base_url=settings.apizee_api_url,
            enterprise_id=settings.apizee_enterprise_id,
            token=token,
            budget=budget,
            on_request=count,
            on_set_aside=lambda operation, number: self.metrics.count(
                "apizee_items_set_aside_total", number, operation=operation
            ),
            timing=timing,
        )

    def _build_sessions(self) -> None:
        settings, sessions, slack, agents = self._settings, self.sessions, self.slack, self.agents
        providers = self.providers = self._providers(self.apizee)
        cards = self.cards = Cards(slack, sessions)
        resolver = self.resolver = SessionResolver(sessions, slack, providers)
        self.intake = Intake(
            sessions, self.deferred, self.queue, self._timing.answer, countries=settings.allowed_countries
        )
        self.start = SessionStart(
            sessions=sessions,
            slack=slack,
            agents=agents,
            cards=cards,
            providers=providers,
            duplicates=DuplicateCheck(sessions, self.invitees, slack),
            queue=self.queue,
            apizee_url=settings.apizee_api_url,
            command=settings.assist_command,
            timing=self._timing.start,
        )
        self.refresh = Refresh(sessions=sessions, resolver=resolver, cards=cards, providers=providers, queue=self.queue)
        self.forgetting = Forgetting(sessions, self.invitees, cards, agents)
        with_recordings = settings.media_upload and settings.media_upload_videos
        largest = settings.media_max_mib * MIB if with_recordings else 0
        self.media = MediaDelivery(
            sessions=sessions,
            slack=slack,
            apizee=self.apizee,
            providers=providers,
            outbox=Outbox(
                sessions,
                slack,
                count=lambda item, *, way: self.metrics.count("media_delivered_total", kind=item.category, way=way),
                timing=self._timing.media,
            ),
            queue=self.queue,
            uploading=Uploading(photos=settings.media_upload, recordings_up_to=largest),
        )

    def _providers(self, apizee: Apizee) -> Mapping[Kind, VideoProvider]:
        return {
            Kind.ASSISTANCE: TicketProvider(apizee, self.account),
            Kind.MEETING: ConferenceProvider(apizee, self.agents),
        }

    def _build_requests(self) -> None:
        settings, slack, agents = self._settings, self.slack, self.agents
        self.join_links = JoinLinks(settings.public_url, self._keys) if settings.public_url else None
        queries = Queries(
            sessions=self.sessions,
            resolver=self.resolver,
            providers=self.providers,
            commands={Kind.ASSISTANCE: settings.assist_command, Kind.MEETING: settings.meet_command},
            uploads=settings.media_upload,
        )
        self.runner = RequestRunner(
            deferred=self.deferred,
            slack=slack,
            agents=agents,
            resolver=self.resolver,
            access_links=AccessLinks(self.apizee, self.account, self.providers[Kind.MEETING], self.join_links),
            queries=queries,
            thread_media=ThreadMedia(self.resolver, self.providers, self.queue),
            refresh_session=self.refresh,
            forgetting=self.forgetting,
            home=Home(slack, self.sessions, agents, timeline=self.timeline, budget=self.budget),
            numbers=StatisticsReport(self._statistics(self.apizee), slack, agents, self.cache),
            command=settings.assist_command,
            timing=self._timing.deferred,
        )

    def _statistics(self, apizee: Apizee) -> StatisticsSource:
        return StatisticsSource(apizee, self.cache, service_key=self._settings.apizee_meeting_service_key)

    def _build_jobs(self) -> None:
        docket, redis, timing, every = self._opened.docket, self._opened.redis, self._timing, self._every
        self.worker = Worker(
            docket,
            tries=Tries(redis),
            set_aside=self.set_aside,
            metrics=self.metrics,
            before_each=self._gate.yield_to_acks,
            policy=timing.retry,
            timing=timing.worker,
        )
        sessions, timeline, slack, cards = self.sessions, self.timeline, self.slack, self.cards
        # Nobody waits for any of this: people's requests go first.
        apizee = self.apizee.in_background()
        providers = self._providers(apizee)
        self.sync = SessionSync(
            sessions=sessions,
            timeline=timeline,
            providers=providers,
            queue=self.queue,
            account=self.account,
            on_unknown=self.metrics.counting("apizee_webhooks_not_understood_total", "object"),
            quiet_after=every * RARER_WITH_WEBHOOKS,
        )
        poller = Poller(
            sessions=sessions,
            timeline=timeline,
            state=self.polling_state,
            providers=providers,
            sync=self.sync,
            reminders=Reminders(sessions, slack, providers, timing=timing.follow),
            forgetting=self.forgetting,
            queue=self.queue,
            schedule=PollSchedule(every),
            timing=timing.follow,
        )
        updater = CardUpdater(
            sessions=sessions, timeline=timeline, slack=slack, cards=cards, providers=providers, queue=self.queue
        )
        tasks = Tasks(
            start=self.start,
            deferred=self.runner,
            media=self.media,
            sync=self.sync,
            cards=updater,
            participants=Participants(sessions, self._statistics(apizee), self.queue),
            poller=poller,
            installations=self.installations,
            queue=self.queue,
            locks=Locks(redis),
            locked_for=timing.worker.taken_over_after,
        )
        tasks.register(self.worker, docket, poll_every=every)
        self.poll_watchdog = PollWatchdog(docket, self.polling_state, every=every)

    def _build_web(self) -> None:
        settings = self._settings
        services = Services(
            intake=self.intake,
            agents=self.agents,
            forms=Forms(self.slack, self.agents, self.background),
            slack=self.slack,
            background=self.background,
            installing=self.installing,
            metrics=self.metrics,
            assist_command=settings.assist_command,
            meet_command=settings.meet_command,
            region=settings.default_region,
            countries=settings.allowed_countries,
        )
        listeners = Listeners()
        handlers.register(listeners, services)
        on_dropped = self.metrics.counting("payloads_dropped_total", "kind", "reason")
        self.dispatcher = Dispatcher(self.workspaces.client, listeners, on_dropped, self._gate)
        self.web = web.build(
            slack_endpoint=self._slack_endpoint(),
            probes={"redis": partial(takes_writes, self._opened.redis), "worker": self.worker.check},
            metrics=MetricsReport(self.counters, self.budget, self.set_aside, self.worker.lag).render,
            more_routes=self._optional_routes(),
            timing=self._timing.web,
        )

    def _slack_endpoint(self) -> SlackEndpoint | None:
        """Return what answers Slack over HTTP, or `None` in Socket Mode."""
        secret = self._settings.slack_signing_secret
        if secret is None or self._settings.slack_app_token:
            return None
        return SlackEndpoint(Guard(secret.get_secret_value()), self.dispatcher.answer, self._timing.web.reading)

    def _optional_routes(self) -> Sequence[BaseRoute]:
        """Return the routes that only some settings ask for."""
        settings, routes = self._settings, list[BaseRoute]()
        if self.join_links:
            routes.append(JoinPage(self.join_links, Pages()).route())
        if self.installing:
            routes += OAuthRoutes(self.installing, Pages(), command=settings.assist_command).routes()
        if settings.apizee_webhook_secret:
            secret, header = settings.apizee_webhook_secret.get_secret_value(), settings.apizee_webhook_header
            routes += WebhookEndpoint(self.sync.on_webhook, header=header, secret=secret).routes()
        return routes
