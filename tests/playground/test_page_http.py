"""Who may look at the page and act on it, and how it is sent."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest

from tests.playground.http_client import HttpClient


@pytest.mark.parametrize(
    ("action", "body", "status"),
    [
        ("dance", {}, 404),
        ("write", {}, 400),
        ("press", {"ts": "1.0", "action": "session_open"}, 404),
        ("press_home", {"action": "home_start_assistance"}, 404),
        ("reply", {"text": "to nobody"}, 404),
        ("submit", {"values": {}}, 404),
        ("touch", {"received": 7, "touch": "open"}, 404),
        ("touch", {"received": "x", "touch": "open"}, 400),
        ("fault", {"fault": "earthquake", "on": True}, 404),
        ("pass", {"seconds": -1}, 400),
        ("pass", {"seconds": 1e12}, 400),
    ],
)
async def test_what_cannot_be_done_is_refused_with_one_sentence(
    client: HttpClient, action: str, body: dict[str, Any], status: int
) -> None:
    answer = await client.ask(action, **body)
    assert answer.status_code == status
    assert answer.json()["error"].endswith(".")


async def test_what_comes_too_late_is_refused_with_a_sentence(client: HttpClient) -> None:
    await client.type("/assist +33 6 62 68 21 93")
    await client.sees("Invited by SMS.")
    answer = await client.ask("touch", received=0, touch="photo")
    assert (answer.status_code, answer.json()["error"]) == (409, "It is too early or too late for this.")


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:1", "null"])
async def test_another_site_may_not_act(client: HttpClient, http: httpx.AsyncClient, origin: str) -> None:
    answer = await http.post("/api/do/write", json={"text": "from elsewhere"}, headers={"Origin": origin})
    assert answer.status_code == 403
    assert (await client.view_state())["messages"] == []


async def test_the_page_itself_may(client: HttpClient, http: httpx.AsyncClient) -> None:
    here = str(http.base_url).rstrip("/")
    assert (await http.post("/api/do/write", json={"text": "from here"}, headers={"Origin": here})).status_code == 200
    assert [one["text"] for one in (await client.view_state())["messages"]] == ["from here"]


async def test_a_form_of_another_site_may_not_act_even_where_its_browser_says_nothing(http: httpx.AsyncClient) -> None:
    answer = await http.post("/api/do/kill", content="{}", headers={"Content-Type": "text/plain"})
    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["/", "/api/view-state", "/api/live", "/slack/api/auth.test", "/apizee/api/tickets"])
async def test_no_other_name_leads_here(http: httpx.AsyncClient, path: str) -> None:
    assert (await http.get(path, headers={"Host": "rebound.example"})).status_code == 400


async def test_the_page_is_sent_afresh_and_its_parts_are_kept(http: httpx.AsyncClient) -> None:
    page = await http.get("/")
    assert page.headers["cache-control"] == "no-cache"
    assert page.headers["content-security-policy"].startswith("default-src 'self'; base-uri 'none'")
    parts = [word for word in page.text.split('"') if "/assets/" in word]
    assert parts
    for part in parts:
        answer = await http.get(part)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]


async def test_a_page_that_was_away_catches_up(client: HttpClient) -> None:
    first = await client.view_state()
    await client.type("one")
    await client.type("two")
    view_state = await client.waits(lambda view_state: view_state["messages"])
    assert [one["text"] for one in view_state["messages"]] == ["one", "two"]
    assert view_state["version"] != first["version"]


async def test_who_looks_on_is_sent_each_change_a_burst_of_them_as_one(http: httpx.AsyncClient) -> None:
    seen: list[int] = []
    async with asyncio.timeout(10), http.stream("GET", "/api/live") as live:
        assert live.headers["content-type"] == "text/event-stream; charset=utf-8"
        async for line in live.aiter_lines():
            if not line.startswith("data: "):
                continue
            seen.append(len(json.loads(line.removeprefix("data: "))["messages"]))
            if len(seen) == 1:
                for number in range(20):
                    await http.post("/api/do/write", json={"text": str(number)})
            if seen[-1] == 20:
                break
    assert seen[0] == 0
    assert len(seen) < 20
