"""Start now, Move and Cancel: on the card, in lists and in what the agent reads, also when it is too late for them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from redis.asyncio import Redis

from bot.policy.audit import as_facts
from bot.store.backup.backups import Backups
from sandbox.slack.default_world import SUPPORT, TEAM, U_ADMIN, U_EN, U_FR
from sandbox.slack.model import Message
from tests.scenarios.environment import Environment, Vendors, button, new_environment, said
from tests.scenarios.planning.clock import StoryClock
from tests.scenarios.waiting import direct_message

CUSTOMER = "+33 6 62 68 21 93"


async def planned(environment: Environment, clock: StoryClock, *, minutes: float = 30, options: str = "") -> Message:
    """Return the card of an assistance that Alice has planned, once all is done."""
    await environment.assist(f"{CUSTOMER} {options} at:{clock.in_minutes(minutes)}")
    card = await environment.card("Planned for")
    await environment.settled()
    return card


async def jobs(redis: Redis) -> list[bytes]:
    """Return the jobs that wait for a planned session."""
    waiting = cast("list[bytes]", await redis.zrange("apizee:queue", 0, -1))
    return [key for key in waiting if key.startswith(b"plan:")]


async def test_start_now_starts_it_once(environment: Environment, clock: StoryClock, redis: Redis) -> None:
    card = await planned(environment, clock)
    assert len(await jobs(redis)) == 1
    pressed = [environment.people.click(U_EN, replace(card), "session_start_now") for _ in range(3)]
    await asyncio.gather(*pressed)
    await environment.card("Invited by SMS")
    await environment.settled()
    assert not await jobs(redis)
    await clock.pass_time(minutes=45)
    await environment.settled()
    assert len(environment.apizee.outbox) == 1
    assert not environment.slack.direct_messages(U_EN).messages


async def test_move_replaces_the_job_and_the_reminder(
    environment: Environment, clock: StoryClock, redis: Redis
) -> None:
    card = await planned(environment, clock)
    await clock.pass_time(minutes=21)
    await direct_message(environment, U_EN, "starts as planned")
    await environment.people.click(U_EN, card, "session_move")
    form = await environment.form()
    assert (form.body["callback_id"], form.body["blocks"][1]["block_id"]) == ("planning_form", "at")
    later = int(clock()) + 3600
    await environment.people.submit(U_EN, {"at": later})
    await environment.card(f"Planned for <!date^{later}^")
    await environment.settled()
    assert len(await jobs(redis)) == 1
    await clock.pass_time(minutes=30)  # past its first time
    await environment.settled()
    assert not environment.apizee.outbox
    await clock.pass_time(minutes=21)
    await environment.slack.wait_for(lambda: len(environment.slack.direct_messages(U_EN).messages) == 2)
    await clock.pass_time(minutes=10)
    await environment.card("Invited by SMS")
    await environment.settled()
    assert len(environment.apizee.outbox) == 1


async def test_a_time_that_has_passed_is_refused_in_the_form(environment: Environment, clock: StoryClock) -> None:
    card = await planned(environment, clock)
    await environment.people.click(U_EN, card, "session_move")
    await environment.form()
    answer = await environment.people.submit(U_EN, {"at": int(clock()) - 60})
    assert "at" in str(answer)
    assert environment.slack.open_view(U_EN)


async def test_cancel_invites_nobody(environment: Environment, clock: StoryClock, redis: Redis) -> None:
    card = await planned(environment, clock)
    await environment.people.click(U_EN, card, "session_cancel")
    card = await environment.card("Cancelled")
    await environment.settled()
    assert "session_cancel" not in said(card)
    assert not await jobs(redis)
    await clock.pass_time(minutes=45)
    await environment.settled()
    assert not environment.apizee.requests


@pytest.mark.parametrize("action", ["session_start_now", "session_move", "session_cancel"])
async def test_stale_presses_are_answered_in_a_sentence(
    environment: Environment, clock: StoryClock, action: str
) -> None:
    card = replace(await planned(environment, clock))
    await environment.people.click(U_EN, card, "session_start_now")
    await environment.card("Invited by SMS")
    await environment.settled()
    await environment.people.click(U_EN, card, action)
    await environment.private_message("has already started")
    await environment.settled()
    assert len(environment.apizee.outbox) == 1
    assert environment.slack.open_view(U_EN) is None


async def test_what_is_cancelled_is_not_started(environment: Environment, clock: StoryClock) -> None:
    card = replace(await planned(environment, clock))
    await environment.people.click(U_EN, card, "session_cancel")
    await environment.card("Cancelled")
    await environment.people.click(U_EN, card, "session_start_now")
    await environment.private_message("has been cancelled")
    await environment.settled()
    assert not environment.apizee.requests


async def test_others_may_not_and_administrators_say_what_they_did(environment: Environment, clock: StoryClock) -> None:
    card = await planned(environment, clock)
    for action in ("session_start_now", "session_move", "session_cancel"):
        await environment.people.click(U_FR, card, action)
        await environment.settled()
    denied = [as_facts(one) for one in await environment.audited(U_FR, at_least=3)]
    assert {(one["act"], one["reason"]) for one in denied} == {("change plan", "not theirs")}
    await environment.people.click(U_ADMIN, card, "session_cancel")
    await direct_message(environment, U_EN, f"<@{U_ADMIN}> cancelled")


async def test_a_colleague_s_plan_is_theirs_too(environment: Environment, clock: StoryClock) -> None:
    card = await planned(environment, clock, options=f"for:<@{U_FR}>")
    assert f"agent: <@{U_FR}>" in said(card)
    message = await direct_message(environment, U_FR, "a planifié ceci pour vous")
    await clock.pass_time(minutes=20)
    await direct_message(environment, U_FR, "démarre comme prévu")
    assert not environment.slack.direct_messages(U_EN).messages
    await environment.people.click(U_FR, message, "session_start_now")
    await environment.card("Invited by SMS")
    await direct_message(environment, U_FR, "a démarré une assistance vidéo en votre nom")
    await direct_message(environment, U_EN, f"<@{U_FR}> started")
    assert [one.agent.login for one in environment.apizee.tickets.values()] == ["agent2@apizee.com"]


async def test_lists_and_the_home_show_planned_sessions(environment: Environment, clock: StoryClock) -> None:
    await planned(environment, clock)
    await environment.assist("list")
    listed = await environment.private_message("· planned ·")
    button(listed, "session_start_now")
    await environment.people.open_home(U_EN)
    await environment.slack.wait_for(lambda: environment.slack.home(U_EN))
    home = environment.slack.home(U_EN)
    assert home
    assert "· planned ·" in said(home)
    assert "0 sessions started" in said(home)
    await environment.people.click(U_EN, listed, "session_cancel")
    await environment.private_message("Cancelled: nobody is invited.")
    await environment.card("Cancelled")


async def test_a_meeting_is_planned_likewise(environment: Environment, clock: StoryClock) -> None:
    await environment.meet(f'ann@example.com, <@{U_FR}> name:"Site visit" at:{clock.in_minutes(5)}')
    card = await environment.card("Planned for")
    assert "Video meeting “Site visit”" in card.text
    assert "•••@example.com" in said(card)
    await environment.meet("list")
    await environment.private_message("· planned ·")
    await environment.settled()
    assert not environment.apizee.requests
    await clock.pass_time(minutes=5)
    await environment.card("The guests are invited")
    assert len(environment.apizee.conferences) == 1


async def test_what_is_forgotten_does_not_start(environment: Environment, clock: StoryClock) -> None:
    await planned(environment, clock)
    await environment.assist(f"forget {CUSTOMER}")
    question = await environment.private_message("planned: it will not start")
    await environment.people.click(U_EN, question, "invitee_forget")
    card = await environment.card("forgotten")
    assert "session_start_now" not in said(card)
    await clock.pass_time(minutes=45)
    await environment.settled()
    assert not environment.apizee.requests
    assert [one.channel for one in environment.cards()] == [SUPPORT]


async def test_with_its_workspace_goes_what_is_planned(
    environment: Environment, clock: StoryClock, redis: Redis
) -> None:
    await planned(environment, clock)
    assert environment.app is not None
    await environment.app.adapters.removal.remove(TEAM)
    assert not await jobs(redis)
    assert not await redis.keys(f"apizee:{{{TEAM}}}:session*")


async def test_a_back_up_holds_what_is_planned_with_its_job(
    around: Vendors, clock: StoryClock, redis: Redis, tmp_path: Path
) -> None:
    async with new_environment(around) as environment:
        await planned(environment, clock)
        assert environment.app is not None
        keys = environment.app.adapters.keys
    backups = Backups(redis, keys)
    await backups.save(tmp_path / "saved")
    await backups.restore(tmp_path / "saved", replace=True)
    await clock.pass_time(minutes=31)
    async with new_environment(around) as environment:
        await environment.card("Invited by SMS")
