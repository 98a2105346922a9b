"""The page's clock: what is planned comes due at its own moment, however far time is skipped."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.playground.http_client import HttpClient

TWO_HOURS = 7200
TOO_LATE_TO_START = 1500
"""So many seconds after its time, a bot that was away would ask; the customer's link has not expired yet."""


async def test_time_that_is_skipped_has_its_reminder_and_its_start(client: HttpClient) -> None:
    now = (await client.view_state())["clock"]["now"]
    at = datetime.fromtimestamp(now + TWO_HOURS, UTC)
    await client.type(f"/assist +33 6 62 68 21 93 at:{at:%Y-%m-%dT%H:%M}Z")
    await client.sees("Planned for")
    await client.do("pass", seconds=TWO_HOURS + TOO_LATE_TO_START)
    await client.sees("Invited by SMS.", "Your video assistance is ready.")
