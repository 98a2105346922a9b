"""What is noted of each request to Apizee: its path without ids, how it ended and how long it took; no contact."""

from __future__ import annotations

from structlog.testing import capture_logs

from bot.apizee.client import Apizee
from bot.model.people import Contact
from tests.apizee.conftest import FakeApizee, recorded


async def test_debugging_shows_method_path_status_and_time_alone(apizee: Apizee, remote: FakeApizee) -> None:
    remote.will_answer(recorded("ticket_created"))
    remote.will_answer(recorded("ticket_created"))
    with capture_logs() as lines:
        await apizee.create_ticket(agent="agent1@apizee.com", contact=Contact("+33662682193"), reference="1234")
        await apizee.ticket(82070, sign_in=True)
    _, created, read = [line for line in lines if line["event"] == "request"]  # it signs in first
    assert (created["log_level"], created["method"], created["path"]) == ("debug", "POST", "/api/tickets")
    assert (read["method"], read["path"], read["status"]) == ("GET", "/api/tickets/{id}", 200)
    assert 0 <= read["ms"] < 5000
    assert read.keys() == {"event", "log_level", "method", "path", "status", "ms"}
