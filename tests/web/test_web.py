"""The bot's web address: what strangers, Slack, operators and guests of a meeting get to see there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from slack_bolt import BoltResponse
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Message
from structlog.testing import capture_logs

from bot.slack.received.verification import MOST_BYTES
from bot.web import app as web
from tests.fixtures.web_address import COMMAND, Dispatch, app, away, hanging, numbers, signed, visiting, well

# ── Slack's address ──────────────────────────────────────────────────────────────────────────────────────


async def test_a_signed_command_is_handed_on_as_it_was_typed() -> None:
    dispatch = Dispatch(BoltResponse(status=200, headers={"set-cookie": ["a=1", "b=2"]}, body={"ok": 1}))
    async with visiting(app(dispatch)) as slack:
        answer = await slack.post("/slack/events", content=COMMAND, headers=signed(COMMAND))
    assert (answer.status_code, answer.json()) == (200, {"ok": 1})
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]
    [payload] = dispatch.received
    assert payload == {"command": "/assist", "text": "+33662682193"}


@pytest.mark.parametrize(
    ("method", "body", "signed_for", "status"),
    [
        pytest.param("GET", b"", None, 405, id="somebody looks at the address"),
        pytest.param("POST", COMMAND, None, 415, id="a stranger posts"),
        pytest.param("POST", COMMAND, b"another", 401, id="a forged command"),
        pytest.param("POST", b"{", b"{", 400, id="half a body"),
        pytest.param("POST", b"x" * (MOST_BYTES + 1), b"", 413, id="a huge body"),
    ],
)
async def test_what_the_guard_refuses_is_answered_and_reaches_no_listener(
    method: str, body: bytes, signed_for: bytes | None, status: int
) -> None:
    dispatch = Dispatch()
    headers = {} if signed_for is None else signed(signed_for)
    async with visiting(app(dispatch)) as stranger:
        answer = await stranger.request(method, "/slack/events", content=body, headers=headers)
    assert answer.status_code == status
    assert answer.headers.get("allow") == ("POST" if status == 405 else None)
    assert dispatch.received == []


async def test_an_endless_body_is_read_no_further_than_the_limit() -> None:
    given = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal given
        while True:
            given += 64 * 1024
            yield b"x" * 64 * 1024

    async with visiting(app()) as stranger:
        answer = await stranger.post("/slack/events", content=endless(), headers=signed(b""))
    assert answer.status_code == 413
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert given <= MOST_BYTES + 2 * 64 * 1024


async def test_a_body_that_dribbles_in_is_not_waited_for() -> None:
    async def dribbling() -> AsyncIterator[bytes]:
        yield b"command="
        await asyncio.Event().wait()

    async with visiting(app(timing=web.WebTiming(reading=0.01))) as stranger:
        answer = await stranger.post("/slack/events", content=dribbling(), headers=signed(b""))
    assert answer.status_code == 408


async def test_a_sender_that_hangs_up_midway_is_no_fault_of_ours() -> None:
    half: Message = {"type": "http.request", "body": b"command=", "more_body": True}
    messages = iter([half, {"type": "http.disconnect"}])
    sent: list[Message] = []

    async def receive() -> Message:
        return next(messages)

    async def send(message: Message) -> None:
        sent.append(message)

    raw = [(name.encode(), value.encode()) for name, value in signed(b"").items()]
    scope = {"type": "http", "method": "POST", "path": "/slack/events", "query_string": b"", "headers": raw}
    await app()(scope, receive, send)
    assert sent[0]["status"] == 400


async def test_a_refusal_is_logged_without_what_was_sent() -> None:
    async with visiting(app()) as stranger:
        with capture_logs() as logs:
            await stranger.post("/slack/events", content=COMMAND, headers=signed(b"another"))
    assert [(entry["status"], entry["reason"]) for entry in logs] == [(401, "wrong signature")]
    assert "33662682193" not in repr(logs)


async def test_in_socket_mode_slack_has_no_address() -> None:
    async with visiting(app(guard=None)) as slack:
        answer = await slack.post("/slack/events", content=COMMAND, headers=signed(COMMAND))
    assert answer.status_code == 404


async def test_a_fault_of_ours_is_answered_with_the_reference_under_which_it_is_logged() -> None:
    async def broken(_payload: Mapping[str, Any]) -> BoltResponse:
        raise ZeroDivisionError

    async with visiting(app(broken)) as slack:
        with capture_logs() as logs:
            answer = await slack.post("/slack/events", content=COMMAND, headers=signed(COMMAND))
    assert answer.status_code == 500
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.text == f"Something went wrong. Reference: {logs[0]['reference']}"


# ── The operator's addresses ─────────────────────────────────────────────────────────────────────────────


async def test_a_living_process_says_so_whatever_else_is_down() -> None:
    async with visiting(app(probes={"redis": away})) as operator:
        answer = await operator.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok")


@pytest.mark.parametrize(
    ("probes", "status"),
    [
        pytest.param({"redis": well, "apizee": well}, 200, id="all is well"),
        pytest.param({"redis": well, "apizee": away}, 200, id="work can be taken on, and done later"),
        pytest.param({"redis": away, "apizee": well}, 503, id="no work can be taken on"),
    ],
)
async def test_the_bot_is_ready_when_redis_answers(probes: Mapping[str, web.Probe], status: int) -> None:
    async with visiting(app(probes=probes)) as operator:
        answer = await operator.get("/readyz")
    assert answer.status_code == status
    assert answer.json() == {name: {"ok": probe is well} for name, probe in probes.items()}
    assert answer.headers["cache-control"] == "no-store"


async def test_a_dependency_that_hangs_counts_as_down() -> None:
    async with visiting(app(probes={"redis": hanging}, timing=web.WebTiming(probe=0.01))) as operator:
        answer = await operator.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"redis": {"ok": False}})


async def test_the_numbers_are_prometheus_text() -> None:
    async with visiting(app()) as operator:
        answer = await operator.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert answer.text == await numbers()


@pytest.mark.parametrize("path", ["/", "/healthz/", "/join/", "/slack/install", "/robots.txt", "/join/a/b"])
async def test_other_addresses_lead_nowhere_and_redirect_nobody(path: str) -> None:
    async with visiting(app()) as stranger:
        answer = await stranger.get(path)
    assert (answer.status_code, answer.text) == (404, "Not Found")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
async def test_head_is_answered_where_get_is(path: str) -> None:
    async with visiting(app()) as operator:
        answer = await operator.head(path)
    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/slack/events", "/join/x", "/nowhere", "/extra"])
async def test_every_answer_forbids_guessing_types_and_telling_where_one_came_from(path: str) -> None:
    async def extra(_request: Request) -> PlainTextResponse:
        return PlainTextResponse("more", headers={"Cache-Control": "max-age=60"})

    async with visiting(app(more_routes=[Route("/extra", extra)])) as http:
        answer = await http.get(path)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
