"""Builds what faces Slack and the web, once: the listeners, their dispatcher, and the web application."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from starlette.routing import BaseRoute

import handlers
from bot.adapters import Adapters
from bot.deferred.access_links import AccessLinks
from bot.deferred.background import Background
from bot.deferred.forms import Forms
from bot.deferred.join_links import JoinLinks
from bot.deferred.requests import ShowHome
from bot.deferred.subjects import Subjects
from bot.digest.views import digest_form
from bot.home.forms import AdministratorsForm
from bot.home.views import login_form
from bot.installation.connecting import Connecting
from bot.installation.routes import OAuthRoutes
from bot.jobs.worker import Worker
from bot.messages_tab.offers import StartOffers
from bot.model.acts import Act
from bot.model.messages import Block
from bot.model.people import Requester
from bot.notes.form import NoteForm
from bot.policy.agents import Agents
from bot.policy.policy import Policy
from bot.sessions.following.sync import SessionSync
from bot.sessions.intake import Intake
from bot.sessions.open_links import OpenLinks
from bot.sessions.planned.changes import PlanForm
from bot.sessions.resolve import SessionResolver
from bot.settings import Settings
from bot.slack.received.verification import Guard
from bot.slack.socket import WatchedSocket
from bot.store.server.connection import takes_writes
from bot.timing import Timing
from bot.ui.pages import Pages
from bot.ui.text import Translator
from bot.web import app as web
from bot.web.admission import AckGate
from bot.web.draining import Draining
from bot.web.join import JoinPage
from bot.web.metrics import MetricsReport
from bot.web.open import OpenPage
from bot.web.received import ReceivedLog
from bot.web.slack import Dispatcher, SlackEndpoint
from bot.web.webhooks import WebhookEndpoint
from bot.workflow_steps.intake import StepIntake
from handlers.services import Services


class Endpoints:
    """What receives from Slack and the web, on the parts that do the work."""

    def __init__(
        self,
        settings: Settings,
        timing: Timing,
        adapters: Adapters,
        *,
        intake: Intake,
        agents: Agents,
        policy: Policy,
        background: Background,
        gate: AckGate,
        sync: SessionSync,
        worker: Worker,
        draining: Draining,
        join_links: JoinLinks | None,
        open_links: OpenLinks | None,
        access_links: AccessLinks,
        resolver: SessionResolver,
        subjects: Subjects,
    ) -> None:
        self._settings, self._timing, self._adapters = settings, timing, adapters
        self._intake, self._agents, self._policy, self._background = intake, agents, policy, background
        self._sync, self._join_links = sync, join_links
        self._open_links, self._access_links = open_links, access_links
        self._resolver, self._subjects = resolver, subjects
        listeners = handlers.listeners(self._services())
        on_dropped = adapters.metrics.counting("payloads_dropped_total", "kind", "reason")
        received = ReceivedLog(adapters.metrics.observing("acknowledgement_duration_seconds", "kind"))
        self._dispatcher = Dispatcher(adapters.workspaces.admit, listeners, on_dropped, gate, received)
        self.socket = WatchedSocket(
            adapters.slack_client(), adapters.outbound, self._dispatcher.take, timing=timing.socket
        )
        self.web = web.build(
            slack_endpoint=self._slack_endpoint(),
            probes=self._probes(worker, draining),
            metrics=MetricsReport(adapters.counters, adapters.accounts, adapters.set_aside, worker.lag).render,
            more_routes=self._optional_routes(),
            timing=timing.web,
        )

    def _probes(self, worker: Worker, draining: Draining) -> Mapping[str, web.Probe]:
        """Return what `/readyz` asks."""
        socket: dict[str, web.Probe] = {"socket": self.socket.check} if self._settings.slack_app_token else {}
        return {
            "redis": partial(takes_writes, self._adapters.redis),
            "worker": worker.check,
            "accepting": draining.check,
            **socket,
        }

    def _services(self) -> Services:
        settings, adapters = self._settings, self._adapters
        return Services(
            intake=self._intake,
            queue=adapters.queue,
            agents=self._agents,
            policy=self._policy,
            offers=StartOffers(adapters.keys),
            steps=StepIntake(
                self._intake,
                adapters.refused_steps,
                adapters.queue,
                self._agents,
                region=settings.default_region,
                command=settings.assist_command,
            ),
            forms=Forms(
                adapters.slack,
                self._agents,
                self._policy,
                self._background,
                adapters.last_channels,
                command=settings.assist_command,
                timing=self._timing.agents,
            ),
            slack=adapters.slack,
            background=self._background,
            installing=adapters.installing,
            connecting=self._connecting(),
            note_form=self._note_form(),
            plan_form=PlanForm(
                adapters.sessions,
                adapters.slack,
                self._agents,
                self._policy,
                self._background,
                command=settings.assist_command,
            ),
            login_form=self._administrators_form(Act.SET_LOGINS, login_form),
            digest_form=self._administrators_form(Act.SET_DIGESTS, digest_form),
            metrics=adapters.metrics,
            assist_command=settings.assist_command,
            meet_command=settings.meet_command,
            region=settings.default_region,
            clock=self._timing.clock,
            countries=settings.allowed_countries,
        )

    def _administrators_form(self, act: Act, view: Callable[[Translator], Block]) -> AdministratorsForm:
        return AdministratorsForm(
            act,
            view,
            slack=self._adapters.slack,
            agents=self._agents,
            policy=self._policy,
            background=self._background,
            command=self._settings.assist_command,
        )

    def _connecting(self) -> Connecting:
        settings, adapters = self._settings, self._adapters
        return Connecting(
            accounts=adapters.accounts,
            store=adapters.account_store,
            files=adapters.files,
            sessions=adapters.sessions,
            slack=adapters.slack,
            agents=self._agents,
            policy=self._policy,
            background=self._background,
            redraw=self._redraw_home,
            webhooks=f"{settings.public_url}/apizee/webhooks" if settings.public_url else None,
            command=settings.assist_command,
        )

    def _note_form(self) -> NoteForm:
        settings = self._settings
        return NoteForm(
            slack=self._adapters.slack,
            agents=self._agents,
            policy=self._policy,
            resolver=self._resolver,
            subjects=self._subjects,
            background=self._background,
            outcomes=settings.outcomes,
            command=settings.assist_command,
        )

    async def _redraw_home(self, requester: Requester) -> None:
        await self._intake.defer(requester, ShowHome(), delivery=f"home:{secrets.token_hex(8)}")

    def _slack_endpoint(self) -> SlackEndpoint | None:
        """Return what answers Slack over HTTP, or `None` in Socket Mode."""
        secret = self._settings.slack_signing_secret
        if secret is None or self._settings.slack_app_token:
            return None
        return SlackEndpoint(
            Guard(secret.get_secret_value(), self._timing.clock), self._dispatcher.answer, self._timing.web.reading
        )

    def _optional_routes(self) -> Sequence[BaseRoute]:
        """Return the routes besides Slack's and the operator's; some are there with some settings alone."""
        settings, adapters, pages = self._settings, self._adapters, Pages()
        routes: list[BaseRoute] = []
        if self._join_links:
            routes.append(JoinPage(self._join_links, pages).route())
        if self._open_links:
            command, opened = settings.assist_command, adapters.opened_links
            routes.append(OpenPage(self._open_links, opened, self._access_links, pages, command=command).route())
        if adapters.installing:
            routes += OAuthRoutes(adapters.installing, pages, command=settings.assist_command).routes()
        header, on_refused = settings.apizee_webhook_header, adapters.metrics.counting("apizee_webhooks_refused_total")
        routes += WebhookEndpoint(
            self._sync.on_webhook, adapters.accounts, header=header, on_refused=on_refused
        ).routes()
        return routes
