"""A deliverer of media between both sandboxes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from io import BytesIO

from bot.container import Container
from bot.media.delivery import MediaDelivery
from bot.media.outbox import Outbox
from bot.media.plan import Uploading
from bot.model.media import Media, MediaProgress, OutgoingMessage, Upload
from bot.model.messages import Message
from bot.model.people import Contact, Conversation, Requester
from bot.model.session import Kind, Remote, Session, State
from sandbox.apizee import World
from sandbox.apizee.model import Location
from sandbox.slack import Workspace
from sandbox.slack.default_world import SUPPORT, TEAM, U_EN
from sandbox.slack.model import Message as Shown
from tests.fixtures.recorded_queue import RecordedQueue

NOW = 1_700_000_000.0


@dataclass
class Services:
    """A deliverer between a sandbox Slack and a sandbox Apizee, with sessions that are over."""

    slack: Workspace
    apizee: World
    parts: Container
    counted: Counter[str] = field(default_factory=Counter)
    queue: RecordedQueue = field(default_factory=RecordedQueue)

    def deliverer(self, uploading: Uploading | None = None) -> MediaDelivery:
        outbox = Outbox(self.parts.adapters.sessions, self.parts.adapters.slack, count=self._count, clock=lambda: NOW)
        return MediaDelivery(
            sessions=self.parts.adapters.sessions,
            slack=self.parts.adapters.slack,
            accounts=self.parts.adapters.accounts,
            providers=self.parts.providers,
            outbox=outbox,
            queue=self.queue,
            uploading=uploading or Uploading(),
        )

    async def over(
        self, name: str = "s1", *, photos: int = 1, location: Location | None = None, user: str = U_EN
    ) -> Session:
        """Return a session with photos and a recording that is over, in Redis, at Apizee and on its card."""
        ticket = await (await self.parts.adapters.accounts.of(TEAM)).apizee.create_ticket(
            agent="agent1@apizee.com", contact=Contact("+33662682193"), reference=name
        )
        for step in (self.apizee.customer_opens, self.apizee.accepts, self.apizee.allows_camera):
            step(ticket.id)
        for _ in range(photos):
            self.apizee.takes_photo(ticket.id, location)
        self.apizee.hangs_up(ticket.id)
        conversation = Conversation(TEAM, SUPPORT)
        card = await self.parts.adapters.slack.post(conversation, Message("card"))
        session = Session(
            name,
            Kind.ASSISTANCE,
            Requester(user, conversation),
            NOW,
            state=State.DONE,
            remote=Remote(id=ticket.id),
            card=card,
        )
        await self.parts.adapters.sessions.record(session, delivery=name)
        return await self.record(name)

    async def record(self, name: str = "s1") -> Session:
        session = await self.parts.adapters.sessions.get(TEAM, name)
        assert session
        return session

    async def under_way(self, session: Session, outgoing: OutgoingMessage) -> None:
        """Let the record say that a message was about to be sent when the bot died."""
        delivery = MediaProgress(outgoing=outgoing)
        await self.parts.adapters.sessions.change(
            TEAM, session.id, lambda latest: replace(latest, media_progress=delivery)
        )

    def replies(self) -> list[Shown]:
        return [one for one in self.slack.channels[SUPPORT].messages if one.is_reply]

    def _count(self, item: Media, way: str) -> None:
        self.counted[f"{'photo' if item.is_photo else 'recording'} {way}"] += 1


def photo_of(services: Services, session: Session) -> int:
    return services.apizee.tickets[session.remote.id or 0].media[0].id


async def uploaded(services: Services) -> Upload:
    """Return a file that Slack has and nobody has seen."""
    file = await services.parts.adapters.slack.upload(TEAM, BytesIO(b"JPEG"), name="a.jpg", description="Photo")
    return Upload(file, "Photo")
