"""Shows the way of one command, webhook, button or photo through the code.

`make trace CMD="/assist +33 6 62 68 21 93"` runs the bot between its sandboxes and prints each file that is entered,
with its functions in the order of their first call, and what was asked of Redis, Slack and Apizee meanwhile. What an
idle bot enters by itself is left out, but for functions that the command enters as well. `CMD` is a slash command, or
one of the words `webhook`, `button` and `photo`, which begin with an assistance that is under way.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Final

import click
from cryptography.fernet import Fernet
from redis.asyncio import Redis

import bot
from bot.container import build
from bot.log import configure
from bot.settings import load_settings
from bot.store.server.embedded import EmbeddedRedis
from sandbox.apizee import World
from sandbox.apizee import build_app as apizee_app
from sandbox.apizee.webhooks import WebhookSender
from sandbox.loopback import serving
from sandbox.slack import SlackClientSide, Workspace
from sandbox.slack import build_app as slack_app
from sandbox.slack.default_world import SUPPORT, U_EN

CUSTOMER: Final = "+33 6 62 68 21 93"
_ROOT: Final = Path(bot.__file__).parents[1]
_OURS: Final = (f"{_ROOT}/bot/", f"{_ROOT}/handlers/")
_SECRET: Final = "sandbox-webhook-secret"  # noqa: S105  # opens the sandbox only
_IDLE_FOR: Final = 1.5
"""Seconds in which an idle bot has done at least once what it does every second."""

_CALM_FOR: Final = 1.2
"""Seconds without a call to either vendor after which a thing is taken to be over."""

# What an idle worker asks of Redis again and again: it belongs to no command.
_OF_IDLE_WORKERS: Final = frozenset({"XREADGROUP", "XAUTOCLAIM", "ZADD", "ZREMRANGEBYSCORE", "EXPIRE", "PING", "HELLO"})


@dataclass
class Trace:
    """The functions of ours that were entered, in their order, each with its callers, and the commands to Redis."""

    callers: dict[CodeType, set[CodeType | None]] = field(default_factory=dict)
    redis: Counter[str] = field(default_factory=Counter)

    def without(self, idle: Trace) -> Trace:
        """Return what an idle bot does not enter by itself; what it shares with others who call it stays."""
        callers = {code: by for code, by in self.callers.items() if by - idle.callers.get(code, set())}
        return Trace(callers, self.redis)

    def files(self) -> Mapping[str, list[str]]:
        """Return the functions of each file, both in the order of their first call."""
        found: dict[str, list[str]] = {}
        for code in self.callers:
            found.setdefault(code.co_filename.removeprefix(f"{_ROOT}/"), []).append(code.co_qualname)
        return found

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Note each function that is called until left."""

        def note(frame: FrameType, event: str, _argument: object) -> None:
            code = frame.f_code
            if event == "call" and code.co_filename.startswith(_OURS) and not code.co_name.startswith("<"):
                self.callers.setdefault(code, set()).add(_caller_of(frame))

        sys.setprofile(note)
        try:
            yield
        finally:
            sys.setprofile(None)

    async def listen(self, redis: Redis) -> None:
        """Count what Redis is given until cancelled."""
        async with redis.monitor() as monitor:
            async for said in monitor.listen():
                name = str(said["command"]).split()[0].upper()
                if said["client_type"] != "lua" and name not in _OF_IDLE_WORKERS:
                    self.redis[name] += 1


def _caller_of(frame: FrameType) -> CodeType | None:
    """Return the function of ours that called this one, `None` where that was a library."""
    caller = frame.f_back
    while caller and not caller.f_code.co_filename.startswith(_OURS):
        caller = caller.f_back
    return caller.f_code if caller else None


@dataclass(frozen=True)
class Setup:
    """The bot between its sandboxes."""

    slack: Workspace
    apizee: World
    people: SlackClientSide
    bot_url: str

    async def over(self) -> None:
        """Return once neither vendor has been asked anything for a while."""
        known, since = -1, time.monotonic()
        while time.monotonic() - since < _CALM_FOR:
            calls = len(self.slack.calls) + len(self.apizee.requests)
            if calls != known:
                known, since = calls, time.monotonic()
            await asyncio.sleep(0.05)

    @asynccontextmanager
    async def webhooks(self) -> AsyncIterator[None]:
        """Let Apizee send what happens until left."""
        sender = WebhookSender(self.apizee, f"{self.bot_url}/apizee/webhooks", {"X-Webhook-Secret": _SECRET})
        async with sender.sending():
            yield


async def _command(setup: Setup, text: str) -> None:
    name, _, rest = text.partition(" ")
    await setup.people.command(U_EN, SUPPORT, name, rest)


