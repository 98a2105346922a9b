"""`apizee-slack`: serve, worker, demo, doctor, manifest, audit, jobs, workspaces, and what is done with kept data."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.alive import alive_command
from bot.cli.audit import audit_command
from bot.cli.backup import backup_commands
from bot.cli.data import data_commands
from bot.cli.jobs import jobs_commands
from bot.cli.lifecycle import ENDS_WITHIN, WORKER_LOST, Stop, import_parts, run
from bot.cli.listening import bound, listen
from bot.cli.processes import CANNOT_START, Processes
from bot.cli.support_bundle import support_bundle_command
from bot.cli.terminal import write_whatever_comes
from bot.cli.workspaces import workspaces_commands
from bot.jobs.heartbeat import Heartbeat
from bot.log import configure, get_logger, redact
from bot.manifest import APIZEE_URL, manifest_for
from bot.model.errors import CannotStart
from bot.settings import Settings, SettingsFaults, given_texts, load_settings, misspelt

if TYPE_CHECKING:
    from bot.container import Container
    from bot.timing import Timing

log = get_logger(__name__)


class Commands(click.Group):
    """A group of commands that end with a line and exit code 2 where they cannot start, never with a traceback."""

    def main(self, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401  # as click has it
        """Run a command; ends the process."""
        write_whatever_comes()
        with _in_words():
            return super().main(*arguments, **options)


@contextmanager
def _in_words() -> Iterator[None]:
    """Print in a line each what keeps the bot from starting, and end."""
    try:
        yield
    except SettingsFaults as faults:
        _refuse(*faults.lines)
    except CannotStart as error:
        _refuse(str(error))
    except Exception as error:  # the last line of defence
        logging.getLogger(__name__).debug("cannot start", exc_info=error)
        _refuse(f"The bot cannot start: {_said_by(error)}. LOG_LEVEL=DEBUG shows where.")


def _show_version(context: click.Context, _parameter: click.Parameter, asked: bool) -> None:  # noqa: FBT001  # as click calls it
    """Print the version, also where a checkout is run that was never installed."""
    if asked:
        try:
            click.echo(f"apizee-slack {version('apizee-slack')}")
        except PackageNotFoundError:
            click.echo("apizee-slack, from a checkout")
        context.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help="Show the version."
)
def main() -> None:
    """Apizee in Slack: video assistance and video meetings.

    Settings come from the environment or from a file `.env`; README.md lists them all.
    """


@main.command()
@click.option("--no-worker", is_flag=True, help="Only answer Slack; leave background work to `apizee-slack worker`.")
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Run so many processes on one port; one that dies is started again.",
)
@click.pass_obj
def serve(timing: Timing | None, *, no_worker: bool, processes: int) -> None:
    """Answer Slack, over HTTP or Socket Mode, and do the background work."""
    settings = _settings()
    drain = settings.drain_seconds
    with bound(settings.host, settings.port) as listening:

        async def work(app: Container, stop: Stop) -> None:
            async with AsyncExitStack() as stack:
                if not no_worker:
                    await stack.enter_async_context(_working(settings, app, stop))
                await listen(settings, app, listening, stop)

        def serve_alone(parent: int | None = None) -> int:
            with _in_words():
                return run(settings, work, timing, drain_seconds=drain, parent=parent)

        is_init = os.getpid() == 1  # whose orphans have to be waited for, the embedded Redis among them
        if processes == 1 and not is_init:
            sys.exit(serve_alone())
        import_parts()
        sys.exit(Processes(serve_alone, killed_after=drain + 2 * ENDS_WITHIN).run(processes))


@main.command()
def worker() -> None:
    """Do background work only; any number of workers share one Redis."""
    settings = _settings()

    async def work(app: Container, stop: Stop) -> None:
        async with _working(settings, app, stop):
            log.info("working")
            await stop.asked()

    sys.exit(run(settings, work))


@asynccontextmanager
async def _working(settings: Settings, app: Container, stop: Stop) -> AsyncIterator[None]:
    """Do background work until left, and show that this machine does."""
    working = app.worker.working(partial(stop.at_once, WORKER_LOST))
    async with working, Heartbeat(settings.data_dir, app.worker.check).beating():
        yield


@main.command(context_settings={"ignore_unknown_options": True, "help_option_names": []}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def demo(arguments: Sequence[str]) -> None:
    """Try everything in a browser, without accounts at Slack or Apizee."""
    # A process of its own: the playground is built on the bot, the bot knows nothing of the playground.
    os.execv(sys.executable, [sys.executable, "-m", "playground", *arguments])  # noqa: S606  # no shell, our own program


@main.command()
@click.option("--workspace", metavar="ID", help="Examine the Apizee account that is connected to this workspace (T…).")
def doctor(workspace: str | None) -> None:
    """Check the settings, keys, Slack, Redis, Apizee and the public address; say how to fix what is wrong.

    Exit code 0: the bot can work. 1: a check failed. 2: a setting is missing or wrong.
    """
    settings = _settings()
    from bot.doctor import report  # noqa: PLC0415  # only this command examines anything

    sys.exit(0 if asyncio.run(report(settings, workspace)) else 1)


@main.command()
@click.option("--url", help="The https address under which Slack reaches this bot; else PUBLIC_URL.")
@click.option("--assist-command", default="/assist", show_default=True)
@click.option("--meet-command", default="/meet", show_default=True)
@click.option("--socket-mode", is_flag=True, help="For a bot that Slack cannot reach over HTTP.")
@click.option(
    "--workflow-steps",
    is_flag=True,
    help="With the steps of Workflow Builder; not for an app with public distribution.",
)
def manifest(
    url: str | None, assist_command: str, meet_command: str, *, socket_mode: bool, workflow_steps: bool
) -> None:
    """Print the Slack app's manifest, ready to paste."""
    given = given_texts()
    address = url or given.get("public_url")
    if not address:
        message = (
            "Missing option '--url': give the https address under which Slack reaches this bot, or set PUBLIC_URL."
        )
        raise click.UsageError(message)
    try:
        commands = {"assist_command": assist_command, "meet_command": meet_command}
        apizee_url = given.get("apizee_api_url", APIZEE_URL)
        click.echo(
            manifest_for(
                address, **commands, apizee_url=apizee_url, socket_mode=socket_mode, workflow_steps=workflow_steps
            )
        )
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _settings() -> Settings:
    """Return the settings, and log by them; raises `SettingsFaults`."""
    settings = load_settings()
    configure(settings.log_level, settings.log_format)
    _have_a_home(settings.data_dir)
    for line in misspelt():
        log.warning(line)
    return settings


for command in (
    alive_command(_settings),
    audit_command(_settings),
    jobs_commands(_settings),
    support_bundle_command(_settings),
    workspaces_commands(_settings),
    *data_commands(_settings),
    *backup_commands(_settings),
):
    main.add_command(command)


def _refuse(*lines: str) -> None:
    """Print why, a line each, and end."""
    for line in lines:
        click.echo(line, file=sys.stderr)  # not by click's own stream, which is UTF-8 where the terminal is not
    sys.exit(CANNOT_START)


def _have_a_home(folder: Path) -> None:
    """Make this folder the home of a user who has none: libraries look for it as soon as they are imported."""
    try:
        Path.home()
    except RuntimeError:
        os.environ["HOME"] = str(folder)


def _said_by(error: Exception) -> str:
    """Return what went wrong in one line, without personal data and secrets."""
    first = next(iter(str(error).splitlines()), "")
    return redact(f"{type(error).__name__}: {first}"[:300].rstrip(".: "))
