"""The sandbox as a whole: what it knows, who may call, what goes wrong, and who looks on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from sandbox.apizee.accounts import AGENT_1, AGENTS, Accounts, RequestLimit
from sandbox.apizee.examples import put_documentation_examples
from sandbox.apizee.faults import Faults
from sandbox.apizee.guesses import Guesses
from sandbox.apizee.meetings import ConferenceSimulation
from sandbox.apizee.model import Agent, Operation
from sandbox.apizee.records import Clock, utc_now
from sandbox.apizee.rest.statistics import SESSIONS_SHOWN_AFTER
from sandbox.apizee.simulation import TicketSimulation

API_USER = "api@apizee.com"
API_PASSWORD = "sandbox-password"  # noqa: S105  # opens the sandbox only
ENTERPRISE_ID = 1
REQUESTS_PER_MINUTE = 10  # documented, per user
Hook = Callable[[Operation], Awaitable[None]]


async def _nothing(operation: Operation) -> None:
    """Do nothing at an operation: nobody looks on."""


class World(TicketSimulation, ConferenceSimulation):
    """A sandbox: tests and the playground read it, play its customers and switch on its faults.

    `people_url` is where links for people point, for instance an https address; `None` for the sandbox itself.
    `guesses` say how it is where the documentation leaves it open: by default, so that clients may rely on least.
    It is one account: that of the API user `user`; its tickets and conferences have ids above `first_id`.
    `before` and `after` are awaited at every request: before anything is done, and when all is done but not answered.
    """

    def __init__(
        self,
        *,
        clock: Clock = utc_now,
        people_url: str | None = None,
        requests_per_minute: int | None = REQUESTS_PER_MINUTE,
        conferences_enabled: bool = True,
        recording_after: timedelta = timedelta(seconds=10),
        guesses: Guesses | None = None,
        user: str = API_USER,
        password: str = API_PASSWORD,
        enterprise_id: int = ENTERPRISE_ID,
        agents: Sequence[Agent] = AGENTS,
        first_id: int = 900_000,
    ) -> None:
        super().__init__(clock=clock, recording_after=recording_after)
        self.guesses = guesses or Guesses()
        self.people_url = people_url
        self.conferences_enabled = conferences_enabled
        self.accounts = Accounts({user: password}, clock)
        self.user, self.password, self.enterprise_id = user, password, enterprise_id
        self.last_id = first_id
        self.limit = RequestLimit(requests_per_minute, clock)
        self.sessions_shown_after = SESSIONS_SHOWN_AFTER
        self.faults = Faults()
        self.before: Hook = _nothing
        self.after: Hook = _nothing
        self.agents = {agent.login: agent for agent in agents}

    def recording_appears(self, session_id: int) -> None:
        """All media of this ticket or conference can be seen from now on."""
        now = self.clock()
        session = self.tickets.get(session_id) or self.conference(session_id)
        media = tuple(replace(medium, available_at=min(medium.available_at, now)) for medium in session.media)
        update = self.update_ticket if session_id in self.tickets else self.update_conference
        update(session_id, media=media)
        for medium in session.media:
            if medium.available_at > now:
                self.record("create", "media", medium.id)

    def load_documentation_examples(self) -> None:
        """Put in the tickets, conference, media and statistics that Apizee's documentation shows."""
        put_documentation_examples(self, self.agents[AGENT_1.login])
