"""Nothing is done before the policy is asked: each job is one that asks, or is nobody's. What is new is added here."""

from __future__ import annotations

from typing import Final

from bot.jobs.attempts import GIVE_UP
from bot.jobs.watchdog import POLL
from tests.scenarios.environment import Environment

ASKING_JOBS: Final = {
    "start_session",
    "start_by_step",
    "run_plan",
    "run_deferred_request",
    "run_errand",
}  # the last is the name of an earlier version
JOBS_OF_NOBODY: Final = {
    "fail_step": "a workflow is given why its step has started nothing",
    "deliver_media": "what a session has brought comes into its own thread",
    "count_participants": "the card's own number",
    "forget_workspace": "the workspace has removed the app",
    "forget_leftovers": "likewise",
    "send_digest": "the figures of the week, for a channel that an administrator chose",
    "note_shared": "Slack's word on a channel",
    "note_unshared": "Slack's word on a channel",
    "move_channel": "Slack's word on a channel",
    "send_events": "what a session has come to goes to the operator's own receiver",
    "sync": "the card follows its session",
    "show_note": "the thread follows what was noted",
    "redraw": "the card follows its session",
    "poll_all": "the cards follow their sessions",
    "poll_account": "the cards of one Apizee account follow their sessions",
    "look": "the card follows its session, by its name of the version before",
    "draw": "the card follows its session, by its name of the version before",
    "look_at_all": "the cards follow their sessions, by its name of the version before",
}

OF_THE_QUEUE: Final = {POLL, GIVE_UP, "fail", "sleep", "trace"}
"""What keeps the queue itself going, and what its library brings along."""


async def test_each_job_that_a_person_asks_for_asks_the_policy(environment: Environment) -> None:
    assert environment.app is not None
    known = set(environment.app.adapters.docket.tasks)
    assert known - OF_THE_QUEUE == ASKING_JOBS | JOBS_OF_NOBODY.keys()
