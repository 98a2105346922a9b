"""What whole sessions cost, from the command to the closed card and the Home, and what their start costs alone.

Each customer opens the link, agrees, shows their camera and hangs up; the agent takes two photos and looks at the Home.
Apizee sends its webhooks. What the queue holds for later counts as well: it is brought forward.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import Final

from benchmarks.client import Client
from benchmarks.commands import Command
from benchmarks.environment import Environment, RunningSubject, new_environment, warm_client
from benchmarks.load import arriving, finished
from benchmarks.machine import Cores
from benchmarks.measures import progress
from benchmarks.results.figures import MILLISECONDS, Results
from benchmarks.settings import Settings
from benchmarks.stubs.apizee import PHOTOS
from benchmarks.subjects import OURS, Subject
from benchmarks.webhooks import happened, media_made, ticket_changed
from playground.redis_process import bring_forward

PHOTOS_TAKEN: Final = 2
_WARM: Final = 10

_IDLE_FOR: Final = 2.0
_SETTLES: Final = 1.5
_LATE: Final = timedelta(hours=1, minutes=1)
_LATE_DONE_IN: Final = 2.0
_DONE_WITHIN: Final = 30.0
_SHOWN_CLOSED: Final = (b"Done after", b"2 photos")

Step = Callable[[Environment, int, Command], Sequence[bytes]]
"""Lets something happen to a ticket, and returns the requests that the bot gets because of it."""


class Unfinished(Exception):
    """Some sessions were not started."""

    def __init__(self, done: int, of: int) -> None:
        super().__init__(f"only {done} of {of} sessions were started")


@dataclass(frozen=True, slots=True)
class Usage:
    """What has been used.

    Milliseconds of the bot's processor and of Redis', commands of Redis and bytes to and from it, requests to Slack, to
    Apizee's API, and for Apizee's files.
    """

    cpu: float
    redis_cpu: float
    commands: float
    bytes: float
    slack: float
    apizee: float
    files: float

    def __sub__(self, other: Usage) -> Usage:
        """Return what was used since."""
        return Usage(*(getattr(self, one.name) - getattr(other, one.name) for one in fields(self)))

    def __mul__(self, factor: float) -> Usage:
        """Return so many times as much."""
        return Usage(*(getattr(self, one.name) * factor for one in fields(self)))


async def measure(cores: Cores, settings: Settings, results: Results) -> None:
    """Measure sessions of this bot, in full."""
    await measure_subject(cores, settings, results, OURS)


async def measure_subject(cores: Cores, settings: Settings, results: Results, subject: Subject) -> None:
    """Measure the sessions of one bot."""
    async with (
        new_environment(cores) as environment,
        environment.running(subject) as running_subject,
        warm_client(environment, running_subject, whole=True) as client,
    ):
        progress(f"{settings.sessions} sessions: {subject.title}")
        warm = replace(settings, sessions=_WARM, session_pace=0.1, sessions_arrive_in=0.3)
        first = _Sessions(environment, client, warm)
        await first.start()
        await first.end()
        await first.end_later()  # nothing of them is left on the queue when it counts
        before, idle = await _idle(environment, running_subject)
        begun = time.perf_counter()
        sessions = _Sessions(environment, client, settings)
        await sessions.start()
        await asyncio.sleep(_SETTLES)
        started = await _used(environment, running_subject) - before - idle * (time.perf_counter() - begun)
        await sessions.end()
        await sessions.end_later()
        whole = await _used(environment, running_subject) - before - idle * (time.perf_counter() - begun)
    for part, usage in (("start", started), ("whole", whole)):
        for one in fields(usage):
            results.note(f"session/{subject.key}/{part}/{one.name}", getattr(usage, one.name) / settings.sessions)


class _Sessions:
    """Some sessions at the same time, and what has become of them."""

    def __init__(self, environment: Environment, client: Client, settings: Settings) -> None:
        self._environment = environment
        self._client = client
        self._pace = settings.session_pace
        self._spread = settings.sessions_arrive_in
        self._commands: Sequence[Command] = environment.commands.signed(settings.sessions)
        self._done = {"closed": 0, "shared": 0, "published": 0}
        environment.slack.on_call = self._note

    async def start(self) -> None:
        """Type the commands, and wait for all links."""
        per_second = len(self._commands) / self._spread
        sample = await arriving(per_second, self._client, self._commands, finished(self._environment.slack))
        if len(sample.ends) != len(self._commands):
            raise Unfinished(len(sample.ends), len(self._commands))
        await self._each(_announced)

    async def end(self) -> None:
        """Let all else happen."""
        for step in (_opens, _agrees, _shows_camera, _photographed, _hangs_up):
            await asyncio.gather(self._each(step), asyncio.sleep(self._pace + self._spread))
        await self._until("closed", "shared")
        await self._each(_opens_home)
        await self._until("published")

    async def end_later(self) -> None:
        """Let happen what the queue holds for the next hour."""
        await bring_forward(self._environment.redis.url(), _LATE)
        await asyncio.sleep(_LATE_DONE_IN)

    async def _each(self, step: Step) -> None:
        """Let each take a step, one after the other, and send what is sent because of it."""
        tickets = self._environment.apizee.tickets
        for command in self._commands:
            for request in step(self._environment, tickets[command.phone], command):
                await self._client.send(request)
            await asyncio.sleep(self._spread / len(self._commands))

    def _note(self, method: str, body: bytes) -> None:
        self._done["closed"] += method == "chat.update" and all(one in body for one in _SHOWN_CLOSED)
        self._done["shared"] += method == "files.completeUploadExternal"
        self._done["published"] += method == "views.publish"

    async def _until(self, *parts: str) -> None:
        async with asyncio.timeout(_DONE_WITHIN):
            while any(self._done[part] < len(self._commands) for part in parts):  # noqa: ASYNC110  # the stub counts
                await asyncio.sleep(0.02)


def _announced(_environment: Environment, ticket: int, _command: Command) -> Sequence[bytes]:
    return [happened(ticket, "ticket.invitationSent")]


def _opens(_environment: Environment, ticket: int, _command: Command) -> Sequence[bytes]:
    return [happened(ticket, "ticket.invitationClicked")]


def _agrees(environment: Environment, ticket: int, _command: Command) -> Sequence[bytes]:
    environment.apizee.states[ticket] = "inprogress"
    names = ("consent.accepted", "ticket.invitationAccepted", "ticket.sessionStarted")
    return [ticket_changed(ticket, state="inprogress"), *(happened(ticket, name) for name in names)]


def _shows_camera(_environment: Environment, ticket: int, _command: Command) -> Sequence[bytes]:
    return [happened(ticket, name) for name in ("mediaDevice.cameraAllowed", "session.established")]


def _photographed(environment: Environment, ticket: int, _command: Command) -> Sequence[bytes]:
    environment.apizee.photos[ticket] = PHOTOS_TAKEN
    photos = range(ticket * 10, ticket * 10 + PHOTOS_TAKEN)
    return [one for photo in photos for one in (media_made(photo), happened(ticket, "media.pictureTaken"))]


def _hangs_up(environment: Environment, ticket: int, _command: Command) -> Sequence[bytes]:
    environment.apizee.states[ticket] = "done"
    return [
        ticket_changed(ticket, state="done"),
        happened(ticket, "session.userLeft"),
        happened(ticket, "ticket.completed"),
    ]


def _opens_home(environment: Environment, _ticket: int, command: Command) -> Sequence[bytes]:
    return [environment.commands.opened_home(command.user)]


async def _idle(environment: Environment, running_subject: RunningSubject) -> tuple[Usage, Usage]:
    """Return what is used by now, and in a second in which nobody wants anything."""
    await asyncio.sleep(_SETTLES)
    before, begun = await _used(environment, running_subject), time.perf_counter()
    await asyncio.sleep(_IDLE_FOR)
    after = await _used(environment, running_subject)
    return after, (after - before) * (1 / (time.perf_counter() - begun))


async def _used(environment: Environment, running_subject: RunningSubject) -> Usage:
    served, apizee = await environment.redis.served(), environment.apizee.calls
    files = apizee[f"GET {PHOTOS}"]
    return Usage(
        cpu=running_subject.program.cpu_seconds() * MILLISECONDS,
        redis_cpu=served.cpu * MILLISECONDS,
        commands=served.commands,
        bytes=served.bytes,
        slack=environment.slack.calls.total(),
        apizee=apizee.total() - files,
        files=files,
    )
