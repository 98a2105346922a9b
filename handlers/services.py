"""The services behind the listeners."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.deferred.background import Background
from bot.deferred.forms import Forms
from bot.deferred.requests import Hint
from bot.grammar import Reading, TypedAt, find_contacts, names_a_time
from bot.home.forms import AdministratorsForm
from bot.installation.connecting import Connecting
from bot.installation.flow import OAuthFlow
from bot.jobs.queue import Queue
from bot.messages_tab.offers import MOST, StartOffers
from bot.metrics import Metrics
from bot.model.errors import KnownError, TimeZoneNotKnown
from bot.model.people import Requester
from bot.notes.form import NoteForm
from bot.policy.agents import Agents
from bot.policy.policy import Policy
from bot.sessions.intake import Intake
from bot.sessions.planned.changes import PlanForm
from bot.sessions.views.understood import reading_notice
from bot.slack.client import Slack
from bot.ui import private_messages
from bot.ui.error_messages import sentence
from bot.ui.text import Translator
from bot.workflow_steps.intake import StepIntake


@dataclass(frozen=True, slots=True)
class Services:
    """The services behind the listeners, and how this installation is called and dialled.

    `countries` are those whose numbers may be invited, all where there are none. `installing` is there where
    workspaces install the bot themselves.
    """

    intake: Intake
    queue: Queue
    agents: Agents
    policy: Policy
    steps: StepIntake
    offers: StartOffers
    forms: Forms
    slack: Slack
    background: Background
    installing: OAuthFlow | None
    connecting: Connecting
    note_form: NoteForm
    plan_form: PlanForm
    login_form: AdministratorsForm
    digest_form: AdministratorsForm
    metrics: Metrics
    assist_command: str
    meet_command: str
    region: str
    countries: frozenset[str]
    clock: Callable[[], float]

    def hint_at(self, said: str) -> Hint:
        """Return how to answer what somebody wrote to the bot: by the people in it who can be invited, if any."""
        found = find_contacts(said, region=self.region, countries=self.countries)
        return Hint(directly=True, contacts=tuple(one.value for one in found[:MOST]))

    async def translate(self, requester: Requester) -> Translator:
        """Return the translator into a requester's language."""
        return await self.agents.translate(requester.conversation.team, requester.user)

    async def typed_at(self, requester: Requester, text: str) -> TypedAt:
        """Return what decides which moment a text means, if it names one: the time, and the requester's time zone.

        Raises `TimeZoneNotKnown` where Slack does not say it at once; at the next try it is known.
        """
        zone, team = None, requester.conversation.team
        if names_a_time(text):
            try:
                zone = await self.agents.zone(team, requester.user)
            except TimeZoneNotKnown:
                self.background.run(self.agents.person(team, requester.user))
                raise
        return TypedAt(self.now(), zone)

    def now(self) -> datetime:
        """Return the time at which something is asked for."""
        return datetime.fromtimestamp(self.clock(), UTC)

    def explain_soon(self, requester: Requester, error: KnownError) -> None:
        """Start to send a person why a click failed: Slack shows nothing of its own."""
        self.background.run(self._explain(requester, error))

    def confirm_soon(self, requester: Requester, reading: Reading) -> None:
        """Start to send a person what was read otherwise than it was typed into a form, if anything was."""
        if reading:
            self.background.run(self._confirm(requester, reading))

    async def _explain(self, requester: Requester, error: KnownError) -> None:
        explained = sentence(error, await self.translate(requester), command=self.assist_command)
        await self.slack.send_private(requester, private_messages.text_message(explained), last_try=True)

    async def _confirm(self, requester: Requester, reading: Reading) -> None:
        if message := reading_notice(reading, await self.translate(requester)):
            await self.slack.send_private(requester, message)
