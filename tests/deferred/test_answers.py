"""The modal of an answer: opened while its trigger lives, and found again by a process that takes the request over."""

from __future__ import annotations

import pytest

from bot.deferred.answers import Answers
from bot.deferred.requests import DeferredRequest, OpenTicket
from bot.model.people import Conversation, Requester
from bot.model.session import Kind
from bot.model.targets import MessageRef, SessionRef
from bot.policy.agents import Agents, no_default_agent
from bot.slack.client import Slack
from bot.ui.private_messages import text_message
from sandbox.slack import Workspace
from sandbox.slack.default_world import SUPPORT, TEAM, U_EN

ASKED_AT = 1_700_000_000.0
ANSWER = text_message("This is the way in.")


def answers(slack: Slack, *, after: float) -> Answers:
    """Return the answers of a process that sees the request so many seconds after the press."""
    return Answers(slack, Agents(slack, default_login=no_default_agent), clock=lambda: ASKED_AT + after)


@pytest.fixture
def pressed(workspace: Workspace) -> DeferredRequest:
    """Return the request of somebody who has pressed Open."""
    request = OpenTicket(SessionRef(Kind.ASSISTANCE, 82070), MessageRef(SUPPORT, "1.0"))
    trigger_id = workspace.triggers.issue(U_EN, SUPPORT)
    return DeferredRequest(
        "a1b2", request, Requester(U_EN, Conversation(TEAM, SUPPORT)), ASKED_AT, trigger_id=trigger_id
    )


async def test_another_process_answers_in_the_modal_that_the_first_one_opened(
    slack: Slack, workspace: Workspace, pressed: DeferredRequest
) -> None:
    await answers(slack, after=0.1).begin(pressed)
    view = workspace.open_view(U_EN)
    assert view is not None
    assert "One moment" in str(view.body)
    other = answers(slack, after=12)
    await other.begin(pressed)
    await other.send(pressed, ANSWER)
    assert workspace.open_view(U_EN) is view
    assert "This is the way in." in str(view.body)
    assert not workspace.ephemeral_messages


async def test_a_trigger_of_three_seconds_opens_nothing_and_the_answer_is_a_private_message(
    slack: Slack, workspace: Workspace, pressed: DeferredRequest
) -> None:
    late = answers(slack, after=3)
    await late.begin(pressed)
    await late.send(pressed, ANSWER)
    assert not workspace.calls_of("views.open")
    assert [one.text for one in workspace.ephemeral_messages] == ["This is the way in."]
