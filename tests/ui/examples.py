"""Sessions, media and a Home as they may be, for the tests of what people see."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.home.views import Health, HomeData, Incident, TodaySummary
from bot.model.media import Media, numbered
from bot.model.messages import Block
from bot.model.people import Contact, Conversation, Requester
from bot.model.session import Card, Failure, Invitation, Kind, Links, Problem, Session, State, Trouble
from bot.model.session.notes import Note
from bot.model.session.plans import Plan
from bot.model.targets import FIRST_HOME_PAGE, HomePage, SessionRef
from bot.ui.lists.ways import Ways
from bot.ui.text import translator_for

ENGLISH, FRENCH = translator_for("en-US"), translator_for("fr-FR")
BEGAN = datetime(2023, 7, 12, 15, 48, 11, tzinfo=UTC)
PLACE = Conversation("T0001", "C0SUPPORT")
PARIS = "Europe/Paris"

ASSISTANCE = Session(
    invitation=Invitation(contacts=(Contact("+33662682193"),), agent="agent1@apizee.com"),
    id="5e551014a55157a9",
    kind=Kind.ASSISTANCE,
    requester=Requester("U0ALICE01", PLACE),
    created_at=BEGAN.timestamp(),
    timezone=PARIS,
)
TICKET = replace(
    ASSISTANCE.with_remote(
        id=82070,
        links=Links(
            agent="https://cloud.apizee.com/entrypoint/223/tickets/82070",
            customer="https://diag.apizee.com?convId=88a2c81a&pwd=798042",
        ),
        started_at=BEGAN,
        ended_at=BEGAN + timedelta(minutes=5, seconds=35),
    ).with_invitation(reference="CASE-1234"),
    state=State.INVITED,
    card=Card("C0SUPPORT", "1689176891.000100"),
)
TOMORROW = (BEGAN + timedelta(days=1)).timestamp()
PLANNED = replace(
    ASSISTANCE.with_invitation(for_user="U0BRUNO01", reference="CASE-1234"),
    state=State.PLANNED,
    plan=Plan(TOMORROW, BEGAN.timestamp()),
    card=Card("C0SUPPORT", "1689176891.000300"),
)
MEETING = replace(
    ASSISTANCE.with_invitation(
        contacts=(Contact("invite12345@yopmail.com"), Contact("+33612345678")),
        colleagues=("U0BRUNO01",),
        name="Site visit <Brest>",
        moderated=True,
    ),
    kind=Kind.MEETING,
)
CONFERENCE = replace(
    MEETING.with_remote(
        id=842341,
        links=Links(
            meeting="https://cloud.apizee.com/meet/private/7a3dc799/5c310ee2",
            meeting_short="https://apz.fr/5lKzrPDXWQ",
            dial_in="+33 2 57 57 97 61",
            dial_in_code="031092",
        ),
        started_at=BEGAN,
        ended_at=BEGAN + timedelta(hours=1, minutes=4),
    ),
    state=State.INVITED,
    card=Card("C0SUPPORT", "1689176891.000200"),
    call_id="R0CALL",
)


def failed(session: Session, problem: Problem, refusal: str | None = None) -> Session:
    return replace(session, failure=Failure(problem, refusal), state=State.FAILED)


def media(*, photos: int) -> list[Media]:
    at = "https://cloud.apizee.com/media/showVideo/1/hash/"
    shot = [Media(number, f"diag_snapshot_{number}", "image/jpeg", f"{at}{number}", BEGAN) for number in range(photos)]
    recording, file = Media(99, "composite & <more>", "video/mp4", f"{at}99"), Media(100, "plan", "application/pdf", at)
    return numbered([*shot, recording, file])


SOLD = Note("Sold", "Boiler off; <call> +33662682193", "U0ALICE01", BEGAN.timestamp())

WAYS = {
    SessionRef.to(TICKET): Ways("https://bot.example.com/open/gAAA", "https://acme.slack.com/archives/C0SUPPORT/p1")
}


HEALTH = Health(webhooks=True, used=4, limit=10, incident=Incident(Trouble.AWAY, 1_689_176_891.0))


def home_data(
    mine: Sequence[Session],
    login: str | None,
    *,
    ended: Sequence[Session] = (),
    page: HomePage = FIRST_HOME_PAGE,
    health: Health | None = None,
) -> HomeData:
    return HomeData(
        mine, ended, TodaySummary(started=3, done=1, photos=2, as_of=BEGAN.timestamp()), login, PARIS, page, health
    )


def in_lines(head: object, blocks: Sequence[Block]) -> str:
    """Return a payload with one line for each block, so that a changed word is a changed line."""
    return "\n".join(json.dumps(line, ensure_ascii=False, separators=(", ", ": ")) for line in (head, *blocks))
