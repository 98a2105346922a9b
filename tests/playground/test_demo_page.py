"""Somebody plays on the page, against the whole bot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from redis.asyncio import Redis

from tests.playground.visitor import Visitor, page_and_bot

_SECRETS = ("xoxb-sandbox", "sandbox-signing-secret", "sandbox-password", "sandbox-verification")


@pytest.fixture
async def http(redis: Redis, redis_url: str, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:  # noqa: ARG001  # emptied
    async with (
        page_and_bot(redis_url, tmp_path) as address,
        httpx.AsyncClient(base_url=address, trust_env=False) as http,
    ):
        yield http


@pytest.fixture
def visitor(http: httpx.AsyncClient) -> Visitor:
    return Visitor(http)


async def test_the_first_command_invites_a_customer(visitor: Visitor) -> None:
    await visitor.type("/assist +33 6 62 68 21 93")
    page = await visitor.sees("Invited by SMS.", "Your video assistance is ready.", "SMS to +33662682193")
    assert "+33 6 •• •• •• 93" in page
    assert "Only visible to you" in page
    assert "POST /api/tickets" in page


async def test_nothing_on_the_page_lets_one_act_for_the_bot(visitor: Visitor) -> None:
    await visitor.type("/assist +33 6 62 68 21 93")
    await visitor.sees("Invited by SMS.", "Your video assistance is ready.")
    await visitor.do("press", ts=await visitor.first_message(), action="session_open")
    page = await visitor.sees("This link signs you in.", "scope=sso")
    assert [secret for secret in (*_SECRETS, "access_token=eyJ") if secret in page] == []


async def test_the_documented_meeting_is_asked_for_as_documented(visitor: Visitor) -> None:
    await visitor.type('/meet invite12345@yopmail.com,0612345678 name:"TEST" moderated')
    page = await visitor.sees("The guests are invited.", "E-mail to invite12345@yopmail.com", "POST /api/conferences")
    assert "participants=invite12345%40yopmail.com%2C%2B33612345678" in page
    assert "moderation=true" in page


async def test_the_customer_lives_through_a_session(visitor: Visitor) -> None:
    await visitor.type("/assist +33 6 62 68 21 93")
    await visitor.sees("The customer has the link.", "Invited by SMS.")
    for touch in ("open", "accept", "camera", "photo", "hang-up"):
        await visitor.do("touch", received="0", touch=touch)
    await visitor.sees("The customer is gone.")
    await visitor.do("press", ts=await visitor.first_message(), action="session_refresh")
    await visitor.sees("Done after")


async def test_a_button_with_an_address_leads_there(visitor: Visitor) -> None:
    await visitor.type("/meet ann@example.com")
    await visitor.sees("The guests are invited.", 'formtarget="_blank"')
    answer = await visitor.do("press", ts=await visitor.first_message(), action="session_join")
    assert "/apizee/m/" in answer.headers["location"]
    async with httpx.AsyncClient(trust_env=False) as http:
        assert "a video meeting" in (await http.get(answer.headers["location"])).text


async def test_the_form_is_opened_by_a_message_and_says_what_is_wrong(visitor: Visitor) -> None:
    await visitor.type("My number is 06 62 68 21 93")
    await visitor.sees("My number is")
    ts = await visitor.first_message()
    await visitor.do("shortcut", shortcut="assist_from_message", ts=ts)
    await visitor.sees("Start video assistance", 'value="+33662682193"')
    await visitor.do("submit", contact="12", reference="", channel="C0SUPPORT")
    await visitor.sees("is not a valid phone number", 'aria-invalid="true"', 'value="12"')
    await visitor.do("submit", contact="+33662682193", reference="1234", channel="C0SUPPORT")
    await visitor.sees("1 reply")
    await visitor.sees("Invited by SMS.", "reference 1234", thread=ts)


async def test_another_agent_is_answered_in_french_in_another_channel(visitor: Visitor) -> None:
    here = {"as": "french", "in": "general"}
    await visitor.type("/assist +33 6 62 68 21 93", **here)
    await visitor.sees("Assistance vidéo", "#general", **here)


async def test_an_outage_of_apizee_is_told_on_the_card(visitor: Visitor) -> None:
    await visitor.do("fault", fault="broken")
    await visitor.type("/assist +33 6 62 68 21 93")
    await visitor.sees("Inviting…")
    await visitor.do("fault", fault="")
    page = await visitor.sees("Apizee is down")
    assert 'value="" aria-pressed="true"' in page


async def test_a_command_that_does_not_exist_gets_a_hint(visitor: Visitor) -> None:
    await visitor.type("/dance")
    await visitor.sees("is not a valid command", "Slackbot", "Only visible to you")


async def test_in_a_thread_the_bot_is_mentioned_for_slack_runs_no_commands_there(visitor: Visitor) -> None:
    await visitor.type("/assist +33 6 62 68 21 93")
    await visitor.sees("Invited by SMS.")
    thread = await visitor.first_message()
    await visitor.do("reply", {"thread": thread}, text="/assist")
    await visitor.sees("/assist is not supported in threads.")
    await visitor.do("reply", {"thread": thread}, text="@Apizee media")
    await visitor.sees("There are no photos or recordings yet.", thread=thread)


async def test_a_closed_form_is_gone(visitor: Visitor) -> None:
    await visitor.do("shortcut", shortcut="start_meeting")
    page = await visitor.sees("<dialog", "Start a video meeting")
    assert "Guests wait until the moderator lets them in" in page
    await visitor.do("close")
    assert "<dialog" not in await visitor.sees("Message or /command")


async def test_slack_itself_does_not_send_an_empty_form(visitor: Visitor) -> None:
    await visitor.do("shortcut", shortcut="start_assistance")
    await visitor.sees("<dialog", "Start video assistance")
    await visitor.do("submit", contact="", channel="C0SUPPORT")
    await visitor.sees("This field is required.")


async def test_photos_open_as_for_somebody_who_is_signed_in_at_apizee(
    visitor: Visitor, http: httpx.AsyncClient
) -> None:
    await visitor.type("/assist +33 6 62 68 21 93")
    await visitor.sees("Invited by SMS.")
    for touch in ("open", "accept", "camera", "photo"):
        await visitor.do("touch", received="0", touch=touch)
    await visitor.do("press", ts=await visitor.first_message(), action="session_media")
    page = await visitor.sees("diag_snapshot_")
    photo = await http.get(page.partition('Photo · <a href="')[2].partition('"')[0])
    assert photo.headers["content-type"] == "image/jpeg"


async def test_what_people_type_is_shown_as_they_typed_it(visitor: Visitor) -> None:
    await visitor.type('<script>alert("&amp;")</script> *bold* <!channel>')
    page = await visitor.sees("<strong>bold</strong>")
    assert "&lt;script&gt;alert(&#34;&amp;amp;&#34;)&lt;/script&gt;" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    ("deed", "form", "status"),
    [
        ("dance", {}, 404),
        ("press", {"ts": "1.0", "action": "session_open"}, 400),
        ("touch", {"received": "7", "touch": "open"}, 400),
        ("touch", {"received": "x", "touch": "open"}, 400),
        ("fault", {"fault": "earthquake"}, 400),
    ],
)
async def test_what_cannot_be_done_is_refused(
    http: httpx.AsyncClient, deed: str, form: dict[str, str], status: int
) -> None:
    assert (await http.post(f"/do/{deed}", data=form)).status_code == status


async def test_the_page_is_sent_again_as_soon_as_it_differs(visitor: Visitor, http: httpx.AsyncClient) -> None:
    seen = {"If-None-Match": (await http.get("/")).headers["ETag"]}
    assert (await http.get("/", headers=seen)).status_code == 304
    waiting = asyncio.create_task(http.get("/", headers={**seen, "Prefer": "wait=20"}))
    await visitor.type("hello")
    assert "hello" in (await waiting).text


async def test_no_other_site_may_frame_the_page_or_put_scripts_into_it(http: httpx.AsyncClient) -> None:
    policy = (await http.get("/")).headers["Content-Security-Policy"]
    assert policy == "default-src 'self'; base-uri 'none'; frame-ancestors 'none'"
