"""Slack refuses something for good, whatever it is: people learn who was invited, and the session goes on all the same.

A table: each method that the bot calls, with each of the errors that Slack documents for it, and one of each kind that
it documents for every method (`tests/data/slack/errors.json`).
"""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.deferred.background import Background
from bot.deferred.forms import Forms
from bot.model.people import Conversation, Requester
from bot.model.session import Kind, Problem, Session, State
from bot.policy.agents import Agents, no_default_agent
from bot.policy.policy import Policy
from bot.slack.client import Slack
from bot.slack.errors import SlackAway, WorkspaceClosed, refused
from bot.store.cache import Cache
from bot.store.people.last_channels import LastChannels
from bot.store.sealing.keyring import KeyRing
from bot.ui.ids import ModalOrigin
from sandbox.apizee import World
from sandbox.slack.default_world import GENERAL, PRIVATE, SUPPORT, TEAM, U_EN, U_FR
from sandbox.slack.faults import Refuses
from tests.sessions.refusals.runner import PHOTOS, Runner

_DOCUMENTED = json.loads((Path(__file__).parents[2] / "data" / "slack" / "errors.json").read_text())
MOST_CALLS = 40
A_DAY = timedelta(days=1)


def refusals(method: str) -> list[str]:
    """Slack's errors of a method that last: waiting would not help."""
    general = {type(refused(method, code)): code for code in _DOCUMENTED["every method"] if code not in SlackAway.CODES}
    return sorted({*_DOCUMENTED[method], *general.values()} - SlackAway.CODES)


def table(*methods: str) -> list[tuple[str, str]]:
    """Each of some methods with each of its errors."""
    return [(method, code) for method in methods for code in refusals(method)]


async def lived(runner: Runner, session: Session) -> None:
    """Let a session that is refused something go on to its end, which is reported; a second one does not notice."""
    started = await runner.started(session)
    assert started.state is State.INVITED
    assert runner.has_sent_the_way_into(started)
    others = await runner.started(runner.assistance("other", runner.asking(U_FR, GENERAL), phone="+33612345678"))
    assert others.remote.links.agent
    assert others.remote.links.agent in runner.read_by(U_FR)
    ended = await runner.ended(started)
    assert ended.progress.end_sent
    if session.kind is Kind.ASSISTANCE:
        assert len(ended.media_progress.sent) == PHOTOS
        assert "photo" in runner.read_by().casefold()
    assert len(runner.workspace.calls) <= MOST_CALLS
    calls = len(runner.workspace.calls)
    await runner.repeatedly(lambda: runner.starter.start(TEAM, session.id))
    assert len(runner.workspace.calls) == calls


# ── While a session lives ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("method", "code"),
    table("chat.update", "chat.postEphemeral", "files.completeUploadExternal", "files.getUploadURLExternal"),
)
async def test_what_slack_refuses_costs_a_session_that_alone(runner: Runner, method: str, code: str) -> None:
    given = {} if method == "files.getUploadURLExternal" else {"channel": SUPPORT}
    given = {"channel_id": SUPPORT} if method == "files.completeUploadExternal" else given
    runner.workspace.faults.switch_on(Refuses(code), method, given=given)
    await lived(runner, runner.assistance("s1", Requester(U_EN, Conversation(TEAM, SUPPORT))))


@pytest.mark.parametrize("code", sorted(_DOCUMENTED["response_url"]))
async def test_a_response_url_that_is_refused_is_one_way_of_three(runner: Runner, code: str) -> None:
    runner.workspace.faults.switch_on(Refuses(code, status=404), "response_url")
    await lived(runner, runner.assistance("s1", runner.asking()))


@pytest.mark.parametrize(("method", "code"), table("calls.add", "calls.end"))
async def test_a_call_that_is_refused_adorns_nothing(runner: Runner, method: str, code: str) -> None:
    runner.workspace.faults.switch_on(Refuses(code), method)
    await lived(runner, runner.meeting("visit", runner.asking()))


