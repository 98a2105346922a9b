"""Which sessions there were, by whom and when: the same in each demo, counted back from its beginning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.model.session import Kind
from sandbox.apizee.model import TicketState
from sandbox.slack.default_world import U_EN, U_FR

DAYS: Final = 30

_FIRST_TICKET: Final = 82_101
_FIRST_MEETING: Final = 90_421
_FIRST_OPEN: Final = 82_091
_SATURDAY: Final = 5
_HOURS: Final = (8, 9, 10, 13, 14, 15)
_MEETINGS: Final = ("Weekly review", "Boiler training", "Handover", "Spare parts")


@dataclass(frozen=True, slots=True)
class PastSession:
    """A session that is over, or still open. `guests` are a meeting's, the first of them an assistance's customer.

    `name` is a meeting's, or the reference that somebody gave. `has_card`: it was started in Slack, where its card is.
    `agent` is the colleague for whom it was started, if it was. One that is open lasts until its invitation expires.
    """

    id: int
    kind: Kind
    user: str
    began: datetime
    lasted: timedelta
    guests: tuple[str, ...]
    name: str | None = None
    state: TicketState = TicketState.DONE
    photos: int = 0
    is_recorded: bool = False
    has_card: bool = False
    agent: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the customer may still come."""
        return self.state is TicketState.INVITED

    @property
    def ended(self) -> datetime:
        """When it was over."""
        return self.began + self.lasted


def planned(now: datetime) -> list[PastSession]:
    """Return the sessions of the days before today, and some that are open, the oldest first."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    sessions = [*_documented(midnight), *_assistances(midnight), *_meetings(midnight), *_open(now)]
    return sorted(sessions, key=lambda session: session.began)


def _documented(midnight: datetime) -> Iterator[PastSession]:
    """Yield what the README and the page for agents type."""
    two, three, six = (midnight - timedelta(days=days) for days in (2, 3, 6))
    yield PastSession(
        82_070,
        Kind.ASSISTANCE,
        U_EN,
        three + timedelta(hours=9, minutes=12),
        timedelta(minutes=7, seconds=41),
        ("+33612345678",),
        "CASE-1234",
        photos=2,
        is_recorded=True,
        has_card=True,
    )
    yield PastSession(
        82_083,
        Kind.ASSISTANCE,
        U_FR,
        two + timedelta(hours=10, minutes=5),
        timedelta(minutes=4, seconds=8),
        ("+33639987654",),
        "CASE-1235",
        photos=1,
        has_card=True,
    )
    site_visit = two + timedelta(hours=13, minutes=30)
    guests = ("ann@example.com", "+33612345678")
    yield PastSession(
        1_443_322,
        Kind.MEETING,
        U_EN,
        site_visit,
        timedelta(minutes=24),
        guests,
        "Site visit",
        is_recorded=True,
        has_card=True,
    )
    review = six + timedelta(hours=8)
    yield PastSession(
        90_411, Kind.MEETING, U_EN, review, timedelta(minutes=41), ("max@example.com",), "Site review", is_recorded=True
    )


def _open(now: datetime) -> Iterator[PastSession]:
    """Yield what waits for its customer: two of Alice's, one of which Bruno started for her, and one of Bruno's."""
    for number, (user, agent, minutes) in enumerate(((U_EN, "", 26), (U_FR, U_EN, 17), (U_FR, "", 9))):
        yield PastSession(
            _FIRST_OPEN + number,
            Kind.ASSISTANCE,
            user,
            now - timedelta(minutes=minutes),
            timedelta(days=2),
            (f"+3363998{7_001 + number}",),
            f"CASE-{1_240 + number}",
            state=TicketState.INVITED,
            has_card=True,
            agent=agent,
        )


def _assistances(midnight: datetime) -> Iterator[PastSession]:
    number = 0
    for days in range(DAYS, 0, -1):
        day = midnight - timedelta(days=days)
        for user, count in ((U_EN, 2 + days * 7 % 3), (U_FR, 1 + days * 5 % 3)):
            # At weekends there is little to do; of yesterday the documentation wants to know.
            for place in range(count if day.weekday() < _SATURDAY or days == 1 else count // 3):
                yield _assistance(number, user, day + timedelta(hours=_HOURS[place], minutes=number * 13 % 60))
                number += 1


def _assistance(number: int, user: str, began: datetime) -> PastSession:
    state = {4: TicketState.EXPIRED, 8: TicketState.DECLINED}.get(number % 11, TicketState.DONE)
    is_done = state is TicketState.DONE
    return PastSession(
        _FIRST_TICKET + number,
        Kind.ASSISTANCE,
        user,
        began,
        timedelta(minutes=2 + number * 5 % 13, seconds=number * 17 % 60) if is_done else timedelta(minutes=30),
        (f"+336399{8_100 + number:05}" if number % 4 else f"customer{number}@example.com",),
        state=state,
        photos=number % 4 if is_done else 0,
        is_recorded=is_done and number % 3 == 0,
    )


def _meetings(midnight: datetime) -> Iterator[PastSession]:
    for number, days in enumerate(range(DAYS - 1, 0, -2)):
        began = midnight - timedelta(days=days) + timedelta(hours=_HOURS[number % len(_HOURS)], minutes=30)
        guests = tuple(f"guest{number + one}@example.com" for one in range(1 + number % 3))
        yield PastSession(
            _FIRST_MEETING + number,
            Kind.MEETING,
            U_FR if number % 3 == 1 else U_EN,
            began,
            timedelta(minutes=12 + number * 7 % 40),
            guests,
            _MEETINGS[number % len(_MEETINGS)],
            is_recorded=number % 2 == 0,
        )
