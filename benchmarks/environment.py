"""All that a measurement needs: Redis, the two vendors, and the programs that it asks for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.fernet import Fernet

from benchmarks.client import Client, connected
from benchmarks.commands import AGENTS, Commands
from benchmarks.load import acknowledged, finished, in_flight
from benchmarks.machine import Cores
from benchmarks.process import Running, free_port, running
from benchmarks.redis_server import RedisServer, redis_server
from benchmarks.stubs.apizee import PASSWORD, USERNAME, ApizeeStub
from benchmarks.stubs.http import answering
from benchmarks.stubs.slack import BOT_TOKEN, SIGNING_SECRET, SlackStub
from benchmarks.subjects import Subject

WEBHOOK_SECRET = "benchmark-webhook-secret"  # noqa: S105  # opens this bot only
_WARMED_BY = 2 * AGENTS
_WARM_WITHIN = 15.0


@dataclass(frozen=True, slots=True)
class RunningSubject:
    """A subject that is ready: where it listens, and how many seconds that took."""

    program: Running
    port: int
    ready_after: float


class Environment:
    """One Redis and both vendors, around any number of subjects."""

    def __init__(self, folder: Path, cores: Cores, redis: RedisServer, slack: SlackStub, apizee: ApizeeStub) -> None:
        self.slack = slack
        self.apizee = apizee
        self.redis = redis
        self.cores = cores
        self.encryption_key = Fernet.generate_key().decode()
        self._folder = folder
        self._numbers = count()
        self._addresses: dict[str, str] = {}

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Environment]:
        """Let both vendors answer."""
        async with answering(self.slack.answer) as slack_url, answering(self.apizee.answer) as apizee_url:
            self.slack.address, self.apizee.address = slack_url, apizee_url
            self.commands = Commands(slack_url)
            self._addresses = {"SLACK_API_URL": f"{slack_url}/api/", "APIZEE_API_URL": f"{apizee_url}/api"}
            yield self

    @asynccontextmanager
    async def running(
        self, subject: Subject, *, database: int = 0, work: str = "command"
    ) -> AsyncIterator[RunningSubject]:
        """Yield a subject with a database of its own, until the block is left."""
        port, number = free_port(), next(self._numbers)
        folder = self._folder / f"{subject.key}-{number}"
        folder.mkdir()
        settings = {**self._settings(subject, folder, database), "PORT": str(port), "WORK": work}
        command = [word.format(port=port) for word in subject.command]
        async with running(command, settings, folder / f"{subject.key}.log", core=self.cores.server) as program:
            yield RunningSubject(program, port, await program.answers(port, subject.ready))

    async def warm(self, client: Client, *, whole: bool) -> None:
        """Let everybody type a command or two."""
        request = finished(self.slack) if whole else acknowledged
        await in_flight(16, client, self.commands.signed(_WARMED_BY), request, _WARM_WITHIN)

    def _settings(self, subject: Subject, folder: Path, database: int) -> dict[str, str]:
        redis = {"REDIS_URL": self.redis.url(database)} if subject.needs_redis else {}
        return {
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "APIZEE_USERNAME": USERNAME,
            "APIZEE_PASSWORD": PASSWORD,
            "APIZEE_ENTERPRISE_ID": "1",
            "APIZEE_REQUESTS_PER_MINUTE": "1000000",  # what is measured is the bot, not Apizee's limit
            "APIZEE_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "INVITATIONS_PER_HOUR": "1000000",  # nor how much one agent may do
            "DATA_DIR": str(folder),
            "DRAIN_SECONDS": "0",
            "ENCRYPTION_KEYS": self.encryption_key,
            "LOG_FORMAT": "json",
            **self._addresses,
            **redis,
            **subject.settings,
        }


@asynccontextmanager
async def new_environment(
    cores: Cores, *, apizee_delay: float = 0.0, redis: Path | None = None
) -> AsyncIterator[Environment]:
    """Yield an environment, with nothing left of it at the end; Apizee takes so many seconds for each answer.

    `redis` is the server to run, by default the one that comes along with the bot.
    """
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="apizee-slack-bench-", ignore_cleanup_errors=True)))
        server = await stack.enter_async_context(redis_server(folder, core=cores.load, binary=redis))
        environment = Environment(folder, cores, server, SlackStub(), ApizeeStub(apizee_delay))
        yield await stack.enter_async_context(environment.open())


@asynccontextmanager
async def warm_client(
    environment: Environment, running_subject: RunningSubject, *, whole: bool
) -> AsyncIterator[Client]:
    """Yield a client of a running subject that has answered a few commands."""
    async with connected(running_subject.port) as client:
        await environment.warm(client, whole=whole)
        yield client
