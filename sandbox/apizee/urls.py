"""Where the sandbox's links point: media to the sandbox itself, links for people wherever people may go."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from sandbox.apizee.model import Conference, Medium, Ticket


@dataclass(frozen=True, slots=True)
class Links:
    """`own` is the address under which this request reached the sandbox; `people` the one shown to people."""

    own: str
    people: str
    enterprise: int = 1

    @property
    def agent(self) -> str:
        """The agents' portal."""
        return self.people

    def customer(self, ticket: Ticket) -> str:
        """Return the customer's link into a ticket, which lets anyone in who has it."""
        return f"{self.people}/diag?{urlencode({'convId': ticket.conversation_id, 'pwd': ticket.password})}"

    def information(self, ticket: Ticket) -> str:
        """Return the page that the invitation's short link leads to."""
        return f"{self.people}/i/{ticket.short_code}"

    def sign_in(self, token: str) -> str:
        """Return the agents' portal, signed in by this token."""
        return f"{self.people}?{urlencode({'access_token': token})}"

    def meeting(self, conference: Conference) -> str:
        """Return the meeting's room."""
        return f"{self.people}/meet/private/{conference.room.replace(':', '/')}"

    def meeting_short(self, conference: Conference) -> str:
        """Return the same room, in a link short enough for an SMS."""
        return f"{self.people}/m/{conference.short_code}"

    def medium(self, medium: Medium) -> str:
        """Return the file itself, to be read with the bearer."""
        return f"{self.own}/media/showVideo/{self.enterprise}/hash/{medium.hash}"