@pytest.mark.parametrize("code", refusals("chat.update"))
async def test_a_meeting_whose_card_cannot_be_changed_can_be_joined(runner: Runner, code: str) -> None:
    runner.workspace.faults.switch_on(Refuses(code), "chat.update", given={"channel": SUPPORT})
    await lived(runner, runner.meeting("visit", runner.asking()))


@pytest.mark.parametrize("code", refusals("chat.postMessage"))
async def test_where_neither_card_nor_thread_takes_anything_any_more_the_agent_gets_all(
    runner: Runner, code: str
) -> None:
    """The bot was removed from a private channel, or the channel was closed."""
    session = await runner.started(runner.assistance("s1", Requester(U_EN, Conversation(TEAM, SUPPORT))))
    for method in ("chat.postMessage", "chat.update", "chat.postEphemeral", "conversations.replies"):
        runner.workspace.faults.switch_on(Refuses(code), method, given={"channel": SUPPORT})
    runner.workspace.faults.switch_on(Refuses(code), "files.completeUploadExternal", given={"channel_id": SUPPORT})
    ended = await runner.ended(session)
    assert ended.progress.end_sent
    assert len(ended.media_progress.sent) == PHOTOS
    texts = [one.text for one in runner.workspace.direct_messages(U_EN).messages]
    assert any("done" in one for one in texts)
    assert any("photo" in one.casefold() for one in texts)
    assert len(runner.workspace.calls) <= MOST_CALLS


# ── Before anybody is invited ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("code", refusals("users.info"))
async def test_a_person_whom_slack_does_not_show_invites_nobody_and_is_notified(
    runner: Runner, world: World, code: str
) -> None:
    runner.workspace.faults.switch_on(Refuses(code), "users.info", given={"user": U_EN})
    session = await runner.started(runner.assistance("s1", runner.asking()))
    assert (session.state, session.problem, session.progress.links_sent) == (State.FAILED, Problem.REFUSED, True)
    assert not world.tickets
    assert len(runner.workspace.ephemerals(U_EN)) == 1
    assert (await runner.started(runner.assistance("s2", runner.asking(U_FR)))).state is State.INVITED


@pytest.mark.parametrize(("method", "code"), table("chat.postMessage", "conversations.open"), ids=str)
async def test_where_no_conversation_takes_the_card_nobody_is_invited_and_the_person_is_notified(
    runner: Runner, world: World, method: str, code: str
) -> None:
    runner.workspace.faults.switch_on(Refuses(code), "chat.postMessage", given={"channel": SUPPORT})
    own = runner.workspace.direct_messages(U_EN).id
    given = {"users": U_EN} if method == "conversations.open" else {"channel": own}
    runner.workspace.faults.switch_on(Refuses(code), method, given=given)
    session = await runner.started(runner.assistance("s1", runner.asking()))
    assert (session.state, session.progress.links_sent) == (State.FAILED, True)
    assert not world.tickets
    assert len(runner.workspace.ephemerals(U_EN)) == 1
    assert len(runner.workspace.calls) <= 6
    assert (await runner.started(runner.assistance("s2", runner.asking(U_FR, GENERAL)))).state is State.INVITED


@pytest.mark.parametrize("code", refusals("chat.postMessage"))
async def test_where_the_channel_alone_refuses_the_card_it_is_in_the_direct_messages(runner: Runner, code: str) -> None:
    runner.workspace.faults.switch_on(Refuses(code), "chat.postMessage", given={"channel": SUPPORT})
    session = runner.assistance("s1", runner.asking())
    if code in WorkspaceClosed.CODES:
        assert (await runner.started(session)).state is State.FAILED
        return
    started = await runner.started(session)
    assert started.card
    assert started.card.channel == runner.workspace.direct_messages(U_EN).id
    assert "our direct messages" in runner.workspace.ephemerals(U_EN)[0].text


