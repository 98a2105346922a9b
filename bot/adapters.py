"""Builds what the bot talks to, once, from the settings: the stores in Redis, the queue, Slack and Apizee."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

from slack_sdk.web.async_client import AsyncWebClient

from bot.apizee.budget import Budget
from bot.apizee.client import Apizee
from bot.apizee.in_flight import InFlight
from bot.apizee.token import Token
from bot.connections import Connections, connections, operators_account
from bot.digest.sending import DigestSender
from bot.digest.turning import Digests
from bot.events.event import event_between
from bot.events.receiver import Receiver
from bot.events.requesting import EventRequests
from bot.events.sending import EventSender
from bot.expected_series import expect_known
from bot.installation.accounts import Account, Accounts
from bot.installation.flow import OAuthFlow
from bot.installation.removal import WorkspaceRemoval
from bot.installation.rotation import TokenRotation
from bot.jobs.queue import Queue
from bot.manifest import optional_scopes, required_scopes
from bot.metrics import Metrics
from bot.model.accounts import ApizeeAccount, account_key
from bot.model.session import Session
from bot.model.workspaces import AllowedWorkspaces
from bot.settings import Settings
from bot.slack.client import Slack
from bot.slack.connection import web_client
from bot.slack.oauth import OAuth
from bot.slack.workspaces import OneWorkspace, Workspaces, WorkspaceTokens
from bot.store.accounts.events import AccountEvents
from bot.store.accounts.facts import AccountFacts
from bot.store.accounts.store import AccountStore
from bot.store.audit import AuditStore
from bot.store.cache import Cache
from bot.store.counters import Counters
from bot.store.deferred import DeferredRequests
from bot.store.events import EventOutbox
from bot.store.people.invitations import InvitationCounter
from bot.store.people.last_channels import LastChannels
from bot.store.people.logins import LoginStore
from bot.store.people.opened_links import OpenedLinks
from bot.store.polling_state import PollCount, PollingState
from bot.store.sealing.canary import Canary
from bot.store.sealing.keyring import KeyRing
from bot.store.server import rights
from bot.store.server.embedded import embedded_folder
from bot.store.server.locks import Locks
from bot.store.server.rewriting import FileRewriting
from bot.store.sessions.invitee_index import InviteeIndex
from bot.store.sessions.invitees import Invitees
from bot.store.sessions.link_index import LinkIndex
from bot.store.sessions.of_people import PeoplesSessions
from bot.store.sessions.store import Sessions
from bot.store.sessions.unread import UnreadRecords
from bot.store.set_aside import SetAsideJobs
from bot.store.steps import RefusedSteps
from bot.store.timeline import Timeline
from bot.store.workspaces.digests import DigestStore
from bot.store.workspaces.directory import WorkspaceDirectory
from bot.store.workspaces.installations import InstallationStore, OAuthStates
from bot.timing import Timing


@asynccontextmanager
async def open_adapters(settings: Settings, timing: Timing) -> AsyncIterator[Adapters]:
    """Open all connections, build what stands on them, and close it in reverse; raises `CannotStart`."""
    async with AsyncExitStack() as stack:
        opened = await stack.enter_async_context(connections(settings, timing))
        await rights.check_unless_away(opened.redis)
        adapters = Adapters(settings, timing, opened)
        await Canary(opened.redis, adapters.keys).check_unless_away()
        await stack.enter_async_context(adapters.counters.flushing())
        if adapters.rotation:
            stack.push_async_callback(adapters.rotation.close)
        await stack.enter_async_context(adapters.docket)
        if adapters.event_requests:
            await stack.enter_async_context(adapters.event_requests.repaired())
        yield adapters


class Adapters:
    """The stores, the queue and the clients of both vendors, on connections that are open."""

    def __init__(self, settings: Settings, timing: Timing, opened: Connections) -> None:
        self._settings, self._timing, self._opened = settings, timing, opened
        self.redis, self.docket, self.outbound = opened.redis, opened.docket, opened.outbound
        self.metrics = Metrics()
        self._operators = operators_account(settings)
        self._in_flight: dict[str, InFlight] = {}
        expect_known(self.metrics)
        self._build_stores()
        self._build_slack()
        self._build_digests()
        self._build_apizee()

    def _build_stores(self) -> None:
        settings, redis, docket = self._settings, self.redis, self.docket
        account, retention = (
            self._operators.key if self._operators else account_key(""),
            timedelta(days=settings.retention_days),
        )
        given = [key.get_secret_value() for key in settings.encryption_keys]
        keys = self.keys = KeyRing.from_settings_or_file(given, settings.data_dir)
        metrics = self.metrics
        self.locks = Locks(redis)
        self.queue = Queue(docket, self.locks, self._timing.queue)
        outbox, timing = EventOutbox(redis), self._timing.events
        sends_events = settings.events_url is not None
        self.event_requests = EventRequests(outbox, self.queue, timing) if sends_events else None
        self.sessions = Sessions(
            redis,
            keys,
            retention,
            account=account,
            on_state=self._note_state,
            event_between=event_between if sends_events else None,
            on_event=self.event_requests.note if self.event_requests else None,
            unread=UnreadRecords(redis, metrics.counting("records_unread_total", "reason")),
        )
        self.retention = retention
        self.counters = Counters(redis, metrics)
        self.deferred = DeferredRequests(redis, keys)
        self.installations = InstallationStore(redis, keys)
        self.timeline = Timeline(redis)
        self.invitees = Invitees(redis, keys, retention)
        self.invitee_index = InviteeIndex(redis, keys, self.sessions, retention)
        self.link_index = LinkIndex(keys, self.sessions)
        self.peoples = PeoplesSessions(redis, self.sessions, retention)
        folder = None if settings.redis_url else embedded_folder(settings.data_dir)
        self.files = FileRewriting(redis, folder, self._timing.rewriting)
        self.logins = LoginStore(redis, keys)
        self.directory = WorkspaceDirectory(redis)
        self.invitations = InvitationCounter(redis, limit=settings.invitations_per_hour)
        self.set_aside = SetAsideJobs(redis, retention)
        self.poll_count = PollCount(redis)
        self.audit = AuditStore(redis, retention)
        self.opened_links = OpenedLinks(redis, keys)
        self.cache = Cache(redis, keys)
        self.refused_steps = RefusedSteps(self.cache)
        self.last_channels = LastChannels(self.cache, retention)
        self.overview_channels = LastChannels(self.cache, retention, what="overview channel")
        self.digest_store = DigestStore(redis, keys)
        self.event_sender = self._event_sender(outbox)

    def _note_state(self, session: Session) -> None:
        self.metrics.count("sessions_total", kind=session.kind.value, state=session.state.value)

    def _event_sender(self, outbox: EventOutbox) -> EventSender | None:
        """Return what sends events, or `None` where the operator has set no address for them."""
        url, secret = self._settings.events_url, self._settings.events_secret
        if url is None or secret is None:
            return None
        # By the machine's own clock, which the receiver compares with its own.
        return EventSender(
            outbox,
            self.sessions,
            Receiver(self._opened.events, url.get_secret_value(), secret.get_secret_value()),
            count=self.metrics.counting("events_total", "type", "outcome"),
            timing=self._timing.events,
        )

    def _build_slack(self) -> None:
        settings, installations = self._settings, self.installations
        allowed = self._allowed = AllowedWorkspaces(settings.allowed_workspaces)
        oauth = self.oauth = self._oauth()
        self.rotation = TokenRotation(installations, oauth) if oauth else None
        self.workspaces: Workspaces
        self.installing: OAuthFlow | None = None
        if oauth and self.rotation:
            self.workspaces = workspaces = WorkspaceTokens(
                self.rotation.current, self.slack_client, join=installations.join, allowed=allowed
            )
            states = OAuthStates(self.redis, self.keys)
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
            self.workspaces = OneWorkspace(self.slack_client(token.get_secret_value() if token else ""), allowed)
        self.slack = Slack(
            self.workspaces.client,
            self._opened.slack,
            api_url=settings.slack_api_url,
            on_error=self.metrics.counting("slack_errors_total", "method", "error"),
            on_request=self.metrics.observing("slack_request_duration_seconds", "method"),
        )

    def _build_digests(self) -> None:
        settings, store, clock = self._settings, self.digest_store, self._timing.clock
        self.digests = Digests(store, self.queue, self.slack, shared_channels=settings.shared_channels, clock=clock)
        self.digest_sender = DigestSender(
            store, self.digests, self.sessions, self.slack, command=settings.assist_command, clock=clock
        )

    def slack_client(self, token: str | None = None) -> AsyncWebClient:
        """Return a client of Slack's Web API; without a token it acts in no workspace."""
        return web_client(self._opened.slack, self._settings.slack_api_url, token)

    def _oauth(self) -> OAuth | None:
        """Return the OAuth client for installations, or `None` where the bot serves the one workspace of its token."""
        client_id, client_secret = self._settings.slack_client_id, self._settings.slack_client_secret
        if not (client_id and client_secret):
            return None
        return OAuth(
            self.slack_client(),
            client_id=client_id,
            client_secret=client_secret.get_secret_value(),
            redirect_uri=f"{self._settings.public_url}/slack/oauth_redirect",
            scopes=[*required_scopes(), *optional_scopes()],
        )

    def _build_apizee(self) -> None:
        self.account_store = AccountStore(self.redis, self.keys.of_workspace)
        self.accounts = Accounts(
            store=self.account_store,
            open_account=self._account,
            operators=self._account(self._operators) if self._operators else None,
            is_named=self._is_named,
            owners_of=self.sessions.teams_of,
        )
        self.removal = WorkspaceRemoval(
            self.installations, self.accounts, self.account_store, self.set_aside, self.queue, self.files
        )

    def _count_request(self, operation: str, status: int, seconds: float) -> None:
        self.metrics.count("apizee_requests_total", operation=operation, status=str(status))
        self.metrics.observe("apizee_request_duration_seconds", seconds, operation=operation)

    async def _is_named(self, team: str) -> bool:
        return self._allowed.names(team, await self.workspaces.organisation(team))

    def _account(self, about: ApizeeAccount) -> Account:
        """Make the parts of an Apizee account; all accounts share one pool of connections.

        Workspaces with the same account share the limit of its requests under way.
        """
        settings, redis, timing, http = self._settings, self.redis, self._timing.apizee, self._opened.apizee
        limit = settings.apizee_requests_per_minute
        budget = Budget(redis, user=about.username, per_minute=limit, window=timing.budget_window)
        token = Token(
            redis,
            http=http,
            base_url=settings.apizee_api_url,
            username=about.username,
            password=about.password,
            sealer=self.keys,
            budget=budget,
            on_request=self._count_request,
            timing=timing,
        )
        apizee = Apizee(
            http=http,
            base_url=settings.apizee_api_url,
            enterprise_id=about.enterprise_id,
            token=token,
            budget=budget,
            on_request=self._count_request,
            on_set_aside=lambda operation, number: self.metrics.count(
                "apizee_items_set_aside_total", number, operation=operation
            ),
            timing=timing,
            in_flight=self._in_flight.setdefault(about.key, InFlight(patience=timing.free_place)),
        )
        return Account(
            about=about,
            apizee=apizee,
            facts=AccountFacts(redis, self.keys, account=about.key),
            events=AccountEvents(redis, account=about.key),
            polling=PollingState(redis, account=about.key),
        )