async def _webhook(setup: Setup, _text: str) -> None:
    async with setup.webhooks():
        setup.apizee.customer_opens(next(iter(setup.apizee.tickets)))
        await setup.over()


async def _button(setup: Setup, _text: str) -> None:
    (card,) = [one for one in setup.slack.messages(SUPPORT) if one.user == setup.slack.bot_user]
    await setup.people.click(U_EN, card, "session_open")


async def _photo(setup: Setup, _text: str) -> None:
    (ticket,) = setup.apizee.tickets
    setup.apizee.customer_opens(ticket)
    setup.apizee.accepts(ticket)
    setup.apizee.allows_camera(ticket)
    setup.apizee.takes_photo(ticket)
    async with setup.webhooks():
        setup.apizee.hangs_up(ticket)
        await setup.over()


_WAYS: Final[Mapping[str, Callable[[Setup, str], Awaitable[None]]]] = {
    "webhook": _webhook,
    "button": _button,
    "photo": _photo,
}


@asynccontextmanager
async def _setup(folder: Path) -> AsyncIterator[tuple[Setup, Redis]]:
    slack, apizee = Workspace(), World(requests_per_minute=None)
    async with AsyncExitStack() as stack:
        slack.address = await stack.enter_async_context(serving(slack_app(slack)))
        apizee_url = await stack.enter_async_context(serving(apizee_app(apizee)))
        redis_url = (await stack.enter_async_context(EmbeddedRedis(folder))).url
        settings = load_settings(_env_file=None, **_settings(slack, apizee_url, redis_url, folder))
        app = await stack.enter_async_context(build(settings))
        await stack.enter_async_context(app.worker.working())
        url = await stack.enter_async_context(serving(app.web))
        people = await stack.enter_async_context(SlackClientSide.over_http(slack, url))
        redis = await stack.enter_async_context(Redis.from_url(redis_url))
        yield Setup(slack, apizee, people, url), redis


def _settings(slack: Workspace, apizee_url: str, redis_url: str, folder: Path) -> dict[str, Any]:
    return {
        "slack_signing_secret": slack.credentials.signing_secret,
        "slack_bot_token": slack.bot_token,
        "slack_api_url": f"{slack.address}/api/",
        "apizee_api_url": f"{apizee_url}/api",
        "apizee_username": "api@apizee.com",
        "apizee_password": "sandbox-password",
        "apizee_enterprise_id": "1",
        "apizee_requests_per_minute": "1000",
        "apizee_webhook_secret": _SECRET,
        "redis_url": redis_url,
        "data_dir": str(folder),
        "encryption_keys": Fernet.generate_key().decode(),
    }


async def _trace(what: str) -> str:
    way = _WAYS.get(what, _command)
    with tempfile.TemporaryDirectory(prefix="trace-") as folder:
        async with _setup(Path(folder)) as (setup, redis):
            await setup.over()
            if what in _WAYS:
                await _command(setup, f"/assist {CUSTOMER}")
                await setup.over()
            idle, trace = Trace(), Trace()
            with idle.recording():
                await asyncio.sleep(_IDLE_FOR)
            slack, apizee = len(setup.slack.calls), len(setup.apizee.requests)
            listening = asyncio.create_task(trace.listen(redis))
            with trace.recording():
                await way(setup, what)
                await setup.over()
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            asked = [f"Slack   {one.method}" for one in setup.slack.calls[slack:]]
            asked += [f"Apizee  {one.method} {one.path}" for one in setup.apizee.requests[apizee:]]
            return _report(what, trace, idle, asked)


def _report(what: str, everything: Trace, idle: Trace, asked: list[str]) -> str:
    trace = everything.without(idle)
    files = trace.files()
    width = max(map(len, files), default=0)
    lines = [f"  {name:{width}}  {', '.join(functions)}" for name, functions in files.items()]
    redis = ", ".join(f"{name} {count}" if count > 1 else name for name, count in trace.redis.most_common())
    total = f"{len(files)} files, {len(trace.callers)} functions, {sum(trace.redis.values())} commands to Redis"
    left_out = f"{len(everything.files()) - len(files)} files, {len(everything.callers) - len(trace.callers)} functions"
    note = f"Left out, for an idle bot enters them by itself: {left_out}."
    return "\n".join([what, "", *lines, "", *(f"  {one}" for one in asked), f"  Redis   {redis}", "", total, note])


@click.command(help=__doc__)
@click.argument("what", nargs=-1, required=True)
def main(what: tuple[str, ...]) -> None:
    """Trace it and print what was seen."""
    configure("CRITICAL", "console")
    click.echo(asyncio.run(_trace(" ".join(what))))


if __name__ == "__main__":
    main()