@pytest.mark.parametrize("code", refusals("chat.getPermalink"))
async def test_a_card_without_an_address_is_announced_all_the_same(runner: Runner, code: str) -> None:
    runner.workspace.faults.switch_on(Refuses(code), "chat.getPermalink")
    await lived(runner, runner.assistance("s1", runner.asking(channel=PRIVATE)))
    assert any("in our direct messages" in one.text for one in runner.workspace.ephemerals(U_EN))


@pytest.mark.parametrize(("method", "code"), table("conversations.history", "conversations.replies"))
async def test_what_cannot_be_looked_up_after_a_crash_is_done_again(runner: Runner, method: str, code: str) -> None:
    thread = runner.workspace.say(U_EN, SUPPORT, "help!").ts if method == "conversations.replies" else None
    runner.workspace.faults.switch_on(Refuses(code), method)
    crashed = runner.assistance("s1", runner.asking(thread_ts=thread)).with_progress(card_begun=runner.clock())
    await lived(runner, crashed)


# ── Views ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("code", refusals("views.open"))
@pytest.mark.parametrize("channel", ["", SUPPORT])
async def test_a_form_that_cannot_be_opened_is_reported(
    runner: Runner, slack: Slack, policy: Policy, redis: Redis, keys: KeyRing, channel: str, code: str
) -> None:
    """A global shortcut has no channel, and no response URL: then it is a direct message."""
    runner.workspace.faults.switch_on(Refuses(code), "views.open")
    background = Background()
    trigger = runner.workspace.triggers.issue(U_EN, channel)
    agents, last_channels = Agents(slack, default_login=no_default_agent), LastChannels(Cache(redis, keys), A_DAY)
    forms = Forms(slack, agents, policy, background, last_channels, command="/assist")
    forms.open(Kind.ASSISTANCE, Requester(U_EN, Conversation(TEAM, channel)), trigger, ModalOrigin())
    await background.close()
    direct = runner.workspace.direct_messages(U_EN).messages
    (notice,) = runner.workspace.ephemerals(U_EN) if channel else direct
    assert "form" in notice.text
    assert len(runner.workspace.calls) <= 5
    # Without a channel nothing is asked of Slack that it could only refuse.
    assert len(runner.workspace.calls_of("chat.postEphemeral")) <= len(channel)


# ── The workspace is closed to the bot ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("code", sorted(WorkspaceClosed.CODES))
async def test_in_a_workspace_that_refuses_the_token_nobody_is_invited_and_the_person_is_notified(
    runner: Runner, world: World, code: str
) -> None:
    for method in set(_DOCUMENTED) - {"every method", "response_url"}:
        runner.workspace.faults.switch_on(Refuses(code), method)
    session = await runner.started(runner.assistance("s1", runner.asking()))
    assert (session.state, session.progress.links_sent) == (State.FAILED, True)
    assert not world.tickets
    (notice,) = runner.workspace.ephemerals(U_EN)
    assert "ask an administrator to install it again" in notice.text
    assert len(runner.workspace.calls) == 2


async def test_work_for_a_closed_workspace_of_which_nobody_can_be_notified_is_an_error_to_set_aside(
    runner: Runner,
) -> None:
    runner.workspace.faults.switch_on(Refuses("account_inactive"))
    with pytest.raises(WorkspaceClosed):
        await runner.started(runner.assistance("s1", Requester(U_EN, Conversation(TEAM, SUPPORT))))
    assert (await runner.stands(runner.assistance("s1", runner.asking()))).state is State.FAILED
    assert len(runner.workspace.calls) <= 4


async def test_a_token_that_is_revoked_while_a_session_lives_costs_no_faults_until_it_is_forgotten(
    runner: Runner,
) -> None:
    session = await runner.started(runner.assistance("s1", runner.asking()))
    runner.workspace.faults.switch_on(Refuses("token_revoked"))
    ended = await runner.ended(session)
    assert ended.progress.end_sent
    assert not ended.is_followed
