"""The bot's web address: what strangers, Slack, operators and guests of a meeting get to see there."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest
import time_machine
from cryptography.fernet import Fernet
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message
from structlog.testing import capture_logs

from bot import web
from bot.errors import StoreAway
from bot.services.join import JoinLinks
from bot.slack.guard import MOST_BYTES, Guard
from bot.store.secrets import KeyRing

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
ADDRESS = "https://bot.example.com"
MEETING = "https://meet.apizee.com/private/7a3dc799/ae226154?lang=en"
COMMAND = b"command=%2Fassist&text=%2B33662682193"

guard = Guard(SECRET)
links = JoinLinks(ADDRESS, KeyRing([Fernet.generate_key().decode()]))


class Dispatch:
    """Stands where payloads are brought to their listeners, and keeps what got through to it."""

    def __init__(self, answer: web.SlackAnswer | None = None) -> None:
        self.answer = answer or web.SlackAnswer(200, {"content-type": ["text/plain;charset=utf-8"]}, "")
        self.received: list[Mapping[str, Any]] = []

    async def __call__(self, payload: Mapping[str, Any]) -> web.SlackAnswer:
        self.received.append(payload)
        return self.answer


async def well() -> None:
    """A dependency that answers."""


async def away() -> None:
    """A dependency that is down."""
    raise StoreAway


async def hanging() -> None:
    """A dependency that never answers."""
    await asyncio.Event().wait()


async def numbers() -> str:
    return "apizee_slack_redis_up 1.0\n"


def app(
    dispatch: web.Dispatch | None = None,
    *,
    door: Guard | None = guard,
    probes: Mapping[str, web.Probe] | None = None,
    join: JoinLinks | None = links,
    more_routes: Sequence[BaseRoute] = (),
) -> ASGIApp:
    return web.build(
        door=door,
        dispatch=dispatch or Dispatch(),
        probes=probes or {"redis": well},
        metrics=numbers,
        join=join,
        more_routes=more_routes,
    )


@asynccontextmanager
async def visiting(application: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(application, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
        yield client


def signed(body: bytes, **more: str) -> dict[str, str]:
    at = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), b"v0:" + at.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": at,
        "x-slack-signature": f"v0={digest}",
        **more,
    }


# ── Slack's address ──────────────────────────────────────────────────────────────────────────────────────


async def test_a_signed_command_is_handed_on_as_it_was_typed() -> None:
    dispatch = Dispatch(
        web.SlackAnswer(200, {"content-type": ["application/json"], "set-cookie": ["a=1", "b=2"]}, '{"ok":1}')
    )
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
async def test_what_the_guard_refuses_is_told_and_reaches_no_listener(
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


async def test_a_body_that_dribbles_in_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "READING_SECONDS", 0.01)

    async def dribbling() -> AsyncIterator[bytes]:
        yield b"command="
        await asyncio.Event().wait()

    async with visiting(app()) as stranger:
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
    async with visiting(app(door=None)) as slack:
        answer = await slack.post("/slack/events", content=COMMAND, headers=signed(COMMAND))
    assert answer.status_code == 404


async def test_a_fault_of_ours_is_answered_with_the_reference_under_which_it_is_logged() -> None:
    async def broken(_payload: Mapping[str, Any]) -> web.SlackAnswer:
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


async def test_a_dependency_that_hangs_counts_as_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "PROBE_SECONDS", 0.01)
    async with visiting(app(probes={"redis": hanging})) as operator:
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

    async with visiting(app(more_routes=[Route("/extra", extra)])) as visitor:
        answer = await visitor.get(path)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"


# ── The page of a meeting ────────────────────────────────────────────────────────────────────────────────


def path_for(participant: str = "Jeanne") -> str:
    return links.link(MEETING, participant).removeprefix(ADDRESS)


async def join(path: str, language: str = "en", application: ASGIApp | None = None) -> httpx.Response:
    async with visiting(application or app()) as guest:
        return await guest.get(path, headers={"accept-language": language})


def policy_of(answer: httpx.Response) -> dict[str, str]:
    rules = (rule.partition(" ") for rule in answer.headers["content-security-policy"].split("; "))
    return {name: value for name, _, value in rules}


async def test_the_page_holds_the_meeting_under_the_name_of_its_person() -> None:
    answer = await join(path_for("Zoé"))
    address = "https://meet.apizee.com/private/7a3dc799/ae226154?lang=en&amp;name=Zo%C3%A9"
    assert answer.status_code == 200
    [frame] = re.findall("<iframe .*>", answer.text)
    assert f'src="{address}" title="Video meeting"' in frame
    assert 'allow="microphone; camera; geolocation; display-capture"' in frame
    assert f'<a href="{address}" target="_blank" rel="noopener noreferrer">' in answer.text
    assert "You join as Zoé." in answer.text


async def test_a_name_is_text_whatever_it_contains() -> None:
    answer = await join(path_for('"><script>alert(1)</script>'))
    assert "<script" not in answer.text


async def test_the_page_may_load_its_meeting_and_nothing_else() -> None:
    answer = await join(path_for())
    policy = policy_of(answer)
    [nonce] = re.findall(r'<style nonce="([\w-]+)">', answer.text)
    assert policy == {
        "default-src": "'none'",
        "style-src": f"'nonce-{nonce}'",
        "frame-src": "https://meet.apizee.com",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    assert nonce not in (await join(path_for())).text


async def test_the_meeting_may_use_camera_microphone_place_and_screen() -> None:
    answer = await join(path_for())
    for device in ("camera", "microphone", "geolocation", "display-capture"):
        assert f'{device}=(self "https://meet.apizee.com")' in answer.headers["permissions-policy"]


async def test_no_page_of_a_meeting_is_kept_anywhere() -> None:
    for path in (path_for(), "/join/wrong"):
        assert (await join(path)).headers["cache-control"] == "no-store"


async def test_every_link_that_does_not_work_gets_the_same_page() -> None:
    with time_machine.travel(time.time() - timedelta(hours=25).total_seconds()):
        expired = path_for()
    altered = path_for()[:-8] + "AAAAAAA="
    answers = [await join(path) for path in (expired, altered, "/join/wrong", "/join/%00%ff")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({re.sub(r'nonce="[\w-]+"', "", answer.text) for answer in answers}) == 1
    assert "This link does not lead to a meeting" in answers[0].text
    assert policy_of(answers[0])["frame-src"] == "'none'"


@pytest.mark.parametrize(
    ("wanted", "spoken"),
    [
        ("fr-FR,fr;q=0.9,en;q=0.8", "fr"),
        ("en-US,en;q=0.9,fr;q=0.8", "en"),
        ("de, fr;q=0.5", "fr"),
        ("fr;q=0.2, en;q=0.7", "en"),
        ("FR", "fr"),
        ("fr;q=0", "en"),
        ("de", "en"),
        ("*", "en"),
        (";;q=,,=-", "en"),
        ("", "en"),
    ],
)
async def test_the_page_speaks_the_language_that_the_browser_asks_for(wanted: str, spoken: str) -> None:
    answer = await join("/join/wrong", wanted)
    assert f'<html lang="{spoken}">' in answer.text


async def test_the_page_is_french_for_the_french() -> None:
    answer = await join(path_for("Zoé"), "fr")
    assert "You join" not in answer.text
    assert "Zoé" in answer.text


async def test_without_a_public_address_there_is_no_page() -> None:
    assert (await join(path_for(), application=app(join=None))).text == "Not Found"
