"""Slack wants waits, or never comes to an end: nobody waits for what another way brings, and all of it ends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model.session import State
from sandbox.slack.default_world import PRIVATE, SUPPORT, TEAM, U_EN
from sandbox.slack.faults import Broken, Refuses
from tests.sessions.refusals.runner import PHOTOS, Runner

# ── What comes to no end ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal"])
async def test_uploads_that_never_complete_become_links(runner: Runner, method: str) -> None:
    session = await runner.started(runner.assistance("s1", runner.asking()))
    runner.workspace.faults.switch_on(Broken(503), method)
    ended = await runner.ended(session)
    assert len(ended.media_progress.sent) == PHOTOS
    assert not any(one.files for one in runner.workspace.channels[SUPPORT].messages)


async def test_one_refused_file_of_several_is_a_link_and_the_others_are_photos(runner: Runner) -> None:
    session = await runner.started(runner.assistance("s1", runner.asking()))
    runner.workspace.faults.switch_on(Refuses("file_type_not_allowed"), "files.getUploadURLExternal", times=1)
    ended = await runner.ended(session)
    assert len(ended.media_progress.sent) == PHOTOS
    replies = [one for one in runner.workspace.channels[SUPPORT].messages if one.is_reply]
    assert [len(one.files) for one in replies] == [PHOTOS - 1, 0]


async def test_one_file_that_cannot_be_shared_with_the_others_is_a_link(runner: Runner) -> None:
    session = await runner.started(runner.assistance("s1", runner.asking()))
    runner.workspace.faults.switch_on(Refuses("file_update_failed"), "files.completeUploadExternal", times=2)
    ended = await runner.ended(session)
    assert len(ended.media_progress.sent) == PHOTOS
    replies = [one for one in runner.workspace.channels[SUPPORT].messages if one.is_reply]
    assert sorted(len(one.files) for one in replies) == [0, 1, 1]


async def test_a_call_that_slack_cannot_end_keeps_nobody_from_being_notified(runner: Runner) -> None:
    session = await runner.started(runner.meeting("visit", runner.asking()))
    runner.workspace.faults.switch_on(Refuses("internal_error"), "calls.end", times=5)
    ended = await runner.ended(session)
    assert (ended.progress.end_sent, ended.call_id) == (True, None)


async def test_a_card_that_has_to_wait_keeps_nobody_from_the_links(runner: Runner) -> None:
    runner.workspace.faults.switch_on(
        Refuses("message_limit_exceeded", headers=(("Retry-After", "31536000"),)), "chat.update", times=1
    )
    session = await runner.started(runner.assistance("s1", runner.asking()))
    assert runner.has_sent_the_way_into(session)
    assert [call.ok for call in runner.workspace.calls_of("chat.update")] == [False, True]
    (card,) = runner.workspace.messages(SUPPORT)
    assert "Invited" in card.text


async def test_a_card_that_waits_and_is_refused_then_is_reported_when_it_happens(runner: Runner) -> None:
    runner.workspace.faults.switch_on(Refuses("ratelimited", 429), "chat.update", times=1)
    runner.workspace.faults.switch_on(Refuses("update_failed"), "chat.update")
    session = await runner.started(runner.meeting("visit", runner.asking()))
    assert [call.ok for call in runner.workspace.calls_of("chat.update")] == [False, False]
    await runner.repeatedly(lambda: runner.follower.update(TEAM, session.id))
    (said,) = [one for one in runner.workspace.channels[SUPPORT].messages if one.is_reply]
    assert (session.remote.links.meeting_short or session.remote.links.meeting or "?") in said.text
    await runner.ended(session)
    assert [one.is_reply for one in runner.workspace.channels[SUPPORT].messages] == [False, True, True]


async def test_a_card_that_cannot_be_changed_any_more_is_reported_once(runner: Runner) -> None:
    session = await runner.started(runner.assistance("s1", runner.asking()))
    runner.workspace.faults.switch_on(Refuses("update_failed"), "chat.update")
    for state in (State.IN_PROGRESS, State.INVITED):
        await runner.sessions.change(TEAM, "s1", lambda one, state=state: replace(one, state=state))  # type: ignore[misc]  # mypy's lambdas
        await runner.repeatedly(lambda: runner.follower.update(TEAM, session.id))
    assert [one.is_reply for one in runner.workspace.channels[SUPPORT].messages] == [False, True]


async def test_a_long_wait_is_said_once_and_is_no_longer_than_a_minute(runner: Runner) -> None:
    runner.workspace.faults.switch_on(
        Refuses("ratelimited", 429, (("Retry-After", "31536000"),)), "chat.postMessage", times=3
    )
    session = await runner.started(runner.assistance("s1", runner.asking()))
    assert session.state is State.INVITED
    assert runner.waits == [60.0] * 3
    waiting = [
        one.text for one in runner.workspace.ephemerals(U_EN) if "Slack is not accepting anything more" in one.text
    ]
    assert len(waiting) == 1


# ── Giving up ────────────────────────────────────────────────────────────────────────────────────────────


async def test_what_is_given_up_after_the_invitation_still_tells_the_agent(runner: Runner) -> None:
    session = runner.assistance("s1", runner.asking())
    runner.workspace.faults.switch_on(Broken(503), "response_url")
    runner.workspace.faults.switch_on(Broken(503), "chat.update")
    with pytest.raises(pytest.fail.Exception):
        await runner.started(session)
    await runner.starter.on_exhausted(TEAM, "s1", reference="abcd1234")
    sent = await runner.stands(session)
    assert sent.state is State.INVITED
    assert sent.progress.links_sent
    assert runner.has_sent_the_way_into(sent)
    assert runner.queue.redraws == ["s1"] * len(runner.queue.redraws) != []


# ── Cards that nobody owns ───────────────────────────────────────────────────────────────────────────────


async def test_one_wait_between_a_card_elsewhere_and_its_note_gives_one_card(runner: Runner) -> None:
    runner.workspace.faults.switch_on(Refuses("ratelimited", 429), "chat.getPermalink", times=1)
    runner.workspace.faults.switch_on(Refuses("ratelimited", 429), "response_url", times=1)
    session = await runner.started(runner.assistance("s1", runner.asking(channel=PRIVATE)))
    own = runner.workspace.direct_messages(U_EN)
    cards = [one for one in own.messages if "Video assistance" in one.text]
    assert [one.ts for one in cards] == [session.card.ts if session.card else ""]
    assert any("in our direct messages" in one.text for one in own.messages)
