"""Builds what works in the background: the worker with its jobs, and what follows sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.jobs.tasks import Tasks
from bot.jobs.watchdog import PollWatchdog
from bot.jobs.worker import Worker
from bot.notes.thread import NoteThread
from bot.sessions.following.channels import ChannelChanges
from bot.sessions.following.completion import CardUpdater
from bot.sessions.following.notices import AgentNotices
from bot.sessions.following.polling import Poller
from bot.sessions.following.refusals import SignInRefusals
from bot.sessions.following.reminders import Reminders
from bot.sessions.following.schedule import PollSchedule
from bot.sessions.following.sync import SessionSync
from bot.sessions.planned.due import DuePlans
from bot.statistics.participants import Participants
from bot.statistics.source import StatisticsSource
from bot.store.tries import Tries
from bot.workflow_steps.reporting import StepReports

if TYPE_CHECKING:
    from bot.container import Container


@dataclass(frozen=True, slots=True)
class Jobs:
    """The worker, what webhooks are handed to, and what notices that no poll is made."""

    worker: Worker
    sync: SessionSync
    poll_watchdog: PollWatchdog


def build_jobs(parts: Container) -> Jobs:
    """Build the jobs on the parts that do their work."""
    adapters, timing = parts.adapters, parts.timing
    docket, every = adapters.docket, timedelta(seconds=parts.settings.apizee_poll_seconds)
    worker = Worker(
        docket,
        tries=Tries(adapters.redis),
        set_aside=adapters.set_aside,
        metrics=adapters.metrics,
        before_each=parts.gate.yield_to_acks,
        policy=timing.retry,
        timing=timing.worker,
    )
    sessions, timeline, slack, cards = adapters.sessions, adapters.timeline, adapters.slack, parts.cards
    clock = timing.clock
    # Nobody waits for any of this: people's requests go first.
    accounts = adapters.accounts.in_background()
    providers, schedule = parts.providers_of(accounts), PollSchedule(every)
    sync = SessionSync(
        sessions=sessions,
        timeline=timeline,
        providers=providers,
        queue=adapters.queue,
        on_unknown=adapters.metrics.counting("apizee_webhooks_not_understood_total", "object"),
        schedule=schedule,
        clock=clock,
    )
    poller = Poller(
        sessions=sessions,
        timeline=timeline,
        accounts=accounts,
        count=adapters.poll_count,
        providers=providers,
        sync=sync,
        reminders=Reminders(sessions, slack, providers, timing=timing.follow, clock=clock),
        forgetting=parts.forgetting,
        refusals=SignInRefusals(slack, parts.agents, accounts),
        queue=adapters.queue,
        schedule=schedule,
        timing=timing.follow,
        clock=clock,
    )
    updater = CardUpdater(
        sessions=sessions,
        timeline=timeline,
        accounts=accounts,
        slack=slack,
        cards=cards,
        notices=AgentNotices(slack, providers, open_links=parts.open_links),
        qr_codes=parts.qr_codes,
        providers=providers,
        queue=adapters.queue,
        schedule=schedule,
        clock=clock,
    )
    figures = StatisticsSource(accounts, adapters.cache, sessions, clock=clock)
    tasks = Tasks(
        start=parts.start,
        steps=StepReports(sessions, adapters.refused_steps, slack.steps, cards),
        due_plans=DuePlans(parts.plans, parts.preparing, sessions, slack, command=parts.settings.assist_command),
        deferred=parts.runner,
        media=parts.media,
        sync=sync,
        cards=updater,
        notes=NoteThread(sessions, slack, parts.session_links, clock=clock),
        participants=Participants(sessions, figures, adapters.queue),
        channels=ChannelChanges(sessions, adapters.invitees, parts.places, slack),
        poller=poller,
        removal=adapters.removal,
        digests=adapters.digests,
        digest_sender=adapters.digest_sender,
        events=adapters.event_sender,
        queue=adapters.queue,
        locks=adapters.locks,
        locked_for=timing.worker.taken_over_after,
    )
    tasks.register(worker, docket, poll_every=every)
    return Jobs(worker, sync, PollWatchdog(docket, adapters.poll_count, every=every))
