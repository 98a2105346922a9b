"""What the playground saves, and finds again in a fresh demo."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from playground.page import DemoState
from playground.page.traffic.entries import Direction
from playground.persistence import STATE_FILE, DemoStore, Unreadable
from sandbox.apizee import World
from sandbox.apizee.meetings import ConferenceOrder
from sandbox.apizee.rest import serializers
from sandbox.apizee.simulation import TicketOrder
from sandbox.apizee.urls import Links
from sandbox.slack import as_seen_by
from sandbox.slack.default_world import SUPPORT, U_EN
from sandbox.slack.model import Json
from sandbox.slack.web_api import call_methods, chat, files, views
from tests.playground.http_client import OneProcess

_LINKS = Links("http://sandbox", "http://sandbox")
_VIEW = {"type": "home", "blocks": [{"type": "divider"}]}
_MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "Form"}, "blocks": [{"type": "divider"}]}


@pytest.fixture
async def demo_state() -> AsyncIterator[DemoState]:
    async with DemoState.set_up("http://127.0.0.1:1", OneProcess()) as demo_state:
        yield demo_state


@pytest.fixture
async def later() -> AsyncIterator[DemoState]:
    async with DemoState.set_up("http://127.0.0.1:1", OneProcess()) as demo_state:
        yield demo_state


async def test_all_that_was_said_shown_and_shared_is_found_again(
    demo_state: DemoState, later: DemoState, tmp_path: Path
) -> None:
    slack = demo_state.workspace
    parent = slack.say(U_EN, SUPPORT, "hello")
    block = {"type": "section", "text": {"type": "plain_text", "text": "card"}}
    card = chat.post_message(slack, {"channel": SUPPORT, "blocks": [block], "thread_ts": parent.ts})
    slack.slackbot_tells(U_EN, SUPPORT, "psst")
    announced = files.get_upload_url(slack, {"filename": "gauge.jpg", "length": "3", "alt_txt": "A gauge"})
    files.receive(slack, announced["file_id"], b"\xff\xd8\x00")
    files.complete_upload(slack, {"files": [{"id": announced["file_id"]}], "channel_id": SUPPORT})
    call_methods.add(slack, {"external_unique_id": "1", "join_url": "https://x.example", "created_by": U_EN})
    views.publish(slack, {"user_id": U_EN, "view": _VIEW})
    below = views.new_view(slack, U_EN, _MODAL, channel=SUPPORT)
    views.show(slack, views.push_view(slack, below, _MODAL))
    slack.response_urls.issue(U_EN, SUPPORT, slack.message(SUPPORT, card["ts"]))
    _keep(demo_state, later, tmp_path)
    found = later.workspace
    assert as_seen_by(found, U_EN) == as_seen_by(slack, U_EN)
    assert found.modals[U_EN].depth == 2
    assert found.files == slack.files
    [url] = found.response_urls.given.values()
    assert url.original is found.message(SUPPORT, card["ts"])


async def test_all_sessions_are_found_again_and_no_number_is_given_twice(
    demo_state: DemoState, later: DemoState, tmp_path: Path
) -> None:
    world = demo_state.world
    agent = next(iter(world.agents.values()))
    ticket = world.open_ticket(TicketOrder(agent, ("+33612345678",), "ref", invite=True), _LINKS)
    for step in (world.customer_opens, world.accepts, world.allows_camera, world.takes_photo, world.hangs_up):
        step(ticket.id)
    order = ConferenceOrder(("ann@example.com",), "Boiler", agent, moderated=True, invite=True)
    conference = world.schedule_conference(order, _LINKS)
    world.guest_joins(conference.id, "ann@example.com")
    world.moderator_lets_in(conference.id, "ann@example.com")
    world.guest_leaves(conference.id, "ann@example.com")
    token = world.accounts.sign_in("api@apizee.com", "sandbox-password")
    _keep(demo_state, later, tmp_path)
    found = later.world
    assert _shapes(later.world) == _shapes(world)
    assert (found.outbox, found.events) == (world.outbox, world.events)
    assert found.meetings[-1].participant_count == 1
    assert found.accounts.user_of(token or "") == "api@apizee.com"
    assert found.next_id() == world.next_id()


async def test_the_wire_the_clock_and_what_was_read_are_found_again(
    demo_state: DemoState, later: DemoState, tmp_path: Path
) -> None:
    demo_state.traffic.note(Direction.TO_BOT, "first", "{}", 200, 0.1)
    demo_state.traffic.note(Direction.TO_APIZEE, "second", "{}")
    demo_state.clock.ahead = timedelta(hours=3)
    demo_state.attention.read["U1 C1"] = 12.5
    _keep(demo_state, later, tmp_path)
    assert later.traffic.latest() == demo_state.traffic.latest()
    assert later.traffic.note(Direction.TO_BOT, "third", "{}").number == 3
    assert later.clock.ahead == timedelta(hours=3)
    assert later.attention.read["U1 C1"] == 12.5


async def test_it_is_written_down_shortly_after_each_change(demo_state: DemoState, tmp_path: Path) -> None:
    file = tmp_path / STATE_FILE
    async with DemoStore(demo_state, tmp_path).saving():
        demo_state.workspace.say(U_EN, SUPPORT, "keep me")
        async with asyncio.timeout(30):
            while b"keep me" not in _read(file):  # noqa: ASYNC110  # a file gives no notice
                await asyncio.sleep(0.02)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        demo_state.workspace.say(U_EN, SUPPORT, "the last word")
    assert b"the last word" in file.read_bytes()


async def test_a_first_start_finds_nothing(demo_state: DemoState, tmp_path: Path) -> None:
    DemoStore(demo_state, tmp_path).restore()
    assert demo_state.workspace.messages(SUPPORT) == []


@pytest.mark.parametrize("content", ["", "{", '{"slack": {}}'])
async def test_another_kind_of_file_is_not_taken_for_a_memory(
    demo_state: DemoState, tmp_path: Path, content: str
) -> None:
    (tmp_path / STATE_FILE).write_text(content)
    with pytest.raises(Unreadable):
        DemoStore(demo_state, tmp_path).restore()


def _keep(demo_state: DemoState, later: DemoState, folder: Path) -> None:
    DemoStore(demo_state, folder).write()
    DemoStore(later, folder).restore()


def _shapes(world: World) -> list[Json]:
    """Return all sessions and what can be seen of them, as Apizee shows them."""
    tickets = [serializers.created_ticket(one, _LINKS, None) for one in world.tickets.values()]
    media = [serializers.ticket_medias(world.media_of(one), 1, 10, 0, _LINKS) for one in world.tickets.values()]
    return [*tickets, *media, *(serializers.conference(one, _LINKS) for one in world.conferences.values())]


def _read(file: Path) -> bytes:
    return file.read_bytes() if file.exists() else b""
