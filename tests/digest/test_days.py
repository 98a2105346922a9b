"""When the weekly digest is due, and which days it is about: Mondays at 9:00, wherever the administrator is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.digest import Digest, next_due

ZONES = ("Europe/Paris", "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe", "no such zone")


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-28T10:00", "2026-11-30T09:00"),
        ("2026-11-30T08:59", "2026-11-30T09:00"),
        ("2026-11-30T09:00", "2026-12-07T09:00"),
        ("2026-03-28T12:00", "2026-03-30T09:00"),  # the clocks go forward in between
        ("2026-12-28T09:30", "2027-01-04T09:00"),
    ],
)
def test_it_is_due_on_the_next_monday_at_nine(now: str, due: str) -> None:
    paris = ZoneInfo("Europe/Paris")
    asked = datetime.fromisoformat(now).replace(tzinfo=paris).timestamp()
    assert datetime.fromtimestamp(next_due(asked, "Europe/Paris"), paris) == datetime.fromisoformat(due).replace(
        tzinfo=paris
    )


@given(st.floats(0, 4e9), st.sampled_from(ZONES))
def test_it_is_never_more_than_a_week_ahead_and_about_the_seven_days_before(now: float, zone: str) -> None:
    due = next_due(now, zone)
    assert now < due <= now + timedelta(days=8).total_seconds()
    here = ZoneInfo(zone) if zone in ZONES[:-1] else UTC
    assert datetime.fromtimestamp(due, here).weekday() == 0
    since, until = Digest("C0001", "U0001", due, zone).days
    assert (since.weekday(), until.weekday(), (until.date() - since.date()).days) == (0, 0, 7)
    assert until.timestamp() <= due
