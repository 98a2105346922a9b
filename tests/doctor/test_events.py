"""An operator sees whether their own system accepts events before any session depends on it."""

from __future__ import annotations

from pathlib import Path

from starlette.responses import PlainTextResponse

from bot.doctor import Verdict
from playground.demo import free_port
from tests.doctor.outside import Outside, examined, settings_for

SECRET = "a-secret-of-the-receiver"


async def test_a_test_event_is_sent_where_events_are_set(outside: Outside, tmp_path: Path) -> None:
    assert "Events" not in await examined(settings_for(outside, tmp_path))

    outside.answers["/crm"] = PlainTextResponse("", 204)
    found = await examined(settings_for(outside, tmp_path, events_url=f"{outside.url}/crm?key=1", events_secret=SECRET))
    assert found["Events"].line == "ok      Events: the receiver accepted a test event."
    assert outside.asked.count("/crm") == 1


async def test_a_receiver_that_refuses_or_is_away_is_reported_without_its_address(
    outside: Outside, tmp_path: Path
) -> None:
    outside.answers["/crm"] = PlainTextResponse("who are you?", 401)
    found = await examined(settings_for(outside, tmp_path, events_url=f"{outside.url}/crm", events_secret=SECRET))
    assert found["Events"].verdict is Verdict.FAILED
    assert found["Events"].detail.startswith("the receiver answers the test event with status 401. Check EVENTS_URL")

    nobody = f"http://127.0.0.1:{free_port()}/in-the-address"
    away = (await examined(settings_for(outside, tmp_path, events_url=nobody, events_secret=SECRET)))["Events"]
    assert away.detail.startswith("no useful answer (ClientConnectorError). Check EVENTS_URL")
    assert "in-the-address" not in away.detail
