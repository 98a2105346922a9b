"""The bot's address in the open: everybody is answered at once, and only Slack gets anything done."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from urllib.parse import urlencode

import httpx
import pytest

from bot.jobs.worker import WorkerTiming
from bot.model.accounts import ApizeeAccount
from bot.slack.received.verification import MOST_BYTES
from sandbox.apizee.faults import NeverReached
from sandbox.apizee.world import API_USER
from sandbox.slack.default_world import SUPPORT, TEAM, U_EN, U_NOLOGIN
from sandbox.slack.faults import Slow
from tests.fixtures.timing import SLOW_MACHINE
from tests.scenarios.environment import SIGNING_SECRET, Environment, Vendors, button, new_environment

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
ASSIST = urlencode(
    {
        "command": "/assist",
        "text": "+33662682193",
        "team_id": TEAM,
        "channel_id": SUPPORT,
        "user_id": U_EN,
        "trigger_id": "1.2.3",
    }
).encode()


def signed(body: bytes, content_type: str = FORM, *, age: float = 0, secret: str = SIGNING_SECRET) -> dict[str, str]:
    """Return the headers under which Slack would have sent a body some seconds ago."""
    at = str(int(time.time() - age))
    digest = hmac.new(secret.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
    return {"content-type": content_type, "x-slack-request-timestamp": at, "x-slack-signature": f"v0={digest}"}


def interaction(payload: Mapping[str, object]) -> bytes:
    about = {"team": {"id": TEAM}, "user": {"id": U_EN}, "trigger_id": "1.2.3", **payload}
    return urlencode({"payload": json.dumps(about)}).encode()


@pytest.fixture
async def http(environment: Environment) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=environment.bot_url) as client:
        yield client


# ── Who is turned away ───────────────────────────────────────────────────────────────────────────────────

HUGE = b"x" * (MOST_BYTES + 1)
# Signed when the story begins: a signature lives for minutes only.
FORGED: dict[str, tuple[bytes, Callable[[], dict[str, str]], int]] = {
    "nobody signed it": (ASSIST, lambda: {"content-type": FORM}, 401),
    "somebody else signed it": (ASSIST, lambda: signed(ASSIST, secret="guessed"), 401),
    "another body was signed": (ASSIST, lambda: signed(b"another"), 401),
    "it is an old one": (ASSIST, lambda: signed(ASSIST, age=301), 401),
    "it comes from the future": (ASSIST, lambda: signed(ASSIST, age=-400), 401),
    "its time is no number": (ASSIST, lambda: signed(ASSIST) | {"x-slack-request-timestamp": "now"}, 401),
    "its type is another": (ASSIST, lambda: signed(ASSIST, "text/plain"), 415),
    "its JSON breaks off": (b'{"type":', lambda: signed(b'{"type":', JSON), 400),
    "its JSON is no object": (b"[1]", lambda: signed(b"[1]", JSON), 400),
    "its payload is no JSON": (b"payload=%7B", lambda: signed(b"payload=%7B"), 400),
    "its payload is empty": (b"payload=", lambda: signed(b"payload="), 400),
    "it is not UTF-8": (b"command=\xff", lambda: signed(b"command=\xff"), 400),
    "it is empty": (b"", lambda: signed(b"", JSON), 400),
    "it is huge": (HUGE, lambda: signed(HUGE), 413),
}


@pytest.mark.parametrize(("body", "headers", "status"), FORGED.values(), ids=FORGED)
async def test_what_slack_would_not_send_is_refused_and_does_nothing(
    environment: Environment,
    http: httpx.AsyncClient,
    body: bytes,
    headers: Callable[[], dict[str, str]],
    status: int,
) -> None:
    answer = await http.post("/slack/events", content=body, headers=headers())
    assert answer.status_code == status
    assert await environment.came_to_nothing()
    assert not environment.slack.calls


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
async def test_slacks_address_takes_deliveries_only(http: httpx.AsyncClient, method: str) -> None:
    answer = await http.request(method, "/slack/events", headers=signed(b""))
    assert answer.status_code == 405


async def test_a_captured_command_leads_to_nothing_new(environment: Environment, http: httpx.AsyncClient) -> None:
    headers = signed(ASSIST)
    for _ in range(3):
        assert (await http.post("/slack/events", content=ASSIST, headers=headers)).status_code == 200
    await environment.invited()
    await environment.settled()
    assert len(environment.apizee.outbox) == 1


@pytest.mark.parametrize("path", ["/", "/slack", "/slack/events/", "/metrics/", "/join/", "/.env", "/docs"])
async def test_other_addresses_lead_nowhere(http: httpx.AsyncClient, path: str) -> None:
    assert (await http.get(path)).status_code == 404


# ── What Slack itself asks ───────────────────────────────────────────────────────────────────────────────


async def test_slacks_check_of_the_address_is_answered(environment: Environment) -> None:
    checked = await environment.people.verify_url()
    assert checked.status == 200
    assert checked.delivery.payload["challenge"] in checked.body


async def test_slacks_check_of_the_certificate_is_answered(http: httpx.AsyncClient) -> None:
    body = b"ssl_check=1&token=verification"
    assert (await http.post("/slack/events", content=body, headers=signed(body))).status_code == 200


@pytest.mark.parametrize("text", ["find payload", "find payload={}", "find {", 'find {"a":1}', "payload={}&command=x"])
async def test_a_command_may_poll_like_an_interaction(environment: Environment, text: str) -> None:
    await environment.people.command(U_EN, SUPPORT, "/assist", text)
    assert environment.slack.deliveries[-1].status == 200
    if text.startswith("find"):
        await environment.private_message("No session has the reference")


@pytest.mark.parametrize(
    "body",
    [
        urlencode({"command": "/unknown", "team_id": TEAM, "channel_id": SUPPORT, "user_id": U_EN}).encode(),
        interaction({"type": "block_actions", "actions": [{"type": "button", "action_id": "of_another_version"}]}),
        interaction({"type": "shortcut", "callback_id": "of_another_version"}),
        interaction({"type": "view_submission", "view": {"id": "V1", "type": "modal", "callback_id": "x"}}),
        interaction({"type": "never known before"}),
        interaction({}),
        b"text=hello",
    ],
)
async def test_what_the_bot_does_not_know_is_acknowledged_counted_and_left(
    environment: Environment, http: httpx.AsyncClient, body: bytes
) -> None:
    answer = await http.post("/slack/events", content=body, headers=signed(body))
    assert (answer.status_code, answer.text) == (200, "")
    assert await environment.came_to_nothing()
    assert 'reason="unknown"} 1.0' in (await http.get("/metrics")).text


async def test_an_event_that_the_bot_does_not_know_is_acknowledged(environment: Environment) -> None:
    delivery = await environment.people.event({"type": "team_rename", "name": "New name"})
    assert delivery.status == 200


# ── However slow the world behind it is ──────────────────────────────────────────────────────────────────


@pytest.fixture
async def hasty(around: Vendors) -> AsyncIterator[Environment]:
    """Yield an environment where, at the end, nobody waits for vendors who never answer."""
    at_once = WorkerTiming(drained_within=0.1, stopped_within=0.1)
    async with new_environment(around, timing=replace(SLOW_MACHINE, worker=at_once)) as environment:
        yield environment


async def test_a_command_is_acknowledged_at_once_while_slack_and_apizee_hang(hasty: Environment) -> None:
    environment = hasty
    environment.slack.faults.switch_on(Slow(60))
    environment.apizee.faults.switch_on(NeverReached())
    for text in ("+33662682193", "find 1234", "not a customer", "help"):
        await environment.assist(text)
    await environment.meet("ann@example.com")
    for delivered in environment.slack.deliveries:
        assert (delivered.outcome, delivered.status) == ("ok", 200)


# ── The other addresses ──────────────────────────────────────────────────────────────────────────────────


async def test_operators_see_that_it_lives_that_it_is_ready_and_what_it_did(
    environment: Environment, http: httpx.AsyncClient
) -> None:
    await environment.assist("+33662682193")
    await environment.invited()
    await environment.settled()
    assert (await http.get("/healthz")).status_code == 200
    ready = await http.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {one: {"ok": True} for one in ("redis", "worker", "accepting")})
    numbers = (await http.get("/metrics")).text
    assert 'commands_total{command="assistance",outcome="start_assistance"} 1.0' in numbers
    assert 'sessions_total{kind="assistance",state="invited"} 1.0' in numbers
    account = ApizeeAccount(username=API_USER, password="", enterprise_id=1).label
    assert f'apizee_budget_used{{account="{account}"}} 2.0' in numbers
    assert "job_lag_seconds 0.0" in numbers


async def test_a_guest_joins_under_the_own_name_by_a_link_of_the_bots_own(around: Vendors) -> None:
    async with new_environment(around, public_url="https://bot.example.com") as environment:
        await environment.meet('ann@example.com name:"Site visit"')
        card = await environment.card("The guests are invited")
        await environment.people.click(U_NOLOGIN, card, "session_join_as_me")
        link = button(await environment.modal("under your own name", user=U_NOLOGIN), "plain_link")["url"]
        async with httpx.AsyncClient(base_url=environment.bot_url) as browser:
            page = await browser.get(link.removeprefix("https://bot.example.com"))
            (conference,) = environment.apizee.conferences.values()
            assert conference.room.replace(":", "/") in page.text
            assert "name=Chris" in page.text
            assert (await browser.get("/join/guessed")).status_code == 404
